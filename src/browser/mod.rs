//! Everything that touches `web_sys` and `js_sys`, apart from requests.
//!
//! Views call these functions and never the browser itself. JavaScript values are not `Send`; where a guard over one is
//! kept by a view, it is kept by [`hold`]. What a browser may refuse (storage, clipboard) is an answer here, not a panic.

pub mod abort;
pub mod appearance;
pub mod clipboard;
pub mod clock;
pub mod connection;
pub mod intl;
pub mod layer;
pub mod listen;
pub mod measure;
pub mod page;
pub mod storage;

use leptos::prelude::on_cleanup;
use send_wrapper::SendWrapper;

/// Keeps a guard until the current reactive owner is cleaned up, and drops it then.
pub fn hold<G: 'static>(guard: G) {
    // The page has one thread; the wrapper only satisfies the bounds of the reactive system.
    let guard = SendWrapper::new(guard);
    on_cleanup(move || drop(guard));
}

/// The window. Every page has one; a worker, which has none, never runs this code.
fn window() -> web_sys::Window {
    leptos::prelude::window()
}

/// The document of the window.
fn document() -> web_sys::Document {
    leptos::prelude::document()
}
