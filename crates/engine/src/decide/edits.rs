//! What a pod asks for changes after it was made: at once while it is stopped, by a restart while it runs.

use domain::PodId;
use domain::allowed::{self, NotAllowed, PodAction};
use domain::pod::{PodSpec, PodState, PodStateKind};

use super::tx::Tx;
use super::{place, pods};
use crate::command::{Outcome, PodEdit};
use crate::event::Fact;
use crate::refusal::Refusal;
use crate::state::{Machine, Pod};

/// The states in which a pod takes another specification; a name and a lock change in more of them.
const RESPECIFIED: &[PodStateKind] = &[
    PodStateKind::Queued,
    PodStateKind::Running,
    PodStateKind::Stopped,
    PodStateKind::Error,
];

/// Renames, locks, unlocks, and changes what the pod asks for.
pub(super) fn update(tx: &mut Tx<'_>, pod_id: PodId, edit: PodEdit) -> Result<Outcome, Refusal> {
    let mut pod = tx.own_pod(pod_id)?;
    let spec = respecified(tx, &pod, &edit)?;
    if edit.name.is_some() || spec != pod.spec {
        allowed::pod(PodAction::Edit, &pod.facts())?;
    }
    if let Some(name) = edit.name {
        pod.name = name;
    }
    // Locking what is locked changes nothing and is no error, so that a repeat does no harm.
    if let Some(locked) = edit.locked.filter(|it| *it != pod.locked) {
        let action = if locked {
            PodAction::Lock
        } else {
            PodAction::Unlock
        };
        allowed::pod(action, &pod.facts())?;
        pod.locked = locked;
    }
    if spec == pod.spec {
        tx.put_pod(Fact::PodUpdated, pod);
    } else {
        respecify(tx, pod, spec, edit.restart, "Restarted with other settings.")?;
    }
    Ok(Outcome::Pod(pod_id))
}

/// The specification with the changes of an edit; what is absent stays.
fn respecified(tx: &Tx<'_>, pod: &Pod, edit: &PodEdit) -> Result<PodSpec, Refusal> {
    let mut spec = pod.spec.clone();
    if let Some(id) = edit.template_id {
        // Once, without a link: its settings, then those of the edit over them, `env` merged per key.
        let template = super::templates::usable(tx, id, pod.account_id)?;
        spec.image = template.image;
        spec.args = template.args;
        spec.ports = template.ports;
        spec.container_disk_gb = template.disk_gb;
        spec.env = template.env;
        spec.env.extend(edit.env.clone().unwrap_or_default());
    } else if let Some(env) = &edit.env {
        spec.env.clone_from(env);
    }
    if let Some(image) = &edit.image {
        spec.image = image.clone();
    }
    if let Some(args) = &edit.args {
        spec.args.clone_from(args);
    }
    if let Some(ports) = &edit.ports {
        spec.ports.clone_from(ports);
    }
    if let Some(gb) = edit.container_disk_gb {
        spec.container_disk_gb = gb;
    }
    if let Some(wanted) = &edit.volume {
        let kept = spec.volume.as_mut().ok_or(Refusal::DiskKindFixed)?;
        // Data lies on it: like a network volume it grows and never shrinks.
        if wanted.size_gb < kept.size_gb {
            return Err(Refusal::PodVolumeShrinks {
                now_gb: kept.size_gb,
                asked_gb: wanted.size_gb,
            });
        }
        *kept = wanted.clone();
    }
    for wanted in &edit.mounts {
        let of_it = |it: &&mut domain::pod::VolumeMount| it.volume_id == wanted.volume_id;
        let kept = spec.mounts.iter_mut().find(of_it).ok_or(Refusal::DiskKindFixed)?;
        kept.path.clone_from(&wanted.path);
    }
    // What a pod was made with may be more than is accepted today; it can be renamed and unlocked all the same.
    if spec != pod.spec {
        spec.check()?;
    }
    Ok(spec)
}

/// Gives a pod another specification on its own machine: at once if it does not run, else by a restart that was
/// agreed to, since a restart erases the container disk.
///
/// # Errors
/// It runs and `restart` is not agreed to, it is on its way to run, it is locked, its machine is silent or has not
/// enough disk.
pub(super) fn respecify(
    tx: &mut Tx<'_>,
    mut pod: Pod,
    spec: PodSpec,
    restart: bool,
    note: &str,
) -> Result<(), Refusal> {
    let machine = tx.machine(pod.machine_id)?;
    if let PodState::Unreachable { since, .. } = pod.state {
        return Err(Refusal::MachineUnreachable {
            machine_id: machine.id,
            since,
        });
    }
    let runs = pod.state.kind().holds_gpus();
    if runs && pod.locked {
        return Err(NotAllowed::Locked.into());
    }
    // A start that is under way is not charged: who begins it anew again and again would hold GPUs for nothing.
    // A pod that is queued leaves that state by its restart, so it can do so once.
    if let PodStateKind::Provisioning | PodStateKind::Starting = pod.state.kind() {
        return Err(NotAllowed::WrongState {
            action: PodAction::Edit,
            state: pod.state.kind(),
            allowed: RESPECIFIED,
        }
        .into());
    }
    if runs && !restart {
        return Err(Refusal::RestartNotAgreed);
    }
    resize(tx, machine, place::disk_gb(&pod.spec), place::disk_gb(&spec))?;
    if spec.ports != pod.spec.ports {
        pod.ports = pods::map_ports(tx.fleet, pod.machine_id, pod.id, &spec);
    }
    pod.spec = spec;
    if runs {
        pods::run_again(tx, pod, note);
    } else {
        tx.push(pod.machine_id);
        tx.put_pod(Fact::PodUpdated, pod);
    }
    Ok(())
}

/// Holds more or less of a machine's disk.
fn resize(tx: &mut Tx<'_>, machine: Machine, before_gb: u32, after_gb: u32) -> Result<(), Refusal> {
    if before_gb == after_gb {
        return Ok(());
    }
    let disk_gb_used = machine
        .disk_gb_used
        .saturating_sub(before_gb)
        .saturating_add(after_gb);
    if after_gb > before_gb && disk_gb_used > machine.disk_gb {
        return Err(Refusal::MachineFull { what: "disk" });
    }
    tx.put_machine(
        Fact::MachineAssigned,
        Machine {
            disk_gb_used,
            ..machine
        },
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::pod::PodStateKind;

    #[test]
    fn what_holds_gpus_is_what_must_restart() {
        let restarts: Vec<_> = PodStateKind::ALL
            .into_iter()
            .filter(|it| it.holds_gpus())
            .collect();
        assert_eq!(
            restarts,
            [
                PodStateKind::Queued,
                PodStateKind::Provisioning,
                PodStateKind::Starting,
                PodStateKind::Running,
                PodStateKind::Unreachable
            ]
        );
    }
}
