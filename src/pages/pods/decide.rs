//! `/pods/{id}/decide`: the GPUs of a stopped pod are taken, and its owner chooses how to go on.

use std::sync::Arc;

use api::pods::{Pod, StartOptions};
use client::queries::GetStartOptions;
use domain::PodId;
use domain::pod::PodStateKind;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    components::loaded::loaded,
    data::{use_feed, use_pod, use_query},
    forms::start_choice::{StartChoice, facts},
    pages::not_found::NotFoundPage,
    paths,
    shell::Page,
    text::{decide as text, pods},
    ui::{ButtonLink, Definition, DefinitionRow, Time},
};

/// The choice.
#[component]
pub fn DecidePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|it| it.get("id")?.parse::<PodId>().ok()));
    move || match id.get() {
        Some(id) => decide_page(id),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

fn decide_page(id: PodId) -> AnyView {
    let pod = use_pod(move || Some(id));
    let options = use_query(move || Some(GetStartOptions(id)));
    let (one, two) = (pod.settled(), options.settled());
    let ready = Signal::derive(move || one.get() && two.get());
    let naming = pod.clone();
    let title = Signal::derive(move || {
        text::title(&naming.value().map_or_else(
            || pods::page::LOADING_TITLE.to_owned(),
            |it| it.summary.name.clone(),
        ))
    });
    follow_machine(&pod, &options);
    let content = loaded(pod, 8, pods::POD_FAILED, move |pod| {
        let options = options.clone();
        loaded(options, 8, text::OPTIONS_FAILED, move |options| {
            choice_view(id, pod, options)
        })
    });
    let crumbs = vec![
        (pods::PODS.to_owned(), paths::pods()),
        (text::POD.to_owned(), paths::pod(id)),
    ];
    view! { <Page title ready crumbs>{content}</Page> }.into_any()
}

/// The ways depend on the pod's machine: what happens there is a reason to ask again.
fn follow_machine(pod: &crate::data::QueryHandle<Pod>, options: &crate::data::QueryHandle<StartOptions>) {
    let (pod, options) = (pod.clone(), options.clone());
    use_feed(move |event| {
        let Some(pod) = pod.value_untracked() else { return };
        let concerns = match event {
            api::events::FeedEvent::MachineChanged(it) => it.id == pod.summary.machine_id,
            api::events::FeedEvent::PodChanged(it) => it.summary.id == pod.summary.id,
            _ => false,
        };
        if concerns {
            options.refetch();
        }
    });
}

fn choice_view(id: PodId, pod: Signal<Arc<Pod>>, options: Signal<Arc<StartOptions>>) -> AnyView {
    // What stands here is for a stopped pod only; once it starts, its page tells more.
    let open = Memo::new(move |_| {
        pod.with(|pod| matches!(pod.summary.state, PodStateKind::Stopped | PodStateKind::Error))
    });
    let head = move || {
        let (free, all, needed) = options.with(|it| (it.free_gpus, it.machine_gpus, it.needed_gpus));
        pod.with(|pod| (free < needed).then(|| text::head(&pod.summary.machine_name, free, all, needed)))
    };
    let elsewhere = move || {
        let count = options.with(|it| it.free_elsewhere);
        pod.with(|pod| {
            text::free_elsewhere(
                count,
                pods::gpu_name(pod.summary.gpu_type.as_deref().unwrap_or("GPU")),
            )
        })
    };
    let since = Signal::derive(move || pod.with(|pod| pod.summary.since.millis()));
    let rows = move || {
        let row =
            |(term, value): (&'static str, String)| view! { <DefinitionRow term>{value}</DefinitionRow> };
        pod.with(|pod| facts(pod).into_iter().map(row).collect_view())
    };
    let fallback = move || {
        view! {
            <p>{text::NOTHING_TO_DECIDE}</p>
            <p>
                <ButtonLink label=text::OPEN_POD href=paths::pod(id) />
            </p>
        }
    };
    view! {
        <Show when=move || open.get() fallback>
            {move || head().map(|head| view! { <p class="decide-head">{head}</p> })}
            <section class="section">
                <div class="section-header">
                    <h2>{text::FACTS}</h2>
                </div>
                <Definition>
                    {rows} <DefinitionRow term=text::STOPPED_SINCE>
                        <Time at_ms=since />
                    </DefinitionRow> <DefinitionRow term=text::ELSEWHERE>{elsewhere}</DefinitionRow>
                </Definition>
            </section>
            <StartChoice pod options />
        </Show>
    }
    .into_any()
}
