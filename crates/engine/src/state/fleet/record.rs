//! A fleet as a list of things: for snapshots, and to compare two fleets.

use serde::{Deserialize, Serialize};

use super::Fleet;
use crate::event::Change;

/// A fleet as a list of things, to be written and read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FleetRecord {
    /// Position of the last event it holds.
    pub sequence: u64,
    /// Every thing, as the event that last changed it carried it.
    pub changes: Vec<Change>,
}

impl From<FleetRecord> for Fleet {
    fn from(record: FleetRecord) -> Self {
        let mut fleet = Self {
            sequence: record.sequence,
            ..Self::default()
        };
        for change in record.changes {
            let _before = fleet.put(change);
        }
        fleet
    }
}

impl Fleet {
    /// Everything that is in the log, to be written as a snapshot.
    #[must_use]
    pub fn record(&self) -> FleetRecord {
        let changes = std::iter::once(Change::Settings(Box::new(self.settings().clone())))
            .chain(
                self.accounts
                    .values()
                    .map(|it| Change::Account(Box::new(it.clone()))),
            )
            .chain(
                self.machines
                    .values()
                    .map(|it| Change::Machine(Box::new(it.clone()))),
            )
            .chain(
                self.templates
                    .values()
                    .map(|it| Change::Template(Box::new(it.clone()))),
            )
            .chain(self.pods.values().map(|it| Change::Pod(Box::new(it.clone()))))
            .chain(
                self.volumes
                    .values()
                    .map(|it| Change::Volume(Box::new(it.clone()))),
            )
            .chain(self.plans.values().map(|it| Change::Plan(Box::new(it.clone()))))
            .chain(
                self.migrations
                    .values()
                    .map(|it| Change::Migration(Box::new(it.clone()))),
            )
            .chain(self.meters.values().map(|it| Change::Meter(Box::new(it.clone()))))
            .chain(
                self.ledgers
                    .values()
                    .flat_map(|it| &it.entries)
                    .map(|it| Change::Posted(Box::new(it.clone()))),
            )
            .collect();
        FleetRecord {
            sequence: self.sequence,
            changes,
        }
    }

    /// A hash of everything that is in the log: two fleets with one history have the same.
    ///
    /// # Errors
    /// A thing that cannot be written; none of ours is.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        let mut hasher = blake3::Hasher::new();
        let record = self.record();
        hasher.update(&record.sequence.to_le_bytes());
        for change in &record.changes {
            hasher.update(&serde_json::to_vec(change)?);
        }
        Ok(hasher.finalize().to_hex().to_string())
    }
}
