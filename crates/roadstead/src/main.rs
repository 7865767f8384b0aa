//! The one executable of Roadstead.

mod fleet;
mod hosts;
mod server;
mod settings;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::FalseyValueParser;
use clap::{Parser, Subcommand, ValueEnum};

use fleet::FleetChoice;
use settings::ServerArgs;

/// Roadstead: an open, self-hostable cloud of GPU pods.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a cloud on this computer: control plane, dashboard and simulated machines
    ///
    /// An empty data folder is filled with the chosen fleet; a folder that holds a fleet goes on with it.
    #[command(after_help = settings::HELP)]
    Up {
        /// What an empty data folder is filled with: demo, empty, or the folder of a cluster trace [default: demo]
        #[arg(long, value_name = "demo|empty|PATH", env = "ROADSTEAD_FLEET")]
        fleet: Option<FleetChoice>,
        /// Do not open a browser
        #[arg(long, env = "ROADSTEAD_NO_OPEN", value_parser = FalseyValueParser::new())]
        no_open: bool,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Start a control plane alone; its data folder begins empty
    #[command(after_help = settings::HELP)]
    ControlPlane {
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Fill an empty data folder with the machines of a cluster trace, to be replayed by `up`
    ImportTrace {
        /// The folder with the trace's CSV files
        path: PathBuf,
        /// The folder to fill
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Print the description of an API (OpenAPI 3.1, JSON)
    Openapi {
        /// Which
        surface: Surface,
    },
}

/// A surface of the API.
#[derive(Clone, Copy, ValueEnum)]
enum Surface {
    /// The published GPU-pod shapes below /v2
    V2,
    /// Roadstead's own below /api/v1
    ApiV1,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("roadstead: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Up {
            fleet,
            no_open,
            mut server,
        } => {
            server.fleet = fleet;
            server.no_open = no_open.then_some(true);
            let folder = |it: Option<&FleetChoice>| it.unwrap_or(&FleetChoice::Demo).folder();
            server::run(server.settle(folder)?, FleetChoice::Demo)
        }
        Command::ControlPlane { server } => {
            let mut settings = server.settle(|_| "cloud".to_owned())?;
            (settings.fleet, settings.browser) = (None, false);
            server::run(settings, FleetChoice::Empty)
        }
        Command::ImportTrace { path, data } => server::import(path, &data),
        Command::Openapi { surface } => {
            server::say(&match surface {
                Surface::V2 => control_plane::openapi::v2(),
                Surface::ApiV1 => control_plane::openapi::v1(),
            });
            Ok(())
        }
    }
}
