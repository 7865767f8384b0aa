//! Words of network volumes, their sizes and prices.

use api::catalog::StoragePrices;
use api::volumes::{Attachment, PlacementGpu, Volume};
use domain::money::{MONTH_MINUTES, MinuteRate, Money};
use domain::pod::PodStateKind;
use domain::volume::{BIN_HOURS, VolumeSize, VolumeSizeError};
use domain::{PodId, Quantity, limits};

use super::format::{self, Period};
use super::pods::gpu_name;

/// Title of the page.
pub const TITLE: &str = "Network volumes";
/// Under the title.
pub const LEDE: &str =
    "Storage in a data centre that outlives every pod. Any pod there can mount it, several at once.";
/// Title where the list cannot be read.
pub const UNREADABLE: &str = "The network volumes cannot be read";
/// Title where prices and data centres cannot be read.
pub const OFFERS_UNREADABLE: &str = "Data centres and prices cannot be read";
/// Title where pods cannot be read.
pub const PODS_UNREADABLE: &str = "Your pods in this data centre cannot be read";
/// In place of the panel of a volume that is not in the list.
pub const NOT_HERE: &str = "There is no such volume in this account. It may be gone for good.";
/// Heading of the pods that mount a volume.
pub const ATTACHED_TO: &str = "Attached to";
/// Heading of the GPUs beside a volume.
pub const STOCK: &str = "GPUs in the same data centre";
/// Before the moment a deleted volume is gone.
pub const GONE: &str = "In the bin; gone for good";
/// Leaves a dialog.
pub const CANCEL: &str = "Cancel";
/// Under the price of a new volume.
pub const PRICE_HINT: &str =
    "Charged by the minute from its creation to its deletion, whether a pod mounts it or not.";
/// Undo of growing.
pub const NEVER_SHRINKS: &str = "There is no way back: a volume never shrinks.";
/// Why attaching is blocked while no pod is chosen, or the chosen one can mount it no more.
pub const POD_FIRST: &str = "Choose a pod first.";
/// Why attach and detach are blocked on a running pod.
pub const RESTART_FIRST: &str = "This restarts the pod: agree to that first, or stop the pod.";
/// What detaching costs.
pub const DETACH_COST: &str = "The volume stays charged as it is.";
/// Undo of detaching.
pub const DETACH_UNDO: &str = "Attach it again. Everything on it stays.";
/// The primary action of the page.
pub const CREATE: &str = "Create volume";
/// Title of an empty list.
pub const EMPTY: &str = "No network volumes yet";
/// What a volume saves its owner from.
pub const EMPTY_TEXT: &str = "A pod with a pod volume has to wait for the machine that volume is on. A network volume lets any machine of its data centre take over.";
/// Heading of the deleted ones.
pub const BIN: &str = "In the bin";
/// Takes a volume out of the bin.
pub const RESTORE: &str = "Restore";
/// Makes a volume larger.
pub const GROW: &str = "Grow";
/// Gives a volume another name.
pub const RENAME: &str = "Rename";
/// What a new name changes.
pub const RENAME_HINT: &str = "Only the name changes; pods that mount the volume keep running.";
/// Ends the dialog of the name.
pub const SAVE_NAME: &str = "Save name";
/// Mounts a volume in a pod.
pub const ATTACH: &str = "Attach to a pod";
/// Takes a volume from a pod.
pub const DETACH: &str = "Detach";
/// Puts a volume into the bin.
pub const DELETE: &str = "Delete";
/// Value where no pod mounts a volume.
pub const UNATTACHED: &str = "no pod";
/// Label of the name of a new volume.
pub const NAME: &str = "Name";
/// Label of a size.
pub const SIZE: &str = "Size";
/// Label of a data centre.
pub const DATA_CENTER: &str = "Data centre";
/// Under the choice of a data centre.
pub const DATA_CENTER_HINT: &str =
    "Pods that mount the volume run there. Only Secure Cloud data centres offer volumes.";
/// Where no data centre offers volumes.
pub const NO_DATA_CENTER: &str = "No data centre offers network volumes now.";
/// Label of a pod.
pub const POD: &str = "Pod";
/// Label of the place in a pod.
pub const PATH: &str = "Mount path";
/// Where a volume is mounted unless said otherwise.
pub const PATH_DEFAULT: &str = "/workspace";
/// Label of the agreement to a restart.
pub const RESTART: &str = "Restart the pod: its container disk and everything in memory is lost";
/// Where no pod of the data centre could mount it.
pub const NO_PODS: &str = "None of your pods in this data centre can mount it: a pod with a volume of its own has no network volumes.";
/// Label of the typed name.
pub const DELETE_CONSENT: &str = "Type the volume's name";

/// The size range in words.
#[must_use]
pub fn size_hint() -> String {
    let [min, max] =
        [limits::NETWORK_VOLUME_GB_MIN, limits::NETWORK_VOLUME_GB_MAX].map(|gb| format::count(gb.into()));
    format!("{min} to {max} GB. It can grow later, never shrink.")
}

/// What a volume of this size costs in a month: one price up to a threshold, a lower one above.
#[must_use]
pub fn month_price(prices: &StoragePrices, size_gb: u32) -> Money {
    let first = size_gb.min(prices.network_volume_threshold_gb);
    let month = u64::from(MONTH_MINUTES.get());
    let part =
        |micros: i64, gb: u32| MinuteRate::monthly(Money::from_micros(micros)).charge(Quantity(gb), 1, month);
    part(prices.network_volume_micros, first) + part(prices.network_volume_above_micros, size_gb - first)
}

/// The price of a volume per month, and per day.
#[must_use]
pub fn price(month: Money) -> String {
    let said = |period| format::rate(month.micros(), MONTH_MINUTES.get(), period);
    format!("{} ({})", said(Period::Month), said(Period::Day))
}

/// Reads a typed size for a new volume.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn parse_size(text: &str) -> Result<VolumeSize, String> {
    parse_gb(text).and_then(|gb| VolumeSize::new(gb).map_err(|error| error.to_string()))
}

/// Reads a typed size for a volume that has `now_gb` already.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn parse_growth(text: &str, now_gb: u32) -> Result<u32, String> {
    let gb = parse_gb(text)?;
    if gb <= now_gb {
        return Err(VolumeSizeError::Shrinks { now_gb }.to_string());
    }
    VolumeSize::new(gb)
        .map(VolumeSize::gb)
        .map_err(|error| error.to_string())
}

fn parse_gb(text: &str) -> Result<u32, String> {
    text.trim()
        .parse()
        .map_err(|_| "a whole number of GB is needed".to_owned())
}

/// GPU types free in a data centre, the most plentiful first, in one line.
#[must_use]
pub fn stock(placement: &[PlacementGpu]) -> String {
    let mut free: Vec<&PlacementGpu> = placement.iter().filter(|it| it.free > 0).collect();
    if free.is_empty() {
        return "no GPUs free".to_owned();
    }
    free.sort_by_key(|it| std::cmp::Reverse(it.free));
    free.iter()
        .map(|it| format!("{} {}", it.free, gpu_name(&it.gpu_type)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// How full a volume is.
#[must_use]
pub fn used(volume: &Volume) -> String {
    format!(
        "{} of {} GB",
        format::bytes(volume.used_bytes),
        format::count(volume.size_gb.into())
    )
}

/// Bytes a volume holds.
#[must_use]
pub const fn size_bytes(volume: &Volume) -> u64 {
    volume.size_gb as u64 * 1_000_000_000
}

/// Bytes from which on a volume counts as nearly full: nine tenths.
#[must_use]
pub const fn nearly_full_bytes(volume: &Volume) -> u64 {
    size_bytes(volume) / 10 * 9
}

/// Whether a volume is full or will be soon.
#[must_use]
pub const fn fullness(volume: &Volume) -> Option<&'static str> {
    if volume.used_bytes >= size_bytes(volume) {
        Some("Full: writes fail")
    } else if volume.used_bytes >= nearly_full_bytes(volume) {
        Some("Nearly full")
    } else {
        None
    }
}

/// What growing does, and that there is no way back.
#[must_use]
pub fn grow_effect(volume: &Volume) -> String {
    format!(
        "{} has {} GB now. The new size holds at once, for every pod that mounts it.",
        volume.name, volume.size_gb
    )
}

/// Why a volume cannot be deleted.
#[must_use]
pub fn delete_blocked(volume: &Volume) -> Option<String> {
    let names: Vec<&str> = volume.attached_to.iter().map(|it| it.pod_name.as_str()).collect();
    (!names.is_empty()).then(|| format!("Detach it first: it is mounted by {}.", names.join(", ")))
}

/// What deleting does.
#[must_use]
pub fn delete_effect(volume: &Volume) -> String {
    let used = format::bytes(volume.used_bytes);
    format!(
        "Puts {} with {used} into the bin. After {BIN_HOURS} hours it is gone for good.",
        volume.name
    )
}

/// What stands at a second attach; nothing if the volume is free.
#[must_use]
pub fn writers_warning(attached: &[Attachment], pod_id: Option<PodId>) -> Option<String> {
    let others: Vec<&str> = attached
        .iter()
        .filter(|it| Some(it.pod_id) != pod_id)
        .map(|it| it.pod_name.as_str())
        .collect();
    (!others.is_empty()).then(|| {
        let names = others.join(", ");
        format!("Already mounted by {names}. Pods that write the same files at once overwrite each other: nothing locks them.")
    })
}

/// What stands at a volume that several pods mount.
#[must_use]
pub fn several_writers(attached: &[Attachment]) -> String {
    let running = attached.iter().filter(|it| it.running).count();
    format!(
        "{} pods mount it, {running} of them run. Nothing locks files between them.",
        attached.len()
    )
}

/// Whether a pod writes to a volume it mounts.
#[must_use]
pub fn writes_now(mount: &Attachment) -> &'static str {
    match mount.state.parse::<PodStateKind>() {
        Ok(PodStateKind::Running) => "yes, it runs",
        Ok(PodStateKind::Unreachable) => "perhaps: its machine is silent",
        Ok(PodStateKind::Queued | PodStateKind::Provisioning | PodStateKind::Starting) => {
            "not yet: it is to start"
        }
        Ok(PodStateKind::Stopping | PodStateKind::Terminating) => "perhaps: it is being stopped",
        Ok(PodStateKind::Stopped | PodStateKind::Terminated) => "no, it is stopped",
        Ok(PodStateKind::Error) | Err(()) => "no, it does not run",
    }
}

/// A pod to choose.
#[must_use]
pub fn pod_choice(name: &str, runs: bool) -> String {
    if runs {
        format!("{name} (runs: will restart)")
    } else {
        name.to_owned()
    }
}

/// Verb, volume and pod.
#[must_use]
pub fn detach_title(volume: &str, pod: &str) -> String {
    format!("Detach {volume} from {pod}")
}

/// What detaching does.
#[must_use]
pub fn detach_effect(mount: &Attachment) -> String {
    let gone = format!(
        "{} disappears from {}. What is on the volume stays.",
        mount.path, mount.pod_name
    );
    if mount.holds_gpus {
        format!("{gone} The pod restarts: its container disk and everything in memory is lost.")
    } else {
        gone
    }
}

/// What a volume in the bin costs.
#[must_use]
pub fn cost_until_deleted(month: Money) -> String {
    format!("{}, in the bin as well, until it is gone for good.", price(month))
}

/// The way back out of the bin.
#[must_use]
pub fn restorable() -> String {
    format!("Restore it from the bin within {BIN_HOURS} hours.")
}

/// Since when a volume is idle, and what it has cost in all: how much of that fell into the idle time is not known.
#[must_use]
pub fn idle(seconds: u64, accrued_micros: i64) -> String {
    format!(
        "no pod for {}, {} charged since it was created",
        format::duration(seconds),
        format::money(accrued_micros)
    )
}

/// Names of columns, rows and fields.
pub mod label {
    /// Column, row or field.
    pub const CHARGED_SO_FAR: &str = "Charged so far";
    /// Column, row or field.
    pub const CREATED: &str = "Created";
    /// Column, row or field.
    pub const IDLE: &str = "Idle";
    /// Column, row or field.
    pub const PRICE: &str = "Price";
    /// Column, row or field.
    pub const VOLUME_ID: &str = "Volume ID";
    /// Column, row or field.
    pub const ATTACHED_TO: &str = "Attached to";
    /// Column, row or field.
    pub const DATA_CENTRE: &str = "Data centre";
    /// Column, row or field.
    pub const DETACH: &str = "Detach";
    /// Column, row or field.
    pub const FREE: &str = "Free";
    /// Column, row or field.
    pub const GONE_FOR_GOOD: &str = "Gone for good";
    /// Column, row or field.
    pub const GPUS_FREE_THERE: &str = "GPUs free there";
    /// Column, row or field.
    pub const GPU_TYPE: &str = "GPU type";
    /// Column, row or field.
    pub const MOST_ON_ONE_MACHINE: &str = "Most on one machine";
    /// Column, row or field.
    pub const MOUNTED_AT: &str = "Mounted at";
    /// Column, row or field.
    pub const NAME: &str = "Name";
    /// Column, row or field.
    pub const PER_MONTH: &str = "Per month";
    /// Column, row or field.
    pub const POD: &str = "Pod";
    /// Column, row or field.
    pub const USED: &str = "Used";
    /// Column, row or field.
    pub const WRITES_NOW: &str = "Writes now";
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::IdMint;
    use domain::{Timestamp, VolumeId};

    ///
    #[test]
    fn the_price_falls_above_the_threshold() {
        let prices = StoragePrices {
            disk_running_micros: 100_000,
            disk_stopped_micros: 200_000,
            network_volume_micros: 70_000,
            network_volume_above_micros: 50_000,
            network_volume_threshold_gb: 1_000,
            vcpu_micros_per_hour: 30_000,
            cpu_only_micros_per_hour: 60_000,
        };
        assert_eq!(month_price(&prices, 10), Money::from_micros(700_000));
        assert_eq!(month_price(&prices, 1_200), Money::from_dollars(80));
        assert_eq!(price(month_price(&prices, 1_000)), "$70.00/month ($2.30/day)");
    }

    ///
    #[test]
    fn sizes_are_checked_while_they_are_typed() {
        assert_eq!(parse_size(" 100 ").map(VolumeSize::gb), Ok(100));
        assert!(parse_size("9").is_err_and(|it| it.contains("10 to 4096")));
        assert!(parse_size("many").is_err());
        assert_eq!(parse_growth("200", 100), Ok(200));
        assert!(parse_growth("100", 100).is_err_and(|it| it.contains("never shrinks")));
    }

    fn volume(size_gb: u32) -> Volume {
        Volume {
            id: VolumeId::mint(&mut IdMint::new(Timestamp::from_millis(0), 1)),
            name: "data".to_owned(),
            generation: 1,
            data_center_id: "EU-NL-1".to_owned(),
            size_gb,
            used_bytes: 0,
            micros_per_month: 7_000_000,
            accrued_micros: 0,
            attached_to: Vec::new(),
            unattached_since: None,
            deleted_at_latest: None,
            created_at: Timestamp::from_millis(0),
            placement: Vec::new(),
        }
    }

    #[test]
    fn a_volume_is_called_full_before_writes_fail() {
        let mut it = volume(100);
        for (used_bytes, said) in [
            (89_999_999_999, None),
            (90_000_000_000, Some("Nearly full")),
            (100_000_000_000, Some("Full: writes fail")),
        ] {
            it.used_bytes = used_bytes;
            assert_eq!(fullness(&it), said, "{used_bytes}");
        }
    }

    #[test]
    fn idle_time_and_the_whole_charge_are_told_apart() {
        assert_eq!(
            idle(12 * 86_400, 1_840_000),
            "no pod for 12 d, $1.84 charged since it was created"
        );
    }

    #[test]
    fn of_a_pod_that_does_not_run_it_is_said_why_it_does_not_write() {
        let mount = |state: &str| Attachment {
            pod_id: PodId::mint(&mut IdMint::new(Timestamp::from_millis(0), 1)),
            pod_name: "train-a".to_owned(),
            path: "/workspace".to_owned(),
            state: state.to_owned(),
            running: state == "RUNNING",
            holds_gpus: state != "STOPPED",
        };
        for (state, said) in [
            ("RUNNING", "yes, it runs"),
            ("UNREACHABLE", "perhaps: its machine is silent"),
            ("QUEUED", "not yet: it is to start"),
            ("STOPPED", "no, it is stopped"),
        ] {
            assert_eq!(writes_now(&mount(state)), said, "{state}");
        }
        assert!(detach_effect(&mount("QUEUED")).contains("restarts"));
        assert!(!detach_effect(&mount("STOPPED")).contains("restarts"));
    }

    #[test]
    fn free_gpus_are_said_by_number() {
        let gpu = |gpu_type: &str, free| PlacementGpu {
            gpu_type: gpu_type.to_owned(),
            free,
            most_on_one_machine: free,
        };
        assert_eq!(
            stock(&[gpu("NVIDIA L4", 1), gpu("NVIDIA GeForce RTX 4090", 3)]),
            "3 RTX 4090, 1 L4"
        );
        assert_eq!(stock(&[gpu("NVIDIA L4", 0)]), "no GPUs free");
    }
}
