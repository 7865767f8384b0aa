//! Words and arithmetic of the bill: meters that run in the page as on the server, and lines that explain themselves.

use api::account::{Account, Funds, LedgerLine};
use api::pods::Meter;
use domain::Timestamp;
use domain::money::{MONTH_MINUTES, MinuteRate, Money, Quantity};
use domain::runway::{COVERED_MINUTES, OpenMeter};

use super::format::{self, Period};

/// Title of the page.
pub const TITLE: &str = "Billing";
/// Under the title.
pub const LEDE: &str =
    "Prepaid and charged by the minute. Every amount can be worked out again from its line.";
/// Tab of what is charged now.
pub const USAGE: &str = "Usage";
/// Tab of what was charged.
pub const LEDGER: &str = "Ledger";
/// The first figure.
pub const BALANCE: &str = "Balance";
/// The second figure.
pub const BURN: &str = "Burn now";
/// Heading of the parts of the burn.
pub const PARTS: &str = "What is charged now";
/// Heading of the open charges.
pub const METERS: &str = "Meters that run";
/// Why the page can count by itself.
pub const METERS_LEDE: &str = "Each UTC minute boundary charges what exists at that moment. The page counts by the same rule as the server.";
/// Where nothing is charged.
pub const NO_METERS: &str = "Nothing is charged now.";
/// Heading of how money gets in.
pub const TOP_UP: &str = "Top up";
/// How money gets in.
pub const TOP_UP_TEXT: &str = "Credits are prepaid, $10 at least. There are no refunds and no trial credits. Ask the operator of this cloud, who adds them to your account.";
/// Smallest top-up in micro-dollars.
pub const TOP_UP_MICROS_MIN: i64 = 10_000_000;
/// Button of the operator's form.
pub const ADD_CREDIT: &str = "Add credit";
/// Heading of the sum that proves the balance.
pub const STATEMENT: &str = "Statement";
/// Where the ledger has no lines.
pub const NO_LINES: &str = "No lines yet";
/// What will stand there.
pub const NO_LINES_TEXT: &str =
    "The first line appears a minute after something is charged, or with the first credit.";
/// Title where the account cannot be read.
pub const UNREADABLE: &str = "The account cannot be read";
/// Title where the ledger cannot be read.
pub const LEDGER_UNREADABLE: &str = "The ledger cannot be read";
/// Title where accounts cannot be read.
pub const ACCOUNTS_UNREADABLE: &str = "The accounts cannot be read";
/// Name of the line of tabs.
pub const PARTS_OF_PAGE: &str = "Parts of billing";
/// Last row of the burn.
pub const IN_ALL: &str = "In all";
/// Opens a line.
pub const OPEN_MINUTES: &str = "Show minutes";
/// Closes it.
pub const CLOSE_MINUTES: &str = "Hide minutes";
/// Link to the move a line belongs to.
pub const THE_MOVE: &str = "the move";
/// Takes the filter away.
pub const ALL_LINES: &str = "Show all lines";
/// First row of a statement that does not begin with the first line.
pub const OPENING: &str = "Balance before the oldest line added up";
/// Row of what was added.
pub const CREDITS: &str = "Credits";
/// Row of what was charged.
pub const ENTRIES: &str = "Entries";
/// Sum of the lines.
pub const POSTED_BALANCE: &str = "Balance, as posted";
/// Row of minutes that have run and have no line yet.
pub const NOT_POSTED: &str = "Not posted yet, from the meters";
/// Last row: the figure at the top of the page.
pub const BALANCE_NOW: &str = "Balance now";
/// What the statement is of, with older lines left out.
pub const STATEMENT_OF_PAGE: &str = "Of the newest lines, exact to the micro-dollar.";
/// What the statement is of, with every line.
pub const STATEMENT_OF_ALL: &str = "Of every line, exact to the micro-dollar.";
/// In place of the last rows while the account and its lines come from different moments.
pub const NOT_OF_ONE_MOMENT: &str =
    "The account has been read at another moment than its lines, so the balance of now is not derived here.";
/// Title where the lines contradict each other.
pub const DOES_NOT_ADD_UP: &str = "The lines do not add up";
/// What that means, and what helps.
pub const DOES_NOT_ADD_UP_TEXT: &str = "A line's balance is not the one before it plus its amount, so nothing is proved. If it stays so, report it to the operator of this cloud.";
/// Under the amount of a credit.
pub const CREDIT_HINT: &str = "$10 at least. There are no refunds.";
/// Under the note of a credit.
pub const NOTE_HINT: &str = "Stands in the ledger for the account to read.";
/// Reads older lines.
pub const MORE: &str = "Show older lines";
/// Before the sum of a filter.
pub const TOTAL: &str = "Total of all lines of this filter";

/// What a charge is for.
#[must_use]
pub fn resource(word: &str) -> String {
    match word {
        "pod_gpu" => "GPUs",
        "pod_cpu" => "CPUs",
        "container_disk" => "container disk",
        "pod_volume" => "pod volume",
        "network_volume" => "network volume",
        "credit" => "credit",
        other => return other.replace('_', " "),
    }
    .to_owned()
}

/// Why a line is there.
#[must_use]
pub fn reason(word: &str) -> String {
    match word {
        "running" => "running",
        "cpu_only" => "running with CPUs only",
        "storage_running" => "storage of a running pod",
        "storage_stopped" => "storage of a stopped pod",
        "network_volume" => "network volume",
        "machine_down" => "not charged: the machine was down",
        "migration" => "not charged: the pod was moving",
        "top_up" => "top-up",
        "correction" => "correction",
        other => return other.replace('_', " "),
    }
    .to_owned()
}

/// Unit of a quantity of a resource: `GPU`, `GB`, nothing for a pod.
fn unit(resource: &str, quantity: u32) -> &'static str {
    match (resource, quantity) {
        ("pod_gpu", 1) => "GPU",
        ("pod_gpu", _) => "GPUs",
        ("container_disk" | "pod_volume" | "network_volume", _) => "GB",
        // A pod that runs without its GPUs is one thing at one price; others are charged by the vCPU.
        ("pod_cpu", 1) => "pod",
        ("pod_cpu", _) => "vCPUs",
        _ => "",
    }
}

/// A rate in the period it is agreed in: `$0.69/h`, `$0.20/month`.
#[must_use]
pub fn agreed_rate(micros: i64, per_minutes: u32) -> String {
    if per_minutes == MONTH_MINUTES.get() {
        format::money_exact(micros) + "/month"
    } else {
        format::money_exact(micros) + "/h"
    }
}

/// `2 GPUs × $0.69/h`, `180 GB × $0.10/month`.
#[must_use]
pub fn quantity_times_rate(resource: &str, quantity: u32, rate_micros: i64, per_minutes: u32) -> String {
    let unit = unit(resource, quantity);
    let space = if unit.is_empty() { "" } else { " " };
    format!(
        "{}{space}{unit} × {}",
        format::count(quantity.into()),
        agreed_rate(rate_micros, per_minutes)
    )
}

/// The sum of a line in words: `57 min × 2 GPUs × $0.69/h`; nothing for credits.
#[must_use]
pub fn line_sum(line: &LedgerLine) -> Option<String> {
    (line.resource != "credit").then(|| {
        let price = quantity_times_rate(&line.resource, line.quantity, line.rate_micros, line.per_minutes);
        format!("{} min × {price}", format::count(line.minutes))
    })
}

/// The API has prices per hour and per month only; the latter have 43,800 minutes.
fn minute_rate(micros: i64, per_minutes: u32) -> MinuteRate {
    let price = Money::from_micros(micros);
    if per_minutes == MONTH_MINUTES.get() {
        MinuteRate::monthly(price)
    } else {
        MinuteRate::hourly(price)
    }
}

/// The rule by which a meter counts, the same as on the server.
#[must_use]
pub fn open_meter(meter: &Meter) -> OpenMeter {
    OpenMeter {
        rate: minute_rate(meter.rate_micros, meter.per_minutes),
        quantity: Quantity(meter.quantity),
        opened_at: meter.opened_at,
        of_running_pod: false,
    }
}

/// What a meter has charged since it was opened, and how many minutes that were.
#[must_use]
pub fn accrued(meter: &Meter, now: Timestamp) -> (u64, Money) {
    let minutes = Timestamp::boundaries(meter.opened_at, now).0;
    (minutes, open_meter(meter).accrued(now))
}

/// One minute of a line that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinuteLine {
    /// The minute boundary.
    pub at: Timestamp,
    /// Where it stands in its meter, from 1.
    pub number: u64,
    /// Signed as the line is.
    pub amount: Money,
}

/// The minutes of a line; they sum exactly to its amount.
///
/// `None` for credits and for lines whose amount is not made by quantity × rate × minutes, such as corrections.
#[must_use]
pub fn minutes(line: &LedgerLine) -> Option<Vec<MinuteLine>> {
    if line.resource == "credit" || line.minutes == 0 || line.first_minute == 0 {
        return None;
    }
    let (rate, quantity) = (
        minute_rate(line.rate_micros, line.per_minutes),
        Quantity(line.quantity),
    );
    let last = line.first_minute + line.minutes - 1;
    let whole = rate.charge(quantity, line.first_minute, last);
    // Charges are negative; a correction gives back; a line of $0 has minutes of $0.
    let sign = match line.amount_micros {
        0 => 0,
        micros if micros == -whole.micros() => -1,
        micros if micros == whole.micros() => 1,
        _ => return None,
    };
    let start = line.from.boundary_at_or_after();
    let minute = |number: u64| {
        let offset = i64::try_from(number - line.first_minute).unwrap_or(i64::MAX);
        let amount = Money::from_micros(sign * rate.charge(quantity, number, number).micros());
        MinuteLine {
            at: Timestamp::from_boundary(start.saturating_add(offset)),
            number,
            amount,
        }
    };
    Some((line.first_minute..=last).map(minute).collect())
}

/// Name of the charges that are not listed one by one.
#[must_use]
pub fn more_meters(count: u32) -> String {
    let noun = if count == 1 { "charge" } else { "charges" };
    format!("{} more {noun}", format::count(count.into()))
}

/// What was charged this month.
#[must_use]
pub fn month_to_date(micros: i64) -> String {
    format!("{} charged this month (UTC)", format::money(micros))
}

/// Where a minute stands in its meter.
#[must_use]
pub fn minute_number(number: u64) -> String {
    format!("minute {} of the meter", format::count(number))
}

/// What a filtered ledger shows.
#[must_use]
pub fn only_of(id: &str) -> String {
    format!("Only lines of {id}")
}

/// Said after a credit.
#[must_use]
pub fn credited(micros: i64) -> String {
    format!("{} added", format::money(micros))
}

/// The parts of the burn, each with micro-dollars per hour.
#[must_use]
pub fn burn_parts(account: &Account) -> [(&'static str, i64); 4] {
    let burn = &account.burn;
    [
        ("Compute", burn.compute_micros_per_hour),
        ("Disks of running pods", burn.disk_running_micros_per_hour),
        ("Pod volumes of stopped pods", burn.disk_stopped_micros_per_hour),
        ("Network volumes", burn.network_volume_micros_per_hour),
    ]
}

/// A rate per hour said per minute, hour and day.
#[must_use]
pub fn per_periods(micros_per_hour: i64) -> [String; 3] {
    [Period::Minute, Period::Hour, Period::Day].map(|period| format::rate(micros_per_hour, 60, period))
}

/// What happens when money ends, in words.
#[must_use]
pub fn runway_text(account: &Account) -> String {
    match (account.funds, account.runway) {
        (Funds::Out { .. }, _) => {
            "Your pods were stopped because funds ended. Volumes are kept and charged; add funds to start the pods again."
                .to_owned()
        }
        (Funds::Ok | Funds::Low, None) => {
            "At this burn money lasts longer than two years, or nothing is charged.".to_owned()
        }
        (Funds::Ok | Funds::Low, Some(runway)) if runway.pods_stop_at.is_none() => {
            "No pod runs. Until this date what is stored is paid for; a pod that is started brings it nearer.".to_owned()
        }
        (Funds::Ok | Funds::Low, Some(_)) => format!(
            "When less than {COVERED_MINUTES} minutes of running pods are covered, all running pods are stopped: container disks are lost, \
             volumes are kept. Storage of stopped pods is counted in this date."
        ),
    }
}

/// Reads a typed amount in dollars with up to six decimals.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn parse_credit(text: &str) -> Result<i64, String> {
    let wrong = || "an amount in dollars is needed, such as 25 or 12.50".to_owned();
    let text = text.trim().trim_start_matches('$');
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 6 || !digits(whole) || !digits(part) {
        return Err(wrong());
    }
    let dollars: i64 = whole.parse().map_err(|_| wrong())?;
    let micros: i64 = format!("{part:0<6}").parse().map_err(|_| wrong())?;
    let amount = dollars
        .checked_mul(1_000_000)
        .and_then(|it| it.checked_add(micros))
        .ok_or_else(wrong)?;
    if amount < TOP_UP_MICROS_MIN {
        return Err(format!(
            "a top-up is {} at least",
            format::money(TOP_UP_MICROS_MIN)
        ));
    }
    Ok(amount)
}

/// Names of columns, rows and fields.
pub mod label {
    /// Column, row or field.
    pub const ACCOUNT: &str = "Account";
    /// Column, row or field.
    pub const AMOUNT: &str = "Amount";
    /// Column, row or field.
    pub const BALANCE_AFTER: &str = "Balance after";
    /// Column, row or field.
    pub const FOR: &str = "For";
    /// Column, row or field.
    pub const MINUTE: &str = "Minute";
    /// Column, row or field.
    pub const MINUTES: &str = "Minutes";
    /// Column, row or field.
    pub const MINUTES_QUANTITY_RATE: &str = "Minutes × quantity × rate";
    /// Column, row or field.
    pub const NOTE: &str = "Note";
    /// Column, row or field.
    pub const NOT_POSTED_YET: &str = "Not posted yet";
    /// Column, row or field.
    pub const PART: &str = "Part";
    /// Column, row or field.
    pub const PER_DAY: &str = "Per day";
    /// Column, row or field.
    pub const PER_HOUR: &str = "Per hour";
    /// Column, row or field.
    pub const PER_MINUTE: &str = "Per minute";
    /// Column, row or field.
    pub const POD_OR_VOLUME: &str = "Pod or volume";
    /// Column, row or field.
    pub const QUANTITY_RATE: &str = "Quantity × rate";
    /// Column, row or field.
    pub const RUNS: &str = "Runs";
    /// Column, row or field.
    pub const SO_FAR: &str = "So far";
    /// Column, row or field.
    pub const TIME: &str = "Time";
    /// Column, row or field.
    pub const WHY: &str = "Why";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::ledger_line;

    /// a span opens into minutes that sum exactly to it.
    #[test]
    fn a_span_opens_into_its_minutes() {
        let span = LedgerLine {
            first_minute: 60,
            minutes: 31,
            amount_micros: -175_667,
            ..ledger_line(1, "pod_gpu")
        };
        let minutes = minutes(&span).unwrap();
        assert_eq!(minutes.len(), 31);
        assert_eq!(
            minutes.iter().map(|it| it.amount).sum::<Money>(),
            Money::from_micros(span.amount_micros)
        );
        assert_eq!(minutes[0].at.to_string(), "2026-11-22T10:01:00Z");
        assert_eq!(line_sum(&span).unwrap(), "31 min × 1 GPU × $0.34/h");
    }

    ///
    #[test]
    fn minutes_of_a_dead_machine_cost_nothing() {
        let span = LedgerLine {
            amount_micros: 0,
            ..ledger_line(1, "pod_gpu")
        };
        assert!(minutes(&span).unwrap().iter().all(|it| it.amount == Money::ZERO));
        let credit = LedgerLine {
            first_minute: 0,
            minutes: 0,
            amount_micros: 10_000_000,
            ..ledger_line(2, "credit")
        };
        assert_eq!(minutes(&credit), None);
    }

    ///
    #[test]
    fn amounts_are_read_without_floats() {
        assert_eq!(parse_credit("25"), Ok(25_000_000));
        assert_eq!(parse_credit(" $12.50 "), Ok(12_500_000));
        assert!(parse_credit("9.99").is_err_and(|it| it.contains("$10.00")));
        for wrong in ["", "-20", "1e3", "12.5000001", "twelve", "99999999999999999999"] {
            assert!(parse_credit(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_listed_is_counted() {
        assert_eq!(more_meters(1), "1 more charge");
        assert_eq!(more_meters(12), "12 more charges");
    }

    #[test]
    fn monthly_prices_stay_monthly() {
        assert_eq!(
            quantity_times_rate("pod_volume", 180, 200_000, 43_800),
            "180 GB × $0.20/month"
        );
        assert_eq!(quantity_times_rate("pod_cpu", 1, 60_000, 60), "1 pod × $0.06/h");
    }
}
