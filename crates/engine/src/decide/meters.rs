//! Charges: opened, closed and posted so that a pod or volume always has exactly those its state
//! calls for.

use domain::money::{MinuteRate, Money};
use domain::pod::PodStateKind;
use domain::{LedgerEntryId, MeterId, MigrationId, Minutes, PodId, Timestamp, VolumeId};

use super::tx::Tx;
use crate::event::{Change, Fact};
use crate::state::{
    BindingRole, Charge, Fleet, LedgerEntry, Machine, Meter, MeterReason, Pod, Resource, Subject, charge,
    entry_amount,
};

/// A line of $0 with its reason, so that the minutes show.
fn zero(charge: Charge, reason: MeterReason, migration_id: Option<MigrationId>) -> Charge {
    Charge {
        reason,
        rate: MinuteRate::hourly(Money::ZERO),
        migration_id,
        ..charge
    }
}

/// What a pod calls for: what its state does, at $0 while its machine is silent.
fn charges(fleet: &Fleet, pod: &Pod) -> Vec<Charge> {
    let charges = charges_of_state(fleet, pod);
    if fleet.machine(pod.machine_id).is_none_or(Machine::is_ready) {
        return charges;
    }
    charges
        .into_iter()
        .map(|it| zero(it, MeterReason::MachineDown, it.migration_id))
        .collect()
}

fn charges_of_state(fleet: &Fleet, pod: &Pod) -> Vec<Charge> {
    match pod.binding.as_ref().map(|it| (it.role, it.migration_id)) {
        // the move is charged as one pod. Before the switch that is the source.
        Some((BindingRole::UnderWay, _)) if pod.is_new_side() => return Vec::new(),
        Some((BindingRole::Source { .. }, id)) => {
            let kept = charge::stopped(fleet, pod);
            return kept
                .into_iter()
                .map(|it| zero(it, MeterReason::Migration, Some(id)))
                .collect();
        }
        Some((BindingRole::UnderWay | BindingRole::Target { .. }, _)) | None => {}
    }
    match pod.state.kind() {
        PodStateKind::Running => charge::running(fleet, pod),
        // not charged for its GPUs while it starts; what is stored is stored.
        PodStateKind::Queued | PodStateKind::Provisioning | PodStateKind::Starting => {
            let stored = |it: &Charge| it.resource == Resource::PodVolume;
            charge::running(fleet, pod).into_iter().filter(stored).collect()
        }
        PodStateKind::Stopping | PodStateKind::Stopped | PodStateKind::Error => charge::stopped(fleet, pod),
        PodStateKind::Unreachable => vec![zero(charge::compute(fleet, pod), MeterReason::MachineDown, None)],
        PodStateKind::Terminating | PodStateKind::Terminated => Vec::new(),
    }
}

/// Closes charges a pod no longer has and opens those it has now, as of `at`.
pub(super) fn sync_pod(tx: &mut Tx<'_>, pod_id: PodId, at: Timestamp) {
    let Some(pod) = tx.fleet.pod(pod_id) else { return };
    let (account_id, machine_id) = (pod.account_id, pod.machine_id);
    let wanted = charges(tx.fleet, pod);
    let open: Vec<Meter> = tx.fleet.meters_on(Subject::Pod(pod_id)).cloned().collect();
    let (kept, ended): (Vec<Meter>, Vec<Meter>) = open
        .into_iter()
        .partition(|meter| wanted.iter().any(|it| is_of(meter, it)));
    for meter in ended {
        close(tx, meter, at);
    }
    for charge in wanted {
        if !kept.iter().any(|it| is_of(it, &charge)) {
            open_meter(tx, account_id, Subject::Pod(pod_id), Some(machine_id), charge, at);
        }
    }
}

/// The same for a network volume: charged as long as it is stored, in the bin as well.
pub(super) fn sync_volume(tx: &mut Tx<'_>, volume_id: VolumeId) {
    let Some(volume) = tx.fleet.volume(volume_id) else {
        return;
    };
    let account_id = volume.account_id;
    let parts = tx.fleet.settings().prices.network_volume_parts(volume.size.gb());
    let wanted: Vec<Charge> = parts
        .into_iter()
        .filter(|it| it.1.0 > 0 && volume.is_listed())
        .map(|(rate, quantity)| Charge {
            resource: Resource::NetworkVolume,
            reason: MeterReason::NetworkVolume,
            rate,
            quantity,
            migration_id: None,
        })
        .collect();
    let now = tx.now;
    let open: Vec<Meter> = tx.fleet.meters_on(Subject::Volume(volume_id)).cloned().collect();
    let (kept, ended): (Vec<Meter>, Vec<Meter>) = open
        .into_iter()
        .partition(|meter| wanted.iter().any(|it| is_of(meter, it)));
    for meter in ended {
        close(tx, meter, now);
    }
    for charge in wanted {
        if !kept.iter().any(|it| is_of(it, &charge)) {
            open_meter(tx, account_id, Subject::Volume(volume_id), None, charge, now);
        }
    }
}

fn is_of(meter: &Meter, charge: &Charge) -> bool {
    (meter.resource, meter.reason, meter.rate, meter.quantity)
        == (charge.resource, charge.reason, charge.rate, charge.quantity)
}

fn open_meter(
    tx: &mut Tx<'_>,
    account_id: domain::AccountId,
    subject: Subject,
    machine_id: Option<domain::MachineId>,
    charge: Charge,
    at: Timestamp,
) {
    let meter = Meter {
        id: MeterId::mint(&mut tx.mint),
        account_id,
        subject,
        resource: charge.resource,
        reason: charge.reason,
        machine_id,
        rate: charge.rate,
        quantity: charge.quantity,
        opened_at: at,
        posted: Minutes(0),
        last_entry: None,
        migration_id: charge.migration_id,
    };
    tx.record(Fact::MeterOpened, Change::Meter(Box::new(meter)));
}

/// Posts what is left, or takes back what was posted beyond `at`, and closes.
fn close(tx: &mut Tx<'_>, meter: Meter, at: Timestamp) {
    let minutes = meter.minutes(at);
    let meter = if minutes < meter.posted {
        correct(tx, meter, minutes)
    } else {
        post(tx, meter, at)
    };
    tx.record(Fact::MeterClosed, Change::MeterClosed(Box::new(meter)));
}

/// Posts the minutes before `at` that are not posted yet, as one entry.
pub(super) fn post(tx: &mut Tx<'_>, meter: Meter, at: Timestamp) -> Meter {
    let minutes = meter.minutes(at);
    if minutes <= meter.posted {
        return meter;
    }
    let count = Minutes(minutes.0 - meter.posted.0);
    let first_minute = meter.posted.0 + 1;
    let boundary = meter.opened_at.boundary_at_or_after() + meter.posted.0.cast_signed();
    let amount = entry_amount(meter.rate, meter.quantity, first_minute, count);
    let id = entry(
        tx,
        &meter,
        Line {
            first_minute,
            minutes: count,
            boundary,
            amount,
            corrects: None,
        },
    );
    Meter {
        posted: minutes,
        last_entry: Some(id),
        ..meter
    }
}

/// minutes posted before the silence was noticed are returned by an entry that names them.
fn correct(tx: &mut Tx<'_>, meter: Meter, minutes: Minutes) -> Meter {
    let count = Minutes(meter.posted.0 - minutes.0);
    let first_minute = minutes.0 + 1;
    let boundary = meter.opened_at.boundary_at_or_after() + minutes.0.cast_signed();
    let amount = -entry_amount(meter.rate, meter.quantity, first_minute, count);
    let corrects = meter.last_entry;
    let id = entry(
        tx,
        &meter,
        Line {
            first_minute,
            minutes: count,
            boundary,
            amount,
            corrects,
        },
    );
    Meter {
        posted: minutes,
        last_entry: Some(id),
        ..meter
    }
}

struct Line {
    first_minute: u64,
    minutes: Minutes,
    /// Index of its first minute boundary.
    boundary: i64,
    amount: Money,
    corrects: Option<LedgerEntryId>,
}

fn entry(tx: &mut Tx<'_>, meter: &Meter, line: Line) -> LedgerEntryId {
    let name = match meter.subject {
        Subject::Pod(id) => tx.fleet.pod(id).map(|it| it.name.to_string()),
        Subject::Volume(id) => tx.fleet.volume(id).map(|it| it.name.to_string()),
        Subject::Account => None,
    };
    let id = LedgerEntryId::mint(&mut tx.mint);
    let end = line.boundary + line.minutes.0.cast_signed();
    let posted = LedgerEntry {
        id,
        account_id: meter.account_id,
        meter_id: Some(meter.id),
        subject: meter.subject,
        resource: meter.resource,
        reason: if line.corrects.is_some() {
            MeterReason::Correction
        } else {
            meter.reason
        },
        name: name.unwrap_or_else(|| "–".to_owned()),
        machine_id: meter.machine_id,
        from: Timestamp::from_boundary(line.boundary),
        to: Timestamp::from_boundary(end),
        first_minute: line.first_minute,
        minutes: line.minutes,
        quantity: meter.quantity,
        rate: meter.rate,
        amount: line.amount,
        corrects: line.corrects,
        migration_id: meter.migration_id,
        note: None,
        posted_at: tx.now,
    };
    tx.record(Fact::EntryPosted, Change::Posted(Box::new(posted)));
    id
}
