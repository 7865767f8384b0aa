//! What is allowed in which state: one table with reasons, used by server and browser.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::pod::PodStateKind;
use crate::time::Timestamp;
use crate::{MigrationId, PodId};

/// What can be asked of a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PodAction {
    /// Run again on its own machine.
    Start,
    /// End the container and free the GPUs.
    Stop,
    /// End the container and run it again.
    Restart,
    /// Make a new pod on another machine.
    Migrate,
    /// Change name, ports, env or disks.
    Edit,
    /// Refuse stop and terminate.
    Lock,
    /// Allow stop and terminate again.
    Unlock,
    /// Delete for good.
    Terminate,
}

impl PodAction {
    /// Every action, in the order of the menu.
    pub const ALL: [Self; 8] = [
        Self::Start,
        Self::Stop,
        Self::Restart,
        Self::Migrate,
        Self::Edit,
        Self::Lock,
        Self::Unlock,
        Self::Terminate,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Migrate => "migrate",
            Self::Edit => "edit",
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::Terminate => "terminate",
        }
    }
}

impl FromStr for PodAction {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|it| it.as_str() == text).ok_or(())
    }
}

/// What of a pod decides what is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PodFacts {
    /// Its state.
    pub state: PodStateKind,
    /// Whether the user locked it.
    pub locked: bool,
    /// The migration it is the source or target of, while that is not ended.
    pub migration: Option<MigrationFact>,
}

/// How a migration binds a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationFact {
    /// Before the switch: neither side can be changed.
    UnderWay {
        /// Which.
        id: MigrationId,
    },
    /// After the switch, the old side: kept, stopped and fenced until then.
    Source {
        /// Which.
        id: MigrationId,
        /// The pod it became.
        moved_to: PodId,
        /// When it is deleted by itself.
        until: Timestamp,
    },
    /// After the switch, the new side: serves, and waits to be confirmed.
    Target {
        /// Which.
        id: MigrationId,
        /// When it counts as confirmed.
        until: Timestamp,
    },
}

/// Why an action is refused. `Display` is the sentence for the tooltip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAllowed {
    /// Another state is needed.
    WrongState {
        /// What was asked.
        action: PodAction,
        /// The state it is in.
        state: PodStateKind,
        /// The states that would allow it.
        allowed: &'static [PodStateKind],
    },
    /// The pod is locked.
    Locked,
    /// The pod is not locked.
    NotLocked,
    /// A migration is under way.
    Migrating {
        /// Which.
        id: MigrationId,
    },
    /// The pod moved and is fenced.
    Fenced {
        /// Where to.
        moved_to: PodId,
    },
    /// The move waits to be confirmed or reverted first.
    AwaitsConfirmation {
        /// Which.
        id: MigrationId,
        /// When it counts as confirmed.
        until: Timestamp,
    },
}

impl NotAllowed {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } | Self::NotLocked => "action_not_allowed",
            Self::Locked => "pod_locked",
            Self::Migrating { .. } => "operation_in_progress",
            Self::Fenced { .. } => "source_fenced",
            Self::AwaitsConfirmation { .. } => "confirm_window_open",
        }
    }

    /// What would allow it, in a short sentence.
    #[must_use]
    pub fn enabled_by(&self) -> String {
        match self {
            Self::WrongState { allowed, .. } => format!("Possible when the pod is {}.", words(allowed)),
            Self::Locked => "Unlock the pod first.".to_owned(),
            Self::NotLocked => "Nothing to unlock.".to_owned(),
            Self::Migrating { .. } => {
                "Wait for the migration to end. Until its new pod takes over it can be cancelled.".to_owned()
            }
            Self::Fenced { moved_to } => format!("Use {moved_to}, or revert the move."),
            Self::AwaitsConfirmation { .. } => "Confirm or revert the move first.".to_owned(),
        }
    }
}

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongState { action, state, .. } => {
                let state = state.as_str().to_lowercase();
                write!(f, "A pod that is {state} cannot be asked to {}.", action.as_str())
            }
            Self::Locked => f.write_str("The pod is locked."),
            Self::NotLocked => f.write_str("The pod is not locked."),
            Self::Migrating { id } => write!(f, "The pod is part of the migration {id}."),
            Self::Fenced { moved_to } => {
                write!(f, "The pod moved to {moved_to} and is kept for the way back.")
            }
            Self::AwaitsConfirmation { until, .. } => {
                write!(f, "The move of this pod waits to be confirmed until {until}.")
            }
        }
    }
}

fn words(states: &[PodStateKind]) -> String {
    let words: Vec<String> = states.iter().map(|it| it.as_str().to_lowercase()).collect();
    words.join(" or ")
}

/// Whether `action` is allowed for a pod with these facts.
///
/// # Errors
/// The reason, with what would allow it.
pub fn pod(action: PodAction, facts: &PodFacts) -> Result<(), NotAllowed> {
    by_migration(action, facts.migration)?;
    match action {
        // a locked pod can be neither stopped nor terminated; nor does it move.
        PodAction::Stop | PodAction::Restart | PodAction::Terminate | PodAction::Migrate if facts.locked => {
            return Err(NotAllowed::Locked);
        }
        PodAction::Lock if facts.locked => return Err(NotAllowed::Locked),
        PodAction::Unlock if !facts.locked => return Err(NotAllowed::NotLocked),
        PodAction::Start
        | PodAction::Stop
        | PodAction::Restart
        | PodAction::Migrate
        | PodAction::Edit
        | PodAction::Lock
        | PodAction::Unlock
        | PodAction::Terminate => {}
    }
    let allowed = states(action);
    if allowed.contains(&facts.state) {
        Ok(())
    } else {
        Err(NotAllowed::WrongState {
            action,
            state: facts.state,
            allowed,
        })
    }
}

/// The states in which an action is allowed.
#[must_use]
pub const fn states(action: PodAction) -> &'static [PodStateKind] {
    use PodStateKind::{Error, Provisioning, Queued, Running, Starting, Stopped, Stopping, Unreachable};
    match action {
        PodAction::Start => &[Stopped, Error],
        // what is asked of an unreachable pod is carried out when it is back.
        PodAction::Stop => &[Queued, Provisioning, Starting, Running, Unreachable],
        PodAction::Restart => &[Running],
        // a stopped pod at any time, a running one by stopping it first.
        PodAction::Migrate => &[Running, Stopped, Error],
        PodAction::Edit | PodAction::Lock | PodAction::Unlock => &[
            Queued,
            Provisioning,
            Starting,
            Running,
            Stopped,
            Unreachable,
            Error,
        ],
        // One that stops on a machine that is gone would else be nobody's to remove.
        PodAction::Terminate => &[
            Queued,
            Provisioning,
            Starting,
            Running,
            Stopping,
            Stopped,
            Unreachable,
            Error,
        ],
    }
}

fn by_migration(action: PodAction, migration: Option<MigrationFact>) -> Result<(), NotAllowed> {
    let Some(fact) = migration else { return Ok(()) };
    match (fact, action) {
        // The old side goes with the move that was agreed to, so a lock would promise what does not hold.
        (_, PodAction::Unlock) | (MigrationFact::Target { .. }, PodAction::Lock) => Ok(()),
        (MigrationFact::UnderWay { id }, _) => Err(NotAllowed::Migrating { id }),
        (MigrationFact::Source { moved_to, .. }, _) => Err(NotAllowed::Fenced { moved_to }),
        (MigrationFact::Target { id, until }, PodAction::Migrate | PodAction::Terminate) => {
            Err(NotAllowed::AwaitsConfirmation { id, until })
        }
        (
            MigrationFact::Target { .. },
            PodAction::Start | PodAction::Stop | PodAction::Restart | PodAction::Edit,
        ) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::ids::IdMint;

    fn facts(state: PodStateKind) -> PodFacts {
        PodFacts {
            state,
            locked: false,
            migration: None,
        }
    }

    /// the whole table, state by state: Start Stop Restart Migrate Edit Terminate.
    #[test]
    fn the_table() {
        let rows = [
            (PodStateKind::Queued, "-s--et"),
            (PodStateKind::Provisioning, "-s--et"),
            (PodStateKind::Starting, "-s--et"),
            (PodStateKind::Running, "-srmet"),
            (PodStateKind::Stopping, "-----t"),
            (PodStateKind::Stopped, "S--met"),
            (PodStateKind::Unreachable, "-s--et"),
            (PodStateKind::Error, "S--met"),
            (PodStateKind::Terminating, "------"),
            (PodStateKind::Terminated, "------"),
        ];
        let actions = [
            (PodAction::Start, 'S'),
            (PodAction::Stop, 's'),
            (PodAction::Restart, 'r'),
            (PodAction::Migrate, 'm'),
            (PodAction::Edit, 'e'),
            (PodAction::Terminate, 't'),
        ];
        for (state, expected) in rows {
            let found: String = actions
                .iter()
                .map(|(action, letter)| {
                    if pod(*action, &facts(state)).is_ok() {
                        *letter
                    } else {
                        '-'
                    }
                })
                .collect();
            assert_eq!(found, expected, "{state}");
        }
    }

    ///
    #[test]
    fn a_locked_pod_is_neither_stopped_nor_terminated_nor_moved() {
        let locked = PodFacts {
            locked: true,
            ..facts(PodStateKind::Running)
        };
        for action in [
            PodAction::Stop,
            PodAction::Restart,
            PodAction::Terminate,
            PodAction::Migrate,
        ] {
            assert_eq!(pod(action, &locked), Err(NotAllowed::Locked));
        }
        assert_eq!(pod(PodAction::Unlock, &locked), Ok(()));
    }

    ///
    #[test]
    fn a_migration_binds_both_sides() {
        let mut mint = IdMint::new(Timestamp::from_millis(0), 1);
        let (id, moved_to) = (MigrationId::mint(&mut mint), PodId::mint(&mut mint));
        let until = Timestamp::from_millis(1);
        let bound = |state, fact| PodFacts {
            migration: Some(fact),
            ..facts(state)
        };
        let stopped = PodStateKind::Stopped;
        assert_eq!(
            pod(PodAction::Start, &bound(stopped, MigrationFact::UnderWay { id })),
            Err(NotAllowed::Migrating { id })
        );
        assert_eq!(
            pod(
                PodAction::Start,
                &bound(stopped, MigrationFact::Source { id, moved_to, until })
            ),
            Err(NotAllowed::Fenced { moved_to })
        );
        let source = bound(stopped, MigrationFact::Source { id, moved_to, until });
        assert_eq!(
            pod(PodAction::Lock, &source),
            Err(NotAllowed::Fenced { moved_to })
        );
        let target = bound(PodStateKind::Running, MigrationFact::Target { id, until });
        assert_eq!(pod(PodAction::Lock, &target), Ok(()));
        assert_eq!(pod(PodAction::Stop, &target), Ok(()));
        assert_eq!(
            pod(PodAction::Terminate, &target),
            Err(NotAllowed::AwaitsConfirmation { id, until })
        );
    }
}
