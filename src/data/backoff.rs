//! How long to wait before trying again.

/// The first wait, in milliseconds.
const FIRST_MS: u32 = 1_000;
/// The longest wait, in milliseconds.
const LONGEST_MS: u32 = 30_000;

/// Waits that double from 1 s to 30 s, each shortened by chance by up to a half, so that many pages do not return at
/// the same moment.
#[derive(Debug, Clone)]
pub struct Backoff {
    step_ms: u32,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { step_ms: FIRST_MS }
    }
}

impl Backoff {
    /// The next wait in milliseconds; `chance` lies in `0.0..1.0`.
    pub fn next_ms(&mut self, chance: f64) -> u32 {
        let step = self.step_ms;
        self.step_ms = step.saturating_mul(2).min(LONGEST_MS);
        let shorter = f64::from(step / 2) * chance.clamp(0.0, 1.0);
        // At most half of a u32, and not negative.
        step - shorter as u32
    }

    /// It worked: the next wait is the first again.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute_and_begin_anew_after_success() {
        let mut backoff = Backoff::default();
        let waits: Vec<u32> = (0..7).map(|_| backoff.next_ms(0.0)).collect();
        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        backoff.reset();
        assert_eq!(backoff.next_ms(0.0), 1_000);
    }

    #[test]
    fn chance_shortens_by_at_most_a_half() {
        assert_eq!(Backoff::default().next_ms(1.0), 500);
        assert_eq!(Backoff::default().next_ms(0.5), 750);
        assert_eq!(Backoff::default().next_ms(f64::NAN), 1_000);
    }
}
