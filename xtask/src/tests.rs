//! Every test of the project, by kind, each with a closing line that can be counted.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::dashboard::{self, Bundle};
use crate::{server, setup, shell};

/// Real input that lies beside the checkout and not in it. A test that finds its own missing proves nothing, and says so
/// only to whoever reads its output; so the closing lines do.
const BESIDE: [(&str, &str); 2] = [
    (
        "../shared/data/openb",
        "the tests that read and replay the public trace",
    ),
    (
        "../shared/specs/gpu-pod-rest-v2.openapi.json",
        "the tests that hold /v2 against the published description",
    ),
];

/// A kind of tests, run by one tool.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Kind {
    /// Unit, property and integration tests, and the examples in the documentation of items
    Native,
    /// Component tests, in a browser
    Web,
    /// Whole flows, in a browser against the release build
    E2e,
}

impl Kind {
    /// Every kind, the quickest first.
    pub const ALL: [Self; 3] = [Self::Native, Self::Web, Self::E2e];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Web => "web",
            Self::E2e => "e2e",
        }
    }

    fn run(self) -> Result<Tally> {
        match self {
            Self::Native => native(),
            Self::Web => web(),
            Self::E2e => e2e(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    const fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }

    /// A tool that failed without a failed test, such as at a compile error, counts as one failure;
    /// so does one that ran nothing.
    const fn judged(self, success: bool) -> Self {
        let silent = self.failed == 0 && (!success || self.passed == 0);
        if silent { Self { failed: 1, ..self } } else { self }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs the kinds one after the other, all of them even if one fails; the last line is the sum.
pub fn run(kinds: &[Kind]) -> Result<ExitCode> {
    let mut lines = Vec::new();
    let mut sum = Tally::default();
    for kind in kinds {
        let tally = kind.run().unwrap_or_else(|error| {
            eprintln!("{}: {error:#}", kind.as_str());
            Tally::default().judged(false)
        });
        sum = sum.and(tally);
        lines.push(format!("{}: {tally}", kind.as_str()));
        if matches!(kind, Kind::Native) {
            let missing = BESIDE.iter().filter(|it| !shell::root().join(it.0).exists());
            lines.extend(missing.map(|(path, tests)| format!("  skipped: {tests}; {path} is not there")));
        }
    }
    println!("\n{}\n{sum}", lines.join("\n"));
    Ok(if sum.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn native() -> Result<Tally> {
    setup::for_server()?;
    let nextest = shell::capture(shell::cargo(["nextest", "--version"])?.env_remove("NEXTEST")).is_some();
    let units = if nextest {
        let (success, text) = shell::tee(&mut shell::cargo([
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
        ])?)?;
        nextest_tally(&text).judged(success)
    } else {
        let words = [
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-fail-fast",
        ];
        let (success, text) = shell::tee(&mut shell::cargo(words)?)?;
        libtest_tally(&text).judged(success)
    };
    let (success, text) = shell::tee(&mut shell::cargo([
        "test",
        "--workspace",
        "--doc",
        "--no-fail-fast",
    ])?)?;
    let examples = libtest_tally(&text);
    // A workspace without examples is fine; one whose examples do not compile is not.
    Ok(units.and(if success { examples } else { examples.judged(false) }))
}

/// By `cargo test`: a runner with a process, and so a browser, per test would take all day.
fn web() -> Result<Tally> {
    let browser = setup::for_components()?;
    let settings = webdriver_settings(&browser)?;
    let mut test = shell::wasm_command("cargo", &setup::tool_path()?)?;
    test.args([
        "test",
        "--target",
        setup::WASM_TARGET,
        "--package",
        "roadstead-dashboard",
        "--test",
        "web",
    ])
    .env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        "wasm-bindgen-test-runner",
    )
    .env("CHROMEDRIVER", &browser.driver)
    .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", settings)
    // Seconds. Small hosts start a browser slowly, and nothing here measures time.
    .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
    .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    let (success, text) = shell::tee(&mut test)?;
    Ok(libtest_tally(&text).judged(success))
}

/// Arguments that keep the browser quiet; the runner adds headless and sandbox itself.
fn webdriver_settings(browser: &setup::Browser) -> Result<PathBuf> {
    let settings = serde_json::json!({ "goog:chromeOptions": {
        "binary": browser.program,
        "args": ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync"],
    }});
    let folder = shell::target_dir()?.join("xtask");
    fs::create_dir_all(&folder)?;
    let path = folder.join("webdriver.json");
    fs::write(&path, settings.to_string()).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

fn e2e() -> Result<Tally> {
    dashboard::build_within_budget(Bundle::Dashboard)?;
    let program = server::build()?;
    let demo = dashboard::build(Bundle::Demo)?;
    let browser = setup::for_browser()?;
    let mut node = shell::command("node", &[])?;
    // One file at a time: each starts a server and a browser of its own.
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(
            shell::files(&shell::root().join("tests/e2e"))?
                .iter()
                .filter(|it| is_flow(it)),
        )
        .env("ROADSTEAD_BIN", program)
        .env("ROADSTEAD_DEMO", demo)
        .env("ROADSTEAD_CHROMIUM", &browser.program)
        .env("NO_COLOR", "1")
        .env_remove("FORCE_COLOR");
    let (success, text) = shell::tee(&mut node)?;
    Ok(node_tally(&text).judged(success))
}

fn is_flow(path: &std::path::Path) -> bool {
    let ours = !path.iter().any(|it| it == "node_modules");
    ours && path.to_string_lossy().ends_with(".test.mjs")
}

/// `Summary [ 0.1s] 14 tests run: 12 passed (1 slow), 1 failed, 1 timed out, 2 skipped`
fn nextest_tally(text: &str) -> Tally {
    let summary = text
        .lines()
        .rev()
        .find(|it| it.trim_start().starts_with("Summary ["));
    let Some((_, counts)) = summary.and_then(|it| it.split_once("run:")) else {
        return Tally::default();
    };
    counts.split(',').fold(Tally::default(), |sum, part| {
        let mut words = part.split_whitespace();
        let number = words.next().and_then(|it| it.parse().ok()).unwrap_or(0);
        match words.next() {
            Some("passed") => sum.and(Tally {
                passed: number,
                failed: 0,
            }),
            Some("skipped") | None => sum,
            // Failed, timed out, not started: none of them passed.
            Some(_) => sum.and(Tally {
                passed: 0,
                failed: number,
            }),
        }
    })
}

/// `test result: ok. 3 passed; 0 failed; …`, once per binary.
fn libtest_tally(text: &str) -> Tally {
    let results = text
        .lines()
        .filter_map(|it| it.trim_start().strip_prefix("test result: "));
    results.fold(Tally::default(), |sum, line| {
        let count = |word: &str| {
            let before = line.split(word).next().filter(|it| it.len() < line.len())?;
            before.split_whitespace().next_back()?.parse().ok()
        };
        let (passed, failed) = (count(" passed").unwrap_or(0), count(" failed").unwrap_or(0));
        sum.and(Tally { passed, failed })
    })
}

/// `ℹ pass 3`, `ℹ fail 1`, `ℹ cancelled 0`, each once at the end.
fn node_tally(text: &str) -> Tally {
    let count = |word: &str| {
        let lines = text
            .lines()
            .rev()
            .filter_map(|it| it.trim_start_matches(['ℹ', '#', ' ']).strip_prefix(word));
        lines
            .filter_map(|it| it.trim().parse::<u64>().ok())
            .next()
            .unwrap_or(0)
    };
    Tally {
        passed: count("pass "),
        failed: count("fail ") + count("cancelled "),
    }
}

#[cfg(test)]
mod reading {
    use super::*;

    const fn tally(passed: u64, failed: u64) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn nextest() {
        let text = "  x\n     Summary [   0.032s] 14 tests run: 11 passed (1 slow), 2 failed, 1 timed out, 2 skipped\n";
        assert_eq!(nextest_tally(text), tally(11, 3));
        assert_eq!(
            nextest_tally("Summary [ 0.1s] 1 test run: 1 passed, 0 skipped"),
            tally(1, 0)
        );
        assert_eq!(nextest_tally("error: could not compile"), tally(0, 0));
    }

    #[test]
    fn libtest() {
        let text = "test result: ok. 3 passed; 0 failed; 0 ignored\n\
                    test result: FAILED. 4 passed; 2 failed; 1 ignored; finished in 0.1s\n";
        assert_eq!(libtest_tally(text), tally(7, 2));
        assert_eq!(libtest_tally("running 3 tests"), tally(0, 0));
    }

    #[test]
    fn node() {
        let text = "✔ a (1ms)\nℹ tests 6\nℹ suites 0\nℹ pass 3\nℹ fail 2\nℹ cancelled 1\nℹ skipped 0\n";
        assert_eq!(node_tally(text), tally(3, 3));
    }

    #[test]
    fn silence_is_failure() {
        assert_eq!(tally(0, 0).judged(true), tally(0, 1));
        assert_eq!(tally(5, 0).judged(false), tally(5, 1));
        assert_eq!(tally(5, 0).judged(true), tally(5, 0));
        assert_eq!(tally(5, 2).judged(false), tally(5, 2));
    }
}
