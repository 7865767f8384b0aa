//! Migration plans and migrations on `/api/v1`.

use domain::endpoints::{ChangeKind, IdentityChange};
use domain::{MachineId, MigrationId, MigrationPlanId, PodId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::pods::DiskFate;
use crate::{Action, Pagination};

/// `POST /api/v1/pods/{id}/migration-plans`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreatePlan {
    /// The machine to move to; the best one if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<MachineId>,
}

/// What a migration will do, complete and unchangeable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MigrationPlan {
    /// The plan.
    pub id: MigrationPlanId,
    /// Goes with the request that carries it out.
    pub digest: String,
    /// The pod that moves.
    pub pod_id: PodId,
    /// Its name.
    pub pod_name: String,
    /// The new pod's ID, reserved.
    pub new_pod_id: PodId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be carried out.
    pub expires_at: Timestamp,
    /// Where the pod is.
    pub source: PlanMachine,
    /// Where it goes.
    pub target: PlanMachine,
    /// Why that machine, in a sentence.
    pub target_reason: String,
    /// The next best machines.
    pub alternatives: Vec<PlanMachine>,
    /// Every identity, before and after; those that stay as well.
    pub changes: Vec<IdentityChange>,
    /// What is kept by name: `name`, `env`, `template` …
    pub kept: Vec<String>,
    /// What becomes of every disk.
    pub disks: Vec<PlanDisk>,
    /// Bytes to copy.
    pub bytes_to_copy: u64,
    /// Expected seconds of the copy, from and to.
    pub eta_seconds: [u64; 2],
    /// What it costs.
    pub cost: PlanCost,
    /// What to read before it starts.
    pub findings: Vec<Finding>,
    /// Kinds of change to acknowledge, each by name.
    pub acknowledge: Vec<ChangeKind>,
    /// Disks whose loss must be agreed to by typing the pod's name.
    pub consent: Vec<DiskFate>,
    /// Whether the pod runs and will be stopped first.
    pub stops_running_pod: bool,
    /// What the plan rests on has changed since it was made: make a new one.
    pub stale: bool,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// A machine in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlanMachine {
    /// The machine.
    pub machine_id: MachineId,
    /// Its name.
    pub name: String,
    /// Its data centre.
    pub data_center_id: String,
    /// Its tier.
    pub cloud: domain::machine::Cloud,
    /// Its GPU type.
    pub gpu_type: String,
    /// GPUs nobody holds.
    pub gpu_free: u32,
    /// GPUs in all.
    pub gpu_total: u32,
    /// What the pod costs there per hour, in micro-dollars.
    pub micros_per_hour: i64,
}

/// A disk in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlanDisk {
    /// `container_disk`, `pod_volume` or `network_volume`.
    pub disk: String,
    /// Its name, for network volumes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Size in GB.
    pub size_gb: u32,
    /// Bytes on it.
    pub used_bytes: u64,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a disk in a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Copied, verified, and kept at the source for the time of the way back.
    Copied,
    /// Detached here, attached there.
    Reattached,
    /// Gone.
    Lost,
    /// Was already empty.
    Empty,
}

/// Prices of a move, in micro-dollars per hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlanCost {
    /// Now.
    pub before_micros_per_hour: i64,
    /// While it moves: as one pod, never two.
    pub during_micros_per_hour: i64,
    /// From the switch on.
    pub after_micros_per_hour: i64,
    /// The kept source per day: nothing.
    pub kept_source_micros_per_day: i64,
}

/// One thing to read before a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// A stable code.
    pub code: String,
    /// How grave it is.
    pub severity: Severity,
    /// What it is, in a sentence.
    pub text: String,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To read.
    Info,
    /// To acknowledge.
    Warn,
    /// The plan cannot start.
    Block,
}

/// `POST /api/v1/migrations`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StartMigration {
    /// The plan.
    pub plan_id: String,
    /// Its digest: the plan that was read and no other.
    pub plan_digest: String,
    /// Every kind of change, by name.
    #[serde(default)]
    pub acknowledge: Vec<ChangeKind>,
    /// The pod's name, typed, when a disk is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
}

/// `POST /api/v1/migrations/{id}/action`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MigrationActionRequest {
    /// `cancel`, `confirm` or `revert`.
    pub action: String,
    /// `revert`: the pod's name, typed, when the new pod has written data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
}

/// `GET /api/v1/migrations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MigrationList {
    /// A page of migrations, newest first.
    pub migrations: Vec<Migration>,
    /// Where the next page is.
    pub pagination: Pagination,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// A migration; also the event `migration.changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Migration {
    /// The migration.
    pub id: MigrationId,
    /// Raised by every change.
    pub generation: u64,
    /// The plan it carries out.
    pub plan_id: MigrationPlanId,
    /// The phase.
    pub state: MigrationStateWord,
    /// Since when.
    pub since: Timestamp,
    /// When it was started.
    pub started_at: Timestamp,
    /// The pod's name.
    pub pod_name: String,
    /// The old pod.
    pub source_pod_id: PodId,
    /// The new pod.
    pub target_pod_id: PodId,
    /// From which machine.
    pub source_machine: String,
    /// To which machine.
    pub target_machine: String,
    /// The copy.
    pub progress: CopyProgress,
    /// What is possible now.
    pub actions: Vec<Action>,
    /// When it counts as confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm_by: Option<Timestamp>,
    /// Every identity that changed.
    pub changes: Vec<IdentityChange>,
    /// Bytes the new pod has written since the switch: what a revert loses.
    #[serde(default)]
    pub written_since_switch_bytes: u64,
    /// Once the copy is verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Why it failed or stands still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The phases it went through.
    pub timeline: Vec<MigrationPhase>,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// A phase and when it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MigrationPhase {
    /// The phase.
    pub state: MigrationStateWord,
    /// When it began.
    pub at: Timestamp,
}

/// The phases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MigrationStateWord {
    /// The running source is asked to stop.
    StoppingSource,
    /// The target's GPUs are held, its image and disk are made ready.
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

/// How far the copy is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CopyProgress {
    /// Verified.
    pub bytes_done: u64,
    /// In all.
    pub bytes_total: u64,
    /// Measured over the last seconds.
    pub bytes_per_second: u64,
    /// Left at that rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta_seconds: Option<u64>,
}

/// Proof of a verified copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Files compared.
    pub files: u64,
    /// Bytes compared.
    pub bytes: u64,
    /// BLAKE3 over the manifest of all files, in hex.
    pub manifest_hash: String,
    /// When the copy began.
    pub copy_started_at: Timestamp,
    /// When every byte was verified.
    pub verified_at: Timestamp,
    /// When the new pod took over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switched_at: Option<Timestamp>,
}
