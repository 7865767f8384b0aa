//! What an account's open meters draw, as sums kept in step with them.

use domain::Money;
use domain::runway::COVERED_MINUTES;

use super::Meter;

/// Sums over an account's open meters: a command asks for funds, and must not walk thousands of meters for it.
///
/// Sums of integers, so that adding and taking off in any order comes to the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Draw {
    /// Meters of running pods.
    pub running: usize,
    /// What those are charged for the minutes that a balance must cover.
    pub covered: Money,
    /// All meters are charged at most this in any hour.
    pub hour_max: Money,
}

impl Draw {
    /// One micro-dollar for each minute, so that a part of an hour taken pro rata is at most that much too.
    const ROUNDING: Money = Money::from_micros(60);

    /// With one more meter.
    #[must_use]
    pub fn with(self, meter: &Meter) -> Self {
        let (running, covered) = Self::running_part(meter);
        Self {
            running: self.running + running,
            covered: self.covered + covered,
            hour_max: self.hour_max + Self::hour_max(meter),
        }
    }

    /// Without a meter that is in it.
    #[must_use]
    pub fn without(self, meter: &Meter) -> Self {
        let (running, covered) = Self::running_part(meter);
        Self {
            running: self.running - running,
            covered: self.covered - covered,
            hour_max: self.hour_max - Self::hour_max(meter),
        }
    }

    fn running_part(meter: &Meter) -> (usize, Money) {
        if meter.is_of_running_pod() {
            let minutes = COVERED_MINUTES.unsigned_abs();
            (1, meter.rate.charge(meter.quantity, 1, minutes))
        } else {
            (0, Money::ZERO)
        }
    }

    fn hour_max(meter: &Meter) -> Money {
        meter.rate.per_hour(meter.quantity) + Self::ROUNDING
    }
}
