//! The one place that installs anything. It looks before it builds, says what it does and for how long,
//! and where it cannot go on it says what is missing and how to get it by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{self, ask};

/// Where the dashboard is compiled to.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
const TRUNK: &str = "0.21.14";
/// Equal to the crate's version in `Cargo.toml`, and to the one in `Trunk.toml`.
const WASM_BINDGEN: &str = "0.2.130";
/// `wasm-opt`, the bundler of the stylesheet, and the minifier of the scripts.
const NODE_TOOLS: [NodeTool; 3] = [
    NodeTool {
        package: "binaryen",
        version: "132.0.0",
        program: "wasm-opt",
    },
    NodeTool {
        package: "lightningcss-cli",
        version: "1.33.0",
        program: "lightningcss",
    },
    NodeTool {
        package: "terser",
        version: "5.51.4",
        program: "terser",
    },
];
/// The first with `node --test --test-concurrency`.
const NODE_MIN: (u32, u32) = (20, 10);
/// A release build of everything, the tools and the tests, with some air.
const DISK_FREE_GB_MIN: u64 = 6;
/// The same where all that has been built before.
const DISK_FREE_GB_MIN_AGAIN: u64 = 1;

/// A package of npm that brings a program.
#[derive(Debug)]
struct NodeTool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
}

impl NodeTool {
    /// Whether it is there and starts: npm may have left out the script that brings the real program.
    fn works(&self, folder: &Path) -> bool {
        npm_version(folder, self.package).as_deref() == Some(self.version)
            && ask(folder.join("node_modules/.bin").join(self.program), "--version").is_some()
    }
}

/// All that any command needs.
pub fn everything() -> Result<()> {
    for_server()?;
    for_dashboard()?;
    for_browser()?;
    println!("Everything is in place.");
    Ok(())
}

/// What a build of the dashboard needs.
pub fn for_dashboard() -> Result<()> {
    disk()?;
    linker()?;
    wasm_target()?;
    node_tools()?;
    // It fetches nothing, so it needs no TLS; and it only starts others, so it need not be fast.
    let flags = ["--locked", "--no-default-features"];
    cargo_tool("trunk", TRUNK, &flags, "0", "5 minutes")?;
    wasm_bindgen()
}

/// What a build of the executable needs.
pub fn for_server() -> Result<()> {
    disk()?;
    linker()
}

/// What flows, benchmarks and pictures need beside the builds.
pub fn for_browser() -> Result<Browser> {
    node()?;
    let packages = shell::root().join("tests/e2e");
    let wanted = fs::read_to_string(packages.join("package-lock.json"))?;
    // npm writes this file when it is done.
    let present = fs::read_to_string(packages.join("node_modules/.package-lock.json")).unwrap_or_default();
    if !same_packages(&wanted, &present) {
        eprintln!("Installing the packages of the browser tests (some seconds)");
        npm(&packages, &["ci", "--no-audit", "--no-fund"])?;
    }
    Browser::find_or_install()
}

/// What the component tests need: they are compiled for the browser and run in one.
pub fn for_components() -> Result<Browser> {
    disk()?;
    linker()?;
    wasm_target()?;
    wasm_bindgen()?;
    for_browser()
}

// Its published lock file may name a version that is gone, hence without `--locked`.
fn wasm_bindgen() -> Result<()> {
    cargo_tool("wasm-bindgen", WASM_BINDGEN, &[], "1", "3 minutes")?;
    // The last tool that is compiled: what the two had in common is of no more use, and is large.
    let built = tools_folder()?;
    if built.is_dir() {
        fs::remove_dir_all(&built).with_context(|| format!("cannot remove {}", built.display()))?;
    }
    Ok(())
}

/// Versions of the tools that shape the bundle.
pub fn versions() -> String {
    format!("trunk {TRUNK} wasm-bindgen {WASM_BINDGEN} {NODE_TOOLS:?}")
}

/// Where installed tools lie, to stand in front of `PATH`.
pub fn tool_path() -> Result<Vec<PathBuf>> {
    Ok(vec![node_folder()?.join("node_modules/.bin"), cargo_bin()?])
}

/// The standard library of the browser's target.
pub fn wasm_target() -> Result<()> {
    let folder = ask_rustc(&["--print", "target-libdir", "--target", WASM_TARGET]);
    if folder.is_some_and(|it| Path::new(&it).is_dir()) {
        return Ok(());
    }
    if ask("rustup", "--version").is_none() {
        bail!(
            "the Rust compiler has no standard library for {WASM_TARGET}, and rustup is missing. By hand: \
             https://rustup.rs, then `rustup target add {WASM_TARGET}`; or the package of your distribution"
        );
    }
    eprintln!("Adding the compiler's target {WASM_TARGET} (some seconds)");
    shell::run(shell::command("rustup", &[])?.args(["target", "add", WASM_TARGET]))
        .with_context(|| format!("By hand, with a network: rustup target add {WASM_TARGET}"))
}

/// `wasm-opt` and the bundler of the stylesheet, in the user's cache, so that they outlive the checkout.
pub fn node_tools() -> Result<()> {
    let folder = node_folder()?;
    if NODE_TOOLS.iter().all(|it| it.works(&folder)) {
        return Ok(());
    }
    node()?;
    eprintln!(
        "Installing wasm-opt, the CSS bundler and the script minifier into {} (130 MB, half a minute)",
        folder.display()
    );
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // Without a package file npm would look for one further up.
    fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
    let packages = NODE_TOOLS.map(|it| format!("{}@{}", it.package, it.version));
    let words = [
        // The bundler's package puts its program in place with a script.
        &[
            "install",
            "--no-audit",
            "--no-fund",
            "--save-exact",
            "--ignore-scripts=false",
        ],
        &packages.each_ref().map(String::as_str)[..],
    ]
    .concat();
    npm(&folder, &words)?;
    let broken: Vec<&str> = NODE_TOOLS
        .iter()
        .filter(|it| !it.works(&folder))
        .map(|it| it.program)
        .collect();
    if broken.is_empty() {
        return Ok(());
    }
    bail!(
        "npm has installed {}, but it does not start: npm may be told to leave out the scripts of packages. By hand, in \
         {}: npm rebuild, then run it with --version to see what it lacks",
        broken.join(", "),
        folder.display()
    )
}

/// The browser and its driver, always of one version.
pub struct Browser {
    /// Chromium or Chrome.
    pub program: PathBuf,
    /// Its WebDriver.
    pub driver: PathBuf,
}

impl Browser {
    fn find_or_install() -> Result<Self> {
        if let Some(found) = Self::find() {
            return found.of_one_version();
        }
        let by_hand = "By hand: install Chromium and its driver (Debian: `apt-get install chromium chromium-driver`), \
             or name them in ROADSTEAD_CHROMIUM and CHROMEDRIVER";
        if ask("apt-get", "--version").is_none() {
            bail!("Chromium or its driver is missing, and there is no apt-get to install it with. {by_hand}");
        }
        if ask("id", "-u").as_deref() != Some("0") {
            bail!("Chromium or its driver is missing, and only root can install it. {by_hand}");
        }
        eprintln!("Installing Chromium and its driver with apt-get (400 MB, two minutes)");
        for words in [
            &["update"][..],
            &[
                "install",
                "-y",
                "--no-install-recommends",
                "chromium",
                "chromium-driver",
            ],
        ] {
            let mut apt = shell::command("apt-get", &[])?;
            shell::run(apt.args(words).env("DEBIAN_FRONTEND", "noninteractive")).context(by_hand)?;
        }
        Self::find().context(by_hand)?.of_one_version()
    }

    fn find() -> Option<Self> {
        let program = named(
            "ROADSTEAD_CHROMIUM",
            &["chromium", "chromium-browser", "google-chrome"],
        )?;
        Some(Self {
            program,
            driver: named("CHROMEDRIVER", &["chromedriver"])?,
        })
    }

    fn of_one_version(self) -> Result<Self> {
        let major = |program: &Path| {
            let text = ask(program, "--version").unwrap_or_default();
            text.split_whitespace()
                .find_map(|word| word.split('.').next()?.parse::<u32>().ok())
        };
        let (browser, driver) = (major(&self.program), major(&self.driver));
        for (path, version) in [(&self.program, browser), (&self.driver, driver)] {
            if version.is_none() {
                bail!(
                    "{} does not say its version: it is missing, or cannot start",
                    path.display()
                );
            }
        }
        if browser != driver {
            bail!(
                "{} is version {} and {} is version {}: install both from one source",
                self.program.display(),
                browser.unwrap_or_default(),
                self.driver.display(),
                driver.unwrap_or_default()
            );
        }
        Ok(self)
    }
}

/// A program named by a variable, else the first of these names that runs.
fn named(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Some(path.into());
    }
    let path = std::env::var_os("PATH")?;
    let places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .find_map(|name| places.iter().map(|it| it.join(name)).find(|it| it.is_file()))
}

fn cargo_tool(name: &str, version: &str, flags: &[&str], opt_level: &str, about: &str) -> Result<()> {
    let program = cargo_bin()?.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let right = |it: Option<String>| it.is_some_and(|it| it.split_whitespace().any(|word| word == version));
    if right(ask(&program, "--version")) || right(ask(name, "--version")) {
        return Ok(());
    }
    let package = if name == "wasm-bindgen" {
        "wasm-bindgen-cli"
    } else {
        name
    };
    eprintln!("Installing {package} {version} (about {about} on two cores)");
    let mut install = shell::cargo(["install", package, "--version", version])?;
    install
        .args(flags)
        // A tool that runs for seconds need not be compiled for minutes.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_TARGET_DIR", tools_folder()?);
    let by_hand = || {
        format!(
            "By hand, with a network: cargo install {package} --version {version} {}",
            flags.join(" ")
        )
    };
    shell::run(&mut install).with_context(by_hand)?;
    if !right(ask(&program, "--version")) {
        bail!(
            "{} does not start after it was installed. {}",
            program.display(),
            by_hand()
        );
    }
    Ok(())
}

fn node() -> Result<()> {
    let (major, minor) = NODE_MIN;
    let by_hand = format!("By hand: Node.js {major}.{minor} or newer with npm, from https://nodejs.org");
    let version = ask("node", "--version").with_context(|| format!("Node.js is missing. {by_hand}"))?;
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map_while(|it| it.parse::<u32>().ok());
    if (numbers.next(), numbers.next()) < (Some(major), Some(minor)) {
        bail!("Node.js {version} is too old. {by_hand}");
    }
    ask("npm", "--version")
        .with_context(|| format!("npm is missing. {by_hand}"))
        .map(|_| ())
}

fn npm(folder: &Path, words: &[&str]) -> Result<()> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut npm = shell::command(program, &[])?;
    shell::run(npm.current_dir(folder).args(words)).with_context(|| {
        format!(
            "By hand, with a network, in {}: npm {}",
            folder.display(),
            words.join(" ")
        )
    })
}

fn npm_version(folder: &Path, package: &str) -> Option<String> {
    let text = fs::read_to_string(folder.join("node_modules").join(package).join("package.json")).ok()?;
    let package: serde_json::Value = serde_json::from_str(&text).ok()?;
    package["version"].as_str().map(str::to_owned)
}

/// Whether all packages of the lock file are there in their versions.
fn same_packages(wanted: &str, present: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
    let (wanted, present) = (read(wanted), read(present));
    wanted["packages"].as_object().is_some_and(|packages| {
        packages
            .iter()
            .filter(|(name, _)| !name.is_empty())
            .all(|(name, package)| present["packages"][name]["version"] == package["version"])
    })
}

/// A C compiler: it links everything, and compiles the SQLite that the control plane carries.
fn linker() -> Result<()> {
    if cfg!(windows) || ask("cc", "--version").is_some() {
        return Ok(());
    }
    bail!(
        "a C compiler is missing. By hand: `apt-get install build-essential`, or your system's developer tools"
    )
}

fn disk() -> Result<()> {
    let target = shell::target_dir()?;
    fs::create_dir_all(target).with_context(|| format!("cannot make {}", target.display()))?;
    let table = shell::capture(Command::new("df").args(["-Pk", "--"]).arg(target));
    // Where the question cannot be asked, the build itself will tell.
    let Some(kilobytes) = table.as_deref().and_then(free_kilobytes) else {
        return Ok(());
    };
    let again = target.join("release").is_dir();
    let gigabytes_min = if again {
        DISK_FREE_GB_MIN_AGAIN
    } else {
        DISK_FREE_GB_MIN
    };
    if kilobytes / 1_000_000 < gigabytes_min {
        bail!(
            "only {} MB are free at {}: builds need {gigabytes_min} GB. Free some, or set CARGO_TARGET_DIR to a \
             larger disk",
            kilobytes / 1000,
            target.display()
        );
    }
    Ok(())
}

/// The fourth column of the last line, as POSIX fixes it.
fn free_kilobytes(table: &str) -> Option<u64> {
    table.lines().last()?.split_whitespace().nth(3)?.parse().ok()
}

fn ask_rustc(words: &[&str]) -> Option<String> {
    shell::capture(Command::new("rustc").current_dir(shell::root()).args(words))
}

fn home() -> Result<PathBuf> {
    std::env::home_dir().context("no home folder: set HOME")
}

fn cargo_bin() -> Result<PathBuf> {
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    Ok(cargo_home
        .map_or_else(|| home().map(|it| it.join(".cargo")), Ok)?
        .join("bin"))
}

fn cache_folder() -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|it| it.is_absolute());
    Ok(cache
        .map_or_else(|| home().map(|it| it.join(".cache")), Ok)?
        .join("roadstead"))
}

/// Where tools are compiled.
fn tools_folder() -> Result<PathBuf> {
    Ok(cache_folder()?.join("tools"))
}

fn node_folder() -> Result<PathBuf> {
    Ok(cache_folder()?.join("node"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_agree_with_the_files_that_repeat_them() {
        let read = |name| fs::read_to_string(shell::root().join(name)).unwrap();
        let (cargo, trunk) = (read("Cargo.toml"), read("Trunk.toml"));
        assert!(cargo.contains(&format!("wasm-bindgen = \"={WASM_BINDGEN}\"")));
        assert!(trunk.contains(&format!("wasm_bindgen = \"{WASM_BINDGEN}\"")));
        let wasm_opt = NODE_TOOLS[0].version.split('.').next().unwrap();
        assert!(trunk.contains(&format!("wasm_opt = \"version_{wasm_opt}\"")));
    }

    #[test]
    fn free_space_is_the_fourth_column() {
        let table =
            "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 100 40 60 40% /a b\n";
        assert_eq!(free_kilobytes(table), Some(60));
        assert_eq!(free_kilobytes(""), None);
    }

    #[test]
    fn packages_are_compared_by_version() {
        let lock = |version: &str| {
            format!(r#"{{"packages":{{"":{{"name":"x"}},"node_modules/a":{{"version":"{version}"}}}}}}"#)
        };
        assert!(same_packages(&lock("1.0.0"), &lock("1.0.0")));
        assert!(!same_packages(&lock("1.0.1"), &lock("1.0.0")));
        assert!(!same_packages(&lock("1.0.0"), ""));
        assert!(!same_packages("", ""));
    }
}
