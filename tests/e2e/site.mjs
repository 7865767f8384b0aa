// The demo from plain files, as any static host would serve it: unknown paths are pages of the dashboard.
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { given } from "./cloud.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DIST = given("ROADSTEAD_DEMO");
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** @returns {Promise<{origin: string, stop(): Promise<void>}>} */
export async function serveDemo() {
  const policy = await policyOfProduction();
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const file = fileOf(path);
    if (!file) return response.writeHead(404).end();
    const headers = { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", "Content-Security-Policy": policyAt(policy, path) };
    response.writeHead(200, headers).end(await readFile(file));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}

function fileOf(path) {
  const file = path.startsWith("/docs/") ? join(ROOT, path) : join(DIST, path);
  if (extname(path)) return existsSync(file) ? file : undefined;
  return join(DIST, "index.html");
}

/** The one of the control plane, which the settings of `trunk serve` repeat. */
async function policyOfProduction() {
  const [, policy] = (await readFile(join(ROOT, "Trunk.toml"), "utf8")).match(/"Content-Security-Policy" = "(.*)"/);
  return policy;
}

/** Pages of the documentation may frame the views that are made for it, and nothing else may be framed. */
function policyAt(policy, path) {
  if (path.startsWith("/embed/")) return policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'");
  if (path.startsWith("/docs/")) return `${policy}; frame-src 'self'`;
  return policy;
}
