//! What can be rented now, for the deploy page: `GET /api/v1/offers`.

use domain::machine::Cloud;
use serde::{Deserialize, Serialize};

/// Every GPU type that is offered, and where it is free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Offers {
    /// GPU types, cheapest first.
    pub gpus: Vec<GpuOffer>,
    /// Data centres.
    pub data_centers: Vec<DataCenter>,
    /// Prices of disks.
    pub prices: StoragePrices,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// A GPU type in one tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GpuOffer {
    /// The GPU type's ID.
    pub gpu_type: String,
    /// The short name.
    pub name: String,
    /// GB of memory.
    pub memory_gb: u32,
    /// The tier.
    pub cloud: Cloud,
    /// Per GPU and hour, in micro-dollars.
    pub micros_per_hour: i64,
    /// Free ones per data centre, only where there are machines of it.
    pub places: Vec<GpuPlace>,
}

/// Free GPUs of a type in a data centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GpuPlace {
    /// The data centre.
    pub data_center_id: String,
    /// Free ones.
    pub free: u32,
    /// Most on one machine: the largest pod that fits.
    pub most_on_one_machine: u32,
}

/// A data centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DataCenter {
    /// Its ID.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// ISO code.
    pub country: String,
    /// Whether it offers network volumes.
    pub network_volumes: bool,
}

/// Prices of disks, micro-dollars per GB and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StoragePrices {
    /// Container disk and pod volume of a running pod.
    pub disk_running_micros: i64,
    /// Pod volume of a stopped pod.
    pub disk_stopped_micros: i64,
    /// Network volume up to the threshold.
    pub network_volume_micros: i64,
    /// Network volume above it.
    pub network_volume_above_micros: i64,
    /// GB at the first price.
    pub network_volume_threshold_gb: u32,
    /// A pod without GPUs, per vCPU and hour.
    pub vcpu_micros_per_hour: i64,
    /// A pod that runs without its GPUs, per hour.
    pub cpu_only_micros_per_hour: i64,
}
