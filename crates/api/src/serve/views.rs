//! Pods as their owner sees them on `/api/v1`.

use domain::allowed::{self, PodAction};
use domain::machine::{Cloud, MachineState};
use domain::pod::{PodState, PodStateKind, PortKind};
use domain::{Money, Timestamp};
use engine::query;
use engine::state::{Binding, BindingRole, Fleet, Machine, Meter as EngineMeter, Pod as EnginePod, Subject};

use crate::Action;
use crate::pods::{
    DataKind, Disk, Endpoint, Meter, MigrationBinding, MigrationRole, Mount, Pod, PodCost, PodSummary,
    Progress, TimelineEntry,
};

/// What a pod costs per hour now, without the figures only the full view shows.
pub(super) fn hourly(fleet: &Fleet, pod: &EnginePod) -> Money {
    fleet
        .meters_on(Subject::Pod(pod.id))
        .map(|it| it.rate.per_hour(it.quantity))
        .sum()
}

/// Where a pod's data is.
pub(super) fn data_kind(pod: &EnginePod) -> DataKind {
    match (&pod.spec.volume, pod.spec.mounts.is_empty()) {
        (Some(_), _) => DataKind::Local,
        (None, false) => DataKind::Network,
        (None, true) => DataKind::None,
    }
}

/// A pod as a row.
pub(super) fn summary(fleet: &Fleet, pod: &EnginePod) -> PodSummary {
    let machine = fleet.machine(pod.machine_id);
    let gpu_type = match &pod.spec.compute {
        domain::pod::Compute::Gpu { gpu_type, .. } => Some(gpu_type.to_string()),
        domain::pod::Compute::Cpu { .. } => None,
    };
    PodSummary {
        id: pod.id,
        name: pod.name.to_string(),
        generation: pod.generation,
        state: pod.state.kind(),
        since: pod.state.since(),
        stop_reason: match pod.state {
            PodState::Stopped { reason, .. } => Some(reason),
            _ => None,
        },
        machine_id: pod.machine_id,
        machine_name: machine.map(|it| it.name.to_string()).unwrap_or_default(),
        data_center_id: machine
            .map(|it| it.data_center_id.to_string())
            .unwrap_or_default(),
        cloud: machine.map_or(Cloud::Secure, |it| it.cloud),
        gpu_type,
        gpu_count: pod.gpus_needed(),
        cpu_only: pod.cpu_only,
        gpus_taken: query::gpus_taken(fleet, pod),
        queue_position: query::queue_position(fleet, pod),
        micros_per_hour: hourly(fleet, pod).micros(),
        data: data_kind(pod),
        locked: pod.locked,
        migration: pod.binding.as_ref().map(binding),
        created_at: pod.created_at,
    }
}

fn binding(binding: &Binding) -> MigrationBinding {
    let (role, until) = match binding.role {
        BindingRole::UnderWay => (MigrationRole::UnderWay, None),
        BindingRole::Source { until } => (MigrationRole::Source, Some(until)),
        BindingRole::Target { until } => (MigrationRole::Target, Some(until)),
    };
    MigrationBinding {
        id: binding.migration_id,
        role,
        other_pod_id: binding.other_pod_id,
        until,
    }
}

/// An open charge.
pub(super) fn meter(meter: &EngineMeter) -> Meter {
    Meter {
        resource: meter.resource.as_str().to_owned(),
        quantity: meter.quantity.0,
        rate_micros: meter.rate.price().micros(),
        per_minutes: meter.rate.per_minutes().get(),
        opened_at: meter.opened_at,
    }
}

/// A pod with everything about it.
pub(super) fn pod(fleet: &Fleet, pod: &EnginePod, now: Timestamp) -> Pod {
    let machine = fleet.machine(pod.machine_id);
    let (volume_used, container_used) = fleet.usage(pod);
    let (vcpu_count, memory_gib) = query::share(fleet, pod);
    let costs = query::pod_costs(fleet, pod);
    let subject = Subject::Pod(pod.id);
    Pod {
        summary: summary(fleet, pod),
        desired: pod.desired,
        message: match &pod.state {
            PodState::Error { message, .. } => Some(message.clone()),
            _ => None,
        },
        was: match pod.state {
            PodState::Unreachable { was, .. } => Some(was),
            _ => None,
        },
        pull: match pod.state {
            PodState::Provisioning {
                bytes_done,
                bytes_total,
                ..
            } => Some(Progress {
                bytes_done,
                bytes_total,
            }),
            _ => None,
        },
        started_at: pod.started_at,
        image: pod.spec.image.to_string(),
        args: pod.spec.args.clone(),
        env: pod.spec.env.clone(),
        template_id: pod.template_id,
        vcpu_count,
        memory_gib,
        container_disk: Disk {
            size_gb: pod.spec.container_disk_gb,
            used_bytes: container_used,
            path: "/".to_owned(),
        },
        volume: pod.spec.volume.as_ref().map(|it| Disk {
            size_gb: it.size_gb,
            used_bytes: volume_used,
            path: it.path.clone(),
        }),
        mounts: mounts(fleet, pod),
        endpoints: endpoints(fleet, pod, machine),
        ssh: query::ssh_command(fleet, pod),
        public_ip: machine.and_then(|it| it.public_ip.clone()),
        internal_dns: fleet.settings().pod_domain.internal_dns(pod.id),
        moved_from: pod.moved_from,
        actions: actions(fleet, pod, now),
        cost: PodCost {
            now_micros_per_hour: costs.now.micros(),
            running_micros_per_hour: costs.running.micros(),
            stopped_micros_per_hour: costs.stopped.micros(),
            accrued_micros: query::accrued(fleet, pod.account_id, subject, now).micros(),
            meters: fleet.meters_on(subject).map(meter).collect(),
        },
        timeline: pod
            .timeline
            .iter()
            .map(|it| TimelineEntry {
                at: it.at,
                state: it.state,
                note: it.note.clone(),
            })
            .collect(),
        sequence: fleet.sequence(),
    }
}

fn mounts(fleet: &Fleet, pod: &EnginePod) -> Vec<Mount> {
    let volumes = pod
        .spec
        .mounts
        .iter()
        .filter_map(|it| Some((it, fleet.volume(it.volume_id)?)));
    volumes
        .map(|(mount, volume)| Mount {
            volume_id: volume.id,
            volume_name: volume.name.to_string(),
            path: mount.path.clone(),
            size_gb: volume.size.gb(),
        })
        .collect()
}

fn endpoints(fleet: &Fleet, pod: &EnginePod, machine: Option<&Machine>) -> Vec<Endpoint> {
    let ip = machine.and_then(|it| it.public_ip.as_deref());
    let address = |port: domain::pod::Port, public: Option<u16>| match port.kind {
        PortKind::Http => Some(fleet.settings().pod_domain.proxy_url(pod.id, port.number)),
        PortKind::Tcp => ip.zip(public).map(|(ip, port)| format!("{ip}:{port}")),
    };
    let endpoint = |port: domain::pod::Port, public| Endpoint {
        private: port.number,
        kind: port.kind,
        address: address(port, public),
    };
    pod.ports.iter().map(|it| endpoint(it.port, it.public)).collect()
}

/// Every action with its reason. What the table of `domain` allows, money or the machine may still refuse.
fn actions(fleet: &Fleet, pod: &EnginePod, now: Timestamp) -> Vec<Action> {
    let facts = pod.facts();
    PodAction::ALL
        .into_iter()
        .map(|action| match allowed::pod(action, &facts) {
            Err(reason) => Action {
                action: action.as_str().to_owned(),
                enabled: false,
                reason_code: Some(reason.code().to_owned()),
                reason: Some(reason.to_string()),
                enabled_by: Some(reason.enabled_by()),
            },
            Ok(()) if action == PodAction::Start => start(fleet, pod, now),
            Ok(()) => possible(action),
        })
        .collect()
}

fn possible(action: PodAction) -> Action {
    Action {
        action: action.as_str().to_owned(),
        enabled: true,
        reason_code: None,
        reason: None,
        enabled_by: None,
    }
}

fn start(fleet: &Fleet, pod: &EnginePod, now: Timestamp) -> Action {
    let with = |enabled, code: &str, reason: String, enabled_by: &str| Action {
        enabled,
        reason_code: Some(code.to_owned()),
        reason: Some(reason),
        enabled_by: Some(enabled_by.to_owned()),
        ..possible(PodAction::Start)
    };
    match blocked_start(fleet, pod, false, now) {
        Some(Blocked::Unreachable { since }) => {
            let reason = format!("The pod's machine is unreachable since {since}.");
            with(
                false,
                "machine_unreachable",
                reason,
                "Wait for the machine to come back, or migrate the pod.",
            )
        }
        Some(Blocked::GpusTaken) => {
            let reason = "The pod's GPUs are taken on its machine.".to_owned();
            // starting opens the choices, so it stays possible to ask for it.
            with(
                true,
                "machine_has_no_free_gpu",
                reason,
                "Wait, start with CPUs only, or migrate.",
            )
        }
        Some(Blocked::Funds { required, balance }) => {
            let reason = format!("The first ten minutes need {required}; the balance is {balance}.");
            with(false, "insufficient_balance", reason, "Add funds.")
        }
        None => possible(PodAction::Start),
    }
}

/// Why a start that the pod's state allows would be refused all the same.
pub(super) enum Blocked {
    /// The machine is silent.
    Unreachable { since: Timestamp },
    /// The machine has not enough free GPUs.
    GpusTaken,
    /// Ten minutes of everything that would run are not covered.
    Funds { required: Money, balance: Money },
}

/// What stands in the way of starting a pod with all its GPUs, or on CPUs only.
pub(super) fn blocked_start(
    fleet: &Fleet,
    pod: &EnginePod,
    cpu_only: bool,
    now: Timestamp,
) -> Option<Blocked> {
    if let Some(MachineState::Unreachable { since }) = fleet.machine(pod.machine_id).map(|it| it.state) {
        return Some(Blocked::Unreachable { since });
    }
    if query::gpus_taken(fleet, pod) {
        return Some(Blocked::GpusTaken);
    }
    not_covered(fleet, pod, cpu_only, now)
}

/// whether the balance does not cover the start.
pub(super) fn not_covered(fleet: &Fleet, pod: &EnginePod, cpu_only: bool, now: Timestamp) -> Option<Blocked> {
    let required = query::start_requires(fleet, pod, cpu_only);
    let balance = query::balance(fleet, pod.account_id, now);
    (balance < required).then_some(Blocked::Funds { required, balance })
}

/// Whether the pod can be waited for: stopped, or running without its GPUs.
pub(super) fn can_wait(pod: &EnginePod) -> bool {
    let without_gpus = pod.cpu_only && pod.state.kind() == PodStateKind::Running;
    without_gpus || allowed::pod(PodAction::Start, &pod.facts()).is_ok()
}
