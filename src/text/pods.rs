//! Words about pods: states, actions, disks, ports.

pub mod banner;
pub mod page;

use domain::allowed::PodAction;
use domain::endpoints::ChangeKind;
use domain::machine::Cloud;
use domain::pod::{PodStateKind, StopReason};

use super::format;

/// Title of the list, and its name in the rail.
pub const PODS: &str = "Pods";
/// Leads to the deploy page.
pub const DEPLOY: &str = "Deploy a pod";
/// Before the field that filters the list.
pub const FILTER_LABEL: &str = "Filter pods";
/// In the empty field: the grammar by example.
pub const FILTER_EXAMPLE: &str = "state:running gpu:4090 cost>0.5 train";
/// Name of the row of chips.
pub const CHIPS: &str = "State";
/// The chip without a filter.
pub const CHIP_ALL: &str = "All";
/// Takes the filter away.
pub const CLEAR_FILTER: &str = "Clear the filter";
/// Title of the empty list.
pub const EMPTY_TITLE: &str = "No pods yet";
/// What the list is for.
pub const EMPTY_TEXT: &str = "A pod is a container with GPUs on one machine. It is charged by the minute from the moment it runs, and you stop it at any time.";
/// Title of the list that a filter emptied.
pub const FILTERED_TITLE: &str = "No pod matches the filter";

/// Heads of the list's columns.
pub mod column {
    /// State with its mark.
    pub const STATE: &str = "State";
    /// Name.
    pub const NAME: &str = "Name";
    /// Shortened ID.
    pub const ID: &str = "Pod ID";
    /// GPU type and count.
    pub const GPU: &str = "GPU";
    /// Machine, data centre, tier.
    pub const MACHINE: &str = "Machine";
    /// What it costs now.
    pub const PRICE: &str = "Per hour";
    /// Where its data is.
    pub const DATA: &str = "Data";
    /// Menu of the row.
    pub const ACTIONS: &str = "Actions";
}

/// The state as the list and the page say it.
pub fn state(state: PodStateKind, cpu_only: bool) -> &'static str {
    match state {
        PodStateKind::Queued => "Queued",
        PodStateKind::Provisioning => "Pulling image",
        PodStateKind::Starting => "Starting",
        PodStateKind::Running if cpu_only => "CPUs only",
        PodStateKind::Running => "Running",
        PodStateKind::Stopping => "Stopping",
        PodStateKind::Stopped => "Stopped",
        PodStateKind::Unreachable => "Unreachable",
        PodStateKind::Error => "Error",
        PodStateKind::Terminating => "Terminating",
        PodStateKind::Terminated => "Terminated",
    }
}

/// Why a pod is stopped, behind the word "Stopped".
pub const fn stop_reason(reason: StopReason) -> &'static str {
    match reason {
        StopReason::User => "by you",
        StopReason::OutOfFunds => "out of funds",
        StopReason::Exited => "its command ended",
        StopReason::Moved => "moved, kept for the way back",
        StopReason::MigrationEnded => "migration ended, as it was before",
    }
}

/// A tier.
pub const fn cloud(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Secure => "Secure Cloud",
        Cloud::Community => "Community Cloud",
    }
}

/// A machine's place in a line: `m-nl-014 · AMS-1 · Secure Cloud`.
pub fn place(machine: &str, data_center: &str, tier: Cloud) -> String {
    format!("{machine} · {data_center} · {}", cloud(tier))
}

/// The same in a row of the list, without the tier.
pub fn short_place(machine: &str, data_center: &str) -> String {
    format!("{machine} · {data_center}")
}

/// How long a state has lasted, in a row: `2 d 3 h`.
pub fn age(seconds: u64) -> String {
    match seconds {
        0..60 => JUST_NOW.to_owned(),
        // One unit under an hour: minutes need no seconds.
        _ => format::duration(seconds / 60 * 60),
    }
}

/// The same behind the state on a page: `for 2 d 3 h`.
pub fn lasting(seconds: u64) -> String {
    match seconds {
        0..60 => JUST_NOW.to_owned(),
        _ => format!("for {}", age(seconds)),
    }
}

/// A state that has just begun.
const JUST_NOW: &str = "just now";

/// Its place in the machine's queue.
pub fn queue_place(position: u32) -> String {
    format!("place {position} in queue")
}

/// Said behind the state of a stopped pod whose machine has not enough free GPUs.
pub const GPUS_TAKEN: &str = "GPUs taken";
/// The name of a locked pod in the list.
pub fn locked_name(name: &str) -> String {
    format!("{name} (locked)")
}

/// Where the data is. A stopped pod's local data is stranded while its GPUs are taken.
pub const fn data(kind: Option<bool>, stranded: bool) -> &'static str {
    match (kind, stranded) {
        (None, _) => "none kept",
        (Some(true), _) => "network",
        (Some(false), false) => "local",
        (Some(false), true) => "local – stranded",
    }
}

/// GPUs as `2 × RTX 4090`; a pod without any has CPUs.
pub fn gpus(gpu_type: Option<&str>, count: u32) -> String {
    match gpu_type {
        Some(name) if count > 0 => format!("{count} × {}", gpu_name(name)),
        Some(_) | None => "CPU".to_owned(),
    }
}

/// A GPU type without the maker's name in front.
pub fn gpu_name(gpu_type: &str) -> &str {
    let name = gpu_type.strip_prefix("NVIDIA ").unwrap_or(gpu_type);
    name.strip_prefix("GeForce ").unwrap_or(name)
}

/// One line beside the filter, with [`summary`] behind it: `37 pods`.
pub fn matching(pods: usize) -> String {
    let noun = if pods == 1 { "pod" } else { "pods" };
    format!("{} {noun}", format::count(pods as u64))
}

/// The rest of the line: ` · 12 running · $41.20/h for these pods`. The account pays for network volumes too, so its burn
/// is another sum.
pub fn summary(pods: usize, running: usize, micros_per_hour: i64) -> String {
    let these = if pods == 1 { "this pod" } else { "these pods" };
    let running = format::count(running as u64);
    let burn = format::rate(micros_per_hour, 60, format::Period::Hour);
    format!(" · {running} running · {burn} for {these}")
}

/// What a menu calls an action. `gpus_taken` makes "Start" a question.
pub const fn action(action: PodAction, gpus_taken: bool) -> &'static str {
    match action {
        PodAction::Start if gpus_taken => "Start…",
        PodAction::Start => "Start",
        PodAction::Stop => "Stop…",
        PodAction::Restart => "Restart…",
        PodAction::Migrate => "Migrate…",
        PodAction::Edit => "Rename…",
        PodAction::Lock => "Lock",
        PodAction::Unlock => "Unlock",
        PodAction::Terminate => "Terminate…",
    }
}

/// Leads to the ways to reach the pod.
pub const CONNECT: &str = "Connect";
/// Copies the pod's ID.
pub const COPY_ID: &str = "Copy ID";
/// Said aloud once it is copied.
pub const ID_COPIED: &str = "Pod ID copied";
/// Why connecting is not possible yet.
pub const NOT_RUNNING: &str = "Possible when the pod is running.";

/// Said when a request was taken.
pub fn asked(action: PodAction, name: &str) -> String {
    match action {
        PodAction::Start => format!("{name} is being started"),
        PodAction::Stop => format!("{name} is being stopped"),
        PodAction::Restart => format!("{name} is being restarted"),
        PodAction::Migrate => format!("{name} is being moved"),
        PodAction::Edit => format!("{name} was renamed"),
        PodAction::Lock => format!("{name} is locked"),
        PodAction::Unlock => format!("{name} is unlocked"),
        PodAction::Terminate => format!("{name} is being terminated"),
    }
}

/// Said when a request was not sent, because another one is still under way.
pub fn not_asked(action: PodAction, name: &str) -> String {
    format!("{}: nothing was asked for {name}", self::action(action, false))
}
/// Why, and what to do.
pub const ONE_AT_A_TIME: &str = "Another change is still under way. Try again when it is answered.";

/// How much of an image is here; its size is not known at first.
pub fn pulled(done: u64, total: u64) -> String {
    match total {
        0 => format::bytes(done),
        _ => format!("{} of {}", format::bytes(done), format::bytes(total)),
    }
}

/// What an identity is called in the connect table.
pub fn way(kind: ChangeKind, port: Option<u16>) -> String {
    match (kind, port) {
        (ChangeKind::PodId, _) => page::ID.to_owned(),
        (ChangeKind::ProxyUrl, Some(port)) => format!("HTTP port {port}"),
        (ChangeKind::ProxyUrl, None) => "HTTP".to_owned(),
        (ChangeKind::PublicIp, _) => page::PUBLIC_IP.to_owned(),
        (ChangeKind::PortMapping, Some(port)) => format!("TCP port {port}"),
        (ChangeKind::PortMapping, None) => "TCP".to_owned(),
        (ChangeKind::SshEndpoint, _) => page::SSH.to_owned(),
        (ChangeKind::InternalDns, _) => page::INTERNAL_DNS.to_owned(),
        (ChangeKind::DataCenter, _) => "Data centre".to_owned(),
    }
}

/// What a disk is called: the three kinds of the API, and a network volume's own name.
pub fn disk(kind: &str, name: Option<&str>) -> String {
    match (kind, name) {
        ("container_disk", _) => "Container disk".to_owned(),
        ("pod_volume", _) => "Pod volume".to_owned(),
        ("network_volume", Some(name)) => format!("Network volume {name}"),
        ("network_volume", None) => "Network volume".to_owned(),
        (other, _) => other.to_owned(),
    }
}

/// What a meter charges for: the kinds of the API.
pub fn resource(kind: &str) -> &str {
    match kind {
        "pod_gpu" => "GPUs",
        "pod_cpu" => "vCPUs",
        "container_disk" => "Container disk, GB",
        "pod_volume" => "Pod volume, GB",
        "network_volume" => "Network volume, GB",
        other => other,
    }
}

/// Fate of the container disk.
pub const ERASED_AT_STOP: &str = "erased at every stop";
/// Fate of a network volume.
pub const SURVIVES_EVERYTHING: &str = "survives everything but its own deletion";
/// Fate of the pod volume.
pub fn kept_tied(machine: &str) -> String {
    format!("kept at a stop, tied to machine {machine}")
}
/// Risk of a pod with a pod volume.
pub const RISK_LOCAL: &str = "On its machine: kept at a stop, out of reach while its GPUs are taken.";
/// Risk of a pod whose local data cannot be reached now.
pub const RISK_STRANDED: &str = "Stranded: on a machine whose GPUs are taken. Nothing is lost.";
/// Risk of a pod with network volumes.
pub const RISK_NETWORK: &str = "On network volumes: survives this pod and its machine.";
/// Risk of a pod with neither.
pub const RISK_NONE: &str = "Container disk only: a stop erases everything.";

/// The chips above the list: word and value of the field `state`.
pub const STATE_CHIPS: [(&str, &str); 4] = [
    ("Running", "running"),
    ("Stopped", "stopped"),
    ("In trouble", "error,unreachable"),
    (
        "In transition",
        "queued,provisioning,starting,stopping,terminating",
    ),
];

/// The field of a filter that the chips set.
const STATE_FIELD: &str = "state:";

/// The value of the field `state` in a filter.
pub fn state_of_filter(q: &str) -> Option<&str> {
    q.split_whitespace().find_map(|it| it.strip_prefix(STATE_FIELD))
}

/// A filter with another value of the field `state`, or without the field. The rest stays as it is.
pub fn filter_with_state(q: &str, state: Option<&str>) -> String {
    let rest = q
        .split_whitespace()
        .filter(|it| !it.starts_with(STATE_FIELD))
        .map(str::to_owned);
    state
        .map(|it| format!("{STATE_FIELD}{it}"))
        .into_iter()
        .chain(rest)
        .collect::<Vec<_>>()
        .join(" ")
}

/// On the pill above the list.
pub fn new_rows(count: usize) -> String {
    format!("{} new", format::count(count as u64))
}

/// Title of a list that could not be read.
pub const LIST_FAILED: &str = "The pods could not be read";
/// Title of a page whose pod could not be read.
pub const POD_FAILED: &str = "The pod could not be read";
/// Title of the list under a filter that is not understood; why stands at the filter.
pub const FILTER_INVALID: &str = "The filter is not understood";
/// What the filter takes.
pub const FILTER_GRAMMAR: &str = "It takes fields such as state:running, gpu:4090, dc:AMS-1, machine:, data:local, cost>0.5, created<7d, a minus before what to leave out, and words of the name.";
/// Under the title of a list that a filter emptied.
pub fn filtered_of(q: &str) -> String {
    format!("Nothing matches {q}. The filter stays until you change it.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_and_text_are_two_views_of_one_filter() {
        let q = filter_with_state("state:running cost>0.5 train", Some("stopped"));
        assert_eq!(q, "state:stopped cost>0.5 train");
        assert_eq!(state_of_filter(&q), Some("stopped"));
        assert_eq!(filter_with_state(&q, None), "cost>0.5 train");
        assert_eq!(state_of_filter("train"), None);
    }

    #[test]
    fn a_line_sums_up_the_list() {
        assert_eq!(
            matching(37) + &summary(37, 12, 41_200_000),
            "37 pods · 12 running · $41.20/h for these pods"
        );
        assert_eq!(
            matching(1) + &summary(1, 0, 0),
            "1 pod · 0 running · $0.00/h for this pod"
        );
    }

    #[test]
    fn an_age_is_short_in_a_row_and_part_of_a_sentence_on_a_page() {
        for (seconds, in_a_row, on_a_page) in [
            (59, "just now", "just now"),
            (60, "1 min", "for 1 min"),
            (200, "3 min", "for 3 min"),
            (183_600, "2 d 3 h", "for 2 d 3 h"),
        ] {
            assert_eq!(
                (age(seconds), lasting(seconds)),
                (in_a_row.to_owned(), on_a_page.to_owned())
            );
        }
    }

    #[test]
    fn gpus_are_named_without_their_maker() {
        assert_eq!(gpus(Some("NVIDIA GeForce RTX 4090"), 2), "2 × RTX 4090");
        assert_eq!(
            gpus(Some("AMD Instinct MI300X OAM"), 1),
            "1 × AMD Instinct MI300X OAM"
        );
        assert_eq!(gpus(None, 0), "CPU");
    }
}
