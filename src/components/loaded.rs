//! The looks of something that is read: loading, failed, and ready with a line that says when it is not fresh.

use std::sync::Arc;

use api::Problem;
use leptos::prelude::*;

use crate::data::{Loadable, QueryHandle};
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
    let reading = handle.clone();
    let stale = Memo::new(move |_| match reading.get() {
        Loadable::Ready { stale, .. } => stale.map(|it| it.title),
        Loadable::Loading | Loadable::Failed(_) => None,
    });
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
        {move || stale.get().map(|title| view! { <Stale label=words::not_fresh(&title) /> })}
        {body}
    }
    .into_any()
}

/// A failure made from a problem.
pub fn failure(title: &'static str, problem: &Problem, on_retry: Callback<()>) -> AnyView {
    let detail = explain(problem);
    let request_id = problem.request_id.clone();
    view! { <Failure title on_retry detail=Some(detail) code=Some(problem.code.as_str().to_owned()) request_id /> }
        .into_any()
}
