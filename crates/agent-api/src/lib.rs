//! Host-agent protocol: what a machine should be, and what its agent saw.
//!
//! A control plane sends a [`Document`], the whole desired state of one machine, never an order. An
//! agent answers with a [`Report`] of everything it observes. A lost or repeated message does no harm:
//! documents carry (epoch, generation) and an agent refuses one that is older than the last it
//! accepted; reports carry levels, not differences.

use std::collections::BTreeMap;

use domain::names::Image;
use domain::pod::{PodVolume, Port, VolumeMount};
use domain::{MachineId, MigrationId, PodId, Timestamp, VolumeId};
use serde::{Deserialize, Serialize};

/// The version both sides speak.
pub const PROTOCOL: u32 = 1;

/// The desired state of one machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// The machine.
    pub machine_id: MachineId,
    /// Raised by every change of leader and every restore.
    pub epoch: u64,
    /// Raised by every change of this document.
    pub generation: u64,
    /// Every pod that should be on the machine. A pod that is not named should not be there.
    pub pods: Vec<PodOrder>,
}

impl Document {
    /// Orders documents by age.
    #[must_use]
    pub const fn version(&self) -> Version {
        Version {
            epoch: self.epoch,
            generation: self.generation,
        }
    }
}

/// The age of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Compared first.
    pub epoch: u64,
    /// Compared second.
    pub generation: u64,
}

/// One pod in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodOrder {
    /// The pod.
    pub pod_id: PodId,
    /// Its name. Drivers use it for labels; the simulation reads sentinels from it.
    pub name: String,
    /// What it should do.
    pub desired: PodDesired,
    /// Counts starts: a running container of an older one is replaced.
    pub incarnation: u32,
    /// The image.
    pub image: Image,
    /// The start command; empty for the image's own.
    pub args: String,
    /// Environment, the control plane's own variables included.
    pub env: BTreeMap<String, String>,
    /// Ports with the numbers they are mapped to.
    pub ports: Vec<MappedPort>,
    /// Indices of the machine's GPUs.
    pub gpus: Vec<u32>,
    /// Virtual CPUs.
    pub vcpu_count: u32,
    /// GiB of memory.
    pub memory_gib: u32,
    /// Container disk in GB.
    pub container_disk_gb: u32,
    /// Pod volume.
    pub volume: Option<PodVolume>,
    /// Network volumes.
    pub mounts: Vec<VolumeMount>,
    /// A copy this pod's volume takes part in.
    pub copy: Option<CopyOrder>,
}

/// What a pod on a machine should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PodDesired {
    /// Run.
    Running,
    /// Not run; its pod volume stays.
    Stopped,
}

/// A port and the machine's port it is reached at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MappedPort {
    /// Inside the container.
    pub port: Port,
    /// At the machine, for TCP ports.
    pub public: Option<u16>,
}

/// A copy of a pod volume between two machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyOrder {
    /// The migration it belongs to.
    pub migration_id: MigrationId,
    /// Which side this pod is.
    pub side: CopySide,
    /// Bytes to copy in all.
    pub bytes_total: u64,
    /// Bytes the taking side had verified when the document was made; it goes on from there.
    pub bytes_verified: u64,
}

/// A side of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "side", rename_all_fields = "camelCase")]
pub enum CopySide {
    /// Offers its volume, stopped.
    Give {
        /// To which pod.
        to: PodId,
    },
    /// Takes the other's volume.
    Take {
        /// From which pod.
        from: PodId,
    },
}

/// Everything an agent observes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The machine.
    pub machine_id: MachineId,
    /// Changes with every start of the machine.
    pub boot_id: u64,
    /// The last document accepted.
    pub accepted: Version,
    /// The machine's own clock, for logs only.
    pub at: Timestamp,
    /// Every pod that is there.
    pub pods: Vec<PodReport>,
    /// Every copy this machine takes.
    pub copies: Vec<CopyReport>,
}

/// One pod as its machine sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodReport {
    /// The pod.
    pub pod_id: PodId,
    /// Which start this is about.
    pub incarnation: u32,
    /// What it does.
    pub observed: Observed,
    /// Bytes used on the pod volume.
    pub volume_used_bytes: u64,
    /// Bytes written to the container disk since the image.
    pub container_used_bytes: u64,
    /// Network volumes it has mounted, as their file system counts them.
    pub mounts: Vec<MountUsage>,
}

/// How full a network volume is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MountUsage {
    /// The volume.
    pub volume_id: VolumeId,
    /// Bytes used on it.
    pub used_bytes: u64,
}

/// What a container does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "state", rename_all_fields = "camelCase")]
pub enum Observed {
    /// The image is being pulled.
    Pulling {
        /// Bytes so far.
        bytes_done: u64,
        /// Bytes of the image.
        bytes_total: u64,
    },
    /// The container is being made and started.
    Starting,
    /// The container runs.
    Running,
    /// The container was sent SIGTERM.
    Stopping,
    /// No container; the volume is there.
    Stopped,
    /// The command ended by itself.
    Exited {
        /// Its exit code.
        code: i32,
    },
    /// The start failed.
    Failed {
        /// What happened and what to do, in a sentence.
        message: String,
    },
}

/// How far a copy is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyReport {
    /// The migration.
    pub migration_id: MigrationId,
    /// Bytes received whose hashes are right.
    pub bytes_verified: u64,
    /// Measured over the last seconds.
    pub bytes_per_second: u64,
    /// When every byte is verified: the result.
    pub verified: Option<CopyVerified>,
    /// Why it does not go on, if so.
    pub problem: Option<String>,
}

/// The result of a verified copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyVerified {
    /// Files compared.
    pub files: u64,
    /// BLAKE3 over the manifest of all files, in hex.
    pub manifest_hash: String,
}
