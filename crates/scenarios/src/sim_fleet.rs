//! The simulated machines of a fleet, without an engine: the far side of an in-process link.

use std::collections::{BTreeMap, BTreeSet};

use agent_api::{Document, Observed, PodReport, Report, Version};
use domain::pod::{PodState, PodStateKind};
use domain::{MachineId, PodId, Timestamp};
use engine::state::Pod;
use engine::{Fleet, desired};
use host_agent::sentinel::Sentinel;
use host_agent::{Agent, DocumentRefused, Sim};

/// Milliseconds a machine with the sentinel `silent` is heard after it has joined.
pub const SILENT_AFTER_MS: i64 = 300_000;

/// Simulated machines by ID. A machine comes into being with the first thing said about it.
///
/// A step costs only as much as there is due: machines are kept in the order of their deadlines.
#[derive(Debug, Default)]
pub struct SimFleet {
    hosts: BTreeMap<MachineId, Agent<Sim>>,
    due: BTreeSet<(Timestamp, MachineId)>,
}

impl SimFleet {
    /// A fleet without machines.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The machines of `fleet` as it last saw them, for a simulation whose machines ended with it.
    ///
    /// What ran goes on running, volumes have their data, and who was silent stays silent. Documents
    /// are yet to be delivered.
    #[must_use]
    pub fn resume(fleet: &Fleet, now: Timestamp) -> Self {
        let mut hosts = Self::new();
        for machine in fleet.machines() {
            hosts.switch_on(machine.id);
            hosts.set_silent(machine.id, !machine.is_ready());
            let orders = desired::document(fleet, machine.id, 0)
                .map(|it| it.pods)
                .unwrap_or_default();
            for order in &orders {
                if let Some(pod) = fleet.pod(order.pod_id) {
                    hosts.with_host(machine.id, |it| it.restore(order, &last_seen(fleet, pod), now));
                }
            }
        }
        hosts
    }

    /// A machine's agent, if anything was said about the machine.
    #[must_use]
    pub fn host(&self, machine_id: MachineId) -> Option<&Agent<Sim>> {
        self.hosts.get(&machine_id)
    }

    /// Switches a machine on, unless it is.
    pub fn switch_on(&mut self, machine_id: MachineId) {
        if !self.hosts.contains_key(&machine_id) {
            let agent = Agent::simulated(machine_id);
            self.due.extend(agent.next_deadline().map(|at| (at, machine_id)));
            self.hosts.insert(machine_id, agent);
        }
    }

    /// Hands a document to its machine, called `name`, which is switched on if need be.
    ///
    /// A silent machine does not hear it: when it speaks again its report tells which document it has,
    /// and whoever reads that sends the present one.
    ///
    /// # Errors
    /// The machine knows a newer one.
    pub fn deliver(&mut self, name: &str, document: Document, now: Timestamp) -> Result<(), DocumentRefused> {
        let machine_id = document.machine_id;
        self.switch_on(machine_id);
        let deliver = |agent: &mut Agent<Sim>| {
            let is_first = agent.accepted() == Version::default() && !agent.is_silent(now);
            if is_first && Sentinel::Silent.is_in(name) {
                // A machine that joins is heard for a while, so that pods can be put on it. One that
                // holds pods already was silent in the life before this one.
                let speaks_ms = if document.pods.is_empty() {
                    SILENT_AFTER_MS
                } else {
                    0
                };
                agent.silence_from(now + speaks_ms);
            }
            if agent.is_silent(now) {
                Ok(())
            } else {
                agent.accept(document)
            }
        };
        self.with_host(machine_id, deliver).unwrap_or(Ok(()))
    }

    /// Writes data to a pod's volume, so that `used_bytes` are used; at most its size.
    pub fn fill_volume(&mut self, machine_id: MachineId, pod_id: PodId, used_bytes: u64, now: Timestamp) {
        self.with_host(machine_id, |it| it.fill_volume(pod_id, used_bytes, now));
    }

    /// A machine's network is cut or mended.
    pub fn set_silent(&mut self, machine_id: MachineId, silent: bool) {
        self.with_host(machine_id, |it| it.set_silent(silent));
    }

    /// A machine loses power and is back at once.
    pub fn reboot(&mut self, machine_id: MachineId, now: Timestamp) {
        self.with_host(machine_id, |it| it.reboot(now));
    }

    /// Every copy a machine takes is cut off and resumes.
    pub fn cut_copies(&mut self, machine_id: MachineId, now: Timestamp) {
        self.with_host(machine_id, |it| it.cut_copies(now));
    }

    /// When a machine has something to do next.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.due.first().map(|it| it.0)
    }

    /// Steps every machine that is due by `now`; what they report, in a fixed order.
    pub fn step(&mut self, now: Timestamp) -> Vec<Report> {
        let mut reports = Vec::new();
        while let Some((at, machine_id)) = self.due.first().copied().filter(|it| it.0 <= now) {
            let report = self.with_host(machine_id, |it| it.step(now)).flatten();
            // A step leaves nothing due by `now`; one that did would be asked for ever.
            debug_assert!(!self.due.contains(&(at, machine_id)));
            reports.extend(report);
        }
        reports
    }

    /// Changes a host and keeps the order of deadlines.
    fn with_host<T>(
        &mut self,
        machine_id: MachineId,
        change: impl FnOnce(&mut Agent<Sim>) -> T,
    ) -> Option<T> {
        let agent = self.hosts.get_mut(&machine_id)?;
        let before = agent.next_deadline();
        let result = change(agent);
        let after = agent.next_deadline();
        if before != after {
            if let Some(at) = before {
                self.due.remove(&(at, machine_id));
            }
            if let Some(at) = after {
                self.due.insert((at, machine_id));
            }
        }
        Some(result)
    }
}

/// A pod as its machine would report it, from what the engine knows.
fn last_seen(fleet: &Fleet, pod: &Pod) -> PodReport {
    let (volume_used_bytes, container_used_bytes) = fleet.usage(pod);
    let kind = match pod.state {
        PodState::Unreachable { was, .. } => was,
        PodState::Queued { .. }
        | PodState::Provisioning { .. }
        | PodState::Starting { .. }
        | PodState::Running { .. }
        | PodState::Stopping { .. }
        | PodState::Stopped { .. }
        | PodState::Error { .. }
        | PodState::Terminating { .. }
        | PodState::Terminated { .. } => pod.state.kind(),
    };
    let observed = match kind {
        PodStateKind::Provisioning => Observed::Pulling {
            bytes_done: 0,
            bytes_total: 0,
        },
        PodStateKind::Starting => Observed::Starting,
        PodStateKind::Running => Observed::Running,
        PodStateKind::Stopping => Observed::Stopping,
        PodStateKind::Queued
        | PodStateKind::Stopped
        | PodStateKind::Unreachable
        | PodStateKind::Error
        | PodStateKind::Terminating
        | PodStateKind::Terminated => Observed::Stopped,
    };
    let incarnation = pod.incarnation;
    PodReport {
        pod_id: pod.id,
        incarnation,
        observed,
        volume_used_bytes,
        container_used_bytes,
        mounts: Vec::new(),
    }
}
