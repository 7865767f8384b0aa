//! What the project promises in figures, measured from outside. Nothing here decides a test: times depend on the
//! machine, and the table says so by printing both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::dashboard::{Bundle, FIRST_LOAD_BYTES_MAX, FirstLoad};
use crate::{dashboard, server, setup, shell};

/// What `cargo xtask bench` takes.
#[derive(clap::Args)]
pub struct Bench {
    /// Show what would be measured, and what is missing here
    #[arg(long)]
    list: bool,
    /// These rows alone
    rows: Vec<String>,
}

/// One promised figure.
struct Row {
    name: &'static str,
    what: &'static str,
    unit: &'static str,
    goal: Goal,
}

enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

const SIZE: &str = "size";

const ROWS: [Row; 7] = [
    Row {
        name: SIZE,
        what: "first load of the dashboard, Brotli",
        unit: "kB",
        goal: Goal::AtMost(FIRST_LOAD_BYTES_MAX as f64 / 1000.0),
    },
    Row {
        name: "list",
        what: "page of 100 pods over loopback, p99",
        unit: "ms",
        goal: Goal::AtMost(10.0),
    },
    Row {
        name: "row-bytes",
        what: "a pod in that page, compressed",
        unit: "B",
        goal: Goal::AtMost(200.0),
    },
    Row {
        name: "rows",
        what: "data to first rows painted",
        unit: "ms",
        goal: Goal::AtMost(200.0),
    },
    Row {
        name: "scroll",
        what: "longest frame while scrolling",
        unit: "ms",
        goal: Goal::AtMost(50.0),
    },
    Row {
        name: "change",
        what: "changed by the API to changed in the page, p99",
        unit: "ms",
        goal: Goal::AtMost(250.0),
    },
    Row {
        name: "durable",
        what: "pods made, each durable and placed, 64 connections",
        unit: "/s",
        goal: Goal::AtLeast(1000.0),
    },
];

/// A row's outcome: a figure, or why there is none.
type Outcome = Result<f64, String>;

impl Bench {
    /// Measures the rows and prints the table; fails if a goal is missed.
    pub fn run(self) -> Result<ExitCode> {
        if let Some(unknown) = self
            .rows
            .iter()
            .find(|name| ROWS.iter().all(|it| it.name != **name))
        {
            bail!("no row is called {unknown}; `cargo xtask bench --list` shows them");
        }
        if self.list {
            list();
            return Ok(ExitCode::SUCCESS);
        }
        let wanted: Vec<&Row> = ROWS
            .iter()
            .filter(|it| self.rows.is_empty() || self.rows.iter().any(|name| name == it.name))
            .collect();
        let outcomes = measure(&wanted)?;
        println!(
            "\n{:<11}{:<52}{:>12}{:>12}  verdict",
            "row", "what", "figure", "goal"
        );
        let mut missed = false;
        for row in wanted {
            let outcome = outcomes
                .get(row.name)
                .cloned()
                .unwrap_or_else(|| Err("not measured".to_owned()));
            let (figure, verdict) = match outcome {
                Ok(figure) if row.goal.is_met(figure) => {
                    (format!("{figure:.1} {}", row.unit), "ok".to_owned())
                }
                Ok(figure) => (format!("{figure:.1} {}", row.unit), "FAIL".to_owned()),
                Err(reason) => ("–".to_owned(), format!("skipped ({reason})")),
            };
            missed |= verdict == "FAIL";
            let goal = format!("{} {}", row.goal, row.unit);
            println!(
                "{:<11}{:<52}{figure:>12}{goal:>12}  {verdict}",
                row.name, row.what
            );
        }
        Ok(if missed {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}

impl Goal {
    fn is_met(&self, figure: f64) -> bool {
        match self {
            Self::AtMost(limit) => figure <= *limit,
            Self::AtLeast(limit) => figure >= *limit,
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtMost(limit) => write!(f, "≤ {limit}"),
            Self::AtLeast(limit) => write!(f, "≥ {limit}"),
        }
    }
}

fn list() {
    for row in &ROWS {
        println!("{:<11}{:<52}{:>8} {}", row.name, row.what, row.goal, row.unit);
    }
    match trace() {
        Some(path) => println!("fleet: the trace at {}", path.display()),
        None => println!(
            "fleet: the demo's; a trace named in ROADSTEAD_TRACE is larger (README.md says where one is published)"
        ),
    }
}

/// A cluster trace: the one named by the user, else the one of the shared data beside the checkout.
fn trace() -> Option<PathBuf> {
    let named = std::env::var_os("ROADSTEAD_TRACE").map(PathBuf::from);
    named
        .or_else(|| Some(shell::root().join("../shared/data/openb")))
        .filter(|it| it.is_dir())
}

fn measure(wanted: &[&Row]) -> Result<BTreeMap<String, Outcome>> {
    let mut outcomes = BTreeMap::new();
    if wanted.iter().any(|it| it.name == SIZE) {
        let dist = dashboard::build(Bundle::Dashboard)?;
        outcomes.insert(
            SIZE.to_owned(),
            Ok(FirstLoad::of(&dist)?.brotli() as f64 / 1000.0),
        );
    }
    let live: Vec<&str> = wanted.iter().map(|it| it.name).filter(|it| *it != SIZE).collect();
    if !live.is_empty() {
        outcomes.extend(against_a_server(&live)?);
    }
    Ok(outcomes)
}

/// Rows that need a running cloud: one script measures them all in one browser, and prints a line of JSON for each.
fn against_a_server(rows: &[&str]) -> Result<BTreeMap<String, Outcome>> {
    let program = server::build()?;
    let browser = setup::for_browser()?;
    let mut node = shell::command("node", &[])?;
    node.arg("tests/e2e/bench.mjs").args(rows);
    node.env("ROADSTEAD_BIN", program)
        .env("ROADSTEAD_CHROMIUM", &browser.program);
    if let Some(trace) = trace().as_deref().map(Path::canonicalize) {
        node.env("ROADSTEAD_FLEET", trace?);
    }
    let (success, text) = shell::tee(&mut node)?;
    if !success {
        bail!("the measuring script failed; its words stand above");
    }
    let lines = text.lines().filter(|it| it.starts_with('{'));
    lines.map(|line| outcome(&serde_json::from_str(line)?)).collect()
}

fn outcome(line: &Value) -> Result<(String, Outcome)> {
    let name = line["row"].as_str().context("a measured line names no row")?;
    let figure = line["figure"]
        .as_f64()
        .ok_or_else(|| line["skipped"].as_str().unwrap_or("no figure").to_owned());
    Ok((name.to_owned(), figure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_figure_or_a_reason() {
        let read = |text: &str| outcome(&serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(
            read(r#"{"row":"list","figure":2.5}"#),
            ("list".to_owned(), Ok(2.5))
        );
        assert_eq!(
            read(r#"{"row":"list","skipped":"no pods"}"#).1,
            Err("no pods".to_owned())
        );
        assert!(outcome(&Value::Null).is_err());
    }

    #[test]
    fn goals_include_their_limit() {
        assert!(Goal::AtMost(10.0).is_met(10.0) && !Goal::AtMost(10.0).is_met(10.1));
        assert!(Goal::AtLeast(55.0).is_met(55.0) && !Goal::AtLeast(55.0).is_met(54.9));
    }
}
