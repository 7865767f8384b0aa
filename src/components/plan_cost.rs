//! What a move costs: before, during, after, and the old pod while it is kept.

use api::migrations::PlanCost as Cost;
use leptos::prelude::*;

use super::tide::{Head, Tide};
use crate::text::{
    format::{self, Period},
    migrations as words,
};

const HEADS: &[Head] = &[
    Head::text(words::label::WHEN),
    Head::num(words::label::PER_MINUTE),
    Head::num(words::label::PER_HOUR),
    Head::text(words::label::WHY),
];

/// The prices of a plan.
#[component]
pub fn PlanCost(
    /// The prices.
    #[prop(into)]
    cost: Signal<Cost>,
) -> impl IntoView {
    let row = |when: &'static str, micros: i64, minutes: u32, why: &'static str| {
        vec![
            when.into_any(),
            format::rate(micros, minutes, Period::Minute).into_any(),
            format::rate(micros, minutes, Period::Hour).into_any(),
            why.into_any(),
        ]
    };
    let rows = move || {
        let cost = cost.get();
        vec![
            row(
                words::label::NOW,
                cost.before_micros_per_hour,
                60,
                words::COST_BEFORE,
            ),
            row(
                words::label::DURING_THE_MOVE,
                cost.during_micros_per_hour,
                60,
                words::COST_DURING,
            ),
            row(
                words::label::FROM_THE_SWITCH_ON,
                cost.after_micros_per_hour,
                60,
                words::COST_AFTER,
            ),
            row(
                words::label::OLD_POD_WHILE_IT_IS_KEPT,
                cost.kept_source_micros_per_day,
                1_440,
                words::COST_KEPT,
            ),
        ]
    };
    view! { <Tide caption=words::COST heads=HEADS rows /> }
}
