//! Pods in the published shape.

use std::collections::BTreeMap;

use domain::machine::Cloud;
use domain::{PodId, TemplateId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Usd;
use crate::Pagination;
use crate::pods::GpuRequest;

/// `GET /v2/pods`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodList {
    /// Pods, oldest first.
    pub pods: Vec<Pod>,
    /// Only with `limit` or `cursor`, or where not all rows are here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pagination>,
}

/// A pod's state in the published words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PodStatus {
    /// Waits for its machine, or its image is pulled.
    Provisioning,
    /// The container is started.
    Starting,
    /// The container runs.
    Running,
    /// Stopped.
    Exited,
    /// The start failed.
    Error,
    /// Deleted.
    Terminated,
}

/// What can be asked of a pod, in the published words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum PodAction {
    /// Run again.
    Start,
    /// End the container.
    Stop,
    /// End the container and run it again.
    Restart,
    /// Delete for good.
    Terminate,
}

/// A pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pod {
    /// The pod.
    pub id: PodId,
    /// Its name.
    pub name: String,
    /// Its state.
    pub status: PodStatus,
    /// What is allowed now.
    pub actions: Vec<PodAction>,
    /// The image.
    pub image: String,
    /// The start command; empty if there is none, or if `entrypoint` or `cmd` is set.
    pub args: String,
    /// Replaces the image's entry point.
    pub entrypoint: Vec<String>,
    /// Replaces the image's command.
    pub cmd: Vec<String>,
    /// Container disk in GB.
    pub disk: u32,
    /// Disks that outlive a stop.
    pub mounts: Mounts,
    /// Ports such as `8888/http`.
    pub ports: Vec<String>,
    /// Environment.
    pub env: BTreeMap<String, String>,
    /// Stored registry credentials; there are none.
    pub registry: Option<String>,
    /// GPUs; exactly one of `gpu` and `cpu`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu: Option<PodGpu>,
    /// CPUs only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<PodCpu>,
    /// The tier.
    pub cloud: Cloud,
    /// The data centre.
    pub data_center_id: Option<String>,
    /// Newest CUDA version of its machine's driver.
    pub cuda_version: Option<String>,
    /// Ways to log in.
    pub ssh: PodSsh,
    /// The template it was made from.
    pub template: Option<TemplateId>,
    /// Dollars per hour now; zero unless it holds a machine's GPUs or CPUs.
    pub cost: Usd,
    /// Refuses stop and terminate.
    pub locked: bool,
    /// A network across data centres; there is none.
    pub global_networking: GlobalNetworking,
    /// Only while it runs.
    pub runtime: Option<PodRuntime>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the container last started.
    pub started_at: Option<Timestamp>,
}

/// GPUs of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodGpu {
    /// The GPU type.
    pub id: String,
    /// How many.
    pub count: u32,
    /// vCPUs that come with them.
    pub vcpu_count: u32,
    /// GB of memory that come with them.
    pub memory: u32,
}

/// CPUs of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodCpu {
    /// The CPU type.
    pub id: String,
    /// How many.
    pub vcpu_count: u32,
    /// GB of memory.
    pub memory: u32,
}

/// Disks that outlive a stop; both absent for none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Mounts {
    /// A pod volume, tied to the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persistent: Option<PersistentMount>,
    /// At most one network volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Vec<NetworkMount>>,
}

/// A pod volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PersistentMount {
    /// GB, at least 10.
    pub size: u32,
    /// Where it is mounted.
    pub path: String,
}

/// A network volume in a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NetworkMount {
    /// The volume's ID.
    pub volume_id: String,
    /// Where it is mounted.
    pub path: String,
}

/// A network across data centres.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GlobalNetworking {
    /// Whether the pod is in it.
    pub enabled: bool,
}

/// Ways to log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodSsh {
    /// Through the proxy.
    pub proxy: Option<SshEndpoint>,
    /// At the machine's IP, while port 22 is mapped.
    pub direct: Option<SshEndpoint>,
}

/// One way to log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SshEndpoint {
    /// The host or IP.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The user.
    pub username: String,
    /// The whole command.
    pub command: String,
}

/// What is known of a running pod. Usage is left out: it is not measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodRuntime {
    /// Seconds since the container started.
    pub uptime: i64,
    /// Ports and where they are reached.
    pub ports: Vec<RuntimePort>,
}

/// A port of a running pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuntimePort {
    /// Inside the pod.
    pub private: u16,
    /// At the machine, for TCP ports.
    pub public: Option<u16>,
    /// `http` or `tcp`.
    #[serde(rename = "type")]
    pub kind: domain::pod::PortKind,
    /// The machine's IP, for TCP ports.
    pub ip: Option<String>,
}

/// `POST /v2/pods`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreatePod {
    /// The name.
    pub name: String,
    /// The image; needed unless a template gives it.
    pub image: Option<String>,
    /// The start command: a shell line, or a JSON object with `entrypoint` and `cmd`.
    pub args: Option<String>,
    /// Replaces the image's entry point; beats `args`.
    pub entrypoint: Option<Vec<String>>,
    /// Replaces the image's command; beats `args`.
    pub cmd: Option<Vec<String>>,
    /// Container disk in GB.
    pub disk: Option<u32>,
    /// Environment.
    pub env: Option<BTreeMap<String, String>>,
    /// Ports such as `8888/http`.
    pub ports: Option<Vec<String>>,
    /// Stored registry credentials.
    pub registry: Option<String>,
    /// GPUs; exactly one of `gpu` and `cpu`.
    pub gpu: Option<GpuRequest>,
    /// CPUs only.
    pub cpu: Option<CpuRequest>,
    /// The tier; Secure if not said.
    pub cloud: Option<Cloud>,
    /// Data centres to choose from; all if empty.
    pub data_center_ids: Option<Vec<String>>,
    /// A network across data centres.
    pub global_networking: Option<bool>,
    /// Disks that outlive a stop.
    pub mounts: Option<Mounts>,
    /// Put the account's SSH keys into the pod.
    pub start_ssh: Option<bool>,
    /// Put a password for Jupyter into the pod.
    pub start_jupyter: Option<bool>,
    /// A template: body over template, `env` merged per key.
    pub template_id: Option<String>,
}

/// CPUs of a new pod.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CpuRequest {
    /// The CPU type's ID.
    pub id: String,
    /// How many, at least 2.
    pub vcpu_count: u32,
}

/// `PATCH /v2/pods/{id}`; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdatePod {
    /// A new name.
    pub name: Option<String>,
    /// Lock or unlock.
    pub locked: Option<bool>,
    /// The image.
    pub image: Option<String>,
    /// The start command.
    pub args: Option<String>,
    /// Replaces the image's entry point; beats `args`.
    pub entrypoint: Option<Vec<String>>,
    /// Replaces the image's command; beats `args`.
    pub cmd: Option<Vec<String>>,
    /// Container disk in GB.
    pub disk: Option<u32>,
    /// Ports.
    pub ports: Option<Vec<String>>,
    /// Environment.
    pub env: Option<BTreeMap<String, String>>,
    /// Stored registry credentials.
    pub registry: Option<String>,
    /// Disks that outlive a stop.
    pub mounts: Option<Mounts>,
    /// A network across data centres.
    pub global_networking: Option<bool>,
    /// The template.
    pub template_id: Option<String>,
}

/// `POST /v2/pods/{id}/action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodActionRequest {
    /// What is asked.
    pub action: PodAction,
}
