//! The life of one simulated pod.

use std::collections::BTreeSet;

use agent_api::{CopyOrder, CopyReport, MountUsage, Observed, PodOrder, PodReport};
use domain::names::Image;
use domain::{MigrationId, PodId, Timestamp, VolumeId};

use super::copy::SimCopy;
use super::draw::draw_in;
use super::usage::Usage;
use crate::sentinel::Sentinel;

/// Bytes of an image pulled in a second.
const PULL_BYTES_PER_SECOND: u64 = 400_000_000;
/// Milliseconds a registry takes to say that it does not have an image.
const NOT_FOUND_MS: i64 = 1_500;
/// Milliseconds a command lives that ends at once.
const EXIT_MS: i64 = 800;

/// A pod on a simulated machine.
#[derive(Debug)]
pub(super) struct SimPod {
    pod_id: PodId,
    /// As last ordered; sentinels are read from it.
    name: String,
    image: Image,
    incarnation: u32,
    start_ms: i64,
    stop_ms: i64,
    phase: Phase,
    volume: Usage,
    container: Usage,
    copy: Option<SimCopy>,
    /// What a copy left on the volume when it ended or power was lost.
    received: Option<Received>,
    mounts: Vec<VolumeId>,
}

/// What is on a network volume belongs to the volume: every pod that mounts it sees the same.
fn mounted(volume_id: &VolumeId) -> MountUsage {
    let used_bytes = draw_in(volume_id, "network volume", 40_000_000_000..=180_000_000_000);
    MountUsage {
        volume_id: *volume_id,
        used_bytes,
    }
}

#[derive(Debug, Clone, Copy)]
struct Received {
    migration_id: MigrationId,
    bytes_verified: u64,
    stalls: bool,
}

#[derive(Debug)]
enum Phase {
    Pulling {
        since: Timestamp,
        until: Timestamp,
        bytes_total: u64,
    },
    /// `until` is `None` for a container that never becomes ready.
    Starting {
        until: Option<Timestamp>,
    },
    Running {
        exits_at: Option<Timestamp>,
    },
    Stopping {
        until: Timestamp,
    },
    Stopped,
    Exited {
        code: i32,
    },
    Failed {
        message: String,
    },
}

impl SimPod {
    /// A stopped pod with an empty volume.
    pub(super) fn new(order: &PodOrder) -> Self {
        let pod_id = &order.pod_id;
        let mut pod = Self {
            pod_id: order.pod_id,
            name: String::new(),
            image: order.image.clone(),
            incarnation: order.incarnation,
            start_ms: 0,
            stop_ms: 0,
            phase: Phase::Stopped,
            volume: Usage::new(draw_in(pod_id, "volume growth", 20_000..=250_000), 0),
            container: Usage::new(draw_in(pod_id, "container growth", 5_000..=60_000), 0),
            copy: None,
            received: None,
            mounts: Vec::new(),
        };
        pod.read(order);
        pod
    }

    /// A pod in the state it was last seen in.
    pub(super) fn restored(
        order: &PodOrder,
        seen: &PodReport,
        images: &BTreeSet<Image>,
        now: Timestamp,
    ) -> Self {
        let mut pod = Self::new(order);
        match &seen.observed {
            Observed::Pulling { .. } => pod.start(order, images, now),
            Observed::Starting => pod.begin_starting(now),
            Observed::Running => pod.begin_running(now),
            Observed::Stopping => {
                pod.phase = Phase::Stopping {
                    until: now + pod.stop_ms,
                }
            }
            Observed::Stopped => {}
            Observed::Exited { code } => pod.phase = Phase::Exited { code: *code },
            Observed::Failed { message } => {
                pod.phase = Phase::Failed {
                    message: message.clone(),
                }
            }
        }
        pod.incarnation = seen.incarnation;
        pod.volume.set(seen.volume_used_bytes, now);
        pod.container.set(seen.container_used_bytes, now);
        pod
    }

    fn read(&mut self, order: &PodOrder) {
        let pod_id = &order.pod_id;
        self.name.clone_from(&order.name);
        self.image = order.image.clone();
        self.incarnation = order.incarnation;
        self.volume
            .resize(order.volume.as_ref().map_or(0, |it| it.size_gb));
        self.container.resize(order.container_disk_gb);
        self.mounts = order.mounts.iter().map(|it| it.volume_id).collect();
        let start_key = format_args!("{pod_id}/{}", order.incarnation).to_string();
        self.start_ms = draw_in(&start_key, "start", 2_000..=4_000).cast_signed();
        self.stop_ms = draw_in(&start_key, "stop", 400..=5_000).cast_signed();
    }

    /// Pulls the image, or starts at once if it is there.
    pub(super) fn start(&mut self, order: &PodOrder, images: &BTreeSet<Image>, now: Timestamp) {
        self.read(order);
        self.container.wipe();
        self.phase = if Sentinel::FailPull.is_in(&self.name) {
            Phase::Pulling {
                since: now,
                until: now + NOT_FOUND_MS,
                bytes_total: 0,
            }
        } else if images.contains(&self.image) {
            self.begin_starting(now);
            return;
        } else {
            let bytes_total = draw_in(&self.image, "image size", 2_000_000_000..=18_000_000_000);
            let millis = bytes_total.div_ceil(PULL_BYTES_PER_SECOND / 1000).cast_signed();
            Phase::Pulling {
                since: now,
                until: now + millis,
                bytes_total,
            }
        };
    }

    /// Sends SIGTERM; what has no process ends at once.
    pub(super) fn stop(&mut self, now: Timestamp) {
        match self.phase {
            Phase::Running { .. } | Phase::Starting { .. } => {
                self.volume.hold(now);
                self.container.hold(now);
                self.phase = Phase::Stopping {
                    until: now + self.stop_ms,
                };
            }
            Phase::Pulling { .. } | Phase::Exited { .. } | Phase::Failed { .. } => self.end_container(),
            Phase::Stopping { .. } | Phase::Stopped => {}
        }
    }

    pub(super) fn lose_power(&mut self, now: Timestamp) {
        self.leave(now);
        self.volume.hold(now);
        self.end_container();
    }

    /// Takes another pod's volume, from what this one has or the order says it has.
    pub(super) fn take(&mut self, order: &CopyOrder, now: Timestamp) {
        let received = self.received.filter(|it| it.migration_id == order.migration_id);
        let verified = received.map_or(order.bytes_verified, |it| it.bytes_verified);
        let stalls = received.map_or(Sentinel::FailCopy.is_in(&self.name), |it| it.stalls);
        self.copy = Some(SimCopy::begin(self.pod_id, order, verified, stalls, now));
    }

    pub(super) fn takes(&self, migration_id: MigrationId) -> bool {
        self.copy
            .as_ref()
            .is_some_and(|it| it.migration_id == migration_id)
    }

    /// Ends a copy; its verified bytes stay on the volume.
    pub(super) fn leave(&mut self, now: Timestamp) {
        if let Some(copy) = self.copy.take() {
            let bytes_verified = copy.verified(now);
            self.volume.set(bytes_verified, now);
            let (migration_id, stalls) = (copy.migration_id, copy.stalls());
            self.received = Some(Received {
                migration_id,
                bytes_verified,
                stalls,
            });
        }
    }

    pub(super) fn cut_copy(&mut self, now: Timestamp) {
        if let Some(copy) = &mut self.copy {
            copy.cut(now);
        }
    }

    pub(super) fn fill_volume(&mut self, used_bytes: u64, now: Timestamp) {
        self.volume.set(used_bytes, now);
    }

    /// Does everything that is due by `now`, in order; whether something did.
    pub(super) fn advance(&mut self, now: Timestamp, images: &mut BTreeSet<Image>) -> bool {
        let mut changed = false;
        while let Some(at) = self.phase_ends().filter(|it| *it <= now) {
            self.change(at, images);
            changed = true;
        }
        if let Some(copy) = &mut self.copy {
            while let Some(at) = copy.next_change().filter(|it| *it <= now) {
                copy.change(at);
                changed = true;
            }
        }
        changed
    }

    pub(super) fn next_change(&self) -> Option<Timestamp> {
        let of_copy = self.copy.as_ref().and_then(SimCopy::next_change);
        self.phase_ends().into_iter().chain(of_copy).min()
    }

    pub(super) fn is_progressing(&self) -> bool {
        matches!(self.phase, Phase::Pulling { .. }) || self.copy.as_ref().is_some_and(SimCopy::is_moving)
    }

    pub(super) fn report(&self, now: Timestamp) -> PodReport {
        let observed = match &self.phase {
            Phase::Pulling {
                since, bytes_total, ..
            } => {
                let millis = now.since(*since).max(0).unsigned_abs();
                let bytes_done = (PULL_BYTES_PER_SECOND / 1000 * millis).min(*bytes_total);
                Observed::Pulling {
                    bytes_done,
                    bytes_total: *bytes_total,
                }
            }
            Phase::Starting { .. } => Observed::Starting,
            Phase::Running { .. } => Observed::Running,
            Phase::Stopping { .. } => Observed::Stopping,
            Phase::Stopped => Observed::Stopped,
            Phase::Exited { code } => Observed::Exited { code: *code },
            Phase::Failed { message } => Observed::Failed {
                message: message.clone(),
            },
        };
        let taken = self.copy.as_ref().map(|it| it.verified(now));
        PodReport {
            pod_id: self.pod_id,
            incarnation: self.incarnation,
            observed,
            volume_used_bytes: taken.unwrap_or_else(|| self.volume.at(now)),
            container_used_bytes: self.container.at(now),
            mounts: self.mounts.iter().map(mounted).collect(),
        }
    }

    pub(super) fn copy_report(&self, now: Timestamp) -> Option<CopyReport> {
        self.copy.as_ref().map(|it| it.report(now))
    }

    fn phase_ends(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Pulling { until, .. } | Phase::Stopping { until } => Some(until),
            Phase::Starting { until } => until,
            Phase::Running { exits_at } => exits_at,
            Phase::Stopped | Phase::Exited { .. } | Phase::Failed { .. } => None,
        }
    }

    /// Ends the present phase, at the moment it ends.
    fn change(&mut self, at: Timestamp, images: &mut BTreeSet<Image>) {
        match self.phase {
            Phase::Pulling { .. } if Sentinel::FailPull.is_in(&self.name) => {
                let message = format!(
                    "The image {} was not found. Check its name and tag, or give credentials if its registry \
                     asks for them; then start the pod again.",
                    self.image
                );
                self.phase = Phase::Failed { message };
            }
            Phase::Pulling { .. } => {
                images.insert(self.image.clone());
                self.begin_starting(at);
            }
            Phase::Starting { .. } if Sentinel::FailStart.is_in(&self.name) => {
                let message = "The start command was not found in the image or cannot be executed. Correct the \
                               command, or clear it to use the image's own; then start the pod again.";
                self.phase = Phase::Failed {
                    message: message.to_owned(),
                };
            }
            Phase::Starting { .. } => self.begin_running(at),
            Phase::Running { .. } => {
                self.volume.hold(at);
                self.container.hold(at);
                self.phase = Phase::Exited { code: 1 };
            }
            Phase::Stopping { .. } => self.end_container(),
            Phase::Stopped | Phase::Exited { .. } | Phase::Failed { .. } => {}
        }
    }

    fn begin_starting(&mut self, now: Timestamp) {
        let until = (!Sentinel::NeverReady.is_in(&self.name)).then_some(now + self.start_ms);
        self.phase = Phase::Starting { until };
    }

    fn begin_running(&mut self, now: Timestamp) {
        self.volume.grow_from(now);
        self.container.grow_from(now);
        let exits_at = Sentinel::ExitAtOnce.is_in(&self.name).then_some(now + EXIT_MS);
        self.phase = Phase::Running { exits_at };
    }

    fn end_container(&mut self) {
        self.container.wipe();
        self.phase = Phase::Stopped;
    }
}
