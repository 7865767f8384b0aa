//! Sentences above a pod's page.

use crate::text::format;

/// The old pod of a move, while it is kept; the moment follows.
pub fn moved(to: &str) -> String {
    format!(
        "This pod moved to {}. It is kept, stopped, for the way back, and deleted",
        format::short_id(to)
    )
}
/// Its link.
pub const OPEN_NEW: &str = "Open the new pod";
/// The new pod of a move; the moment follows.
pub fn awaits(from: &str) -> String {
    format!(
        "The move from {} waits to be confirmed. It counts as confirmed",
        format::short_id(from)
    )
}
/// Its link.
pub const REVIEW: &str = "Confirm or revert";
/// Either pod before the switch.
pub const UNDER_WAY: &str =
    "A migration of this pod is under way. It cannot be changed until that has ended.";
/// Its link.
pub const OPEN_MIGRATION: &str = "Open the migration";
/// The machine is silent.
pub const UNREACHABLE: &str =
    "Its machine has been silent since then. The pod may still run, and is not charged from that moment on.";
/// Its link.
pub const OPEN_MACHINE: &str = "Open the machine";
/// The start failed.
pub const ERROR: &str = "The pod does not run";
/// GPUs are taken.
pub const TAKEN: &str =
    "The GPUs of its machine are in use. Choose how to go on: wait, CPUs only, move, or redeploy.";
/// Its link.
pub const DECIDE: &str = "Decide";
/// A pod without its GPUs, when they are free again.
pub const CPU_ONLY: &str = "Runs with CPUs only, to reach the data; not for computing. Restart it to get its GPUs when they are free, or wait for them.";
/// On `410 pod_moved`: it moved, or its move was reverted.
pub const GONE_MOVED: &str = "This pod goes on under another ID. This one is no longer in use.";
/// Its link.
pub const OPEN_OTHER: &str = "Open the pod";
/// The pod it was before.
pub fn was(from: &str) -> String {
    format!("Moved here from {}", format::short_id(from))
}
