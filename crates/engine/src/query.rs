//! Questions about a fleet. They change nothing and do not fail on a broken fleet.

use std::collections::BTreeMap;

use domain::machine::Cloud;
use domain::names::{DataCenterId, GpuTypeId};
use domain::pod::PodStateKind;
use domain::runway::{OpenMeter, Runway, runway as find_runway};
use domain::{AccountId, Money, Timestamp};

use crate::decide::{draft_plan, money, place};
use crate::state::{
    Charge, Fleet, Machine, MeterReason, Migration, MigrationPlan, Pod, Resource, Subject, charge,
};

/// Credits less everything charged, minutes not yet posted included.
#[must_use]
pub fn balance(fleet: &Fleet, account_id: AccountId, now: Timestamp) -> Money {
    let unposted: Money = fleet.meters_of(account_id).map(|it| it.unposted(now)).sum();
    fleet.posted(account_id) - unposted
}

/// What is charged per hour, by part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Burn {
    /// GPUs and CPUs.
    pub compute: Money,
    /// Disks of running pods.
    pub disk_running: Money,
    /// Volumes of stopped pods.
    pub disk_stopped: Money,
    /// Network volumes.
    pub network_volume: Money,
}

impl Burn {
    /// All parts.
    #[must_use]
    pub fn total(self) -> Money {
        self.compute + self.disk_running + self.disk_stopped + self.network_volume
    }
}

/// What an account is charged per hour now.
#[must_use]
pub fn burn(fleet: &Fleet, account_id: AccountId) -> Burn {
    let mut burn = Burn::default();
    for meter in fleet.meters_of(account_id) {
        let part = match (meter.resource, meter.reason) {
            (Resource::PodGpu | Resource::PodCpu, _) => &mut burn.compute,
            (Resource::NetworkVolume, _) => &mut burn.network_volume,
            (_, MeterReason::StorageStopped) => &mut burn.disk_stopped,
            (Resource::ContainerDisk | Resource::PodVolume | Resource::Credit, _) => &mut burn.disk_running,
        };
        *part += meter.rate.per_hour(meter.quantity);
    }
    burn
}

/// What a balance must cover before a pod may start: ten minutes of it, of all that runs and of all that was accepted
/// and will run. What a silent machine has counts for nothing while it is not charged.
///
/// The pod may run or start already, on CPUs only: its new charges come in place of those, so they are not counted twice
///
#[must_use]
pub fn start_requires(fleet: &Fleet, pod: &Pod, cpu_only: bool) -> Money {
    let id = pod.account_id;
    let own = fleet.meters_on(Subject::Pod(pod.id));
    let rest = own.fold(fleet.draw(id), |draw, it| draw.without(it)).covered;
    let starting = fleet.starting(id) - fleet.starting_of(pod.id);
    let more = charge::started(fleet, pod, cpu_only);
    rest + starting + more.iter().map(Charge::covered).sum::<Money>()
}

/// Where an account's money ends.
#[must_use]
pub fn runway(fleet: &Fleet, account_id: AccountId, now: Timestamp) -> Option<Runway> {
    let meters: Vec<OpenMeter> = fleet.meters_of(account_id).map(money::open_meter).collect();
    find_runway(balance(fleet, account_id, now), &meters, now)
}

/// Charged since the first of the month, UTC; corrections taken off.
#[must_use]
pub fn month_to_date(fleet: &Fleet, account_id: AccountId, now: Timestamp) -> Money {
    let unposted: Money = fleet.meters_of(account_id).map(|it| it.unposted(now)).sum();
    unposted - fleet.posted_in_month(account_id, now)
}

/// Charged so far for a pod or volume, posted and not.
#[must_use]
pub fn accrued(fleet: &Fleet, account_id: AccountId, subject: Subject, now: Timestamp) -> Money {
    let unposted: Money = fleet.meters_on(subject).map(|it| it.unposted(now)).sum();
    unposted - fleet.posted_on(account_id, subject)
}

/// A pod's prices per hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PodCosts {
    /// As it is now.
    pub now: Money,
    /// Running with everything it asks for.
    pub running: Money,
    /// Stopped.
    pub stopped: Money,
}

/// What a pod costs.
#[must_use]
pub fn pod_costs(fleet: &Fleet, pod: &Pod) -> PodCosts {
    let now = fleet
        .meters_on(Subject::Pod(pod.id))
        .map(|it| it.rate.per_hour(it.quantity))
        .sum();
    let price = if pod.state.kind() == PodStateKind::Running && !pod.cpu_only {
        pod.price
    } else {
        None
    };
    let whole = Pod {
        cpu_only: false,
        price,
        ..pod.clone()
    };
    let sum = |charges: Vec<Charge>| charges.iter().map(Charge::per_hour).sum();
    PodCosts {
        now,
        running: sum(charge::running(fleet, &whole)),
        stopped: sum(charge::stopped(fleet, pod)),
    }
}

/// A pod's place in its machine's queue, from 1.
#[must_use]
pub fn queue_position(fleet: &Fleet, pod: &Pod) -> Option<u32> {
    pod.waiting?;
    let index = fleet.waiting_on(pod.machine_id).position(|it| it == pod.id)?;
    u32::try_from(index + 1).ok()
}

/// Whether a stopped pod's machine has not enough free GPUs for it. One that moves has its way out.
#[must_use]
pub fn gpus_taken(fleet: &Fleet, pod: &Pod) -> bool {
    let stopped =
        matches!(pod.state.kind(), PodStateKind::Stopped | PodStateKind::Error) && pod.binding.is_none();
    stopped
        && fleet
            .machine(pod.machine_id)
            .is_some_and(|it| it.is_ready() && it.gpu_free() < pod.gpus_needed())
}

/// Machines that could take a pod by a migration, best first.
#[must_use]
pub fn candidates<'a>(fleet: &'a Fleet, pod: &Pod, now: Timestamp) -> Vec<&'a Machine> {
    let Some(source) = fleet.machine(pod.machine_id) else {
        return Vec::new();
    };
    let own = [source.data_center_id.clone()];
    place::candidates(fleet, &place::move_demand(fleet, pod, &own), now).unwrap_or_else(|_| Vec::new())
}

/// Free GPUs of a pod's type on other machines of its tier.
#[must_use]
pub fn free_elsewhere(fleet: &Fleet, pod: &Pod, now: Timestamp) -> u32 {
    let Some(own) = fleet.machine(pod.machine_id) else {
        return 0;
    };
    fleet
        .machines()
        .filter(|it| {
            it.id != own.id && it.gpu_type == own.gpu_type && it.cloud == own.cloud && it.is_placeable(now)
        })
        .map(Machine::gpu_free)
        .sum()
}

/// Bytes per second between two machines that are reckoned with, slow and fast.
const COPY_RATES: [u64; 2] = [300_000_000, 450_000_000];

/// How long a copy takes, from and to, in seconds.
#[must_use]
pub const fn copy_seconds(bytes: u64) -> [u64; 2] {
    [bytes.div_ceil(COPY_RATES[1]), bytes.div_ceil(COPY_RATES[0])]
}

/// Bytes the new pod has written since the switch: what a revert loses.
#[must_use]
pub fn written_since_switch(fleet: &Fleet, migration: &Migration) -> u64 {
    let target = fleet
        .pod(migration.target_pod_id)
        .filter(|it| it.spec.volume.is_some());
    match (migration.switched_at, target) {
        (Some(_), Some(target)) => fleet.usage(target).0.saturating_sub(migration.used_at_switch),
        (Some(_) | None, _) => 0,
    }
}

/// Whether what a plan rests on has changed since it was made.
#[must_use]
pub fn plan_is_stale(fleet: &Fleet, plan: &MigrationPlan, now: Timestamp) -> bool {
    let Some(pod) = fleet.pod(plan.content.basis.pod_id) else {
        return true;
    };
    if fleet.pod(plan.new_pod_id).is_some() {
        // Carried out: what it says is what happened.
        return false;
    }
    let again = draft_plan(fleet, pod, plan.new_pod_id, Some(plan.content.basis.target), now);
    !again.is_ok_and(|it| it.basis == plan.content.basis)
}

/// A GPU type in one tier, and where it is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The type.
    pub gpu_type: GpuTypeId,
    /// The tier.
    pub cloud: Cloud,
    /// Per GPU and hour.
    pub price: Money,
    /// Data centres that have machines of it.
    pub places: Vec<OfferPlace>,
}

/// Free GPUs of a type in a data centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferPlace {
    /// The data centre.
    pub data_center_id: DataCenterId,
    /// Free ones.
    pub free: u32,
    /// Most on one machine.
    pub most: u32,
}

/// Everything that is offered, cheapest first; not-ready slots are never counted free.
#[must_use]
pub fn offers(fleet: &Fleet, now: Timestamp) -> Vec<Offer> {
    let mut found: BTreeMap<(GpuTypeId, Cloud), BTreeMap<DataCenterId, (u32, u32)>> = BTreeMap::new();
    for machine in fleet.machines() {
        let places = found
            .entry((machine.gpu_type.clone(), machine.cloud))
            .or_default();
        let place = places.entry(machine.data_center_id.clone()).or_default();
        let free = if machine.is_placeable(now) {
            machine.gpu_free()
        } else {
            0
        };
        *place = (place.0 + free, place.1.max(free));
    }
    let prices = &fleet.settings().prices;
    let mut offers: Vec<Offer> = prices
        .gpus
        .iter()
        .flat_map(|gpu| {
            Cloud::ALL
                .into_iter()
                .filter_map(move |cloud| Some((gpu, cloud, gpu.price(cloud)?)))
        })
        .map(|(gpu, cloud, price)| {
            let places = found.remove(&(gpu.id.clone(), cloud)).unwrap_or_default();
            let place = |(data_center_id, (free, most))| OfferPlace {
                data_center_id,
                free,
                most,
            };
            Offer {
                gpu_type: gpu.id.clone(),
                cloud,
                price,
                places: places.into_iter().map(place).collect(),
            }
        })
        .collect();
    offers.sort_by(|a, b| (a.price, &a.gpu_type, a.cloud).cmp(&(b.price, &b.gpu_type, b.cloud)));
    offers
}

/// GPU types of a data centre with free ones and the most on one machine.
#[must_use]
pub fn free_in(fleet: &Fleet, data_center_id: &DataCenterId, now: Timestamp) -> Vec<(GpuTypeId, u32, u32)> {
    let mut found: BTreeMap<GpuTypeId, (u32, u32)> = BTreeMap::new();
    for machine in fleet.machines().filter(|it| it.data_center_id == *data_center_id) {
        let free = if machine.is_placeable(now) {
            machine.gpu_free()
        } else {
            0
        };
        let place = found.entry(machine.gpu_type.clone()).or_default();
        *place = (place.0 + free, place.1.max(free));
    }
    found
        .into_iter()
        .map(|(gpu, (free, most))| (gpu, free, most))
        .collect()
}

/// The SSH command of a pod that listens on port 22.
#[must_use]
pub fn ssh_command(fleet: &Fleet, pod: &Pod) -> Option<String> {
    let machine = fleet.machine(pod.machine_id)?;
    let listens = pod.spec.ports.iter().any(|it| it.number == 22);
    listens.then(|| crate::decide::ssh_command(machine, pod.id, &pod.ports, &fleet.settings().pod_domain))
}

/// vCPUs and GiB of memory a pod has on its machine.
#[must_use]
pub fn share(fleet: &Fleet, pod: &Pod) -> (u32, u32) {
    fleet.machine(pod.machine_id).map_or((0, 0), |machine| {
        let share = place::share(machine, &pod.spec, pod.cpu_only);
        (share.vcpus, share.memory_gib)
    })
}
