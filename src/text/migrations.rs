//! Words of the plan of a move, of the move itself and of its receipt.

use api::migrations::{
    CopyProgress, Fate, Finding, Migration, MigrationPlan, MigrationStateWord, PlanDisk, Severity,
};
use api::{Problem, ProblemCode};
use domain::Timestamp;
use domain::endpoints::{ChangeKind, IdentityChange};

use super::format;

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
/// Heading of the table of identities.
pub const IDENTITIES: &str = "What changes its name or address";
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
/// Before the button under the table of identities.
pub const THE_TABLE: &str = "This table as Markdown";
/// What that button copies.
pub const TABLE_AS_MARKDOWN: &str = "table as Markdown";
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
/// Value of an identity that stays.
pub const SAME: &str = "same";
/// Value that is given when the pod starts.
pub const AT_START: &str = "assigned at start";
/// Value that does not exist.
pub const NONE: &str = "none";

/// Heading of a column of the table of identities.
pub const COLUMN_IDENTITY: &str = "Identity";
/// Heading of the values now.
pub const COLUMN_BEFORE: &str = "Before";
/// Heading of the values afterwards.
pub const COLUMN_AFTER: &str = "After";
/// Heading of who notices.
pub const COLUMN_BREAKS: &str = "Breaks for";

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

/// Name of an identity, with its port where it has one.
#[must_use]
pub fn identity(change: &IdentityChange) -> String {
    let name = kind_name(change.kind);
    match (change.kind, change.port) {
        (ChangeKind::PortMapping, Some(port)) => format!("{name} {port}"),
        (_, Some(port)) => format!("{name}, port {port}"),
        (_, None) => name.to_owned(),
    }
}

/// Name of a kind of identity.
#[must_use]
pub const fn kind_name(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::PodId => "Pod ID",
        ChangeKind::ProxyUrl => "Proxy URL",
        ChangeKind::PublicIp => "Public IP",
        ChangeKind::PortMapping => "TCP port",
        ChangeKind::SshEndpoint => "SSH command",
        ChangeKind::InternalDns => "Internal DNS",
        ChangeKind::DataCenter => "Data centre",
    }
}

/// Who notices that an identity of this kind changes.
#[must_use]
pub const fn breaks_for(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::PodId => "API calls, scripts, firewall and VPN rules that name it",
        ChangeKind::ProxyUrl => "bookmarks, webhooks, open pages, other services",
        ChangeKind::PublicIp => "allow lists, firewall rules, VPN peers",
        ChangeKind::PortMapping => "clients that connect to IP and port",
        ChangeKind::SshEndpoint => "SSH config, known_hosts, deploy scripts",
        ChangeKind::InternalDns => "other pods that use the name",
        ChangeKind::DataCenter => "latency, network volumes",
    }
}

/// What a tick says: what changes, and what stops working.
#[must_use]
pub const fn acknowledgement(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::PodId => {
            "The pod ID changes. API calls and scripts that hold it, and firewall or VPN rules with it, stop working."
        }
        ChangeKind::ProxyUrl => {
            "The proxy URLs change. Bookmarks, webhooks, and user interfaces or servers called by them stop answering."
        }
        ChangeKind::PublicIp => {
            "The public IP changes. Firewall, allow-list and VPN rules with the old IP no longer match."
        }
        ChangeKind::PortMapping => {
            "The mapped TCP ports change. Clients that connect to the old IP and port lose the pod."
        }
        ChangeKind::SshEndpoint => {
            "The SSH command changes. SSH config, known_hosts and deploy scripts need the new address."
        }
        ChangeKind::InternalDns => "The internal DNS name changes. Other pods that use it lose the pod.",
        ChangeKind::DataCenter => "The data centre changes. Distances to your other systems differ.",
    }
}

/// A value before the move.
#[must_use]
pub fn value_before(change: &IdentityChange) -> &str {
    change.from.as_deref().unwrap_or(NONE)
}

/// A value after the move. IPs, mapped ports and the SSH command at them are only known once the pod starts.
#[must_use]
pub fn value_after(change: &IdentityChange) -> &str {
    match (&change.to, change.kind) {
        (Some(value), _) => value,
        (None, ChangeKind::PublicIp | ChangeKind::PortMapping | ChangeKind::SshEndpoint)
            if change.from.is_some() =>
        {
            AT_START
        }
        (None, _) => NONE,
    }
}

/// What a screen reader says for a row of the table.
#[must_use]
pub fn change_spoken(change: &IdentityChange) -> String {
    if change.is_same() {
        format!("stays {}", value_before(change))
    } else {
        format!("changes from {} to {}", value_before(change), value_after(change))
    }
}

/// The table of identities as Markdown.
#[must_use]
pub fn changes_markdown(changes: &[IdentityChange]) -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    let mut text = format!("| {COLUMN_IDENTITY} | {COLUMN_BEFORE} | {COLUMN_AFTER} |\n| --- | --- | --- |\n");
    for change in changes {
        let after = if change.is_same() {
            SAME
        } else {
            value_after(change)
        };
        let row = [identity(change).as_str(), value_before(change), after]
            .map(cell)
            .join(" | ");
        text.push_str(&format!("| {row} |\n"));
    }
    text
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
    let at_end = end_text(migration.state, false).is_some();
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

/// What stands where after a move has ended, of a pod that ran before it or did not; nothing while it goes on.
#[must_use]
pub const fn end_text(state: MigrationStateWord, ran: bool) -> Option<&'static str> {
    Some(match (state, ran) {
        (MigrationStateWord::Completed, _) => {
            "The new pod has taken over and the old one is removed. The old ID keeps resolving."
        }
        (MigrationStateWord::Cancelled, false) => "The old pod is as it was. The target's GPUs are released.",
        (MigrationStateWord::Cancelled, true) => {
            "The old pod starts again on its machine, with an empty container disk. The target's GPUs are released."
        }
        (MigrationStateWord::Reverted, false) => {
            "The old pod is back with its ID and addresses, stopped as it was. The new pod is removed."
        }
        (MigrationStateWord::Reverted, true) => {
            "The old pod is back with its ID and addresses, and an empty container disk. It starts again if its GPUs were \
             free. The new pod is removed."
        }
        (MigrationStateWord::Failed, false) => {
            "The old pod and its pod volume are as they were. The target's GPUs are released."
        }
        (MigrationStateWord::Failed, true) => {
            "The old pod starts again on its machine, with its pod volume and an empty container disk. The target's GPUs \
             are released."
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

/// A value in pieces after each of which a line may end: behind dots, hyphens and slashes, never inside a word.
#[must_use]
pub fn pieces(value: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, character) in value.char_indices() {
        let next = at + character.len_utf8();
        let goes_on = value[next..].starts_with(SEPARATORS);
        if SEPARATORS.contains(&character) && !goes_on {
            found.push(&value[start..next]);
            start = next;
        }
    }
    if start < value.len() {
        found.push(&value[start..]);
    }
    found
}

/// Where names, addresses and URLs may break.
const SEPARATORS: [char; 3] = ['.', '-', '/'];

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

/// Names of columns, rows and fields.
pub mod label {
    /// Column, row or field.
    pub const DURING_THE_MOVE: &str = "During the move";
    /// Column, row or field.
    pub const FROM_THE_SWITCH_ON: &str = "From the switch on";
    /// Column, row or field.
    pub const GPUS: &str = "GPUs";
    /// Column, row or field.
    pub const MANIFEST_BLAKE3: &str = "Manifest, BLAKE3";
    /// Column, row or field.
    pub const MIGRATION: &str = "Migration";
    /// Column, row or field.
    pub const NEW_POD: &str = "New pod";
    /// Column, row or field.
    pub const OLD_POD: &str = "Old pod";
    /// Column, row or field.
    pub const OLD_POD_WHILE_IT_IS_KEPT: &str = "Old pod, while it is kept";
    /// Column, row or field.
    pub const OPEN_THE_POD: &str = "Open the pod";
    /// Column, row or field.
    pub const BYTES_COMPARED: &str = "Bytes compared";
    /// Column, row or field.
    pub const COPY_BEGAN: &str = "Copy began";
    /// Column, row or field.
    pub const DATA_CENTRE: &str = "Data centre";
    /// Column, row or field.
    pub const DISK: &str = "Disk";
    /// Column, row or field.
    pub const EVERY_BYTE_VERIFIED: &str = "Every byte verified";
    /// Column, row or field.
    pub const FILES_COMPARED: &str = "Files compared";
    /// Column, row or field.
    pub const GPUS_FREE: &str = "GPUs free";
    /// Column, row or field.
    pub const GPU_TYPE: &str = "GPU type";
    /// Column, row or field.
    pub const IN_THIS_MOVE: &str = "In this move";
    /// Column, row or field.
    pub const MACHINE: &str = "Machine";
    /// Column, row or field.
    pub const MACHINES: &str = "Machines";
    /// Column, row or field.
    pub const NEW_POD_TOOK_OVER: &str = "New pod took over";
    /// Column, row or field.
    pub const NOW: &str = "Now";
    /// Column, row or field.
    pub const PER_HOUR: &str = "Per hour";
    /// Column, row or field.
    pub const PER_MINUTE: &str = "Per minute";
    /// Column, row or field.
    pub const PLAN: &str = "Plan";
    /// Column, row or field.
    pub const PRICE_OF_THE_POD_THERE: &str = "Price of the pod there";
    /// Column, row or field.
    pub const SIZE: &str = "Size";
    /// Column, row or field.
    pub const TIER: &str = "Tier";
    /// Column, row or field.
    pub const USED: &str = "Used";
    /// Column, row or field.
    pub const WHAT_THAT_MEANS: &str = "What that means";
    /// Column, row or field.
    pub const WHEN: &str = "When";
    /// Column, row or field.
    pub const WHY: &str = "Why";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(kind: ChangeKind, from: Option<&str>, to: Option<&str>) -> IdentityChange {
        IdentityChange {
            kind,
            port: None,
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
        }
    }

    #[test]
    fn a_row_says_both_values() {
        let id = change(ChangeKind::PodId, Some("poda"), Some("podb"));
        assert_eq!(change_spoken(&id), "changes from poda to podb");
        let place = change(ChangeKind::DataCenter, Some("EU-NL-1"), Some("EU-NL-1"));
        assert_eq!(change_spoken(&place), "stays EU-NL-1");
        assert_eq!(
            value_after(&change(ChangeKind::PortMapping, Some("203.0.113.24:10341"), None)),
            AT_START
        );
        assert_eq!(value_after(&change(ChangeKind::PublicIp, None, None)), NONE);
    }

    #[test]
    fn the_copied_table_is_markdown() {
        let mut url = change(ChangeKind::ProxyUrl, Some("https://a"), Some("https://b|c"));
        url.port = Some(8888);
        let place = change(ChangeKind::DataCenter, Some("EU-NL-1"), Some("EU-NL-1"));
        assert_eq!(
            changes_markdown(&[url, place]),
            "| Identity | Before | After |\n| --- | --- | --- |\n\
             | Proxy URL, port 8888 | https://a | https://b\\|c |\n| Data centre | EU-NL-1 | same |\n"
        );
    }

    #[test]
    fn values_break_between_words_only() {
        assert_eq!(pieces("poda.pods.internal"), ["poda.", "pods.", "internal"]);
        assert_eq!(
            pieces("https://poda-8888.proxy/x"),
            ["https://", "poda-", "8888.", "proxy/", "x"]
        );
        assert_eq!(pieces("ends."), ["ends."]);
        assert!(pieces("").is_empty());
    }

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

    /// each kind is agreed to by itself, so each has its own sentence.
    #[test]
    fn every_kind_says_something_of_its_own() {
        let said: std::collections::BTreeSet<_> =
            ChangeKind::ALL.iter().map(|it| acknowledgement(*it)).collect();
        assert_eq!(said.len(), ChangeKind::ALL.len());
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

    #[test]
    fn the_button_counts_what_is_open() {
        assert_eq!(migrate_label(2, "train-a"), "Migrate (2 to acknowledge)");
        assert_eq!(migrate_label(0, "train-a"), "Migrate train-a");
    }
}
