//! What the native tests look at.

use api::account::LedgerLine;
use domain::ids::IdMint;
use domain::{LedgerEntryId, Timestamp};

/// An hour of one `resource` at $0.34 an hour, whose ID follows from its number. It has cost nothing.
pub fn ledger_line(number: u64, resource: &str) -> LedgerLine {
    let from = "2026-11-22T10:00:20Z".parse::<Timestamp>().expect("it is a time");
    LedgerLine {
        id: LedgerEntryId::mint(&mut IdMint::new(from, number)),
        resource: resource.to_owned(),
        reason: "running".to_owned(),
        pod_id: None,
        volume_id: None,
        name: "train-a".to_owned(),
        machine_id: None,
        from,
        to: from.plus_minutes(60),
        minutes: 60,
        first_minute: 1,
        quantity: 1,
        rate_micros: 340_000,
        per_minutes: 60,
        amount_micros: 0,
        corrects: None,
        migration_id: None,
        note: None,
        balance_after_micros: 0,
        posted_at: from,
    }
}
