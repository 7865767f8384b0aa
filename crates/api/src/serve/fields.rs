//! Which members of its rows a list is answered with.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_aux::serde_introspection::serde_introspect;
use serde_json::Value;

use super::Prepared;
use super::context::Context;
use super::params::one_of;
use crate::{Problem, ProblemCode};

/// Answers a list whose rows of type `R` stand under `name`: whole, or with the members named in `fields`.
///
/// # Errors
/// `filter_invalid` for a member that no row has.
pub(super) fn answer<R: DeserializeOwned>(
    context: &Context<'_>,
    list: &impl Serialize,
    name: &str,
) -> Result<Prepared, Problem> {
    let wanted: Vec<&str> = context.params.list("fields").collect();
    if wanted.is_empty() {
        return context.answer(list);
    }
    let known = serde_introspect::<R>();
    if let Some(wrong) = wanted.iter().find(|it| !known.contains(it)) {
        let known = one_of(known.iter().copied());
        return Err(Problem::new(
            ProblemCode::FilterInvalid,
            format!("`fields` names {wrong:?}, which no row of this list has."),
        )
        .field("fields")
        .next(format!("Name {known}.")));
    }
    let mut shown =
        serde_json::to_value(list).map_err(|error| Problem::new(ProblemCode::Internal, error.to_string()))?;
    let rows = shown.get_mut(name).and_then(Value::as_array_mut);
    for row in rows.into_iter().flatten().filter_map(Value::as_object_mut) {
        row.retain(|member, _| wanted.contains(&member.as_str()));
    }
    context.answer(&shown)
}
