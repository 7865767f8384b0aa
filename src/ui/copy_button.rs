//! Copying exactly the text that is meant, never a shortened one.

use leptos::prelude::*;

use super::live_region::Announcer;
use crate::{
    browser::{clipboard, clock::Timeout},
    text::words,
};

/// How long the button says that it worked.
const SHOWN_MS: i32 = 2_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Copying {
    Idle,
    Copied,
    Failed,
}

impl Copying {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Copied => "copied",
            Self::Failed => "failed",
        }
    }
}

/// A button that copies `text` and says so, on itself and in the live region.
#[component]
pub fn CopyButton(
    /// The whole text to copy.
    #[prop(into)]
    text: Signal<String>,
    /// What is copied, for its accessible name: "pod ID" is read as "Copy pod ID".
    #[prop(into)]
    what: Signal<String>,
    /// In a grid only the focused row is reached by Tab, and its buttons by the arrow keys.
    #[prop(optional)]
    in_grid: bool,
) -> impl IntoView {
    let announcer = use_context::<Announcer>();
    let state = RwSignal::new(Copying::Idle);
    let reset = StoredValue::new_local(None::<Timeout>);
    let word = move || match state.get() {
        Copying::Idle => words::COPY,
        Copying::Copied => words::COPIED,
        Copying::Failed => words::COPY_FAILED,
    };
    let copy = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        let announcer = announcer.clone();
        clipboard::copy(text.get_untracked(), move |copied| {
            // The answer may come after the view is gone; then nobody needs it.
            let _ = state.try_set(if copied { Copying::Copied } else { Copying::Failed });
            if let Some(announcer) = announcer {
                announcer.say(if copied { words::COPIED } else { words::COPY_FAILED });
            }
            let later = Timeout::after(SHOWN_MS, move || {
                let _ = state.try_set(Copying::Idle);
            });
            let _ = reset.try_set_value(later);
        });
    };
    view! {
        <button
            type="button"
            class="copy-button"
            data-state=move || state.get().as_str()
            tabindex=in_grid.then_some("-1")
            aria-label=move || format!("{} {}", words::COPY, what.get())
            on:click=copy
        >
            {word}
        </button>
    }
}

/// A value in monospace with its copy button: an ID, an address, a fingerprint.
#[component]
pub fn Copyable(
    /// The whole text, shown and copied.
    #[prop(into)]
    text: Signal<String>,
    /// What it is, for the name of the button: "pod ID".
    #[prop(into)]
    what: Signal<String>,
    /// What is shown in place of the whole text, which is then its title: a shortened ID.
    #[prop(optional, into)]
    shown: Signal<Option<String>>,
) -> impl IntoView {
    let title = move || shown.with(Option::is_some).then(|| text.get());
    view! {
        <span class="copyable">
            <span class="mono" title=title>
                {move || shown.get().unwrap_or_else(|| text.get())}
            </span>
            <CopyButton text what />
        </span>
    }
}
