//! Migration plans and migrations as the engine holds them.

use domain::endpoints::{ChangeKind, IdentityChange};
use domain::machine::Cloud;
use domain::{AccountId, MachineId, MigrationId, MigrationPlanId, Money, PodId, Timestamp, VolumeId};
use serde::{Deserialize, Serialize};

/// What a migration will do. Never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationPlan {
    /// The plan.
    pub id: MigrationPlanId,
    /// Whose.
    pub account_id: AccountId,
    /// The new pod's ID, reserved.
    pub new_pod_id: PodId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be carried out.
    pub expires_at: Timestamp,
    /// BLAKE3 over its ID and content, in hex with the prefix `b3:`.
    pub digest: String,
    /// Everything else.
    pub content: PlanContent,
}

/// What the user reads and agrees to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanContent {
    /// What must still be true when it is carried out.
    pub basis: PlanBasis,
    /// The pod's name.
    pub pod_name: String,
    /// Where the pod is.
    pub source: PlanMachine,
    /// Where it goes.
    pub target: PlanMachine,
    /// Why that machine, in a sentence.
    pub target_reason: String,
    /// The next best machines.
    pub alternatives: Vec<PlanMachine>,
    /// What is kept by name.
    pub kept: Vec<String>,
    /// What becomes of every disk.
    pub disks: Vec<PlanDisk>,
    /// Bytes to copy.
    pub bytes_to_copy: u64,
    /// Expected seconds of the copy, from and to.
    pub eta_seconds: [u64; 2],
}

/// What a plan rests on. A plan is stale when the same question now has another basis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanBasis {
    /// The pod that moves.
    pub pod_id: PodId,
    /// Whether it runs and has to be stopped first.
    pub stops_running_pod: bool,
    /// From which machine.
    pub source: MachineId,
    /// To which machine.
    pub target: MachineId,
    /// Every identity before and after.
    pub changes: Vec<IdentityChange>,
    /// Kinds that change and must be acknowledged.
    pub acknowledge: Vec<ChangeKind>,
    /// Sizes and fates of all disks, in the plan's order.
    pub disks: Vec<(String, u32, PlanFate)>,
    /// What it costs.
    pub cost: PlanCost,
}

/// A machine in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanMachine {
    /// The machine.
    pub machine_id: MachineId,
    /// Its name.
    pub name: String,
    /// Its data centre.
    pub data_center_id: String,
    /// Its tier.
    pub cloud: Cloud,
    /// Its GPU type.
    pub gpu_type: String,
    /// GPUs nobody held.
    pub gpu_free: u32,
    /// GPUs in all.
    pub gpu_total: u32,
    /// What the pod costs there per hour.
    pub per_hour: Money,
}

/// A disk in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanDisk {
    /// `container_disk`, `pod_volume` or `network_volume`.
    pub disk: String,
    /// The network volume.
    pub volume_id: Option<VolumeId>,
    /// Its name, for network volumes.
    pub name: Option<String>,
    /// Size in GB.
    pub size_gb: u32,
    /// Bytes on it.
    pub used_bytes: u64,
    /// What becomes of it.
    pub fate: PlanFate,
}

/// What becomes of a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlanFate {
    /// Copied and verified; kept at the source for the time of the way back.
    Copied,
    /// Detached here, attached there.
    Reattached,
    /// Gone.
    Lost,
    /// Was already empty.
    Empty,
}

/// Prices of a move per hour. The move is charged as one pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCost {
    /// Now.
    pub before: Money,
    /// While it moves.
    pub during: Money,
    /// From the switch on.
    pub after: Money,
}

/// A migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// The migration.
    pub id: MigrationId,
    /// Raised by every change.
    pub generation: u64,
    /// Whose.
    pub account_id: AccountId,
    /// The plan it carries out.
    pub plan_id: MigrationPlanId,
    /// The old pod.
    pub source_pod_id: PodId,
    /// The new pod.
    pub target_pod_id: PodId,
    /// The phase.
    pub state: MigrationState,
    /// When it was started.
    pub started_at: Timestamp,
    /// Whether the source ran when it was started: a cancel starts it again.
    pub source_ran: bool,
    /// Bytes verified on the target.
    pub bytes_done: u64,
    /// Bytes in all.
    pub bytes_total: u64,
    /// Measured over the last seconds.
    pub bytes_per_second: u64,
    /// When the copy began.
    pub copy_started_at: Option<Timestamp>,
    /// The verified copy.
    pub verified: Option<Verified>,
    /// When the new pod took over.
    pub switched_at: Option<Timestamp>,
    /// Bytes on the target's volume at the switch.
    pub used_at_switch: u64,
    /// Why it failed or stands still.
    pub problem: Option<String>,
    /// The phases it went through.
    pub timeline: Vec<(Timestamp, MigrationPhase)>,
}

/// A verified copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Files compared.
    pub files: u64,
    /// BLAKE3 over the manifest, in hex.
    pub manifest_hash: String,
    /// When.
    pub at: Timestamp,
}

/// The words of [`MigrationState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MigrationPhase {
    /// The running source is asked to stop.
    StoppingSource,
    /// The target's GPUs are held; its image and disk are made ready.
    Provisioning,
    /// The pod volume is copied and verified.
    Copying,
    /// The new pod starts.
    Starting,
    /// The new pod serves; the old one is kept.
    AwaitingConfirmation,
    /// The new pod is being removed for the old one.
    Reverting,
    /// Confirmed.
    Completed,
    /// Cancelled before the switch.
    Cancelled,
    /// Brought back after the switch.
    Reverted,
    /// Failed before the switch.
    Failed,
}

impl MigrationPhase {
    /// Whether nothing follows.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        match self {
            Self::Completed | Self::Cancelled | Self::Reverted | Self::Failed => true,
            Self::StoppingSource
            | Self::Provisioning
            | Self::Copying
            | Self::Starting
            | Self::AwaitingConfirmation
            | Self::Reverting => false,
        }
    }

    /// Whether it can be cancelled: until the new pod has started.
    #[must_use]
    pub const fn is_before_switch(self) -> bool {
        matches!(
            self,
            Self::StoppingSource | Self::Provisioning | Self::Copying | Self::Starting
        )
    }
}

/// A phase with what only it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationState {
    /// Which.
    pub phase: MigrationPhase,
    /// Since when.
    pub since: Timestamp,
    /// When it counts as confirmed; only while it awaits that.
    pub confirm_by: Option<Timestamp>,
}

/// For how long a revert waits until the new pod is gone.
const REVERT_MINUTES: i64 = 10;

impl MigrationState {
    /// When the phase ends by itself, if it does.
    #[must_use]
    pub const fn ends_by(&self) -> Option<Timestamp> {
        match self.phase {
            MigrationPhase::AwaitingConfirmation => self.confirm_by,
            MigrationPhase::Reverting => Some(self.since.plus_minutes(REVERT_MINUTES)),
            MigrationPhase::StoppingSource
            | MigrationPhase::Provisioning
            | MigrationPhase::Copying
            | MigrationPhase::Starting
            | MigrationPhase::Completed
            | MigrationPhase::Cancelled
            | MigrationPhase::Reverted
            | MigrationPhase::Failed => None,
        }
    }
}
