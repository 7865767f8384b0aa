//! Importer of a public cluster trace: machines and pods of a production GPU cluster, to be replayed.
//!
//! The trace is two CSV files in a folder, as published in `cluster-trace-gpu-v2023` of
//! `alibaba/clusterdata`. It brings machines (GPU model, GPUs, CPUs, memory) and pods (GPUs, CPUs,
//! memory, times). Where a pod runs, what state it is in and what it costs is the engine's own.
//!
//! * A pod that asks for a part of a GPU takes a whole one.
//! * A pod that accepts several models, or any, asks for one after the other until one has room, in an
//!   order drawn from its name and weighted by how many GPUs of a model there are.
//! * Every class of service (`LS`, `Guaranteed`, `Burstable`, `BE`) is rented on demand.

mod read;
mod replay;

use std::collections::BTreeMap;

use domain::Money;
use domain::machine::Cloud;
use domain::names::{DataCenterId, GpuTypeId, Name};
use domain::prices::{GpuType, Manufacturer};
use engine::Command;
use engine::command::NewMachine;
use engine::state::{DataCenter, Settings};

pub use read::TraceError;
pub use replay::{Replay, Unplaced};

/// File of the machines, in the folder of a trace.
pub const MACHINES_FILE: &str = "openb_node_list_gpu_node.csv";
/// File of the pods, in the folder of a trace.
pub const PODS_FILE: &str = "openb_pod_list_default.csv";

/// The data centre the machines are put into; the trace names none.
const DATA_CENTER: &str = "OPENB-1";
/// GB of disk of each machine; the trace says nothing about disks.
const DISK_GB: u32 = 4_000;
/// Megabits per second of each machine, likewise.
const MBPS: u32 = 10_000;

/// A trace, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// In the order of the file.
    pub machines: Vec<TraceMachine>,
    /// In the order of the file.
    pub pods: Vec<TracePod>,
}

/// A machine of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceMachine {
    /// Its serial.
    pub name: Name,
    /// The model, as the trace names it.
    pub model: GpuTypeId,
    /// GPUs, 1 to 16.
    pub gpu_count: u32,
    /// Virtual CPUs.
    pub vcpu_count: u32,
    /// GiB of memory.
    pub memory_gib: u32,
}

/// A pod of a trace. Times are seconds from the start of the trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracePod {
    /// Its name.
    pub name: Name,
    /// Whole GPUs, zero to all of a machine.
    pub gpu_count: u32,
    /// Models it accepts; empty for any.
    pub models: Vec<GpuTypeId>,
    /// Virtual CPUs.
    pub vcpu_count: u32,
    /// GiB of memory.
    pub memory_gib: u32,
    /// Class of service.
    pub qos: Qos,
    /// When it was asked for.
    pub created_s: i64,
    /// When the cluster of the trace placed it, if it did; for comparison.
    pub scheduled_s: Option<i64>,
    /// When it was deleted, if it was.
    pub deleted_s: Option<i64>,
}

/// A class of service of the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Qos {
    /// Latency-sensitive.
    LatencySensitive,
    /// Guaranteed.
    Guaranteed,
    /// Burstable.
    Burstable,
    /// Best effort.
    BestEffort,
}

impl Qos {
    /// Every class.
    pub const ALL: [Self; 4] = [
        Self::LatencySensitive,
        Self::Guaranteed,
        Self::Burstable,
        Self::BestEffort,
    ];

    /// The word of the trace.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LatencySensitive => "LS",
            Self::Guaranteed => "Guaranteed",
            Self::Burstable => "Burstable",
            Self::BestEffort => "BE",
        }
    }
}

/// The models of the trace: name, GB of memory, cents per GPU and hour.
///
/// The trace does not say what `G1`, `G2` and `G3` are, and no model has a price in it: these are
/// prices such GPUs are rented at elsewhere, for bills of a plausible size.
const MODELS: [(&str, u32, i64); 8] = [
    ("A10", 24, 45),
    ("G1", 16, 40),
    ("G2", 24, 60),
    ("G3", 40, 120),
    ("P100", 16, 30),
    ("T4", 16, 20),
    ("V100M16", 16, 39),
    ("V100M32", 32, 55),
];

impl Trace {
    /// GPUs of each model.
    #[must_use]
    pub fn gpus_by_model(&self) -> BTreeMap<&GpuTypeId, u32> {
        let mut gpus = BTreeMap::new();
        for machine in &self.machines {
            *gpus.entry(&machine.model).or_default() += machine.gpu_count;
        }
        gpus
    }

    /// What an operator asks for before the replay: `settings` with the trace's models and data centre,
    /// then every machine.
    #[must_use]
    pub fn setup(&self, settings: &Settings) -> Vec<Command> {
        let mut settings = settings.clone();
        for (id, memory_gb, cents) in MODELS {
            let id = GpuTypeId::try_from(id).expect("every model is short printable ASCII");
            if settings.prices.gpu(&id).is_none() {
                let price = Some(Money::from_micros(cents * 10_000));
                let (name, manufacturer) = (id.to_string(), Manufacturer::Unknown);
                settings.prices.gpus.push(GpuType {
                    id,
                    name,
                    manufacturer,
                    memory_gb,
                    secure: price,
                    community: None,
                });
            }
        }
        settings.prices.gpus.sort_by(|a, b| a.id.cmp(&b.id));
        let data_center_id = DataCenterId::try_from(DATA_CENTER).expect("letters, a hyphen and a digit");
        if settings.data_center(&data_center_id).is_none() {
            settings.data_centers.push(DataCenter {
                id: data_center_id.clone(),
                name: "Cluster trace".to_owned(),
                country: "CN".to_owned(),
                region: "ASIA".to_owned(),
                network_volumes: false,
            });
            settings.data_centers.sort_by(|a, b| a.id.cmp(&b.id));
        }
        let machines = self.machines.iter().map(|it| {
            Command::AddMachine(Box::new(NewMachine {
                name: it.name.clone(),
                data_center_id: data_center_id.clone(),
                cloud: Cloud::Secure,
                gpu_type: it.model.clone(),
                gpu_count: it.gpu_count,
                vcpu_count: it.vcpu_count,
                memory_gib: it.memory_gib,
                disk_gb: DISK_GB,
                public_ip: None,
                down_mbps: MBPS,
                up_mbps: MBPS,
                cuda_version: "11.4".to_owned(),
            }))
        });
        std::iter::once(Command::PutSettings(Box::new(settings)))
            .chain(machines)
            .collect()
    }
}
