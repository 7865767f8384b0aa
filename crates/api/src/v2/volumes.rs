//! Network volumes in the published shape.

use domain::VolumeId;
use serde::{Deserialize, Serialize};

use crate::Pagination;

/// `GET /v2/network-volumes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VolumeList {
    /// Volumes, oldest first.
    pub network_volumes: Vec<Volume>,
    /// Only with `limit` or `cursor`, or where not all rows are here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pagination>,
}

/// A network volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// The volume.
    pub id: VolumeId,
    /// Its name.
    pub name: String,
    /// GB.
    pub size: u32,
    /// Its data centre.
    pub data_center: String,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: VolumeType,
}

/// Kinds of network volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VolumeType {
    /// The kind there is.
    Standard,
    /// Not offered.
    HighPerformance,
}

/// `POST /v2/network-volumes`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateVolume {
    /// The name.
    pub name: String,
    /// GB, 10 to 4,096.
    pub size: u32,
    /// A data centre that offers them.
    pub data_center: String,
    /// The kind; standard if not said.
    #[serde(rename = "type")]
    pub kind: Option<VolumeType>,
}

/// `PATCH /v2/network-volumes/{id}`; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateVolume {
    /// A new name.
    pub name: Option<String>,
    /// A larger size in GB.
    pub size: Option<u32>,
}
