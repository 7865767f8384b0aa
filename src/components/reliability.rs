//! Why a machine's reliability is what it is: the formula and its figures.

use std::sync::Arc;

use api::machines::Machine;
use leptos::prelude::*;

use crate::text::machines as words;

/// The score, its formula, the figures put in, and what follows for new pods.
#[component]
pub fn Reliability(
    /// The machine.
    #[prop(into)]
    machine: Signal<Arc<Machine>>,
) -> impl IntoView {
    view! {
        <div class="stack" data-gap="tight">
            <p class="strong num">{move || machine.with(|it| words::reliability(it.reliability_ppm))}</p>
            <p class="mono">{words::RELIABILITY_FORMULA}</p>
            <p class="mono">{move || machine.with(|it| words::reliability_spelled(it))}</p>
            <p class="muted">{words::RELIABILITY_WINDOW}</p>
            <p>{move || machine.with(|it| words::placeable(it))}</p>
        </div>
    }
}
