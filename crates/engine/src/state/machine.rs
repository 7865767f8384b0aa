//! A machine as the engine holds it.

use domain::machine::{Cloud, MachineState, RELIABILITY_WINDOW_MS, Reliability};
use domain::names::{DataCenterId, GpuTypeId, Name};
use domain::{MachineId, PodId, Timestamp};
use serde::{Deserialize, Serialize};

/// A span in which a machine was silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Downtime {
    /// The last heartbeat before.
    pub from: Timestamp,
    /// The first one after.
    pub to: Timestamp,
}

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The machine.
    pub id: MachineId,
    /// Raised by every change.
    pub generation: u64,
    /// Its name.
    pub name: Name,
    /// Its data centre.
    pub data_center_id: DataCenterId,
    /// Its tier.
    pub cloud: Cloud,
    /// The one model of its GPUs.
    pub gpu_type: GpuTypeId,
    /// Who holds each GPU.
    pub slots: Vec<Option<PodId>>,
    /// Virtual CPUs.
    pub vcpu_count: u32,
    /// Virtual CPUs held by pods.
    pub vcpu_used: u32,
    /// GiB of memory.
    pub memory_gib: u32,
    /// GiB of memory held by pods.
    pub memory_gib_used: u32,
    /// GB of disk.
    pub disk_gb: u32,
    /// GB of disk promised to pods, stopped ones included.
    pub disk_gb_used: u32,
    /// Public IP, or none.
    pub public_ip: Option<String>,
    /// Download, megabits per second.
    pub down_mbps: u32,
    /// Upload, megabits per second.
    pub up_mbps: u32,
    /// Newest CUDA version its driver runs.
    pub cuda_version: String,
    /// Whether it is heard.
    pub state: MachineState,
    /// When it joined.
    pub joined_at: Timestamp,
    /// Silences of the last 30 days.
    pub downtimes: Vec<Downtime>,
    /// Generation of its desired-state document.
    pub document: u64,
    /// Starts on this machine that looked for GPUs.
    pub restarts: u32,
    /// How many of those found them taken.
    pub restarts_refused: u32,
}

impl Machine {
    /// GPUs nobody holds. An unreachable machine has none to give.
    #[must_use]
    pub fn gpu_free(&self) -> u32 {
        match self.state {
            MachineState::Ready => count(self.slots.iter().filter(|it| it.is_none()).count()),
            MachineState::Unreachable { .. } => 0,
        }
    }

    /// GPUs in all.
    #[must_use]
    pub fn gpu_total(&self) -> u32 {
        count(self.slots.len())
    }

    /// Whether the machine is heard.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        matches!(self.state, MachineState::Ready)
    }

    /// The counted and the silent milliseconds of the window of.
    #[must_use]
    pub fn reliability_window(&self, now: Timestamp) -> (i64, i64) {
        let start = self.joined_at.max(now - RELIABILITY_WINDOW_MS);
        let silent = |from: Timestamp, to: Timestamp| to.min(now).since(from.max(start)).max(0);
        let past: i64 = self.downtimes.iter().map(|it| silent(it.from, it.to)).sum();
        let present = match self.state {
            MachineState::Ready => 0,
            MachineState::Unreachable { since } => silent(since, now),
        };
        (now.since(start).max(0), past + present)
    }

    /// Reliability over the last 30 days.
    #[must_use]
    pub fn reliability(&self, now: Timestamp) -> Reliability {
        let (total, down) = self.reliability_window(now);
        Reliability::of(total, down)
    }

    /// Whether it takes new pods.
    #[must_use]
    pub fn is_placeable(&self, now: Timestamp) -> bool {
        self.is_ready() && self.reliability(now) >= Reliability::PLACEABLE_MIN
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
