//! Numbers that look arbitrary and are always the same.

use std::fmt::{self, Display, Write};
use std::ops::RangeInclusive;

struct Hashed(blake3::Hasher);

impl Write for Hashed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

/// 64 bits that belong to `key`, another 64 for each `subject`.
pub(super) fn draw(key: &dyn Display, subject: &str) -> u64 {
    let mut hashed = Hashed(blake3::Hasher::new());
    // Writing to a hasher cannot fail; a `Display` that fails by itself only shortens the key.
    let _ = write!(hashed, "{subject}\0{key}");
    let bytes = hashed.0.finalize();
    bytes
        .as_bytes()
        .iter()
        .take(8)
        .fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

/// A number of `range` that belongs to `key` and `subject`.
pub(super) fn draw_in(key: &dyn Display, subject: &str, range: RangeInclusive<u64>) -> u64 {
    let (low, high) = range.into_inner();
    low + draw(key, subject) % (high - low + 1)
}
