//! Migrations: read, started, cancelled, confirmed, reverted.

use domain::MigrationPlanId;
use domain::allowed::NotAllowed;
use engine::state::{Fleet, Migration as EngineMigration, MigrationPhase as Phase, PlanMachine};
use engine::{Command, query};

use super::context::Context;
use super::order::{Order, Value};
use super::page::{self, Row, Scope};
use super::params::one_of;
use super::response::Form;
use super::{Prepared, fields, parse, refusal};
use crate::migrations::{
    CopyProgress, Migration, MigrationActionRequest, MigrationList, MigrationPhase, MigrationStateWord,
    Receipt, StartMigration,
};
use crate::{Action, Problem};

pub(super) fn list(context: &Context<'_>) -> Result<Prepared, Problem> {
    let (fleet, params) = (context.fleet, &context.params);
    let account_id = context.principal.account_id;
    let order = Order::parse("", &["started"], "-started")?;
    let limit = page::limit(params)?;
    let scope = Scope::new("migrations", account_id, params, &[]);
    let rows = fleet.migrations_of(account_id).map(|it| Row {
        values: order.values(|_| Value::Number(it.started_at.millis())),
        id: it.id,
        item: it,
    });
    let page = page::take(rows.collect(), &order, &scope, params, limit)?;
    let list = MigrationList {
        migrations: page.rows.into_iter().map(|it| view(fleet, it)).collect(),
        pagination: page.pagination,
        sequence: fleet.sequence(),
    };
    fields::answer::<Migration>(context, &list, "migrations")
}

pub(super) fn get(context: &Context<'_>) -> Result<Prepared, Problem> {
    context.answer(&view(context.fleet, context.migration()?))
}

const fn word(phase: Phase) -> MigrationStateWord {
    match phase {
        Phase::StoppingSource => MigrationStateWord::StoppingSource,
        Phase::Provisioning => MigrationStateWord::Provisioning,
        Phase::Copying => MigrationStateWord::Copying,
        Phase::Starting => MigrationStateWord::Starting,
        Phase::AwaitingConfirmation => MigrationStateWord::AwaitingConfirmation,
        Phase::Reverting => MigrationStateWord::Reverting,
        Phase::Completed => MigrationStateWord::Completed,
        Phase::Cancelled => MigrationStateWord::Cancelled,
        Phase::Reverted => MigrationStateWord::Reverted,
        Phase::Failed => MigrationStateWord::Failed,
    }
}

/// A migration as its owner sees it.
pub(super) fn view(fleet: &Fleet, migration: &EngineMigration) -> Migration {
    let content = fleet.plan(migration.plan_id).map(|it| &it.content);
    let machine = |it: Option<&PlanMachine>| it.map(|it| it.name.clone()).unwrap_or_default();
    let pod = fleet.pod(migration.source_pod_id);
    let left = migration.bytes_total.saturating_sub(migration.bytes_done);
    let copying = migration.state.phase == Phase::Copying && migration.bytes_per_second > 0;
    Migration {
        id: migration.id,
        generation: migration.generation,
        plan_id: migration.plan_id,
        state: word(migration.state.phase),
        since: migration.state.since,
        started_at: migration.started_at,
        pod_name: pod.map(|it| it.name.to_string()).unwrap_or_default(),
        source_pod_id: migration.source_pod_id,
        target_pod_id: migration.target_pod_id,
        source_machine: machine(content.map(|it| &it.source)),
        target_machine: machine(content.map(|it| &it.target)),
        progress: CopyProgress {
            bytes_done: migration.bytes_done,
            bytes_total: migration.bytes_total,
            bytes_per_second: migration.bytes_per_second,
            eta_seconds: copying.then(|| left.div_ceil(migration.bytes_per_second)),
        },
        actions: actions(fleet, migration),
        confirm_by: migration.state.confirm_by,
        changes: content.map(|it| it.basis.changes.clone()).unwrap_or_default(),
        written_since_switch_bytes: query::written_since_switch(fleet, migration),
        receipt: receipt(migration),
        problem: migration.problem.clone(),
        timeline: migration
            .timeline
            .iter()
            .map(|(at, phase)| MigrationPhase {
                state: word(*phase),
                at: *at,
            })
            .collect(),
        sequence: fleet.sequence(),
    }
}

fn receipt(migration: &EngineMigration) -> Option<Receipt> {
    let verified = migration.verified.as_ref()?;
    Some(Receipt {
        files: verified.files,
        bytes: migration.bytes_total,
        manifest_hash: verified.manifest_hash.clone(),
        copy_started_at: migration.copy_started_at.unwrap_or(migration.started_at),
        verified_at: verified.at,
        switched_at: migration.switched_at,
    })
}

/// What is possible in a phase, each with its reason.
fn actions(fleet: &Fleet, migration: &EngineMigration) -> Vec<Action> {
    let phase = migration.state.phase;
    let locked = fleet.pod(migration.target_pod_id).is_some_and(|it| it.locked);
    let action = |word: &str, enabled: bool, reason: &str, enabled_by: &str| {
        let why = |text: &str| (!enabled).then(|| text.to_owned());
        Action {
            action: word.to_owned(),
            enabled,
            reason_code: why("action_not_allowed"),
            reason: why(reason),
            enabled_by: why(enabled_by),
        }
    };
    let ended = phase.is_ended();
    let before = phase.is_before_switch();
    let awaits = phase == Phase::AwaitingConfirmation;
    let (over, not_yet) = ("The migration has ended.", "The new pod has not taken over yet.");
    let late = if ended {
        over
    } else {
        "The new pod has taken over."
    };
    let early = if ended {
        over
    } else if before {
        not_yet
    } else {
        "The move is being reverted."
    };
    vec![
        action(
            "cancel",
            before,
            late,
            "Revert the move instead, while it waits to be confirmed.",
        ),
        action("confirm", awaits, early, "Possible once the new pod serves."),
        if awaits && locked {
            // a revert stops and removes the new pod.
            let why = NotAllowed::Locked;
            Action {
                reason_code: Some(why.code().to_owned()),
                ..action("revert", false, &why.to_string(), &why.enabled_by())
            }
        } else {
            action("revert", awaits, early, "Possible once the new pod serves.")
        },
    ]
}

pub(super) fn start(context: &Context<'_>) -> Result<Prepared, Problem> {
    let body: StartMigration = context.read()?;
    let id = body.plan_id.parse::<MigrationPlanId>().ok();
    let plan = id.and_then(|it| context.fleet.plan(it));
    let plan = plan
        .filter(|it| it.account_id == context.principal.account_id)
        .ok_or_else(|| {
            let missing = engine::Refusal::NotFound {
                what: "migration plan",
                id: body.plan_id.clone(),
            };
            refusal::problem(&missing).field("planId")
        })?;
    let command = Command::StartMigration {
        plan_id: plan.id,
        digest: body.plan_digest,
        acknowledge: body.acknowledge,
        consent: body.consent,
    };
    context.command(command, Form::NewMigration)
}

pub(super) fn action(context: &Context<'_>) -> Result<Prepared, Problem> {
    const WORDS: [&str; 3] = ["cancel", "confirm", "revert"];
    let migration_id = context.migration()?.id;
    let body: MigrationActionRequest = context.read()?;
    let command = match body.action.as_str() {
        "cancel" => Command::CancelMigration { migration_id },
        "confirm" => Command::ConfirmMigration { migration_id },
        "revert" => Command::RevertMigration {
            migration_id,
            consent: body.consent,
        },
        _ => return Err(parse::schema("action", &format!("{} is expected", one_of(WORDS)))),
    };
    context.command(command, Form::Migration(migration_id))
}
