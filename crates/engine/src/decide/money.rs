//! Credits and the end of funds.

use domain::pod::{PodStateKind, StopReason};
use domain::runway::{COVERED_MINUTES, OpenMeter};
use domain::{AccountId, LedgerEntryId, MinuteRate, Minutes, Money, Quantity, Timestamp, limits};

use super::tx::Tx;
use super::{migrations, place, pods};
use crate::command::Outcome;
use crate::event::{Change, Fact};
use crate::query;
use crate::refusal::Refusal;
use crate::state::{Account, Fleet, FundsState, LedgerEntry, MeterReason, Pod, Resource, Subject};

/// Pays in by hand.
pub(super) fn credit(
    tx: &mut Tx<'_>,
    id: AccountId,
    amount: Money,
    note: String,
) -> Result<Outcome, Refusal> {
    tx.operator_only()?;
    let missing = || Refusal::NotFound {
        what: "account",
        id: id.to_string(),
    };
    let account = tx.fleet.account(id).cloned().ok_or_else(missing)?;
    let min = tx.fleet.settings().policy.top_up_min;
    if amount < min {
        return Err(Refusal::TopUpTooSmall { min });
    }
    let max = Money::from_dollars(limits::TOP_UP_DOLLARS_MAX);
    if amount > max {
        return Err(Refusal::TopUpTooLarge { max });
    }
    if note.chars().count() > limits::NOTE_CHARS_MAX {
        return Err(Refusal::LimitExceeded {
            what: "characters in a note",
            max: limits::NOTE_CHARS_MAX,
        });
    }
    let entry_id = LedgerEntryId::mint(&mut tx.mint);
    let entry = LedgerEntry {
        id: entry_id,
        account_id: id,
        meter_id: None,
        subject: Subject::Account,
        resource: Resource::Credit,
        reason: MeterReason::TopUp,
        name: account.name.to_string(),
        machine_id: None,
        from: tx.now,
        to: tx.now,
        first_minute: 0,
        minutes: Minutes(0),
        quantity: Quantity(0),
        rate: MinuteRate::hourly(Money::ZERO),
        amount,
        corrects: None,
        migration_id: None,
        note: (!note.is_empty()).then_some(note),
        posted_at: tx.now,
    };
    tx.record(Fact::EntryPosted, Change::Posted(Box::new(entry)));
    if account.funds != FundsState::Ok && !query::balance(tx.fleet, id, tx.now).is_negative() {
        tx.put_account(
            Fact::FundsRestored,
            Account {
                funds: FundsState::Ok,
                ..account
            },
        );
    }
    // Who waited for GPUs without the money for them may have it now.
    place::serve_queues(tx);
    Ok(Outcome::Entry(entry_id))
}

/// Refuses a start that the balance does not cover.
pub(super) fn covers_start(fleet: &Fleet, pod: &Pod, cpu_only: bool, now: Timestamp) -> Result<(), Refusal> {
    let id = pod.account_id;
    let required = query::start_requires(fleet, pod, cpu_only);
    if balance_min(fleet, id, now).is_some_and(|it| it >= required) {
        return Ok(());
    }
    let balance = query::balance(fleet, id, now);
    if balance < required {
        Err(Refusal::InsufficientBalance { required, balance })
    } else {
        Ok(())
    }
}

/// Whether a pod may be started for which somebody asked at `asked_at`: its place in a queue has come, or its move goes
/// on.
///
/// What was asked for before funds ended was stopped with everything else, even if this one pod is covered; what was
/// asked for since is done.
pub(super) fn may_still_start(
    fleet: &Fleet,
    pod: &Pod,
    cpu_only: bool,
    asked_at: Timestamp,
    now: Timestamp,
) -> bool {
    let stands = fleet.account(pod.account_id).is_some_and(|it| match it.funds {
        FundsState::Ok => true,
        FundsState::Out { stopped_at } => asked_at > stopped_at,
    });
    stands && covers_start(fleet, pod, cpu_only, now).is_ok()
}

/// A balance that an account surely has, without a walk over its meters.
///
/// None while a posting is overdue: only else has no meter more than an hour of unposted minutes.
fn balance_min(fleet: &Fleet, id: AccountId, now: Timestamp) -> Option<Money> {
    let is_overdue = fleet.next_posting().is_some_and(|(due, _)| due <= now);
    (!is_overdue).then(|| fleet.posted(id) - fleet.draw(id).hour_max)
}

/// Beyond this many minutes of runway the exact end is not looked for: half-way there it is soon enough.
const EXACT_BELOW_MINUTES: i64 = 120;

/// When an account's funds have to be looked at again; none while nothing runs.
///
/// Exact when the end is near. Far from it, a moment that surely comes before, from sums that are kept: this runs after
/// every command.
pub(super) fn funds_due(fleet: &Fleet, id: AccountId, now: Timestamp) -> Option<Timestamp> {
    let draw = fleet.draw(id);
    if draw.running == 0 {
        return None;
    }
    let minutes_of = |balance: Money| {
        let minutes = i128::from(balance.micros()) * 60 / i128::from(draw.hour_max.micros().max(1));
        i64::try_from(minutes - i128::from(COVERED_MINUTES)).unwrap_or(i64::MAX / 4)
    };
    let is_far = |minutes: &i64| *minutes > EXACT_BELOW_MINUTES;
    let far = balance_min(fleet, id, now)
        .map(minutes_of)
        .filter(is_far)
        .or_else(|| Some(minutes_of(query::balance(fleet, id, now))).filter(is_far));
    if let Some(minutes) = far {
        return Some(now.plus_minutes((minutes / 2).min(366 * 24 * 60)));
    }
    // One millisecond past the boundary, so that the boundary itself is charged.
    let end = query::runway(fleet, id, now)?.pods_stop_at?;
    Some(if end == now { now } else { end + 1 })
}

/// Stops everything that runs when ten more minutes are not covered.
pub(super) fn check_funds(tx: &mut Tx<'_>, id: AccountId) {
    let now = tx.now;
    let Some(account) = tx.fleet.account(id).cloned() else {
        tx.fleet.look_at_funds(id, None);
        return;
    };
    let due = funds_due(tx.fleet, id, now);
    if due.is_none_or(|it| it > now) {
        tx.fleet.look_at_funds(id, due);
        return;
    }
    migrations::out_of_funds(tx, id);
    let running: Vec<_> = tx
        .fleet
        .pods_of(id)
        .filter(|it| matches!(it.state.kind(), PodStateKind::Running | PodStateKind::Unreachable))
        .chain(
            tx.fleet
                .pods_of(id)
                .filter(|it| it.state.kind().is_passing() && it.state.kind().holds_gpus()),
        )
        // What a move holds costs nothing, and is given back with the move.
        .filter(|it| !it.is_new_side())
        .cloned()
        .collect();
    // A locked pod is stopped all the same: the lock protects from people, not from the end of money.
    for pod in running {
        pods::halt(tx, pod, StopReason::OutOfFunds);
    }
    tx.put_account(
        Fact::FundsRanOut,
        Account {
            funds: FundsState::Out { stopped_at: now },
            ..account
        },
    );
    place::serve_queues(tx);
}

/// A meter as the runway sees it.
pub(crate) fn open_meter(meter: &crate::state::Meter) -> OpenMeter {
    OpenMeter {
        rate: meter.rate,
        quantity: meter.quantity,
        opened_at: meter.opened_at,
        of_running_pod: meter.is_of_running_pod(),
    }
}
