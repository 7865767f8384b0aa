//! Ways to start a pod, and what a stop does.

use domain::allowed::{self, PodAction};
use domain::money::{MinuteRate, Money, Quantity};
use domain::pod::{CPU_ONLY_MEMORY_GIB, CPU_ONLY_VCPUS, PodStateKind};
use engine::query;
use engine::state::{Fleet, Machine, Pod};

use super::Prepared;
use super::context::Context;
use super::views::{self, Blocked};
use crate::Problem;
use crate::pods::{DiskFate, ReturnOdds, StartKind, StartOption, StartOptions, StopPreview};

/// Minutes of a day.
const DAY_MINUTES: u64 = 1_440;

pub(super) fn options(context: &Context<'_>) -> Result<Prepared, Problem> {
    let (fleet, now, pod) = (context.fleet, context.now, context.pod()?);
    let machine = fleet.machine(pod.machine_id);
    let costs = query::pod_costs(fleet, pod);
    let candidates = query::candidates(fleet, pod, now);
    let count = u32::try_from(candidates.len()).unwrap_or(u32::MAX);
    let startable = allowed::pod(PodAction::Start, &pod.facts()).map_err(|it| (it.code(), it.to_string()));
    let running = Some(costs.running.micros());

    let here = startable
        .clone()
        .and_then(|()| open(views::blocked_start(fleet, pod, false, now)));
    let here = StartOption {
        micros_per_hour: running,
        ..option(StartKind::Here, here)
    };

    let waiting = u32::try_from(fleet.waiting_on(pod.machine_id).count()).unwrap_or(u32::MAX);
    let wait = StartOption {
        micros_per_hour: running,
        queue_position: Some(query::queue_position(fleet, pod).unwrap_or(waiting.saturating_add(1))),
        waiting: pod.waiting.is_some(),
        auto_start: pod.waiting.map(|it| it.auto_start),
        ..option(StartKind::Wait, wait(fleet, pod))
    };

    let cpu_price = cpu_only_cost(fleet, pod);
    let cpu_only = startable.and_then(|()| cpu_only(context, pod, machine));
    let cpu_only = StartOption {
        micros_per_hour: Some(cpu_price.micros()),
        vcpu_count: Some(CPU_ONLY_VCPUS),
        memory_gib: Some(CPU_ONLY_MEMORY_GIB),
        ..option(StartKind::CpuOnly, cpu_only)
    };

    let bytes = if pod.spec.volume.is_some() {
        fleet.usage(pod).0
    } else {
        0
    };
    let migrate = StartOption {
        micros_per_hour: running,
        candidates: Some(count),
        bytes_to_copy: Some(bytes),
        eta_seconds: Some(query::copy_seconds(bytes)),
        ..option(StartKind::Migrate, migrate(pod, machine, count))
    };
    let redeploy = StartOption {
        micros_per_hour: running,
        candidates: Some(count),
        ..option(StartKind::Redeploy, redeploy(pod, count))
    };

    context.answer(&StartOptions {
        free_gpus: machine.map_or(0, Machine::gpu_free),
        machine_gpus: machine.map_or(0, Machine::gpu_total),
        needed_gpus: pod.gpus_needed(),
        free_elsewhere: query::free_elsewhere(fleet, pod, now),
        options: vec![here, wait, cpu_only, migrate, redeploy],
        sequence: fleet.sequence(),
    })
}

/// Why not: a stable code and a sentence.
type WhyNot = (&'static str, String);

fn option(kind: StartKind, possible: Result<(), WhyNot>) -> StartOption {
    let (reason_code, reason) = match &possible {
        Ok(()) => (None, None),
        Err((code, reason)) => (Some((*code).to_owned()), Some(reason.clone())),
    };
    StartOption {
        kind,
        possible: possible.is_ok(),
        reason_code,
        reason,
        micros_per_hour: None,
        queue_position: None,
        waiting: false,
        auto_start: None,
        vcpu_count: None,
        memory_gib: None,
        candidates: None,
        bytes_to_copy: None,
        eta_seconds: None,
    }
}

fn open(blocked: Option<Blocked>) -> Result<(), WhyNot> {
    match blocked {
        None => Ok(()),
        Some(Blocked::Unreachable { since }) => Err((
            "machine_unreachable",
            format!("The pod's machine is unreachable since {since}."),
        )),
        Some(Blocked::GpusTaken) => Err(("machine_has_no_free_gpu", "The pod's GPUs are taken.".to_owned())),
        Some(Blocked::Funds { required, balance }) => {
            let sentence = format!("The first ten minutes need {required}; the balance is {balance}.");
            Err(("insufficient_balance", sentence))
        }
    }
}

fn wait(fleet: &Fleet, pod: &Pod) -> Result<(), WhyNot> {
    if !views::can_wait(pod) {
        return Err((
            "action_not_allowed",
            "Only a stopped pod, or one without its GPUs, can wait.".to_owned(),
        ));
    }
    let stopped = pod.state.kind() != PodStateKind::Running;
    if stopped && pod.waiting.is_none() && !query::gpus_taken(fleet, pod) {
        return Err((
            "gpus_free",
            "There is nothing to wait for: the GPUs are free.".to_owned(),
        ));
    }
    Ok(())
}

fn cpu_only(context: &Context<'_>, pod: &Pod, machine: Option<&Machine>) -> Result<(), WhyNot> {
    if pod.gpus_needed() == 0 {
        return Err(("no_gpus", "The pod has no GPUs to leave out.".to_owned()));
    }
    match views::blocked_start(context.fleet, pod, true, context.now) {
        Some(Blocked::GpusTaken) => open(views::not_covered(context.fleet, pod, true, context.now))?,
        blocked => open(blocked)?,
    }
    let room = machine.is_some_and(|it| {
        it.vcpu_used + CPU_ONLY_VCPUS <= it.vcpu_count
            && it.memory_gib_used + CPU_ONLY_MEMORY_GIB <= it.memory_gib
    });
    if room {
        Ok(())
    } else {
        Err((
            "machine_full",
            "The machine has no CPUs or memory left.".to_owned(),
        ))
    }
}

fn migrate(pod: &Pod, machine: Option<&Machine>, candidates: u32) -> Result<(), WhyNot> {
    allowed::pod(PodAction::Migrate, &pod.facts()).map_err(|it| (it.code(), it.to_string()))?;
    if machine.is_some_and(|it| !it.is_ready()) {
        return Err((
            "machine_unreachable",
            "A silent machine cannot be copied from.".to_owned(),
        ));
    }
    some_fit(candidates)
}

fn redeploy(pod: &Pod, candidates: u32) -> Result<(), WhyNot> {
    if pod.spec.mounts.is_empty() {
        return Err(("no_network_volume", "The pod has no network volume.".to_owned()));
    }
    some_fit(candidates)
}

fn some_fit(candidates: u32) -> Result<(), WhyNot> {
    if candidates > 0 {
        Ok(())
    } else {
        Err(("no_capacity", "No other machine fits now.".to_owned()))
    }
}

/// What a pod costs per hour without its GPUs: the CPU price and its disks.
fn cpu_only_cost(fleet: &Fleet, pod: &Pod) -> Money {
    let prices = &fleet.settings().prices;
    let disk = |gb| MinuteRate::monthly(prices.disk_running).per_hour(Quantity(gb));
    let volume = pod.spec.volume.as_ref().map_or(0, |it| it.size_gb);
    prices.cpu_only_hour + disk(pod.spec.container_disk_gb) + disk(volume)
}

pub(super) fn stop_preview(context: &Context<'_>) -> Result<Prepared, Problem> {
    let (fleet, pod) = (context.fleet, context.pod()?);
    let machine = fleet.machine(pod.machine_id);
    let (volume_used, container_used) = fleet.usage(pod);
    let fate = |disk: &str, name: Option<String>, size_gb, used_bytes| DiskFate {
        disk: disk.to_owned(),
        name,
        size_gb,
        used_bytes,
    };
    let volume = pod.spec.volume.as_ref();
    let volumes = pod.spec.mounts.iter().filter_map(|it| fleet.volume(it.volume_id));
    let stopped = MinuteRate::monthly(fleet.settings().prices.disk_stopped);
    let size = Quantity(volume.map_or(0, |it| it.size_gb));
    let given_back = u32::try_from(pod.slots.len()).unwrap_or(0);
    context.answer(&StopPreview {
        kept: volume
            .map(|it| fate("pod_volume", None, it.size_gb, volume_used))
            .into_iter()
            .chain(volumes.map(|it| {
                fate(
                    "network_volume",
                    Some(it.name.to_string()),
                    it.size.gb(),
                    it.used_bytes,
                )
            }))
            .collect(),
        lost: vec![fate(
            "container_disk",
            None,
            pod.spec.container_disk_gb,
            container_used,
        )],
        stopped_micros_per_day: stopped.charge(size, 1, DAY_MINUTES).micros(),
        return_odds: ReturnOdds {
            free_after_stop: machine.map_or(0, |it| it.gpu_free() + given_back),
            needed_gpus: pod.gpus_needed(),
            waiting: u32::try_from(fleet.waiting_on(pod.machine_id).count()).unwrap_or(u32::MAX),
            restarts: machine.map_or(0, |it| it.restarts),
            restarts_refused: machine.map_or(0, |it| it.restarts_refused),
        },
    })
}
