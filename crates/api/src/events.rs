//! The event stream `GET /api/v1/events`: present views, never differences.

use domain::{MachineId, PodId, VolumeId};
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::machines::Machine;
use crate::migrations::Migration;
use crate::pods::Pod;
use crate::volumes::Volume;

/// A message of the stream. Its SSE id is the position in the log; ids have gaps.
#[derive(Debug, Clone, PartialEq)]
pub enum FeedEvent {
    /// `pod.changed`: the whole view.
    PodChanged(Box<Pod>),
    /// `pod.deleted`: terminated, or no longer the reader's.
    PodDeleted(PodDeleted),
    /// `machine.changed`.
    MachineChanged(Box<Machine>),
    /// `machine.deleted`: no longer offered, and none of the reader's pods is on it.
    MachineDeleted(MachineDeleted),
    /// `volume.changed`.
    VolumeChanged(Box<Volume>),
    /// `volume.deleted`.
    VolumeDeleted(VolumeDeleted),
    /// `migration.changed`.
    MigrationChanged(Box<Migration>),
    /// `account.changed`: funds, burn or balance moved.
    AccountChanged(Box<Account>),
    /// `ledger.posted`: read the ledger again if it is on screen.
    LedgerPosted(LedgerPosted),
    /// `reset`: too far back; read everything again.
    Reset,
}

/// The pod that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodDeleted {
    /// The pod.
    pub id: PodId,
}

/// The machine that is out of sight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MachineDeleted {
    /// The machine.
    pub id: MachineId,
}

/// The volume that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VolumeDeleted {
    /// The volume.
    pub id: VolumeId,
}

/// New lines in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LedgerPosted {
    /// How many.
    pub lines: u32,
}

/// Every event name, for `EventSource.addEventListener`.
pub const NAMES: [&str; 10] = [
    "pod.changed",
    "pod.deleted",
    "machine.changed",
    "machine.deleted",
    "volume.changed",
    "volume.deleted",
    "migration.changed",
    "account.changed",
    "ledger.posted",
    "reset",
];

impl FeedEvent {
    /// The event's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PodChanged(_) => NAMES[0],
            Self::PodDeleted(_) => NAMES[1],
            Self::MachineChanged(_) => NAMES[2],
            Self::MachineDeleted(_) => NAMES[3],
            Self::VolumeChanged(_) => NAMES[4],
            Self::VolumeDeleted(_) => NAMES[5],
            Self::MigrationChanged(_) => NAMES[6],
            Self::AccountChanged(_) => NAMES[7],
            Self::LedgerPosted(_) => NAMES[8],
            Self::Reset => NAMES[9],
        }
    }

    /// The data line.
    ///
    /// # Errors
    /// None of these types can fail to be written; the error is passed on all the same.
    pub fn data(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::PodChanged(it) => serde_json::to_string(it),
            Self::PodDeleted(it) => serde_json::to_string(it),
            Self::MachineChanged(it) => serde_json::to_string(it),
            Self::MachineDeleted(it) => serde_json::to_string(it),
            Self::VolumeChanged(it) => serde_json::to_string(it),
            Self::VolumeDeleted(it) => serde_json::to_string(it),
            Self::MigrationChanged(it) => serde_json::to_string(it),
            Self::AccountChanged(it) => serde_json::to_string(it),
            Self::LedgerPosted(it) => serde_json::to_string(it),
            Self::Reset => Ok("{}".to_owned()),
        }
    }

    /// Reads a message; `None` for a name this version does not know.
    ///
    /// # Errors
    /// The data is not what the name says.
    pub fn parse(name: &str, data: &str) -> Result<Option<Self>, serde_json::Error> {
        Ok(Some(match name {
            "pod.changed" => Self::PodChanged(Box::new(serde_json::from_str(data)?)),
            "pod.deleted" => Self::PodDeleted(serde_json::from_str(data)?),
            "machine.changed" => Self::MachineChanged(Box::new(serde_json::from_str(data)?)),
            "machine.deleted" => Self::MachineDeleted(serde_json::from_str(data)?),
            "volume.changed" => Self::VolumeChanged(Box::new(serde_json::from_str(data)?)),
            "volume.deleted" => Self::VolumeDeleted(serde_json::from_str(data)?),
            "migration.changed" => Self::MigrationChanged(Box::new(serde_json::from_str(data)?)),
            "account.changed" => Self::AccountChanged(Box::new(serde_json::from_str(data)?)),
            "ledger.posted" => Self::LedgerPosted(serde_json::from_str(data)?),
            "reset" => Self::Reset,
            _ => return Ok(None),
        }))
    }
}
