//! The published GPU-pod shapes under `/v2`. A stock client works by changing its base URL, so nothing is
//! added to these bodies but fields that released clients already send or read.

pub mod billing;
pub mod catalog;
pub mod pods;
pub mod templates;
pub mod volumes;

use domain::Money;
use serde::{Deserialize, Serialize, Serializer};

/// Dollars as a JSON number with at most six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Usd(pub Money);

impl Usd {
    /// Nothing.
    pub const ZERO: Self = Self(Money::ZERO);
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The nearest double to a number of six decimals is written with those six decimals again.
        serializer.serialize_f64(self.0.micros() as f64 / 1e6)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Usd {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some("US dollars, at most six decimals"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Usd {}

/// `GET` and `PUT /v2/account/ssh-keys`; a `PUT` replaces all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SshKeys {
    /// Public keys, one line each.
    pub keys: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_have_at_most_six_decimals() {
        let text = |micros| serde_json::to_string(&Usd(Money::from_micros(micros))).unwrap();
        assert_eq!(text(690_000), "0.69");
        assert_eq!(text(1), "1e-6");
        assert_eq!(text(123_456_789_123_457), "123456789.123457");
        assert_eq!(text(-5_666), "-0.005666");
        assert_eq!(text(0), "0.0");
    }
}
