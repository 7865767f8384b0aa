//! What time it is for the views. The demo has its own clock, so nobody asks the wall clock but the root.

use leptos::prelude::*;

use crate::browser::clock;

/// One second: the finest step any text shows.
const TICK_MS: i32 = 1_000;

#[derive(Clone, Copy)]
struct Now(Signal<i64>);

/// Makes `now_ms` the time of all views below the current owner.
pub fn provide_now(now_ms: Signal<i64>) {
    provide_context(Now(now_ms));
}

/// Makes this computer's clock the time of all views below the current owner.
pub fn provide_wall_clock() {
    provide_now(clock::ticking(TICK_MS));
}

/// The time in milliseconds since the Unix epoch, moving once a second. Call it in the body of a component.
pub fn use_now() -> Signal<i64> {
    use_context::<Now>().map_or_else(|| clock::ticking(TICK_MS), |now| now.0)
}
