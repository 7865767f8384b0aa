//! The price book: what is charged for what. An operator edits it.

use serde::{Deserialize, Serialize};

use crate::machine::Cloud;
use crate::money::{MinuteRate, Money, Quantity};
use crate::names::GpuTypeId;

/// Who made a GPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Manufacturer {
    /// NVIDIA.
    Nvidia,
    /// AMD.
    Amd,
    /// Not known.
    Unknown,
}

/// A GPU type and its prices per GPU and hour. A type without a price in a tier is not offered there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GpuType {
    /// The published name.
    pub id: GpuTypeId,
    /// The short name people use.
    pub name: String,
    /// Who made it.
    pub manufacturer: Manufacturer,
    /// GB of memory as sold.
    pub memory_gb: u32,
    /// Per GPU and hour in Secure Cloud.
    pub secure: Option<Money>,
    /// Per GPU and hour in Community Cloud.
    pub community: Option<Money>,
}

impl GpuType {
    /// The price per GPU and hour in a tier.
    #[must_use]
    pub const fn price(&self, cloud: Cloud) -> Option<Money> {
        match cloud {
            Cloud::Secure => self.secure,
            Cloud::Community => self.community,
        }
    }
}

/// Every price of the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceBook {
    /// GPU types, ordered by ID.
    pub gpus: Vec<GpuType>,
    /// A pod without GPUs, per vCPU and hour.
    pub vcpu_hour: Money,
    /// A pod that runs without its GPUs, per hour.
    pub cpu_only_hour: Money,
    /// Container disk and pod volume of a running pod, per GB and month.
    pub disk_running: Money,
    /// Pod volume of a stopped pod, per GB and month.
    pub disk_stopped: Money,
    /// Network volume up to the threshold, per GB and month.
    pub network_volume: Money,
    /// Network volume above the threshold, per GB and month.
    pub network_volume_above: Money,
    /// GB of a network volume charged at the first price.
    pub network_volume_threshold_gb: u32,
}

impl PriceBook {
    /// A GPU type by its ID.
    #[must_use]
    pub fn gpu(&self, id: &GpuTypeId) -> Option<&GpuType> {
        self.gpus.iter().find(|it| it.id == *id)
    }

    /// The two parts a network volume is charged in: each with its rate and GB.
    #[must_use]
    pub fn network_volume_parts(&self, size_gb: u32) -> [(MinuteRate, Quantity); 2] {
        let first = size_gb.min(self.network_volume_threshold_gb);
        [
            (MinuteRate::monthly(self.network_volume), Quantity(first)),
            (
                MinuteRate::monthly(self.network_volume_above),
                Quantity(size_gb - first),
            ),
        ]
    }

    /// What a network volume costs in a month.
    #[must_use]
    pub fn network_volume_month(&self, size_gb: u32) -> Money {
        let minutes = u64::from(crate::money::MONTH_MINUTES.get());
        self.network_volume_parts(size_gb)
            .into_iter()
            .map(|(rate, gb)| rate.charge(gb, 1, minutes))
            .sum()
    }
}

impl Default for PriceBook {
    /// The book a new control plane starts with.
    ///
    /// Storage prices are those of; GPU prices are dated third-party readings, a starting
    /// point that an operator edits.
    fn default() -> Self {
        let gpu = |id: &str, name: &str, manufacturer, memory_gb, secure: u32, community: u32| {
            let cents = |it: u32| (it > 0).then(|| Money::from_micros(i64::from(it) * 10_000));
            GpuTypeId::try_from(id).ok().map(|id| GpuType {
                id,
                name: name.to_owned(),
                manufacturer,
                memory_gb,
                secure: cents(secure),
                community: cents(community),
            })
        };
        use Manufacturer::{Amd, Nvidia};
        let mut gpus: Vec<GpuType> = [
            gpu("AMD Instinct MI300X OAM", "MI300X", Amd, 192, 269, 0),
            gpu("NVIDIA A100 80GB PCIe", "A100 PCIe", Nvidia, 80, 179, 119),
            gpu("NVIDIA A100-SXM4-80GB", "A100 SXM", Nvidia, 80, 179, 139),
            gpu("NVIDIA A40", "A40", Nvidia, 48, 40, 0),
            gpu("NVIDIA B200", "B200", Nvidia, 180, 679, 0),
            gpu("NVIDIA GeForce RTX 3090", "RTX 3090", Nvidia, 24, 43, 22),
            gpu("NVIDIA GeForce RTX 4090", "RTX 4090", Nvidia, 24, 69, 34),
            gpu("NVIDIA GeForce RTX 5090", "RTX 5090", Nvidia, 32, 89, 69),
            gpu("NVIDIA H100 80GB HBM3", "H100 SXM", Nvidia, 80, 399, 269),
            gpu("NVIDIA H100 NVL", "H100 NVL", Nvidia, 94, 319, 259),
            gpu("NVIDIA H100 PCIe", "H100 PCIe", Nvidia, 80, 289, 199),
            gpu("NVIDIA H200", "H200 SXM", Nvidia, 141, 459, 359),
            gpu("NVIDIA L4", "L4", Nvidia, 24, 43, 0),
            gpu("NVIDIA L40S", "L40S", Nvidia, 48, 86, 79),
            gpu(
                "NVIDIA RTX 6000 Ada Generation",
                "RTX 6000 Ada",
                Nvidia,
                48,
                77,
                74,
            ),
            gpu("NVIDIA RTX A4000", "RTX A4000", Nvidia, 16, 29, 17),
            gpu("NVIDIA RTX A5000", "RTX A5000", Nvidia, 24, 26, 16),
            gpu("NVIDIA RTX A6000", "RTX A6000", Nvidia, 48, 49, 33),
            gpu("Tesla V100-PCIE-16GB", "V100", Nvidia, 16, 0, 19),
        ]
        .into_iter()
        .flatten()
        .collect();
        gpus.sort_by(|a, b| a.id.cmp(&b.id));
        Self {
            gpus,
            vcpu_hour: Money::from_micros(30_000),
            cpu_only_hour: Money::from_micros(60_000),
            disk_running: Money::from_micros(100_000),
            disk_stopped: Money::from_micros(200_000),
            network_volume: Money::from_micros(70_000),
            network_volume_above: Money::from_micros(50_000),
            network_volume_threshold_gb: 1_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    ///
    #[test]
    fn network_volumes_are_cheaper_above_the_threshold() {
        let book = PriceBook::default();
        assert_eq!(book.network_volume_month(1_000), Money::from_dollars(70));
        assert_eq!(book.network_volume_month(1_200), Money::from_dollars(80));
        assert_eq!(book.network_volume_month(10), Money::from_micros(700_000));
    }

    #[test]
    fn every_shipped_type_has_a_price_somewhere() {
        let book = PriceBook::default();
        assert_eq!(book.gpus.len(), 19);
        assert!(
            book.gpus
                .iter()
                .all(|it| it.secure.is_some() || it.community.is_some())
        );
    }
}
