//! Words of the deploy page.

use domain::machine::Cloud;

use super::format::{self, Period};

/// Title of the page.
pub const TITLE: &str = "Deploy a pod";
/// Says what the page does.
pub const LEDE: &str =
    "Charged by the minute from the moment the pod runs; nothing while its image is pulled.";

/// Step: what runs.
pub const WORKLOAD: &str = "Workload";
/// Step: on which GPU.
pub const GPU: &str = "GPU";
/// Step: where.
pub const PLACE: &str = "Place";
/// Step: what is kept.
pub const DATA: &str = "Data";
/// Step: what most pods do not need.
pub const ADVANCED: &str = "Ports, environment and start command";

/// Name of the list of templates.
pub const TEMPLATE: &str = "Template";
/// The choice without a template.
pub const NO_TEMPLATE: &str = "No template";
/// What that means.
pub const NO_TEMPLATE_HINT: &str = "Any image, with your own command";
/// Mark of a template that came with the product.
pub const OFFICIAL: &str = "official";
/// Field.
pub const IMAGE: &str = "Image";
/// What it may be.
pub const IMAGE_HINT: &str = "From any registry that is reachable without a sign-in, such as pytorch/pytorch:2.4.0-cuda12.4-cudnn9-runtime";
/// Field.
pub const NAME: &str = "Name";
/// What it is for.
pub const NAME_HINT: &str = "Need not be unique. Terminating a pod with data asks for it.";

/// Choice without GPUs.
pub const CPU_ONLY: &str = "No GPU, CPUs only";
/// Field.
pub const COUNT: &str = "GPUs";
/// Field.
pub const VCPUS: &str = "vCPUs";
/// What a count is limited by.
pub fn count_hint(most: u32) -> String {
    match most {
        0 => "No machine has one free now.".to_owned(),
        1 => "1 is free on one machine.".to_owned(),
        _ => format!("Up to {most} are free on one machine."),
    }
}
/// Table of GPUs.
pub const GPU_TABLE: &str = "GPU types with price, memory, tier and free count";
/// Column.
pub const GPU_TYPE: &str = "GPU type";
/// Column.
pub const MEMORY: &str = "Memory";
/// Column.
pub const TIER: &str = "Tier";
/// Column.
pub const PER_HOUR: &str = "Per GPU and hour";
/// Column.
pub const FREE: &str = "Free now";
/// GPU memory as sold.
pub fn memory(gb: u32) -> String {
    format!("{gb} GB")
}
/// Why a type cannot be had now.
pub const NONE_FREE: &str = "all in use";
/// Why a count cannot be had now.
pub fn too_many(count: u32, most: u32) -> String {
    format!("{count} are not free on one machine, {most} are")
}

/// A GPU type in one tier.
pub fn offer_name(name: &str, tier: Cloud) -> String {
    format!("{name}, {}", super::pods::cloud(tier))
}
/// Why the place cannot be chosen.
pub fn bound_to(data_center: &str) -> String {
    format!("The pod is placed in {data_center}, where its network volume is.")
}
/// When GPU types and prices could not be read.
pub const OFFERS_FAILED: &str = "GPU types and prices could not be read";
/// When templates could not be read.
pub const TEMPLATES_FAILED: &str = "The templates could not be read";

/// Name of the matrix.
pub const MATRIX: &str = "Free GPUs by type and data centre";
/// Choice of every place.
pub const ANYWHERE: &str = "Any data centre";
/// What that means.
pub const ANYWHERE_HINT: &str =
    "The first machine that fits; a plan for a later move has the most to choose from.";
/// Column head of a data centre.
pub fn data_center(name: &str, country: &str) -> String {
    format!("{name}, {country}")
}
/// No machine of that type there.
pub const NOT_OFFERED: &str = "–";
/// Row and column of a cell, before what stands in it.
pub fn cell(offer: &str, data_center: &str) -> String {
    format!("{offer} in {data_center}:")
}
/// Free GPUs in a cell.
pub fn free(count: u32) -> String {
    match count {
        0 => "none free".to_owned(),
        _ => format!("{count} free"),
    }
}
/// Mark of a data centre with network volumes.
pub const HAS_NETWORK_VOLUMES: &str = "network volumes";

/// Choice: nothing kept.
pub const DATA_NONE: &str = "Container disk only";
/// What that means.
pub const DATA_NONE_HINT: &str = "Everything is erased at every stop.";
/// Choice: pod volume.
pub const DATA_POD: &str = "Pod volume";
/// What that means, with the price of a stopped pod's volume per GB and month.
pub fn data_pod_hint(stopped_micros: i64) -> String {
    format!(
        "Kept at a stop and tied to the machine: can be stranded while others use its GPUs. {} per GB and month while stopped.",
        format::money(stopped_micros)
    )
}
/// Choice: network volume.
pub const DATA_NETWORK: &str = "Network volume";
/// What that means.
pub const DATA_NETWORK_HINT: &str =
    "Survives a move and the pod itself. The pod is placed in the volume's data centre.";
/// Field.
pub const CONTAINER_DISK: &str = "Container disk";
/// What it is.
pub const CONTAINER_DISK_HINT: &str = "Erased at every stop.";
/// Field.
pub const VOLUME_SIZE: &str = "Pod volume";
/// Field.
pub const VOLUME: &str = "Network volume";
/// Nothing chosen yet.
pub const CHOOSE_VOLUME: &str = "Choose a volume";
/// Why the choice is not possible.
pub const NO_VOLUMES: &str = "There is no network volume yet. Create one on the page Volumes.";
/// Field.
pub const MOUNT_PATH: &str = "Mounted at";
/// A further volume of the pod that the new one is like.
pub fn also_mounted(name: &str, path: &str) -> String {
    format!("Also mounted: {name} at {path}")
}
/// Takes it off.
pub fn leave_out(name: &str) -> String {
    format!("Leave {name} out")
}
/// An option of the volume field.
pub fn volume_option(name: &str, size_gb: u32, data_center: &str) -> String {
    format!("{name}, {size_gb} GB in {data_center}")
}

/// Field.
pub const PORTS: &str = "Ports";
/// What they look like.
pub const PORTS_HINT: &str = "One on each line, such as 8888/http or 22/tcp.";
/// Field.
pub const ENV: &str = "Environment";
/// What it looks like.
pub const ENV_HINT: &str = "One variable on each line, such as NAME=value.";
/// Field.
pub const ARGS: &str = "Start command";
/// What it does.
pub const ARGS_HINT: &str = "In place of the image's own.";
/// A line that is not a variable.
pub fn env_line(line: usize) -> String {
    format!("Line {line} is not of the form NAME=value.")
}

/// Heading of the bill.
pub const BILL: &str = "What it costs";
/// Line: running.
pub const PER_MINUTE: &str = "Per minute";
/// Line: running.
pub const BILL_PER_HOUR: &str = "Per hour";
/// Line: running.
pub const PER_DAY: &str = "Per day";
/// Line: stopped.
pub const STOPPED: &str = "While stopped";
/// Line: funds.
pub const FUNDS_NOW: &str = "Funds now";
/// Line: funds.
pub const FUNDS_LATER: &str = "Funds after one day with it";
/// In place of a balance below zero.
pub const STOPS_BEFORE: &str = "pods stop before then";
/// Line: when pods are stopped.
pub const RUNS_OUT: &str = "Pods stop for want of funds";
/// Money does not end within two years.
pub const NEVER: &str = "not within two years";
/// Without GPUs nothing is known.
pub const CHOOSE_GPU: &str = "Choose a GPU to see the price.";

/// The primary button.
pub fn submit(name: &str) -> String {
    match name.trim() {
        "" => "Deploy pod".to_owned(),
        name => format!("Deploy {name}"),
    }
}
/// Why it is blocked.
pub const NEEDS_GPU: &str = "Choose a GPU type first.";
/// Why it is blocked.
pub const NEEDS_NAME: &str = "Give the pod a name first.";
/// Why it is blocked.
pub const NEEDS_IMAGE: &str = "Choose a template or an image first.";
/// Why it is blocked.
pub const NEEDS_VOLUME: &str = "Choose a network volume first.";
/// A field that is not such a number.
pub fn whole_number(min: u32, max: Option<u32>) -> String {
    match max {
        Some(max) => format!(
            "A whole number from {min} to {} is needed.",
            format::count(max.into())
        ),
        None => format!("A whole number of at least {min} is needed."),
    }
}
/// A field with what is wrong, away from it.
pub fn wrong(field: &str, error: &str) -> String {
    format!("{field}: {error}")
}

/// A rate per hour in another period.
pub fn rate(micros_per_hour: i64, period: Period) -> String {
    format::rate(micros_per_hour, 60, period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_wrong_says_what_is_right() {
        assert_eq!(
            whole_number(10, Some(16_384)),
            "A whole number from 10 to 16\u{202f}384 is needed."
        );
        assert_eq!(whole_number(2, None), "A whole number of at least 2 is needed.");
    }
}
