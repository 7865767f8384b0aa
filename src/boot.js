// Runs before the WASM: theme, start of the dashboard, and the notice for a page that has stopped.
// A classic script in the head, so that the theme is set before the first paint; an own file, because
// the content security policy allows no inline script.
{
  const BOOT_NOTICE_AFTER_MS = 400;
  const build = document.querySelector('meta[name="roadstead-build"]').dataset;

  try {
    const theme = localStorage.getItem("roadstead.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; the system's theme is then the one shown.
  }

  const parsed = new Promise((done) => {
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", done, { once: true });
    else done();
  });

  const stopped = async () => {
    await parsed;
    document.getElementById("boot")?.remove();
    const notice = document.getElementById("crash");
    if (!notice?.hidden) return;
    notice.querySelector("code").textContent = build.wasm.split("/").pop();
    notice.querySelector("button").addEventListener("click", () => location.reload());
    notice.hidden = false;
  };

  // A panic ends in a trap, thrown wherever the WASM was called from: an event handler or a task.
  const trapped = (reason) => reason instanceof WebAssembly.RuntimeError && stopped();
  addEventListener("error", (event) => trapped(event.error));
  addEventListener("unhandledrejection", (event) => trapped(event.reason));

  // A fast start shows no notice at all; a flash of text would only disturb.
  const waiting = setTimeout(async () => {
    await parsed;
    const notice = document.getElementById("boot");
    if (notice) notice.hidden = false;
  }, BOOT_NOTICE_AFTER_MS);

  const start = async () => {
    const glue = import(build.js);
    await parsed;
    await (await glue).default({ module_or_path: build.wasm });
    document.getElementById("boot")?.remove();
  };
  start()
    .catch((error) => {
      console.error(error);
      return stopped();
    })
    .finally(() => clearTimeout(waiting));
}
