//! What time it is on the server.

use domain::Timestamp;
use leptos::prelude::*;

use super::context::use_data;
use crate::browser::clock;

/// The server's time, moving every `every_ms` milliseconds; it rests while the page is hidden.
pub fn use_now(every_ms: i32) -> Signal<Timestamp> {
    let (ticks, data) = (clock::ticking(every_ms), use_data());
    Signal::derive(move || {
        let here = ticks.get() + data.ahead_ms.get();
        Timestamp::from_millis(data.client.now_ms().unwrap_or(here))
    })
}

/// The same in milliseconds since the Unix epoch, for [`crate::ui::provide_now`].
pub fn use_now_ms(every_ms: i32) -> Signal<i64> {
    let now = use_now(every_ms);
    Signal::derive(move || now.get().millis())
}

/// Tells the server's time at the moment of the call; not tracked, and right while the page is hidden.
pub fn use_clock() -> impl Fn() -> Timestamp + Send + Sync + 'static {
    let data = use_data();
    move || {
        let here = clock::now_ms() + data.ahead_ms.get_untracked();
        Timestamp::from_millis(data.client.now_ms().unwrap_or(here))
    }
}
