//! Compression at build time: the server only sends what lies there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, GzBuilder};

use crate::shell;

/// Writes `FILE.br` (Brotli 11) and `FILE.gz` (gzip 9) beside each file of `dist`, where that is smaller.
pub fn folder(dist: &Path) -> Result<()> {
    let mut waiting = shell::files(dist)?;
    // Largest last, so that it is taken first and no thread waits for it alone at the end.
    waiting.sort_by_key(|it| fs::metadata(it).map_or(0, |it| it.len()));
    let waiting = Mutex::new(waiting);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| drain(&waiting))).collect();
        workers.into_iter().try_for_each(|it| match it.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

fn drain(waiting: &Mutex<Vec<PathBuf>>) -> Result<()> {
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .pop();
        let Some(path) = next else { return Ok(()) };
        let plain = fs::read(&path)?;
        for (suffix, packed) in [("br", brotli(&plain)?), ("gz", gzip(&plain)?)] {
            if packed.len() < plain.len() {
                let beside = with_suffix(&path, suffix);
                fs::write(&beside, packed).with_context(|| format!("cannot write {}", beside.display()))?;
            }
        }
    }
}

/// The name of a compressed neighbour, such as `main.css.br`.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    // No name and no time in the header: equal input gives equal output.
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_is_kept_only_where_it_is_smaller() {
        let dist = tempfile::tempdir().unwrap();
        fs::create_dir(dist.path().join("assets")).unwrap();
        fs::write(dist.path().join("main.css"), "a { color: red }\n".repeat(100)).unwrap();
        fs::write(dist.path().join("assets/tiny.svg"), "x").unwrap();
        folder(dist.path()).unwrap();
        let names: Vec<_> = shell::files(dist.path())
            .unwrap()
            .iter()
            .map(|it| {
                it.strip_prefix(dist.path())
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/")
            })
            .collect();
        assert_eq!(
            names,
            ["assets/tiny.svg", "main.css", "main.css.br", "main.css.gz"]
        );
    }
}
