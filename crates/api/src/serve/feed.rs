//! The event stream for one reader: present views of what changed, one for each thing.

use std::collections::BTreeSet;

use domain::pod::PodStateKind;
use domain::{MachineId, MigrationId, PodId, Timestamp, VolumeId};
use engine::state::{Fleet, Pod, Subject, VolumeBin};
use engine::{Change, Event, Fact};

use super::principal::{Principal, Scope};
use super::{account, machines, migrations, views, volumes};
use crate::events::{FeedEvent, LedgerPosted, MachineDeleted, PodDeleted, VolumeDeleted};

/// What a reader has to look at again.
#[derive(Default)]
struct Touched {
    pods: BTreeSet<PodId>,
    machines: BTreeSet<MachineId>,
    /// Machines that may be out of the reader's sight since now. Of others that are, nothing is said, not even an ID.
    leaving: BTreeSet<MachineId>,
    volumes: BTreeSet<VolumeId>,
    migrations: BTreeSet<MigrationId>,
    account: bool,
    lines: u32,
}

/// What these events mean for a reader, as everything is after the last of them.
///
/// What the reader may not see is left out: other accounts, and kinds of things without their scope.
#[must_use]
pub fn feed(fleet: &Fleet, principal: &Principal, events: &[Event], now: Timestamp) -> Vec<FeedEvent> {
    let may = |scope| principal.scopes.has(scope);
    let touched = touched(fleet, principal, events);
    let mut feed = Vec::new();
    if may(Scope::PodsRead) {
        feed.extend(touched.pods.iter().filter_map(|id| pod(fleet, *id, now)));
    }
    if may(Scope::MachinesRead) {
        for machine in touched.machines.iter().filter_map(|id| fleet.machine(*id)) {
            let id = machine.id;
            if machines::is_visible(fleet, principal, machine, now) {
                let view = machines::view(fleet, principal, machine, now);
                feed.push(FeedEvent::MachineChanged(Box::new(view)));
            } else if touched.leaving.contains(&id) {
                feed.push(FeedEvent::MachineDeleted(MachineDeleted { id }));
            }
        }
    }
    if may(Scope::VolumesRead) {
        feed.extend(touched.volumes.iter().filter_map(|id| volume(fleet, *id, now)));
    }
    if may(Scope::MigrationsRead) {
        let migrations = touched.migrations.iter().filter_map(|id| fleet.migration(*id));
        feed.extend(migrations.map(|it| FeedEvent::MigrationChanged(Box::new(migrations::view(fleet, it)))));
    }
    if may(Scope::BillingRead) {
        if touched.account {
            feed.extend(
                account::view(fleet, principal, now).map(|it| FeedEvent::AccountChanged(Box::new(it))),
            );
        }
        if touched.lines > 0 {
            feed.push(FeedEvent::LedgerPosted(LedgerPosted { lines: touched.lines }));
        }
    }
    feed
}

fn touched(fleet: &Fleet, principal: &Principal, events: &[Event]) -> Touched {
    let mut touched = Touched::default();
    let own = |event: &Event| event.account_id() == Some(principal.account_id);
    for event in events {
        match &event.change {
            Change::Machine(machine) => {
                touched.machines.insert(machine.id);
                if event.fact == Fact::MachineUnreachable && machines::was_offered(fleet, machine, event.at) {
                    touched.leaving.insert(machine.id);
                }
                // Free GPUs decide whether a stopped pod can start here, and who is next in the queue.
                let waits = |it: &&Pod| {
                    it.account_id == principal.account_id
                        && (it.waiting.is_some()
                            || matches!(it.state.kind(), PodStateKind::Stopped | PodStateKind::Error))
                };
                touched
                    .pods
                    .extend(fleet.pods_on(machine.id).filter(waits).map(|it| it.id));
            }
            Change::Pod(pod) if own(event) => {
                touched.pods.insert(pod.id);
                if pod.state.kind() == PodStateKind::Terminated {
                    touched.machines.insert(pod.machine_id);
                    touched.leaving.insert(pod.machine_id);
                }
                touched
                    .volumes
                    .extend(pod.spec.mounts.iter().map(|it| it.volume_id));
                // What can be done with a move, and what was written since, follows from its pods.
                touched
                    .migrations
                    .extend(pod.binding.as_ref().map(|it| it.migration_id));
            }
            Change::Volume(volume) if own(event) => {
                touched.volumes.insert(volume.id);
            }
            Change::Migration(migration) if own(event) => {
                touched.migrations.insert(migration.id);
            }
            Change::Account(_) if own(event) => touched.account = true,
            Change::Meter(meter) | Change::MeterClosed(meter) if own(event) => {
                touched.account = true;
                match meter.subject {
                    // Posting minutes moves them into the ledger; what the thing costs stays the same.
                    _ if event.fact == Fact::MeterPosted => {}
                    Subject::Pod(id) => touched.pods.extend(Some(id)),
                    Subject::Volume(id) => touched.volumes.extend(Some(id)),
                    Subject::Account => {}
                }
            }
            Change::Posted(_) if own(event) => {
                touched.account = true;
                touched.lines = touched.lines.saturating_add(1);
            }
            Change::Pod(_)
            | Change::Volume(_)
            | Change::Migration(_)
            | Change::Account(_)
            | Change::Meter(_)
            | Change::MeterClosed(_)
            | Change::Posted(_)
            | Change::Settings(_)
            | Change::Template(_)
            | Change::Plan(_)
            | Change::PlanDropped(_) => {}
        }
    }
    touched
}

fn pod(fleet: &Fleet, id: PodId, now: Timestamp) -> Option<FeedEvent> {
    let pod = fleet.pod(id)?;
    let is_reverted = pod.is_new_side() && pod.moved_to.is_some();
    if pod.state.kind() == PodStateKind::Terminated || is_reverted {
        return Some(FeedEvent::PodDeleted(PodDeleted { id }));
    }
    // The new side of a move is not shown before the switch; afterwards the old side still can be read.
    (!pod.is_new_side()).then(|| FeedEvent::PodChanged(Box::new(views::pod(fleet, pod, now))))
}

fn volume(fleet: &Fleet, id: VolumeId, now: Timestamp) -> Option<FeedEvent> {
    let volume = fleet.volume(id)?;
    Some(match volume.bin {
        VolumeBin::Gone { .. } => FeedEvent::VolumeDeleted(VolumeDeleted { id }),
        VolumeBin::Kept | VolumeBin::InBin { .. } => {
            FeedEvent::VolumeChanged(Box::new(volumes::view(fleet, volume, now)))
        }
    })
}
