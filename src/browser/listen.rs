//! Event listeners that end with their owner.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Event, EventTarget, KeyboardEvent};

use super::window;

/// A listener. Dropping it removes it.
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    call: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `call` for each `event` of `target`.
    pub fn on(target: EventTarget, event: &'static str, call: impl FnMut(Event) + 'static) -> Self {
        let call = Closure::<dyn FnMut(Event)>::new(call);
        // Adding a function that exists cannot fail.
        let _ = target.add_event_listener_with_callback(event, call.as_ref().unchecked_ref());
        Self { target, event, call }
    }

    /// Calls `call` for each key pressed anywhere in the page.
    pub fn on_key(mut call: impl FnMut(KeyboardEvent) + 'static) -> Self {
        Self::on(window().into(), "keydown", move |event| {
            call(event.unchecked_into())
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self
            .target
            .remove_event_listener_with_callback(self.event, self.call.as_ref().unchecked_ref());
    }
}

/// Whether a key was typed into something: a field, a list of choices, or an editable text.
///
/// Single-letter keys of the application do nothing then.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|it| it.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|it| {
            it.closest("input, textarea, select, [contenteditable]")
                .ok()
                .flatten()
                .is_some()
        })
}
