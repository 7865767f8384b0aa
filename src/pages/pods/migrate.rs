//! The plan of a move: what it does, changes, costs and breaks, before anything starts.

use std::sync::Arc;

use api::migrations::{CreatePlan as Body, MigrationPlan};
use api::{Problem, ProblemCode};
use client::commands::CreatePlan;
use client::queries::GetPlan;
use domain::{MachineId, MigrationPlanId, PodId};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::components::disk_fates::DiskFates;
use crate::components::finding_list::FindingList;
use crate::components::go::use_go;
use crate::components::identity_change_list::IdentityChangeList;
use crate::components::loaded::failure;
use crate::components::notice::Notice;
use crate::components::plan_cost::PlanCost;
use crate::components::plan_target::PlanTarget;
use crate::components::section::section;
use crate::data::{Loadable, use_mutation, use_query};
use crate::forms::migration_confirm::MigrationConfirm;
use crate::pages::not_found::NotFoundPage;
use crate::paths;
use crate::shell::Page;
use crate::text::{format, migrations as words, pods};
use crate::ui::{Badge, ButtonLink, CopyButton, Mark, Skeleton};

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Planning {
    /// Makes a plan, to a certain machine or to the best one.
    make: Callback<Option<MachineId>>,
    /// Shows a plan that the server sent, with what differs from the one on screen.
    replace: Callback<(MigrationPlan, Vec<String>)>,
    /// A plan is being made.
    pending: Signal<bool>,
    /// Why the last plan that was asked for could not be made.
    refusal: Signal<Option<Problem>>,
    /// What differs from the plan that was on screen before.
    differences: RwSignal<Vec<String>>,
}

/// `/pods/{id}/migrate`: makes a plan if the address names none, and shows it.
#[component]
pub fn MigratePage() -> impl IntoView {
    let params = use_params_map();
    let pod_id = Memo::new(move |_| params.with(|it| it.get("id")?.parse::<PodId>().ok()));
    move || match pod_id.get() {
        Some(pod_id) => plan_page(pod_id),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

fn plan_page(pod_id: PodId) -> AnyView {
    let query = use_query_map();
    let go = use_go();
    let plan_id = Memo::new(move |_| query.with(|it| it.get(paths::PLAN)?.parse::<MigrationPlanId>().ok()));
    let handle = use_query(move || plan_id.get().map(GetPlan));
    let create = use_mutation::<CreatePlan>();
    let made = RwSignal::new(None::<Arc<MigrationPlan>>);
    let plan = {
        let handle = handle.clone();
        Memo::new(move |_| {
            let id = plan_id.get()?;
            // A plan that was just made is shown until it has been read once. What it rests on is told by the stream:
            // a change of a machine makes every plan stale, and the server says which are.
            let is_it = |it: &Arc<MigrationPlan>| it.id == id;
            handle.value().filter(is_it).or_else(|| made.get().filter(is_it))
        })
    };

    let differences = RwSignal::new(Vec::new());
    let replace = Callback::new(move |(new, differs): (MigrationPlan, Vec<String>)| {
        differences.set(differs);
        let path = paths::pod_migrate_plan(pod_id, new.id);
        made.set(Some(Arc::new(new)));
        // In the place of the former plan: going back leaves the page, not to a plan that is out of date.
        go.instead(&path);
    });
    let make = Callback::new(move |machine_id: Option<MachineId>| {
        let old = plan.get_untracked();
        create.run(
            CreatePlan {
                pod_id,
                body: Body { machine_id },
            },
            move |new| {
                let differs = old.map(|old| words::plan_differences(&old, &new));
                replace.run((new, differs.into_iter().flatten().collect()));
            },
        );
    });
    let refusal = create.problem();
    let planning = Planning {
        make,
        replace,
        pending: create.pending(),
        refusal,
        differences,
    };
    Effect::new(move |_| {
        // Opening the page asks for a plan; it reserves names and changes nothing.
        if plan_id.get().is_none() {
            untrack(|| make.run(None));
        }
    });
    let reading = handle.clone();
    let unreadable = Memo::new(move |_| match reading.get() {
        Loadable::Failed(problem) => Some(problem),
        Loadable::Loading | Loadable::Ready { .. } => None,
    });
    let shown = Memo::new(move |_| plan.with(|plan| plan.as_ref().map(|it| it.id)));
    let ready = Signal::derive(move || {
        shown.get().is_some() || refusal.with(Option::is_some) || unreadable.with(Option::is_some)
    });
    let crumb = Signal::derive(move || {
        plan.with(|plan| {
            plan.as_ref()
                .map_or_else(|| format::short_id(&pod_id.to_string()), |it| it.pod_name.clone())
        })
    });
    let crumbs = vec![(pods::PODS.into(), paths::pods()), (crumb, paths::pod(pod_id))];
    let feedback =
        Signal::derive(move || plan.with(|it| it.as_deref().map(words::feedback).unwrap_or_default()));
    let title = Signal::derive(move || {
        plan.with(|plan| {
            plan.as_ref().map_or_else(
                || words::PLAN_TITLE.to_owned(),
                |it| words::plan_title(&it.pod_name),
            )
        })
    });
    let body = move || {
        if let Some(first) = shown.get().and_then(|_| plan.get_untracked()) {
            // Built once for each plan: a newer answer about the same plan keeps the ticks.
            let latest = {
                let first = Arc::clone(&first);
                Signal::derive(move || plan.get().unwrap_or_else(|| Arc::clone(&first)))
            };
            return plan_view(first, latest, planning);
        }
        if let Some(problem) = refusal.get() {
            return refusal_view(pod_id, &problem, make);
        }
        if let Some(problem) = unreadable.get() {
            return failure(
                words::UNREADABLE,
                &problem,
                Callback::new(move |()| make.run(None)),
            );
        }
        view! {
            <p role="status">{words::CHECKING}</p>
            <Skeleton rows=12 />
        }
        .into_any()
    };
    view! {
        <Page
            title
            ready
            lede=Some(words::PLAN_LEDE.to_owned())
            crumbs
            badges=|| view! { <Badge mark=Mark::HalfDisc label=words::BETA /> }
            actions=move || {
                view! {
                    <Show when=move || shown.get().is_some()>
                        <span class="caption muted">{words::FEEDBACK}</span>
                        <CopyButton text=feedback what=words::FEEDBACK_FACTS />
                    </Show>
                }
            }
        >
            {body}
        </Page>
    }
    .into_any()
}

/// Why there is no plan: nothing fits, or the pod may not move.
fn refusal_view(pod_id: PodId, problem: &Problem, make: Callback<Option<MachineId>>) -> AnyView {
    let title = if problem.code == ProblemCode::NoCapacity {
        words::NO_CAPACITY
    } else {
        words::CANNOT_PLAN
    };
    view! {
        {failure(title, problem, Callback::new(move |()| make.run(None)))}
        <div class="cluster">
            <ButtonLink label=words::WAIT_INSTEAD href=paths::pod_decide(pod_id) />
            <ButtonLink label=words::label::OPEN_THE_POD href=paths::pod(pod_id) />
        </div>
    }
    .into_any()
}

fn plan_view(first: Arc<MigrationPlan>, plan: Signal<Arc<MigrationPlan>>, planning: Planning) -> AnyView {
    let Planning {
        make,
        replace,
        pending,
        refusal,
        differences,
    } = planning;
    let target_id = first.target.machine_id;
    let kept: Vec<String> = first.kept.iter().map(|it| words::kept_name(it)).collect();
    let stops = first
        .stops_running_pod
        .then(|| view! { <Notice mark=Mark::Triangle title=words::STOPS /> });
    let copy = words::expected_time(&first);
    let is_stale = Memo::new(move |_| plan.with(|it| it.stale));
    let summary = words::plan_summary(&first);
    let (changes, findings) = (first.changes.clone(), first.findings.clone());
    let (disks, cost) = (first.disks.clone(), first.cost);
    view! {
        <p class="plan-summary">{summary}</p>
        {move || differences_view(&differences.get())}
        {move || is_stale.get().then(|| view! { <Notice mark=Mark::Triangle title=words::STALE /> })}
        {stops}
        <MigrationConfirm
            plan=first
            stale=is_stale
            on_replaced=replace
            // The target of a stale plan may be what has changed: then the best machine of now, which the differences name.
            on_renew=move || make.run((!is_stale.get_untracked()).then_some(target_id))
            renewing=pending
            // The plan on the screen stays to be read where a new one was refused.
            refusal
        >
            // What breaks stands first: it is what somebody comes here to know.
            {section(words::IDENTITIES, view! {
                <IdentityChangeList changes=Signal::stored(changes) />
            }.into_any())}
            {section(words::TARGET, view! {
                <PlanTarget plan pending on_choose=move |id| make.run(Some(id)) />
            }.into_any())}
            {section(words::FINDINGS, view! { <FindingList findings=Signal::stored(findings) /> }.into_any())}
            {section(words::KEPT, view! { <p>{kept.join(", ")}</p> }.into_any())}
            {section(words::DISKS, view! {
                <p>{copy}</p>
                <DiskFates disks=Signal::stored(disks) />
            }.into_any())}
            {section(words::COST, view! { <PlanCost cost=Signal::stored(cost) /> }.into_any())}
        </MigrationConfirm>
    }
    .into_any()
}

fn differences_view(differences: &[String]) -> Option<AnyView> {
    let items = differences
        .iter()
        .map(|it| view! { <li>{it.clone()}</li> })
        .collect_view();
    (!differences.is_empty()).then(|| {
        view! {
            <Notice mark=Mark::Triangle title=words::PLAN_CHANGED>
                <ul>{items}</ul>
            </Notice>
        }
        .into_any()
    })
}
