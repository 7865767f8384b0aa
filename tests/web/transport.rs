//! The page's own transport: what a view no longer waits for is closed in the browser, and a stream goes on where it ended.

use client::Client;
use client::browser::BrowserTransport;
use client::queries::GetOffers;
use leptos::prelude::*;
use roadstead_dashboard::data::{provide_data, use_feed, use_freshness, use_query};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::hands::script;
use crate::screen::{Screen, render, settle, until};

/// The browser's network in the hands of a test: `fetch` answers never, and streams say what the test says.
struct Network;

impl Network {
    fn taken() -> Self {
        const TAKE: &str = "
            const { fetch, EventSource } = window;
            const network = { fetch, EventSource, requests: [], streams: [] };
            globalThis.network = network;
            window.fetch = (url, init) => {
                const request = { url: String(url), init, failed: false };
                network.requests.push(request);
                const { promise, reject } = Promise.withResolvers();
                init.signal.addEventListener('abort', () => { request.failed = true; reject(init.signal.reason); });
                return promise;
            };
            window.EventSource = class extends EventTarget {
                constructor(url) { super(); this.url = url; this.open = true; network.streams.push(this); }
                close() { this.open = false; }
            };";
        script(&[], TAKE);
        Self
    }

    /// Requests to a path, and how many of them were closed by the page.
    fn requests(&self, path: &str) -> (u32, u32) {
        let count = |what: &str| {
            let body = format!("return network.requests.filter((it) => it.url === args[0] {what}).length");
            script(&[path.into()], &body).as_f64().unwrap() as u32
        };
        (count(""), count("&& it.init.signal.aborted && it.failed"))
    }

    /// Addresses of all streams so far, those that are closed in brackets.
    fn streams(&self) -> String {
        const LIST: &str = "return network.streams.map((it) => it.open ? it.url : `[${it.url}]`).join(' ')";
        script(&[], LIST).as_string().unwrap()
    }

    /// Something happens on the newest stream.
    fn happens(&self, name: &str) {
        script(
            &[name.into()],
            "network.streams.at(-1).dispatchEvent(new Event(args[0]))",
        );
    }

    /// The newest stream says something.
    fn says(&self, name: &str, event_id: &str, data: &str) {
        const SAY: &str = "
            const [name, lastEventId, data] = args;
            network.streams.at(-1).dispatchEvent(new MessageEvent(name, { lastEventId, data }));";
        script(&[name.into(), event_id.into(), data.into()], SAY);
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        script(
            &[],
            "Object.assign(window, { fetch: network.fetch, EventSource: network.EventSource })",
        );
    }
}

const OFFERS: &str = "/api/v1/offers";

/// Reads the offers while `wanted`, and shows how fresh the page is and how many events it heard.
fn page(wanted: RwSignal<bool>) -> Screen {
    render(move || {
        provide_data(Client::new(BrowserTransport));
        let _offers = use_query(move || wanted.get().then_some(GetOffers));
        let (heard, freshness) = (RwSignal::new(0), use_freshness());
        use_feed(move |_| heard.update(|it| *it += 1));
        view! { <p>{move || freshness.get().as_str()} " " {heard}</p> }.into_any()
    })
}

#[wasm_bindgen_test]
async fn a_query_that_goes_closes_its_request_in_the_browser() {
    let (network, owner) = (Network::taken(), Owner::new());
    let wanted = owner.with(|| RwSignal::new(true));
    let screen = page(wanted);
    until("the request is out", || network.requests(OFFERS) == (1, 0)).await;
    settle().await;
    assert_eq!(
        network.requests(OFFERS),
        (1, 0),
        "it waits for as long as it is wanted"
    );
    wanted.set(false);
    until("the request is closed", || network.requests(OFFERS) == (1, 1)).await;
    wanted.set(true);
    until("another one", || network.requests(OFFERS) == (2, 1)).await;
    drop(screen);
    until("it goes with its view", || network.requests(OFFERS) == (2, 2)).await;
}

#[wasm_bindgen_test]
async fn a_lost_stream_is_opened_again_after_the_last_event() {
    let (network, owner) = (Network::taken(), Owner::new());
    let wanted = owner.with(|| RwSignal::new(false));
    let screen = page(wanted);
    until("a stream", || network.streams() == "/api/v1/events").await;
    network.happens("open");
    screen.shows("live 0").await;
    network.says("ledger.posted", "41", r#"{"lines":1}"#);
    screen.shows("live 1").await;
    network.happens("error");
    screen.shows("catching-up").await;
    // The first is closed by the page, or the browser would open it again beside the second.
    until("a second stream", || {
        network.streams() == "[/api/v1/events] /api/v1/events?lastEventId=41"
    })
    .await;
    network.happens("open");
    network.says("ledger.posted", "42", r#"{"lines":1}"#);
    screen.shows("live 2").await;
    drop(screen);
    until("both are closed", || {
        network.streams() == "[/api/v1/events] [/api/v1/events?lastEventId=41]"
    })
    .await;
}
