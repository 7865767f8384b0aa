//! Moments and what is left until them. Relative up to 24 hours, and always with the absolute time as title.

use leptos::prelude::*;

use super::now::use_now;
use crate::{
    browser::intl::{self, Moment},
    text::format,
};

/// A moment: `3 min ago` or `12 May 2026, 14:06`, with the full time and zone as its title.
#[component]
pub fn Time(
    /// Milliseconds since the Unix epoch.
    #[prop(into)]
    at_ms: Signal<i64>,
) -> impl IntoView {
    let now = use_now();
    // A memo, so that the page changes when the words do and not each second.
    let text = Memo::new(move |_| {
        let at = at_ms.get();
        format::relative(at, now.get()).unwrap_or_else(|| intl::moment(at, Moment::DateTime))
    });
    view! {
        <time
            class="time"
            datetime=move || intl::iso(at_ms.get())
            title=move || intl::moment(at_ms.get(), Moment::Full)
        >
            {text}
        </time>
    }
}

/// How long is left: `14 min`, and `ended` when the moment has come.
#[component]
pub fn TimeLeft(
    /// Milliseconds since the Unix epoch.
    #[prop(into)]
    until_ms: Signal<i64>,
    /// What stands here afterwards: "expired".
    #[prop(into)]
    ended: Signal<String>,
) -> impl IntoView {
    let now = use_now();
    let text = Memo::new(move |_| {
        let left_ms = until_ms.get() - now.get();
        u64::try_from(left_ms)
            .ok()
            .filter(|left| *left > 0)
            .map_or_else(|| ended.get(), |left| format::duration(left / 1_000))
    });
    view! {
        <time
            class="time"
            datetime=move || intl::iso(until_ms.get())
            title=move || intl::moment(until_ms.get(), Moment::Full)
        >
            {text}
        </time>
    }
}
