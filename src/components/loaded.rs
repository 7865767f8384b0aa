//! The looks of something that is read: loading, failed, and ready with a line that says when it is not fresh.

use std::sync::Arc;

use api::Problem;
use leptos::prelude::*;

use crate::browser::intl::{self, Moment};
use crate::data::{Loadable, QueryHandle, use_freshness};
use crate::text::{problem::explain, words};
use crate::ui::{Failure, Skeleton, Stale};

#[derive(Clone, PartialEq)]
enum Look {
    Loading,
    Failed(Box<Problem>),
    Ready,
}

/// Shows what `handle` reads. `view` is built once, when the first value is there, and reads the newest one from its
/// signal, so that a change redraws only what shows it.
pub fn loaded<T: PartialEq + Send + Sync + 'static>(
    handle: QueryHandle<T>,
    // Rows of the placeholder: the height of what comes.
    rows: u8,
    // Title of the failure: what could not be read.
    failed: &'static str,
    view: impl Fn(Signal<Arc<T>>) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let reading = handle.clone();
    let look = Memo::new(move |_| match reading.get() {
        Loadable::Loading => Look::Loading,
        Loadable::Failed(problem) => Look::Failed(Box::new(problem)),
        Loadable::Ready { .. } => Look::Ready,
    });
    let (reading, again) = (handle.clone(), handle.clone());
    let stale = stale_line(
        move || reading.with(Loadable::stale),
        Callback::new(move |()| again.refetch()),
    );
    let body = move || match look.get() {
        Look::Loading => view! { <Skeleton rows /> }.into_any(),
        Look::Failed(problem) => {
            let retry = handle.clone();
            failure(failed, &problem, Callback::new(move |()| retry.refetch()))
        }
        Look::Ready => {
            let handle = handle.clone();
            let Some(first) = untrack(|| handle.value()) else {
                return ().into_any();
            };
            let value = Memo::new(move |last: Option<&Arc<T>>| {
                handle
                    .value()
                    .or_else(|| last.cloned())
                    .unwrap_or_else(|| Arc::clone(&first))
            });
            view(value.into())
        }
    };
    view! {
        {stale}
        {body}
    }
    .into_any()
}

/// The line over what could not be renewed; nothing while it is up to date. `stale` says when it was read and why it is
/// not read again, as [`Loadable::stale`] does.
pub fn stale_line(
    stale: impl Fn() -> Option<(i64, Problem)> + Send + Sync + 'static,
    on_retry: Callback<()>,
) -> AnyView {
    let freshness = use_freshness();
    let stale = Memo::new(move |_| stale());
    (move || {
        let (read_at_ms, problem) = stale.get()?;
        // As long as there was a stream, it would have told of a change.
        let at_ms = read_at_ms.max(freshness.get().lost_at_ms().unwrap_or(read_at_ms));
        let label = words::as_of(&intl::moment(at_ms, Moment::TimeWithSeconds), &problem.title);
        Some(view! { <Stale label on_retry code=problem.code.as_str() request_id=problem.request_id /> })
    })
    .into_any()
}

/// A failure made from a problem.
pub fn failure(title: &'static str, problem: &Problem, on_retry: Callback<()>) -> AnyView {
    let detail = explain(problem);
    let request_id = problem.request_id.clone();
    view! { <Failure title on_retry detail=Some(detail) code=Some(problem.code.as_str()) request_id /> }
        .into_any()
}
