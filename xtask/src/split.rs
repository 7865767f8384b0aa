//! Cuts the bundle in two: what the first page needs, and the pages that are fetched later.
//!
//! Trunk cannot do this, nor make the scripts small. It builds the whole; then its two files are replaced, under the same names, by those of the
//! first part, and the second part comes beside them. `src/later.rs` says where the cut goes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use wasm_split_cli_support::{Options, transform};

use crate::{glue, setup, shell};

const PACKAGE: &str = "roadstead-dashboard";
/// The second part, as the attribute in `src/later.rs` calls it.
const PART: &str = "pages";
/// What every browser can read that can run the dashboard; the optimiser would write newer things by itself.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
/// For the size after Brotli, not before: `-Oz` folds what Brotli finds by itself, and ends 5 % larger. Hints of
/// alignment are noise, and one segment of data with its zeros is smaller than two hundred without. Nothing lies in the
/// first kilobyte of memory, which is the far end of Rust's stack.
const PASSES: [&str; 10] = [
    "--strip-debug",
    "--strip-producers",
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-O2",
    "-O2",
    "--dealign",
    "--skip-pass=inlining-optimizing",
    "--skip-pass=memory-packing",
];

/// Whether the file is fetched after the first page, and so is no part of the first load.
pub fn is_later(name: &str) -> bool {
    name.starts_with("pages-") && name.ends_with(".wasm")
}

/// Cuts the bundle that Trunk has just built in `dist`.
pub fn bundle(dist: &Path) -> Result<()> {
    let whole = shell::target_dir()?
        .join(setup::WASM_TARGET)
        .join("wasm-release")
        .join(format!("{PACKAGE}.wasm"));
    let whole = read(&whole)?;
    let hash = hash_in_names(dist)?;
    let name = format!("{PACKAGE}-{hash}");
    let (loader, part) = (format!("./{PART}-{hash}.js"), format!("{PART}-{hash}.wasm"));

    let parts = shell::target_dir()?.join("dashboard-parts");
    empty(&parts)?;
    let main = parts.join("main.wasm");
    let mut options = Options::new(&whole);
    options.output_dir = &parts;
    options.main_out_path = &main;
    options.link_name = &loader;
    let glue = format!("./{name}.js");
    options.main_module = &glue;
    transform(options).map_err(|it| anyhow!("cannot cut the bundle: {it:#}"))?;

    let mut bindgen = shell::command("wasm-bindgen", &setup::tool_path()?)?;
    bindgen
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--keep-lld-exports",
            "--remove-name-section",
        ])
        .args(["--out-name", &name, "--out-dir"])
        .args([dist, &main]);
    shell::run(&mut bindgen)?;
    let first = dist.join(format!("{name}_bg.wasm"));
    let script = dist.join(format!("{name}.js"));
    let (shortened, glue) = glue::shorten(&read(&first)?, &String::from_utf8(read(&script)?)?)?;
    fs::write(&first, shortened)?;
    fs::write(&script, glue)?;
    optimise(&first, &first)?;
    optimise(&parts.join(format!("split_{PART}.wasm")), &dist.join(&part))?;

    let loading = String::from_utf8(read(&parts.join(&loader))?)?;
    fs::write(
        dist.join(&loader),
        loading.replace(&format!("split_{PART}.wasm"), &part),
    )?;
    // Not the script in the head: the page names its hash.
    minify(&script)?;
    minify(&dist.join(&loader))?;
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Takes comments, long names and what nothing calls out of a script.
fn minify(script: &Path) -> Result<()> {
    let mut minifier = shell::command("terser", &setup::tool_path()?)?;
    minifier
        .args(["--module", "--compress", "passes=2", "--mangle", "--output"])
        .args([script, script]);
    shell::run(&mut minifier)
}

fn optimise(from: &Path, to: &Path) -> Result<()> {
    let mut optimiser = shell::command("wasm-opt", &setup::tool_path()?)?;
    optimiser
        .args(FEATURES)
        .args(PASSES)
        .args([from, Path::new("-o"), to]);
    shell::run(&mut optimiser)
}

/// Trunk names its files after their content.
fn hash_in_names(dist: &Path) -> Result<String> {
    for path in shell::files(dist)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let hash = name
            .strip_prefix(&format!("{PACKAGE}-"))
            .and_then(|it| it.strip_suffix("_bg.wasm"));
        if let Some(hash) = hash {
            return Ok(hash.to_owned());
        }
    }
    bail!("{} holds no WASM: the build did not finish", dist.display())
}

fn empty(folder: &PathBuf) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_part_is_no_part_of_the_first_load() {
        assert!(is_later("pages-0123456789abcdef.wasm"));
        assert!(!is_later("pages-0123456789abcdef.js"));
        assert!(!is_later("roadstead-dashboard-0123456789abcdef_bg.wasm"));
    }

    #[test]
    fn the_hash_is_found_in_the_names_of_trunk() {
        let dist = tempfile::tempdir().unwrap();
        assert!(hash_in_names(dist.path()).is_err());
        fs::write(
            dist.path().join("roadstead-dashboard-0123456789abcdef_bg.wasm"),
            "",
        )
        .unwrap();
        assert_eq!(hash_in_names(dist.path()).unwrap(), "0123456789abcdef");
    }
}
