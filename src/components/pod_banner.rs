//! What stands above a pod's page: it moved, waits to be confirmed, cannot be heard, or cannot start.

use std::sync::Arc;

use api::pods::{MigrationBinding, MigrationRole, Pod};
use domain::PodId;
use domain::pod::PodStateKind;
use leptos::prelude::*;

use crate::{
    paths,
    text::pods::{self as text, banner},
    ui::{ButtonLink, ButtonSize, Mark, MarkIcon, Time},
};

/// One notice: how grave, what, until or since when, and where it leads.
#[derive(Clone, PartialEq)]
struct Notice {
    mark: Mark,
    title: String,
    at_ms: Option<i64>,
    detail: Option<String>,
    link: Option<(&'static str, String)>,
}

/// The notices of a pod, gravest first; nothing for most pods.
#[component]
pub fn PodBanner(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
) -> impl IntoView {
    let all = Memo::new(move |_| pod.with(|pod| notices(pod)));
    // Each notice stays the same elements while its time or place changes: its link may have the focus.
    let view = move |first: Notice| {
        let title = first.title.clone();
        let notice = Memo::new(move |last: Option<&Notice>| {
            all.with(|all| all.iter().find(|it| it.title == title).cloned())
                .unwrap_or_else(|| last.unwrap_or(&first).clone())
        });
        notice_view(notice.into())
    };
    view! { <For each=move || all.get() key=|it| it.title.clone() children=view /> }
}

/// The banner in place of a pod that goes on under another ID.
pub fn gone_banner(to: PodId) -> AnyView {
    notice_view(Signal::stored(Notice {
        mark: Mark::BarredSquare,
        title: banner::GONE_MOVED.to_owned(),
        at_ms: None,
        detail: None,
        link: Some((banner::OPEN_OTHER, paths::pod(to))),
    }))
}

fn notices(pod: &Pod) -> Vec<Notice> {
    let summary = &pod.summary;
    let state = match summary.state {
        PodStateKind::Unreachable => Some(Notice {
            mark: Mark::BrokenRing,
            title: text::state(summary.state, false).to_owned(),
            // from the last heartbeat on nothing is charged, and this is its time.
            at_ms: Some(summary.since.millis()),
            detail: Some(banner::UNREACHABLE.to_owned()),
            link: Some((banner::OPEN_MACHINE, paths::machine(summary.machine_id))),
        }),
        PodStateKind::Error => Some(Notice {
            mark: Mark::Cross,
            title: banner::ERROR.to_owned(),
            at_ms: Some(summary.since.millis()),
            detail: pod.message.clone(),
            link: None,
        }),
        PodStateKind::Stopped if summary.gpus_taken => Some(Notice {
            mark: Mark::Triangle,
            title: banner::TAKEN.to_owned(),
            at_ms: None,
            detail: summary.queue_position.map(text::queue_place),
            link: Some((banner::DECIDE, paths::pod_decide(summary.id))),
        }),
        PodStateKind::Running if summary.cpu_only => Some(Notice {
            mark: Mark::HalfDisc,
            title: banner::CPU_ONLY.to_owned(),
            at_ms: None,
            detail: summary.queue_position.map(text::queue_place),
            link: Some((banner::DECIDE, paths::pod_decide(summary.id))),
        }),
        _ => None,
    };
    let came = pod
        .moved_from
        .filter(|_| summary.migration.is_none())
        .map(|from| Notice {
            mark: Mark::HalfDisc,
            title: banner::was(&from.to_string()),
            at_ms: None,
            detail: None,
            link: None,
        });
    summary
        .migration
        .as_ref()
        .map(migration_notice)
        .into_iter()
        .chain(state)
        .chain(came)
        .collect()
}

fn migration_notice(it: &MigrationBinding) -> Notice {
    let other = it.other_pod_id.to_string();
    let (mark, title, link) = match it.role {
        MigrationRole::Source => (
            Mark::BarredSquare,
            banner::moved(&other),
            (banner::OPEN_NEW, paths::pod(it.other_pod_id)),
        ),
        MigrationRole::Target => (
            Mark::DottedRing,
            banner::awaits(&other),
            (banner::REVIEW, paths::migration(it.id)),
        ),
        MigrationRole::UnderWay => (
            Mark::QuarterRing,
            banner::UNDER_WAY.to_owned(),
            (banner::OPEN_MIGRATION, paths::migration(it.id)),
        ),
    };
    Notice {
        mark,
        title,
        at_ms: it.until.map(domain::Timestamp::millis),
        detail: None,
        link: Some(link),
    }
}

fn notice_view(notice: Signal<Notice>) -> AnyView {
    let Notice {
        mark, title, link, ..
    } = notice.get_untracked();
    let since = Memo::new(move |_| notice.with(|it| it.at_ms));
    let detail = Memo::new(move |_| notice.with(|it| it.detail.clone()));
    view! {
        <div class="callout" data-tone=mark.tone().as_str()>
            <MarkIcon mark />
            <div class="callout-body">
                <p class="callout-title">
                    {title} {move || since.get().map(|at_ms| view! { " " <Time at_ms /> })}
                </p>
                {move || detail.get().map(|detail| view! { <p>{detail}</p> })}
            </div>
            {link
                .map(|(label, href)| {
                    view! {
                        <div class="callout-action">
                            <ButtonLink label href size=ButtonSize::Small />
                        </div>
                    }
                })}
        </div>
    }
    .into_any()
}
