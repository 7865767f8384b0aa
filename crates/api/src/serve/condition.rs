//! What a caller attaches to a write: only if nothing changed meanwhile, or only to see whether it would be carried out.

use engine::Command;
use engine::command::Versioned;

use super::context::Context;
use super::routes::Route;
use super::{Prepared, Surface};
use crate::{Problem, ProblemCode};

/// Wraps a command in the conditions of its request: `If-Match` on both surfaces, `dryRun=true` on ours.
///
/// # Errors
/// `If-Match` that is no generation, or on a path whose thing has none.
pub(super) fn apply(
    prepared: Prepared,
    route: &Route,
    context: &Context<'_>,
    if_match: Option<&str>,
) -> Result<Prepared, Problem> {
    let Prepared::Command {
        actor,
        mut command,
        render,
    } = prepared
    else {
        return Ok(prepared);
    };
    if let Some(text) = if_match.filter(|it| *it != "*") {
        command = Command::IfGeneration {
            of: versioned(route, context)?,
            generation: text.parse().map_err(|_| not_a_generation(text))?,
            command: Box::new(command),
        };
    }
    let flags = [("true", true), ("false", false)];
    if context.surface == Surface::V1 && context.params.word("dryRun", &flags)? == Some(true) {
        command = Command::Rehearse(Box::new(command));
    }
    Ok(Prepared::Command {
        actor,
        command,
        render,
    })
}

/// The thing of the path.
fn versioned(route: &Route, context: &Context<'_>) -> Result<Versioned, Problem> {
    let below = |segment: &str| route.path.contains(&format!("/{segment}/{{id}}"));
    if below("pods") {
        context.pod_id().map(Versioned::Pod)
    } else if below("network-volumes") {
        context.volume_id().map(Versioned::Volume)
    } else if below("migrations") {
        context.migration_id().map(Versioned::Migration)
    } else {
        Err(Problem::new(
            ProblemCode::RuleBroken,
            "What this path changes has no generation.",
        )
        .field("If-Match")
        .next("Leave `If-Match` out."))
    }
}

fn not_a_generation(text: &str) -> Problem {
    Problem::new(
        ProblemCode::Schema,
        format!("`If-Match` is the generation of the thing, {text:?} is not one."),
    )
    .field("If-Match")
    .next("Send the number that stands in `generation`, or leave the header out.")
}
