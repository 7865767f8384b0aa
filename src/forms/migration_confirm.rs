//! The form around a plan: one tick per kind of change at its end, the typed name where a disk is lost, and the button
//! that counts what is open, always in view.

use std::sync::Arc;

use api::migrations::{MigrationPlan, StartMigration as Body};
use api::pods::DiskFate;
use api::{Problem, ProblemCode};
use client::commands::StartMigration;
use leptos::prelude::*;

use crate::browser::intl::{self, Moment};
use crate::components::go::use_go;
use crate::components::problem_note::ProblemNote;
use crate::data::use_mutation;
use crate::paths;
use crate::text::{format, migrations as words};
use crate::ui::{Button, Checkbox, SubmitButton, TextField, TimeLeft, use_now};

/// The form that starts a plan. It is made anew for each plan, which clears its ticks.
#[component]
pub fn MigrationConfirm(
    /// The plan as it was read. What agrees to it never changes; what may change is in `stale`.
    plan: Arc<MigrationPlan>,
    /// The facts the plan rests on have changed.
    #[prop(into)]
    stale: Signal<bool>,
    /// The server refused the plan and sent the one that holds now, with what differs.
    #[prop(into)]
    on_replaced: Callback<(MigrationPlan, Vec<String>)>,
    /// Asked for the same plan anew.
    #[prop(into)]
    on_renew: Callback<()>,
    /// A plan is being made.
    #[prop(into)]
    renewing: Signal<bool>,
    /// Why a plan that was asked for could not be made.
    #[prop(optional, into)]
    refusal: Signal<Option<Problem>>,
    /// What there is to read before the ticks. It stands in the form, so that the button is beside it all the while.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let go = use_go();
    let start = use_mutation::<StartMigration>();
    let problem = start.problem();
    Effect::new(move |_| {
        // A callback, not a derived value: the page leaves this plan for the new one, and that ends this form.
        if let Some((plan, differences)) = problem.get().as_ref().and_then(replacement) {
            on_replaced.run((plan, differences));
        }
    });

    let ticks: Vec<_> = plan
        .acknowledge
        .iter()
        .map(|kind| (*kind, RwSignal::new(false)))
        .collect();
    let typed = RwSignal::new(String::new());
    let name = plan.pod_name.clone();
    let needs_consent = !plan.consent.is_empty();
    let agreed = Memo::new(move |_| !needs_consent || typed.with(|it| it.trim() == name));
    let open = {
        let ticks = ticks.clone();
        Memo::new(move |_| ticks.iter().filter(|(_, tick)| !tick.get()).count() + usize::from(!agreed.get()))
    };
    let now = use_now();
    let expires_ms = plan.expires_at.millis();
    let expired = Memo::new(move |_| now.get() >= expires_ms);
    let must_solve = words::is_blocked(&plan.findings);
    let blocked = Signal::derive(move || {
        if must_solve {
            Some(words::MUST_SOLVE.to_owned())
        } else if expired.get() {
            Some(words::EXPIRED.to_owned())
        } else if stale.get() {
            Some(words::STALE.to_owned())
        } else {
            Some(open.get()).filter(|it| *it > 0).map(words::blocked_by_open)
        }
    });
    let pod_name = plan.pod_name.clone();
    let label = Signal::derive(move || words::migrate_label(open.get(), &pod_name));

    let body = Body {
        plan_id: plan.id.to_string(),
        plan_digest: plan.digest.clone(),
        acknowledge: plan.acknowledge.clone(),
        consent: None,
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if blocked.get_untracked().is_some() {
            return;
        }
        let consent = needs_consent.then(|| typed.get_untracked().trim().to_owned());
        start.run(
            StartMigration(Body {
                consent,
                ..body.clone()
            }),
            move |migration| {
                go.to(&paths::migration(migration.id));
            },
        );
    };

    let tick = |(kind, checked): (_, RwSignal<bool>)| view! { <Checkbox label=words::acknowledgement(kind) checked /> };
    let shown = Signal::derive(move || {
        let own = problem.get().filter(|it| replacement(it).is_none());
        own.or_else(|| refusal.get())
    });
    let clock = move || {
        if expired.get() {
            return words::EXPIRED.into_any();
        }
        view! {
            {words::EXPIRES} " " <TimeLeft until_ms=Signal::stored(expires_ms) ended="" /> ", "
            {words::at(&intl::moment(expires_ms, Moment::Time))}
        }
        .into_any()
    };
    view! {
        <form class="plan" on:submit=on_submit>
            {children.map(|children| children())}
            <div class="form">
                <fieldset class="field-group">
                    <legend>{words::ACKNOWLEDGE}</legend>
                    <p class="muted">{words::ACKNOWLEDGE_LEDE}</p>
                    {ticks.into_iter().map(tick).collect_view()}
                </fieldset>
                {needs_consent.then(|| consent_view(&plan.consent, &plan.pod_name, typed))}
            </div>
            <div class="plan-foot">
                <ProblemNote problem=shown />
                <span class="plan-clock">{clock}</span>
                <div class="cluster">
                    <Button label=words::RENEW pending=renewing on_press=move || on_renew.run(()) />
                    <SubmitButton label pending=start.pending() blocked />
                </div>
            </div>
        </form>
    }
    .into_any()
}

/// The plan that holds now, from the refusal of an old one.
fn replacement(problem: &Problem) -> Option<(MigrationPlan, Vec<String>)> {
    if problem.code != ProblemCode::PlanStale {
        return None;
    }
    let plan = serde_json::from_value(problem.data.get("plan")?.clone()).ok()?;
    let differences = problem
        .data
        .get("differences")
        .and_then(|it| serde_json::from_value(it.clone()).ok());
    // A refusal that names no difference still replaces the plan.
    Some((plan, differences.unwrap_or_else(|| vec![problem.detail.clone()])))
}

/// What is lost, and the name that agrees to it.
fn consent_view(lost: &[DiskFate], pod_name: &str, typed: RwSignal<String>) -> AnyView {
    let item = |disk: &DiskFate| {
        let (name, used) = (
            words::disk_name(&disk.disk, disk.name.as_deref()),
            format::bytes(disk.used_bytes),
        );
        view! { <li>{words::lost(&name, &used, disk.size_gb)}</li> }
    };
    view! {
        <fieldset class="field-group">
            <legend>{words::LOSS}</legend>
            <ul>{lost.iter().map(item).collect_view()}</ul>
            <TextField
                label=words::CONSENT
                value=typed
                error=None
                hint=Some(pod_name.to_owned())
                mono=true
            />
        </fieldset>
    }
    .into_any()
}
