//! Carrying out a command: all of it or nothing.
//!
//! A [`Tx`] changes the fleet as it goes and keeps what undoes it, so that every step reads what the
//! steps before it wrote. A refusal takes everything back.

mod accounts;
mod edits;
mod machines;
mod meters;
mod migrations;
pub(crate) mod money;
pub(crate) mod place;
mod plan;
mod pods;
mod report;
mod templates;
mod tick;
mod tx;
mod volumes;

use domain::MachineId;
use domain::machine::UNREACHABLE_AFTER_MS;

use crate::command::{Actor, Command, Moment, Outcome, Versioned};
use crate::event::{Change, Event, Fact};
use crate::refusal::Refusal;
use crate::state::Fleet;
use domain::Timestamp;
use tx::Tx;

pub(crate) use plan::{draft as draft_plan, ssh_command};

/// What a command did.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Facts, in the order of the log. Already in memory.
    pub events: Vec<Event>,
    /// Wishes, to be carried out after the facts are stored.
    pub effects: Vec<Effect>,
    /// What was made or changed.
    pub outcome: Outcome,
}

/// Something to be done outside, once the facts are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The machine has a newer document. Ten of these collapse into one.
    PushDesired(MachineId),
}

/// Carries out one command.
///
/// # Errors
/// The reason; the fleet is as it was.
pub fn execute(
    fleet: &mut Fleet,
    actor: &Actor,
    command: Command,
    moment: Moment,
) -> Result<Decision, Refusal> {
    let mut tx = Tx::begin(fleet, actor.clone(), moment);
    match dispatch(&mut tx, command) {
        Ok(outcome) => Ok(tx.commit(outcome)),
        Err(refusal) => {
            tx.roll_back();
            Err(refusal)
        }
    }
}

fn dispatch(tx: &mut Tx<'_>, command: Command) -> Result<Outcome, Refusal> {
    match command {
        Command::PutSettings(settings) => {
            tx.operator_only()?;
            tx.record(Fact::SettingsChanged, Change::Settings(settings));
            Ok(Outcome::Done)
        }
        Command::PutTemplate(template) => templates::ship(tx, *template),
        Command::CreateTemplate(new) => templates::create(tx, *new),
        Command::UpdateTemplate { template_id, edit } => templates::update(tx, template_id, *edit),
        Command::DeleteTemplate { template_id } => templates::delete(tx, template_id),
        Command::PutSshKeys { keys } => accounts::put_ssh_keys(tx, keys),
        Command::CreateAccount { name, operator } => accounts::create(tx, name, operator),
        Command::Credit {
            account_id,
            amount,
            note,
        } => money::credit(tx, account_id, amount, note),
        Command::AddMachine(new) => machines::add(tx, *new),
        Command::Report(report) => report::take(tx, *report),
        Command::CreatePod(new) => pods::create(tx, *new),
        Command::UpdatePod { pod_id, edit } => edits::update(tx, pod_id, *edit),
        Command::StartPod { pod_id, cpu_only } => pods::start(tx, pod_id, cpu_only),
        Command::StopPod { pod_id } => pods::stop(tx, pod_id),
        Command::RestartPod { pod_id } => pods::restart(tx, pod_id),
        Command::TerminatePod { pod_id, confirm } => pods::terminate(tx, pod_id, confirm.as_deref()),
        Command::ConfirmAndTerminate { pod_id } => migrations::confirm_and_terminate(tx, pod_id),
        Command::JoinQueue { pod_id, auto_start } => pods::join_queue(tx, pod_id, auto_start),
        Command::LeaveQueue { pod_id } => pods::leave_queue(tx, pod_id),
        Command::PlanMigration { pod_id, machine_id } => plan::make(tx, pod_id, machine_id),
        Command::StartMigration {
            plan_id,
            digest,
            acknowledge,
            consent,
        } => migrations::start(tx, plan_id, &digest, &acknowledge, consent.as_deref()),
        Command::CancelMigration { migration_id } => migrations::cancel(tx, migration_id),
        Command::ConfirmMigration { migration_id } => migrations::confirm(tx, migration_id),
        Command::RevertMigration {
            migration_id,
            consent,
        } => migrations::revert(tx, migration_id, consent.as_deref()),
        Command::CreateVolume {
            name,
            size_gb,
            data_center_id,
        } => volumes::create(tx, name, size_gb, data_center_id),
        Command::UpdateVolume {
            volume_id,
            name,
            size_gb,
        } => volumes::update(tx, volume_id, name, size_gb),
        Command::AttachVolume {
            volume_id,
            pod_id,
            path,
            restart,
        } => volumes::attach(tx, volume_id, pod_id, path, restart),
        Command::DetachVolume {
            volume_id,
            pod_id,
            restart,
        } => volumes::detach(tx, volume_id, pod_id, restart),
        Command::DeleteVolume { volume_id, confirm } => volumes::delete(tx, volume_id, confirm.as_deref()),
        Command::RestoreVolume { volume_id } => volumes::restore(tx, volume_id),
        Command::IfGeneration {
            of,
            generation,
            command,
        } => {
            let now = match of {
                Versioned::Pod(id) => tx.own_pod(id)?.generation,
                Versioned::Volume(id) => tx.own_volume(id)?.generation,
                Versioned::Migration(id) => tx.own_migration(id)?.generation,
            };
            if now == generation {
                dispatch(tx, *command)
            } else {
                Err(Refusal::GenerationMismatch { of, now })
            }
        }
        Command::Rehearse(command) => match dispatch(tx, *command)? {
            Outcome::PlanStale { differences, .. } => Err(Refusal::PlanStale { differences }),
            Outcome::Done
            | Outcome::Account(_)
            | Outcome::Machine(_)
            | Outcome::Pod(_)
            | Outcome::Volume(_)
            | Outcome::Template(_)
            | Outcome::Plan(_)
            | Outcome::Migration(_)
            | Outcome::Entry(_) => Err(Refusal::Rehearsed),
        },
        Command::Tick => tick::run(tx),
        Command::Resume => {
            // silence counts only while the control plane could hear.
            for id in tx.fleet.ready_machines() {
                let now = tx.now;
                tx.fleet.hear(id, now);
            }
            migrations::wait_anew(tx);
            Ok(Outcome::Done)
        }
    }
}

/// When [`Command::Tick`] has something to do.
#[must_use]
pub fn next_deadline(fleet: &Fleet) -> Option<Timestamp> {
    let silence = fleet.longest_silent().map(|it| it.0 + UNREACHABLE_AFTER_MS);
    let posting = fleet.next_posting().map(|it| it.0);
    let bin = fleet.next_from_bin().map(|it| it.0);
    let funds = fleet.next_funds().map(|it| it.0);
    let window = fleet.open_migrations().filter_map(|it| it.state.ends_by()).min();
    let plan = fleet.first_plan_left().map(|it| tick::forgotten_at(it.0));
    let due = [silence, posting, bin, funds, window, plan];
    due.into_iter().flatten().min()
}
