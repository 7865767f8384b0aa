//! Which reads are out of date, and for what reason.

use std::sync::{Mutex, PoisonError};

use client::Endpoint;
use futures::channel::mpsc::{Receiver, Sender, channel};
use leptos::prelude::*;

/// Who keeps a read up to date, and so for which reasons it is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Upkeep {
    /// Nobody else: it is read again whenever something it shows may have changed.
    Reread,
    /// Events replace the value; only our own writes and a gap in the stream make it stale.
    Patched,
    /// Events replace single rows, and even our own writes come back as events; only a gap makes the whole stale.
    Rows,
}

/// For each endpoint, who is to know.
pub(super) struct Staleness {
    written: [ArcTrigger; Endpoint::ALL.len()],
    heard: [Mutex<Vec<Sender<()>>>; Endpoint::ALL.len()],
    gap: ArcTrigger,
}

impl Staleness {
    pub(super) fn new() -> Self {
        Self {
            written: std::array::from_fn(|_| ArcTrigger::new()),
            heard: std::array::from_fn(|_| Mutex::default()),
            gap: ArcTrigger::new(),
        }
    }

    /// Runs the present effect again, and so ends its request, when the answer under way cannot be right any more.
    pub(super) fn track(&self, endpoint: Endpoint, upkeep: Upkeep) {
        self.gap.track();
        if upkeep != Upkeep::Rows {
            self.written[endpoint.index()].track();
        }
    }

    /// Tells when the event stream speaks of `endpoint`.
    ///
    /// No trigger: where something changes all the time, each request would be ended by the next change, and none be
    /// answered. The reader takes the answer first and then asks again.
    pub(super) fn listen(&self, endpoint: Endpoint) -> Receiver<()> {
        let (tell, told) = channel(1);
        self.heard[endpoint.index()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(tell);
        told
    }

    /// A write of this page has changed these.
    pub(super) fn written(&self, endpoints: &[Endpoint]) {
        for endpoint in endpoints {
            self.written[endpoint.index()].notify();
        }
    }

    /// The event stream says that this may have changed.
    pub(super) fn heard(&self, endpoint: Endpoint) {
        let mut readers = self.heard[endpoint.index()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Those who have gone cannot be told.
        // A reader that was told and has not looked yet needs no second word.
        readers.retain_mut(|tell| !tell.try_send(()).is_err_and(|it| it.is_disconnected()));
    }

    /// Events may have been missed: everything is stale.
    pub(super) fn gap(&self) {
        self.gap.notify();
    }
}
