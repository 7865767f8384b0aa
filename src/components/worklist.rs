//! What needs the user, one line each: what, a clock, an amount, one action.

use leptos::prelude::*;

use crate::{
    paths,
    text::overview as text,
    ui::{ButtonLink, ButtonSize, Mark, MarkIcon, Time, TimeLeft},
    worklist::{Clock, Kind, Need, WorkItem},
};

/// The lines in the order of what is lost first.
#[component]
pub fn Worklist(
    /// What there is to do.
    #[prop(into)]
    items: Signal<Vec<WorkItem>>,
) -> impl IntoView {
    let none = Memo::new(move |_| items.with(Vec::is_empty));
    view! {
        <Show when=move || !none.get() fallback=|| view! { <p class="muted">{text::NOTHING}</p> }>
            <ol class="worklist">{move || items.get().into_iter().map(item_view).collect_view()}</ol>
        </Show>
    }
    .into_any()
}

fn item_view(item: WorkItem) -> AnyView {
    let mark = mark(item.need);
    let clock = match item.clock {
        Clock::Until(at) => view! {
            <TimeLeft until_ms=at.millis() ended=text::NOW />
            " "
            {text::clock_word(item.clock)}
        }
        .into_any(),
        Clock::Since(at) => view! { <Time at_ms=at.millis() /> }.into_any(),
        Clock::None => ().into_any(),
    };
    view! {
        <li class="work-item">
            <span class="tone" data-tone=mark.tone().as_str()>
                <MarkIcon mark />
            </span>
            <div>
                <p class="work-text">{text::text(&item)}</p>
                <p class="work-detail">{text::detail(item.need)}</p>
            </div>
            <span class="work-clock">{clock}</span>
            <span class="work-amount">{text::amount(&item)}</span>
            <span class="work-action">
                <ButtonLink label=text::action(item.need) href=href(item.need) size=ButtonSize::Small />
            </span>
        </li>
    }
    .into_any()
}

const fn mark(need: Need) -> Mark {
    match need {
        Need::FundsOut | Need::PodError(_) | Need::More(Kind::PodError, _) => Mark::Cross,
        Need::FundsLow
        | Need::GpusTaken(_)
        | Need::Unattached(_)
        | Need::More(Kind::GpusTaken | Kind::Unattached, _) => Mark::Triangle,
        Need::Confirm(_) | Need::More(Kind::Confirm, _) => Mark::DottedRing,
        Need::Unreachable(_) | Need::More(Kind::Unreachable, _) => Mark::BrokenRing,
    }
}

/// Where the action of an item leads.
pub fn href(need: Need) -> String {
    match need {
        Need::FundsOut | Need::FundsLow => paths::billing(),
        Need::Confirm(id) => paths::migration(id),
        Need::GpusTaken(id) => paths::pod_decide(id),
        Need::PodError(id) | Need::Unreachable(id) => paths::pod(id),
        Need::Unattached(id) => paths::volume(id),
        Need::More(Kind::Unattached, _) => paths::volumes(),
        Need::More(kind, _) => text::filter(kind).map_or_else(paths::pods, paths::pods_filtered),
    }
}
