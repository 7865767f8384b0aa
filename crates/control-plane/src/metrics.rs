//! Counters, shown as Prometheus text.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// How many so far.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is counted.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Requests by the first digit of their status; index 0 counts those without one.
    requests: [Counter; 6],
    /// Commands carried out.
    pub commands: Counter,
    /// Commands refused.
    pub refusals: Counter,
    /// Events stored.
    pub events: Counter,
    /// Commits.
    pub commits: Counter,
    /// Commits that failed.
    pub commits_failed: Counter,
    /// Documents sent to machines.
    pub documents: Counter,
    /// Reports of machines.
    pub reports: Counter,
}

/// What is measured at the moment of asking.
#[derive(Debug, Clone, Copy)]
pub struct Gauges {
    /// Position of the last event.
    pub sequence: u64,
    /// Event streams that are open.
    pub streams: usize,
    /// Commands that wait for the writer.
    pub queue: usize,
    /// Wishes that are not carried out.
    pub outbox: usize,
    /// Machines that were told again and again and do not answer.
    pub stuck: usize,
}

impl Metrics {
    /// Counts an answered request.
    pub fn answered(&self, status: u16) {
        self.requests[usize::from(status / 100).min(self.requests.len() - 1)].add(1);
    }

    /// The text that Prometheus reads.
    #[must_use]
    pub fn text(&self, gauges: Gauges) -> String {
        let mut text = String::new();
        let mut put = |name: &str, kind: &str, help: &str, rows: &[(&str, u64)]| {
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "# HELP roadstead_{name} {help}\n# TYPE roadstead_{name} {kind}"
            );
            for (labels, value) in rows {
                let _ = writeln!(text, "roadstead_{name}{labels} {value}");
            }
        };
        let labels = [
            "",
            r#"{status="1xx"}"#,
            r#"{status="2xx"}"#,
            r#"{status="3xx"}"#,
            r#"{status="4xx"}"#,
            r#"{status="5xx"}"#,
        ];
        let requests: Vec<_> = labels
            .iter()
            .zip(&self.requests)
            .skip(1)
            .map(|(label, it)| (*label, it.get()))
            .collect();
        put("requests_total", "counter", "Requests by status.", &requests);
        for (name, help, counter) in [
            ("commands_total", "Commands carried out.", &self.commands),
            ("refusals_total", "Commands refused.", &self.refusals),
            ("events_total", "Events stored since the start.", &self.events),
            ("commits_total", "Commits.", &self.commits),
            (
                "commits_failed_total",
                "Commits that failed.",
                &self.commits_failed,
            ),
            ("documents_total", "Documents sent to machines.", &self.documents),
            ("reports_total", "Reports of machines.", &self.reports),
        ] {
            put(name, "counter", help, &[("", counter.get())]);
        }
        let count = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
        for (name, help, value) in [
            (
                "sequence",
                "Position of the last event in the log.",
                gauges.sequence,
            ),
            (
                "event_streams",
                "Event streams that are open.",
                count(gauges.streams),
            ),
            (
                "command_queue",
                "Commands that wait for the writer.",
                count(gauges.queue),
            ),
            (
                "outbox",
                "Documents that no machine has acknowledged.",
                count(gauges.outbox),
            ),
            (
                "outbox_stuck",
                "Machines that take none of their documents.",
                count(gauges.stuck),
            ),
        ] {
            put(name, "gauge", help, &[("", value)]);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_a_help_and_a_type() {
        let metrics = Metrics::default();
        metrics.answered(204);
        metrics.answered(999);
        let text = metrics.text(Gauges {
            sequence: 7,
            streams: 1,
            queue: 0,
            outbox: 2,
            stuck: 1,
        });
        assert!(
            text.contains("roadstead_requests_total{status=\"2xx\"} 1\n"),
            "{text}"
        );
        assert!(
            text.contains("roadstead_requests_total{status=\"5xx\"} 1\n"),
            "{text}"
        );
        assert!(text.contains("roadstead_outbox_stuck 1\n"), "{text}");
        assert!(
            text.contains("# TYPE roadstead_sequence gauge\nroadstead_sequence 7\n"),
            "{text}"
        );
    }
}
