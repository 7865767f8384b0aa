//! Words of the choice a pod's owner has when its GPUs are taken.

use api::pods::{StartKind, StartOption};

use super::format;

/// Title of the page.
pub fn title(name: &str) -> String {
    format!("Start {name}")
}

/// What stands in the way, in counts: `Both GPUs of machine m-nl-014 are in use.`
pub fn head(machine: &str, free: u32, all: u32, needed: u32) -> String {
    match (free, all) {
        (0, 1) => format!("The GPU of machine {machine} is in use."),
        (0, 2) => format!("Both GPUs of machine {machine} are in use."),
        (0, _) => format!("All {all} GPUs of machine {machine} are in use."),
        (1, _) => format!("1 of {all} GPUs of machine {machine} is free, and this pod needs {needed}."),
        _ => format!("{free} of {all} GPUs of machine {machine} are free, and this pod needs {needed}."),
    }
}

/// Free GPUs of the type on other machines.
pub fn free_elsewhere(count: u32, gpu: &str) -> String {
    match count {
        0 => format!("no {gpu} is free"),
        1 => format!("1 {gpu} is free"),
        _ => format!("{count} {gpu} are free"),
    }
}

/// Fact: the pod volume.
pub const POD_VOLUME: &str = "Pod volume";
/// Fact: the container disk.
pub const CONTAINER_DISK: &str = "Container disk";
/// Fact: price now.
pub const PRICE_NOW: &str = "Price now";
/// Fact: since when it is stopped.
pub const STOPPED_SINCE: &str = "Stopped since";
/// Fact: since when it runs without its GPUs.
pub const CPU_ONLY_SINCE: &str = "CPUs only since";
/// Fact: free elsewhere.
pub const ELSEWHERE: &str = "On other machines";
/// Heading of the choice.
pub const CHOICE: &str = "Ways to go on";
/// The pod volume is as it was.
pub fn volume_intact(size_gb: u32, used_bytes: u64) -> String {
    format!("{} used of {size_gb} GB, intact", format::bytes(used_bytes))
}
/// When the pod has none.
pub const NO_VOLUME: &str = "none";
/// The container disk went at the stop.
pub const DISK_ERASED: &str = "empty, erased at the stop";
/// The container disk of a pod that runs.
pub fn disk_used(size_gb: u32, used_bytes: u64) -> String {
    format!("{} used of {size_gb} GB", format::bytes(used_bytes))
}

/// The GPUs became free meanwhile.
pub const FREE_NOW: &str = "The GPUs are free again.";
/// Starts on the pod's own machine.
pub const START_NOW: &str = "Start now";
/// Leads to the restart by which a pod that runs gets its GPUs.
pub const RESTART: &str = "Restart…";
/// The pod is not one that waits for GPUs.
pub const NOTHING_TO_DECIDE: &str = "There is nothing to decide: this pod does not lack its GPUs.";
/// Leads back to the pod.
pub const OPEN_POD: &str = "Open the pod";

/// Heading of a column.
pub const fn kind(kind: StartKind) -> &'static str {
    match kind {
        StartKind::Here => "Start here",
        StartKind::Wait => "Wait here",
        StartKind::CpuOnly => "Start with CPUs only",
        StartKind::Migrate => "Migrate now",
        StartKind::Redeploy => "Redeploy on a network volume",
    }
}

/// Heads of the rows.
pub mod row {
    /// When there is a GPU.
    pub const TIME: &str = "Time to a GPU";
    /// What happens to identities.
    pub const IDENTITY: &str = "Pod ID, URLs, IP, ports";
    /// Disk.
    pub const CONTAINER_DISK: &str = "Container disk";
    /// Disk.
    pub const POD_VOLUME: &str = "Pod volume";
    /// Disk.
    pub const NETWORK_VOLUME: &str = "Network volumes";
    /// Undo.
    pub const WAY_BACK: &str = "Way back";
    /// Why not.
    pub const NOT_POSSIBLE: &str = "Not possible because";
}

/// What a way gives.
pub fn gives(option: &StartOption) -> String {
    match option.kind {
        StartKind::Here => "The same pod with its GPUs.".to_owned(),
        StartKind::Wait => "A place in this machine's queue; the pod stays as it is meanwhile.".to_owned(),
        StartKind::CpuOnly => match (option.vcpu_count, option.memory_gib) {
            (Some(cpus), Some(memory)) => {
                format!(
                    "Shell and files on the same machine: {cpus} vCPUs, {memory} GiB, no GPU. Not for computing."
                )
            }
            _ => "Shell and files on the same machine, no GPU. Not for computing.".to_owned(),
        },
        StartKind::Migrate => match option.candidates {
            Some(1) => "A new pod of the same shape on another machine; 1 machine fits.".to_owned(),
            Some(count) => format!("A new pod of the same shape on another machine; {count} machines fit."),
            None => "A new pod of the same shape on another machine.".to_owned(),
        },
        StartKind::Redeploy => {
            "A new pod on the same network volume; its data never depends on one machine.".to_owned()
        }
    }
}

/// When there is a GPU.
pub fn time(option: &StartOption) -> String {
    match (option.kind, option.queue_position, option.eta_seconds) {
        (StartKind::Wait, Some(place), _) if option.waiting => {
            format!("You have place {place}; no promise when.")
        }
        (StartKind::Wait, Some(place), _) => format!("You would have place {place}; no promise when."),
        (StartKind::Wait, None, _) => "No promise when.".to_owned(),
        (StartKind::CpuOnly, _, _) => "None. A restart brings the GPUs back when they are free.".to_owned(),
        (StartKind::Migrate, _, Some([low, high])) => format::duration_range(low, high),
        (StartKind::Here | StartKind::Migrate | StartKind::Redeploy, _, _) => {
            "As long as a start takes.".to_owned()
        }
    }
}

/// What becomes of identities.
pub const fn identity(kind: StartKind) -> &'static str {
    match kind {
        StartKind::Here | StartKind::Wait | StartKind::CpuOnly => {
            "All stay; mapped TCP ports as at any start."
        }
        StartKind::Migrate => "All change. The plan lists each of them first.",
        StartKind::Redeploy => "All new.",
    }
}

/// What becomes of the container disk: a stopped pod's is empty, that of a pod with CPUs only is not.
pub const fn container_disk(kind: StartKind, running: bool) -> &'static str {
    match (kind, running) {
        (_, false) => "Empty, already erased.",
        (StartKind::Here | StartKind::CpuOnly, true) => "Erased by the restart.",
        (StartKind::Wait, true) => "Stays until the restart, which erases it.",
        (StartKind::Migrate, true) => "Erased: the pod is stopped for the move.",
        (StartKind::Redeploy, true) => "Left here, with this pod.",
    }
}

/// What becomes of the pod volume.
pub fn pod_volume(option: &StartOption, has_volume: bool) -> String {
    match (option.kind, has_volume, option.bytes_to_copy) {
        (_, false, _) => "This pod has none.".to_owned(),
        (StartKind::Here | StartKind::Wait, true, _) => "Stays.".to_owned(),
        (StartKind::CpuOnly, true, _) => "Mounted, to read and write.".to_owned(),
        (StartKind::Migrate, true, Some(bytes)) => {
            format!(
                "{} copied and verified; the source is kept 24 hours.",
                format::bytes(bytes)
            )
        }
        (StartKind::Migrate, true, None) => "Copied and verified; the source is kept 24 hours.".to_owned(),
        (StartKind::Redeploy, true, _) => "Left here, with this pod.".to_owned(),
    }
}

/// What becomes of network volumes.
pub const fn network_volume(kind: StartKind, has_network: bool) -> &'static str {
    match (kind, has_network) {
        (StartKind::Redeploy, true) => "The new home of the data.",
        (StartKind::Migrate, true) => "Attached again, in the same data centre.",
        (_, true) => "Attached again.",
        (_, false) => "This pod has none.",
    }
}

/// How to undo it.
pub const fn way_back(kind: StartKind) -> &'static str {
    match kind {
        StartKind::Here | StartKind::CpuOnly => "Stop.",
        StartKind::Wait => "Leave the queue.",
        StartKind::Migrate => "Revert within 24 hours of the switch.",
        StartKind::Redeploy => "Terminate the new pod; this one is untouched.",
    }
}

/// The button of a column.
pub const fn button(kind: StartKind) -> &'static str {
    match kind {
        StartKind::Here => START_NOW,
        StartKind::Wait => "Wait in the queue",
        StartKind::CpuOnly => "Start with CPUs only",
        StartKind::Migrate => "Plan the migration",
        StartKind::Redeploy => "Redeploy on its volume",
    }
}

/// When the ways could not be read.
pub const OPTIONS_FAILED: &str = "The ways to start could not be read";
/// In place of an unknown price.
pub const NO_PRICE: &str = "–";
/// When the server gives no sentence.
pub const BLOCKED: &str = "It is not possible now.";
/// Starts by itself at its turn.
pub const AUTO_START: &str = "Start by itself when it is its turn";
/// What the tick means.
pub const AUTO_START_HINT: &str = "Otherwise the pod is only shown as ready to start.";
/// While it waits.
pub fn waits(place: u32) -> String {
    format!("This pod waits in the queue of its machine, at place {place}.")
}
/// While it waits, without a known place.
pub const WAITS: &str = "This pod waits in the queue of its machine.";
/// Ends the wait.
pub const LEAVE_QUEUE: &str = "Leave the queue";
/// Said aloud once that has happened.
pub const LEFT_QUEUE: &str = "This pod does not wait any more.";
/// The button of the column while the pod waits and the tick is another one than before.
pub const CHANGE_WAIT: &str = "Change the wait";
/// Why waiting is not offered twice.
pub const ALREADY_WAITS: &str = "It waits already.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_elsewhere_is_counted_once() {
        assert_eq!(free_elsewhere(0, "L40S"), "no L40S is free");
        assert_eq!(free_elsewhere(1, "L40S"), "1 L40S is free");
        assert_eq!(free_elsewhere(2, "L40S"), "2 L40S are free");
    }

    #[test]
    fn only_a_pod_that_runs_has_something_on_its_container_disk() {
        assert_eq!(container_disk(StartKind::Wait, false), "Empty, already erased.");
        assert_eq!(
            container_disk(StartKind::Wait, true),
            "Stays until the restart, which erases it."
        );
    }

    #[test]
    fn the_head_counts_what_is_in_use() {
        for (free, all, needed, text) in [
            (0, 1, 1, "The GPU of machine m is in use."),
            (0, 2, 2, "Both GPUs of machine m are in use."),
            (0, 8, 2, "All 8 GPUs of machine m are in use."),
            (1, 4, 2, "1 of 4 GPUs of machine m is free, and this pod needs 2."),
            (
                2,
                8,
                4,
                "2 of 8 GPUs of machine m are free, and this pod needs 4.",
            ),
        ] {
            assert_eq!(head("m", free, all, needed), text);
        }
    }
}
