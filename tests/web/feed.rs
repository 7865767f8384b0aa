//! The event stream: lost, refused, resumed, reset, quiet.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::Problem;
use api::events::{FeedEvent, LedgerPosted};
use client::queries::{GetLedger, GetOffers};
use client::{Client, FeedMessage, OnMessage, RawResponse, Request, Subscription, Transport};
use domain::limits;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use roadstead_dashboard::data::{Freshness, provide_data, use_feed, use_freshness, use_query};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::screen::{Screen, render, settle, until};
use crate::server::{self, Server};

/// Ledger lines of every event heard, in order.
type Heard = Arc<Mutex<Vec<u32>>>;

fn listening(server: &Server) -> (Screen, Heard) {
    let (client, heard) = (server.client(), Heard::default());
    let hears = heard.clone();
    let screen = render(move || {
        provide_data(client);
        use_feed(move |event| {
            if let FeedEvent::LedgerPosted(posted) = event {
                hears.lock().unwrap().push(posted.lines);
            }
        });
        let _offers = use_query(|| Some(GetOffers));
        let freshness = use_freshness();
        view! { <p>{move || freshness.get().as_str()}</p> }.into_any()
    });
    (screen, heard)
}

fn posted(id: u64, lines: u32) -> FeedMessage {
    FeedMessage::Event(Some(id), FeedEvent::LedgerPosted(LedgerPosted { lines }))
}

#[wasm_bindgen_test]
async fn a_lost_stream_goes_on_after_the_last_event() {
    let server = server::empty();
    let (screen, heard) = listening(&server);
    screen.shows("live").await;
    server.say(posted(7, 1));
    server.say(posted(9, 2));
    until("both are heard", || heard.lock().unwrap().len() == 2).await;
    server.say(FeedMessage::Lost);
    screen.shows("catching-up").await;
    until("a second stream", || server.streams() == 2).await;
    assert_eq!(server.resumed_at(), Some(9));
    server.say(posted(10, 3));
    screen.shows("live").await;
    assert_eq!(*heard.lock().unwrap(), [1, 2, 3]);
    assert_eq!(server.open_streams(), 1);
}

/// Where something happens all the time there is no quiet to wait for.
#[wasm_bindgen_test]
async fn a_stream_that_never_falls_silent_is_live_too() {
    let server = server::empty();
    let (screen, heard) = listening(&server);
    screen.shows("live").await;
    server.say(posted(1, 0));
    server.say(FeedMessage::Lost);
    screen.shows("catching-up").await;
    let (speaker, next) = (server.clone(), Cell::new(2));
    let speak = move || speaker.say(posted(next.replace(next.get() + 1), 0));
    let speaking = set_interval_with_handle(speak, Duration::from_millis(100)).unwrap();
    until("a second stream", || server.streams() == 2).await;
    screen.shows("live").await;
    let before = heard.lock().unwrap().len();
    until("it goes on", || heard.lock().unwrap().len() > before + 3).await;
    assert_eq!(screen.text(), "live");
    speaking.clear();
}

#[wasm_bindgen_test]
async fn a_stream_that_is_refused_makes_the_page_stale_and_reads_are_repeated() {
    let server = server::empty();
    server.refuse_streams(1);
    let (screen, _) = listening(&server);
    screen.shows("stale").await;
    until("the offers are read without a stream", || {
        server.sent("/api/v1/offers") >= 1
    })
    .await;
    screen.shows("live").await;
    until("and again with one", || server.sent("/api/v1/offers") >= 2).await;
}

#[wasm_bindgen_test]
async fn reads_are_repeated_once_a_lost_stream_is_refused() {
    let server = server::empty();
    let (screen, _) = listening(&server);
    screen.shows("live").await;
    until("the first reading", || server.sent("/api/v1/account") == 1).await;
    server.refuse_streams(100);
    server.say(FeedMessage::Lost);
    screen.shows("stale").await;
    // By this a page learns that its session is over.
    until("the account is read", || server.sent("/api/v1/account") == 2).await;
    until("the offers are read", || server.sent("/api/v1/offers") == 2).await;
}

#[wasm_bindgen_test]
async fn a_reset_makes_everything_stale() {
    let server = server::empty();
    let (screen, _) = listening(&server);
    screen.shows("live").await;
    until("the first reading", || server.sent("/api/v1/offers") == 1).await;
    settle().await;
    server.say(FeedMessage::Event(Some(20), FeedEvent::Reset));
    until("the second reading", || server.sent("/api/v1/offers") == 2).await;
}

#[wasm_bindgen_test]
async fn what_an_event_touches_is_read_again_without_ending_a_request() {
    let server = server::empty();
    let (screen, _) = listening(&server);
    screen.shows("live").await;
    until("the first reading", || server.sent("/api/v1/account") == 1).await;
    let ledger = render({
        let client = server.client();
        move || {
            provide_data(client);
            let _ledger = use_query(|| Some(GetLedger::default()));
            ().into_any()
        }
    });
    until("the ledger is read", || server.sent("/api/v1/ledger") == 1).await;
    server.say(posted(1, 1));
    server.say(posted(2, 1));
    until("once more, for both events", || {
        server.sent("/api/v1/ledger") == 2
    })
    .await;
    settle().await;
    assert_eq!(
        (server.sent("/api/v1/ledger"), server.aborted("/api/v1/ledger")),
        (2, 0)
    );
    drop(ledger);
}

#[wasm_bindgen_test]
async fn silence_is_not_staleness() {
    let server = server::empty();
    let (screen, _) = listening(&server);
    screen.shows("live").await;
    client::browser::sleep(600).await;
    assert_eq!(
        (screen.text().as_str(), server.streams()),
        (Freshness::Live.as_str(), 1)
    );
}

#[wasm_bindgen_test]
async fn a_view_that_goes_hears_nothing_more_and_closes_the_stream() {
    let server = server::empty();
    let (screen, heard) = listening(&server);
    screen.shows("live").await;
    drop(screen);
    settle().await;
    server.say(posted(1, 1));
    settle().await;
    assert_eq!((heard.lock().unwrap().len(), server.open_streams()), (0, 0));
}

/// A server beside which silence becomes long at once, when the test says so.
struct Impatient(Server, Arc<AtomicBool>);

impl Transport for Impatient {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<RawResponse, Problem>> {
        self.0.send(request)
    }

    fn subscribe(&self, last: Option<u64>, on_message: OnMessage) -> Subscription {
        self.0.subscribe(last, on_message)
    }

    fn sleep(&self, ms: u32) -> LocalBoxFuture<'static, ()> {
        let long = ms == limits::FEED_SILENCE_MS_MAX && self.1.load(Ordering::Relaxed);
        self.0.sleep(if long { 1 } else { ms })
    }
}

#[wasm_bindgen_test]
async fn after_a_silence_the_loss_is_as_old_as_the_silence() {
    let (server, silent) = (server::empty(), Arc::new(AtomicBool::new(false)));
    let client = Client::new(Impatient(server.clone(), silent.clone()));
    let screen = render(move || {
        provide_data(client);
        let freshness = use_freshness();
        let text = move || match freshness.get() {
            Freshness::Stale { since_ms } => format!("since {since_ms}"),
            other => other.as_str().to_owned(),
        };
        view! { <p>{text}</p> }.into_any()
    });
    screen.shows("live").await;
    // A former loss says nothing of the present one.
    server.say(FeedMessage::Lost);
    until("a second stream", || server.streams() == 2).await;
    screen.shows("live").await;
    server.refuse_streams(20);
    silent.store(true, Ordering::Relaxed);
    // What is said begins the silence.
    server.say(posted(1, 1));
    screen.shows("since").await;
    let since_ms: f64 = screen.text()["since ".len()..].parse().unwrap();
    let ago_ms = js_sys::Date::now() - since_ms;
    assert!(ago_ms >= f64::from(limits::FEED_SILENCE_MS_MAX), "{ago_ms}");
}
