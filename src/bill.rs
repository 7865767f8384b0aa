//! What a pod would cost before there is one, computed from the same rates and minutes as the ledger.

use api::account::{Account, AccountMeter};
use api::catalog::StoragePrices;
use api::pods::Meter;
use domain::runway::{OpenMeter, Runway, runway};
use domain::{MinuteRate, Money, Quantity, Timestamp};

use crate::data::balance_at;

/// Minutes of a period charged by the hour.
const HOUR: u32 = 60;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Per GPU and hour, or per vCPU and hour, in micro-dollars.
    pub unit_micros_per_hour: i64,
    /// GPUs or vCPUs.
    pub units: u32,
    /// Container disk in GB.
    pub container_gb: u32,
    /// Pod volume in GB; zero for none.
    pub volume_gb: u32,
}

/// What it would cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bill {
    /// Running, in micro-dollars per hour.
    pub running_micros_per_hour: i64,
    /// Stopped, in micro-dollars per hour.
    pub stopped_micros_per_hour: i64,
    /// The balance a day later, with everything that is charged now.
    pub funds_after_day: Money,
    /// When pods would stop; none if money lasts two years.
    pub runway: Option<Runway>,
}

/// The bill of `wish` on top of what `account` pays already, from `now` on, but not from before the account's figures.
#[must_use]
pub fn bill(wish: &Wish, prices: &StoragePrices, account: &Account, now: Timestamp) -> Bill {
    let now = now.max(account.as_of);
    let hourly = |micros| MinuteRate::hourly(Money::from_micros(micros));
    let monthly = |micros| MinuteRate::monthly(Money::from_micros(micros));
    let running = [
        (hourly(wish.unit_micros_per_hour), Quantity(wish.units)),
        (monthly(prices.disk_running_micros), Quantity(wish.container_gb)),
        (monthly(prices.disk_running_micros), Quantity(wish.volume_gb)),
    ];
    let stopped = (monthly(prices.disk_stopped_micros), Quantity(wish.volume_gb));
    let mut meters: Vec<OpenMeter> = account.meters.iter().map(|it| open(it, prices)).collect();
    meters.extend(running.map(|(rate, quantity)| OpenMeter {
        rate,
        quantity,
        opened_at: now,
        of_running_pod: true,
    }));
    meters.push(unlisted(account));
    let day = now.plus_hours(24);
    let spent: Money = meters.iter().map(|it| it.accrued(day) - it.accrued(now)).sum();
    let balance = balance_at(account, now);
    let per_hour: Money = running
        .iter()
        .map(|(rate, quantity)| rate.per_hour(*quantity))
        .sum();
    Bill {
        running_micros_per_hour: per_hour.micros(),
        stopped_micros_per_hour: stopped.0.per_hour(stopped.1).micros(),
        funds_after_day: balance - spent,
        runway: runway(balance, &meters, now),
    }
}

/// The rate of an open charge. The API knows two periods, an hour and a month.
#[must_use]
pub fn meter_rate(meter: &Meter) -> MinuteRate {
    let price = Money::from_micros(meter.rate_micros);
    if meter.per_minutes == HOUR {
        MinuteRate::hourly(price)
    } else {
        MinuteRate::monthly(price)
    }
}

/// What open charges add between two moments, in micro-dollars.
#[must_use]
pub fn accrued_between(meters: &[Meter], from: Timestamp, to: Timestamp) -> i64 {
    let until = |it: &Meter, at| {
        meter_rate(it).charge_first(Quantity(it.quantity), Timestamp::boundaries(it.opened_at, at))
    };
    meters
        .iter()
        .map(|it| until(it, to) - until(it, from))
        .sum::<Money>()
        .micros()
}

/// What has been charged this month (UTC), counted on from the moment of the account's figures.
#[must_use]
pub fn month_to_date(account: &Account, now: Timestamp) -> i64 {
    let spent = |from| (balance_at(account, from) - balance_at(account, now)).micros();
    let month = now.month_start();
    if month > account.as_of {
        spent(month)
    } else {
        account.month_to_date_micros + spent(account.as_of)
    }
}

/// The charges that are not listed one by one, as one. Whether they end with the pods is not known; that they do gives
/// the earlier end of money.
fn unlisted(account: &Account) -> OpenMeter {
    OpenMeter {
        rate: MinuteRate::hourly(Money::from_micros(account.more_meters.micros_per_hour)),
        quantity: Quantity(1),
        opened_at: account.as_of,
        of_running_pod: true,
    }
}

/// A charge of the account as the runway sees it.
fn open(it: &AccountMeter, prices: &StoragePrices) -> OpenMeter {
    let rate = meter_rate(&it.meter);
    let of_running_pod = match it.meter.resource.as_str() {
        "pod_gpu" | "pod_cpu" | "container_disk" => true,
        // A pod volume has another price once its pod is stopped.
        "pod_volume" => it.meter.rate_micros == prices.disk_running_micros,
        _ => false,
    };
    OpenMeter {
        rate,
        quantity: Quantity(it.meter.quantity),
        opened_at: it.meter.opened_at,
        of_running_pod,
    }
}

#[cfg(test)]
mod tests {
    use api::account::{Burn, Funds};
    use domain::AccountId;
    use domain::ids::IdMint;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(0);
    const PRICES: StoragePrices = StoragePrices {
        disk_running_micros: 100_000,
        disk_stopped_micros: 200_000,
        network_volume_micros: 70_000,
        network_volume_above_micros: 50_000,
        network_volume_threshold_gb: 1_000,
        vcpu_micros_per_hour: 30_000,
        cpu_only_micros_per_hour: 60_000,
    };

    fn account(balance_micros: i64) -> Account {
        let as_of = Timestamp::from_millis(0);
        Account {
            id: AccountId::mint(&mut IdMint::new(as_of, 1)),
            name: String::new(),
            currency: "USD".to_owned(),
            as_of,
            balance_micros,
            posted_micros: balance_micros,
            burn: Burn::default(),
            runway: None,
            funds: Funds::Ok,
            month_to_date_micros: 0,
            more_meters: api::account::MoreMeters::default(),
            meters: Vec::new(),
            scopes: Vec::new(),
            operator: false,
            sequence: 0,
        }
    }

    #[test]
    fn a_day_of_a_pod_is_24_times_its_hour() {
        let wish = Wish {
            unit_micros_per_hour: 340_000,
            units: 2,
            container_gb: 0,
            volume_gb: 0,
        };
        let bill = bill(&wish, &PRICES, &account(100_000_000), START);
        assert_eq!(bill.running_micros_per_hour, 680_000);
        assert_eq!(bill.stopped_micros_per_hour, 0);
        assert_eq!(
            bill.funds_after_day,
            Money::from_micros(100_000_000 - 24 * 680_000)
        );
        assert!(bill.runway.is_some());
    }

    #[test]
    fn an_open_charge_ticks_at_minute_boundaries() {
        let meter = Meter {
            resource: "pod_gpu".to_owned(),
            quantity: 1,
            rate_micros: 340_000,
            per_minutes: 60,
            opened_at: Timestamp::from_millis(0),
        };
        let at = |seconds| Timestamp::from_millis(0).plus_seconds(seconds);
        assert_eq!(accrued_between(std::slice::from_ref(&meter), at(1), at(60)), 0);
        assert_eq!(accrued_between(&[meter], at(1), at(61)), 5_667);
    }

    #[test]
    fn charges_that_are_not_listed_are_charged_all_the_same() {
        let wish = Wish {
            unit_micros_per_hour: 0,
            units: 0,
            container_gb: 0,
            volume_gb: 0,
        };
        let mut account = account(100_000_000);
        assert_eq!(bill(&wish, &PRICES, &account, START).runway, None);
        account.more_meters = api::account::MoreMeters {
            count: 3,
            micros_per_hour: 1_000_000,
        };
        let bill = bill(&wish, &PRICES, &account, START);
        assert_eq!(bill.funds_after_day, Money::from_dollars(76));
        assert!(
            bill.runway
                .is_some_and(|it| it.ends_at() < Timestamp::from_millis(0).plus_hours(100))
        );
    }

    #[test]
    fn the_bill_starts_from_what_is_left_now() {
        let wish = Wish {
            unit_micros_per_hour: 0,
            units: 0,
            container_gb: 0,
            volume_gb: 0,
        };
        let mut account = account(100_000_000);
        account.more_meters.micros_per_hour = 1_000_000;
        let later = bill(&wish, &PRICES, &account, START.plus_hours(10));
        assert_eq!(later.funds_after_day, Money::from_dollars(100 - 10 - 24));
    }

    #[test]
    fn the_month_goes_on_like_the_balance_and_begins_anew() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut account = account(100_000_000);
        account.as_of = at("2026-11-30T23:00:00Z");
        account.month_to_date_micros = 5_000_000;
        account.more_meters.micros_per_hour = 600_000;
        assert_eq!(month_to_date(&account, account.as_of), 5_000_000);
        assert_eq!(month_to_date(&account, at("2026-11-30T23:30:00Z")), 5_300_000);
        assert_eq!(month_to_date(&account, at("2026-12-01T00:10:00Z")), 100_000);
    }

    #[test]
    fn a_stopped_pod_pays_its_volume_twice_as_dear() {
        let wish = Wish {
            unit_micros_per_hour: 0,
            units: 1,
            container_gb: 50,
            volume_gb: 100,
        };
        let bill = bill(&wish, &PRICES, &account(1_000_000), START);
        assert_eq!(bill.running_micros_per_hour, 6_849 + 13_698);
        assert_eq!(bill.stopped_micros_per_hour, 27_397);
    }
}
