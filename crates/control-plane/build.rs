//! Embeds the built dashboard, if `ROADSTEAD_DIST` names its folder.
//!
//! Writes a table of the folder's files, each with its compressed neighbours, into the build's own
//! folder. Nothing is written into the source tree.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Compressed neighbours, which `cargo xtask dist` makes.
const PACKED: [&str; 2] = ["br", "gz"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-env-changed=ROADSTEAD_DIST");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?).join("assets.rs");
    let mut table = String::from("&[\n");
    if let Some(dist) = env::var_os("ROADSTEAD_DIST").map(PathBuf::from) {
        let dist = dist
            .canonicalize()
            .map_err(|it| format!("ROADSTEAD_DIST {}: {it}", dist.display()))?;
        println!("cargo::rerun-if-changed={}", dist.display());
        let mut files = Vec::new();
        collect(&dist, &mut files)?;
        files.sort();
        for file in files.iter().filter(|it| !is_packed(it, &files)) {
            write_row(&mut table, &dist, file)?;
        }
    }
    table.push_str("]\n");
    fs::write(out, table)?;
    Ok(())
}

/// Every file, but for those whose name begins with a dot.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Whether it is the compressed neighbour of another file.
fn is_packed(file: &Path, files: &[PathBuf]) -> bool {
    let suffix = file.extension().and_then(|it| it.to_str());
    suffix.is_some_and(|it| PACKED.contains(&it)) && files.contains(&file.with_extension(""))
}

fn write_row(table: &mut String, dist: &Path, file: &Path) -> Result<(), Box<dyn Error>> {
    let relative = file
        .strip_prefix(dist)?
        .to_str()
        .ok_or("a file's name is not UTF-8")?
        .replace('\\', "/");
    let hash = blake3::hash(&fs::read(file)?).to_hex();
    let include = |path: &Path| format!("include_bytes!({:?})", path.display().to_string());
    let packed = PACKED.map(|suffix| {
        let beside = PathBuf::from(format!("{}.{suffix}", file.display()));
        if beside.exists() {
            format!("Some({})", include(&beside))
        } else {
            "None".to_owned()
        }
    });
    writeln!(
        table,
        "    File {{ path: {:?}, tag: {:?}, hashed: {}, plain: {}, br: {}, gz: {} }},",
        format!("/{relative}"),
        &hash[..16],
        is_hashed(&relative),
        include(file),
        packed[0],
        packed[1],
    )?;
    Ok(())
}

/// Whether a part of the path holds the hash of its content, as in `main-0123456789abcdef.js`.
fn is_hashed(path: &str) -> bool {
    path.split(['/', '-', '_', '.'])
        .any(|it| it.len() >= 12 && it.bytes().all(|it| it.is_ascii_hexdigit()))
}
