//! What a pod is charged for in each of its lives, at the prices of the day.

use domain::pod::{Compute, DesiredPod, PodStateKind, Tenancy};
use domain::runway::COVERED_MINUTES;
use domain::{MigrationId, MinuteRate, Money, Quantity};

use super::{Fleet, MeterReason, Pod, Resource};

/// A charge as a state calls for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Charge {
    pub resource: Resource,
    pub reason: MeterReason,
    pub rate: MinuteRate,
    pub quantity: Quantity,
    pub migration_id: Option<MigrationId>,
}

impl Charge {
    /// What it takes of a balance for the minutes that must be covered.
    pub fn covered(&self) -> Money {
        self.rate.charge(self.quantity, 1, COVERED_MINUTES.unsigned_abs())
    }

    /// What it comes to in an hour.
    pub fn per_hour(&self) -> Money {
        self.rate.per_hour(self.quantity)
    }
}

/// The pod's compute while it runs: GPUs, CPUs, or CPUs in place of its GPUs.
pub(crate) fn compute(fleet: &Fleet, pod: &Pod) -> Charge {
    let prices = &fleet.settings().prices;
    let charge = |resource, reason, price, quantity| Charge {
        resource,
        reason,
        rate: MinuteRate::hourly(price),
        quantity: Quantity(quantity),
        migration_id: None,
    };
    match &pod.spec.compute {
        Compute::Gpu { .. } if pod.cpu_only => {
            charge(Resource::PodCpu, MeterReason::CpuOnly, prices.cpu_only_hour, 1)
        }
        Compute::Gpu { gpu_type, count } => {
            // The price is fixed at start; before the first start it is today's.
            let listed = || {
                let cloud = fleet.machine(pod.machine_id)?.cloud;
                prices.gpu(gpu_type)?.price(cloud)
            };
            let price = match pod.spec.tenancy {
                Tenancy::OnDemand => pod.price.or_else(listed).unwrap_or(Money::ZERO),
                Tenancy::Spot { bid } => bid,
            };
            charge(Resource::PodGpu, MeterReason::Running, price, *count)
        }
        Compute::Cpu { vcpu_count, .. } => charge(
            Resource::PodCpu,
            MeterReason::Running,
            pod.price.unwrap_or(prices.vcpu_hour),
            *vcpu_count,
        ),
    }
}

/// Everything a running pod is charged for: its compute, and its disks.
pub(crate) fn running(fleet: &Fleet, pod: &Pod) -> Vec<Charge> {
    let rate = MinuteRate::monthly(fleet.settings().prices.disk_running);
    let disk = |resource, gb| Charge {
        resource,
        reason: MeterReason::StorageRunning,
        rate,
        quantity: Quantity(gb),
        migration_id: None,
    };
    let volume = pod.spec.volume.as_ref();
    [
        compute(fleet, pod),
        disk(Resource::ContainerDisk, pod.spec.container_disk_gb),
    ]
    .into_iter()
    .chain(volume.map(|it| disk(Resource::PodVolume, it.size_gb)))
    .collect()
}

/// The same once it is started now: at today's price, with all its GPUs or on CPUs only.
pub(crate) fn started(fleet: &Fleet, pod: &Pod, cpu_only: bool) -> Vec<Charge> {
    let started = Pod {
        cpu_only,
        price: None,
        ..pod.clone()
    };
    running(fleet, &started)
}

/// The pod volume of a stopped pod.
pub(crate) fn stopped(fleet: &Fleet, pod: &Pod) -> Vec<Charge> {
    let rate = MinuteRate::monthly(fleet.settings().prices.disk_stopped);
    let volume = pod.spec.volume.as_ref().map(|it| Charge {
        resource: Resource::PodVolume,
        reason: MeterReason::StorageStopped,
        rate,
        quantity: Quantity(it.size_gb),
        migration_id: None,
    });
    volume.into_iter().collect()
}

/// What a pod that was accepted and does not run yet will take of the balance, beside what its meters take already.
#[must_use]
pub fn starting(fleet: &Fleet, pod: &Pod) -> Money {
    let starts = matches!(
        pod.state.kind(),
        PodStateKind::Queued | PodStateKind::Provisioning | PodStateKind::Starting
    );
    if pod.desired != DesiredPod::Running || !starts {
        return Money::ZERO;
    }
    let is_metered = |it: &Charge| it.resource == Resource::PodVolume && !pod.is_new_side();
    let charges = running(fleet, pod).into_iter().filter(|it| !is_metered(it));
    charges.map(|it| it.covered()).sum()
}
