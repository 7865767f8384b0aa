//! The wall clock and timers. Nothing else in the dashboard asks what time it is.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};

use super::{hold, page, window};

/// Milliseconds since the Unix epoch, by this computer's clock.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// A repeated call. Dropping it ends it.
pub struct Interval {
    id: i32,
    _call: Closure<dyn FnMut()>,
}

impl Interval {
    /// Calls `call` every `period_ms` milliseconds from now on. `None` if the browser has no timers left.
    pub fn every(period_ms: i32, call: impl FnMut() + 'static) -> Option<Self> {
        let call = Closure::<dyn FnMut()>::new(call);
        let id = window()
            .set_interval_with_callback_and_timeout_and_arguments_0(call.as_ref().unchecked_ref(), period_ms)
            .ok()?;
        Some(Self { id, _call: call })
    }
}

impl Drop for Interval {
    fn drop(&mut self) {
        window().clear_interval_with_handle(self.id);
    }
}

/// One call later. Dropping it before then calls it off.
pub struct Timeout {
    id: i32,
    _call: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls `call` once, in `delay_ms` milliseconds.
    pub fn after(delay_ms: i32, call: impl FnOnce() + 'static) -> Option<Self> {
        let call = Closure::once(call);
        let id = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(call.as_ref().unchecked_ref(), delay_ms)
            .ok()?;
        Some(Self { id, _call: call })
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        window().clear_timeout_with_handle(self.id);
    }
}

/// The time as a signal that moves every `period_ms`, for the life of the current owner.
///
/// It rests while the page is hidden and is right again the moment it is seen.
pub fn ticking(period_ms: i32) -> Signal<i64> {
    let now = RwSignal::new(now_ms());
    let tick = move || {
        if page::is_visible() {
            let _ = now.try_set(now_ms());
        }
    };
    hold((Interval::every(period_ms, tick), page::on_visibility_change(tick)));
    now.into()
}
