//! The simulated driver: containers, volumes and copies that take their time, without a machine.
//!
//! Everything it draws (image sizes, rates, delays) is a hash of names and IDs, so one story is the
//! same wherever it is told: in a test, on the server, in the browser.

mod copy;
mod draw;
mod pod;
mod usage;

use std::collections::{BTreeMap, BTreeSet};

use agent_api::{CopyReport, Observed, PodOrder, PodReport};
use domain::names::Image;
use domain::{MachineId, PodId, Timestamp};

use crate::agent::Agent;
use crate::driver::{Action, Driver};

pub use copy::CHUNK_BYTES;
use pod::SimPod;

/// One simulated machine.
#[derive(Debug, Default)]
pub struct Sim {
    pods: BTreeMap<PodId, SimPod>,
    /// Images that need not be pulled again.
    images: BTreeSet<Image>,
}

impl Sim {
    /// A machine without pods and images.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Driver for Sim {
    fn advance(&mut self, now: Timestamp) -> bool {
        let mut changed = false;
        for pod in self.pods.values_mut() {
            changed |= pod.advance(now, &mut self.images);
        }
        changed
    }

    fn next_change(&self) -> Option<Timestamp> {
        self.pods.values().filter_map(SimPod::next_change).min()
    }

    fn is_progressing(&self) -> bool {
        self.pods.values().any(SimPod::is_progressing)
    }

    fn pods(&self, now: Timestamp) -> Vec<PodReport> {
        self.pods.values().map(|it| it.report(now)).collect()
    }

    fn copies(&self, now: Timestamp) -> Vec<CopyReport> {
        let mut copies: Vec<_> = self.pods.values().filter_map(|it| it.copy_report(now)).collect();
        copies.sort_by_key(|it| it.migration_id);
        copies
    }

    fn apply(&mut self, action: Action<'_>, now: Timestamp) {
        match action {
            Action::Create(order) => {
                self.pods
                    .entry(order.pod_id)
                    .or_insert_with(|| SimPod::new(order));
            }
            Action::Start(order) => {
                if let Some(pod) = self.pods.get_mut(&order.pod_id) {
                    pod.start(order, &self.images, now);
                }
            }
            Action::Stop(pod_id) => {
                if let Some(pod) = self.pods.get_mut(&pod_id) {
                    pod.stop(now);
                }
            }
            Action::Remove(pod_id) => {
                self.pods.remove(&pod_id);
            }
            Action::Take(pod_id, order) => {
                if let Some(pod) = self.pods.get_mut(&pod_id) {
                    pod.take(order, now);
                }
            }
            Action::Leave(migration_id) => {
                for pod in self.pods.values_mut().filter(|it| it.takes(migration_id)) {
                    pod.leave(now);
                }
            }
        }
    }
}

/// What happens to a machine from outside, besides its document.
impl Agent<Sim> {
    /// A simulated machine. Its first boot is drawn from its ID.
    #[must_use]
    pub fn simulated(machine_id: MachineId) -> Self {
        Self::new(machine_id, draw::draw(&machine_id, "boot"), Sim::new())
    }

    /// The machine loses power and is back at once: memory and container disks are gone, pod
    /// volumes and verified bytes are kept, and what should run is started again.
    pub fn reboot(&mut self, now: Timestamp) {
        let boot_id = draw::draw(&format_args!("{}@{now}", self.boot_id()), "boot");
        self.with_driver(|sim| sim.pods.values_mut().for_each(|it| it.lose_power(now)));
        self.restarted(boot_id);
    }

    /// Cuts every copy this machine takes. Each resumes at its last verified chunk.
    pub fn cut_copies(&mut self, now: Timestamp) {
        self.with_driver(|sim| sim.pods.values_mut().for_each(|it| it.cut_copy(now)));
    }

    /// Puts a pod into the state it was last seen in, as if it had been there all along.
    ///
    /// For a simulation that goes on where another one ended: without it every running pod would be
    /// pulled and started again, and every volume would be empty.
    pub fn restore(&mut self, order: &PodOrder, seen: &PodReport, now: Timestamp) {
        self.with_driver(|sim| {
            let pulled = !matches!(seen.observed, Observed::Pulling { .. } | Observed::Failed { .. });
            if pulled {
                sim.images.insert(order.image.clone());
            }
            sim.pods
                .insert(order.pod_id, SimPod::restored(order, seen, &sim.images, now));
        });
    }

    /// Writes data to a pod's volume, so that `used_bytes` are used; at most its size.
    pub fn fill_volume(&mut self, pod_id: PodId, used_bytes: u64, now: Timestamp) {
        self.with_driver(|sim| {
            if let Some(pod) = sim.pods.get_mut(&pod_id) {
                pod.fill_volume(used_bytes, now);
            }
        });
    }
}
