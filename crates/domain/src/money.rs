//! Money as integer micro-dollars, and rates that keep their own period (R-3.1, R-3.2).

use std::fmt;
use std::iter::Sum;
use std::num::NonZeroU32;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

use crate::time::Minutes;

/// An amount in micro-dollars (R-3.1). `1_000_000` is one dollar. Sums saturate, they never wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From micro-dollars.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole dollars.
    #[must_use]
    pub const fn from_dollars(dollars: i64) -> Self {
        Self(dollars.saturating_mul(1_000_000))
    }

    /// Micro-dollars.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whether this is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    /// Dollars with six decimals, for logs and errors; pages use their own formats.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let micros = self.0.unsigned_abs();
        write!(f, "{sign}${}.{:06}", micros / 1_000_000, micros % 1_000_000)
    }
}

/// How much of a thing a meter counts: GPUs, GB, pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(pub u32);

/// A price of one unit: micro-dollars per N minutes (R-3.1).
///
/// 60 minutes for hourly prices, 43,800 (730 hours) for monthly ones. Any per-minute number would
/// be wrong: $0.34 an hour is 5,666.66… micro-dollars a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MinuteRate {
    micros: i64,
    per_minutes: NonZeroU32,
}

/// Minutes of an hourly price.
pub const HOUR_MINUTES: NonZeroU32 = NonZeroU32::new(60).unwrap();
/// Minutes of a monthly price: 730 hours.
pub const MONTH_MINUTES: NonZeroU32 = NonZeroU32::new(43_800).unwrap();

impl MinuteRate {
    /// A price per hour.
    #[must_use]
    pub const fn hourly(price: Money) -> Self {
        Self {
            micros: price.micros(),
            per_minutes: HOUR_MINUTES,
        }
    }

    /// A price per month of 730 hours.
    #[must_use]
    pub const fn monthly(price: Money) -> Self {
        Self {
            micros: price.micros(),
            per_minutes: MONTH_MINUTES,
        }
    }

    /// The amount per period.
    #[must_use]
    pub const fn price(self) -> Money {
        Money::from_micros(self.micros)
    }

    /// The period in minutes.
    #[must_use]
    pub const fn per_minutes(self) -> NonZeroU32 {
        self.per_minutes
    }

    /// Charge for the minute boundaries `first..=last` of a meter, counted from 1 (R-3.2).
    ///
    /// Boundary n costs ⌊rate·quantity·n/N⌋ less what was charged before, so consecutive ranges sum
    /// exactly. An empty range costs nothing.
    ///
    /// ```
    /// use roadstead_domain::{MinuteRate, Money, Quantity};
    /// let rate = MinuteRate::hourly(Money::from_micros(340_000));
    /// assert_eq!(rate.charge(Quantity(1), 1, 1).micros(), 5_666);
    /// assert_eq!(rate.charge(Quantity(1), 2, 2).micros(), 5_667);
    /// assert_eq!(rate.charge(Quantity(1), 1, 90).micros(), 510_000);
    /// ```
    #[must_use]
    pub fn charge(self, quantity: Quantity, first: u64, last: u64) -> Money {
        if first == 0 || last < first {
            return Money::ZERO;
        }
        let total = |n: u64| {
            (i128::from(self.micros) * i128::from(quantity.0) * i128::from(n))
                .div_euclid(i128::from(self.per_minutes.get()))
        };
        let micros = total(last) - total(first - 1);
        Money::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
    }

    /// Charge for the first `minutes` of a meter.
    #[must_use]
    pub fn charge_first(self, quantity: Quantity, minutes: Minutes) -> Money {
        self.charge(quantity, 1, minutes.0)
    }

    /// What `quantity` costs in an hour; the exact charge of the first 60 minutes.
    #[must_use]
    pub fn per_hour(self, quantity: Quantity) -> Money {
        self.charge(quantity, 1, 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_hour_of_100_gb_of_stopped_volume() {
        let rate = MinuteRate::monthly(Money::from_micros(200_000));
        assert_eq!(rate.charge(Quantity(100), 1, 60), Money::from_micros(27_397));
    }

    #[test]
    fn the_walkthrough_of_one_hour_and_a_half_adds_up() {
        let rate = MinuteRate::hourly(Money::from_micros(340_000));
        assert_eq!(rate.charge(Quantity(1), 1, 59).micros(), 334_333);
        assert_eq!(rate.charge(Quantity(1), 60, 90).micros(), 175_667);
    }

    proptest! {
        /// R-3.1, R-3.2: exact over any split of any span.
        #[test]
        fn any_split_sums_exactly(
            micros in 0_i64..1_000_000_000, monthly: bool, quantity in 0_u32..5000,
            cuts in proptest::collection::vec(1_u64..50_000, 1..20),
        ) {
            let price = Money::from_micros(micros);
            let rate = if monthly { MinuteRate::monthly(price) } else { MinuteRate::hourly(price) };
            let (mut from, mut sum) = (1, Money::ZERO);
            for minutes in &cuts {
                sum += rate.charge(Quantity(quantity), from, from + minutes - 1);
                from += minutes;
            }
            prop_assert_eq!(sum, rate.charge(Quantity(quantity), 1, from - 1));
        }

        /// A full period costs exactly the price, from wherever a meter starts counting at a period.
        #[test]
        fn a_period_costs_the_price(micros in 0_i64..1_000_000_000, quantity in 0_u32..5000, periods in 0_u64..100) {
            let rate = MinuteRate::hourly(Money::from_micros(micros));
            let charge = rate.charge(Quantity(quantity), periods * 60 + 1, periods * 60 + 60);
            prop_assert_eq!(charge.micros(), micros * i64::from(quantity));
        }
    }
}
