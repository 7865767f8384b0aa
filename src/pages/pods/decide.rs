//! `/pods/{id}/decide`: the GPUs of a stopped pod are taken, and its owner chooses how to go on.

use std::sync::Arc;

use api::pods::{Pod, StartOptions};
use client::queries::GetStartOptions;
use domain::PodId;
use domain::pod::PodStateKind;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    components::{loaded::loaded, pod_cost::per_minute_and_hour},
    data::{use_pod, use_query},
    forms::start_choice::StartChoice,
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
    let name = Signal::derive(move || {
        naming.value().map_or_else(
            || pods::page::LOADING_TITLE.to_owned(),
            |it| it.summary.name.clone(),
        )
    });
    let title = Signal::derive(move || name.with(|name| text::title(name)));
    let content = loaded(pod, 8, pods::POD_FAILED, move |pod| {
        let options = options.clone();
        loaded(options, 8, text::OPTIONS_FAILED, move |options| {
            choice_view(id, pod, options)
        })
    });
    let crumbs = vec![(pods::PODS.into(), paths::pods()), (name, paths::pod(id))];
    view! { <Page title ready crumbs>{content}</Page> }.into_any()
}

fn choice_view(id: PodId, pod: Signal<Arc<Pod>>, options: Signal<Arc<StartOptions>>) -> AnyView {
    // What stands here is for a pod without its GPUs; once it has them, its page tells more.
    let open = Memo::new(move |_| {
        pod.with(|pod| match pod.summary.state {
            PodStateKind::Stopped | PodStateKind::Error => true,
            PodStateKind::Running => pod.summary.cpu_only,
            PodStateKind::Queued
            | PodStateKind::Provisioning
            | PodStateKind::Starting
            | PodStateKind::Stopping
            | PodStateKind::Unreachable
            | PodStateKind::Terminating
            | PodStateKind::Terminated => false,
        })
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
    let since_term = Signal::derive(move || {
        let term = if pod.with(|pod| pod.summary.cpu_only) {
            text::CPU_ONLY_SINCE
        } else {
            text::STOPPED_SINCE
        };
        term.to_owned()
    });
    let fact = move |term: &'static str, value: fn(&Pod) -> String| {
        view! { <DefinitionRow term>{move || pod.with(|pod| value(pod))}</DefinitionRow> }
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
            <div class="stack">
                {move || head().map(|head| view! { <p class="decide-head">{head}</p> })}
                <div class="decide-facts">
                    <Definition>
                        {fact(pods::page::GPUS, gpus)} {fact(text::POD_VOLUME, volume)}
                        {fact(text::CONTAINER_DISK, container_disk)}
                        {fact(text::PRICE_NOW, |pod| per_minute_and_hour(pod.cost.now_micros_per_hour))}
                        <DefinitionRow term=since_term>
                            <Time at_ms=since />
                        </DefinitionRow>
                        <DefinitionRow term=text::ELSEWHERE>{elsewhere}</DefinitionRow>
                    </Definition>
                </div>
            </div>
            <StartChoice pod options />
        </Show>
    }
    .into_any()
}

fn gpus(pod: &Pod) -> String {
    pods::gpus(pod.summary.gpu_type.as_deref(), pod.summary.gpu_count)
}

fn volume(pod: &Pod) -> String {
    let volume = pod.volume.as_ref();
    volume.map_or_else(
        || text::NO_VOLUME.to_owned(),
        |it| text::volume_intact(it.size_gb, it.used_bytes),
    )
}

fn container_disk(pod: &Pod) -> String {
    if pod.summary.state == PodStateKind::Running {
        text::disk_used(pod.container_disk.size_gb, pod.container_disk.used_bytes)
    } else {
        text::DISK_ERASED.to_owned()
    }
}
