//! A copy of a pod volume, as the taking side does it: verified chunks, resumed where they end.

use agent_api::{CopyOrder, CopyReport, CopySide, CopyVerified};
use domain::{MigrationId, PodId, Timestamp};

use super::draw::draw_in;

/// Bytes that are hashed and verified together. A cut-off copy loses less than this.
pub const CHUNK_BYTES: u64 = 64 << 20;
/// Milliseconds until a cut-off copy is connected again.
const RECONNECT_MS: i64 = 5_000;
/// Where and for how long a copy with the sentinel stalls.
const STALL_PERCENT: u64 = 60;
const STALL_MS: i64 = 20_000;
/// Most files of a manifest; larger volumes have larger files.
const FILES_MAX: u64 = 20_000;
/// Mean size of a file of a volume that is not large.
const FILE_BYTES: u64 = 40_000_000;

/// A copy into a pod.
#[derive(Debug, Clone)]
pub(super) struct SimCopy {
    pub(super) migration_id: MigrationId,
    from: Option<PodId>,
    bytes_total: u64,
    bytes_per_second: u64,
    /// Verified when the present flow began: whole chunks, or everything.
    verified: u64,
    flow: Flow,
    /// Bytes at which the sentinel stalls it; taken when it has.
    stall_at: Option<u64>,
}

#[derive(Debug, Clone)]
enum Flow {
    Moving { since: Timestamp },
    Held { until: Timestamp, problem: String },
    Done(CopyVerified),
}

impl SimCopy {
    /// Goes on behind `verified` bytes, of which whole chunks count.
    pub(super) fn begin(
        taker: PodId,
        order: &CopyOrder,
        verified: u64,
        stalls: bool,
        now: Timestamp,
    ) -> Self {
        let from = match order.side {
            CopySide::Take { from } => Some(from),
            CopySide::Give { .. } => None,
        };
        let stall_at = whole_chunks(order.bytes_total / 100 * STALL_PERCENT, order.bytes_total);
        let verified = whole_chunks(verified, order.bytes_total);
        Self {
            migration_id: order.migration_id,
            from,
            bytes_total: order.bytes_total,
            bytes_per_second: draw_in(&taker, "copy rate", 300_000_000..=450_000_000),
            verified,
            flow: Flow::Moving { since: now },
            stall_at: (stalls && verified <= stall_at).then_some(stall_at),
        }
    }

    /// Bytes verified at `now`.
    pub(super) fn verified(&self, now: Timestamp) -> u64 {
        match &self.flow {
            Flow::Moving { since } => {
                let moved = u128::from(self.bytes_per_second)
                    * u128::from(now.since(*since).max(0).unsigned_abs())
                    / 1000;
                let bytes = u64::try_from(moved)
                    .unwrap_or(u64::MAX)
                    .saturating_add(self.verified);
                whole_chunks(bytes, self.bytes_total).min(self.stall_at.unwrap_or(u64::MAX))
            }
            Flow::Held { .. } => self.verified,
            Flow::Done(_) => self.bytes_total,
        }
    }

    pub(super) fn next_change(&self) -> Option<Timestamp> {
        match &self.flow {
            Flow::Moving { since } => {
                let left = self.stall_at.unwrap_or(self.bytes_total) - self.verified;
                let millis = (u128::from(left) * 1000).div_ceil(u128::from(self.bytes_per_second));
                Some(*since + i64::try_from(millis).unwrap_or(i64::MAX))
            }
            Flow::Held { until, .. } => Some(*until),
            Flow::Done(_) => None,
        }
    }

    /// Does one thing that is due at `at`, its [`next_change`](Self::next_change).
    pub(super) fn change(&mut self, at: Timestamp) {
        match &self.flow {
            Flow::Moving { .. } => match self.stall_at.take() {
                Some(stall_at) => {
                    self.verified = stall_at;
                    let problem = "The source's disk does not answer. The copy is tried again by itself; \
                                   what is verified is kept.";
                    self.flow = Flow::Held {
                        until: at + STALL_MS,
                        problem: problem.to_owned(),
                    };
                }
                None => {
                    self.verified = self.bytes_total;
                    self.flow = Flow::Done(self.result());
                }
            },
            Flow::Held { .. } => self.flow = Flow::Moving { since: at },
            Flow::Done(_) => {}
        }
    }

    /// The connection to the source is lost; a chunk that was under way is lost with it.
    pub(super) fn cut(&mut self, now: Timestamp) {
        if let Flow::Moving { .. } = self.flow {
            self.verified = self.verified(now);
            let problem =
                "The connection to the source was lost. The copy resumes at the last verified chunk.";
            self.flow = Flow::Held {
                until: now + RECONNECT_MS,
                problem: problem.to_owned(),
            };
        }
    }

    /// Whether the sentinel still has to stall it.
    pub(super) const fn stalls(&self) -> bool {
        self.stall_at.is_some()
    }

    pub(super) const fn is_moving(&self) -> bool {
        matches!(self.flow, Flow::Moving { .. })
    }

    pub(super) fn report(&self, now: Timestamp) -> CopyReport {
        let (bytes_per_second, verified, problem) = match &self.flow {
            Flow::Moving { .. } => (self.bytes_per_second, None, None),
            Flow::Held { problem, .. } => (0, None, Some(problem.clone())),
            Flow::Done(result) => (0, Some(result.clone()), None),
        };
        let bytes_verified = self.verified(now);
        CopyReport {
            migration_id: self.migration_id,
            bytes_verified,
            bytes_per_second,
            verified,
            problem,
        }
    }

    /// The manifest of the source's files; both sides would compute the same.
    fn result(&self) -> CopyVerified {
        let files = self.bytes_total.div_ceil(FILE_BYTES).min(FILES_MAX);
        let ends = |index: u64| u128::from(self.bytes_total) * u128::from(index) / u128::from(files);
        let mut manifest = blake3::Hasher::new();
        if let Some(from) = self.from {
            manifest.update(from.to_string().as_bytes());
        }
        for index in 0..files {
            // Sizes differ by their remainders, so that they add up to the volume.
            let bytes = ends(index + 1) - ends(index);
            manifest.update(&index.to_le_bytes());
            manifest.update(&bytes.to_le_bytes());
        }
        CopyVerified {
            files,
            manifest_hash: manifest.finalize().to_hex().to_string(),
        }
    }
}

/// `bytes` less an unfinished chunk; the last chunk of a volume may be short.
const fn whole_chunks(bytes: u64, bytes_total: u64) -> u64 {
    if bytes >= bytes_total {
        bytes_total
    } else {
        bytes / CHUNK_BYTES * CHUNK_BYTES
    }
}
