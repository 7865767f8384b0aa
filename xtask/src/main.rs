//! Tasks of the repository, run as `cargo xtask …` from any folder inside the checkout.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod bench;
mod check;
mod compress;
mod dashboard;
mod glue;
mod server;
mod setup;
mod shell;
mod shots;
mod site;
mod split;
mod start;
mod tests;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Tasks of the Roadstead repository"
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Sets up what is missing, builds everything and starts the cloud with its dashboard
    Up(server::Up),
    /// Checks format, lints and the rules of the repository
    Check,
    /// Runs every test: native, browser components, whole flows
    Test {
        /// One kind only
        #[arg(long, value_enum)]
        only: Option<tests::Kind>,
    },
    /// Builds the dashboard, compares its size with the budget, and runs the component tests
    Web,
    /// Runs the whole flows, in a browser against the release build
    E2e,
    /// Measures, and compares with the goals
    Bench(bench::Bench),
    /// Takes the screenshots of the documentation
    Shots,
    /// Builds the dashboard alone
    Dist {
        /// The demo, whose cloud runs inside the page
        #[arg(long)]
        demo: bool,
    },
    /// Installs what the other commands need, and builds nothing
    Setup,
    /// Bundles the stylesheet; a hook of Trunk
    #[command(hide = true)]
    Css,
}

fn main() -> ExitCode {
    Cli::parse().task.run().unwrap_or_else(|error| {
        // No backtrace: what helps is which step failed, and how to do it by hand.
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

impl Task {
    fn run(self) -> Result<ExitCode> {
        match self {
            Self::Up(up) => up.run(),
            Self::Check => check::run(),
            Self::Test { only: None } => tests::run(&tests::Kind::ALL),
            Self::Test { only: Some(kind) } => tests::run(&[kind]),
            Self::Web => {
                dashboard::build_within_budget(dashboard::Bundle::Dashboard)?;
                tests::run(&[tests::Kind::Web])
            }
            Self::E2e => tests::run(&[tests::Kind::E2e]),
            Self::Bench(bench) => bench.run(),
            Self::Shots => shots::run(),
            Self::Dist { demo: false } => {
                dashboard::build_within_budget(dashboard::Bundle::Dashboard).map(done)
            }
            Self::Dist { demo: true } => dashboard::build(dashboard::Bundle::Demo).map(done),
            Self::Setup => setup::everything().map(done),
            Self::Css => dashboard::css().map(done),
        }
    }
}

fn done<T>(_: T) -> ExitCode {
    ExitCode::SUCCESS
}
