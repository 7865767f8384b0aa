//! Paths of the checkout, and other programs.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::thread;

use anyhow::{Context, Result, bail};

/// The root of the checkout.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        // Cargo sets it for `cargo run` too; the constant is for an executable started by hand.
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        package.parent().map_or(package.clone(), Path::to_path_buf)
    })
}

/// Cargo's target folder, absolute: `CARGO_TARGET_DIR`, else what cargo's settings say.
pub fn target_dir() -> Result<&'static Path> {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    if let Some(dir) = TARGET.get() {
        return Ok(dir);
    }
    let dir = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => std::path::absolute(dir)?,
        None => {
            let mut metadata = Command::new(cargo_program());
            metadata
                .current_dir(root())
                .args(["metadata", "--no-deps", "--format-version", "1"]);
            let text = capture(&mut metadata).context("`cargo metadata` failed")?;
            let metadata: serde_json::Value = serde_json::from_str(&text)?;
            metadata["target_directory"]
                .as_str()
                .context("cargo metadata names no target folder")?
                .into()
        }
    };
    Ok(TARGET.get_or_init(|| dir))
}

/// A program that runs in the root of the checkout, with `path` in front of `PATH`.
pub fn command(program: impl AsRef<OsStr>, path: &[PathBuf]) -> Result<Command> {
    let mut command = Command::new(program);
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let all = std::env::join_paths(path.iter().cloned().chain(std::env::split_paths(&inherited)))?;
    command
        .current_dir(root())
        .env("PATH", all)
        .env("CARGO_TARGET_DIR", target_dir()?);
    Ok(command)
}

/// A program that builds for the browser, as [`command`]. Flags in the environment would hide those of
/// `.cargo/config.toml`, which the bundle cannot do without.
pub fn wasm_command(program: impl AsRef<OsStr>, path: &[PathBuf]) -> Result<Command> {
    let mut command = command(program, path)?;
    for name in [
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
    ] {
        command.env_remove(name);
    }
    Ok(command)
}

/// Cargo with these words, in the root of the checkout.
pub fn cargo<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Command> {
    let mut command = command(cargo_program(), &[])?;
    command.args(words);
    Ok(command)
}

fn cargo_program() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Says what it starts, runs it, and fails if it fails.
pub fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", spelled(command));
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", program(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", spelled(command));
    }
    Ok(())
}

/// What the program prints, or nothing if it is missing or fails.
pub fn capture(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What a program prints with one argument, as [`capture`].
pub fn ask(program: impl AsRef<OsStr>, argument: &str) -> Option<String> {
    capture(Command::new(program).arg(argument))
}

/// Runs with both outputs shown and kept; the flag says whether it succeeded.
pub fn tee(command: &mut Command) -> Result<(bool, String)> {
    eprintln!("$ {}", spelled(command));
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program(command)))?;
    let kept = Mutex::new(String::new());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        scope.spawn(|| copy_lines(out, &mut std::io::stdout(), &kept));
        scope.spawn(|| copy_lines(err, &mut std::io::stderr(), &kept));
    });
    let status = child.wait()?;
    let kept = kept
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok((status.success(), kept))
}

fn copy_lines(from: Option<impl Read>, to: &mut impl Write, kept: &Mutex<String>) {
    let Some(from) = from else { return };
    for line in BufReader::new(from).split(b'\n') {
        // A reader or writer that is gone ends the copy, not the program.
        let Ok(line) = line else { return };
        let line = String::from_utf8_lossy(&line);
        if writeln!(to, "{line}").is_err() {
            return;
        }
        let mut kept = kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.push_str(&line);
        kept.push('\n');
    }
}

/// Every file below `dir`, sorted; hidden names are left out. A missing folder has none.
pub fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop().filter(|it| it.is_dir()) {
        for entry in std::fs::read_dir(&dir).with_context(|| format!("cannot read {}", dir.display()))? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let list = if entry.file_type()?.is_dir() {
                &mut open
            } else {
                &mut found
            };
            list.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn spelled(command: &Command) -> String {
    let name = Path::new(command.get_program())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    command
        .get_args()
        .fold(name, |all, word| format!("{all} {}", word.to_string_lossy()))
}
