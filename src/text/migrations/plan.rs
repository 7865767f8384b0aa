//! Words of the plan of a move.

use api::migrations::{Fate, Finding, MigrationPlan, PlanDisk, Severity};
use domain::endpoints::{ChangeKind, IdentityChange};

use super::identities::{NONE, identity, value_after};
use crate::text::format;

/// Title of the plan's page.
pub const PLAN_TITLE: &str = "Migrate";
/// Beside the title: moves are young.
pub const BETA: &str = "beta";
/// Before the button that copies what a message about the move needs.
pub const FEEDBACK: &str = "Feedback for the operator";
/// What that button copies.
pub const FEEDBACK_FACTS: &str = "facts of this plan for a message to the operator";
/// Under the title of the plan.
pub const PLAN_LEDE: &str = "A new pod with the same specification on another machine. Nothing starts before you press the button below.";
/// A running pod is stopped first.
pub const STOPS: &str = "The pod runs and is stopped first: its container disk and everything in memory is lost, and its command starts again on the target.";
/// Title where a plan cannot be read.
pub const UNREADABLE: &str = "This plan cannot be read";
/// While there is no plan yet.
pub const CHECKING: &str = "Checking machines, disks, addresses and prices …";
/// Heading of the target.
pub const TARGET: &str = "Target machine";
/// Heading of the machines that come after it.
pub const NEXT_BEST: &str = "Next best";
/// Where no other machine fits.
pub const NO_OTHER: &str = "No other machine fits now.";
/// Makes a plan for another machine.
pub const CHOOSE: &str = "Choose";
/// Heading of the disks.
pub const DISKS: &str = "What becomes of every disk";
/// Heading of what stays.
pub const KEPT: &str = "What is kept";
/// Heading of the prices.
pub const COST: &str = "What it costs";
/// Heading of the findings.
pub const FINDINGS: &str = "Read before you start";
/// Heading of the ticks.
pub const ACKNOWLEDGE: &str = "Acknowledge what breaks";
/// Why there are several ticks.
pub const ACKNOWLEDGE_LEDE: &str =
    "One tick for each kind of change, so that nothing is agreed to unread. A new plan clears them.";
/// Why the price now is what it is.
pub const COST_BEFORE: &str = "What the pod costs as it is.";
/// Why the price does not rise while the pod moves.
pub const COST_DURING: &str = "Charged as one pod, never two. The copy and its traffic cost nothing extra.";
/// When the price of the target begins.
pub const COST_AFTER: &str = "From the minute in which the new pod runs.";
/// What the kept pod costs.
pub const COST_KEPT: &str = "Kept for 24 hours for the way back, at no cost.";
/// Names the difference of two plans.
pub const PLAN_CHANGED: &str = "The plan has changed, and its ticks are cleared";
/// Makes the same plan anew.
pub const RENEW: &str = "Renew plan";
/// Ended plan.
pub const EXPIRED: &str = "This plan has expired. Renew it to see what holds now.";
/// A plan that rests on old facts.
pub const STALE: &str = "The fleet has changed since this plan was made. Renew it before you start.";
/// Link to the other ways to start.
pub const WAIT_INSTEAD: &str = "Wait for GPUs instead";
/// Title where no machine fits.
pub const NO_CAPACITY: &str = "No machine fits now";
/// Title while the pod may not move.
pub const CANNOT_PLAN: &str = "This pod cannot be moved now";
/// A finding forbids the start.
pub const MUST_SOLVE: &str = "A finding above has to be solved first.";
/// Before the time left of a plan.
pub const EXPIRES: &str = "This plan expires in";
/// Heading of the disks that are lost.
pub const LOSS: &str = "Agree to what is lost";
/// Label of the typed name.
pub const CONSENT: &str = "Type the pod's name to agree to the loss";

/// Title of a plan.
#[must_use]
pub fn plan_title(pod_name: &str) -> String {
    format!("Migrate {pod_name}")
}

/// What whoever runs this cloud needs in order to understand a message about a plan.
#[must_use]
pub fn feedback(plan: &MigrationPlan) -> String {
    let findings: Vec<&str> = plan.findings.iter().map(|it| it.code.as_str()).collect();
    let findings = if findings.is_empty() {
        NONE.to_owned()
    } else {
        findings.join(", ")
    };
    format!(
        "Feedback on moving a pod\nPod: {} ({})\nPlan: {}\nFrom: {}\nTo: {}\nFindings: {findings}\n\n",
        plan.pod_name, plan.pod_id, plan.id, plan.source.name, plan.target.name
    )
}

/// The plan in one line: where to, how much to copy, what it costs there, and what is open.
#[must_use]
pub fn plan_summary(plan: &MigrationPlan) -> String {
    let copy = if plan.bytes_to_copy == 0 {
        "nothing to copy".to_owned()
    } else {
        format!("{} to copy", format::bytes(plan.bytes_to_copy))
    };
    let open = plan.acknowledge.len() + usize::from(!plan.consent.is_empty());
    format!(
        "{} → {} ({}) · {copy} · {} · {open} to acknowledge",
        plan.pod_name,
        plan.target.name,
        plan.target.data_center_id,
        format::rate(plan.cost.after_micros_per_hour, 60, format::Period::Hour)
    )
}

/// Name of a disk on screen. A disk of a kind this version does not know keeps its word.
#[must_use]
pub fn disk_name(disk: &str, name: Option<&str>) -> String {
    let kind = match disk {
        "container_disk" => "Container disk",
        "pod_volume" => "Pod volume",
        "network_volume" => "Network volume",
        other => other,
    };
    name.map_or_else(|| kind.to_owned(), |name| format!("{kind} {name}"))
}

/// What becomes of a disk, in one word.
#[must_use]
pub const fn fate_word(fate: Fate) -> &'static str {
    match fate {
        Fate::Copied => "copied",
        Fate::Reattached => "re-attached",
        Fate::Lost => "lost",
        Fate::Empty => "empty",
    }
}

/// What becomes of a disk, in a sentence.
#[must_use]
pub const fn fate_text(disk: &PlanDisk) -> &'static str {
    match disk.fate {
        Fate::Copied => "Copied and verified by hash. The old copy is kept for 24 hours, at no cost.",
        Fate::Reattached => "Detached here and attached there. Nothing is copied.",
        Fate::Lost => "Not moved: what is on it is lost.",
        Fate::Empty => "Was erased when the pod stopped, so there is nothing to move.",
    }
}

/// A disk that is lost, with what is on it.
#[must_use]
pub fn lost(disk: &str, used: &str, size_gb: u32) -> String {
    format!("{disk}: {used} of {size_gb} GB are lost for good.")
}

/// What is kept, by the words of the API.
#[must_use]
pub fn kept_name(word: &str) -> String {
    match word {
        "name" => "name",
        "env" => "environment variables",
        "template" => "template",
        "image" => "image",
        "args" | "command" | "start command" => "start command",
        "ports" => "ports inside the pod",
        "volumes" | "network_volumes" | "network volumes" => "network volumes",
        "pod_volume" | "pod volume" | "volume" => "pod volume",
        "gpu" | "gpus" => "GPU type and count",
        other => return other.replace('_', " "),
    }
    .to_owned()
}

/// The word for how grave a finding is.
#[must_use]
pub const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "to read",
        Severity::Warn => "to acknowledge",
        Severity::Block => "must be solved first",
    }
}

/// Whether a plan has something that forbids its start.
#[must_use]
pub fn is_blocked(findings: &[Finding]) -> bool {
    findings.iter().any(|it| it.severity == Severity::Block)
}

/// Label of the primary button: it counts what is open.
#[must_use]
pub fn migrate_label(open: usize, pod_name: &str) -> String {
    if open == 0 {
        format!("Migrate {pod_name}")
    } else {
        format!("Migrate ({open} to acknowledge)")
    }
}

/// Why the primary button is blocked.
#[must_use]
pub fn blocked_by_open(open: usize) -> String {
    match open {
        1 => "One acknowledgement is open: it stands above.".to_owned(),
        more => format!("{more} acknowledgements are open: they stand above."),
    }
}

/// How long the copy takes.
#[must_use]
pub fn expected_time(plan: &MigrationPlan) -> String {
    let [low, high] = plan.eta_seconds;
    if plan.bytes_to_copy == 0 {
        return "Nothing to copy: as long as a start.".to_owned();
    }
    format!(
        "{} to copy, about {}",
        format::bytes(plan.bytes_to_copy),
        format::duration_range(low, high)
    )
}

/// What differs between two plans of the same pod, in sentences; the same words whoever made the second plan.
#[must_use]
pub fn plan_differences(old: &MigrationPlan, new: &MigrationPlan) -> Vec<String> {
    let mut found = Vec::new();
    if old.target.machine_id != new.target.machine_id {
        found.push(format!(
            "The target is {} instead of {}.",
            new.target.name, old.target.name
        ));
    }
    if old.cost.after_micros_per_hour != new.cost.after_micros_per_hour {
        let [before, after] =
            [old, new].map(|it| format::rate(it.cost.after_micros_per_hour, 60, format::Period::Hour));
        found.push(format!(
            "The price after the move is {after} instead of {before}."
        ));
    }
    if old.bytes_to_copy != new.bytes_to_copy {
        let [before, after] = [old, new].map(|it| format::bytes(it.bytes_to_copy));
        found.push(format!("There are {after} to copy instead of {before}."));
    }
    for change in &new.changes {
        let same_row = |it: &&IdentityChange| it.kind == change.kind && it.port == change.port;
        let before = old.changes.iter().find(same_row);
        // Each plan reserves its own pod ID and everything made of it, which needs no sentence per port.
        let follows_id = matches!(change.kind, ChangeKind::ProxyUrl | ChangeKind::InternalDns);
        if before.map(value_after) != Some(value_after(change)) && !follows_id {
            found.push(format!("{} becomes {}.", identity(change), value_after(change)));
        }
    }
    for finding in new.findings.iter().filter(|it| !old.findings.contains(it)) {
        found.push(finding.text.clone());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_counts_what_is_open() {
        assert_eq!(migrate_label(2, "train-a"), "Migrate (2 to acknowledge)");
        assert_eq!(migrate_label(0, "train-a"), "Migrate train-a");
    }
}
