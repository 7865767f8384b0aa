//! Pods: what was asked for, what was observed, and the states between.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::names::{GpuTypeId, Image};
use crate::time::Timestamp;
use crate::{Money, VolumeId};

/// The twelve words a pod's state can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PodStateKind {
    /// Waits for its machine to take it.
    Queued,
    /// The image is being pulled.
    Provisioning,
    /// The container is being started.
    Starting,
    /// The container runs.
    Running,
    /// The container was asked to end.
    Stopping,
    /// Ended, with its reason; the pod volume is kept.
    Stopped,
    /// The machine is silent.
    Unreachable,
    /// The start failed, or the container ended by itself again and again.
    Error,
    /// Being deleted.
    Terminating,
    /// Deleted for good.
    Terminated,
}

impl PodStateKind {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 10] = [
        Self::Queued,
        Self::Provisioning,
        Self::Starting,
        Self::Running,
        Self::Stopping,
        Self::Stopped,
        Self::Unreachable,
        Self::Error,
        Self::Terminating,
        Self::Terminated,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Provisioning => "PROVISIONING",
            Self::Starting => "STARTING",
            Self::Running => "RUNNING",
            Self::Stopping => "STOPPING",
            Self::Stopped => "STOPPED",
            Self::Unreachable => "UNREACHABLE",
            Self::Error => "ERROR",
            Self::Terminating => "TERMINATING",
            Self::Terminated => "TERMINATED",
        }
    }

    /// Whether a pod in this state holds GPUs of its machine.
    #[must_use]
    pub const fn holds_gpus(self) -> bool {
        match self {
            Self::Queued | Self::Provisioning | Self::Starting | Self::Running => true,
            // An unreachable pod may still compute; its slots stay its own until the machine speaks.
            Self::Unreachable => true,
            // a stop frees the GPUs at once.
            Self::Stopping | Self::Stopped | Self::Error | Self::Terminating | Self::Terminated => false,
        }
    }

    /// Whether the pod is on its way from one state to another.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        match self {
            Self::Queued | Self::Provisioning | Self::Starting | Self::Stopping | Self::Terminating => true,
            Self::Running | Self::Stopped | Self::Unreachable | Self::Error | Self::Terminated => false,
        }
    }
}

impl fmt::Display for PodStateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PodStateKind {
    type Err = ();

    /// Case is ignored, so that filters and links may use either.
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str().eq_ignore_ascii_case(text))
            .ok_or(())
    }
}

/// A pod's state, with what only that state has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "state",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
pub enum PodState {
    /// Waits for its machine to take it.
    Queued {
        /// Since when.
        since: Timestamp,
    },
    /// The image is being pulled.
    Provisioning {
        /// Since when.
        since: Timestamp,
        /// Bytes pulled so far.
        bytes_done: u64,
        /// Bytes of the image, zero while not known.
        bytes_total: u64,
    },
    /// The container is being started.
    Starting {
        /// Since when.
        since: Timestamp,
    },
    /// The container runs.
    Running {
        /// Since when.
        since: Timestamp,
    },
    /// The container was asked to end.
    Stopping {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: StopReason,
    },
    /// Ended; the pod volume is kept.
    Stopped {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: StopReason,
    },
    /// The machine is silent.
    Unreachable {
        /// The machine's last heartbeat.
        since: Timestamp,
        /// What the pod was doing then.
        was: PodStateKind,
        /// Since when it was doing that, to go on with when it is back.
        was_since: Timestamp,
    },
    /// The start failed.
    Error {
        /// Since when.
        since: Timestamp,
        /// What happened, in a sentence.
        message: String,
    },
    /// Being deleted.
    Terminating {
        /// Since when.
        since: Timestamp,
    },
    /// Deleted for good.
    Terminated {
        /// Since when.
        since: Timestamp,
    },
}

impl PodState {
    /// The word for this state.
    #[must_use]
    pub const fn kind(&self) -> PodStateKind {
        match self {
            Self::Queued { .. } => PodStateKind::Queued,
            Self::Provisioning { .. } => PodStateKind::Provisioning,
            Self::Starting { .. } => PodStateKind::Starting,
            Self::Running { .. } => PodStateKind::Running,
            Self::Stopping { .. } => PodStateKind::Stopping,
            Self::Stopped { .. } => PodStateKind::Stopped,
            Self::Unreachable { .. } => PodStateKind::Unreachable,
            Self::Error { .. } => PodStateKind::Error,
            Self::Terminating { .. } => PodStateKind::Terminating,
            Self::Terminated { .. } => PodStateKind::Terminated,
        }
    }

    /// Since when the pod is in this state.
    #[must_use]
    pub const fn since(&self) -> Timestamp {
        match self {
            Self::Queued { since }
            | Self::Provisioning { since, .. }
            | Self::Starting { since }
            | Self::Running { since }
            | Self::Stopping { since, .. }
            | Self::Stopped { since, .. }
            | Self::Unreachable { since, .. }
            | Self::Error { since, .. }
            | Self::Terminating { since }
            | Self::Terminated { since } => *since,
        }
    }
}

/// Why a pod is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StopReason {
    /// The user stopped it.
    User,
    /// The balance no longer covered ten more minutes.
    OutOfFunds,
    /// Its command ended.
    Exited,
    /// It was moved to another machine and is kept for the time of the way back.
    Moved,
    /// Its migration was cancelled or failed; it is as it was.
    MigrationEnded,
}

impl StopReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::User,
        Self::OutOfFunds,
        Self::Exited,
        Self::Moved,
        Self::MigrationEnded,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::OutOfFunds => "OUT_OF_FUNDS",
            Self::Exited => "EXITED",
            Self::Moved => "MOVED",
            Self::MigrationEnded => "MIGRATION_ENDED",
        }
    }
}

/// What the user asked for, kept apart from what was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DesiredPod {
    /// Should run.
    Running,
    /// Should be stopped, its pod volume kept.
    Stopped,
    /// Should be gone.
    Terminated,
}

impl DesiredPod {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Stopped => "STOPPED",
            Self::Terminated => "TERMINATED",
        }
    }
}

/// How a port is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PortKind {
    /// Through the proxy, at a URL of its own.
    Http,
    /// At the machine's IP and a mapped port.
    Tcp,
}

/// A port the pod listens on; as text `8888/http` or `22/tcp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port {
    /// The number inside the container.
    pub number: u16,
    /// How it is reached.
    pub kind: PortKind,
}

/// The text is not a port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a port such as 8888/http or 22/tcp")]
pub struct PortError;

impl FromStr for Port {
    type Err = PortError;

    fn from_str(text: &str) -> Result<Self, PortError> {
        let (number, kind) = text.split_once('/').ok_or(PortError)?;
        let number = number.parse().ok().filter(|it| *it != 0).ok_or(PortError)?;
        let kind = match kind {
            "http" => PortKind::Http,
            "tcp" => PortKind::Tcp,
            _ => return Err(PortError),
        };
        Ok(Self { number, kind })
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            PortKind::Http => "http",
            PortKind::Tcp => "tcp",
        };
        write!(f, "{}/{kind}", self.number)
    }
}

impl Serialize for Port {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// How GPUs are rented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "tier",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
pub enum Tenancy {
    /// Held until the user stops them or funds end; nobody can take them.
    OnDemand,
    /// Spare GPUs at the user's bid per GPU and hour.
    Spot {
        /// Per GPU and hour.
        bid: Money,
    },
}

/// The processors a pod asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
pub enum Compute {
    /// GPUs of one type.
    Gpu {
        /// The GPU type.
        gpu_type: GpuTypeId,
        /// 1 to all of a machine.
        count: u32,
    },
    /// No GPUs at all.
    Cpu {
        /// Virtual CPUs.
        vcpu_count: u32,
        /// GiB of memory.
        memory_gib: u32,
    },
}

impl Compute {
    /// GPUs asked for.
    #[must_use]
    pub const fn gpu_count(&self) -> u32 {
        match self {
            Self::Gpu { count, .. } => *count,
            Self::Cpu { .. } => 0,
        }
    }
}

/// vCPUs of a pod that starts without its GPUs.
pub const CPU_ONLY_VCPUS: u32 = 2;
/// GiB of memory of a pod that starts without its GPUs.
pub const CPU_ONLY_MEMORY_GIB: u32 = 8;

/// A disk of its own that lives as long as the pod and is tied to its machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodVolume {
    /// Size in GB (10⁹ bytes), as billed.
    pub size_gb: u32,
    /// Where it is mounted.
    pub path: String,
}

/// A network volume in a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VolumeMount {
    /// The volume.
    pub volume_id: VolumeId,
    /// Where it is mounted.
    pub path: String,
}

/// Where a pod volume is mounted unless told otherwise.
pub const WORKSPACE: &str = "/workspace";

/// Everything about a pod that a migration keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodSpec {
    /// The image.
    pub image: Image,
    /// The start command, split like a shell line; empty for the image's own.
    pub args: String,
    /// Environment.
    pub env: BTreeMap<String, String>,
    /// Ports, in the order the user gave.
    pub ports: Vec<Port>,
    /// Processors.
    pub compute: Compute,
    /// On-demand or spot.
    pub tenancy: Tenancy,
    /// Container disk in GB; gone at every stop.
    pub container_disk_gb: u32,
    /// Pod volume, or none.
    pub volume: Option<PodVolume>,
    /// Network volumes. Kept apart from `volume`: a pod has one kind or the other.
    pub mounts: Vec<VolumeMount>,
    /// Whether it gets its account's SSH keys at each start.
    #[serde(default)]
    pub start_ssh: bool,
}

/// What is wrong with a pod's specification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SpecError {
    /// The field as in the request.
    pub field: &'static str,
    /// What is accepted.
    pub message: String,
}

impl PodSpec {
    /// Checks every limit of a specification.
    ///
    /// # Errors
    /// The first field that is outside its limits.
    pub fn check(&self) -> Result<(), SpecError> {
        let wrong = |field, message: String| Err(SpecError { field, message });
        if self.args.len() > limits::ARGS_CHARS_MAX {
            return wrong(
                "args",
                format!("the start command has at most {} bytes", limits::ARGS_CHARS_MAX),
            );
        }
        if self.env.len() > limits::ENV_ENTRIES_MAX {
            return wrong(
                "env",
                format!("a pod has at most {} variables", limits::ENV_ENTRIES_MAX),
            );
        }
        let env_bytes: usize = self.env.iter().map(|(key, value)| key.len() + value.len()).sum();
        if env_bytes > limits::ENV_BYTES_MAX {
            return wrong(
                "env",
                format!("all variables have at most {} bytes", limits::ENV_BYTES_MAX),
            );
        }
        if let Some(key) = self.env.keys().find(|it| !is_env_key(it)) {
            return wrong(
                "env",
                format!("{key:?} is not a variable name: letters, digits and _ are accepted"),
            );
        }
        let http = self.ports.iter().filter(|it| it.kind == PortKind::Http).count();
        if self.ports.len() > limits::PORTS_MAX || http > limits::HTTP_PORTS_MAX {
            let (all, http) = (limits::PORTS_MAX, limits::HTTP_PORTS_MAX);
            return wrong(
                "ports",
                format!("a pod has at most {all} ports, of which {http} HTTP ports"),
            );
        }
        let mut seen = self.ports.clone();
        seen.sort_unstable();
        if let Some(pair) = seen.windows(2).find(|it| it[0].number == it[1].number) {
            return wrong("ports", format!("port {} is given twice", pair[0].number));
        }
        if !(limits::CONTAINER_DISK_GB_MIN..=limits::DISK_GB_MAX).contains(&self.container_disk_gb) {
            let (min, max) = (limits::CONTAINER_DISK_GB_MIN, limits::DISK_GB_MAX);
            return wrong("disk", format!("a container disk has {min} to {max} GB"));
        }
        if let Some(volume) = &self.volume {
            if !(limits::POD_VOLUME_GB_MIN..=limits::DISK_GB_MAX).contains(&volume.size_gb) {
                let (min, max) = (limits::POD_VOLUME_GB_MIN, limits::DISK_GB_MAX);
                return wrong(
                    "mounts.persistent.size",
                    format!("a pod volume has {min} to {max} GB"),
                );
            }
            if !is_mount_path(&volume.path) {
                return wrong("mounts.persistent.path", mount_path_rule());
            }
        }
        if self.mounts.len() > limits::MOUNTS_MAX {
            return wrong(
                "mounts.network",
                format!("a pod mounts at most {} volumes", limits::MOUNTS_MAX),
            );
        }
        if self.mounts.iter().any(|it| !is_mount_path(&it.path)) {
            return wrong("mounts.network.path", mount_path_rule());
        }
        let mut ids: Vec<VolumeId> = self.mounts.iter().map(|it| it.volume_id).collect();
        ids.sort_unstable();
        if let Some(pair) = ids.windows(2).find(|it| it[0] == it[1]) {
            return wrong(
                "mounts.network",
                format!("the volume {} is mounted twice", pair[0]),
            );
        }
        let mut paths: Vec<&str> = self
            .mounts
            .iter()
            .map(|it| it.path.trim_end_matches('/'))
            .collect();
        paths.sort_unstable();
        if let Some(pair) = paths.windows(2).find(|it| it[0] == it[1]) {
            return wrong(
                "mounts.network.path",
                format!("two volumes are mounted at {}", pair[0]),
            );
        }
        match self.compute {
            Compute::Gpu { count, .. } if !(1..=limits::MACHINE_GPUS_MAX).contains(&count) => wrong(
                "gpu.count",
                format!("a pod has 1 to {} GPUs", limits::MACHINE_GPUS_MAX),
            ),
            Compute::Cpu { vcpu_count, .. } if !(2..=128).contains(&vcpu_count) => {
                wrong("cpu.vcpuCount", "a CPU pod has 2 to 128 vCPUs".to_owned())
            }
            Compute::Gpu { .. } | Compute::Cpu { .. } => Ok(()),
        }
    }
}

fn is_mount_path(path: &str) -> bool {
    path.starts_with('/') && path.len() <= limits::MOUNT_PATH_BYTES_MAX && !path.contains(char::is_control)
}

fn mount_path_rule() -> String {
    let max = limits::MOUNT_PATH_BYTES_MAX;
    format!("a mount path starts with /, has at most {max} bytes and no control characters")
}

fn is_env_key(key: &str) -> bool {
    !key.is_empty()
        && !key.starts_with(|it: char| it.is_ascii_digit())
        && key.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::IdMint;

    #[test]
    fn state_words_read_back_in_any_case() {
        for kind in PodStateKind::ALL {
            assert_eq!(kind.as_str().to_lowercase().parse(), Ok(kind));
        }
        assert_eq!("WAITING".parse::<PodStateKind>(), Err(()));
    }

    #[test]
    fn mounts_are_one_for_each_volume_and_path() {
        let mut mint = IdMint::new(Timestamp::from_millis(0), 1);
        let ids = [VolumeId::mint(&mut mint), VolumeId::mint(&mut mint)];
        let checked = |mounts: &[(usize, &str)]| {
            let mount = |it: &(usize, &str)| VolumeMount {
                volume_id: ids[it.0],
                path: it.1.to_owned(),
            };
            let pod = PodSpec {
                image: Image::try_from("a").unwrap(),
                args: String::new(),
                env: BTreeMap::new(),
                ports: Vec::new(),
                compute: Compute::Cpu {
                    vcpu_count: 2,
                    memory_gib: 4,
                },
                tenancy: Tenancy::OnDemand,
                container_disk_gb: 10,
                volume: None,
                mounts: mounts.iter().map(mount).collect(),
                start_ssh: false,
            };
            pod.check().err().map(|it| it.field)
        };
        let long = format!("/{}", "a".repeat(limits::MOUNT_PATH_BYTES_MAX));
        assert_eq!(checked(&[(0, "/data"), (1, "/more")]), None);
        assert_eq!(checked(&[(0, "/data"), (0, "/more")]), Some("mounts.network"));
        assert_eq!(
            checked(&[(0, "/data"), (1, "/data/")]),
            Some("mounts.network.path")
        );
        for wrong in ["data", long.as_str(), "/da\nta"] {
            assert_eq!(checked(&[(0, wrong)]), Some("mounts.network.path"));
        }
    }

    #[test]
    fn ports_read_back_and_refuse_nonsense() {
        assert_eq!(
            "8888/http".parse::<Port>().map(|it| it.to_string()),
            Ok("8888/http".to_owned())
        );
        for wrong in ["0/tcp", "8888", "8888/udp", "99999/http", "/http"] {
            assert_eq!(wrong.parse::<Port>(), Err(PortError), "{wrong}");
        }
    }
}
