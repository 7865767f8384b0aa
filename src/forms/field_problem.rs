//! Where a refusal belongs: at the field it names, or above the buttons.

use api::Problem;
use leptos::prelude::*;

/// The sentence for the field `name`, if the refusal is about it or about a part of it.
pub fn field_problem(problem: Signal<Option<Problem>>, name: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        problem.with(|problem| {
            let problem = problem
                .as_ref()
                .filter(|it| it.field.as_deref().is_some_and(|it| is_in(it, name)))?;
            Some(match &problem.next {
                Some(next) => format!("{} {next}", problem.detail),
                None => problem.detail.clone(),
            })
        })
    })
}

/// The refusal, if it is about none of the fields that are on the screen.
pub fn other_problem(
    problem: Signal<Option<Problem>>,
    names: &'static [&'static str],
) -> Signal<Option<Problem>> {
    Signal::derive(move || {
        let at_field = |it: &Problem| {
            it.field
                .as_deref()
                .is_some_and(|field| names.iter().any(|name| is_in(field, name)))
        };
        problem.get().filter(|it| !at_field(it))
    })
}

/// `mounts.persistent.size` is in `mounts`, and `ports[2]` in `ports`.
fn is_in(field: &str, name: &str) -> bool {
    field
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
