//! Whether this computer has a network at all. `true` promises little: a page also finds out by asking.

use super::{listen::Listener, window};

/// What the browser believes.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// Calls `call` when the network comes or goes.
pub fn on_change(call: impl FnMut() + Clone + 'static) -> (Listener, Listener) {
    let (mut came, mut went) = (call.clone(), call);
    (
        Listener::on(window().into(), "online", move |_| came()),
        Listener::on(window().into(), "offline", move |_| went()),
    )
}

/// A number in `0.0..1.0`, so that many pages do not do the same thing at the same moment.
pub fn chance() -> f64 {
    js_sys::Math::random()
}
