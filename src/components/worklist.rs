//! What needs the user, one line each: what, a clock, an amount, one action.

use leptos::prelude::*;

use super::keyed::keyed;
use crate::{
    browser::intl::{self, Moment},
    paths,
    text::overview as text,
    ui::{ButtonLink, ButtonSize, Mark, MarkIcon, Skeleton, Time, TimeLeft},
    worklist::{Clock, Kind, Missing, Need, WorkItem},
};

/// The lines in the order of what is lost first. The first nine are opened by their number, which the style counts.
#[component]
pub fn Worklist(
    /// What there is to do.
    #[prop(into)]
    items: Signal<Vec<WorkItem>>,
    /// Whether there may be more to do than is known.
    #[prop(default = Missing::Nothing.into(), into)]
    missing: Signal<Missing>,
) -> impl IntoView {
    let none = Memo::new(move |_| items.with(Vec::is_empty));
    let rest = move || match (missing.get(), none.get()) {
        (Missing::Loading, true) => view! { <Skeleton rows=2 /> }.into_any(),
        (Missing::Nothing, true) => view! { <p class="muted">{text::NOTHING}</p> }.into_any(),
        (Missing::Failed, _) => view! { <p class="muted">{text::NOT_ALL_READ}</p> }.into_any(),
        (Missing::Nothing | Missing::Loading, false) => ().into_any(),
    };
    view! {
        <Show when=move || !none.get()>
            <ol class="worklist">{keyed(items, |it| it.need, item_view)}</ol>
        </Show>
        {rest}
    }
    .into_any()
}

fn item_view(item: Signal<WorkItem>) -> AnyView {
    // What the row is about is its key, and so never changes.
    let need = item.with_untracked(|it| it.need);
    let mark = mark(need);
    let clock = Memo::new(move |_| item.with(|it| it.clock));
    let clock = move || match clock.get() {
        Clock::Until(at) => view! {
            <TimeLeft until_ms=at.millis() ended=text::NOW />
            " "
            {text::LEFT}
            <span class="work-detail">{intl::moment(at.millis(), Moment::DateTime)}</span>
        }
        .into_any(),
        Clock::Since(at) => view! { <Time at_ms=at.millis() /> }.into_any(),
        Clock::None => ().into_any(),
    };
    view! {
        <li class="work-item">
            <kbd aria-hidden="true"></kbd>
            <span class="tone" data-tone=mark.tone().as_str()>
                <MarkIcon mark />
            </span>
            <div>
                <p class="work-text">{move || item.with(text::text)}</p>
                <p class="work-detail">{text::detail(need)}</p>
            </div>
            <span class="work-clock">{clock}</span>
            <span class="work-amount">{move || item.with(text::amount)}</span>
            <span class="work-action">
                <ButtonLink label=text::action(need) href=href(need) size=ButtonSize::Small />
            </span>
        </li>
    }
    .into_any()
}

const fn mark(need: Need) -> Mark {
    match need {
        Need::FundsOut | Need::MoveFailed(_) | Need::PodError(_) | Need::More(Kind::PodError, _) => {
            Mark::Cross
        }
        Need::FundsLow
        | Need::StorageLow
        | Need::GpusTaken(_)
        | Need::Unattached(_)
        | Need::More(Kind::GpusTaken | Kind::Unattached, _) => Mark::Triangle,
        Need::Confirm(_) => Mark::DottedRing,
        Need::Unreachable(_) | Need::More(Kind::Unreachable, _) => Mark::BrokenRing,
    }
}

/// Where the action of an item leads.
pub fn href(need: Need) -> String {
    match need {
        Need::FundsOut | Need::FundsLow | Need::StorageLow => paths::billing(),
        Need::Confirm(id) | Need::MoveFailed(id) => paths::migration(id),
        Need::GpusTaken(id) => paths::pod_decide(id),
        Need::PodError(id) | Need::Unreachable(id) => paths::pod(id),
        Need::Unattached(id) => paths::volume(id),
        Need::More(Kind::Unattached, _) => paths::volumes(),
        Need::More(kind, _) => text::filter(kind).map_or_else(paths::pods, paths::pods_filtered),
    }
}
