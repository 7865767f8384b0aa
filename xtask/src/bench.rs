//! What the project promises in figures, measured from outside. Nothing here decides a test: times depend on the
//! machine, and the table says so by printing both.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::dashboard::{Bundle, FIRST_LOAD_BYTES_MAX, FirstLoad};
use crate::{dashboard, server, setup, shell, start};

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
    by: By,
}

enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

/// How a row is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// The built files are weighed.
    Files,
    /// `up`, again, as somebody types it.
    Start,
    /// `up` in a new clone. It takes so long that it is measured only if it is asked for by name.
    Clone,
    /// A script against a running cloud, of whatever size.
    Cloud,
    /// The same, against a fleet as large as the promise: without a trace there is none.
    LargeCloud,
}

const ROWS: [Row; 9] = [
    Row {
        name: "clean",
        what: "clean clone to the dashboard's page",
        unit: "min",
        goal: Goal::AtMost(25.0),
        by: By::Clone,
    },
    Row {
        name: "again",
        what: "second `up` with nothing changed, to the page",
        unit: "s",
        goal: Goal::AtMost(5.0),
        by: By::Start,
    },
    Row {
        name: "size",
        what: "first load of the dashboard, Brotli",
        unit: "kB",
        goal: Goal::AtMost(FIRST_LOAD_BYTES_MAX as f64 / 1000.0),
        by: By::Files,
    },
    Row {
        name: "list",
        what: "page of 100 pods over loopback, p99",
        unit: "ms",
        goal: Goal::AtMost(10.0),
        by: By::LargeCloud,
    },
    Row {
        name: "row-bytes",
        what: "a pod in that page, compressed",
        unit: "B",
        goal: Goal::AtMost(200.0),
        by: By::LargeCloud,
    },
    Row {
        name: "rows",
        what: "data to first rows painted, median",
        unit: "ms",
        goal: Goal::AtMost(200.0),
        by: By::LargeCloud,
    },
    Row {
        name: "scroll",
        what: "longest frame on the way to the end of all rows",
        unit: "ms",
        goal: Goal::AtMost(50.0),
        by: By::LargeCloud,
    },
    Row {
        name: "change",
        what: "changed by the API to changed in the page, p99",
        unit: "ms",
        goal: Goal::AtMost(250.0),
        by: By::Cloud,
    },
    Row {
        name: "durable",
        what: "pods made, each durable and placed, 64 connections",
        unit: "/s",
        goal: Goal::AtLeast(1000.0),
        by: By::LargeCloud,
    },
];

/// What a row has come to.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    /// A figure, and what it was taken from.
    Figure(f64, String),
    /// It cannot be measured here.
    Skipped(String),
    /// What the figure counts on does not hold.
    Failed(String),
}

type Outcomes = BTreeMap<&'static str, Outcome>;

impl Bench {
    /// Measures the rows and prints the table; fails if a goal is missed, or if nothing was measured.
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
            .filter(|it| match it.by {
                By::Clone => self.rows.iter().any(|name| name == it.name),
                By::Files | By::Start | By::Cloud | By::LargeCloud => {
                    self.rows.is_empty() || self.rows.iter().any(|name| name == it.name)
                }
            })
            .collect();
        let outcomes = measure(&wanted)?;
        println!(
            "\n{:<11}{:<52}{:>12}{:>12}  verdict",
            "row", "what", "figure", "goal"
        );
        for row in &wanted {
            row.print(outcomes.get(row.name));
        }
        Ok(if holds(&wanted, &outcomes) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

impl Row {
    fn print(&self, outcome: Option<&Outcome>) {
        let (figure, verdict, measured) = match outcome {
            Some(Outcome::Figure(figure, measured)) => {
                let verdict = if self.goal.is_met(*figure) { "ok" } else { "FAIL" };
                (
                    format!("{figure:.1} {}", self.unit),
                    verdict.to_owned(),
                    measured.as_str(),
                )
            }
            Some(Outcome::Skipped(why)) => ("–".to_owned(), format!("skipped ({why})"), ""),
            Some(Outcome::Failed(why)) => ("–".to_owned(), format!("FAIL ({why})"), ""),
            None => ("–".to_owned(), "FAIL (not measured)".to_owned(), ""),
        };
        let goal = format!("{} {}", self.goal, self.unit);
        println!(
            "{:<11}{:<52}{figure:>12}{goal:>12}  {verdict}",
            self.name, self.what
        );
        if !measured.is_empty() {
            println!("{:11}{measured}", "");
        }
    }
}

/// Whether every goal is met that was measured, and one was. Where all rows are skipped nothing is proved.
fn holds(wanted: &[&Row], outcomes: &Outcomes) -> bool {
    let mut measured = false;
    for row in wanted {
        match outcomes.get(row.name) {
            Some(Outcome::Figure(figure, _)) if row.goal.is_met(*figure) => measured = true,
            Some(Outcome::Skipped(_)) => {}
            Some(Outcome::Figure(..) | Outcome::Failed(_)) | None => return false,
        }
    }
    measured
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
        let named = if row.by == By::Clone {
            "  (only by name)"
        } else {
            ""
        };
        println!(
            "{:<11}{:<52}{:>8} {}{named}",
            row.name, row.what, row.goal, row.unit
        );
    }
    match trace() {
        Some(path) => println!("fleet: the trace at {}", path.display()),
        None => println!(
            "fleet: the demo's, and rows that need a large one are skipped; ROADSTEAD_TRACE names a trace (README.md \
             says where one is published)"
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

fn measure(wanted: &[&Row]) -> Result<Outcomes> {
    let trace = trace();
    let mut outcomes = Outcomes::new();
    let mut live = Vec::new();
    for row in wanted {
        let outcome = match row.by {
            By::Files => first_load()?,
            By::Start => again()?,
            By::Clone => clean()?,
            By::LargeCloud if trace.is_none() => {
                Outcome::Skipped("needs a cluster trace: ROADSTEAD_TRACE".to_owned())
            }
            By::Cloud | By::LargeCloud => {
                live.push(row.name);
                continue;
            }
        };
        outcomes.insert(row.name, outcome);
    }
    if !live.is_empty() {
        outcomes.extend(against_a_server(&live, trace.as_deref())?);
    }
    Ok(outcomes)
}

fn first_load() -> Result<Outcome> {
    let load = FirstLoad::of(&dashboard::build(Bundle::Dashboard)?)?;
    Ok(Outcome::Figure(load.brotli() as f64 / 1000.0, String::new()))
}

/// The first start builds what has changed and makes the data; the second finds all of it.
fn again() -> Result<Outcome> {
    let folder = folder("again")?;
    let data = folder.join("data");
    let first = start::up(shell::root(), &data, &[])?;
    let second = start::up(shell::root(), &data, &[])?;
    fs::remove_dir_all(&folder)?;
    let measured = format!("the start before it: {:.1} s", first.as_secs_f64());
    Ok(Outcome::Figure(second.as_secs_f64(), measured))
}

/// What is committed, cloned and built with a target folder and caches of its own. Rust, Node and what cargo has fetched
/// or installed before are taken as they are.
fn clean() -> Result<Outcome> {
    let folder = folder("clean")?;
    let clone = folder.join("roadstead");
    shell::run(
        shell::command("git", &[])?
            .args(["clone", "--quiet", "--no-hardlinks", "."])
            .arg(&clone),
    )?;
    let own = ["target", "cache", "npm"].map(|it| folder.join(it));
    let [target, cache, npm] = &own;
    let env = [
        ("CARGO_TARGET_DIR", target.as_path()),
        ("XDG_CACHE_HOME", cache.as_path()),
        ("npm_config_cache", npm.as_path()),
    ];
    let taken = start::up(&clone, &folder.join("data"), &env)?;
    fs::remove_dir_all(&folder)?;
    let measured = "of the last commit, with crates and tools of cargo's own folder as they are".to_owned();
    Ok(Outcome::Figure(taken.as_secs_f64() / 60.0, measured))
}

/// An empty folder in the target folder: on a disk, where a temporary one may be in memory.
fn folder(name: &str) -> Result<PathBuf> {
    let folder = shell::target_dir()?.join("xtask").join("bench").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Rows that need a running cloud: one script measures them all in one browser, and prints a line of JSON for each.
fn against_a_server(rows: &[&'static str], trace: Option<&Path>) -> Result<Outcomes> {
    let program = server::build()?;
    let browser = setup::for_browser()?;
    let data = folder("data")?;
    let mut node = shell::command("node", &[])?;
    node.arg("tests/e2e/bench.mjs").args(rows);
    node.env("ROADSTEAD_BIN", program)
        .env("ROADSTEAD_CHROMIUM", &browser.program)
        .env("ROADSTEAD_BENCH_DATA", &data);
    if let Some(trace) = trace {
        node.env("ROADSTEAD_FLEET", trace.canonicalize()?);
    }
    let (success, text) = shell::tee(&mut node)?;
    if !success {
        bail!("the measuring script failed; its words stand above");
    }
    fs::remove_dir_all(&data)?;
    let mut outcomes = Outcomes::new();
    for line in text.lines().filter(|it| it.starts_with('{')) {
        let (name, outcome) = outcome(&serde_json::from_str(line)?)?;
        let known = rows.iter().find(|it| **it == name);
        outcomes.insert(
            known.with_context(|| format!("nobody asked for {name}"))?,
            outcome,
        );
    }
    Ok(outcomes)
}

fn outcome(line: &Value) -> Result<(String, Outcome)> {
    let name = line["row"].as_str().context("a measured line names no row")?;
    let word = |key: &str| line[key].as_str().map(str::to_owned);
    let outcome = match (line["figure"].as_f64(), word("skipped")) {
        (Some(figure), _) => Outcome::Figure(figure, word("measured").unwrap_or_default()),
        (None, Some(why)) => Outcome::Skipped(why),
        (None, None) => Outcome::Failed(word("failed").unwrap_or_else(|| "no figure".to_owned())),
    };
    Ok((name.to_owned(), outcome))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_figure_or_a_reason() {
        let read = |text: &str| outcome(&serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(
            read(r#"{"row":"list","figure":2.5,"measured":"300 requests"}"#),
            ("list".to_owned(), Outcome::Figure(2.5, "300 requests".to_owned()))
        );
        assert_eq!(
            read(r#"{"row":"list","skipped":"no pods"}"#).1,
            Outcome::Skipped("no pods".to_owned())
        );
        assert_eq!(
            read(r#"{"row":"list","failed":"blank rows"}"#).1,
            Outcome::Failed("blank rows".to_owned())
        );
        assert_eq!(
            read(r#"{"row":"list","figure":null}"#).1,
            Outcome::Failed("no figure".to_owned())
        );
        assert!(outcome(&Value::Null).is_err());
    }

    #[test]
    fn goals_include_their_limit() {
        assert!(Goal::AtMost(10.0).is_met(10.0) && !Goal::AtMost(10.0).is_met(10.1));
        assert!(Goal::AtLeast(55.0).is_met(55.0) && !Goal::AtLeast(55.0).is_met(54.9));
    }

    #[test]
    fn a_run_that_measures_nothing_proves_nothing() {
        let wanted: Vec<&Row> = ROWS
            .iter()
            .filter(|it| ["list", "change"].contains(&it.name))
            .collect();
        let skipped = || Outcome::Skipped(String::new());
        let figure = |it| Outcome::Figure(it, String::new());
        let holds = |list, change| holds(&wanted, &Outcomes::from([("list", list), ("change", change)]));
        assert!(holds(skipped(), figure(1.0)));
        assert!(!holds(skipped(), skipped()));
        assert!(!holds(figure(1.0), figure(1_000.0)));
        assert!(!holds(figure(1.0), Outcome::Failed(String::new())));
        assert!(!super::holds(&wanted, &Outcomes::new()));
    }
}
