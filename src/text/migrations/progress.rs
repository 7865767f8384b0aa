//! Words of a move that goes on or has ended, and of its receipt.

use api::migrations::{CopyProgress, Migration, MigrationStateWord};
use api::{Problem, ProblemCode};
use domain::Timestamp;

use crate::text::format;

/// Title of a move that is not read yet.
pub const MIGRATION_TITLE: &str = "Migration";
/// Title where a move cannot be read.
pub const MIGRATION_UNREADABLE: &str = "This migration cannot be read";
/// Link to the pod that was moved.
pub const OLD_POD: &str = "old pod";
/// Link to the pod that takes over.
pub const NEW_POD: &str = "new pod";
/// Over the time left to confirm or revert.
pub const TIME_TO_DECIDE: &str = "Time to confirm or revert";
/// In its place once it has run out.
pub const CONFIRMED_BY_TIME: &str = "confirmed";
/// Why a button is blocked when the server gives no reason.
pub const NOT_NOW: &str = "Not possible now.";
/// What the dialogs over a move cost.
pub const ACTION_COST: &str = "Nothing. A move is charged as one pod, never two.";
/// The way back from a cancelled move.
pub const CANCEL_UNDO: &str =
    "Make a new plan and start it. What was copied so far may have to be copied again.";
/// Confirm and revert are the end.
pub const NO_UNDO: &str = "There is no way back from this.";
/// Leaves a dialog as it was.
pub const KEEP_GOING: &str = "Leave as it is";
/// Phase names on the page of a move.
pub const PHASES: &str = "Phases";
/// Heading of the copy.
pub const COPY: &str = "Copy of the pod volume";
/// Heading of the choice at the end.
pub const CONFIRM_OR_REVERT: &str = "Confirm or revert";
/// Removes the old pod.
pub const CONFIRM: &str = "Confirm the move";
/// Goes back to the old pod.
pub const REVERT: &str = "Revert the move";
/// Ends a move before the switch.
pub const CANCEL: &str = "Cancel the move";
/// Heading and link of the proof.
pub const RECEIPT: &str = "Receipt";
/// Prints the receipt.
pub const PRINT: &str = "Print receipt";
/// Label of the typed name before a revert.
pub const REVERT_CONSENT: &str = "Type the pod's name to give up what was written";
/// Before the moment since which the phase in the title lasts.
pub const SINCE: &str = "since";
/// Count of differences the comparison found.
pub const MISMATCHES: &str = "Mismatches";
/// What confirming does.
pub const CONFIRM_EFFECT: &str =
    "Removes the old pod and its copy of the pod volume. The old ID keeps resolving to the new pod.";
/// What the kept pod costs.
pub const KEPT_COST: &str =
    "The old pod is kept, stopped, at no cost until then. Afterwards the move counts as confirmed.";

/// The moment at which something ends, after the time that is left.
#[must_use]
pub fn at(moment: &str) -> String {
    format!("at {moment}")
}

/// The moment at which a time to decide ends, after the time that is left.
#[must_use]
pub fn until(moment: &str) -> String {
    format!("until {moment}")
}

/// Title of a move: the pod, and the phase.
#[must_use]
pub fn migration_title(pod_name: &str, state: MigrationStateWord) -> String {
    format!("Move of {pod_name}: {}", state_word(state).to_lowercase())
}

/// Name of a phase or end of a move.
#[must_use]
pub const fn state_word(state: MigrationStateWord) -> &'static str {
    match state {
        MigrationStateWord::StoppingSource => "Stopping the old pod",
        MigrationStateWord::Provisioning => "Preparing the target",
        MigrationStateWord::Copying => "Copying the pod volume",
        MigrationStateWord::Starting => "Starting the new pod",
        MigrationStateWord::AwaitingConfirmation => "Waiting for your confirmation",
        MigrationStateWord::Reverting => "Going back to the old pod",
        MigrationStateWord::Completed => "Moved",
        MigrationStateWord::Cancelled => "Cancelled",
        MigrationStateWord::Reverted => "Reverted",
        MigrationStateWord::Failed => "Failed",
    }
}

/// Who works in a phase.
#[must_use]
pub const fn phase_owner(state: MigrationStateWord) -> &'static str {
    match state {
        MigrationStateWord::StoppingSource | MigrationStateWord::Starting => "your command",
        MigrationStateWord::Provisioning => "target machine",
        MigrationStateWord::Copying => "both machines",
        MigrationStateWord::AwaitingConfirmation => "you",
        MigrationStateWord::Reverting
        | MigrationStateWord::Completed
        | MigrationStateWord::Cancelled
        | MigrationStateWord::Reverted
        | MigrationStateWord::Failed => "Roadstead",
    }
}

/// How far a phase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Ended as it should.
    Done,
    /// Under way.
    Now,
    /// To come.
    Todo,
    /// Where the move ended early.
    Failed,
}

impl StepState {
    /// Value of `data-step`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Todo => "todo",
            Self::Failed => "failed",
        }
    }

    /// What is read out, because a mark is not heard.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "under way",
            Self::Todo => "to come",
            Self::Failed => "ended here",
        }
    }
}

/// One phase of a move with its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Which phase.
    pub phase: MigrationStateWord,
    /// How far it is.
    pub state: StepState,
    /// When it began; none for phases to come.
    pub began: Option<Timestamp>,
    /// When it ended; none while it runs.
    pub ended: Option<Timestamp>,
}

/// The phases a move goes through in order. Which of them it needs depends on the pod.
const PHASE_ORDER: [MigrationStateWord; 6] = [
    MigrationStateWord::StoppingSource,
    MigrationStateWord::Provisioning,
    MigrationStateWord::Copying,
    MigrationStateWord::Starting,
    MigrationStateWord::AwaitingConfirmation,
    MigrationStateWord::Reverting,
];

/// The phases of a move: those it went through, the one it is in, and, while it goes on, those to come.
#[must_use]
pub fn steps(migration: &Migration) -> Vec<Step> {
    let at_end = is_ended(migration.state);
    let ended_early = matches!(
        migration.state,
        MigrationStateWord::Failed | MigrationStateWord::Cancelled
    );
    let last = migration
        .timeline
        .iter()
        .rposition(|it| PHASE_ORDER.contains(&it.state));
    let step = |phase: MigrationStateWord| {
        let Some(place) = migration.timeline.iter().rposition(|it| it.state == phase) else {
            let needed = match phase {
                // These are only entered if there is something to stop, to copy or to undo.
                MigrationStateWord::StoppingSource | MigrationStateWord::Reverting => false,
                MigrationStateWord::Copying => migration.progress.bytes_total > 0,
                _ => true,
            };
            let to_come = !at_end && needed && phase > migration.state;
            return to_come.then_some(Step {
                phase,
                state: StepState::Todo,
                began: None,
                ended: None,
            });
        };
        let state = if phase == migration.state {
            StepState::Now
        } else if ended_early && Some(place) == last {
            StepState::Failed
        } else {
            StepState::Done
        };
        let ended = migration.timeline.get(place + 1).map(|it| it.at);
        Some(Step {
            phase,
            state,
            began: Some(migration.timeline[place].at),
            ended,
        })
    };
    PHASE_ORDER.into_iter().filter_map(step).collect()
}

/// Whether the pod ran when its move began, so that it was stopped for it.
#[must_use]
pub fn ran(migration: &Migration) -> bool {
    let mut phases = migration.timeline.iter().map(|it| it.state);
    migration.state == MigrationStateWord::StoppingSource
        || phases.any(|it| it == MigrationStateWord::StoppingSource)
}

/// What cancelling leaves, of a pod that ran before the move or did not.
#[must_use]
pub const fn cancel_effect(ran: bool) -> &'static str {
    if ran {
        "The old pod starts again on the GPUs that are kept for it, with its pod volume and an empty container disk. The \
         target's GPUs and what was copied so far are released."
    } else {
        "The old pod and its pod volume stay as they are. The reserved GPUs and what was copied so far are released."
    }
}

/// What stands where after a move has ended, of a pod that ran before it or did not; nothing while it goes on. What a
/// `problem` has left open, that says.
#[must_use]
pub const fn end_text(state: MigrationStateWord, ran: bool, problem: bool) -> Option<&'static str> {
    Some(match (state, ran) {
        (MigrationStateWord::Reverted, _) if problem => {
            "The old pod is back with its ID and addresses, stopped. Start it once you are sure that it runs alone."
        }
        (MigrationStateWord::Completed, _) => {
            "The new pod has taken over and the old one is removed. The old ID keeps resolving."
        }
        (MigrationStateWord::Cancelled, false) => "The old pod is as it was. The target's GPUs are released.",
        (MigrationStateWord::Cancelled, true) => {
            "The old pod starts again on its machine if funds cover it, with an empty container disk. The target's GPUs are \
             released."
        }
        (MigrationStateWord::Reverted, false) => {
            "The old pod is back with its ID and addresses, stopped as it was. The new pod is removed."
        }
        (MigrationStateWord::Reverted, true) => {
            "The old pod is back with its ID and addresses, and an empty container disk. It starts again if its GPUs were \
             free and funds cover it. The new pod is removed."
        }
        (MigrationStateWord::Failed, false) => {
            "The old pod and its pod volume are as they were. The target's GPUs are released."
        }
        (MigrationStateWord::Failed, true) => {
            "The old pod starts again on its machine if funds cover it, with its pod volume and an empty container disk. The \
             target's GPUs are released."
        }
        (
            MigrationStateWord::StoppingSource
            | MigrationStateWord::Provisioning
            | MigrationStateWord::Copying
            | MigrationStateWord::Starting
            | MigrationStateWord::AwaitingConfirmation
            | MigrationStateWord::Reverting,
            _,
        ) => return None,
    })
}

/// Whether nothing follows.
#[must_use]
pub const fn is_ended(state: MigrationStateWord) -> bool {
    end_text(state, false, false).is_some()
}

/// What a revert gives up. How much that is comes from the machine now and then, so it is never said to be
/// nothing.
#[must_use]
pub fn revert_effect(written_bytes: u64, ran: bool) -> String {
    let back = "Brings back the old pod with its ID and addresses, and removes the new one.";
    // Its GPUs were given back at the switch.
    let then = if ran {
        "The old pod starts again only if its GPUs are free then; none are held for it."
    } else {
        "The old pod is stopped then, as it was before the move."
    };
    let lost = match written_bytes {
        0 => "What was written since the switch is lost.".to_owned(),
        bytes => format!("{} written since the switch are lost.", format::bytes(bytes)),
    };
    format!("{back} {then} {lost}")
}

/// What the server says a revert would lose, where it has refused one without consent.
#[must_use]
pub fn refused_loss(problem: &Problem) -> Option<u64> {
    if problem.code != ProblemCode::DataLossConsentRequired {
        return None;
    }
    let lost = problem.data.get("lost").and_then(|it| it.as_array());
    let bytes = lost
        .into_iter()
        .flatten()
        .filter_map(|it| it.get("bytes")?.as_u64());
    Some(bytes.fold(0, u64::saturating_add))
}

/// How much is copied, in whole hundredths and never more than there is.
#[must_use]
pub fn percent_copied(progress: &CopyProgress) -> u64 {
    let done = u128::from(progress.bytes_done.min(progress.bytes_total)) * 100;
    let percent = done.checked_div(progress.bytes_total.into()).unwrap_or(0);
    // At most 100.
    u64::try_from(percent).unwrap_or(100)
}

/// What is said aloud of a copy: each quarter that has been reached.
#[must_use]
pub fn copy_spoken(quarters: u64) -> String {
    format!("{COPY}: {} %", quarters * 25)
}

/// Time left of a copy as a range: the measured rate of the last seconds swings by about a fifth.
#[must_use]
pub fn time_left(eta_seconds: u64) -> String {
    format!(
        "about {} left",
        format::duration_range(eta_seconds - eta_seconds / 6, eta_seconds + eta_seconds / 4)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_complete_when_every_byte_is_there() {
        let of = |bytes_done, bytes_total| {
            percent_copied(&CopyProgress {
                bytes_done,
                bytes_total,
                ..CopyProgress::default()
            })
        };
        assert_eq!((of(0, 0), of(999, 1_000), of(5, 4)), (0, 99, 100));
        assert_eq!(of(u64::MAX, u64::MAX), 100);
        assert_eq!(copy_spoken(2), "Copy of the pod volume: 50 %");
    }

    ///
    #[test]
    fn a_revert_never_promises_that_nothing_is_lost() {
        assert!(revert_effect(0, false).ends_with("What was written since the switch is lost."));
        assert!(revert_effect(2_000_000_000, true).ends_with("2 GB written since the switch are lost."));
        assert!(revert_effect(0, true).contains("only if its GPUs are free"));
        assert!(revert_effect(0, false).contains("is stopped then, as it was"));
        let refused = |code| {
            Problem::new(code, "").with(
                "lost",
                serde_json::json!([{ "disk": "pod_volume", "bytes": 7 }, { "disk": "new", "bytes": 2 }]),
            )
        };
        assert_eq!(
            refused_loss(&refused(ProblemCode::DataLossConsentRequired)),
            Some(9)
        );
        assert_eq!(refused_loss(&refused(ProblemCode::ActionNotAllowed)), None);
        let bare = Problem::new(ProblemCode::DataLossConsentRequired, "");
        assert_eq!(
            refused_loss(&bare),
            Some(0),
            "the consent is asked for all the same"
        );
    }

    fn moving(state: MigrationStateWord, phases: &[MigrationStateWord], bytes_total: u64) -> Migration {
        use domain::ids::IdMint;
        let at = |minute| Timestamp::from_millis(0).plus_minutes(minute);
        let mut mint = IdMint::new(at(0), 1);
        let entry = |(place, state): (usize, &MigrationStateWord)| api::migrations::MigrationPhase {
            state: *state,
            at: at(i64::try_from(place).unwrap()),
        };
        Migration {
            id: domain::MigrationId::mint(&mut mint),
            generation: 1,
            plan_id: domain::MigrationPlanId::mint(&mut mint),
            state,
            since: at(0),
            started_at: at(0),
            pod_name: "train-a".to_owned(),
            source_pod_id: domain::PodId::mint(&mut mint),
            target_pod_id: domain::PodId::mint(&mut mint),
            source_machine: "m-nl-014".to_owned(),
            target_machine: "m-nl-022".to_owned(),
            progress: api::migrations::CopyProgress {
                bytes_total,
                ..Default::default()
            },
            actions: Vec::new(),
            confirm_by: None,
            changes: Vec::new(),
            written_since_switch_bytes: 0,
            receipt: None,
            problem: None,
            timeline: phases.iter().enumerate().map(entry).collect(),
            sequence: 1,
        }
    }

    ///
    #[test]
    fn phases_are_done_now_or_to_come() {
        use MigrationStateWord::{AwaitingConfirmation, Cancelled, Copying, Provisioning, Starting};
        let words = |migration: &Migration| -> Vec<_> {
            steps(migration).iter().map(|it| (it.phase, it.state)).collect()
        };
        assert_eq!(
            words(&moving(Copying, &[Provisioning, Copying], 1)),
            [
                (Provisioning, StepState::Done),
                (Copying, StepState::Now),
                (Starting, StepState::Todo),
                (AwaitingConfirmation, StepState::Todo)
            ]
        );
        // With its data on network volumes there is nothing to copy.
        assert_eq!(
            words(&moving(Provisioning, &[Provisioning], 0)),
            [
                (Provisioning, StepState::Now),
                (Starting, StepState::Todo),
                (AwaitingConfirmation, StepState::Todo)
            ]
        );
        let cancelled = moving(Cancelled, &[Provisioning, Copying, Cancelled], 1);
        assert_eq!(
            words(&cancelled),
            [(Provisioning, StepState::Done), (Copying, StepState::Failed)]
        );
        assert!(steps(&cancelled).iter().all(|it| it.ended.is_some()));
    }
}
