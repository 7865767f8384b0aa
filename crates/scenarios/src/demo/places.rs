//! Data centres and machines of the demo.

use domain::endpoints::PodDomain;
use domain::machine::Cloud;
use domain::names::{DataCenterId, GpuTypeId, Name, NameError};
use domain::prices::PriceBook;
use engine::command::NewMachine;
use engine::state::{DataCenter, Policy, Settings};

const RTX_3090: &str = "NVIDIA GeForce RTX 3090";
const RTX_4090: &str = "NVIDIA GeForce RTX 4090";
const RTX_A5000: &str = "NVIDIA RTX A5000";
const A100_SXM: &str = "NVIDIA A100-SXM4-80GB";
const H100_SXM: &str = "NVIDIA H100 80GB HBM3";
const L40S: &str = "NVIDIA L40S";

/// ID, name, country, region, whether it offers network volumes.
const DATA_CENTERS: [(&str, &str, &str, &str, bool); 7] = [
    ("CA-MTL-1", "Montréal", "CA", "NORTH_AMERICA", true),
    ("DE-COM-1", "Community, Germany", "DE", "EUROPE", false),
    ("EU-NL-1", "Netherlands", "NL", "EUROPE", true),
    ("EU-SE-1", "Sweden", "SE", "EUROPE", true),
    ("PL-COM-1", "Community, Poland", "PL", "EUROPE", false),
    ("US-CA-2", "California", "US", "NORTH_AMERICA", false),
    ("US-TX-3", "Texas", "US", "NORTH_AMERICA", true),
];

/// One line of the machine list. Public IPs are of the ranges set aside for documentation.
struct Place {
    name: &'static str,
    data_center: &'static str,
    cloud: Cloud,
    gpu_type: &'static str,
    gpu_count: u32,
    vcpu_count: u32,
    memory_gib: u32,
    disk_gb: u32,
    public_ip: Option<&'static str>,
    mbps: u32,
}

const fn secure(
    name: &'static str,
    data_center: &'static str,
    (gpu_count, gpu_type): (u32, &'static str),
    (vcpu_count, memory_gib, disk_gb): (u32, u32, u32),
    public_ip: &'static str,
) -> Place {
    let (cloud, public_ip, mbps) = (Cloud::Secure, Some(public_ip), 10_000);
    Place {
        name,
        data_center,
        cloud,
        gpu_type,
        gpu_count,
        vcpu_count,
        memory_gib,
        disk_gb,
        public_ip,
        mbps,
    }
}

const PLACES: [Place; 14] = [
    secure(
        "nl-4090-1",
        "EU-NL-1",
        (4, RTX_4090),
        (64, 256, 4_000),
        "192.0.2.11",
    ),
    secure(
        "nl-a100-1",
        "EU-NL-1",
        (8, A100_SXM),
        (128, 1_024, 16_000),
        "192.0.2.12",
    ),
    secure("nl-l40s-1", "EU-NL-1", (4, L40S), (96, 512, 8_000), "192.0.2.13"),
    secure(
        "se-h100-1",
        "EU-SE-1",
        (8, H100_SXM),
        (192, 2_048, 24_000),
        "192.0.2.131",
    ),
    secure(
        "se-4090-1",
        "EU-SE-1",
        (4, RTX_4090),
        (64, 256, 4_000),
        "192.0.2.132",
    ),
    secure(
        "se-a5000-1",
        "EU-SE-1",
        (4, RTX_A5000),
        (48, 192, 4_000),
        "192.0.2.133",
    ),
    secure(
        "tx-h100-1",
        "US-TX-3",
        (8, H100_SXM),
        (192, 2_048, 24_000),
        "198.51.100.21",
    ),
    secure(
        "tx-a100-1",
        "US-TX-3",
        (4, A100_SXM),
        (64, 512, 8_000),
        "198.51.100.22",
    ),
    secure(
        "tx-a5000-1",
        "US-TX-3",
        (8, RTX_A5000),
        (96, 384, 8_000),
        "198.51.100.23",
    ),
    secure(
        "ca-l40s-1",
        "US-CA-2",
        (4, L40S),
        (96, 512, 8_000),
        "198.51.100.141",
    ),
    secure(
        "ca-4090-1",
        "US-CA-2",
        (8, RTX_4090),
        (128, 512, 8_000),
        "198.51.100.142",
    ),
    secure(
        "mtl-a100-1",
        "CA-MTL-1",
        (8, A100_SXM),
        (128, 1_024, 16_000),
        "203.0.113.31",
    ),
    Place {
        public_ip: Some("203.0.113.201"),
        cloud: Cloud::Community,
        mbps: 1_000,
        ..secure("pl-3090-1", "PL-COM-1", (4, RTX_3090), (32, 128, 2_000), "")
    },
    // An individual host behind a provider's NAT: no public IP.
    Place {
        public_ip: None,
        cloud: Cloud::Community,
        mbps: 500,
        ..secure("de-4090-1", "DE-COM-1", (2, RTX_4090), (24, 96, 2_000), "")
    },
];

/// The operator's settings of the demo: default prices and policy, its data centres.
pub(super) fn settings(pod_domain: PodDomain) -> Result<Settings, NameError> {
    let data_centers = DATA_CENTERS
        .into_iter()
        .map(|(id, name, country, region, network_volumes)| {
            Ok(DataCenter {
                id: DataCenterId::try_from(id)?,
                name: name.to_owned(),
                country: country.to_owned(),
                region: region.to_owned(),
                network_volumes,
            })
        });
    Ok(Settings {
        pod_domain,
        prices: PriceBook::default(),
        policy: Policy::default(),
        data_centers: data_centers.collect::<Result<_, NameError>>()?,
    })
}

/// The machines of the demo.
pub(super) fn machines() -> Result<Vec<NewMachine>, NameError> {
    let machines = PLACES.iter().map(|it| {
        Ok(NewMachine {
            name: Name::try_from(it.name)?,
            data_center_id: DataCenterId::try_from(it.data_center)?,
            cloud: it.cloud,
            gpu_type: GpuTypeId::try_from(it.gpu_type)?,
            gpu_count: it.gpu_count,
            vcpu_count: it.vcpu_count,
            memory_gib: it.memory_gib,
            disk_gb: it.disk_gb,
            public_ip: it.public_ip.map(str::to_owned),
            down_mbps: it.mbps,
            up_mbps: it.mbps,
            cuda_version: "12.8".to_owned(),
        })
    });
    machines.collect()
}
