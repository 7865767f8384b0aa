//! Placement: which machine takes a pod, who gets GPUs that become free.

use std::collections::BTreeSet;

use domain::MachineId;
use domain::machine::{Cloud, MachineDemand};
use domain::names::DataCenterId;
use domain::pod::{CPU_ONLY_MEMORY_GIB, CPU_ONLY_VCPUS, Compute, PodSpec};
use domain::{PodId, Timestamp};

use super::tx::Tx;
use super::{money, pods};
use crate::refusal::Refusal;
use crate::state::{Fleet, Machine, Pod};

/// Pods a machine has room for beside all its GPU pods, so that data can be reached when GPUs are taken.
const CPU_ONLY_ROOM: u32 = 2;

/// What a pod takes of a machine while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub gpus: u32,
    pub vcpus: u32,
    pub memory_gib: u32,
}

/// A pod's share of a machine: its GPUs with their part of CPUs and memory, or what it asks for.
pub(crate) fn share(machine: &Machine, spec: &PodSpec, cpu_only: bool) -> Share {
    match spec.compute {
        Compute::Gpu { .. } if cpu_only => Share {
            gpus: 0,
            vcpus: CPU_ONLY_VCPUS,
            memory_gib: CPU_ONLY_MEMORY_GIB,
        },
        Compute::Gpu { count, .. } => {
            let total = machine.gpu_total().max(1);
            let vcpus = machine.vcpu_count.saturating_sub(CPU_ONLY_ROOM * CPU_ONLY_VCPUS);
            let memory_gib = machine
                .memory_gib
                .saturating_sub(CPU_ONLY_ROOM * CPU_ONLY_MEMORY_GIB);
            Share {
                gpus: count,
                vcpus: vcpus * count / total,
                memory_gib: memory_gib * count / total,
            }
        }
        Compute::Cpu {
            vcpu_count,
            memory_gib,
        } => Share {
            gpus: 0,
            vcpus: vcpu_count,
            memory_gib,
        },
    }
}

/// GB of a machine's disk a pod holds as long as it exists.
pub(crate) fn disk_gb(spec: &PodSpec) -> u32 {
    spec.container_disk_gb + spec.volume.as_ref().map_or(0, |it| it.size_gb)
}

/// Whether a machine has a share free.
pub(crate) fn has_room(machine: &Machine, share: Share) -> bool {
    machine.gpu_free() >= share.gpus
        && machine.vcpu_used + share.vcpus <= machine.vcpu_count
        && machine.memory_gib_used + share.memory_gib <= machine.memory_gib
}

/// No demand beside GPUs, tier and place: a pod that moves takes what it gets.
static ANY_MACHINE: MachineDemand = MachineDemand {
    cuda_exactly: Vec::new(),
    cuda_at_least: None,
    memory_gib_per_gpu_min: 0,
    vcpus_per_gpu_min: 0,
};

/// Whether a pod could run with all its GPUs now, in place of what it holds on CPUs only.
pub(super) fn could_run(fleet: &Fleet, pod: &Pod) -> bool {
    fleet.machine(pod.machine_id).is_some_and(|machine| {
        let mut without = machine.clone();
        if pod.state.kind().holds_gpus() {
            give_back(&mut without, pod);
        }
        machine.is_ready() && has_room(&without, share(machine, &pod.spec, false))
    })
}

/// Where a pod may go.
#[derive(Debug, Clone)]
pub(crate) struct Demand<'a> {
    pub spec: &'a PodSpec,
    /// What the machine must have beside GPUs.
    pub machine: &'a MachineDemand,
    pub cloud: Cloud,
    pub data_centers: &'a [DataCenterId],
    /// One machine and no other.
    pub only: Option<MachineId>,
    /// A machine that does not count: the one a pod moves away from.
    pub except: Option<MachineId>,
}

/// Machines that fit, best first: fewest free GPUs left over, then the most reliable, then the oldest.
///
/// # Errors
/// How many machines each demand left, in order.
pub(crate) fn candidates<'a>(
    fleet: &'a Fleet,
    demand: &Demand<'_>,
    now: Timestamp,
) -> Result<Vec<&'a Machine>, Vec<(String, u32)>> {
    let mut left: Vec<&Machine> = fleet
        .machines()
        .filter(|it| Some(it.id) != demand.except)
        .collect();
    let mut steps = Vec::new();
    let mut keep = |left: &mut Vec<&'a Machine>, what: String, fits: &dyn Fn(&Machine) -> bool| {
        left.retain(|it| fits(it));
        steps.push((what, u32::try_from(left.len()).unwrap_or(u32::MAX)));
    };
    if let Some(only) = demand.only {
        keep(&mut left, "the chosen machine".to_owned(), &|it| it.id == only);
    }
    let cloud = match demand.cloud {
        Cloud::Secure => "Secure Cloud",
        Cloud::Community => "Community Cloud",
    };
    keep(&mut left, cloud.to_owned(), &|it| it.cloud == demand.cloud);
    if !demand.data_centers.is_empty() {
        let names: Vec<&str> = demand.data_centers.iter().map(DataCenterId::as_str).collect();
        keep(&mut left, names.join(" or "), &|it| {
            demand.data_centers.contains(&it.data_center_id)
        });
    }
    if let Compute::Gpu { gpu_type, .. } = &demand.spec.compute {
        keep(&mut left, gpu_type.to_string(), &|it| it.gpu_type == *gpu_type);
    }
    let asked = demand.machine;
    if !asked.cuda_exactly.is_empty() || asked.cuda_at_least.is_some() {
        keep(&mut left, "CUDA version".to_owned(), &|it| {
            asked.accepts_cuda(&it.cuda_version)
        });
    }
    let (gib, vcpus) = (asked.memory_gib_per_gpu_min, asked.vcpus_per_gpu_min);
    if gib > 0 || vcpus > 0 {
        // What a pod would get there, not what the machine has: some is kept for pods without GPUs.
        keep(&mut left, format!("{gib} GiB and {vcpus} vCPUs per GPU"), &|it| {
            let share = share(it, demand.spec, false);
            let count = u64::from(share.gpus);
            u64::from(share.memory_gib) >= u64::from(gib) * count
                && u64::from(share.vcpus) >= u64::from(vcpus) * count
        });
    }
    keep(
        &mut left,
        "reachable, reliability of 98 % or more".to_owned(),
        &|it| it.is_placeable(now),
    );
    if let Compute::Gpu { count, .. } = demand.spec.compute {
        keep(&mut left, format!("{count} free GPUs"), &|it| {
            it.gpu_free() >= count
        });
    }
    keep(&mut left, "free CPUs and memory".to_owned(), &|it| {
        has_room(it, share(it, demand.spec, false))
    });
    let gb = disk_gb(demand.spec);
    keep(&mut left, format!("{gb} GB of free disk"), &|it| {
        it.disk_gb_used.saturating_add(gb) <= it.disk_gb
    });
    if left.is_empty() {
        return Err(steps);
    }
    left.sort_by_cached_key(|it| {
        (
            it.gpu_free() - share(it, demand.spec, false).gpus,
            std::cmp::Reverse(it.reliability(now)),
            it.id,
        )
    });
    Ok(left)
}

/// The refusal for demands that left nothing.
pub(crate) fn no_capacity(left: Vec<(String, u32)>) -> Refusal {
    let explanation: Vec<String> = left
        .iter()
        .map(|(what, count)| format!("{what}: {count}"))
        .collect();
    Refusal::NoCapacity {
        explanation: explanation.join(", "),
        left,
    }
}

/// Where a pod may move to: its tier, its GPU type, and for network volumes their data centre.
pub(crate) fn move_demand<'a>(fleet: &Fleet, pod: &'a Pod, own: &'a [DataCenterId]) -> Demand<'a> {
    let cloud = fleet.machine(pod.machine_id).map_or(Cloud::Secure, |it| it.cloud);
    let data_centers = if pod.spec.mounts.is_empty() { &[] } else { own };
    Demand {
        spec: &pod.spec,
        machine: &ANY_MACHINE,
        cloud,
        data_centers,
        only: None,
        except: Some(pod.machine_id),
    }
}

/// Takes a share of a machine for a pod; returns the indices of its GPUs.
pub(super) fn take(machine: &mut Machine, pod_id: PodId, share: Share) -> Vec<u32> {
    let mut taken = Vec::new();
    for (index, slot) in (0_u32..).zip(machine.slots.iter_mut()) {
        if taken.len() < share.gpus as usize && slot.is_none() {
            *slot = Some(pod_id);
            taken.push(index);
        }
    }
    machine.vcpu_used += share.vcpus;
    machine.memory_gib_used += share.memory_gib;
    taken
}

/// Gives back what a pod holds of a machine while it runs.
pub(super) fn give_back(machine: &mut Machine, pod: &Pod) {
    let held = share(machine, &pod.spec, pod.cpu_only);
    for slot in &mut machine.slots {
        if *slot == Some(pod.id) {
            *slot = None;
        }
    }
    machine.vcpu_used = machine.vcpu_used.saturating_sub(held.vcpus);
    machine.memory_gib_used = machine.memory_gib_used.saturating_sub(held.memory_gib);
}

/// The public ports of a machine that other pods have.
pub(super) fn public_ports(fleet: &Fleet, machine_id: MachineId, pod_id: PodId) -> BTreeSet<u16> {
    fleet
        .pods_on(machine_id)
        .filter(|it| it.id != pod_id)
        .flat_map(|it| it.ports.iter().filter_map(|port| port.public))
        .collect()
}

/// A public port for a pod's TCP port: follows from both, so that a plan can name it.
pub(super) fn public_port(taken: &BTreeSet<u16>, pod_id: PodId, port: u16) -> u16 {
    const FIRST: u64 = 20_000;
    const COUNT: u64 = 40_000;
    let hash = blake3::hash(format!("{pod_id}:{port}").as_bytes());
    let start = u64::from(u32::from_le_bytes([
        hash.as_bytes()[0],
        hash.as_bytes()[1],
        hash.as_bytes()[2],
        hash.as_bytes()[3],
    ]));
    (0..COUNT)
        .map(|step| FIRST + (start + step) % COUNT)
        .filter_map(|it| u16::try_from(it).ok())
        .find(|it| !taken.contains(it))
        .unwrap_or(FIRST as u16)
}

/// Starts what waits and fits, on every machine somebody waits for.
pub(super) fn serve_queues(tx: &mut Tx<'_>) {
    let machines: Vec<MachineId> = tx.fleet.machines_waited_for().collect();
    for machine_id in machines {
        serve_queue(tx, machine_id);
    }
}

/// Starts what waits for a machine, first come first: nobody overtakes somebody who needs more.
pub(super) fn serve_queue(tx: &mut Tx<'_>, machine_id: MachineId) {
    let waiting: Vec<PodId> = tx.fleet.waiting_on(machine_id).collect();
    for pod_id in waiting {
        let Some(pod) = tx.fleet.pod(pod_id).cloned() else {
            continue;
        };
        let Some(waiting) = pod.waiting.filter(|it| it.auto_start) else {
            continue;
        };
        if !could_run(tx.fleet, &pod) {
            return;
        }
        // Somebody without funds keeps the place but does not hold up the others.
        if money::may_still_start(tx.fleet, &pod, false, waiting.since, tx.now) {
            pods::launch(tx, pod, false);
        }
    }
}
