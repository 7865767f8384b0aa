//! What an agent needs of the machine it is on.

use agent_api::{CopyOrder, CopyReport, PodOrder, PodReport};
use domain::{MigrationId, PodId, Timestamp};

/// A container engine and its disks, seen as levels.
///
/// Nothing here waits and nothing fails: [`apply`](Self::apply) begins a change, and what becomes of
/// it, an error included, is what the next observation says. Moments never go backwards.
pub trait Driver {
    /// Lets everything happen that is due by `now`; whether something an observer can see has changed.
    ///
    /// Bytes that merely grow are no change; they are read when a report is made anyway.
    fn advance(&mut self, now: Timestamp) -> bool;

    /// When something changes by itself next, later than the last `advance`; `None` if nothing will.
    fn next_change(&self) -> Option<Timestamp>;

    /// Whether a pull or a copy is moving, so that its bytes are worth an early report.
    fn is_progressing(&self) -> bool;

    /// Every pod that is there, ordered by ID.
    fn pods(&self, now: Timestamp) -> Vec<PodReport>;

    /// Every copy this machine takes, ordered by ID.
    fn copies(&self, now: Timestamp) -> Vec<CopyReport>;

    /// Begins one change. Repeating it does no harm, and a pod that is not there is passed over.
    fn apply(&mut self, action: Action<'_>, now: Timestamp);
}

/// One difference between desired and observed, to be made smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action<'a> {
    /// Makes the pod with its empty pod volume and without a container.
    Create(&'a PodOrder),
    /// Makes and starts a container as the order says, in place of one that has ended.
    Start(&'a PodOrder),
    /// Ends the container (SIGTERM, five seconds, SIGKILL) and wipes its disk; the pod volume stays.
    Stop(PodId),
    /// Deletes the pod and its volume. It has no running container.
    Remove(PodId),
    /// Takes another pod's volume into this one, from the first byte not yet verified.
    Take(PodId, &'a CopyOrder),
    /// Ends a copy; what was verified stays.
    Leave(MigrationId),
}
