//! `use_mutation`: one at a time, its problem, and the key of a repetition.

use api::pods::{PodActionRequest, UpdatePod as Body};
use client::commands::{PodAction, UpdatePod};
use client::queries::GetStartOptions;
use client::{Command, Endpoint, Method};
use domain::PodId;
use leptos::prelude::*;
use roadstead_dashboard::data::{Session, provide_data, use_mutation, use_query, use_session};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::screen::{Screen, render, until};
use crate::server::{self, Reply, Server};

fn pod() -> PodId {
    "pod00000000000000000000000000".parse().unwrap()
}

/// A button that renames a pod to whatever the signal says.
fn renaming(server: &Server, limit_ms: u32, name: ReadSignal<&'static str>) -> Screen {
    let client = server.client().with_limit_ms(limit_ms);
    render(move || {
        provide_data(client);
        let rename = use_mutation::<UpdatePod>();
        let session = use_session();
        let press = move |_| {
            let body = Body {
                name: Some(name.get_untracked().to_owned()),
                ..Body::default()
            };
            rename.run(UpdatePod { id: pod(), body }, |_| {});
        };
        let problem = move || rename.problem().get().map(|it| it.code.as_str());
        let asks = move || (session.get() == Session::No).then_some("asks for sign-in");
        view! {
            <button on:click=press>{move || if rename.pending().get() { "busy" } else { "idle" }}</button>
            <p>{problem}</p>
            <p>{asks}</p>
        }
        .into_any()
    })
}

async fn press(screen: &Screen) {
    use wasm_bindgen::JsCast;
    screen
        .finds("button")
        .await
        .unchecked_into::<web_sys::HtmlElement>()
        .click();
}

#[wasm_bindgen_test]
async fn the_same_write_after_a_lost_answer_counts_once() {
    let server = server::serving(|_| Reply::Never);
    let root = Owner::new();
    let (name, set_name) = root.with(|| signal("train-a"));
    let screen = renaming(&server, 50, name);
    let sent = |times| {
        let server = server.clone();
        move || server.sent("/api/v1/pods/") == times
    };
    let key = || {
        server
            .last_sent("/api/v1/pods/")
            .and_then(|it| it.idempotency_key)
            .unwrap()
    };

    press(&screen).await;
    screen.shows("busy").await;
    press(&screen).await;
    screen.shows("unanswered").await;
    // The press in between did nothing.
    until("one request", sent(1)).await;
    let first = key();
    press(&screen).await;
    until("a second request", sent(2)).await;
    assert_eq!(key(), first);
    screen.shows("idle").await;
    set_name.set("train-b");
    press(&screen).await;
    until("a third request", sent(3)).await;
    assert_ne!(key(), first);
}

#[wasm_bindgen_test]
async fn a_write_without_a_session_asks_for_sign_in() {
    let server = server::serving(|request| match request.path.as_str() {
        "/api/v1/account" => server::not_found(),
        _ => server::problem(401, "key_expired"),
    });
    let root = Owner::new();
    let (name, _) = root.with(|| signal("train-a"));
    let screen = renaming(&server, 20_000, name);
    press(&screen).await;
    screen.shows("key_expired").await;
    screen.shows("asks for sign-in").await;
}

#[wasm_bindgen_test]
async fn what_a_write_changes_is_read_again() {
    let server = server::serving(|request| match (request.path.as_str(), request.body.is_some()) {
        ("/api/v1/account", _) => server::not_found(),
        (_, true) => Reply::Json(204, String::new()),
        (_, false) => server::problem(403, "scope_missing"),
    });
    let client = server.client();
    let screen = render(move || {
        provide_data(client);
        let options = use_query(|| Some(GetStartOptions(pod())));
        let act = use_mutation::<Quiet>();
        let press = move |_| act.run(Quiet, |()| {});
        view! { <button on:click=press>{move || if options.get().is_loading() { "loading" } else { "read" }}</button> }
            .into_any()
    });
    screen.shows("read").await;
    let before = server.sent("/api/v1/pods/");
    press(&screen).await;
    until("the write and a second reading", || {
        server.sent("/api/v1/pods/") == before + 2
    })
    .await;
}

/// An action whose answer says nothing.
#[derive(Clone)]
struct Quiet;

impl Command for Quiet {
    type Output = ();
    const STALE: &'static [Endpoint] = <PodAction as Command>::STALE;

    fn request(&self) -> (Method, String, Option<String>) {
        let body = PodActionRequest {
            action: "restart".to_owned(),
            ..PodActionRequest::default()
        };
        Command::request(&PodAction { id: pod(), body })
    }
}
