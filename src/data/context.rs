//! What every read and write of the page shares.

use std::sync::Arc;

use api::account::Account;
use api::{Problem, ProblemCode};
use client::{Client, Endpoint};
use domain::limits;
use leptos::prelude::*;

use super::feed::LiveFeed;
use super::live;
use super::query::QueryHandle;
use super::session::{self, Session};
use super::staleness::{Staleness, Upkeep};
use crate::browser::clock;

/// Shared by all views, from a context. Cheap to clone.
#[derive(Clone)]
pub(super) struct Data {
    pub(super) client: Client,
    pub(super) staleness: Arc<Staleness>,
    pub(super) session: ArcRwSignal<Session>,
    /// The server's clock less this computer's, in milliseconds.
    pub(super) ahead_ms: ArcRwSignal<i64>,
    /// Since when neither the stream nor the last read has reached the server, if that is so for long.
    cut_off_at_ms: ArcRwSignal<Option<i64>>,
    feed: LiveFeed,
}

#[derive(Clone)]
pub(super) struct SharedAccount(pub(super) QueryHandle<Account>);

/// Makes one client, one event stream and one account for all views below the current owner.
pub fn provide_data(client: Client) {
    let data = Data {
        client,
        staleness: Arc::new(Staleness::new()),
        session: ArcRwSignal::new(Session::Unknown),
        ahead_ms: ArcRwSignal::new(0),
        cut_off_at_ms: ArcRwSignal::new(None),
        feed: LiveFeed::new(),
    };
    provide_context(data.clone());
    let session = data.session.clone();
    let signed_out = Memo::new(move |_| session.get() == Session::No);
    let follows = data.clone();
    Effect::new(move |_| {
        // Without a session the stream is refused; it begins anew with the next one.
        if !signed_out.get() {
            let data = follows.clone();
            leptos::task::spawn_local_scoped_with_cancellation(async move {
                data.feed.follow(data.client, data.staleness).await;
            });
        }
    });
    provide_context(SharedAccount(live::account()));
    session::keep();
}

/// The shared parts; call it in the body of a component.
pub(super) fn use_data() -> Data {
    expect_context::<Data>()
}

/// Since when the server is not reached, in milliseconds since the Unix epoch by this computer's clock: what the page
/// knows may be wrong by now, so nothing may be decided by it.
pub fn use_cut_off() -> Signal<Option<i64>> {
    let data = use_data();
    let is_down = data.is_down();
    Signal::derive(move || data.cut_off_at_ms.get().filter(|_| is_down.get()))
}

impl Data {
    pub(super) fn feed(&self) -> LiveFeed {
        self.feed.clone()
    }

    /// Whether the page has to ask, because nobody tells it.
    pub(super) fn is_down(&self) -> Memo<bool> {
        let freshness = self.feed.freshness();
        Memo::new(move |_| freshness.get().is_down())
    }

    pub(super) fn polls(&self) -> bool {
        self.feed.freshness().with_untracked(|it| it.is_down())
    }

    /// Runs the present effect again when `endpoint` becomes stale.
    pub(super) fn track(&self, endpoint: Endpoint, upkeep: Upkeep) {
        self.staleness.track(endpoint, upkeep);
    }

    /// Learns from an answer whether the server is reached, and whether somebody is signed in.
    pub(super) fn learn(&self, problem: Option<&Problem>) {
        let unanswered = problem.is_some_and(|it| it.code == ProblemCode::Unanswered);
        let lost_at_ms = self.feed.freshness().get_untracked().lost_at_ms();
        let cut_off_at_ms = lost_at_ms
            .filter(|it| unanswered && clock::now_ms() - it > i64::from(limits::FEED_SILENCE_MS_MAX));
        if self.cut_off_at_ms.get_untracked() != cut_off_at_ms {
            self.cut_off_at_ms.set(cut_off_at_ms);
        }
        let session = match problem {
            None => Session::Yes,
            Some(problem) if problem.status == 401 => Session::No,
            Some(_) => return,
        };
        // A session that is over goes on with its account alone: other answers may be for somebody else.
        let before = self.session.get_untracked();
        if before != session && before != Session::No {
            self.session.set(session);
        }
    }

    pub(super) fn signed_out(&self) {
        self.session.set(Session::No);
    }

    /// Sets the page's clock by the server's.
    pub(super) fn set_clock(&self, account: &Account) {
        let ahead = account.as_of.millis() - clock::now_ms();
        // A second is the finest step any text shows; smaller corrections would only disturb.
        if (ahead - self.ahead_ms.get_untracked()).abs() >= 1_000 {
            self.ahead_ms.set(ahead);
        }
    }
}
