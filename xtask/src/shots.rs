//! Screenshots of the main pages, from the demo fleet.

use std::process::ExitCode;

use anyhow::Result;

use crate::{server, setup, shell};

/// Wide pictures, light and dark, of the pages that README.md shows go into the documentation; narrow ones and those of
/// other views beside the build, to be looked at.
pub fn run() -> Result<ExitCode> {
    let program = server::build()?;
    let browser = setup::for_browser()?;
    let mut node = shell::command("node", &[])?;
    node.arg("tests/e2e/shots.mjs")
        .env("ROADSTEAD_BIN", program)
        .env("ROADSTEAD_CHROMIUM", &browser.program)
        .env(
            "ROADSTEAD_SHOTS_DOCUMENTED",
            shell::root().join("docs/screenshots"),
        )
        .env("ROADSTEAD_SHOTS_OTHERS", shell::target_dir()?.join("screenshots"));
    shell::run(&mut node)?;
    Ok(ExitCode::SUCCESS)
}
