//! `/pods/{id}`: everything about one pod, and its dialogs.

use std::sync::Arc;

use api::pods::Pod;
use api::{Problem, ProblemCode};
use domain::PodId;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    components::{
        connect_list::ConnectList,
        disk_list::DiskList,
        go::use_go,
        loaded::loaded,
        pod_actions::{PodButtons, provide_pod_actions},
        pod_banner::{PodBanner, gone_banner},
        pod_config::PodConfig,
        pod_cost::PodCost,
        pod_summary::PodSummaryStrip,
        pod_timeline::PodTimeline,
        section::section_at,
    },
    data::{Loadable, QueryHandle, use_pod},
    forms::{
        pod_rename::PodRename,
        pod_run::{PodRun, Run},
        pod_stop::PodStop,
        pod_terminate::PodTerminate,
    },
    pages::not_found::NotFoundPage,
    paths::{self, PodDialog},
    shell::Page,
    text::pods::{self as text, page},
};

/// One pod.
#[component]
pub fn PodPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|it| it.get("id")?.parse::<PodId>().ok()));
    move || match id.get() {
        Some(id) => pod_page(id),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

fn pod_page(id: PodId) -> AnyView {
    provide_pod_actions();
    let handle = use_pod(move || Some(id));
    let ready = handle.settled();
    let naming = handle.clone();
    let title = Signal::derive(move || {
        naming
            .value()
            .map_or_else(|| page::LOADING_TITLE.to_owned(), |pod| pod.summary.name.clone())
    });
    let (reading, acting) = (handle.clone(), handle.clone());
    let moved_to = Memo::new(move |_| match reading.get() {
        Loadable::Failed(problem) => moved_to(&problem),
        Loadable::Loading | Loadable::Ready { .. } => None,
    });
    let body = move || match moved_to.get() {
        Some(to) => gone_banner(to),
        None => {
            let reading = handle.clone();
            loaded(handle.clone(), 10, text::POD_FAILED, move |pod| {
                pod_view(id, pod, reading.clone())
            })
        }
    };
    let crumbs = vec![(text::PODS.into(), paths::pods())];
    let actions = move || buttons(acting.clone());
    view! { <Page title ready crumbs actions>{body}</Page> }.into_any()
}

/// The buttons, as soon as there is a pod to act on; they stay while it changes.
fn buttons(handle: QueryHandle<Pod>) -> impl IntoView {
    let reading = handle.clone();
    let is_here = Memo::new(move |_| reading.value().is_some());
    move || {
        let handle = handle.clone();
        is_here.get().then_some(())?;
        let first = untrack(|| handle.value())?;
        let pod = Memo::new(move |last: Option<&Arc<Pod>>| {
            handle
                .value()
                .or_else(|| last.cloned())
                .unwrap_or_else(|| Arc::clone(&first))
        });
        Some(view! { <PodButtons pod /> })
    }
}

/// Where a pod went whose old ID is no longer in use.
fn moved_to(problem: &Problem) -> Option<PodId> {
    (problem.code == ProblemCode::PodMoved).then_some(())?;
    problem.data.get("movedTo")?.as_str()?.parse().ok()
}

fn pod_view(id: PodId, pod: Signal<Arc<Pod>>, handle: QueryHandle<Pod>) -> AnyView {
    view! {
        <PodBanner pod />
        <PodSummaryStrip pod />
        {section_at(paths::CONNECT, page::CONNECT, view! { <ConnectList pod /> }.into_any())}
        {section_at("disks", page::DISKS, view! { <DiskList pod /> }.into_any())}
        <div class="split" data-even="">
            {section_at("cost", page::COST, view! { <PodCost pod /> }.into_any())}
            {section_at("timeline", page::TIMELINE, view! { <PodTimeline pod /> }.into_any())}
        </div>
        {section_at("configuration", page::CONFIGURATION, view! { <PodConfig pod /> }.into_any())}
        {dialogs(id, pod, handle)}
    }
    .into_any()
}

/// The dialog the address asks for.
fn dialogs(id: PodId, pod: Signal<Arc<Pod>>, handle: QueryHandle<Pod>) -> impl IntoView {
    let query = use_query_map();
    let go = use_go();
    let dialog = Memo::new(move |_| query.with(|it| it.get(paths::DIALOG)?.parse::<PodDialog>().ok()));
    let on_close = Callback::new(move |()| go.instead(&paths::pod(id)));
    move || {
        Some(match dialog.get()? {
            PodDialog::Start => view! { <PodRun pod run=Run::Start on_close /> }.into_any(),
            PodDialog::Restart => view! { <PodRun pod run=Run::Restart on_close /> }.into_any(),
            PodDialog::Stop => view! { <PodStop pod on_close /> }.into_any(),
            PodDialog::Terminate => {
                // How much is on its disks is told by no event, and here it decides what is asked.
                handle.refetch();
                view! { <PodTerminate pod on_close /> }.into_any()
            }
            PodDialog::Edit => view! { <PodRename pod on_close /> }.into_any(),
        })
    }
}
