//! The ledger: lines as posted or minute by minute, newest first, with the balance after each.

use std::ops::Range;

use domain::{LedgerEntryId, Minutes, Money, PodId, Timestamp, VolumeId};
use engine::state::{Fleet, LedgerEntry, Subject, entry_amount};
use serde::{Deserialize, Serialize};

use super::context::Context;
use super::page::{self, Scope};
use super::{Prepared, fields};
use crate::account::{Ledger, LedgerLine};
use crate::{Pagination, Problem};

/// Where a page ended: an entry by its position, and how many of its minutes are still to be shown.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Position {
    e: usize,
    m: u64,
}

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// Which lines are wanted, and whether each stands for a minute.
struct Wanted {
    by_minute: bool,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    pod_id: Option<PodId>,
    volume_id: Option<VolumeId>,
}

impl Wanted {
    /// The parts of an entry that are wanted: of its minutes, or of the one line it is.
    ///
    /// A line belongs to the time in which it begins, so that two ranges that touch share none.
    fn parts(&self, entry: &LedgerEntry) -> Range<u64> {
        let is_wanted = match (self.pod_id, self.volume_id, entry.subject) {
            (None, None, _) => true,
            (Some(id), _, Subject::Pod(it)) => it == id,
            (_, Some(id), Subject::Volume(it)) => it == id,
            _ => false,
        };
        let parts = if self.by_minute { minutes_of(entry) } else { 1 };
        // The first part that begins at a moment or after it.
        let first_from = |at: Timestamp| {
            let minutes = (at.since(entry.from) + MINUTE_MS - 1).div_euclid(MINUTE_MS);
            u64::try_from(minutes).unwrap_or(0).min(parts)
        };
        let first = self.from.map_or(0, first_from);
        let end = self.to.map_or(parts, first_from);
        if is_wanted { first..end } else { 0..0 }
    }

    /// The amount of the wanted parts of an entry.
    fn amount(&self, entry: &LedgerEntry) -> Money {
        let parts = self.parts(entry);
        let whole = if self.by_minute { minutes_of(entry) } else { 1 };
        if parts.is_empty() {
            Money::ZERO
        } else if parts == (0..whole) {
            entry.amount
        } else {
            amount(entry, parts.start, parts.end - parts.start)
        }
    }
}

pub(super) fn list(context: &Context<'_>) -> Result<Prepared, Problem> {
    const TIME: &str = "an RFC 3339 time such as 2026-11-22T01:03:00Z";
    let (fleet, params) = (context.fleet, &context.params);
    let account_id = context.principal.account_id;
    let wanted = Wanted {
        by_minute: params
            .word("granularity", &[("span", false), ("minute", true)])?
            .unwrap_or(false),
        from: params.read("from", TIME)?,
        to: params.read("to", TIME)?,
        pod_id: params.read("podId", "a pod's ID")?,
        volume_id: params.read("volumeId", "a network volume's ID")?,
    };
    let limit = page::limit(params)?;
    let scope = Scope::new(
        "ledger",
        account_id,
        params,
        &["from", "to", "podId", "volumeId", "granularity"],
    );
    let start: Option<Position> = scope.position(params)?;

    let entries = fleet.ledger(account_id);
    let mut after = fleet.posted(account_id);
    let mut lines = Vec::new();
    let mut next = None;
    'entries: for (index, entry) in entries.iter().enumerate().rev() {
        let balance = after;
        after -= entry.amount;
        // Rows are appended behind the page, never between: a position names the same line for ever.
        let skipped = start.filter(|it| index >= it.e);
        let shown = wanted.parts(entry);
        if skipped.is_some_and(|it| index > it.e || it.m == 0) || shown.is_empty() {
            continue;
        }
        let parts = if wanted.by_minute { minutes_of(entry) } else { 1 };
        let left = skipped.map_or(shown.end, |it| it.m.min(shown.end));
        let mut balance = balance - part_sum(entry, left, parts);
        for part in (shown.start..left).rev() {
            if lines.len() == limit {
                next = Some(Position {
                    e: index,
                    m: part + 1,
                });
                break 'entries;
            }
            let line = if parts == 1 {
                view(entry, balance)
            } else {
                minute(entry, part, balance)
            };
            balance -= Money::from_micros(line.amount_micros);
            lines.push(line);
        }
    }
    let total: Money = entries.iter().map(|it| wanted.amount(it)).sum();
    let list = Ledger {
        lines,
        pagination: Pagination {
            has_next_page: next.is_some(),
            next_cursor: next.map(|it| scope.cursor(&it)),
        },
        total_micros: total.micros(),
        sequence: fleet.sequence(),
    };
    fields::answer::<LedgerLine>(context, &list, "lines")
}

/// The amount of the parts from `left` on: what was charged after the next line to show.
fn part_sum(entry: &LedgerEntry, left: u64, parts: u64) -> Money {
    if parts == 1 {
        Money::ZERO
    } else {
        amount(entry, left, parts - left)
    }
}

/// How many minute lines an entry has: one where minutes do not add up to it, such as a credit.
fn minutes_of(entry: &LedgerEntry) -> u64 {
    let minutes = entry.minutes.0;
    if minutes > 0 && amount(entry, 0, minutes) == entry.amount {
        minutes
    } else {
        1
    }
}

/// The amount of `count` minutes of an entry from its minute `first`, as it changes the balance.
///
/// The same function as the posting itself, so any split adds up. A correction gives back.
pub(super) fn amount(entry: &LedgerEntry, first: u64, count: u64) -> Money {
    let charged = entry_amount(
        entry.rate,
        entry.quantity,
        entry.first_minute + first,
        Minutes(count),
    );
    if entry.corrects.is_some() {
        -charged
    } else {
        charged
    }
}

fn minute(entry: &LedgerEntry, part: u64, balance_after: Money) -> LedgerLine {
    let from = entry.from.plus_minutes(part.cast_signed());
    LedgerLine {
        from,
        to: from.plus_minutes(1),
        minutes: 1,
        first_minute: entry.first_minute + part,
        amount_micros: amount(entry, part, 1).micros(),
        ..view(entry, balance_after)
    }
}

/// A line as it was posted.
fn view(entry: &LedgerEntry, balance_after: Money) -> LedgerLine {
    let (pod_id, volume_id) = match entry.subject {
        Subject::Pod(id) => (Some(id), None),
        Subject::Volume(id) => (None, Some(id)),
        Subject::Account => (None, None),
    };
    LedgerLine {
        id: entry.id,
        resource: entry.resource.as_str().to_owned(),
        reason: entry.reason.as_str().to_owned(),
        pod_id,
        volume_id,
        name: entry.name.clone(),
        machine_id: entry.machine_id,
        from: entry.from,
        to: entry.to,
        minutes: entry.minutes.0,
        first_minute: entry.first_minute,
        quantity: entry.quantity.0,
        rate_micros: entry.rate.price().micros(),
        per_minutes: entry.rate.per_minutes().get(),
        amount_micros: entry.amount.micros(),
        corrects: entry.corrects,
        migration_id: entry.migration_id,
        note: entry.note.clone(),
        balance_after_micros: balance_after.micros(),
        posted_at: entry.posted_at,
    }
}

/// A line that was just posted, in whichever account.
pub(super) fn posted(fleet: &Fleet, id: LedgerEntryId) -> Option<LedgerLine> {
    fleet.accounts().find_map(|account| {
        let mut after = fleet.posted(account.id);
        fleet.ledger(account.id).iter().rev().find_map(|entry| {
            let balance = after;
            after -= entry.amount;
            (entry.id == id).then(|| view(entry, balance))
        })
    })
}
