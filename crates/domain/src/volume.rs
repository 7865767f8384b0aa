//! Network volumes: sizes and what may change.

use serde::{Deserialize, Serialize};

use crate::limits;

/// Hours a deleted network volume waits in the bin.
pub const BIN_HOURS: i64 = 24;

/// Why a size was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VolumeSizeError {
    /// Outside 10 to 4,096 GB.
    #[error(
        "a network volume has {} to {} GB",
        limits::NETWORK_VOLUME_GB_MIN,
        limits::NETWORK_VOLUME_GB_MAX
    )]
    OutOfRange,
    /// Smaller than now.
    #[error("a network volume grows, it never shrinks: it has {now_gb} GB")]
    Shrinks {
        /// Its size.
        now_gb: u32,
    },
}

/// The size of a network volume in GB (10⁹ bytes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VolumeSize(u32);

impl VolumeSize {
    /// A size for a new volume.
    ///
    /// # Errors
    /// [`VolumeSizeError::OutOfRange`].
    pub fn new(gb: u32) -> Result<Self, VolumeSizeError> {
        if (limits::NETWORK_VOLUME_GB_MIN..=limits::NETWORK_VOLUME_GB_MAX).contains(&gb) {
            Ok(Self(gb))
        } else {
            Err(VolumeSizeError::OutOfRange)
        }
    }

    /// The size after growing to `gb`.
    ///
    /// # Errors
    /// [`VolumeSizeError::Shrinks`] or [`VolumeSizeError::OutOfRange`].
    pub fn grow_to(self, gb: u32) -> Result<Self, VolumeSizeError> {
        if gb < self.0 {
            Err(VolumeSizeError::Shrinks { now_gb: self.0 })
        } else {
            Self::new(gb)
        }
    }

    /// GB.
    #[must_use]
    pub const fn gb(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    ///
    #[test]
    fn grows_within_its_range_and_never_shrinks() {
        let size = VolumeSize::new(100).unwrap();
        assert_eq!(size.grow_to(200).map(VolumeSize::gb), Ok(200));
        assert_eq!(size.grow_to(99), Err(VolumeSizeError::Shrinks { now_gb: 100 }));
        assert_eq!(size.grow_to(4_097), Err(VolumeSizeError::OutOfRange));
        assert_eq!(VolumeSize::new(9), Err(VolumeSizeError::OutOfRange));
    }
}
