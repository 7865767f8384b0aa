//! How far something is, as a scale bar with words.

use leptos::prelude::*;

use super::{mark::Tone, unique_id};

/// Steps of the bar; more than it has pixels.
const STEPS: u32 = 10_000;

/// A labelled scale bar.
#[component]
pub fn Progress(
    /// What progresses: "Copying the pod volume".
    #[prop(into)]
    label: Signal<String>,
    /// Share that is done, 0 to 1. `None` where it is not known.
    #[prop(into)]
    share: Signal<Option<f64>>,
    /// The share in words: "112 of 180 GB".
    #[prop(into)]
    value: Signal<String>,
    /// What more there is to say: rate, time left, owner.
    #[prop(optional, into)]
    note: Signal<Option<String>>,
    /// Colour of the bar: busy, ok when it is done, danger when it has failed.
    #[prop(default = Tone::Busy.into(), into)]
    tone: Signal<Tone>,
) -> impl IntoView {
    let id = unique_id();
    let steps = move || {
        share
            .get()
            .map(|share| ((share.clamp(0.0, 1.0) * f64::from(STEPS)) as u32).to_string())
    };
    view! {
        <div class="progress">
            <label for=id.clone()>{label}</label>
            <span class="progress-value num">{value}</span>
            <span class="progress-bar" data-tone=move || tone.get().as_str()>
                <progress id=id max=STEPS.to_string() value=steps></progress>
            </span>
            {move || note.get().map(|note| view! { <span class="progress-note">{note}</span> })}
        </div>
    }
}
