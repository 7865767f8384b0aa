//! Pods on `/api/v1`: rows, the full view, ways to start, what a stop loses.

use std::collections::BTreeMap;

use domain::machine::Cloud;
use domain::pod::{DesiredPod, PodStateKind, PortKind, StopReason};
use domain::{MachineId, MigrationId, PodId, TemplateId, Timestamp, VolumeId};
use serde::{Deserialize, Serialize};

use crate::{Action, Pagination};

/// `GET /api/v1/pods`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodList {
    /// A page of rows.
    pub pods: Vec<PodSummary>,
    /// Where the next page is.
    pub pagination: Pagination,
    /// Rows of all pages, when asked for with `count=exact`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// A pod as a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodSummary {
    /// The pod.
    pub id: PodId,
    /// Its name.
    pub name: String,
    /// Raised by every change.
    pub generation: u64,
    /// What was observed.
    pub state: PodStateKind,
    /// Since when.
    pub since: Timestamp,
    /// Why it is stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<StopReason>,
    /// Its machine.
    pub machine_id: MachineId,
    /// The machine's name.
    pub machine_name: String,
    /// The machine's data centre.
    pub data_center_id: String,
    /// The machine's tier.
    pub cloud: Cloud,
    /// GPU type, or none for a CPU pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu_type: Option<String>,
    /// GPUs it asks for.
    pub gpu_count: u32,
    /// Runs without its GPUs.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cpu_only: bool,
    /// Stopped, and its machine has not enough free GPUs: Start opens the choices of.
    #[serde(default, skip_serializing_if = "is_false")]
    pub gpus_taken: bool,
    /// Its place in the machine's queue, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_position: Option<u32>,
    /// What it costs now, micro-dollars per hour.
    pub micros_per_hour: i64,
    /// Where its data is.
    pub data: DataKind,
    /// Refuses stop and terminate.
    #[serde(default, skip_serializing_if = "is_false")]
    pub locked: bool,
    /// The migration it takes part in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migration: Option<MigrationBinding>,
    /// When it was made.
    pub created_at: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(it: &bool) -> bool {
    !*it
}

/// Where a pod's data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DataKind {
    /// Nothing that survives a stop.
    None,
    /// On its machine.
    Local,
    /// On network volumes.
    Network,
}

/// How a migration binds a pod; `domain::allowed` turns it into reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MigrationBinding {
    /// Which.
    pub id: MigrationId,
    /// In what way.
    pub role: MigrationRole,
    /// The other pod of the move.
    pub other_pod_id: PodId,
    /// When the time of the way back ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A pod's part in a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MigrationRole {
    /// Before the switch, either side.
    UnderWay,
    /// After the switch, the old pod.
    Source,
    /// After the switch, the new pod.
    Target,
}

/// A pod with everything about it; `GET /api/v1/pods/{id}` and the event `pod.changed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pod {
    /// What the row shows.
    pub summary: PodSummary,
    /// What the user asked for.
    pub desired: DesiredPod,
    /// What went wrong, in a sentence (state `ERROR`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The state before the machine went silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<PodStateKind>,
    /// Progress of the image while it is pulled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull: Option<Progress>,
    /// When the container last started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// The image.
    pub image: String,
    /// The start command.
    pub args: String,
    /// Environment.
    pub env: BTreeMap<String, String>,
    /// The template it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_id: Option<TemplateId>,
    /// vCPUs and memory it has.
    pub vcpu_count: u32,
    /// GiB of memory.
    pub memory_gib: u32,
    /// Container disk.
    pub container_disk: Disk,
    /// Pod volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<Disk>,
    /// Network volumes.
    #[serde(default)]
    pub mounts: Vec<Mount>,
    /// Every way to reach it.
    pub endpoints: Vec<Endpoint>,
    /// The SSH command, while there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssh: Option<String>,
    /// The machine's public IP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_ip: Option<String>,
    /// The name other pods use.
    pub internal_dns: String,
    /// The pod it was before a move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<PodId>,
    /// What is possible now, with reasons.
    pub actions: Vec<Action>,
    /// What it costs.
    pub cost: PodCost,
    /// Its life so far, oldest first: the last 50 changes of state.
    pub timeline: Vec<TimelineEntry>,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// Bytes done of bytes in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Done.
    pub bytes_done: u64,
    /// In all; zero while not known.
    pub bytes_total: u64,
}

/// A disk of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Disk {
    /// Size in GB, as billed.
    pub size_gb: u32,
    /// Bytes used, as last reported.
    pub used_bytes: u64,
    /// Where it is mounted; `/` for the container disk.
    pub path: String,
}

/// A network volume in a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Mount {
    /// The volume.
    pub volume_id: VolumeId,
    /// Its name.
    pub volume_name: String,
    /// Where it is mounted.
    pub path: String,
    /// Size in GB.
    pub size_gb: u32,
}

/// One port and where it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Inside the pod.
    pub private: u16,
    /// Through the proxy or mapped.
    pub kind: PortKind,
    /// The proxy URL, or `ip:port`; none while it is assigned at start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// What a pod costs, in micro-dollars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodCost {
    /// Per hour, as it is now.
    pub now_micros_per_hour: i64,
    /// Per hour, running with everything it asks for.
    pub running_micros_per_hour: i64,
    /// Per hour, stopped.
    pub stopped_micros_per_hour: i64,
    /// Charged so far: posted, and accrued in open meters.
    pub accrued_micros: i64,
    /// What is charged now, part by part.
    pub meters: Vec<Meter>,
}

/// An open charge. The page computes the same minute lines from it as the server posts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Meter {
    /// What for: `pod_gpu`, `pod_cpu`, `container_disk`, `pod_volume`, `network_volume`.
    pub resource: String,
    /// GPUs, pods or GB.
    pub quantity: u32,
    /// Micro-dollars per period and unit.
    pub rate_micros: i64,
    /// Minutes of the period: 60 or 43,800.
    pub per_minutes: u32,
    /// Since when.
    pub opened_at: Timestamp,
}

/// A change of state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// Into which state.
    pub state: PodStateKind,
    /// Why, in a sentence, where there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// `POST /api/v1/pods` and, with the same members, `POST /v2/pods`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreatePod {
    /// The name.
    pub name: String,
    /// The image; needed unless a template gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// A template: body over template, `env` merged per key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_id: Option<TemplateId>,
    /// The start command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    /// Environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<BTreeMap<String, String>>,
    /// Ports such as `8888/http`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<Vec<String>>,
    /// Put the account's SSH keys into the pod; the template's choice if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_ssh: Option<bool>,
    /// GPUs; exactly one of `gpu` and `cpu`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu: Option<GpuRequest>,
    /// CPUs only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<CpuRequest>,
    /// Container disk in GB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<u32>,
    /// Pod volume or network volumes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mounts: Option<MountsRequest>,
    /// The tier; Secure if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
    /// Data centres to choose from; all if empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_center_ids: Option<Vec<String>>,
}

/// GPUs of a new pod.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GpuRequest {
    /// The GPU type's ID.
    pub id: String,
    /// How many; 1 if not said.
    #[serde(default = "one")]
    pub count: u32,
    /// Exactly one of these CUDA versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_cuda_versions: Option<Vec<String>>,
    /// At least this CUDA version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_cuda_version: Option<String>,
    /// GiB of memory that come with each GPU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_ram_per_gpu: Option<f64>,
    /// vCPUs that come with each GPU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_vcpu_count_per_gpu: Option<f64>,
}

impl GpuRequest {
    /// So many GPUs of a type, on any machine that has them.
    #[must_use]
    pub const fn new(id: String, count: u32) -> Self {
        Self {
            id,
            count,
            allowed_cuda_versions: None,
            min_cuda_version: None,
            min_ram_per_gpu: None,
            min_vcpu_count_per_gpu: None,
        }
    }
}

const fn one() -> u32 {
    1
}

/// CPUs of a new pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CpuRequest {
    /// The CPU type's ID.
    #[serde(default)]
    pub id: String,
    /// How many, at least 2.
    pub vcpu_count: u32,
}

/// Disks of a new pod that outlive a stop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MountsRequest {
    /// A pod volume, tied to the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persistent: Option<PersistentMount>,
    /// Network volumes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Vec<NetworkMount>>,
}

/// A pod volume of a new pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PersistentMount {
    /// GB, at least 10.
    pub size: u32,
    /// Where it is mounted.
    pub path: String,
}

/// A network volume of a new pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NetworkMount {
    /// The volume.
    pub volume_id: VolumeId,
    /// Where it is mounted.
    pub path: String,
}

/// `PATCH /api/v1/pods/{id}`; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdatePod {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Lock or unlock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// A template whose image, command, disk, ports and environment are applied first, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_id: Option<TemplateId>,
    /// The image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The start command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    /// The environment, in place of all of it; with a template merged over the template's, per key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<BTreeMap<String, String>>,
    /// Ports such as `8888/http`, in place of all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<Vec<String>>,
    /// Container disk in GB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<u32>,
    /// A larger pod volume or another path of it; other paths of network volumes that are mounted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mounts: Option<MountsRequest>,
    /// Agree that a running pod restarts; its container disk is erased. A name or a lock needs no restart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<bool>,
}

/// `POST /api/v1/pods/{id}/action`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodActionRequest {
    /// `start`, `stop`, `restart`, `terminate`, `wait` (join the machine's queue), `leave_queue`.
    pub action: String,
    /// For `start`: 0 starts with CPUs only; absent starts with all its GPUs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu_count: Option<u32>,
    /// For `wait`: start by itself when it is its turn, otherwise only be shown as possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_start: Option<bool>,
    /// For `terminate`: the pod's name, when its volume has data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

/// `GET /api/v1/pods/{id}/start-options`: every way to start, on one screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StartOptions {
    /// Free GPUs of the pod's machine.
    pub free_gpus: u32,
    /// GPUs of the machine in all.
    pub machine_gpus: u32,
    /// GPUs the pod needs.
    pub needed_gpus: u32,
    /// Free GPUs of that type on other machines that could take it.
    pub free_elsewhere: u32,
    /// The ways, in the order of the screen.
    pub options: Vec<StartOption>,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// One way to start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StartOption {
    /// Which way.
    pub kind: StartKind,
    /// Whether it is possible now.
    pub possible: bool,
    /// A stable code of why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<String>,
    /// Why not, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it costs per hour from then on, in micro-dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micros_per_hour: Option<i64>,
    /// `wait`: the place it would have or has, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_position: Option<u32>,
    /// `wait`: whether it already waits.
    #[serde(default)]
    pub waiting: bool,
    /// `wait`: while it waits, whether it starts by itself at its turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_start: Option<bool>,
    /// `cpu_only`: what it gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcpu_count: Option<u32>,
    /// `cpu_only`: what it gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_gib: Option<u32>,
    /// `migrate`, `redeploy`: machines that could take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidates: Option<u32>,
    /// `migrate`: bytes to copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_to_copy: Option<u64>,
    /// `migrate`: expected seconds from and to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta_seconds: Option<[u64; 2]>,
}

/// The ways to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StartKind {
    /// On its own machine, with its GPUs.
    Here,
    /// In the machine's queue.
    Wait,
    /// Without GPUs, to reach the data.
    CpuOnly,
    /// A new pod on another machine.
    Migrate,
    /// A new pod with the same network volume.
    Redeploy,
}

/// `GET /api/v1/pods/{id}/stop-preview`: what a stop keeps, loses and still costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StopPreview {
    /// Disks that stay.
    pub kept: Vec<DiskFate>,
    /// Disks that go.
    pub lost: Vec<DiskFate>,
    /// What the stopped pod costs per day, in micro-dollars.
    pub stopped_micros_per_day: i64,
    /// How likely the GPUs are to be taken when they come back.
    pub return_odds: ReturnOdds,
}

/// What becomes of a disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DiskFate {
    /// `container_disk`, `pod_volume` or `network_volume`.
    pub disk: String,
    /// Its name, for network volumes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Size in GB.
    pub size_gb: u32,
    /// Bytes on it, as last reported.
    pub used_bytes: u64,
}

/// The chance to get the GPUs back, with the counts it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReturnOdds {
    /// Free GPUs of the machine after the stop.
    pub free_after_stop: u32,
    /// GPUs this pod needs to start again.
    pub needed_gpus: u32,
    /// Pods that wait in this machine's queue.
    pub waiting: u32,
    /// Past restarts on this machine that looked for GPUs.
    pub restarts: u32,
    /// How many of those found them taken.
    pub restarts_refused: u32,
}

/// `GET /api/v1/resolve/{idOrHost}`: what an ID, an old ID, a host or a URL stands for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Resolved {
    /// `pod`.
    pub kind: String,
    /// The pod as it is called now.
    pub id: PodId,
    /// Every ID it had before, newest first.
    pub moved_from: Vec<PodId>,
    /// When it got its present ID by a move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_at: Option<Timestamp>,
    /// The position in the log this reflects.
    pub sequence: u64,
}
