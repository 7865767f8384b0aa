//! What can be rented, in the published shape.

use serde::Serialize;

use super::Usd;
use super::volumes::VolumeType;

/// `GET /v2/catalog/gpus`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GpuTypeList {
    /// GPU types, by ID.
    pub gpus: Vec<GpuType>,
}

/// A GPU type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GpuType {
    /// Its ID.
    pub id: String,
    /// Its short name.
    pub name: String,
    /// Always null.
    pub pool: Option<String>,
    /// Who makes it.
    pub manufacturer: Manufacturer,
    /// GB of memory.
    pub memory: u32,
    /// Whether it is offered in Secure Cloud.
    pub secure: bool,
    /// Whether it is offered in Community Cloud.
    pub community: bool,
    /// Per GPU and hour; zero where it is not offered.
    pub price: GpuPrice,
    /// Most GPUs of one machine.
    pub max_count: MaxCount,
    /// How many could be had now; only with `include=AVAILABILITY`, like the two that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<Availability>,
    /// The same by data centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_centers: Option<Vec<PlaceAvailability>>,
    /// CUDA versions of the machines that have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cuda_versions: Option<Vec<CudaAvailability>>,
}

/// Who makes a GPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Manufacturer {
    /// NVIDIA.
    Nvidia,
    /// AMD.
    Amd,
    /// Not known.
    Unknown,
}

/// Prices of a GPU type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GpuPrice {
    /// In Secure Cloud.
    pub secure: Usd,
    /// In Community Cloud.
    pub community: Usd,
}

/// Most GPUs of one machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MaxCount {
    /// In Secure Cloud.
    pub secure: u32,
    /// In Community Cloud.
    pub community: u32,
}

/// How many pods of the asked size would find room now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Availability {
    /// None.
    None,
    /// One or two.
    Low,
    /// Three to nine.
    Medium,
    /// Ten or more.
    High,
}

/// Availability in a place, or of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlaceAvailability {
    /// The ID of the data centre or type.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many could be had.
    pub availability: Availability,
}

/// Availability with a CUDA version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CudaAvailability {
    /// The version, such as `12.8`.
    pub version: String,
    /// Whether there is room on a machine that has it.
    pub available: bool,
}

/// `GET /v2/catalog/cpus`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CpuTypeList {
    /// CPU types.
    pub cpus: Vec<CpuType>,
}

/// A CPU type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CpuType {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The group it is in.
    pub group: String,
    /// How many a pod can have.
    pub vcpu: VcpuRange,
    /// GB of memory with each vCPU.
    pub ram_gb_per_vcpu: u32,
    /// Prices.
    pub price: CpuPrice,
    /// How many pods would find room; only with `include=AVAILABILITY`, like the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<Availability>,
    /// The same by data centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_centers: Option<Vec<PlaceAvailability>>,
}

/// How many vCPUs a pod can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VcpuRange {
    /// At least.
    pub min: u32,
    /// At most.
    pub max: u32,
}

/// Prices of a CPU type, per vCPU and hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CpuPrice {
    /// Of a pod.
    pub secure_per_vcpu: Usd,
    /// Zero: not served.
    pub serverless_per_vcpu: Usd,
}

/// `GET /v2/catalog/datacenters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DataCenterList {
    /// Data centres, by ID.
    pub data_centers: Vec<DataCenter>,
}

/// A data centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DataCenter {
    /// Its ID.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The part of the world.
    pub region: Region,
    /// Never.
    pub global_network: bool,
    /// Kinds of network volume it offers.
    pub network_volume_types: Vec<VolumeType>,
    /// Certificates; none are recorded.
    pub compliance: Vec<String>,
    /// Only with `include=GPU_AVAILABILITY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_availability: Option<Vec<PlaceAvailability>>,
    /// Only with `include=CPU_AVAILABILITY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_availability: Option<Vec<PlaceAvailability>>,
}

/// Parts of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Region {
    /// North America.
    NorthAmerica,
    /// South America.
    SouthAmerica,
    /// Europe.
    Europe,
    /// Asia.
    Asia,
    /// The Middle East.
    MiddleEast,
    /// Africa.
    Africa,
    /// Oceania.
    Oceania,
    /// Antarctica.
    Antarctica,
    /// Not known.
    Unknown,
}

impl Region {
    /// Every region with its word.
    pub const WORDS: [(&'static str, Self); 9] = [
        ("NORTH_AMERICA", Self::NorthAmerica),
        ("SOUTH_AMERICA", Self::SouthAmerica),
        ("EUROPE", Self::Europe),
        ("ASIA", Self::Asia),
        ("MIDDLE_EAST", Self::MiddleEast),
        ("AFRICA", Self::Africa),
        ("OCEANIA", Self::Oceania),
        ("ANTARCTICA", Self::Antarctica),
        ("UNKNOWN", Self::Unknown),
    ];

    /// From its word; what is not one is not known.
    #[must_use]
    pub fn of(word: &str) -> Self {
        Self::WORDS
            .iter()
            .find(|it| it.0.eq_ignore_ascii_case(word))
            .map_or(Self::Unknown, |it| it.1)
    }
}
