//! How often a principal may ask: windows of a minute, an hour and a day.
//!
//! Fixed windows, because that is what the published headers speak of: how many are left (`r`) and the
//! seconds until the window is new (`t`).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use api::{Problem, ProblemCode};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use domain::{Timestamp, limits};

use super::auth::Caller;
use crate::config::Quotas;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// A window's word and seconds.
const WINDOWS: [(&str, i64); 3] = [("minute", 60), ("hour", 3_600), ("day", 86_400)];

/// Counts requests.
#[derive(Debug)]
pub struct RateLimits {
    quotas: [u32; 3],
    sessions_count: bool,
    used: Mutex<HashMap<String, [Used; 3]>>,
}

/// Requests in one window.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    window: i64,
    requests: u32,
}

/// Where a principal stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    quotas: [u32; 3],
    left: [u32; 3],
    seconds: [i64; 3],
    /// The window whose quota is used up.
    exceeded: Option<usize>,
}

impl RateLimits {
    /// Quotas for keys, and for sessions if `sessions_count`.
    #[must_use]
    pub fn new(quotas: Quotas, sessions_count: bool) -> Self {
        Self {
            quotas: [quotas.minute, quotas.hour, quotas.day],
            sessions_count,
            used: Mutex::default(),
        }
    }

    /// Counts one request. `None` if this caller's are not counted.
    pub(super) fn count(&self, caller: &Caller, now: Timestamp) -> Option<Standing> {
        let counts = caller.session.is_none() || self.sessions_count;
        counts.then(|| self.count_name(&caller.name, now))
    }

    /// Counts one request of this name.
    pub(super) fn count_name(&self, name: &str, now: Timestamp) -> Standing {
        let seconds = now.millis() / 1000;
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= limits::PRINCIPALS_COUNTED_MAX && !all.contains_key(name) {
            let day = seconds / WINDOWS[2].1;
            all.retain(|_, it| it[2].window == day);
            if all.len() >= limits::PRINCIPALS_COUNTED_MAX {
                all.clear();
            }
        }
        let used = all.entry(name.to_owned()).or_default();
        let mut standing = Standing {
            quotas: self.quotas,
            left: [0; 3],
            seconds: [0; 3],
            exceeded: None,
        };
        for (index, (_, length)) in WINDOWS.iter().enumerate() {
            let slot = &mut used[index];
            if slot.window != seconds / length {
                *slot = Used {
                    window: seconds / length,
                    requests: 0,
                };
            }
            slot.requests = slot.requests.saturating_add(1);
            standing.left[index] = self.quotas[index].saturating_sub(slot.requests);
            standing.seconds[index] = length - seconds.rem_euclid(*length);
            if slot.requests > self.quotas[index] {
                standing.exceeded = Some(index);
            }
        }
        standing
    }
}

impl Standing {
    /// The problem of a principal who asked too often.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let Some(index) = self.exceeded else { return Ok(()) };
        let ((window, _), quota) = (WINDOWS[index], self.quotas[index]);
        Err(Problem::new(
            ProblemCode::RateLimited,
            format!("More than {quota} requests in a {window}."),
        )
        .next(format!("Try again in {} s.", self.seconds[index]))
        .with("window", window))
    }

    /// Says where the principal stands.
    pub(super) fn tell(&self, headers: &mut HeaderMap) {
        let (mut limit, mut policy) = (Vec::new(), Vec::new());
        for (index, (word, length)) in WINDOWS.iter().enumerate() {
            limit.push(format!(
                "\"{word}\";r={};t={}",
                self.left[index], self.seconds[index]
            ));
            policy.push(format!("\"{word}\";q={};w={length}", self.quotas[index]));
        }
        let retry = self.exceeded.map(|it| self.seconds[it].to_string());
        let told = [
            (RATE_LIMIT, Some(limit.join(", "))),
            (POLICY, Some(policy.join(", "))),
            (header::RETRY_AFTER, retry),
        ];
        for (name, value) in told {
            // Words and numbers of our own: always sendable.
            if let Some(Ok(value)) = value.map(HeaderValue::try_from) {
                headers.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_and_begins_anew() {
        let limits = RateLimits::new(
            Quotas {
                minute: 2,
                hour: 3,
                day: 100,
            },
            true,
        );
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        assert_eq!(limits.count_name("a", at(3_600)).check(), Ok(()));
        assert_eq!(limits.count_name("a", at(3_610)).left, [0, 1, 98]);
        let third = limits.count_name("a", at(3_615));
        assert_eq!(third.check().map_err(|it| it.code), Err(ProblemCode::RateLimited));
        assert_eq!(third.seconds, [45, 3_585, 82_785]);
        assert_eq!(limits.count_name("b", at(3_615)).check(), Ok(()));
        // The next minute; the hour is used up.
        let mut headers = HeaderMap::new();
        limits.count_name("a", at(3_660)).tell(&mut headers);
        assert_eq!(
            headers["ratelimit"],
            "\"minute\";r=1;t=60, \"hour\";r=0;t=3540, \"day\";r=96;t=82740"
        );
        assert_eq!(
            headers["ratelimit-policy"],
            "\"minute\";q=2;w=60, \"hour\";q=3;w=3600, \"day\";q=100;w=86400"
        );
        assert_eq!(headers["retry-after"], "3540");
    }
}
