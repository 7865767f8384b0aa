//! The main element, and what the page in it says of itself.

use std::sync::atomic::{AtomicU64, Ordering};

use leptos::prelude::*;

use crate::browser::page;
use crate::text::shell as words;

/// ID of the main element, for the skip link.
pub(super) const MAIN_ID: &str = "main";

#[derive(Clone)]
struct Entry {
    id: u64,
    title: String,
    ready: bool,
}

/// The pages that are mounted, the last one on top. There are two while sign-in covers a page, or one replaces another.
#[derive(Clone, Default)]
pub(super) struct Frame(ArcRwSignal<Vec<Entry>>);

impl Frame {
    fn with_top<T>(&self, look: impl FnOnce(Option<&Entry>) -> T) -> T {
        self.0.with(|entries| look(entries.last()))
    }

    /// A place for a page that has just been mounted.
    pub(super) fn enter(&self) -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        self.0.update(|entries| {
            entries.push(Entry {
                id,
                title: String::new(),
                ready: false,
            })
        });
        id
    }

    /// What the page says.
    pub(super) fn set(&self, id: u64, title: String, ready: bool) {
        self.0.update(|entries| {
            if let Some(entry) = entries.iter_mut().find(|it| it.id == id) {
                (entry.title, entry.ready) = (title, ready);
            }
        });
    }

    /// The page is gone.
    pub(super) fn leave(&self, id: u64) {
        self.0.update(|entries| entries.retain(|it| it.id != id));
    }
}

/// The main element around a page. Sets the window's title, and `data-ready` once the page's first data is on screen.
#[component]
pub(super) fn Main(
    /// The page.
    children: Children,
) -> impl IntoView {
    let frame = Frame::default();
    provide_context(frame.clone());
    let titled = frame.clone();
    Effect::new(move |_| {
        let title = titled.with_top(|it| it.map(|it| it.title.clone()).unwrap_or_default());
        page::set_title(&words::window_title(&title));
    });
    let ready = Memo::new(move |_| frame.with_top(|it| it.is_some_and(|it| it.ready)));
    view! {
        <main id=MAIN_ID class="main" tabindex="-1" data-ready=move || ready.get().then_some("true")>
            {children()}
        </main>
    }
    .into_any()
}
