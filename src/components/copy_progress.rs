//! How far the copy of a move is: bytes of the total, rate, and the time left as a range.

use api::migrations::CopyProgress as Copied;
use leptos::prelude::*;

use crate::text::{format, migrations as words};
use crate::ui::{Progress, Tone};

/// The scale bar of the copy.
#[component]
pub fn CopyProgress(
    /// The figures of the copy.
    #[prop(into)]
    progress: Signal<Copied>,
) -> impl IntoView {
    // Bytes stay below 2^53, so a share loses nothing one could see.
    let share = Signal::derive(move || {
        let it = progress.get();
        (it.bytes_total > 0).then(|| it.bytes_done as f64 / it.bytes_total as f64)
    });
    let value = Signal::derive(move || {
        let it = progress.get();
        format!(
            "{} of {}",
            format::bytes(it.bytes_done),
            format::bytes(it.bytes_total)
        )
    });
    let note = Signal::derive(move || {
        let it = progress.get();
        let rate = (it.bytes_per_second > 0).then(|| format::bytes_per_second(it.bytes_per_second));
        let left = it.eta_seconds.map(words::time_left);
        let percent = format!("{} %", words::percent_copied(&it));
        let parts: Vec<String> = [Some(percent), rate, left].into_iter().flatten().collect();
        Some(parts.join(" · "))
    });
    let tone = Signal::derive(move || {
        let it = progress.get();
        if it.bytes_done >= it.bytes_total {
            Tone::Ok
        } else {
            Tone::Busy
        }
    });
    view! { <Progress label=words::COPY share value note tone /> }
}
