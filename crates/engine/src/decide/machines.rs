//! Machines join, fall silent and come back.

use domain::machine::MachineState;
use domain::pod::{PodState, PodStateKind};
use domain::{MachineId, Timestamp, limits};

use super::tx::{Tx, enter};
use super::{meters, place};
use crate::command::{NewMachine, Outcome};
use crate::event::Fact;
use crate::refusal::Refusal;
use crate::state::{Downtime, Machine};

pub(super) fn add(tx: &mut Tx<'_>, new: NewMachine) -> Result<Outcome, Refusal> {
    tx.operator_only()?;
    if tx.fleet.settings().data_center(&new.data_center_id).is_none() {
        return Err(Refusal::DataCenterUnknown {
            id: new.data_center_id.to_string(),
        });
    }
    if !(1..=limits::MACHINE_GPUS_MAX).contains(&new.gpu_count) {
        return Err(Refusal::LimitExceeded {
            what: "GPUs on a machine",
            max: limits::MACHINE_GPUS_MAX as usize,
        });
    }
    let id = MachineId::mint(&mut tx.mint);
    let machine = Machine {
        id,
        generation: 0,
        name: new.name,
        data_center_id: new.data_center_id,
        cloud: new.cloud,
        gpu_type: new.gpu_type,
        slots: vec![None; new.gpu_count as usize],
        vcpu_count: new.vcpu_count,
        vcpu_used: 0,
        memory_gib: new.memory_gib,
        memory_gib_used: 0,
        disk_gb: new.disk_gb,
        disk_gb_used: 0,
        public_ip: new.public_ip,
        down_mbps: new.down_mbps,
        up_mbps: new.up_mbps,
        cuda_version: new.cuda_version,
        state: MachineState::Ready,
        joined_at: tx.now,
        downtimes: Vec::new(),
        document: 0,
        restarts: 0,
        restarts_refused: 0,
    };
    tx.put_machine(Fact::MachineAdded, machine);
    let now = tx.now;
    tx.fleet.hear(id, now);
    tx.push(id);
    Ok(Outcome::Machine(id))
}

/// A machine was silent for too long: what counts is its last heartbeat.
pub(super) fn fall_silent(tx: &mut Tx<'_>, machine_id: MachineId, since: Timestamp) {
    tx.fleet.stop_listening(machine_id);
    let Some(machine) = tx.fleet.machine(machine_id).cloned() else {
        return;
    };
    if !machine.is_ready() {
        return;
    }
    tx.put_machine(
        Fact::MachineUnreachable,
        Machine {
            state: MachineState::Unreachable { since },
            ..machine
        },
    );
    let pods: Vec<_> = tx.fleet.pods_on(machine_id).cloned().collect();
    for mut pod in pods {
        let was = pod.state.kind();
        let runs = matches!(
            was,
            PodStateKind::Queued
                | PodStateKind::Provisioning
                | PodStateKind::Starting
                | PodStateKind::Running
        );
        if !runs {
            // What it stores is not charged either, from the last heartbeat on or since it is as it is.
            meters::sync_pod(tx, pod.id, since.max(pod.state.since()));
            continue;
        }
        let was_since = pod.state.since();
        // A pod that was made or started after the last heartbeat cannot be unreachable before that.
        let since = since.max(was_since);
        let note = Some("The machine stopped answering.".to_owned());
        enter(
            &mut pod,
            PodState::Unreachable {
                since,
                was,
                was_since,
            },
            note,
        );
        tx.put_pod_as_of(Fact::PodReachabilityChanged, pod, since);
    }
}

/// A machine is heard again: its downtime is over, its pods go on as reported.
pub(super) fn come_back(tx: &mut Tx<'_>, machine: Machine, since: Timestamp) {
    let (now, id) = (tx.now, machine.id);
    let window = now - domain::machine::RELIABILITY_WINDOW_MS;
    let mut downtimes: Vec<Downtime> = machine
        .downtimes
        .iter()
        .copied()
        .filter(|it| it.to > window)
        .collect();
    downtimes.push(Downtime { from: since, to: now });
    tx.put_machine(
        Fact::MachineReachable,
        Machine {
            state: MachineState::Ready,
            downtimes,
            ..machine
        },
    );
    // The agent asks for the present document before it opens routes; it may have missed some.
    tx.push(id);
    let pods: Vec<_> = tx.fleet.pods_on(id).cloned().collect();
    for mut pod in pods {
        let PodState::Unreachable { was, .. } = pod.state else {
            meters::sync_pod(tx, pod.id, now);
            continue;
        };
        let state = match was {
            PodStateKind::Running => PodState::Running { since: now },
            PodStateKind::Starting => PodState::Starting { since: now },
            PodStateKind::Queued
            | PodStateKind::Provisioning
            | PodStateKind::Stopping
            | PodStateKind::Stopped
            | PodStateKind::Unreachable
            | PodStateKind::Error
            | PodStateKind::Terminating
            | PodStateKind::Terminated => PodState::Queued { since: now },
        };
        enter(&mut pod, state, Some("The machine answers again.".to_owned()));
        tx.put_pod(Fact::PodReachabilityChanged, pod);
    }
    place::serve_queue(tx, id);
}
