//! Texts that were checked once: names, images, data centres, environment keys.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::limits;

/// Why a text was refused. The `Display` says what would be accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but blanks.
    #[error("{what} must not be empty")]
    Empty {
        /// What the text names, for the sentence.
        what: &'static str,
    },
    /// More characters than the limit.
    #[error("{what} has at most {max} characters")]
    TooLong {
        /// What the text names, for the sentence.
        what: &'static str,
        /// The limit.
        max: usize,
    },
    /// A character that is not accepted.
    #[error("{what} must not contain {found:?}; {accepted}")]
    Character {
        /// What the text names, for the sentence.
        what: &'static str,
        /// The first refused character.
        found: char,
        /// What is accepted.
        accepted: &'static str,
    },
}

macro_rules! checked_text {
    ($($(#[$doc:meta])* $name:ident: $what:literal, $max:expr, $accepts:expr, $accepted:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            /// Blanks at both ends are dropped.
            fn try_from(text: String) -> Result<Self, NameError> {
                let text = text.trim();
                if text.is_empty() {
                    return Err(NameError::Empty { what: $what });
                }
                if text.chars().count() > $max {
                    return Err(NameError::TooLong { what: $what, max: $max });
                }
                let accepts: fn(char) -> bool = $accepts;
                match text.chars().find(|it| !accepts(*it)) {
                    Some(found) => Err(NameError::Character { what: $what, found, accepted: $accepted }),
                    None => Ok(Self(text.to_owned())),
                }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = NameError;

            fn try_from(text: &str) -> Result<Self, NameError> {
                Self::try_from(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::try_from(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

fn not_control(it: char) -> bool {
    !it.is_control()
}

checked_text! {
    /// The name a user gives to a pod, volume, template or account. Not unique.
    Name: "a name", limits::NAME_CHARS_MAX, not_control, "control characters are not accepted";
    /// An image reference such as `pytorch/pytorch:2.4`.
    Image: "an image", limits::IMAGE_CHARS_MAX,
        |it| it.is_ascii_alphanumeric() || "._-/:@+".contains(it), "letters, digits and . _ - / : @ + are";
    /// A data centre such as `FRA-1`.
    DataCenterId: "a data centre", 32,
        |it| it.is_ascii_alphanumeric() || it == '-', "letters, digits and - are";
    /// A GPU model such as `NVIDIA GeForce RTX 4090`.
    GpuTypeId: "a GPU type", 80, |it| it.is_ascii_graphic() || it == ' ', "printable ASCII is";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_checked() {
        assert_eq!(
            Name::try_from("  train-a ").map(|it| it.to_string()),
            Ok("train-a".to_owned())
        );
        assert_eq!(Name::try_from("   "), Err(NameError::Empty { what: "a name" }));
        assert!(matches!(
            Name::try_from("a\u{7}b"),
            Err(NameError::Character { found: '\u{7}', .. })
        ));
        assert!(matches!(
            Name::try_from("x".repeat(121)),
            Err(NameError::TooLong { max: 120, .. })
        ));
        assert!(matches!(
            Image::try_from("py torch"),
            Err(NameError::Character { found: ' ', .. })
        ));
    }
}
