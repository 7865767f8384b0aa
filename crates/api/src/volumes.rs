//! Network volumes on `/api/v1`.

use domain::{PodId, Timestamp, VolumeId};
use serde::{Deserialize, Serialize};

/// `GET /api/v1/network-volumes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VolumeList {
    /// All of the account's volumes, those in the bin last.
    pub network_volumes: Vec<Volume>,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// A network volume; also the event `volume.changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// The volume.
    pub id: VolumeId,
    /// Its name.
    pub name: String,
    /// Raised by every change.
    pub generation: u64,
    /// Its data centre; pods that mount it run there.
    pub data_center_id: String,
    /// Size in GB.
    pub size_gb: u32,
    /// Bytes used, as last reported.
    pub used_bytes: u64,
    /// Per month, in micro-dollars.
    pub micros_per_month: i64,
    /// Charged so far.
    pub accrued_micros: i64,
    /// Pods that mount it.
    pub attached_to: Vec<Attachment>,
    /// Since when no pod mounts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unattached_since: Option<Timestamp>,
    /// When it leaves the bin for good; none outside the bin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at_latest: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// GPU types free in its data centre now.
    pub placement: Vec<PlacementGpu>,
}

/// A pod that mounts a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The pod.
    pub pod_id: PodId,
    /// Its name.
    pub pod_name: String,
    /// Where it is mounted.
    pub path: String,
    /// Whether the pod runs, so that it may write.
    pub running: bool,
    /// The pod's state, as in the pod.
    pub state: String,
    /// Whether it holds its share of the machine: then a change of what it mounts restarts it.
    pub holds_gpus: bool,
}

/// GPUs of one type that a volume's pods could have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlacementGpu {
    /// The GPU type.
    pub gpu_type: String,
    /// Free ones in the data centre.
    pub free: u32,
    /// Most on one machine.
    pub most_on_one_machine: u32,
}

/// `POST /api/v1/network-volumes`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateVolume {
    /// The name.
    pub name: String,
    /// Size in GB, 10 to 4,096.
    pub size_gb: u32,
    /// A Secure Cloud data centre that offers them.
    pub data_center_id: String,
}

/// `PATCH /api/v1/network-volumes/{id}`; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateVolume {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A larger size in GB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_gb: Option<u32>,
}

/// `POST /api/v1/network-volumes/{id}/action`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VolumeActionRequest {
    /// `attach`, `detach`, `delete` (into the bin) or `restore`.
    pub action: String,
    /// `attach`, `detach`: the pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_id: Option<PodId>,
    /// `attach`: where to mount it; `/workspace` if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `attach`, `detach`: agree that a running pod restarts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<bool>,
    /// `delete`: the volume's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}
