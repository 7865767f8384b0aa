//! How often an address may fail to sign in.
//!
//! Only what fails is counted, and a proof that holds is let in whatever was counted before: whoever shares
//! an address with an attacker is not locked out. Nobody guesses 256 random bits, so this is about noise.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};

use api::{Problem, ProblemCode};
use axum::http::HeaderName;
use axum::http::request::Parts;
use domain::{Timestamp, limits};

use crate::connections::{Peer, network};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Sign-ins that failed lately, by address.
#[derive(Debug, Default)]
pub struct SignIns(Mutex<HashMap<IpAddr, Failed>>);

#[derive(Debug, Clone, Copy, Default)]
struct Failed {
    minute: i64,
    count: u32,
}

impl SignIns {
    /// Counts a failure.
    ///
    /// # Errors
    /// `rate_limited` for an address with too many, in place of what the failure would say.
    pub(super) fn failed(&self, address: IpAddr, now: Timestamp) -> Result<(), Problem> {
        let seconds = now.millis() / 1_000;
        let minute = seconds / 60;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = network(address);
        if all.len() >= limits::SIGN_IN_ADDRESSES_MAX && !all.contains_key(&address) {
            all.retain(|_, it| it.minute == minute);
            if all.len() >= limits::SIGN_IN_ADDRESSES_MAX {
                return Ok(());
            }
        }
        let failed = all.entry(address).or_default();
        if failed.minute != minute {
            *failed = Failed { minute, count: 0 };
        }
        failed.count = failed.count.saturating_add(1);
        let max = limits::SIGN_INS_FAILED_MAX;
        if failed.count <= max {
            return Ok(());
        }
        if failed.count == max + 1 {
            tracing::warn!(%address, "many sign-ins fail");
        }
        let wait = 60 - seconds.rem_euclid(60);
        Err(Problem::new(
            ProblemCode::RateLimited,
            format!("More than {max} sign-ins from this address failed in a minute."),
        )
        .next(format!("Check the key or link, and try again in {wait} s."))
        .with("window", "minute"))
    }
}

/// Where a request comes from. What a proxy in front says counts only if there is one, and of that only the
/// last word, which is its own.
pub(super) fn address(parts: &Parts, is_proxied: bool) -> IpAddr {
    let forwarded = || {
        let last = parts.headers.get_all(FORWARDED_FOR).iter().next_back()?;
        last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = || parts.extensions.get::<Peer>().map(|it| it.0);
    is_proxied
        .then(forwarded)
        .flatten()
        .or_else(peer)
        .unwrap_or(Ipv4Addr::UNSPECIFIED.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[test]
    fn an_address_that_fails_too_often_is_told_to_wait() {
        let sign_ins = SignIns::default();
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let fail = |address: &str, seconds| sign_ins.failed(address.parse().unwrap(), at(seconds));
        for _ in 0..limits::SIGN_INS_FAILED_MAX {
            assert_eq!(fail("2001:db8::1", 10), Ok(()));
        }
        // Another address of the same network is the same caller; another network is not.
        assert_eq!(
            fail("2001:db8::2", 10).map_err(|it| it.code),
            Err(ProblemCode::RateLimited)
        );
        assert_eq!(fail("2001:db8:1::1", 10), Ok(()));
        assert_eq!(fail("192.0.2.1", 10), Ok(()));
        assert_eq!(fail("2001:db8::1", 61), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let sign_ins = SignIns::default();
        let max = u32::try_from(limits::SIGN_IN_ADDRESSES_MAX).unwrap();
        for bits in 0..max + 100 {
            let address = Ipv4Addr::from_bits(bits).into();
            assert_eq!(sign_ins.failed(address, Timestamp::from_millis(0)), Ok(()));
        }
        assert_eq!(sign_ins.0.lock().unwrap().len(), limits::SIGN_IN_ADDRESSES_MAX);
        let next = Timestamp::from_millis(60_000);
        assert_eq!(sign_ins.failed(Ipv4Addr::BROADCAST.into(), next), Ok(()));
        assert_eq!(sign_ins.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn only_a_proxy_is_believed() {
        let request = Request::builder()
            .header("x-forwarded-for", "198.51.100.1, 203.0.113.9")
            .extension(Peer(Ipv4Addr::LOCALHOST.into()))
            .body(())
            .unwrap();
        let (parts, ()) = request.into_parts();
        assert_eq!(address(&parts, false), IpAddr::from(Ipv4Addr::LOCALHOST));
        assert_eq!(address(&parts, true), IpAddr::from([203, 0, 113, 9]));
    }
}
