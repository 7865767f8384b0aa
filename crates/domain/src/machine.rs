//! Machines: tiers, states, GPUs and reliability.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Who stands behind a machine. Shown wherever a machine or a price is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Cloud {
    /// A trusted partner's data centre.
    Secure,
    /// An invited, vetted individual host.
    Community,
}

impl Cloud {
    /// Both tiers.
    pub const ALL: [Self; 2] = [Self::Secure, Self::Community];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secure => "SECURE",
            Self::Community => "COMMUNITY",
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Cloud {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str().eq_ignore_ascii_case(text))
            .ok_or(())
    }
}

/// A CUDA version, compared as numbers: 12.11 is above 12.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CudaVersion {
    /// Before the dot.
    pub major: u32,
    /// Behind it.
    pub minor: u32,
}

impl FromStr for CudaVersion {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (major, minor) = text.split_once('.').ok_or(())?;
        let number = |it: &str| {
            let digits = it.bytes().all(|it| it.is_ascii_digit());
            it.parse().ok().filter(|_| digits).ok_or(())
        };
        Ok(Self {
            major: number(major)?,
            minor: number(minor)?,
        })
    }
}

/// What a new pod demands of its machine beside GPUs, tier and place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MachineDemand {
    /// One of these CUDA versions; any if empty.
    pub cuda_exactly: Vec<CudaVersion>,
    /// At least this CUDA version.
    pub cuda_at_least: Option<CudaVersion>,
    /// GiB of memory that come with each GPU.
    pub memory_gib_per_gpu_min: u32,
    /// vCPUs that come with each GPU.
    pub vcpus_per_gpu_min: u32,
}

impl MachineDemand {
    /// Whether a machine with this CUDA version will do.
    #[must_use]
    pub fn accepts_cuda(&self, version: &str) -> bool {
        if self.cuda_exactly.is_empty() && self.cuda_at_least.is_none() {
            return true;
        }
        version.parse().is_ok_and(|it: CudaVersion| {
            (self.cuda_exactly.is_empty() || self.cuda_exactly.contains(&it))
                && self.cuda_at_least.is_none_or(|least| least <= it)
        })
    }
}

/// Whether a machine can be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "state",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
pub enum MachineState {
    /// Heard within the last 30 s.
    Ready,
    /// Silent for longer.
    Unreachable {
        /// The last heartbeat, not the moment of noticing.
        since: Timestamp,
    },
}

impl MachineState {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "READY",
            Self::Unreachable { .. } => "UNREACHABLE",
        }
    }
}

/// The agent's heartbeats are this far apart, in milliseconds.
pub const HEARTBEAT_MS: i64 = 10_000;
/// Silence after which a machine is unreachable, in milliseconds.
pub const UNREACHABLE_AFTER_MS: i64 = 30_000;
/// The window reliability looks back on, in milliseconds: 30 days.
pub const RELIABILITY_WINDOW_MS: i64 = 30 * 24 * 3_600_000;
/// Downtime that is forgiven in a window, in milliseconds: 10 minutes.
pub const RELIABILITY_GRACE_MS: i64 = 600_000;

/// Reliability in parts per million; 1,000,000 is always reachable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reliability(pub u32);

impl Reliability {
    /// Below this a machine takes no new pods: 98 %.
    pub const PLACEABLE_MIN: Self = Self(980_000);

    /// `(total − down + 10 minutes) / total`, at most 1, over milliseconds.
    ///
    /// A machine that has only just joined counts as reliable.
    #[must_use]
    pub fn of(total_ms: i64, down_ms: i64) -> Self {
        if total_ms <= 0 {
            return Self(1_000_000);
        }
        let up = (total_ms - down_ms + RELIABILITY_GRACE_MS).clamp(0, total_ms);
        let parts = i128::from(up) * 1_000_000 / i128::from(total_ms);
        Self(u32::try_from(parts).unwrap_or(1_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuda_versions_are_numbers_not_texts() {
        let version = |text: &str| text.parse::<CudaVersion>();
        assert!(version("12.11").unwrap() > version("12.2").unwrap());
        for wrong in ["12", "12.", ".1", "12.x", "+1.2", "1.2.3", ""] {
            assert!(version(wrong).is_err(), "{wrong}");
        }
        let least = MachineDemand {
            cuda_at_least: version("12.4").ok(),
            ..MachineDemand::default()
        };
        assert!(least.accepts_cuda("12.10") && !least.accepts_cuda("12.3") && !least.accepts_cuda("new"));
        assert!(MachineDemand::default().accepts_cuda("new"));
    }

    ///
    #[test]
    fn reliability_forgives_ten_minutes_and_never_exceeds_one() {
        let day = 24 * 3_600_000;
        assert_eq!(Reliability::of(day, 0), Reliability(1_000_000));
        assert_eq!(Reliability::of(day, 600_000), Reliability(1_000_000));
        assert_eq!(Reliability::of(day, 600_000 + day / 100), Reliability(990_000));
        assert_eq!(Reliability::of(60_000, 60_000), Reliability(1_000_000));
        assert_eq!(Reliability::of(0, 0), Reliability(1_000_000));
        assert!(Reliability::of(30 * day, day) < Reliability::PLACEABLE_MIN);
    }
}
