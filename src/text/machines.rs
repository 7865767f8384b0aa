//! Words of machines, and what a typed filter finds among them.

use api::machines::{Machine, MachineStateWord};
use domain::machine::{Cloud, RELIABILITY_GRACE_MS, Reliability};

use super::format;

/// Title of the list.
pub const TITLE: &str = "Machines";
/// Under the title of the list.
pub const LEDE: &str =
    "Machines that hold your pods, and those on offer. GPUs of a silent machine never count as free.";
/// Name of the filter field.
pub const FILTER: &str = "Filter by name, GPU or data centre";
/// Where a filter lets no machine through.
pub const NO_MATCH: &str = "No machine matches the filter.";
/// Title where the list cannot be read.
pub const UNREADABLE: &str = "The machines cannot be read";
/// Title of a machine that is not read yet.
pub const ONE: &str = "Machine";
/// Title where a machine cannot be read.
pub const ONE_UNREADABLE: &str = "This machine cannot be read";
/// Title where the reader's pods on a machine cannot be read.
pub const PODS_UNREADABLE: &str = "Your pods on this machine cannot be read";
/// Before the age of the last heartbeat.
pub const LAST_HEARTBEAT: &str = "last heartbeat";
/// In place of a price.
pub const NO_PRICE: &str = "not offered: this GPU type has no price in this tier";
/// In place of an address.
pub const NO_PUBLIC_IP: &str = "none: HTTP and SSH go through the proxy";
/// Where there is no machine at all.
pub const EMPTY: &str = "No machine has joined yet";
/// What to do about it.
pub const EMPTY_TEXT: &str = "Machines appear here as soon as their agent connects.";
/// Says how reliability is made.
pub const RELIABILITY_FORMULA: &str = "(total − down + 10 min) ÷ total";
/// Over which time it is counted.
pub const RELIABILITY_WINDOW: &str = "Counted from heartbeats over the last 30 days, or since the machine joined. A machine is down after 30 s of silence.";
/// Heading of a machine's slots.
pub const SLOTS: &str = "Slots";
/// Heading of a machine's reliability.
pub const RELIABILITY: &str = "Reliability";
/// Heading of the reader's pods on a machine.
pub const MY_PODS: &str = "Your pods here";
/// Where the reader has none.
pub const NO_PODS: &str = "None of your pods is on this machine.";
/// Heading of the plain facts.
pub const FACTS: &str = "Hardware and network";

/// How many rows a filter lets through: `37 of 214 machines`.
#[must_use]
pub fn shown_of(shown: u32, all: u32) -> String {
    let machines = if all == 1 { "machine" } else { "machines" };
    if shown == all {
        format!("{} {machines}", format::count(all.into()))
    } else {
        format!(
            "{} of {} {machines}",
            format::count(shown.into()),
            format::count(all.into())
        )
    }
}

/// Machines that have joined since the list was read.
#[must_use]
pub fn new_rows(count: usize) -> String {
    format!("{count} new")
}

/// Pods that wait for the machine's GPUs.
#[must_use]
pub fn queue(waiting: u32) -> String {
    match waiting {
        0 => "No pod waits for its GPUs.".to_owned(),
        1 => "One pod waits for its GPUs.".to_owned(),
        more => format!("{more} pods wait for its GPUs."),
    }
}

/// The tier as people say it.
#[must_use]
pub const fn tier(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Secure => "Secure",
        Cloud::Community => "Community",
    }
}

/// Who stands behind a tier.
#[must_use]
pub const fn tier_text(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Secure => "Secure Cloud: a trusted partner's data centre",
        Cloud::Community => "Community Cloud: an invited, vetted individual host; not for sensitive work",
    }
}

/// The state as people say it; of a machine that is heard, whether it takes new pods.
#[must_use]
pub const fn state_word(machine: &Machine) -> &'static str {
    match (machine.state, machine.placeable) {
        (MachineStateWord::Ready, true) => "Ready",
        (MachineStateWord::Ready, false) => "Takes no new pods",
        (MachineStateWord::Unreachable, _) => "Unreachable",
    }
}

/// Free of total: `3 of 8`; a machine that takes no new pods has no free ones to offer.
#[must_use]
pub fn free_of_total(machine: &Machine) -> String {
    if machine.placeable {
        format!("{} of {}", machine.gpu_free, machine.slots.len())
    } else {
        "–".to_owned()
    }
}

/// Reliability as a percentage with one decimal, cut off, so that 97.99 is never said as 98.
#[must_use]
pub fn reliability(ppm: u32) -> String {
    format!("{}.{} %", ppm / 10_000, ppm / 1_000 % 10)
}

/// The figures of reliability, spelled out: `(720 h − 2 h + 10 min) ÷ 720 h = 99.7 %`.
#[must_use]
pub fn reliability_spelled(machine: &Machine) -> String {
    let span = |ms: i64| format::duration(ms.max(0).unsigned_abs() / 1000);
    let (total, down) = (
        span(machine.reliability_total_ms),
        span(machine.reliability_down_ms),
    );
    let grace = span(RELIABILITY_GRACE_MS);
    let result = reliability(machine.reliability_ppm);
    let capped = machine.reliability_total_ms - machine.reliability_down_ms + RELIABILITY_GRACE_MS
        > machine.reliability_total_ms;
    let end = if capped { ", at most 100 %" } else { "" };
    format!("({total} − {down} + {grace}) ÷ {total} = {result}{end}")
}

/// What reliability means for new pods.
#[must_use]
pub fn placeable(machine: &Machine) -> String {
    let least = reliability(Reliability::PLACEABLE_MIN.0);
    match (machine.placeable, machine.state) {
        (true, _) => format!("Takes new pods: it is reachable and at {least} or more."),
        (false, MachineStateWord::Unreachable) => {
            "Takes no new pods while it is silent. The pods on it stay.".to_owned()
        }
        (false, MachineStateWord::Ready) => format!("Takes no new pods: below {least}. The pods on it stay."),
    }
}

/// Whether every word of a filter is found in a machine's name, ID, GPU type, data centre, country, tier or state.
#[must_use]
pub fn matches(machine: &Machine, filter: &str) -> bool {
    let holds = |text: &str, word: &str| text.to_ascii_lowercase().contains(word);
    filter
        .split_whitespace()
        .map(str::to_ascii_lowercase)
        .all(|word| {
            holds(&machine.name, &word)
                || holds(&machine.gpu_type, &word)
                || holds(&machine.data_center_id, &word)
                || holds(&machine.country, &word)
                || holds(tier(machine.cloud), &word)
                || holds(state_word(machine), &word)
                || machine.id.to_string() == word
        })
}

/// Names of columns, rows and fields.
pub mod label {
    /// Column, row or field.
    pub const MACHINE_ID: &str = "Machine ID";
    /// Column, row or field.
    pub const CUDA: &str = "CUDA";
    /// Column, row or field.
    pub const DATA_CENTRE: &str = "Data centre";
    /// Column, row or field.
    pub const DISK: &str = "Disk";
    /// Column, row or field.
    pub const DOWNLOAD: &str = "Download";
    /// Column, row or field.
    pub const FREE: &str = "Free";
    /// Column, row or field.
    pub const GPUS: &str = "GPUs";
    /// Column, row or field.
    pub const GPU_TYPE: &str = "GPU type";
    /// Column, row or field.
    pub const MEMORY: &str = "Memory";
    /// Column, row or field.
    pub const NAME: &str = "Name";
    /// Column, row or field.
    pub const NEWEST_CUDA_VERSION: &str = "Newest CUDA version";
    /// Column, row or field.
    pub const PER_GPU: &str = "Per GPU";
    /// Column, row or field.
    pub const PER_HOUR: &str = "Per hour";
    /// Column, row or field.
    pub const POD: &str = "Pod";
    /// Column, row or field.
    pub const PRICE_PER_GPU: &str = "Price per GPU";
    /// Column, row or field.
    pub const PUBLIC_IP: &str = "Public IP";
    /// Column, row or field.
    pub const RELIABILITY: &str = "Reliability";
    /// Column, row or field.
    pub const SLOTS: &str = "Slots";
    /// Column, row or field.
    pub const STATE: &str = "State";
    /// Column, row or field.
    pub const TIER: &str = "Tier";
    /// Column, row or field.
    pub const UPLOAD: &str = "Upload";
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::machines::Slot;
    use domain::ids::IdMint;
    use domain::{MachineId, Timestamp};

    fn machine() -> Machine {
        Machine {
            id: MachineId::mint(&mut IdMint::new(Timestamp::from_millis(0), 1)),
            name: "m-nl-014".to_owned(),
            generation: 1,
            data_center_id: "EU-NL-1".to_owned(),
            country: "NL".to_owned(),
            cloud: Cloud::Secure,
            state: MachineStateWord::Ready,
            unreachable_since: None,
            last_heartbeat_at: None,
            gpu_type: "NVIDIA GeForce RTX 4090".to_owned(),
            slots: vec![Slot::Yours, Slot::Yours, Slot::Free, Slot::Held],
            gpu_free: 1,
            gpu_micros_per_hour: Some(690_000),
            vcpu_count: 64,
            memory_gib: 256,
            disk_gb: 4_000,
            disk_free_gb: 1_000,
            public_ip: None,
            down_mbps: 1_000,
            up_mbps: 1_000,
            cuda_version: "12.8".to_owned(),
            reliability_ppm: 997_450,
            reliability_total_ms: 720 * 3_600_000,
            reliability_down_ms: 2 * 3_600_000,
            placeable: true,
            my_pods: Vec::new(),
            waiting: 0,
        }
    }

    ///
    #[test]
    fn reliability_shows_its_figures() {
        assert_eq!(
            reliability_spelled(&machine()),
            "(30 d − 2 h 00 min + 10 min) ÷ 30 d = 99.7 %"
        );
        assert_eq!(reliability(979_999), "97.9 %");
    }

    ///
    #[test]
    fn a_machine_that_takes_no_pods_offers_no_gpus() {
        let mut it = machine();
        assert_eq!(
            (state_word(&it), free_of_total(&it).as_str()),
            ("Ready", "1 of 4")
        );
        it.placeable = false;
        assert_eq!(
            (state_word(&it), free_of_total(&it).as_str()),
            ("Takes no new pods", "–")
        );
        it.state = MachineStateWord::Unreachable;
        assert_eq!(
            (state_word(&it), free_of_total(&it).as_str()),
            ("Unreachable", "–")
        );
    }

    #[test]
    fn every_word_has_to_be_found() {
        assert!(matches(&machine(), "4090 eu-nl"));
        assert!(matches(&machine(), "  "));
        assert!(!matches(&machine(), "4090 us"));
    }
}
