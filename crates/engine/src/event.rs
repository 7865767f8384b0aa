//! Facts in the one log: what happened, and the thing as it is since then.

use domain::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::command::Actor;
use crate::state::{
    Account, LedgerEntry, Machine, Meter, Migration, MigrationPlan, Pod, Settings, Template, Volume,
};

/// One fact. Its sequence is the position in the log, without gaps.
///
/// An event carries the whole thing it changed. Replaying it cannot fail and needs no rule, so a rule
/// that changes later cannot rewrite the past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Position in the log, from 1.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: Actor,
    /// What happened.
    pub fact: Fact,
    /// What is since then.
    pub change: Change,
}

impl Event {
    /// The account it concerns, if it concerns one.
    #[must_use]
    pub const fn account_id(&self) -> Option<AccountId> {
        match &self.change {
            Change::Account(it) => Some(it.id),
            Change::Pod(it) => Some(it.account_id),
            Change::Volume(it) => Some(it.account_id),
            Change::Plan(it) | Change::PlanDropped(it) => Some(it.account_id),
            Change::Migration(it) => Some(it.account_id),
            Change::Meter(it) | Change::MeterClosed(it) => Some(it.account_id),
            Change::Posted(it) => Some(it.account_id),
            Change::Settings(_) | Change::Machine(_) | Change::Template(_) => None,
        }
    }
}

/// What is since the event: one whole thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Change {
    /// The operator's settings.
    Settings(Box<Settings>),
    /// An account.
    Account(Box<Account>),
    /// A machine.
    Machine(Box<Machine>),
    /// A template.
    Template(Box<Template>),
    /// A pod.
    Pod(Box<Pod>),
    /// A network volume.
    Volume(Box<Volume>),
    /// A plan.
    Plan(Box<MigrationPlan>),
    /// A plan that is forgotten, as it was.
    PlanDropped(Box<MigrationPlan>),
    /// A migration.
    Migration(Box<Migration>),
    /// A meter that is open.
    Meter(Box<Meter>),
    /// A meter that is closed, as it was then.
    MeterClosed(Box<Meter>),
    /// A new line of a ledger.
    Posted(Box<LedgerEntry>),
}

/// What happened, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// The operator changed the settings.
    SettingsChanged,
    /// An account was made.
    AccountCreated,
    /// An account's SSH keys were replaced.
    AccountChanged,
    /// An account's pods were stopped for lack of funds.
    FundsRanOut,
    /// Funds were added in time.
    FundsRestored,
    /// A machine joined.
    MachineAdded,
    /// A machine went silent.
    MachineUnreachable,
    /// A machine is heard again.
    MachineReachable,
    /// What a machine holds or should do changed.
    MachineAssigned,
    /// A template was shipped or saved.
    TemplateSaved,
    /// A pod was made.
    PodCreated,
    /// A pod was renamed, locked or unlocked.
    PodUpdated,
    /// A user asked for a pod to run.
    PodStartAsked,
    /// A user asked for a pod to stop.
    PodStopAsked,
    /// A user asked for a pod to be deleted.
    PodTerminateAsked,
    /// A pod joined or left a queue.
    PodQueueChanged,
    /// A machine reported a pod's state.
    PodObserved,
    /// A pod's machine went silent or is back.
    PodReachabilityChanged,
    /// A pod takes part in a migration, or no longer.
    PodBound,
    /// A volume was made.
    VolumeCreated,
    /// A volume was renamed, grown, attached, detached, deleted or restored.
    VolumeUpdated,
    /// A plan was made.
    MigrationPlanned,
    /// A plan that nobody carried out was forgotten.
    MigrationPlanDropped,
    /// A migration was started.
    MigrationStarted,
    /// A migration went on to another phase.
    MigrationAdvanced,
    /// Bytes of a copy were verified.
    MigrationCopied,
    /// A charge began, or minutes of it were posted.
    MeterOpened,
    /// Minutes of a charge were posted.
    MeterPosted,
    /// A charge ended.
    MeterClosed,
    /// A line was posted.
    EntryPosted,
}
