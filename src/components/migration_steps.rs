//! The phases of a move: what is done, what runs, what is to come, each with its owner and time.

use std::sync::Arc;

use api::migrations::Migration;
use domain::Timestamp;
use leptos::prelude::*;

use crate::text::{
    format,
    migrations::{self as words, Step, StepState},
};
use crate::ui::{Mark, MarkIcon, use_now};

/// The phases as a route of steps.
#[component]
pub fn MigrationSteps(
    /// The move.
    #[prop(into)]
    migration: Signal<Arc<Migration>>,
) -> impl IntoView {
    let now = use_now();
    // Steps change with the phase, not with each figure of the copy.
    let steps = Memo::new(move |_| migration.with(|it| words::steps(it)));
    let items = move || {
        steps
            .get()
            .into_iter()
            .map(|step| step_view(step, now))
            .collect_view()
    };
    view! { <ol class="steps">{items}</ol> }
}

fn step_view(step: Step, now: Signal<i64>) -> AnyView {
    let mark = match step.state {
        StepState::Done => Mark::Disc,
        StepState::Now => Mark::QuarterRing,
        StepState::Todo => Mark::DottedRing,
        StepState::Failed => Mark::Cross,
    };
    let elapsed = Memo::new(move |_| {
        let end = step.ended.unwrap_or_else(|| Timestamp::from_millis(now.get()));
        let seconds = step
            .began
            .map(|began| end.since(began).max(0).unsigned_abs() / 1_000);
        seconds.map(format::duration).unwrap_or_default()
    });
    let current = (step.state == StepState::Now).then_some("step");
    view! {
        <li class="step" data-step=step.state.as_str() aria-current=current>
            <MarkIcon mark />
            <span class="step-name">
                {words::state_word(step.phase)} <span class="visually-hidden">" (" {step.state.word()} ")"</span>
            </span>
            <span class="step-owner">{words::phase_owner(step.phase)}</span>
            <span class="step-time">{elapsed}</span>
        </li>
    }
    .into_any()
}
