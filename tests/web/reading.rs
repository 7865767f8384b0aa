//! `use_query` against a server that hangs, fails and changes.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use api::events::{FeedEvent, VolumeDeleted};
use client::{FeedMessage, Query};
use leptos::prelude::*;
use roadstead_dashboard::data::{Loadable, QueryHandle, provide_data, use_query, use_volumes};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::facts;
use crate::screen::{Screen, render, settle, until};
use crate::server::{self, Reply, Server};

/// A read that tests name freely.
#[derive(Clone, PartialEq)]
struct Named(&'static str);

impl Query for Named {
    type Output = String;
    const ENDPOINT: client::Endpoint = client::Endpoint::Offers;

    fn path(&self) -> String {
        format!("/{}", self.0)
    }
}

/// Answers `/slow…` never and everything else with its path.
fn slow_or_fast() -> Server {
    server::serving(|request| match request.path.as_str() {
        "/api/v1/account" => server::not_found(),
        path if path.starts_with("/slow") => Reply::Never,
        path => Reply::Json(200, format!("{path:?}")),
    })
}

/// Reads what `key` says, in a view over `server`; the handle outlives the view.
fn reading(server: &Server, limit_ms: u32, key: ReadSignal<Option<Named>>) -> (Screen, QueryHandle<String>) {
    let (client, handle) = (
        server.client().with_limit_ms(limit_ms),
        Arc::new(Mutex::new(None)),
    );
    let made = handle.clone();
    let screen = render(move || {
        provide_data(client);
        let handle = use_query(move || key.get());
        *made.lock().unwrap() = Some(handle.clone());
        view! { <p>{move || look(&handle.get())}</p> }.into_any()
    });
    let handle = handle.lock().unwrap().take().unwrap();
    (screen, handle)
}

fn look(it: &Loadable<String>) -> String {
    match it {
        Loadable::Loading => "loading".to_owned(),
        Loadable::Ready {
            value,
            refreshing,
            stale,
            ..
        } => {
            format!("ready {value} {refreshing} {}", stale.is_some())
        }
        Loadable::Failed(problem) => format!("failed {}", problem.code.as_str()),
    }
}

#[wasm_bindgen_test]
async fn another_key_closes_the_former_request_and_does_not_wait_for_it() {
    let server = slow_or_fast();
    let root = Owner::new();
    let (read, write) = root.with(|| signal(Some(Named("slow"))));
    let (screen, _) = reading(&server, 20_000, read);
    until("the first request is out", || server.sent("/slow") == 1).await;
    write.set(Some(Named("fast")));
    screen.shows("ready /fast").await;
    assert_eq!(server.aborted("/slow"), 1);
    assert_eq!(server.sent("/fast"), 1);
}

#[wasm_bindgen_test]
async fn a_hung_request_ends_at_the_limit_and_says_so() {
    let server = slow_or_fast();
    let root = Owner::new();
    let (read, _) = root.with(|| signal(Some(Named("slow"))));
    let (screen, _) = reading(&server, 50, read);
    screen.shows("failed unanswered").await;
    assert!(server.aborted("/slow") >= 1);
    // It may pass, so it is tried again by itself.
    until("a second attempt", || server.sent("/slow") >= 2).await;
}

#[wasm_bindgen_test]
async fn a_view_that_goes_closes_its_request_and_nothing_is_written_late() {
    let server = slow_or_fast();
    let root = Owner::new();
    let (read, _) = root.with(|| signal(Some(Named("slow"))));
    let (screen, handle) = reading(&server, 20_000, read);
    until("the request is out", || server.sent("/slow") == 1).await;
    drop(screen);
    settle().await;
    assert_eq!(server.aborted("/slow"), 1);
    assert_eq!(look(&untrack(|| handle.get())), "loading");
}

#[wasm_bindgen_test]
async fn without_a_key_nothing_is_asked() {
    let server = slow_or_fast();
    let root = Owner::new();
    let (read, write) = root.with(|| signal(None));
    let (screen, _) = reading(&server, 20_000, read);
    settle().await;
    assert_eq!((server.sent("/fast"), screen.text().as_str()), (0, "loading"));
    write.set(Some(Named("fast")));
    screen.shows("ready /fast").await;
    write.set(None);
    screen.shows("loading").await;
}

#[wasm_bindgen_test]
async fn a_refusal_is_a_look_and_a_retry_asks_again() {
    let server = server::serving(|_| server::problem(403, "scope_missing"));
    let root = Owner::new();
    let (read, _) = root.with(|| signal(Some(Named("fast"))));
    let (screen, handle) = reading(&server, 20_000, read);
    screen.shows("failed scope_missing").await;
    settle().await;
    // Nothing will have changed by itself.
    assert_eq!(server.sent("/fast"), 1);
    handle.refetch();
    until("the retry", || server.sent("/fast") == 2).await;
}

#[wasm_bindgen_test]
async fn what_is_heard_while_a_list_is_on_its_way_is_in_it() {
    let volume = |number: u32, generation: u64, name: &str| {
        facts::volume_json(serde_json::json!({
            "id": facts::id("vol", number), "generation": generation, "name": name,
        }))
    };
    let says = Rc::new(RefCell::new(None::<Server>));
    let server = server::serving({
        let says = says.clone();
        move |request| {
            let speaks = says.borrow();
            let Some(server) = speaks
                .as_ref()
                .filter(|_| request.path == "/api/v1/network-volumes")
            else {
                return server::not_found();
            };
            let changed = |it| FeedEvent::VolumeChanged(Box::new(facts::read(it)));
            let (first, second) = (volume(1, 1, "first"), volume(2, 1, "second"));
            // The server speaks of changes after the answer is made and before it is here.
            let (events, list) = if server.sent("/api/v1/network-volumes") == 0 {
                (vec![changed(volume(1, 2, "renamed"))], [first, second])
            } else {
                let gone = VolumeDeleted {
                    id: facts::id("vol", 2).parse().unwrap(),
                };
                let events = vec![FeedEvent::VolumeDeleted(gone), changed(volume(3, 1, "third"))];
                (events, [first, second])
            };
            for (event, id) in events.into_iter().zip(5..) {
                server.say(FeedMessage::Event(Some(id), event));
            }
            facts::answer(&serde_json::json!({ "networkVolumes": list, "sequence": 1 }))
        }
    });
    *says.borrow_mut() = Some(server.clone());
    let (client, kept) = (server.client(), Arc::new(Mutex::new(None)));
    let made = kept.clone();
    let screen = render(move || {
        provide_data(client);
        let volumes = use_volumes();
        *made.lock().unwrap() = Some(volumes.clone());
        let names = move || {
            volumes.value().map(|it| {
                let names: Vec<_> = it.network_volumes.iter().map(|it| it.name.clone()).collect();
                names.join(" ")
            })
        };
        view! { <p>{names}</p> }.into_any()
    });
    screen.shows("renamed second").await;
    let volumes = kept.lock().unwrap().take().unwrap();
    volumes.refetch();
    until("the second answer", || {
        server.sent("/api/v1/network-volumes") == 2
    })
    .await;
    settle().await;
    // The answer has the deleted one still and the new one not yet; neither counts.
    assert_eq!(screen.text(), "first third");
    drop(screen);
    says.borrow_mut().take();
}
