//! Bytes on a disk that grow while a pod runs.

use domain::Timestamp;

/// What is measured goes up in steps of this many bytes: measuring a large disk costs, so nobody
/// measures every second, and a report that changes nothing need not be written down.
const STEP_BYTES: u64 = 256 << 20;
/// Parts of a disk, in percent, that a pod fills by itself.
const FILL_PERCENT_MAX: u64 = 92;

/// One disk of a pod.
#[derive(Debug, Clone)]
pub(super) struct Usage {
    /// Used when `growing_since` began, or for good.
    bytes: u64,
    capacity_bytes: u64,
    bytes_per_second: u64,
    growing_since: Option<Timestamp>,
}

impl Usage {
    pub(super) const fn new(bytes_per_second: u64, capacity_gb: u32) -> Self {
        let capacity_bytes = capacity_gb as u64 * 1_000_000_000;
        Self {
            bytes: 0,
            capacity_bytes,
            bytes_per_second,
            growing_since: None,
        }
    }

    /// Bytes as measured at `now`.
    pub(super) fn at(&self, now: Timestamp) -> u64 {
        let Some(since) = self.growing_since else {
            return self.bytes;
        };
        let grown = self.bytes_per_second * now.since(since).max(0).unsigned_abs() / 1000;
        let limit = (self.capacity_bytes / 100 * FILL_PERCENT_MAX).max(self.bytes);
        (self.bytes + grown / STEP_BYTES * STEP_BYTES).min(limit)
    }

    pub(super) fn grow_from(&mut self, now: Timestamp) {
        self.growing_since = Some(now);
    }

    /// Stays as it is at `now`.
    pub(super) fn hold(&mut self, now: Timestamp) {
        self.bytes = self.at(now);
        self.growing_since = None;
    }

    /// Has `bytes`, at most its size, and grows on if it was growing.
    pub(super) fn set(&mut self, bytes: u64, now: Timestamp) {
        self.bytes = bytes.min(self.capacity_bytes);
        self.growing_since = self.growing_since.map(|_| now);
    }

    pub(super) const fn wipe(&mut self) {
        self.bytes = 0;
        self.growing_since = None;
    }

    pub(super) const fn resize(&mut self, capacity_gb: u32) {
        self.capacity_bytes = capacity_gb as u64 * 1_000_000_000;
    }
}
