//! A network volume as the engine holds it.

use domain::names::{DataCenterId, Name};
use domain::volume::VolumeSize;
use domain::{AccountId, Timestamp, VolumeId};
use serde::{Deserialize, Serialize};

/// A network volume. Which pods mount it stands in the pods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// The volume.
    pub id: VolumeId,
    /// Raised by every change.
    pub generation: u64,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its name.
    pub name: Name,
    /// Its data centre.
    pub data_center_id: DataCenterId,
    /// Its size.
    pub size: VolumeSize,
    /// Bytes used, as last reported.
    pub used_bytes: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when no pod mounts it.
    pub unattached_since: Option<Timestamp>,
    /// Whether it is in the bin or gone.
    pub bin: VolumeBin,
}

/// The bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum VolumeBin {
    /// In use.
    Kept,
    /// Deleted, can be restored.
    InBin {
        /// When it is gone for good.
        until: Timestamp,
    },
    /// Gone for good.
    Gone {
        /// Since when.
        at: Timestamp,
    },
}

impl Volume {
    /// Whether it can be mounted.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        matches!(self.bin, VolumeBin::Kept)
    }

    /// Whether lists show it.
    #[must_use]
    pub const fn is_listed(&self) -> bool {
        !matches!(self.bin, VolumeBin::Gone { .. })
    }
}
