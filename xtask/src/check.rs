//! What must hold before anything is tested: format, lints, the rules of the repository.

use std::fs;
use std::process::ExitCode;

use anyhow::Result;

use crate::{setup, shell};

const WASM: &str = setup::WASM_TARGET;
/// Files longer than this are listed; see CONTRIBUTING.md.
const LINES_AIM: usize = 400;
const FILES_LISTED_MAX: usize = 10;

/// Runs every check, even after one has failed, and names those that did.
pub fn run() -> Result<ExitCode> {
    setup::wasm_target()?;
    let dashboard = [
        "clippy",
        "--package",
        "roadstead-dashboard",
        "--lib",
        "--bins",
        "--test",
        "web",
        "--target",
        WASM,
    ];
    let strict = ["--", "-D", "warnings"];
    let demo = ["--features", "demo"];
    let checks = [
        ("format", vec!["fmt", "--all", "--check"]),
        (
            "lints",
            [&["clippy", "--workspace", "--all-targets"], &strict[..]].concat(),
        ),
        ("lints of the dashboard", [&dashboard[..], &strict].concat()),
        ("lints of the demo", [&dashboard[..], &demo, &strict].concat()),
        (
            "rules of the repository",
            vec!["test", "--package", "roadstead-dashboard", "--test", "tidy"],
        ),
    ];
    let mut failed = Vec::new();
    for (name, words) in checks {
        if let Err(error) = shell::run(&mut shell::cargo(words)?) {
            eprintln!("{error:#}");
            failed.push(name);
        }
    }
    print_longest()?;
    if failed.is_empty() {
        println!("check: everything holds");
        return Ok(ExitCode::SUCCESS);
    }
    println!("check: failed in {}", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// A long file is a question, not a fault.
fn print_longest() -> Result<()> {
    let mut sizes = Vec::new();
    for folder in ["crates", "src", "style", "tests", "xtask"] {
        for path in shell::files(&shell::root().join(folder))? {
            let known = path
                .extension()
                .is_some_and(|it| ["css", "mjs", "rs"].iter().any(|known| it == *known));
            if known && !path.iter().any(|it| it == "node_modules") {
                sizes.push((fs::read_to_string(&path)?.lines().count(), path));
            }
        }
    }
    sizes.retain(|(lines, _)| *lines > LINES_AIM);
    sizes.sort_by(|a, b| b.cmp(a));
    if !sizes.is_empty() {
        println!(
            "{} files have more than {LINES_AIM} lines; the longest:",
            sizes.len()
        );
    }
    for (lines, path) in sizes.iter().take(FILES_LISTED_MAX) {
        println!("  {lines:>5}  {}", path.strip_prefix(shell::root())?.display());
    }
    Ok(())
}
