//! Words of the overview.

use crate::worklist::{Kind, Need, WorkItem};

use super::format::{self, Period};

/// Title of the page.
pub const TITLE: &str = "Overview";
/// Figure.
pub const RUNNING: &str = "Running pods";
/// Figure.
pub const BURN: &str = "Burn now";
/// Figure, the same on every page.
pub const RUNS_OUT: &str = "Runs out";
/// The same while no pod runs.
pub const STORAGE_PAID: &str = "Storage paid until";
/// Of how many pods.
pub fn of_pods(count: usize) -> String {
    let noun = if count == 1 { "pod" } else { "pods" };
    format!("of {} {noun}", format::count(count as u64))
}
/// Money does not end within two years.
pub const NEVER: &str = "not in sight";
/// Under the figure of the burn.
pub fn per_day(micros_per_hour: i64) -> String {
    format!(
        "{} · {} this way",
        format::rate(micros_per_hour, 60, Period::Minute),
        format::rate(micros_per_hour, 60, Period::Day)
    )
}
/// Under the date: how long that is from now.
pub fn until(at_ms: i64, now_ms: i64) -> String {
    match u64::try_from(at_ms - now_ms) {
        Ok(left_ms) if left_ms > 0 => {
            format!("in {}, storage included", format::duration(left_ms / 1_000))
        }
        Ok(_) | Err(_) => "pods are stopped, volumes kept".to_owned(),
    }
}
/// Under the date.
pub fn balance(micros: i64) -> String {
    format!("{} left", format::money(micros))
}
/// Unit behind the burn.
pub const PER_HOUR: &str = "/h";

/// Heading of the worklist.
pub const NEEDS_YOU: &str = "Needs you";
/// When nothing does, as far as could be read.
pub const NOT_ALL_READ: &str = "Not everything could be read, so this list may be too short.";
/// When nothing does.
pub const NOTHING: &str = "Nothing needs you now.";
/// Heading.
pub const IN_TRANSITION: &str = "In transition";
/// When nothing is.
pub const NO_TRANSITION: &str = "No pod is starting, stopping or being deleted.";
/// Column.
pub const POD: &str = "Pod";
/// Column.
pub const PHASE: &str = "Phase";
/// Column.
pub const SINCE: &str = "For";
/// Heading.
pub const MIGRATIONS: &str = "Migrations under way";
/// When there are none.
pub const NO_MIGRATIONS: &str = "No pod is being moved.";

/// From which machine to which.
pub fn route(from: &str, to: &str) -> String {
    format!("{from} → {to}")
}
/// When the account could not be read.
pub const ACCOUNT_FAILED: &str = "The account could not be read";
/// When the network volumes could not be read.
pub const VOLUMES_FAILED: &str = "The network volumes could not be read";
/// When the migrations could not be read.
pub const MIGRATIONS_FAILED: &str = "The migrations could not be read";

/// What an item says.
pub fn text(item: &WorkItem) -> String {
    let name = &item.name;
    match item.need {
        Need::FundsOut => "Funds have run out and pods were stopped".to_owned(),
        Need::FundsLow => "Funds end within a day".to_owned(),
        Need::StorageLow => "Funds for what is stored end within a day".to_owned(),
        Need::Confirm(_) => format!("The move of {name} waits to be confirmed"),
        Need::MoveFailed(_) => format!("The move of {name} has failed"),
        Need::GpusTaken(_) => format!("The GPUs of {name} are in use"),
        Need::PodError(_) => format!("{name} does not run"),
        Need::Unreachable(_) => format!("The machine of {name} is silent"),
        Need::Unattached(_) => format!("No pod uses the network volume {name}"),
        Need::More(kind, count) => more(kind, count),
    }
}

fn more(kind: Kind, count: usize) -> String {
    let (one, many) = match kind {
        Kind::GpusTaken => (
            "stopped pod whose GPUs are in use",
            "stopped pods whose GPUs are in use",
        ),
        Kind::PodError => ("pod that does not run", "pods that do not run"),
        Kind::Unreachable => ("pod on a silent machine", "pods on silent machines"),
        Kind::Unattached => (
            "network volume that no pod uses",
            "network volumes that no pod uses",
        ),
    };
    let what = if count == 1 { one } else { many };
    format!("{} more {what}", format::count(count as u64))
}

/// What is lost, or what is true meanwhile.
pub const fn detail(need: Need) -> &'static str {
    match need {
        Need::FundsOut => {
            "Their volumes are kept and charged. Add funds to start them again, as far as their GPUs are free."
        }
        Need::FundsLow => "Then all running pods are stopped: container disks are erased, volumes kept.",
        Need::StorageLow => "No pod runs. Volumes are charged on, and no pod can be started without funds.",
        Need::Confirm(_) => "Then it counts as confirmed and the old pod is deleted.",
        Need::MoveFailed(_) => "The old pod and its pod volume are as they were. The move's page says why.",
        Need::GpusTaken(_) => "Its disk on that machine is intact. Wait, start with CPUs only, or move.",
        Need::PodError(_) => "Its page says why.",
        Need::Unreachable(_) => {
            "Not charged since then. What you ask for is carried out when the machine is back."
        }
        Need::Unattached(_) => "Its data is safe and charged by the minute.",
        Need::More(..) => "",
    }
}

/// The one action of an item.
pub const fn action(need: Need) -> &'static str {
    match need {
        Need::FundsOut | Need::FundsLow | Need::StorageLow => "Add funds",
        Need::Confirm(_) | Need::MoveFailed(_) => "Review the move",
        Need::GpusTaken(_) => "Decide",
        Need::PodError(_) | Need::Unreachable(_) => "Open the pod",
        Need::Unattached(_) => "Open the volume",
        // Which of them have their GPUs taken, no filter of the list says.
        Need::More(Kind::GpusTaken, _) => "Show all stopped pods",
        Need::More(..) => "Show them",
    }
}

/// Behind the time to a deadline.
pub const LEFT: &str = "left";

/// When the time of an item has come.
pub const NOW: &str = "now";

/// The amount beside an item.
pub fn amount(item: &WorkItem) -> String {
    match item.need {
        Need::FundsOut | Need::FundsLow | Need::StorageLow => balance(item.micros),
        Need::GpusTaken(_) | Need::PodError(_) | Need::Unreachable(_) => {
            format::rate(item.micros, 60, Period::Hour)
        }
        Need::Unattached(_) => format!("{} so far", format::money(item.micros)),
        // One pod is charged, never two: the kept source costs nothing.
        Need::Confirm(_) => format!("{} for the old pod", format::money(0)),
        Need::MoveFailed(_) | Need::More(..) => String::new(),
    }
}

/// Filter of the pods list behind "Show them"; `None` where another page has them.
pub const fn filter(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::GpusTaken => Some("state:stopped"),
        Kind::PodError => Some("state:error"),
        Kind::Unreachable => Some("state:unreachable"),
        Kind::Unattached => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worklist::Clock;

    #[test]
    fn the_end_of_money_is_said_in_time_from_now() {
        assert_eq!(until(205_200_000, 0), "in 2 d 9 h, storage included");
        assert_eq!(until(0, 1), "pods are stopped, volumes kept");
    }

    #[test]
    fn amounts_say_what_they_are() {
        let item = |need, micros| WorkItem {
            need,
            name: "a".to_owned(),
            clock: Clock::None,
            micros,
        };
        assert_eq!(amount(&item(Need::FundsLow, 920_000)), "$0.92 left");
        assert_eq!(
            text(&item(Need::More(Kind::PodError, 3), 0)),
            "3 more pods that do not run"
        );
        assert_eq!(
            text(&item(Need::More(Kind::Unattached, 1), 0)),
            "1 more network volume that no pod uses"
        );
    }
}
