//! The one clock of the control plane.
//!
//! It never runs backwards: not when the machine's clock is set back, and not over a restart, because
//! it begins no earlier than the last event of the log. [`Clock::now`] is the time of the fleet; people
//! who sign in live in [`Clock::wall`] time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use domain::Timestamp;

/// The most virtual time that passes in one step, so that minutes are seen one by one at any speed.
const STEP_MS_MAX: i64 = 60_000;

/// The time of the fleet.
#[derive(Debug)]
pub struct Clock {
    /// Milliseconds that were last told.
    told: AtomicI64,
    pace: Pace,
}

#[derive(Debug)]
enum Pace {
    /// The machine's own time.
    Wall,
    /// A time of its own, which moves in [`Clock::advance`] only.
    Virtual { speed: f64, stepped: Mutex<Instant> },
}

impl Clock {
    /// The machine's own time, but never before `floor`.
    #[must_use]
    pub fn wall_clock(floor: Timestamp) -> Self {
        Self {
            told: AtomicI64::new(floor.millis()),
            pace: Pace::Wall,
        }
    }

    /// A time that begins at `start` and runs `speed` times as fast as the machine's.
    ///
    /// It stands still between two calls of [`advance`](Self::advance). A server that is too slow for
    /// its speed therefore falls behind instead of missing heartbeats.
    #[must_use]
    pub fn virtual_clock(start: Timestamp, speed: f64) -> Self {
        let stepped = Mutex::new(Instant::now());
        Self {
            told: AtomicI64::new(start.millis()),
            pace: Pace::Virtual { speed, stepped },
        }
    }

    /// The time of the fleet, never earlier than what was told before.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self.pace {
            Pace::Wall => self.reach(Self::wall()),
            Pace::Virtual { .. } => Timestamp::from_millis(self.told.load(Ordering::Acquire)),
        }
    }

    /// Lets the time that has passed pass here too; the timer's business. Returns the new time.
    pub fn advance(&self) -> Timestamp {
        let Pace::Virtual { speed, stepped } = &self.pace else {
            return self.now();
        };
        let mut stepped = stepped.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let passed = stepped.elapsed().as_secs_f64() * 1000.0 * speed;
        if passed < 1.0 {
            return self.now();
        }
        *stepped = Instant::now();
        // Saturates, and the cap makes every value fit.
        let step = (passed as i64).min(STEP_MS_MAX);
        self.reach(self.now() + step)
    }

    /// Whether it is the machine's own time.
    #[must_use]
    pub const fn is_wall(&self) -> bool {
        matches!(self.pace, Pace::Wall)
    }

    /// How long the machine's clock runs until `at`; zero if that is past.
    #[must_use]
    pub fn until(&self, at: Timestamp) -> Duration {
        let millis = u64::try_from(at.since(self.now())).unwrap_or(0);
        match self.pace {
            Pace::Wall => Duration::from_millis(millis),
            Pace::Virtual { speed, .. } => {
                Duration::from_secs_f64((millis as f64 / 1000.0 / speed).min(86_400.0))
            }
        }
    }

    /// The machine's own time, for sessions, keys and stored answers.
    #[must_use]
    pub fn wall() -> Timestamp {
        let passed = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_millis(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX))
    }

    /// How long until `at`, by the machine's own time; zero if that is past.
    #[must_use]
    pub fn wall_until(at: Timestamp) -> Duration {
        Duration::from_millis(u64::try_from(at.since(Self::wall())).unwrap_or(0))
    }

    fn reach(&self, at: Timestamp) -> Timestamp {
        let before = self.told.fetch_max(at.millis(), Ordering::AcqRel);
        Timestamp::from_millis(before.max(at.millis()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_in_the_future_holds() {
        let floor = Clock::wall() + 60_000;
        let clock = Clock::wall_clock(floor);
        assert_eq!(clock.now(), floor);
        assert_eq!(clock.until(floor + 250), Duration::from_millis(250));
    }

    #[test]
    fn virtual_time_stands_until_it_is_advanced() {
        let start = Timestamp::from_millis(1_000);
        let clock = Clock::virtual_clock(start, 1_000_000.0);
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(clock.now(), start);
        assert_eq!(clock.advance(), start + STEP_MS_MAX);
        assert_eq!(clock.now(), start + STEP_MS_MAX);
    }
}
