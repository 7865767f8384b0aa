//! Typed IDs: three letters for the kind and 26 characters of lower-case base32, without separator.
//!
//! The 128 bits are those of a UUID version 7: 48 bits of milliseconds, then bits derived from the
//! seed the caller passes. A pod ID is part of a host name, hence no `_` and no `-`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Timestamp;

/// Crockford's alphabet in lower case: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 26 × 5 = 130 bits hold 128; the first character is at most `7`.
const BODY_CHARS: usize = 26;

/// Why a text is not an ID of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The three letters are missing or belong to another kind.
    #[error("expected an ID that starts with `{expected}`")]
    WrongKind {
        /// The prefix of the wanted kind.
        expected: &'static str,
    },
    /// The rest is not 26 characters of the alphabet.
    #[error("an ID has {BODY_CHARS} lower-case base32 characters after its three letters")]
    Malformed,
}

fn encode(prefix: &str, bits: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0_u8; BODY_CHARS];
    let mut rest = bits;
    for slot in text.iter_mut().rev() {
        *slot = ALPHABET[(rest & 31) as usize];
        rest >>= 5;
    }
    f.write_str(prefix)?;
    for byte in text {
        fmt::Write::write_char(f, char::from(byte))?;
    }
    Ok(())
}

fn decode(prefix: &'static str, text: &str) -> Result<u128, IdError> {
    let body = text
        .strip_prefix(prefix)
        .ok_or(IdError::WrongKind { expected: prefix })?;
    if body.len() != BODY_CHARS || body.as_bytes()[0] > b'7' {
        return Err(IdError::Malformed);
    }
    body.bytes().try_fold(0_u128, |bits, byte| {
        let digit = ALPHABET
            .iter()
            .position(|it| *it == byte)
            .ok_or(IdError::Malformed)?;
        Ok(bits << 5 | digit as u128)
    })
}

/// Makes IDs from a moment and a seed, never from a clock or a random source.
///
/// Two mints with the same moment and seed give the same IDs in the same order, so a replayed or
/// simulated decision names the same things.
#[derive(Debug, Clone)]
pub struct IdMint {
    at: Timestamp,
    state: u64,
}

impl IdMint {
    /// A mint for one decision, at `at`, from `seed`.
    #[must_use]
    pub const fn new(at: Timestamp, seed: u64) -> Self {
        Self { at, state: seed }
    }

    /// The next 64 bits of the sequence (SplitMix64).
    pub const fn next_bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn next_uuid(&mut self) -> u128 {
        let millis = u128::from(self.at.millis().max(0).unsigned_abs()) & ((1 << 48) - 1);
        let high = u128::from(self.next_bits() & 0xfff);
        let low = u128::from(self.next_bits() & ((1 << 62) - 1));
        millis << 80 | 7 << 76 | high << 64 | 0b10 << 62 | low
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// The three letters of this kind.
            pub const PREFIX: &'static str = $prefix;

            /// Makes the next ID of this kind.
            #[must_use]
            pub fn mint(mint: &mut IdMint) -> Self {
                Self(mint.next_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                encode($prefix, self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                encode($prefix, self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                decode($prefix, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// An account: who owns pods and volumes, and who pays.
    AccountId = "acc";
    /// An API key. Its secret is stored as a digest only.
    ApiKeyId = "key";
    /// A posted line of the ledger.
    LedgerEntryId = "led";
    /// A machine: one physical computer with GPUs.
    MachineId = "mch";
    /// An open or closed charge.
    MeterId = "mtr";
    /// A migration under way or ended.
    MigrationId = "mig";
    /// An immutable plan of a migration.
    MigrationPlanId = "pln";
    /// A pod. Tied to its machine for life.
    PodId = "pod";
    /// A template of pods.
    TemplateId = "tpl";
    /// A network volume.
    VolumeId = "vol";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_form_is_a_host_label_of_29_characters() {
        let id = PodId::mint(&mut IdMint::new(Timestamp::from_millis(1_790_000_000_000), 7));
        let text = id.to_string();
        assert_eq!(text.len(), 29);
        assert!(text.starts_with("pod"));
        assert!(
            text.bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
        );
    }

    #[test]
    fn another_kind_is_refused() {
        let id = PodId::mint(&mut IdMint::new(Timestamp::from_millis(0), 1)).to_string();
        assert_eq!(
            id.parse::<MachineId>(),
            Err(IdError::WrongKind { expected: "mch" })
        );
        assert_eq!("pod".parse::<PodId>(), Err(IdError::Malformed));
        assert_eq!(
            "pod8zzzzzzzzzzzzzzzzzzzzzzzzz".parse::<PodId>(),
            Err(IdError::Malformed)
        );
    }

    proptest! {
        #[test]
        fn text_and_back(millis in 0_i64..1 << 47, seed: u64) {
            let id = VolumeId::mint(&mut IdMint::new(Timestamp::from_millis(millis), seed));
            prop_assert_eq!(id.to_string().parse::<VolumeId>(), Ok(id));
        }

        #[test]
        fn later_ids_sort_later(millis in 0_i64..1 << 46, gap in 1_i64..1 << 40, seed: u64) {
            let early = PodId::mint(&mut IdMint::new(Timestamp::from_millis(millis), seed));
            let late = PodId::mint(&mut IdMint::new(Timestamp::from_millis(millis + gap), seed));
            prop_assert!(early < late && early.to_string() < late.to_string());
        }
    }
}
