//! The balance of this minute, from the account's open charges: the same arithmetic as the server's, without a request.

use api::account::{Account, AccountMeter};
use domain::runway::OpenMeter;
use domain::{MinuteRate, Money, Quantity, Timestamp};

/// What is left at `now`, with every open charge going on as it was when the account was read.
///
/// Before the account's own moment it is the account's figure.
pub fn balance_at(account: &Account, now: Timestamp) -> Money {
    let spent: Money = account
        .meters
        .iter()
        .filter_map(open_meter)
        .map(|it| it.accrued(now.max(account.as_of)) - it.accrued(account.as_of))
        .sum();
    // Charges that are not listed one by one move by their sum; the next view is exact again.
    let ms = now.since(account.as_of).max(0);
    let more = account.more_meters.micros_per_hour.saturating_mul(ms / 60_000) / 60;
    Money::from_micros(account.balance_micros) - spent - Money::from_micros(more)
}

/// `None` for a period that no price of this version has; such a charge then moves with the next answer only.
fn open_meter(it: &AccountMeter) -> Option<OpenMeter> {
    let price = Money::from_micros(it.meter.rate_micros);
    let rate = [MinuteRate::hourly(price), MinuteRate::monthly(price)]
        .into_iter()
        .find(|rate| rate.per_minutes().get() == it.meter.per_minutes)?;
    Some(OpenMeter {
        rate,
        quantity: Quantity(it.meter.quantity),
        opened_at: it.meter.opened_at,
        // Only the runway asks, and that is the server's.
        of_running_pod: false,
    })
}

#[cfg(test)]
mod tests {
    use api::account::{Burn, Funds};
    use api::pods::Meter;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn account(per_minutes: u32) -> Account {
        let meter = Meter {
            resource: "pod_gpu".to_owned(),
            quantity: 1,
            rate_micros: 340_000,
            per_minutes,
            opened_at: at("2026-11-22T10:00:20Z"),
        };
        Account {
            id: "acc00000000000000000000000000".parse().unwrap(),
            name: "ada".to_owned(),
            currency: "USD".to_owned(),
            as_of: at("2026-11-22T10:00:30Z"),
            balance_micros: 1_000_000,
            posted_micros: 1_000_000,
            burn: Burn::default(),
            runway: None,
            funds: Funds::Ok,
            month_to_date_micros: 0,
            more_meters: api::account::MoreMeters::default(),
            meters: vec![AccountMeter {
                meter,
                posted_micros: 0,
                pod_id: None,
                volume_id: None,
                name: "a".to_owned(),
            }],
            scopes: Vec::new(),
            operator: false,
            sequence: 1,
        }
    }

    #[test]
    fn minutes_are_charged_as_the_ledger_charges_them() {
        let account = account(60);
        assert_eq!(
            balance_at(&account, at("2026-11-22T10:00:59Z")).micros(),
            1_000_000
        );
        assert_eq!(
            balance_at(&account, at("2026-11-22T10:01:01Z")).micros(),
            1_000_000 - 5_666
        );
        assert_eq!(
            balance_at(&account, at("2026-11-22T10:02:01Z")).micros(),
            1_000_000 - 5_666 - 5_667
        );
    }

    #[test]
    fn nothing_is_charged_backwards_or_at_an_unknown_price() {
        assert_eq!(
            balance_at(&account(60), at("2026-11-22T09:00:00Z")).micros(),
            1_000_000
        );
        assert_eq!(
            balance_at(&account(7), at("2026-11-22T12:00:00Z")).micros(),
            1_000_000
        );
    }
}
