//! What is said aloud. Two regions, in the page from the start and in each dialog; one says when it is quiet, the other
//! at once.

use leptos::prelude::*;

/// Says sentences to a screen reader.
#[derive(Clone)]
pub struct Announcer {
    polite: ArcRwSignal<String>,
    assertive: ArcRwSignal<String>,
}

impl Announcer {
    /// Says it when the reader is quiet: copied, saved, a phase has ended.
    pub fn say(&self, text: impl Into<String>) {
        put(&self.polite, text.into());
    }

    /// Says it at once: a failure, or something that is about to be lost.
    pub fn interrupt(&self, text: impl Into<String>) {
        put(&self.assertive, text.into());
    }

    /// Empties the regions.
    pub(super) fn hush(&self) {
        self.polite.set(String::new());
        self.assertive.set(String::new());
    }
}

/// The same sentence twice is not a change; a trailing no-break space makes it one and is not read.
fn put(region: &ArcRwSignal<String>, mut text: String) {
    if region.with_untracked(|old| *old == text) {
        text.push('\u{a0}');
    }
    region.set(text);
}

/// Makes one announcer for all views below the current owner. [`LiveRegions`] must be in the page with it.
pub fn provide_announcer() -> Announcer {
    let announcer = Announcer {
        polite: ArcRwSignal::default(),
        assertive: ArcRwSignal::default(),
    };
    provide_context(announcer.clone());
    announcer
}

/// The two regions of the provided announcer, once per page and per modal dialog.
#[component]
pub fn LiveRegions() -> impl IntoView {
    let announcer = use_context::<Announcer>().unwrap_or_else(provide_announcer);
    let (polite, assertive) = (announcer.polite, announcer.assertive);
    view! {
        <div class="live-region" role="status" aria-live="polite">{move || polite.get()}</div>
        <div class="live-region" role="alert" aria-live="assertive">{move || assertive.get()}</div>
    }
}
