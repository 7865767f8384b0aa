//! The executable with the dashboard inside it, and `up`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::dashboard::Bundle;
use crate::{dashboard, setup, shell, site};

/// The port of a start that names none.
const PORT: u16 = 8080;

/// What `cargo xtask up` takes; all but `--demo` goes to the executable as it is.
#[derive(clap::Args)]
pub struct Up {
    /// Port on 127.0.0.1; 0 takes a free one [default: 8080]
    #[arg(long)]
    port: Option<u16>,
    /// Where the cloud keeps its data
    #[arg(long, value_name = "DIR", conflicts_with = "demo")]
    data: Option<PathBuf>,
    /// What the cloud starts with: demo, empty, or the path of a trace
    #[arg(long, value_name = "demo|empty|PATH", conflicts_with = "demo")]
    fleet: Option<OsString>,
    /// Seconds of a trace in a second of the clock on the wall
    #[arg(long, value_name = "N", conflicts_with = "demo")]
    speed: Option<f64>,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
    /// Serve the demo, whose whole cloud runs inside the page, as plain files
    #[arg(long)]
    demo: bool,
}

impl Up {
    /// Builds, and serves until it is interrupted.
    pub fn run(self) -> Result<ExitCode> {
        free(self.port.unwrap_or(PORT))?;
        if self.demo {
            let dist = dashboard::build(Bundle::Demo)?;
            site::serve(&dist, self.port.unwrap_or(PORT), !self.no_open)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut server = Command::new(build()?);
        server.arg("up");
        if let Some(port) = self.port {
            server.arg("--port").arg(port.to_string());
        }
        if let Some(data) = self.data {
            server.arg("--data").arg(data);
        }
        if let Some(fleet) = self.fleet {
            server.arg("--fleet").arg(fleet);
        }
        if let Some(speed) = self.speed {
            server.arg("--speed").arg(speed.to_string());
        }
        if self.no_open {
            server.arg("--no-open");
        }
        become_program(&mut server)
    }
}

/// Builds the dashboard and the executable that carries it; returns the executable.
pub fn build() -> Result<PathBuf> {
    let dist = dashboard::build(Bundle::Dashboard)?;
    setup::for_server()?;
    let mut cargo = shell::cargo(["build", "--release", "--package", "roadstead"])?;
    // The build script of the control plane embeds this folder.
    cargo.env("ROADSTEAD_DIST", &dist);
    eprintln!("Building the executable (the first time about 6 minutes on two cores)");
    shell::run(&mut cargo)?;
    Ok(shell::target_dir()?.join("release").join(executable("roadstead")))
}

/// Says before a long build that its end would have no place to listen. The environment and a file may name other
/// ports and addresses; the executable knows those.
fn free(port: u16) -> Result<()> {
    let named = ["ROADSTEAD_PORT", "ROADSTEAD_LISTEN", "ROADSTEAD_CONFIG"]
        .iter()
        .any(|it| std::env::var_os(it).is_some());
    if port == 0 || named {
        return Ok(());
    }
    std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port))
        .map(drop)
        .with_context(|| {
            format!("port {port} cannot be listened on: name another with --port, or 0 for a free one")
        })
}

fn executable(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// Lets the program take this one's place, so that Ctrl-C and other signals reach it alone.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    let program = Path::new(command.get_program()).to_path_buf();
    Err(command.exec()).with_context(|| format!("cannot start {}", program.display()))
}

/// Waits for the program; a console's Ctrl-C reaches both.
#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<ExitCode> {
    let program = Path::new(command.get_program()).to_path_buf();
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", program.display()))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
