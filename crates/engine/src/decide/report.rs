//! What a machine's agent saw becomes facts.

use agent_api::{MountUsage, Observed, PodReport, Report};
use domain::PodId;
use domain::machine::MachineState;
use domain::pod::{DesiredPod, PodState, PodStateKind, StopReason};

use super::tx::{Tx, enter};
use super::{machines, migrations, place, pods};
use crate::command::{Actor, Outcome};
use crate::event::Fact;
use crate::refusal::Refusal;
use crate::state::{Pod, Volume};

/// A pull's progress is a fact only when it moved by this part of the whole.
const PULL_STEPS: u64 = 10;
/// A network volume's usage is a fact only when it moved by this much.
const USAGE_STEP_BYTES: u64 = 1_000_000_000;

pub(super) fn take(tx: &mut Tx<'_>, report: Report) -> Result<Outcome, Refusal> {
    if !matches!(tx.actor, Actor::Machine(id) if id == report.machine_id) {
        return Err(Refusal::WrongMachine);
    }
    let machine = tx.machine(report.machine_id)?;
    let now = tx.now;
    tx.fleet.hear(machine.id, now);
    for pod in &report.pods {
        tx.use_disk(pod.pod_id, pod.volume_used_bytes, pod.container_used_bytes);
        for mount in &pod.mounts {
            fill(tx, *mount);
        }
    }
    if let MachineState::Unreachable { since } = machine.state {
        machines::come_back(tx, machine.clone(), since);
    }
    let mut freed = false;
    for observed in &report.pods {
        let Some(pod) = tx.fleet.pod(observed.pod_id).cloned() else {
            continue;
        };
        // A pod of another machine, or news of a start that is over, says nothing.
        if pod.machine_id == machine.id && observed.incarnation == pod.incarnation {
            freed |= observe(tx, pod, observed);
        }
    }
    // A pod that should be gone and is not in the report of the present document is gone.
    let current = tx.fleet.machine(machine.id).map_or(0, |it| it.document);
    if report.accepted.generation >= current {
        let absent = |it: &&Pod| {
            it.desired == DesiredPod::Terminated && !report.pods.iter().any(|seen| seen.pod_id == it.id)
        };
        let leaving: Vec<Pod> = tx.fleet.pods_on(machine.id).filter(absent).cloned().collect();
        for pod in leaving {
            let id = pod.id;
            pods::gone(tx, pod);
            migrations::pod_gone(tx, id);
        }
        migrations::accepted(tx, machine.id, &seen(&report.pods));
    }
    for copy in report.copies {
        migrations::copied(tx, machine.id, copy);
    }
    if freed {
        place::serve_queue(tx, machine.id);
    }
    Ok(Outcome::Done)
}

/// How full a network volume is, once it moved by a step worth writing down.
fn fill(tx: &mut Tx<'_>, mount: MountUsage) {
    let Some(volume) = tx.fleet.volume(mount.volume_id) else {
        return;
    };
    let used_bytes = mount.used_bytes.min(u64::from(volume.size.gb()) * 1_000_000_000);
    if used_bytes.abs_diff(volume.used_bytes) >= USAGE_STEP_BYTES {
        let filled = Volume {
            used_bytes,
            ..volume.clone()
        };
        tx.put_volume(Fact::VolumeUpdated, filled);
    }
}

fn seen(pods: &[PodReport]) -> Vec<PodId> {
    pods.iter().map(|it| it.pod_id).collect()
}

/// Takes over what was observed of one pod; says whether it freed GPUs.
fn observe(tx: &mut Tx<'_>, mut pod: Pod, report: &PodReport) -> bool {
    let now = tx.now;
    // The new side of a move is held, not stopped, until its data is there and it is started.
    if pod.is_held() {
        return false;
    }
    let kind = pod.state.kind();
    match (pod.desired, &report.observed) {
        (
            DesiredPod::Running,
            Observed::Pulling {
                bytes_done,
                bytes_total,
            },
        ) => {
            let (bytes_done, bytes_total) = (*bytes_done, *bytes_total);
            if let PodState::Provisioning {
                since,
                bytes_done: before,
                ..
            } = pod.state
            {
                if bytes_done.saturating_sub(before) >= bytes_total / PULL_STEPS && bytes_done != before {
                    pod.state = PodState::Provisioning {
                        since,
                        bytes_done,
                        bytes_total,
                    };
                    tx.put_pod(Fact::PodObserved, pod);
                }
            } else if kind != PodStateKind::Running {
                enter(
                    &mut pod,
                    PodState::Provisioning {
                        since: now,
                        bytes_done,
                        bytes_total,
                    },
                    None,
                );
                tx.put_pod(Fact::PodObserved, pod);
            }
            false
        }
        (DesiredPod::Running, Observed::Starting) => {
            if matches!(kind, PodStateKind::Queued | PodStateKind::Provisioning) {
                enter(&mut pod, PodState::Starting { since: now }, None);
                tx.put_pod(Fact::PodObserved, pod);
            }
            false
        }
        (DesiredPod::Running, Observed::Running) => {
            if matches!(
                kind,
                PodStateKind::Queued | PodStateKind::Provisioning | PodStateKind::Starting
            ) {
                let id = pod.id;
                pod.started_at = Some(now);
                enter(&mut pod, PodState::Running { since: now }, None);
                tx.put_pod(Fact::PodObserved, pod);
                migrations::started(tx, id);
            }
            false
        }
        (DesiredPod::Running, Observed::Exited { code: 0 }) => end(
            tx,
            pod,
            PodState::Stopped {
                since: now,
                reason: StopReason::Exited,
            },
            "Its command ended.",
        ),
        (DesiredPod::Running, Observed::Exited { code }) => {
            let message = format!(
                "The command ended with exit code {code}. Look at the start command; for a pod to log in to, use one \
                 that does not end."
            );
            end(
                tx,
                pod,
                PodState::Error {
                    since: now,
                    message: message.clone(),
                },
                &message,
            )
        }
        (DesiredPod::Running, Observed::Failed { message }) => end(
            tx,
            pod,
            PodState::Error {
                since: now,
                message: message.clone(),
            },
            message,
        ),
        (DesiredPod::Stopped, Observed::Stopped | Observed::Exited { .. } | Observed::Failed { .. }) => {
            stopped(tx, pod, now)
        }
        (DesiredPod::Running, Observed::Stopping | Observed::Stopped)
        | (
            DesiredPod::Stopped,
            Observed::Pulling { .. } | Observed::Starting | Observed::Running | Observed::Stopping,
        )
        | (DesiredPod::Terminated, _) => false,
    }
}

/// What was asked to stop has stopped.
fn stopped(tx: &mut Tx<'_>, mut pod: Pod, now: domain::Timestamp) -> bool {
    let reason = match pod.state {
        PodState::Stopping { reason, .. } => reason,
        // Asked while the machine was silent or the pod was on its way.
        PodState::Queued { .. }
        | PodState::Provisioning { .. }
        | PodState::Starting { .. }
        | PodState::Running { .. }
        | PodState::Unreachable { .. } => StopReason::User,
        PodState::Stopped { .. }
        | PodState::Error { .. }
        | PodState::Terminating { .. }
        | PodState::Terminated { .. } => {
            return false;
        }
    };
    let (id, freed) = (pod.id, pod.state.kind().holds_gpus());
    pods::free_share(tx, &mut pod);
    let (volume, _) = tx.fleet.usage(&pod);
    // the container disk is gone.
    tx.use_disk(id, volume, 0);
    enter(&mut pod, PodState::Stopped { since: now, reason }, None);
    tx.put_pod(Fact::PodObserved, pod);
    migrations::source_stopped(tx, id);
    freed
}

/// A pod ended by itself or did not start: its GPUs are free, nothing of its compute is charged.
fn end(tx: &mut Tx<'_>, mut pod: Pod, state: PodState, note: &str) -> bool {
    let id = pod.id;
    let freed = pod.state.kind().holds_gpus();
    pods::free_share(tx, &mut pod);
    pod.desired = DesiredPod::Stopped;
    tx.push(pod.machine_id);
    enter(&mut pod, state, Some(note.to_owned()));
    tx.put_pod(Fact::PodObserved, pod);
    migrations::target_failed(tx, id, note);
    freed
}
