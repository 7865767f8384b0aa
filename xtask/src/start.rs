//! `cargo xtask up` as somebody types it, from the command to the page.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::shell;

/// The line with the address of a server that listens.
const GREETING: &str = "Roadstead runs at http://";
/// What the page of the dashboard has and the one of a server without it has not.
const DASHBOARD: &str = "roadstead-build";

/// Starts a checkout with its data in `data`, and ends it again. Returns the time until its page was there.
pub fn up(checkout: &Path, data: &Path, env: &[(&str, &Path)]) -> Result<Duration> {
    let began = Instant::now();
    let mut cargo = shell::cargo([
        "xtask",
        "up",
        "--no-open",
        "--port",
        "0",
        "--fleet",
        "demo",
        "--data",
    ])?;
    cargo.arg(data).current_dir(checkout).stdout(Stdio::piped());
    cargo.envs(env.iter().copied());
    let mut child = cargo.spawn().context("cannot start cargo")?;
    // Read until the end: a server that cannot print has nothing to live for.
    let mut output = BufReader::new(child.stdout.take().context("no output to read")?);
    let page = page(&mut output);
    let taken = began.elapsed();
    end(&mut child)?;
    page.map(|()| taken)
}

/// Waits until the server has said where it listens, and reads its page.
fn page(output: &mut impl BufRead) -> Result<()> {
    for line in output.lines() {
        let line = line?;
        println!("{line}");
        if let Some(host) = line.strip_prefix(GREETING) {
            return read(host.trim());
        }
    }
    bail!("`up` ended before its server listened")
}

fn read(host: &str) -> Result<()> {
    let mut stream = TcpStream::connect(host).with_context(|| format!("cannot connect to {host}"))?;
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if !answer.contains(DASHBOARD) {
        bail!("the server has no dashboard; it answered:\n{answer}");
    }
    Ok(())
}

/// Ends the server in order, so that the next start finds its data as it would.
fn end(child: &mut Child) -> Result<()> {
    let asked = cfg!(unix)
        && Command::new("kill")
            .arg(child.id().to_string())
            .status()
            .is_ok_and(|it| it.success());
    if !asked {
        child.kill()?;
    }
    child.wait()?;
    Ok(())
}
