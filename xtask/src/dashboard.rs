//! The browser's bundles: Trunk, compression, and the budget of the first load.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{compress, setup, shell, split};

/// First load of the dashboard: WASM, JavaScript and CSS, Brotli, bytes.
pub const FIRST_LOAD_BYTES_MAX: u64 = 300_000;

/// Lies in the built folder, so that whatever else builds there removes it too.
const STAMP: &str = ".fingerprint";

/// Which of the two builds of the dashboard.
#[derive(Clone, Copy)]
pub enum Bundle {
    /// The one that speaks to a control plane.
    Dashboard,
    /// The one whose cloud runs inside the page.
    Demo,
}

impl Bundle {
    /// Where it is built, relative to the root.
    const fn folder(self) -> &'static str {
        match self {
            Self::Dashboard => "dist",
            Self::Demo => "dist-demo",
        }
    }

    /// Features of the package.
    const fn features(self) -> &'static str {
        match self {
            Self::Dashboard => "split",
            Self::Demo => "split,demo",
        }
    }

    /// The crates that end in the bundle, below `crates/`.
    const fn crates(self) -> &'static [&'static str] {
        match self {
            Self::Dashboard => &["api", "client", "domain"],
            Self::Demo => &[
                "agent-api",
                "api",
                "client",
                "domain",
                "engine",
                "host-agent",
                "scenarios",
            ],
        }
    }

    /// What the build must stay below. The demo carries the engine and has no budget of its own.
    const fn bytes_max(self) -> Option<u64> {
        match self {
            Self::Dashboard => Some(FIRST_LOAD_BYTES_MAX),
            Self::Demo => None,
        }
    }
}

/// As [`build`], and fails if the bundle is above its budget.
pub fn build_within_budget(bundle: Bundle) -> Result<PathBuf> {
    let dist = build(bundle)?;
    FirstLoad::of(&dist)?.hold(bundle.bytes_max())?;
    Ok(dist)
}

/// Builds the bundle unless nothing has changed, and prints its size. Returns its folder, absolute.
///
/// Whoever only starts a cloud gets one: another compiler may write some bytes more than ours.
pub fn build(bundle: Bundle) -> Result<PathBuf> {
    let dist = shell::root().join(bundle.folder());
    let fingerprint = fingerprint(bundle)?;
    let stamp = dist.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|it| it == fingerprint) {
        eprintln!("{}: unchanged since its last build", bundle.folder());
    } else {
        setup::for_dashboard()?;
        trunk(bundle)?;
        split::bundle(&dist)?;
        compress::folder(&dist)?;
        fs::write(&stamp, fingerprint)?;
    }
    FirstLoad::of(&dist)?.print(bundle.bytes_max());
    Ok(dist)
}

fn trunk(bundle: Bundle) -> Result<()> {
    eprintln!("Building the dashboard (the first time about 6 minutes on two cores)");
    let mut trunk = shell::wasm_command("trunk", &setup::tool_path()?)?;
    // Trunk takes the variable for a boolean option and stops at `NO_COLOR=1`.
    trunk
        .env_remove("NO_COLOR")
        .args(["build", "--release", "--dist", bundle.folder()]);
    trunk.args(["--features", bundle.features()]);
    shell::run(&mut trunk)
}

/// Bundles the layered `style/index.css` into the one file that `index.html` names.
pub fn css() -> Result<()> {
    setup::node_tools()?;
    let out = shell::root().join("target/dashboard");
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    let mut bundler = shell::command("lightningcss", &setup::tool_path()?)?;
    bundler.args([
        "--bundle",
        "--minify",
        "style/index.css",
        "-o",
        "target/dashboard/roadstead.css",
    ]);
    shell::run(&mut bundler)
}

/// A hash of all that the bundle is made from.
fn fingerprint(bundle: Bundle) -> Result<String> {
    let root = shell::root();
    let mut files = Vec::new();
    for folder in ["src", "style", "public"] {
        files.extend(shell::files(&root.join(folder))?);
    }
    for name in bundle.crates() {
        files.extend(shell::files(&root.join("crates").join(name))?);
    }
    files.extend(
        [
            "index.html",
            "Trunk.toml",
            "Cargo.toml",
            "Cargo.lock",
            ".cargo/config.toml",
            "xtask/src/glue.rs",
            "xtask/src/split.rs",
        ]
        .map(|it| root.join(it)),
    );
    hash(root, &files, &setup::versions())
}

fn hash(root: &Path, files: &[PathBuf], versions: &str) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(versions.as_bytes());
    for path in files {
        let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.strip_prefix(root)?.to_string_lossy();
        // Lengths first, so that no two lists of files look alike.
        hasher
            .update(&(name.len() as u64).to_le_bytes())
            .update(name.as_bytes());
        hasher
            .update(&(content.len() as u64).to_le_bytes())
            .update(&content);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// What a browser fetches before the dashboard can start, by file name.
pub struct FirstLoad {
    files: BTreeMap<String, Bytes>,
    /// Fetched when the first page is on screen.
    later: Bytes,
}

#[derive(Clone, Copy, Default)]
struct Bytes {
    plain: u64,
    gzip: u64,
    brotli: u64,
}

impl FirstLoad {
    /// Counts WASM, JavaScript and CSS of a built folder. Assets and the pages after the first are fetched later and do
    /// not count.
    pub fn of(dist: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        let mut later = Bytes::default();
        for path in shell::files(dist)? {
            let name = path.strip_prefix(dist)?;
            let counts = path
                .extension()
                .is_some_and(|it| ["css", "js", "wasm"].iter().any(|known| it == *known));
            if counts && !name.starts_with("assets") {
                let plain = fs::metadata(&path)?.len();
                let packed =
                    |suffix| fs::metadata(compress::with_suffix(&path, suffix)).map_or(plain, |it| it.len());
                let bytes = Bytes {
                    plain,
                    gzip: packed("gz"),
                    brotli: packed("br"),
                };
                let name = name.to_string_lossy();
                if split::is_later(&name) {
                    later = bytes;
                } else {
                    files.insert(name.into_owned(), bytes);
                }
            }
        }
        if !files.keys().any(|it| it.ends_with(".wasm")) {
            bail!("{} holds no WASM: the build did not finish", dist.display());
        }
        Ok(Self { files, later })
    }

    /// Bytes of the first load, Brotli.
    pub fn brotli(&self) -> u64 {
        self.files.values().map(|it| it.brotli).sum()
    }

    fn print(&self, bytes_max: Option<u64>) {
        println!("First load in kB        Brotli    gzip   plain");
        for (name, bytes) in &self.files {
            println!("  {:<20}{}", shortened(name, 20), bytes.columns());
        }
        let sum = self.files.values().fold(Bytes::default(), |sum, it| Bytes {
            plain: sum.plain + it.plain,
            gzip: sum.gzip + it.gzip,
            brotli: sum.brotli + it.brotli,
        });
        let limit = bytes_max.map_or(String::new(), |it| format!("   of at most {} Brotli", it / 1000));
        println!("  {:<20}{}{limit}", "together", sum.columns());
        println!("  {:<20}{}", "other pages, later", self.later.columns());
    }

    fn hold(&self, bytes_max: Option<u64>) -> Result<()> {
        match bytes_max {
            Some(max) if self.brotli() > max => bail!(
                "the first load is {} above its budget: {} of {max} bytes, Brotli",
                self.brotli() - max,
                self.brotli()
            ),
            _ => Ok(()),
        }
    }
}

impl Bytes {
    fn columns(self) -> String {
        let kilo = |bytes: u64| format!("{:>6}.{}", bytes / 1000, bytes % 1000 / 100);
        [self.brotli, self.gzip, self.plain].map(kilo).concat()
    }
}

/// The name without its middle, at most `width` characters.
fn shortened(name: &str, width: usize) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= width {
        return name.to_owned();
    }
    let head = width / 2 - 1;
    let tail = letters.len() - (width - head - 1);
    letters[..head]
        .iter()
        .chain(&['…'])
        .chain(&letters[tail..])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_load_counts_the_entry_and_not_the_assets() {
        let dist = tempfile::tempdir().unwrap();
        fs::create_dir(dist.path().join("assets")).unwrap();
        fs::write(dist.path().join("app_bg.wasm"), [0_u8; 5000]).unwrap();
        fs::write(dist.path().join("assets/terminal.js"), [0_u8; 900_000]).unwrap();
        fs::write(dist.path().join("index.html"), "").unwrap();
        assert_eq!(FirstLoad::of(dist.path()).unwrap().brotli(), 5000);
        compress::folder(dist.path()).unwrap();
        let load = FirstLoad::of(dist.path()).unwrap();
        assert!(load.brotli() < 100);
        assert!(load.hold(Some(load.brotli())).is_ok());
        assert!(load.hold(Some(load.brotli() - 1)).is_err());
    }

    #[test]
    fn a_folder_without_wasm_is_no_build() {
        assert!(FirstLoad::of(tempfile::tempdir().unwrap().path()).is_err());
    }

    #[test]
    fn the_fingerprint_sees_content_names_and_tools() {
        let root = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &str| {
            fs::write(root.path().join(name), content).unwrap();
            root.path().join(name)
        };
        let (a, b) = (file("a", "1"), file("b", "1"));
        let of = |files: &[PathBuf], tools| hash(root.path(), files, tools).unwrap();
        let first = of(std::slice::from_ref(&a), "1");
        assert_eq!(first, of(std::slice::from_ref(&a), "1"));
        assert_ne!(first, of(std::slice::from_ref(&a), "2"));
        assert_ne!(first, of(&[b], "1"));
        file("a", "2");
        assert_ne!(first, of(&[a], "1"));
    }

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(shortened("boot.js", 20), "boot.js");
        assert_eq!(
            shortened("roadstead-dashboard-0123456789abcdef_bg.wasm", 20)
                .chars()
                .count(),
            20
        );
    }
}
