//! Long lists: pages, events, and rows that wait.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use api::events::{FeedEvent, MachineDeleted};
use api::machines::Machine;
use api::pods::Pod;
use client::FeedMessage;
use leptos::prelude::*;
use roadstead_dashboard::data::{Loadable, Rows, provide_data, use_machine_rows, use_pod_rows};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::facts;
use crate::screen::{Screen, render, settle, until};
use crate::server::{self, Reply, Server};

fn machine(number: u32, generation: u64, name: &str) -> Machine {
    let text = format!(
        r#"{{"id":"mch{number:026}","name":"{name}","generation":{generation},"dataCenterId":"dc","country":"NL",
        "cloud":"SECURE","state":"READY","gpuType":"g","slots":[],"gpuFree":0,"vcpuCount":1,"memoryGib":1,"diskGb":1,
        "diskFreeGb":1,"downMbps":1,"upMbps":1,"cudaVersion":"13","reliabilityPpm":1,"reliabilityTotalMs":1,
        "reliabilityDownMs":0,"placeable":true,"myPods":[],"waiting":0}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn page(machines: &[Machine], next: Option<&str>) -> Reply {
    let list = serde_json::json!({
        "machines": machines,
        "pagination": { "hasNextPage": next.is_some(), "nextCursor": next },
        "sequence": 1,
    });
    Reply::Json(200, list.to_string())
}

/// Two pages of one machine each.
fn two_pages() -> Server {
    server::serving(|request| match request.path.as_str() {
        path if !path.starts_with("/api/v1/machines") => server::not_found(),
        path if path.ends_with("cursor=second") => page(&[machine(2, 1, "second")], None),
        _ => page(&[machine(1, 1, "first")], Some("second")),
    })
}

/// Shows names and counts of all rows, and keeps the list for the test.
fn listing(server: &Server) -> (Screen, Rows<Machine>) {
    let (client, kept) = (server.client(), Arc::new(Mutex::new(None)));
    let made = kept.clone();
    let screen = render(move || {
        provide_data(client);
        let rows = use_machine_rows();
        *made.lock().unwrap() = Some(rows.clone());
        let (source, pending) = (rows.source(), rows.pending_new());
        let text = move || {
            let complete = rows.extent().value().is_some_and(|it| it.complete);
            let names = source.with(|rows| {
                rows.iter()
                    .map(|it| it.name.as_str())
                    .collect::<Vec<_>>()
                    .join(" ")
            });
            format!("{names} +{} {complete}", pending.get())
        };
        view! { <p>{text}</p> }.into_any()
    });
    let rows = kept.lock().unwrap().take().unwrap();
    (screen, rows)
}

fn changed(id: u64, machine: Machine) -> FeedMessage {
    FeedMessage::Event(Some(id), FeedEvent::MachineChanged(Box::new(machine)))
}

#[wasm_bindgen_test]
async fn pages_come_one_after_the_other() {
    let server = two_pages();
    let (screen, _) = listing(&server);
    screen.shows("first second +0 true").await;
    assert_eq!(server.sent("/api/v1/machines"), 2);
}

#[wasm_bindgen_test]
async fn a_changed_row_stays_and_a_new_one_waits() {
    let server = two_pages();
    let (screen, rows) = listing(&server);
    screen.shows("first second +0 true").await;
    server.say(changed(5, machine(1, 2, "renamed")));
    screen.shows("renamed second +0 true").await;
    let (looks, seen) = (Arc::new(AtomicUsize::new(0)), rows.source());
    let (owner, counts) = (Owner::new(), looks.clone());
    owner.with(|| {
        Effect::new(move |_| {
            seen.with(|_| counts.fetch_add(1, Ordering::Relaxed));
        });
    });
    until("the list is looked at", || looks.load(Ordering::Relaxed) == 1).await;
    server.say(changed(6, machine(1, 1, "older")));
    server.say(changed(7, machine(9, 1, "new")));
    screen.shows("renamed second +1 true").await;
    settle().await;
    assert_eq!(looks.load(Ordering::Relaxed), 1, "no row has changed");
    owner.cleanup();
    rows.reveal();
    screen.shows("new renamed second +0 true").await;
    // One that is no longer offered is not shown as if it were.
    let gone = FeedEvent::MachineDeleted(MachineDeleted {
        id: machine(9, 1, "new").id,
    });
    server.say(FeedMessage::Event(Some(8), gone));
    screen.shows("renamed second +0 true").await;
    // Nothing of this was worth a request.
    assert_eq!(server.sent("/api/v1/machines"), 2);
}

#[wasm_bindgen_test]
async fn after_a_gap_the_list_is_compared_and_nothing_moves() {
    let server = two_pages();
    let (screen, rows) = listing(&server);
    screen.shows("first second +0 true").await;
    // Without a position nothing can be resumed, so the next stream leaves a gap.
    let unnumbered = FeedEvent::MachineChanged(Box::new(machine(9, 1, "gone")));
    server.say(FeedMessage::Event(None, unnumbered));
    screen.shows("+1").await;
    rows.reveal();
    screen.shows("gone first second +0 true").await;
    server.say(FeedMessage::Lost);
    until("both pages again", || server.sent("/api/v1/machines") == 4).await;
    until("the deleted row goes", || screen.text() == "first second +0 true").await;
}

#[wasm_bindgen_test]
async fn once_a_lost_stream_is_refused_the_list_is_compared_and_nothing_moves() {
    let server = two_pages();
    let (screen, _) = listing(&server);
    screen.shows("first second +0 true").await;
    server.refuse_streams(100);
    server.say(FeedMessage::Lost);
    until("both pages again", || server.sent("/api/v1/machines") == 4).await;
    settle().await;
    assert_eq!(screen.text(), "first second +0 true");
}

#[wasm_bindgen_test]
async fn after_a_reset_the_list_is_another_one() {
    let begun_anew = Rc::new(Cell::new(false));
    let server = server::serving({
        let begun_anew = begun_anew.clone();
        move |request| match (request.path.starts_with("/api/v1/machines"), begun_anew.get()) {
            (false, _) => server::not_found(),
            (true, false) => page(&[machine(1, 7, "first"), machine(2, 7, "second")], None),
            (true, true) => page(&[machine(3, 1, "third"), machine(1, 1, "first anew")], None),
        }
    });
    let (screen, rows) = listing(&server);
    screen.shows("first second +0 true").await;
    begun_anew.set(true);
    server.say(FeedMessage::Event(Some(2), FeedEvent::Reset));
    // It is compared, lower generations and all: what is seen stays where it is, and what is new waits.
    screen.shows("first anew +1 true").await;
    rows.reveal();
    screen.shows("third first anew +0 true").await;
}

/// What a list of pods says of itself: how many rows of which question, or why there are none.
fn pods_listing(server: &Server, q: RwSignal<String>) -> Screen {
    let client = server.client();
    render(move || {
        provide_data(client);
        let rows = use_pod_rows(q.into(), Signal::stored(String::new()));
        let text = move || match rows.extent() {
            Loadable::Loading => "loading".to_owned(),
            Loadable::Failed(problem) => format!("failed: {}", problem.code.as_str()),
            Loadable::Ready { value, .. } => format!("{} shown, former {}", value.shown, rows.is_former()),
        };
        view! { <p>{text}</p> }.into_any()
    })
}

fn pod_page(pods: &[serde_json::Value]) -> Reply {
    let list = serde_json::json!({ "pods": pods, "pagination": { "hasNextPage": false }, "sequence": 1 });
    Reply::Json(200, list.to_string())
}

#[wasm_bindgen_test]
async fn that_a_filter_matched_nothing_says_nothing_of_the_next_one() {
    let owner = Owner::new();
    let q = owner.with(|| RwSignal::new("nothing".to_owned()));
    let server = server::serving(|request| match request.path.as_str() {
        path if !path.starts_with("/api/v1/pods") => server::not_found(),
        path if path.contains("q=nothing") => pod_page(&[]),
        _ => Reply::Never,
    });
    let screen = pods_listing(&server, q);
    screen.shows("0 shown, former false").await;
    q.set(String::new());
    screen.shows("loading").await;
}

#[wasm_bindgen_test]
async fn rows_of_a_former_filter_go_where_the_new_one_fails() {
    let owner = Owner::new();
    let q = owner.with(|| RwSignal::new(String::new()));
    let server = server::serving(|request| match request.path.as_str() {
        path if !path.starts_with("/api/v1/pods") => server::not_found(),
        path if path.contains("q=broken") => server::problem(400, "filter_invalid"),
        path if path.contains("q=slow") => Reply::Never,
        _ => pod_page(&[facts::row(serde_json::json!({}))]),
    });
    let screen = pods_listing(&server, q);
    screen.shows("1 shown, former false").await;
    q.set("slow".to_owned());
    screen.shows("1 shown, former true").await;
    q.set("broken".to_owned());
    screen.shows("failed: filter_invalid").await;
    q.set(String::new());
    screen.shows("1 shown, former false").await;
}

#[wasm_bindgen_test]
async fn in_an_empty_list_a_new_row_does_not_wait() {
    let owner = Owner::new();
    let q = owner.with(|| RwSignal::new(String::new()));
    let server = server::serving(|request| match request.path.as_str() {
        path if path.starts_with("/api/v1/pods") => pod_page(&[]),
        _ => server::not_found(),
    });
    let screen = pods_listing(&server, q);
    screen.shows("0 shown, former false").await;
    let pod = facts::pod(serde_json::json!({}));
    server.say(FeedMessage::Event(
        Some(5),
        FeedEvent::PodChanged(Box::new(Pod::clone(&pod))),
    ));
    screen.shows("1 shown, former false").await;
}

#[wasm_bindgen_test]
async fn a_row_that_no_longer_fits_the_filter_goes() {
    let owner = Owner::new();
    let q = owner.with(|| RwSignal::new("state:running".to_owned()));
    let server = server::serving(|request| match request.path.as_str() {
        path if path.starts_with("/api/v1/pods") => pod_page(&[facts::row(serde_json::json!({}))]),
        _ => server::not_found(),
    });
    let screen = pods_listing(&server, q);
    screen.shows("1 shown, former false").await;
    let asked = server.sent("/api/v1/pods");
    let same = || {
        let pod = facts::pod(serde_json::json!({}));
        FeedMessage::Event(Some(5), FeedEvent::PodChanged(Box::new(Pod::clone(&pod))))
    };
    // Word of a pod that is as it is shown is worth no request; word of a change is.
    server.say(same());
    let pod = facts::pod(serde_json::json!({ "summary": { "generation": 99, "state": "STOPPED" } }));
    assert_eq!(server.sent("/api/v1/pods"), asked);
    server.say(FeedMessage::Event(
        Some(6),
        FeedEvent::PodChanged(Box::new(Pod::clone(&pod))),
    ));
    until("the list is compared", || server.sent("/api/v1/pods") > asked).await;
}

/// Word of a pod that is not in the list, so that only the server can say whether it belongs there.
fn word_of_another(id: u64) -> FeedMessage {
    let pod = facts::pod(serde_json::json!({ "summary": { "id": facts::id("pod", 2) } }));
    FeedMessage::Event(Some(id), FeedEvent::PodChanged(Box::new(Pod::clone(&pod))))
}

#[wasm_bindgen_test]
async fn word_of_a_pod_during_the_first_reading_is_followed_up_as_is_every_later_one() {
    let owner = Owner::new();
    let q = owner.with(|| RwSignal::new("state:running".to_owned()));
    let says = Rc::new(RefCell::new(None::<Server>));
    let server = server::serving({
        let says = says.clone();
        move |request| match &*says.borrow() {
            Some(server) if request.path.starts_with("/api/v1/pods") => {
                if server.sent("/api/v1/pods") == 0 {
                    server.say(word_of_another(5));
                }
                pod_page(&[facts::row(serde_json::json!({}))])
            }
            _ => server::not_found(),
        }
    });
    *says.borrow_mut() = Some(server.clone());
    let screen = pods_listing(&server, q);
    screen.shows("1 shown, former false").await;
    until("the list is compared", || server.sent("/api/v1/pods") == 2).await;
    server.say(word_of_another(6));
    until("and once more", || server.sent("/api/v1/pods") == 3).await;
    drop(screen);
    says.borrow_mut().take();
}

#[wasm_bindgen_test]
async fn another_filter_while_a_comparison_waits_does_not_end_comparing() {
    let owner = Owner::new();
    let q = owner.with(|| RwSignal::new("state:running".to_owned()));
    let server = server::serving(|request| match request.path.as_str() {
        path if path.starts_with("/api/v1/pods") => pod_page(&[facts::row(serde_json::json!({}))]),
        _ => server::not_found(),
    });
    let screen = pods_listing(&server, q);
    screen.shows("1 shown, former false").await;
    server.say(word_of_another(5));
    settle().await;
    q.set("state:stopped".to_owned());
    until("the new filter is asked", || server.sent("/api/v1/pods") == 2).await;
    screen.shows("1 shown, former false").await;
    server.say(word_of_another(6));
    server.say(word_of_another(7));
    until("the list is compared", || server.sent("/api/v1/pods") == 3).await;
    settle().await;
    // Once for both, and not before its time.
    assert_eq!(
        (server.sent("/api/v1/pods"), server.aborted("/api/v1/pods")),
        (3, 0)
    );
}
