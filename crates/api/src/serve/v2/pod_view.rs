//! A pod as a stock client reads it.

use domain::allowed;
use domain::endpoints::{ssh_direct, ssh_proxy};
use domain::machine::Cloud;
use domain::pod::{Compute, PodState, PodStateKind, PortKind};
use domain::{Money, Timestamp};
use engine::query;
use engine::state::{Fleet, Machine, Pod as EnginePod, Resource, Subject};

use super::catalog::CPU_TYPE;
use super::start_command::StartCommand;
use crate::v2::Usd;
use crate::v2::pods::{
    GlobalNetworking, Mounts, NetworkMount, PersistentMount, Pod, PodAction, PodCpu, PodGpu, PodRuntime,
    PodSsh, PodStatus, RuntimePort, SshEndpoint,
};

/// The SSH port inside a pod, and of the proxy.
const SSH: u16 = 22;

/// A state in the published words. What is stopping still runs for them, what is deleted is gone; a pod whose
/// machine is silent keeps the word it had.
const fn status(state: PodStateKind, was: Option<PodStateKind>) -> PodStatus {
    match state {
        PodStateKind::Queued | PodStateKind::Provisioning => PodStatus::Provisioning,
        PodStateKind::Starting => PodStatus::Starting,
        PodStateKind::Running | PodStateKind::Stopping => PodStatus::Running,
        PodStateKind::Stopped => PodStatus::Exited,
        PodStateKind::Error => PodStatus::Error,
        PodStateKind::Terminating | PodStateKind::Terminated => PodStatus::Terminated,
        PodStateKind::Unreachable => match was {
            Some(PodStateKind::Unreachable) | None => PodStatus::Running,
            Some(before) => status(before, None),
        },
    }
}

const fn domain_action(action: PodAction) -> allowed::PodAction {
    match action {
        PodAction::Start => allowed::PodAction::Start,
        PodAction::Stop => allowed::PodAction::Stop,
        PodAction::Restart => allowed::PodAction::Restart,
        PodAction::Terminate => allowed::PodAction::Terminate,
    }
}

/// A pod as a stock client reads it.
pub(in super::super) fn view(fleet: &Fleet, pod: &EnginePod, now: Timestamp) -> Pod {
    const ACTIONS: [PodAction; 4] = [
        PodAction::Start,
        PodAction::Stop,
        PodAction::Restart,
        PodAction::Terminate,
    ];
    let machine = fleet.machine(pod.machine_id);
    let (vcpu_count, memory) = query::share(fleet, pod);
    let (gpu, cpu) = match &pod.spec.compute {
        Compute::Gpu { gpu_type, count } => (
            Some(PodGpu {
                id: gpu_type.to_string(),
                count: *count,
                vcpu_count,
                memory,
            }),
            None,
        ),
        Compute::Cpu { .. } => (
            None,
            Some(PodCpu {
                id: CPU_TYPE.to_owned(),
                vcpu_count,
                memory,
            }),
        ),
    };
    let was = match pod.state {
        PodState::Unreachable { was, .. } => Some(was),
        _ => None,
    };
    let facts = pod.facts();
    let (args, command) = StartCommand::split(&pod.spec.args);
    Pod {
        id: pod.id,
        name: pod.name.to_string(),
        status: status(pod.state.kind(), was),
        actions: ACTIONS
            .into_iter()
            .filter(|it| allowed::pod(domain_action(*it), &facts).is_ok())
            .collect(),
        image: pod.spec.image.to_string(),
        args,
        entrypoint: command.entrypoint,
        cmd: command.cmd,
        disk: pod.spec.container_disk_gb,
        mounts: mounts(pod),
        ports: pod.spec.ports.iter().map(ToString::to_string).collect(),
        env: pod.spec.env.clone(),
        registry: None,
        gpu,
        cpu,
        cloud: machine.map_or(Cloud::Secure, |it| it.cloud),
        data_center_id: machine.map(|it| it.data_center_id.to_string()),
        cuda_version: machine.map(|it| it.cuda_version.clone()),
        ssh: ssh(fleet, pod, machine),
        template: pod.template_id,
        cost: Usd(compute_cost(fleet, pod)),
        locked: pod.locked,
        global_networking: GlobalNetworking::default(),
        runtime: runtime(pod, machine, now),
        created_at: pod.created_at,
        started_at: pod.started_at,
    }
}

fn mounts(pod: &EnginePod) -> Mounts {
    let persistent = pod.spec.volume.as_ref();
    // The published shape has room for one.
    let network = pod.spec.mounts.first();
    Mounts {
        persistent: persistent.map(|it| PersistentMount {
            size: it.size_gb,
            path: it.path.clone(),
        }),
        network: network.map(|it| {
            vec![NetworkMount {
                volume_id: it.volume_id.to_string(),
                path: it.path.clone(),
            }]
        }),
    }
}

fn compute_cost(fleet: &Fleet, pod: &EnginePod) -> Money {
    let compute = |it: &&engine::state::Meter| matches!(it.resource, Resource::PodGpu | Resource::PodCpu);
    let meters = fleet.meters_on(Subject::Pod(pod.id)).filter(compute);
    meters.map(|it| it.rate.per_hour(it.quantity)).sum()
}

fn ssh(fleet: &Fleet, pod: &EnginePod, machine: Option<&Machine>) -> PodSsh {
    let domain = &fleet.settings().pod_domain;
    let mapped = pod
        .ports
        .iter()
        .find(|it| it.port.number == SSH && it.port.kind == PortKind::Tcp);
    let running = pod.state.kind() == PodStateKind::Running;
    let port = mapped.and_then(|it| it.public).filter(|_| running);
    let ip = machine.and_then(|it| it.public_ip.as_ref());
    PodSsh {
        proxy: machine.is_some().then(|| SshEndpoint {
            host: domain.ssh_proxy_host(),
            port: SSH,
            username: pod.id.to_string(),
            command: ssh_proxy(pod.id, domain),
        }),
        direct: ip.zip(port).map(|(ip, port)| SshEndpoint {
            host: ip.clone(),
            port,
            username: "root".to_owned(),
            command: ssh_direct(ip, port),
        }),
    }
}

fn runtime(pod: &EnginePod, machine: Option<&Machine>, now: Timestamp) -> Option<PodRuntime> {
    let PodState::Running { since } = pod.state else {
        return None;
    };
    let ip = machine.and_then(|it| it.public_ip.clone());
    Some(PodRuntime {
        uptime: now.since(pod.started_at.unwrap_or(since)).max(0) / 1_000,
        ports: pod
            .ports
            .iter()
            .map(|it| RuntimePort {
                private: it.port.number,
                public: it.public,
                kind: it.port.kind,
                ip: ip.clone().filter(|_| it.public.is_some()),
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_published_word() {
        for state in PodStateKind::ALL {
            let word = serde_json::to_value(status(state, Some(PodStateKind::Stopped))).unwrap();
            let expected = match state {
                PodStateKind::Queued | PodStateKind::Provisioning => "PROVISIONING",
                PodStateKind::Starting => "STARTING",
                PodStateKind::Running | PodStateKind::Stopping => "RUNNING",
                PodStateKind::Stopped | PodStateKind::Unreachable => "EXITED",
                PodStateKind::Error => "ERROR",
                PodStateKind::Terminating | PodStateKind::Terminated => "TERMINATED",
            };
            assert_eq!(word, expected, "{state}");
        }
    }
}
