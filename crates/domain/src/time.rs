//! Moments in milliseconds UTC, and the minute boundaries that money counts.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment: milliseconds since 1970-01-01T00:00:00Z. On the wire RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// Milliseconds in a minute.
const MINUTE_MS: i64 = 60_000;

impl Timestamp {
    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This moment `seconds` later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// This moment `minutes` later.
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes.saturating_mul(MINUTE_MS)))
    }

    /// This moment `hours` later.
    #[must_use]
    pub const fn plus_hours(self, hours: i64) -> Self {
        self.plus_minutes(hours.saturating_mul(60))
    }

    /// Milliseconds from `earlier` until this moment; negative if it is not earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Index of the first minute boundary at or after this moment.
    #[must_use]
    pub const fn boundary_at_or_after(self) -> i64 {
        self.0.div_euclid(MINUTE_MS) + if self.0.rem_euclid(MINUTE_MS) == 0 { 0 } else { 1 }
    }

    /// The moment of minute boundary `index`.
    #[must_use]
    pub const fn from_boundary(index: i64) -> Self {
        Self(index.saturating_mul(MINUTE_MS))
    }

    /// The start of the UTC hour this moment is in.
    #[must_use]
    pub const fn hour_start(self) -> Self {
        Self(self.0.div_euclid(3_600_000) * 3_600_000)
    }

    /// The first moment of the month this moment is in, by the civil calendar, UTC.
    #[must_use]
    pub fn month_start(self) -> Self {
        let day = DateTime::<Utc>::from_timestamp_millis(self.0).map_or(1, |it| i64::from(it.day()));
        let midnight = self.0.div_euclid(24 * 60 * MINUTE_MS) * 24 * 60 * MINUTE_MS;
        Self(midnight - (day - 1) * 24 * 60 * MINUTE_MS)
    }

    /// Minute boundaries `b` with `from <= b < to`: what is alive in `[from, to)` pays for.
    #[must_use]
    pub const fn boundaries(from: Self, to: Self) -> Minutes {
        let count = to.boundary_at_or_after() - from.boundary_at_or_after();
        Minutes(if count > 0 { count.unsigned_abs() } else { 0 })
    }
}

impl Add<i64> for Timestamp {
    type Output = Self;

    /// This moment and `millis` milliseconds.
    fn add(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

impl Sub<i64> for Timestamp {
    type Output = Self;

    /// This moment less `millis` milliseconds.
    fn sub(self, millis: i64) -> Self {
        Self(self.0.saturating_sub(millis))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let format = if self.0.rem_euclid(1000) == 0 {
            SecondsFormat::Secs
        } else {
            SecondsFormat::Millis
        };
        f.write_str(&moment.to_rfc3339_opts(format, true))
    }
}

/// The text is not an RFC 3339 moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an RFC 3339 time such as 2026-11-22T01:03:00Z")]
pub struct TimestampError;

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| TimestampError)?;
        Ok(Self(moment.timestamp_millis()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A number of charged minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minutes(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touching_spans_never_share_a_boundary() {
        let at = |seconds| Timestamp::from_millis(0).plus_seconds(seconds);
        // 10:00:20 to 11:00:00 has 59 boundaries; 11:00:00 belongs to the next span.
        assert_eq!(Timestamp::boundaries(at(20), at(3600)), Minutes(59));
        assert_eq!(Timestamp::boundaries(at(3600), at(5410)), Minutes(31));
        assert_eq!(Timestamp::boundaries(at(20), at(5410)), Minutes(90));
        assert_eq!(Timestamp::boundaries(at(30), at(20)), Minutes(0));
    }

    #[test]
    fn text_and_back() {
        let moment: Timestamp = "2026-11-22T01:03:00.250Z".parse().unwrap();
        assert_eq!(moment.to_string(), "2026-11-22T01:03:00.250Z");
        assert_eq!(moment.hour_start().to_string(), "2026-11-22T01:00:00Z");
        assert_eq!(moment.month_start().to_string(), "2026-11-01T00:00:00Z");
        assert!("yesterday".parse::<Timestamp>().is_err());
    }
}
