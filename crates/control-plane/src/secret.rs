//! Secrets: made here, kept as digests only.

use subtle::ConstantTimeEq;

/// Every key begins so, which lets scanners of source code find one that was published.
const PREFIX: &str = "rs_";
/// Characters of a secret that may be shown, the `rs_` included.
const VISIBLE_CHARS: usize = 11;
/// Fewest characters of a secret that somebody else made.
pub const SECRET_CHARS_MIN: usize = 24;
/// Most characters of a secret.
pub const SECRET_CHARS_MAX: usize = 200;

/// The system gave no random numbers. Nothing secret can be made without.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no random numbers: {0}")]
pub struct NoRandomness(getrandom::Error);

/// 64 random bits, for IDs and seeds.
///
/// # Errors
/// [`NoRandomness`].
pub fn random_bits() -> Result<u64, NoRandomness> {
    getrandom::u64().map_err(NoRandomness)
}

/// A new secret of 256 random bits: `rs_` and 64 hexadecimal digits.
///
/// # Errors
/// [`NoRandomness`].
pub fn new_secret() -> Result<String, NoRandomness> {
    let mut bits = [0_u8; 32];
    getrandom::fill(&mut bits).map_err(NoRandomness)?;
    Ok(format!("{PREFIX}{}", blake3::Hash::from(bits).to_hex()))
}

/// BLAKE3 of a secret, in hex. Secrets have 256 random bits, so nothing slower is needed.
#[must_use]
pub fn digest(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

/// The visible beginning of a secret; `None` if it cannot be one.
#[must_use]
pub fn visible(secret: &str) -> Option<&str> {
    let fits = (SECRET_CHARS_MIN..=SECRET_CHARS_MAX).contains(&secret.len());
    (fits && secret.bytes().all(|it| it.is_ascii_graphic())).then(|| &secret[..VISIBLE_CHARS])
}

/// Whether two digests are equal, in a time that does not tell how far they are.
#[must_use]
pub fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_show_little() {
        let (one, two) = (new_secret().unwrap(), new_secret().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), 67);
        assert_eq!(visible(&one), Some(&one[..11]));
        assert!(same(&digest(&one), &digest(&one)) && !same(&digest(&one), &digest(&two)));
        assert_eq!(visible("short"), None);
        assert_eq!(visible(&"ü".repeat(30)), None);
    }
}
