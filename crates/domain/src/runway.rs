//! How long money lasts: the boundary after which ten more minutes are not covered.

use crate::money::{MinuteRate, Money, Quantity};
use crate::time::Timestamp;

/// A running charge as the runway sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenMeter {
    /// The price of one unit.
    pub rate: MinuteRate,
    /// Units.
    pub quantity: Quantity,
    /// When it began; its first boundary is the first at or after this.
    pub opened_at: Timestamp,
    /// Whether the charge ends when pods are stopped for lack of funds.
    pub of_running_pod: bool,
}

impl OpenMeter {
    /// What the meter has charged for boundaries before `at`.
    #[must_use]
    pub fn accrued(&self, at: Timestamp) -> Money {
        self.rate
            .charge_first(self.quantity, Timestamp::boundaries(self.opened_at, at))
    }
}

/// Minutes of running pods that a balance must cover.
pub const COVERED_MINUTES: i64 = 10;

/// Where the runway ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runway {
    /// The boundary after which running pods are stopped; none where nothing runs.
    pub pods_stop_at: Option<Timestamp>,
    /// When nothing would be left if nothing were stopped.
    pub empty_at: Timestamp,
}

impl Runway {
    /// When something happens: pods are stopped or, where none runs, what is stored is no longer covered.
    #[must_use]
    pub fn ends_at(self) -> Timestamp {
        self.pods_stop_at.unwrap_or(self.empty_at)
    }
}

/// The farthest a runway is followed: two years of minutes. Beyond it money does not end.
const HORIZON_MINUTES: i64 = 2 * 366 * 24 * 60;

/// Finds the end of the runway from what is left at `now`, with every meter going on as it is.
///
/// `balance` is what remains after all charges of boundaries before `now`. `None` if nothing is
/// charged or money lasts beyond two years. The search is by halves over boundaries: sums of
/// ⌊rate·n/N⌋ never fall, so it is exact.
#[must_use]
pub fn runway(balance: Money, meters: &[OpenMeter], now: Timestamp) -> Option<Runway> {
    let spent_by =
        |at: Timestamp| -> Money { meters.iter().map(|it| it.accrued(at) - it.accrued(now)).sum() };
    let running_until = |at: Timestamp| -> Money {
        let ahead = at.plus_minutes(COVERED_MINUTES);
        let running = meters.iter().filter(|it| it.of_running_pod);
        running.map(|it| it.accrued(ahead) - it.accrued(at)).sum()
    };
    let start = now.boundary_at_or_after();
    // Just past boundary `index`, so that the boundary itself is charged.
    let past = |index: i64| Timestamp::from_boundary(start + index) + 1;
    let first_where = |ends: &dyn Fn(Timestamp) -> bool| -> Option<i64> {
        if !ends(past(HORIZON_MINUTES)) {
            return None;
        }
        let (mut low, mut high) = (-1, HORIZON_MINUTES);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if ends(past(middle)) {
                high = middle
            } else {
                low = middle
            }
        }
        Some(high)
    };
    let runs = meters.iter().any(|it| it.of_running_pod);
    let short = |at: Timestamp| runs && balance - spent_by(at) < running_until(at);
    let pods_stop_at = if short(now) {
        Some(now)
    } else {
        first_where(&short).map(|it| Timestamp::from_boundary(start + it))
    };
    let empty = first_where(&|at| balance - spent_by(at) < Money::ZERO)?;
    Some(Runway {
        pods_stop_at,
        empty_at: Timestamp::from_boundary(start + empty),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(hourly_micros: i64, opened_at: Timestamp) -> OpenMeter {
        OpenMeter {
            rate: MinuteRate::hourly(Money::from_micros(hourly_micros)),
            quantity: Quantity(1),
            opened_at,
            of_running_pod: true,
        }
    }

    /// with 300,000 left at 10:00:20 the 43rd boundary is the last, ten more would reach 300,333.
    #[test]
    fn the_walkthrough_of_funds_that_run_short() {
        let opened: Timestamp = "2026-11-22T10:00:20Z".parse().unwrap();
        let runway = runway(Money::from_micros(300_000), &[meter(340_000, opened)], opened).unwrap();
        assert_eq!(runway.pods_stop_at.unwrap().to_string(), "2026-11-22T10:43:00Z");
        assert_eq!(runway.empty_at.to_string(), "2026-11-22T10:53:00Z");
    }

    /// once the last covered boundary is charged, the end is now.
    #[test]
    fn past_the_last_covered_boundary_the_end_is_now() {
        let opened: Timestamp = "2026-11-22T10:00:20Z".parse().unwrap();
        let meter = meter(340_000, opened);
        let after = "2026-11-22T10:43:00.001Z".parse().unwrap();
        let left = Money::from_micros(300_000) - meter.accrued(after);
        assert_eq!(runway(left, &[meter], after).unwrap().pods_stop_at, Some(after));
    }

    #[test]
    fn nothing_charged_has_no_end() {
        let now = Timestamp::from_millis(0);
        assert_eq!(runway(Money::from_dollars(1), &[], now), None);
    }

    #[test]
    fn what_is_stored_ends_the_money_though_nothing_runs() {
        let now = Timestamp::from_millis(0);
        let stored = OpenMeter {
            of_running_pod: false,
            ..meter(60_000, now)
        };
        let runway = runway(Money::from_micros(10_000), &[stored], now).unwrap();
        assert_eq!((runway.pods_stop_at, runway.ends_at()), (None, runway.empty_at));
        // Each minute is 1,000; the eleventh is not covered.
        assert_eq!(runway.empty_at, now.plus_minutes(10));
    }
}
