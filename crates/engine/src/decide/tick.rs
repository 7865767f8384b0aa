//! What is due: silences, postings, the end of funds, bins, windows.

use domain::machine::UNREACHABLE_AFTER_MS;
use domain::{Timestamp, limits};

use super::tx::Tx;
use super::{machines, meters, migrations, money, plan};
use crate::command::Outcome;
use crate::event::{Change, Fact};
use crate::refusal::Refusal;
use crate::state::{Migration, Volume, VolumeBin};

/// Accounts whose funds are looked at in one commit.
const FUNDS_PER_COMMIT_MAX: usize = 1_000;
/// Plans that are forgotten in one commit.
const PLANS_PER_COMMIT_MAX: usize = 1_000;

pub(super) fn run(tx: &mut Tx<'_>) -> Result<Outcome, Refusal> {
    tx.operator_only()?;
    silences(tx);
    postings(tx);
    bins(tx);
    windows(tx);
    plans(tx);
    funds(tx);
    Ok(Outcome::Done)
}

/// what counts is the last heartbeat, not the moment of noticing.
fn silences(tx: &mut Tx<'_>) {
    while let Some((heard, id)) = tx.fleet.longest_silent() {
        if tx.now.since(heard) < UNREACHABLE_AFTER_MS {
            return;
        }
        machines::fall_silent(tx, id, heard);
    }
}

/// Posts the minutes of each window that is over, so many at a time that no command waits long.
fn postings(tx: &mut Tx<'_>) {
    for _ in 0..limits::POSTINGS_PER_COMMIT_MAX {
        let Some((due, id)) = tx.fleet.next_posting().filter(|it| it.0 <= tx.now) else {
            return;
        };
        let Some(meter) = tx.fleet.meter(id).cloned() else {
            return;
        };
        let posted = meters::post(tx, meter, due);
        tx.record(Fact::MeterPosted, Change::Meter(Box::new(posted)));
    }
}

/// gone for good after 24 hours.
fn bins(tx: &mut Tx<'_>) {
    while let Some((until, id)) = tx.fleet.next_from_bin().filter(|it| it.0 <= tx.now) {
        let Some(volume) = tx.fleet.volume(id).cloned() else {
            return;
        };
        tx.put_volume(
            Fact::VolumeUpdated,
            Volume {
                bin: VolumeBin::Gone { at: until },
                ..volume
            },
        );
    }
}

/// the end of the window confirms, and no revert waits for ever.
fn windows(tx: &mut Tx<'_>) {
    let over = |it: &&Migration| it.state.ends_by().is_some_and(|by| by <= tx.now);
    let due: Vec<Migration> = tx.fleet.open_migrations().filter(over).cloned().collect();
    for migration in due {
        migrations::time_over(tx, migration);
    }
}

/// Plans that nobody carried out are not kept for ever; so many at a time that no command waits long.
fn plans(tx: &mut Tx<'_>) {
    for _ in 0..PLANS_PER_COMMIT_MAX {
        let left = tx.fleet.first_plan_left();
        let Some((_, id)) = left.filter(|it| forgotten_at(it.0) <= tx.now) else {
            return;
        };
        plan::forget(tx, id);
    }
}

/// When a plan is forgotten that expires then.
pub(super) const fn forgotten_at(expires: Timestamp) -> Timestamp {
    expires.plus_hours(limits::PLAN_KEPT_HOURS)
}

/// stops what is no longer covered.
fn funds(tx: &mut Tx<'_>) {
    for _ in 0..FUNDS_PER_COMMIT_MAX {
        let Some((_, id)) = tx.fleet.next_funds().filter(|it| it.0 <= tx.now) else {
            return;
        };
        // Set anew after the command if its charges changed, or right away if they did not.
        tx.fleet.look_at_funds(id, None);
        money::check_funds(tx, id);
    }
}
