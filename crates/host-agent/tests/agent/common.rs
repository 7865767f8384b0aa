//! What every test of the agent starts from.

use std::collections::BTreeMap;

use agent_api::{CopyOrder, CopySide, Document, Observed, PodDesired, PodOrder, Report};
use domain::ids::IdMint;
use domain::names::Image;
use domain::pod::PodVolume;
use domain::{MachineId, MigrationId, PodId, Timestamp};
use roadstead_host_agent::{Agent, Driver};

pub const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);

pub fn machine_id() -> MachineId {
    MachineId::mint(&mut IdMint::new(START, 1))
}

pub fn pod_id(number: u64) -> PodId {
    PodId::mint(&mut IdMint::new(START, 100 + number))
}

pub fn migration_id() -> MigrationId {
    MigrationId::mint(&mut IdMint::new(START, 2))
}

pub fn order(number: u64, name: &str, desired: PodDesired) -> PodOrder {
    PodOrder {
        pod_id: pod_id(number),
        name: name.to_owned(),
        desired,
        incarnation: 1,
        image: Image::try_from("ubuntu:24.04").unwrap(),
        args: String::new(),
        env: BTreeMap::new(),
        ports: Vec::new(),
        gpus: vec![0],
        vcpu_count: 8,
        memory_gib: 32,
        container_disk_gb: 20,
        volume: Some(PodVolume {
            size_gb: 500,
            path: "/workspace".to_owned(),
        }),
        mounts: Vec::new(),
        copy: None,
    }
}

pub fn taking(number: u64, name: &str, bytes_total: u64, bytes_verified: u64) -> PodOrder {
    let side = CopySide::Take { from: pod_id(99) };
    let copy = CopyOrder {
        migration_id: migration_id(),
        side,
        bytes_total,
        bytes_verified,
    };
    PodOrder {
        copy: Some(copy),
        ..order(number, name, PodDesired::Stopped)
    }
}

pub fn document(generation: u64, pods: Vec<PodOrder>) -> Document {
    Document {
        machine_id: machine_id(),
        epoch: 1,
        generation,
        pods,
    }
}

/// Steps through every deadline until `until`; what was reported.
pub fn run<D: Driver>(agent: &mut Agent<D>, from: Timestamp, until: Timestamp) -> Vec<Report> {
    let mut reports = Vec::new();
    let mut now = from;
    loop {
        reports.extend(agent.step(now));
        match agent.next_deadline() {
            Some(next) if next <= until => {
                assert!(next > now, "time goes on");
                now = next;
            }
            _ => break,
        }
    }
    reports.extend(agent.step(until));
    reports
}

pub fn observed(report: &Report, number: u64) -> Option<&Observed> {
    report
        .pods
        .iter()
        .find(|it| it.pod_id == pod_id(number))
        .map(|it| &it.observed)
}
