//! The desired-state document of a machine, computed from the fleet.

use std::collections::BTreeMap;

use agent_api::{CopyOrder, CopySide, Document, PodDesired, PodOrder};
use domain::MachineId;
use domain::pod::{DesiredPod, PodStateKind};

use crate::decide::place;
use crate::state::{Fleet, Machine, MigrationPhase, Pod};

/// The variable from which images that start an SSH server take the keys that may log in.
const PUBLIC_KEY: &str = "PUBLIC_KEY";

/// Everything a machine should have; `None` for a machine that is not known.
#[must_use]
pub fn document(fleet: &Fleet, machine_id: MachineId, epoch: u64) -> Option<Document> {
    let machine = fleet.machine(machine_id)?;
    let pods = fleet
        .pods_on(machine_id)
        .filter_map(|it| order(fleet, machine, it))
        .collect();
    Some(Document {
        machine_id,
        epoch,
        generation: machine.document,
        pods,
    })
}

fn order(fleet: &Fleet, machine: &Machine, pod: &Pod) -> Option<PodOrder> {
    let desired = match pod.desired {
        DesiredPod::Running => PodDesired::Running,
        DesiredPod::Stopped => PodDesired::Stopped,
        // What is not in the document should not be there.
        DesiredPod::Terminated => return None,
    };
    let share = place::share(machine, &pod.spec, pod.cpu_only);
    Some(PodOrder {
        pod_id: pod.id,
        name: pod.name.to_string(),
        desired,
        incarnation: pod.incarnation,
        image: pod.spec.image.clone(),
        args: pod.spec.args.clone(),
        env: environment(fleet, machine, pod),
        ports: pod.ports.clone(),
        gpus: pod.slots.clone(),
        vcpu_count: share.vcpus,
        memory_gib: share.memory_gib,
        container_disk_gb: pod.spec.container_disk_gb,
        volume: pod.spec.volume.clone(),
        mounts: pod.spec.mounts.clone(),
        copy: copy(fleet, pod),
    })
}

/// Names under which public images read the same facts as under ours.
///
/// Source: <https://docs.runpod.io/pods/templates/environment-variables>, read 2026-11-21.
const PUBLISHED: &str = "RUNPOD";

/// The pod's own variables over those the control plane injects, each under our name and the published one.
fn environment(fleet: &Fleet, machine: &Machine, pod: &Pod) -> BTreeMap<String, String> {
    let mut env = BTreeMap::new();
    let mut put = |ours: &str, published: &str, value: String| {
        env.insert(format!("{PUBLISHED}_{published}"), value.clone());
        env.insert(format!("ROADSTEAD_{ours}"), value);
    };
    put("POD_ID", "POD_ID", pod.id.to_string());
    put("POD_NAME", "POD_HOSTNAME", pod.name.to_string());
    put("DATA_CENTER", "DC_ID", machine.data_center_id.to_string());
    put("GPU_COUNT", "GPU_COUNT", pod.slots.len().to_string());
    let vcpus = place::share(machine, &pod.spec, pod.cpu_only).vcpus;
    put("CPU_COUNT", "CPU_COUNT", vcpus.to_string());
    if let Some(ip) = &machine.public_ip {
        put("PUBLIC_IP", "PUBLIC_IP", ip.clone());
    }
    if let Some(mount) = pod.spec.mounts.first() {
        put("VOLUME_ID", "VOLUME_ID", mount.volume_id.to_string());
    }
    for port in &pod.ports {
        if let Some(public) = port.public {
            let name = format!("TCP_PORT_{}", port.port.number);
            put(&name, &name, public.to_string());
        }
    }
    let keys = fleet
        .account(pod.account_id)
        .filter(|it| pod.spec.start_ssh && !it.ssh_keys.is_empty())
        .map(|it| it.ssh_keys.join("\n"));
    env.extend(keys.map(|it| (PUBLIC_KEY.to_owned(), it)));
    env.extend(pod.spec.env.clone());
    env
}

/// A pod's part in a copy, while there is one.
fn copy(fleet: &Fleet, pod: &Pod) -> Option<CopyOrder> {
    let binding = pod.binding.as_ref()?;
    let migration = fleet.migration(binding.migration_id)?;
    let stopped = pod.state.kind() != PodStateKind::Running;
    if migration.state.phase != MigrationPhase::Copying || !stopped {
        return None;
    }
    let side = if pod.id == migration.target_pod_id {
        CopySide::Take {
            from: migration.source_pod_id,
        }
    } else {
        CopySide::Give {
            to: migration.target_pod_id,
        }
    };
    Some(CopyOrder {
        migration_id: migration.id,
        side,
        bytes_total: migration.bytes_total,
        bytes_verified: migration.bytes_done,
    })
}
