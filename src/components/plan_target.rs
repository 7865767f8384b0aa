//! Where a plan leads, why there, and where else it could lead.

use std::sync::Arc;

use api::migrations::{MigrationPlan, PlanMachine};
use domain::MachineId;
use leptos::prelude::*;

use super::facts::facts;
use super::tide::{Head, Tide};
use crate::paths;
use crate::text::{
    format::{self, Period},
    machines, migrations as words,
};
use crate::ui::{Button, ButtonSize};

const HEADS: &[Head] = &[
    Head::text(words::label::MACHINE),
    Head::text(words::label::DATA_CENTRE),
    Head::text(words::label::TIER),
    Head::text(words::label::GPU_TYPE),
    Head::num(words::label::GPUS_FREE),
    Head::num(words::label::PER_HOUR),
    Head::text(words::label::PLAN),
];

/// The target with its reason, and the next best machines, each of which makes a new plan.
#[component]
pub fn PlanTarget(
    /// The plan.
    #[prop(into)]
    plan: Signal<Arc<MigrationPlan>>,
    /// Asked for a plan to another machine.
    #[prop(into)]
    on_choose: Callback<MachineId>,
    /// A plan is being made.
    #[prop(into)]
    pending: Signal<bool>,
) -> impl IntoView {
    let alternatives = Memo::new(move |_| plan.with(|it| it.alternatives.clone()));
    let row = move |machine: &PlanMachine| {
        let id = machine.machine_id;
        let label = format!("{} {}", words::CHOOSE, machine.name);
        vec![
            machine_link(machine),
            machine.data_center_id.clone().into_any(),
            machines::tier(machine.cloud).into_any(),
            machine.gpu_type.clone().into_any(),
            format!("{} of {}", machine.gpu_free, machine.gpu_total).into_any(),
            format::rate(machine.micros_per_hour, 60, Period::Hour).into_any(),
            view! { <Button label size=ButtonSize::Small pending on_press=move || on_choose.run(id) /> }
                .into_any(),
        ]
    };
    let table = move || {
        if alternatives.with(Vec::is_empty) {
            return view! { <p class="muted">{words::NO_OTHER}</p> }.into_any();
        }
        let rows = move || alternatives.with(|it| it.iter().map(row).collect());
        view! { <Tide caption=words::NEXT_BEST heads=HEADS rows /> }.into_any()
    };
    view! {
        {move || plan.with(|it| target_view(&it.target, &it.target_reason))}
        <h3>{words::NEXT_BEST}</h3>
        {table}
    }
    .into_any()
}

fn target_view(target: &PlanMachine, reason: &str) -> AnyView {
    let price = [Period::Minute, Period::Hour]
        .map(|period| format::rate(target.micros_per_hour, 60, period))
        .join(" · ");
    let list = facts(vec![
        (words::label::MACHINE, machine_link(target)),
        (
            words::label::DATA_CENTRE,
            target.data_center_id.clone().into_any(),
        ),
        (words::label::TIER, machines::tier_text(target.cloud).into_any()),
        (
            words::label::GPUS,
            format!(
                "{}, {} of {} free",
                target.gpu_type, target.gpu_free, target.gpu_total
            )
            .into_any(),
        ),
        (words::label::PRICE_OF_THE_POD_THERE, price.into_any()),
    ]);
    view! {
        <p>{reason.to_owned()}</p>
        {list}
    }
    .into_any()
}

fn machine_link(machine: &PlanMachine) -> AnyView {
    view! { <a href=paths::machine(machine.machine_id)>{machine.name.clone()}</a> }.into_any()
}
