//! Accounts, open meters and posted entries.

use domain::names::Name;
use domain::{
    AccountId, LedgerEntryId, MachineId, MeterId, MigrationId, MinuteRate, Minutes, Money, PodId, Quantity,
    Timestamp, VolumeId,
};
use serde::{Deserialize, Serialize};

/// Who owns and pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// Raised by every change.
    pub generation: u64,
    /// Its name.
    pub name: Name,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it sees and runs the whole fleet.
    pub operator: bool,
    /// The state of its funds.
    pub funds: FundsState,
    /// Public SSH keys, one a line, for pods that ask for them.
    #[serde(default)]
    pub ssh_keys: Vec<String>,
}

/// The state of an account's funds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FundsState {
    /// Enough.
    Ok,
    /// Its pods were stopped.
    Out {
        /// When.
        stopped_at: Timestamp,
    },
}

/// What a charge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// GPUs of a pod.
    PodGpu,
    /// A pod without GPUs.
    PodCpu,
    /// The container disk of a running pod.
    ContainerDisk,
    /// A pod volume.
    PodVolume,
    /// A network volume.
    NetworkVolume,
    /// Money paid in.
    Credit,
}

impl Resource {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PodGpu => "pod_gpu",
            Self::PodCpu => "pod_cpu",
            Self::ContainerDisk => "container_disk",
            Self::PodVolume => "pod_volume",
            Self::NetworkVolume => "network_volume",
            Self::Credit => "credit",
        }
    }
}

/// Why something is charged, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeterReason {
    /// A running pod.
    Running,
    /// A pod that runs without its GPUs.
    CpuOnly,
    /// A disk of a running pod.
    StorageRunning,
    /// The volume of a stopped pod.
    StorageStopped,
    /// A network volume.
    NetworkVolume,
    /// The machine was silent: $0.
    MachineDown,
    /// The kept source of a move: $0.
    Migration,
    /// Paid in.
    TopUp,
    /// Mends an earlier entry.
    Correction,
}

impl MeterReason {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::CpuOnly => "cpu_only",
            Self::StorageRunning => "storage_running",
            Self::StorageStopped => "storage_stopped",
            Self::NetworkVolume => "network_volume",
            Self::MachineDown => "machine_down",
            Self::Migration => "migration",
            Self::TopUp => "top_up",
            Self::Correction => "correction",
        }
    }
}

/// The thing that is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// A pod.
    Pod(PodId),
    /// A network volume.
    Volume(VolumeId),
    /// The account itself: money paid in.
    Account,
}

/// An open charge. What it has cost at any moment is a pure function of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// The charge.
    pub id: MeterId,
    /// Who pays.
    pub account_id: AccountId,
    /// What is charged.
    pub subject: Subject,
    /// What for.
    pub resource: Resource,
    /// Why.
    pub reason: MeterReason,
    /// The machine it is on.
    pub machine_id: Option<MachineId>,
    /// The price of one unit.
    pub rate: MinuteRate,
    /// Units.
    pub quantity: Quantity,
    /// Since when.
    pub opened_at: Timestamp,
    /// Minutes of it that are posted.
    pub posted: Minutes,
    /// The entry those were last posted with, to be named by a correction.
    pub last_entry: Option<LedgerEntryId>,
    /// The move it belongs to.
    pub migration_id: Option<MigrationId>,
}

impl Meter {
    /// Minutes charged before `at`.
    #[must_use]
    pub const fn minutes(&self, at: Timestamp) -> Minutes {
        Timestamp::boundaries(self.opened_at, at)
    }

    /// When its unposted minutes are due: the first full hour after the first of them.
    #[must_use]
    pub const fn posting_due(&self) -> Timestamp {
        let first = self.opened_at.boundary_at_or_after() + self.posted.0.cast_signed();
        Timestamp::from_boundary((first.div_euclid(60) + 1) * 60)
    }

    /// Charged before `at` but not posted.
    #[must_use]
    pub fn unposted(&self, at: Timestamp) -> Money {
        self.rate
            .charge(self.quantity, self.posted.0 + 1, self.minutes(at).0)
    }

    /// Charged before `at` in all.
    #[must_use]
    pub fn accrued(&self, at: Timestamp) -> Money {
        self.rate.charge_first(self.quantity, self.minutes(at))
    }

    /// Whether it is a pod's compute: what stops when funds end.
    #[must_use]
    pub const fn is_of_running_pod(&self) -> bool {
        matches!(
            self.reason,
            MeterReason::Running | MeterReason::CpuOnly | MeterReason::StorageRunning
        )
    }
}

/// A posted line. Never edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The line.
    pub id: LedgerEntryId,
    /// Whose ledger.
    pub account_id: AccountId,
    /// The meter it was posted for; none for credits.
    pub meter_id: Option<MeterId>,
    /// What is charged.
    pub subject: Subject,
    /// What for.
    pub resource: Resource,
    /// Why.
    pub reason: MeterReason,
    /// The name of the pod or volume at the time.
    pub name: String,
    /// The machine it was on.
    pub machine_id: Option<MachineId>,
    /// Start of the span.
    pub from: Timestamp,
    /// End of the span, not included.
    pub to: Timestamp,
    /// Where the first minute stands in its meter, from 1.
    pub first_minute: u64,
    /// Minutes in the span.
    pub minutes: Minutes,
    /// Units.
    pub quantity: Quantity,
    /// The price of one unit.
    pub rate: MinuteRate,
    /// As it changes the balance: charges negative, credits positive.
    pub amount: Money,
    /// The entry it corrects.
    pub corrects: Option<LedgerEntryId>,
    /// The move it belongs to.
    pub migration_id: Option<MigrationId>,
    /// What the operator wrote, for credits.
    pub note: Option<String>,
    /// When it was posted.
    pub posted_at: Timestamp,
}

/// The amount of a charge over `minutes` from `first_minute`, as it changes the balance.
#[must_use]
pub fn entry_amount(rate: MinuteRate, quantity: Quantity, first_minute: u64, minutes: Minutes) -> Money {
    if minutes.0 == 0 {
        Money::ZERO
    } else {
        -rate.charge(quantity, first_minute, first_minute + minutes.0 - 1)
    }
}
