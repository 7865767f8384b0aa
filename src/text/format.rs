//! Money, durations, sizes, counts and names as text.
//!
//! Pure, so that one set of rules serves every view and is tested without a browser. Dates are not here: they depend on
//! the reader's zone and language and come from the browser's `Intl`.

use std::fmt::Write as _;

const MICROS_PER_CENT: u64 = 10_000;
/// Keeps the digits of one number on one line.
const THIN_SPACE: char = '\u{202f}';
/// The true minus sign, as wide as a plus.
const MINUS: char = '\u{2212}';

const MINUTE_S: u64 = 60;
const HOUR_S: u64 = 60 * MINUTE_S;
const DAY_S: u64 = 24 * HOUR_S;

/// The time for which a rate is said. A month has 730 hours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Period {
    /// One minute, said with four decimals.
    Minute,
    /// Sixty minutes, said with two decimals.
    Hour,
    /// 1,440 minutes, said with two decimals.
    Day,
    /// 43,800 minutes, said with two decimals.
    Month,
}

impl Period {
    const fn minutes(self) -> u128 {
        match self {
            Self::Minute => 1,
            Self::Hour => 60,
            Self::Day => 1_440,
            Self::Month => 43_800,
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::Minute => "/min",
            Self::Hour => "/h",
            Self::Day => "/day",
            Self::Month => "/month",
        }
    }
}

/// An amount in micro-dollars, to the cent: `$41.20`, `−$3.10`, and `< $0.01` for what is less than a cent.
pub fn money(micros: i64) -> String {
    let size = micros.unsigned_abs();
    if size != 0 && size < MICROS_PER_CENT {
        return if micros < 0 {
            format!("> {MINUS}$0.01")
        } else {
            "< $0.01".to_owned()
        };
    }
    decimal(
        micros < 0,
        u128::from((size + MICROS_PER_CENT / 2) / MICROS_PER_CENT),
        2,
    )
}

/// An amount in micro-dollars with every digit it has, at least two decimals: `$0.004213`. For titles and receipts.
pub fn money_exact(micros: i64) -> String {
    let mut text = decimal(micros < 0, u128::from(micros.unsigned_abs()), 6);
    let cents_end = text.len() - 4;
    while text.len() > cents_end && text.ends_with('0') {
        text.pop();
    }
    text
}

/// A rate of `micros` per `per_minutes` minutes, said per `period`: `$0.0230/min`, `$1.38/h`.
///
/// A rate that is not zero but rounds to zero is said as less than the smallest step. A rate over no minutes is zero.
pub fn rate(micros: i64, per_minutes: u32, period: Period) -> String {
    let decimals = if period == Period::Minute { 4 } else { 2 };
    // Rounded once, from the exact fraction, to the last digit that is said.
    let whole = u128::from(micros.unsigned_abs()) * period.minutes();
    let divisor = u128::from(per_minutes) * micros_per_step(decimals);
    let units = (whole + divisor / 2).checked_div(divisor).unwrap_or(0);
    let amount = if whole != 0 && whole < divisor {
        if decimals == 4 {
            "< $0.0001".to_owned()
        } else {
            "< $0.01".to_owned()
        }
    } else {
        decimal(micros < 0, units, decimals)
    };
    amount + period.suffix()
}

const fn micros_per_step(decimals: u32) -> u128 {
    10_u128.pow(6 - decimals)
}

/// Dollars, counted in units of their last digit.
fn decimal(negative: bool, units: u128, decimals: u32) -> String {
    let per_dollar = 10_u128.pow(decimals);
    let mut text = String::with_capacity(16);
    if negative && units != 0 {
        text.push(MINUS);
    }
    text.push('$');
    push_grouped(&mut text, units / per_dollar);
    let width = decimals as usize;
    // Writing into a String cannot fail.
    let _ = write!(text, ".{:0width$}", units % per_dollar);
    text
}

/// A count with its thousands apart: `10 000`.
pub fn count(value: u64) -> String {
    let mut text = String::with_capacity(12);
    push_grouped(&mut text, u128::from(value));
    text
}

fn push_grouped(text: &mut String, value: u128) {
    let digits = value.to_string();
    for (place, digit) in digits.char_indices() {
        if place != 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(THIN_SPACE);
        }
        text.push(digit);
    }
}

/// A span of seconds in at most two units: `45 s`, `3 min 20 s`, `12 min`, `2 h 05 min`, `3 d 4 h`.
///
/// What is smaller than the second unit is cut off, so that a countdown never claims more than is left.
pub fn duration(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / MINUTE_S, seconds / HOUR_S, seconds / DAY_S);
    match seconds {
        0..MINUTE_S => format!("{seconds} s"),
        MINUTE_S..600 if !seconds.is_multiple_of(MINUTE_S) => {
            format!("{minutes} min {:02} s", seconds % MINUTE_S)
        }
        MINUTE_S..HOUR_S => format!("{minutes} min"),
        HOUR_S..DAY_S => format!("{hours} h {:02} min", minutes % 60),
        _ if hours % 24 == 0 => format!("{days} d"),
        _ => format!("{days} d {} h", hours % 24),
    }
}

/// A range of spans: `7–11 min`, or `50 s – 3 min` where the units differ. Equal ends give one span.
pub fn duration_range(low_seconds: u64, high_seconds: u64) -> String {
    let (low, high) = (low_seconds.min(high_seconds), low_seconds.max(high_seconds));
    let (low_text, high_text) = (rounded_duration(low), rounded_duration(high));
    if low_text == high_text {
        return low_text;
    }
    match (low_text.split_once(' '), high_text.split_once(' ')) {
        (Some((first, unit)), Some((_, other))) if unit == other => format!("{first}–{high_text}"),
        _ => format!("{low_text} – {high_text}"),
    }
}

/// To whole minutes from one minute on: an estimate has no seconds.
fn rounded_duration(seconds: u64) -> String {
    if seconds < MINUTE_S {
        duration(seconds)
    } else {
        duration((seconds + MINUTE_S / 2) / MINUTE_S * MINUTE_S)
    }
}

/// Bytes in decimal units with three significant digits, as disks and transfer are billed: `180 GB`, `11.2 GB`.
pub fn bytes(value: u64) -> String {
    scaled(value, 1_000, &["B", "kB", "MB", "GB", "TB", "PB", "EB"])
}

/// A transfer rate in decimal units: `420 MB/s`.
pub fn bytes_per_second(value: u64) -> String {
    bytes(value) + "/s"
}

/// Bytes in binary units, for memory and GPU memory: `24 GiB`.
pub fn memory(value: u64) -> String {
    scaled(value, 1_024, &["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"])
}

fn scaled(value: u64, base: u64, units: &[&str]) -> String {
    let mut unit = 0;
    let mut divisor = 1_u64;
    // The next unit begins where three digits would round up to it.
    while unit + 1 < units.len() && value / divisor >= base - 1 && rounds_up(value, divisor, base) {
        divisor *= base;
        unit += 1;
    }
    let decimals = match value / divisor {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    let scale = 10_u128.pow(decimals);
    let text = trimmed(
        (u128::from(value) * scale + u128::from(divisor) / 2) / u128::from(divisor),
        decimals,
    );
    format!("{text} {}", units[unit])
}

fn rounds_up(value: u64, divisor: u64, base: u64) -> bool {
    (u128::from(value) + u128::from(divisor) / 2) / u128::from(divisor) >= u128::from(base)
}

/// A fixed-point number without the zeros at its end.
fn trimmed(value: u128, decimals: u32) -> String {
    let scale = 10_u128.pow(decimals);
    let width = decimals as usize;
    if decimals == 0 {
        return value.to_string();
    }
    let text = format!("{}.{:0width$}", value / scale, value % scale);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A share as a percentage with `decimals` (0 for use, 1 for reliability): `97.2 %`. Not a number is `–`.
pub fn percent(share: f64, decimals: usize) -> String {
    if share.is_finite() {
        format!("{:.decimals$} %", share * 100.0)
    } else {
        "–".to_owned()
    }
}

/// A name shortened in its middle: `pod…qa4t`. Short names stay whole. Only for reading; copying takes the full text.
pub fn short_id(id: &str) -> String {
    const HEAD: usize = 3;
    const TAIL: usize = 4;
    let length = id.chars().count();
    if length <= HEAD + TAIL + 3 {
        return id.to_owned();
    }
    let head = id.chars().take(HEAD);
    let tail = id.chars().skip(length - TAIL);
    head.chain(std::iter::once('…')).chain(tail).collect()
}

/// How long ago or ahead `then_ms` is, within 24 hours: `3 min ago`, `in 2 h 05 min`. Farther away a date says more: `None`.
pub fn relative(then_ms: i64, now_ms: i64) -> Option<String> {
    let seconds = then_ms.abs_diff(now_ms) / 1_000;
    if seconds >= DAY_S {
        return None;
    }
    if seconds < 5 {
        return Some("now".to_owned());
    }
    // One unit under an hour: a minute ago needs no seconds.
    let span = duration(if seconds < MINUTE_S {
        seconds
    } else {
        seconds / MINUTE_S * MINUTE_S
    });
    Some(if then_ms > now_ms {
        format!("in {span}")
    } else {
        format!("{span} ago")
    })
}

/// GPUs of one machine, counted by what they are for the reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SlotCounts {
    /// Used by the reader's own pods.
    pub yours: usize,
    /// Free for anybody.
    pub free: usize,
    /// Used by others.
    pub held: usize,
    /// Not usable now; never counted as free.
    pub not_ready: usize,
    /// Reserved by a plan.
    pub reserved: usize,
}

/// The text form of a slot strip: `8 slots: 2 yours, 1 free, 4 held, 1 not ready`.
pub fn slots(counts: SlotCounts) -> String {
    let SlotCounts {
        yours,
        free,
        held,
        not_ready,
        reserved,
    } = counts;
    let total = yours + free + held + not_ready + reserved;
    let mut text = if total == 1 {
        "1 slot".to_owned()
    } else {
        format!("{total} slots")
    };
    let parts = [
        (yours, "yours"),
        (free, "free"),
        (held, "held"),
        (not_ready, "not ready"),
        (reserved, "reserved"),
    ];
    for (place, (number, word)) in parts.into_iter().filter(|(number, _)| *number != 0).enumerate() {
        text.push_str(if place == 0 { ": " } else { ", " });
        // Writing into a String cannot fail.
        let _ = write!(text, "{number} {word}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_to_the_cent() {
        for (micros, text) in [
            (0, "$0.00"),
            (1, "< $0.01"),
            (9_999, "< $0.01"),
            (-1, "> −$0.01"),
            (10_000, "$0.01"),
            (14_999, "$0.01"),
            (15_000, "$0.02"),
            (41_200_000, "$41.20"),
            (-3_100_000, "−$3.10"),
            (12_600_995_000, "$12\u{202f}601.00"),
            (i64::MIN, "−$9\u{202f}223\u{202f}372\u{202f}036\u{202f}854.78"),
        ] {
            assert_eq!(money(micros), text, "{micros}");
        }
    }

    #[test]
    fn exact_amounts_keep_every_digit() {
        for (micros, text) in [
            (4_213, "$0.004213"),
            (1_311_000, "$1.311"),
            (41_200_000, "$41.20"),
            (-5, "−$0.000005"),
            (0, "$0.00"),
        ] {
            assert_eq!(money_exact(micros), text, "{micros}");
        }
    }

    #[test]
    fn rates_are_said_per_minute_hour_and_month() {
        assert_eq!(rate(1_380_000, 60, Period::Minute), "$0.0230/min");
        assert_eq!(rate(1_380_000, 60, Period::Hour), "$1.38/h");
        assert_eq!(rate(340_000, 60, Period::Minute), "$0.0057/min");
        assert_eq!(rate(200_000, 43_800, Period::Month), "$0.20/month");
        assert_eq!(rate(200_000, 43_800, Period::Minute), "< $0.0001/min");
        assert_eq!(rate(200_000, 43_800, Period::Hour), "< $0.01/h");
        assert_eq!(rate(20_000_000, 43_800, Period::Day), "$0.66/day");
        assert_eq!(rate(0, 60, Period::Hour), "$0.00/h");
        assert_eq!(rate(5, 0, Period::Hour), "$0.00/h");
        assert_eq!(rate(i64::MAX, 1, Period::Month).chars().next(), Some('$'));
    }

    #[test]
    fn durations_have_two_units_at_most() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (200, "3 min 20 s"),
            (185, "3 min 05 s"),
            (725, "12 min"),
            (3_600, "1 h 00 min"),
            (7_530, "2 h 05 min"),
            (86_400, "1 d"),
            (273_600, "3 d 4 h"),
        ] {
            assert_eq!(duration(seconds), text, "{seconds}");
        }
    }

    #[test]
    fn ranges_say_a_common_unit_once() {
        assert_eq!(duration_range(420, 660), "7–11 min");
        assert_eq!(duration_range(660, 420), "7–11 min");
        assert_eq!(duration_range(425, 415), "7 min");
        assert_eq!(duration_range(50, 180), "50 s – 3 min");
        assert_eq!(duration_range(11_400, 32_400), "3 h 10 min – 9 h 00 min");
    }

    #[test]
    fn sizes_have_three_digits() {
        for (value, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1 kB"),
            (11_240_000_000, "11.2 GB"),
            (180_000_000_000, "180 GB"),
            (1_255_000_000_000, "1.26 TB"),
            (999_400_000, "999 MB"),
            (999_600_000, "1 GB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(bytes(value), text, "{value}");
        }
        assert_eq!(bytes_per_second(420_000_000), "420 MB/s");
        assert_eq!(memory(24 << 30), "24 GiB");
        assert_eq!(memory(1_536 << 20), "1.5 GiB");
        assert_eq!(memory(1_000 << 20), "1000 MiB");
    }

    #[test]
    fn counts_and_shares() {
        assert_eq!(count(999), "999");
        assert_eq!(count(10_000), "10\u{202f}000");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(percent(0.972, 1), "97.2 %");
        assert_eq!(percent(0.5, 0), "50 %");
        assert_eq!(percent(f64::NAN, 0), "–");
    }

    #[test]
    fn names_are_shortened_in_the_middle() {
        assert_eq!(short_id("pod2k5x7m3n4b6r8t9v2w4y6z3qa4t"), "pod…qa4t");
        assert_eq!(short_id("m-nl-014"), "m-nl-014");
        assert_eq!(short_id("äöüäöüäöüäöüß"), "äöü…öüß".replace("öüß", "äöüß"));
    }

    #[test]
    fn slot_strips_have_words() {
        let counts = SlotCounts {
            yours: 2,
            free: 1,
            held: 4,
            not_ready: 1,
            reserved: 0,
        };
        assert_eq!(slots(counts), "8 slots: 2 yours, 1 free, 4 held, 1 not ready");
        assert_eq!(
            slots(SlotCounts {
                reserved: 1,
                ..SlotCounts::default()
            }),
            "1 slot: 1 reserved"
        );
        assert_eq!(slots(SlotCounts::default()), "0 slots");
    }

    #[test]
    fn near_times_are_relative() {
        let now = 1_800_000_000_000;
        for (offset_s, text) in [
            (0, Some("now")),
            (-12, Some("12 s ago")),
            (-200, Some("3 min ago")),
            (-7_530, Some("2 h 05 min ago")),
            (200, Some("in 3 min")),
            (90_000, None),
        ] {
            assert_eq!(
                relative(now + offset_s * 1_000, now).as_deref(),
                text,
                "{offset_s}"
            );
        }
    }
}
