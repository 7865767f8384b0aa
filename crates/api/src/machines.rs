//! Machines on `/api/v1`.

use domain::machine::Cloud;
use domain::{MachineId, PodId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Pagination;

/// `GET /api/v1/machines`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MachineList {
    /// A page of machines: those of the reader's own pods and those offered; all for an operator.
    pub machines: Vec<Machine>,
    /// Where the next page is.
    pub pagination: Pagination,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// A machine, without its neighbours' names; also the event `machine.changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Machine {
    /// The machine.
    pub id: MachineId,
    /// Its name.
    pub name: String,
    /// Raised by every change.
    pub generation: u64,
    /// Its data centre.
    pub data_center_id: String,
    /// Its country, as an ISO code.
    pub country: String,
    /// Its tier.
    pub cloud: Cloud,
    /// `READY` or `UNREACHABLE`.
    pub state: MachineStateWord,
    /// The last heartbeat, when it is unreachable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreachable_since: Option<Timestamp>,
    /// The last heartbeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_heartbeat_at: Option<Timestamp>,
    /// Its GPU type.
    pub gpu_type: String,
    /// One per GPU, in order.
    pub slots: Vec<Slot>,
    /// Slots nobody holds; never those of an unreachable machine.
    pub gpu_free: u32,
    /// Price per GPU and hour, in micro-dollars; none if its type has no price in its tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu_micros_per_hour: Option<i64>,
    /// Virtual CPUs.
    pub vcpu_count: u32,
    /// GiB of memory.
    pub memory_gib: u32,
    /// GB of disk in all.
    pub disk_gb: u32,
    /// GB of disk nobody holds.
    pub disk_free_gb: u32,
    /// Public IP, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_ip: Option<String>,
    /// Download, megabits per second.
    pub down_mbps: u32,
    /// Upload, megabits per second.
    pub up_mbps: u32,
    /// Newest CUDA version its driver runs.
    pub cuda_version: String,
    /// Parts per million over the last 30 days.
    pub reliability_ppm: u32,
    /// Milliseconds of the window that were counted.
    pub reliability_total_ms: i64,
    /// Milliseconds of it in which the machine was silent.
    pub reliability_down_ms: i64,
    /// Whether it takes new pods.
    pub placeable: bool,
    /// The reader's own pods on it.
    pub my_pods: Vec<PodId>,
    /// Pods that wait for its GPUs.
    pub waiting: u32,
}

/// A machine's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MachineStateWord {
    /// Heard.
    Ready,
    /// Silent.
    Unreachable,
}

/// One GPU of a machine, as the reader may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// Nobody holds it.
    Free,
    /// The reader holds it.
    Yours,
    /// Somebody else holds it.
    Held,
    /// Held for a migration.
    Reserved,
    /// The machine is silent: it may not be counted free.
    NotReady,
}
