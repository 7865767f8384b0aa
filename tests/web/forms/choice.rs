//! The ways to go on when the GPUs of a pod are taken.

use std::sync::Arc;

use api::pods::StartOptions;
use api::{Problem, ProblemCode};
use client::Request;
use leptos::prelude::*;
use roadstead_dashboard::forms::start_choice::StartChoice;
use roadstead_dashboard::paths;
use roadstead_dashboard::text::decide;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::facts::{self, read};
use crate::hands::{self, key};
use crate::roles;
use crate::screen::{Screen, stage, until};
use crate::server::{Reply, Server};

use super::*;

fn ways(changes: Value) -> Value {
    let mut wait = json!({ "kind": "wait", "possible": true, "queuePosition": 3, "microsPerHour": 49_000 });
    wait.as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    json!({
        "freeGpus": 0, "machineGpus": 2, "neededGpus": 2, "freeElsewhere": 4, "sequence": 1,
        "options": [
            wait,
            { "kind": "cpu_only", "possible": true, "microsPerHour": 60_000, "vcpuCount": 4, "memoryGib": 16 },
            { "kind": "migrate", "possible": true, "candidates": 2, "bytesToCopy": 90_000_000_000_u64, "etaSeconds": [600, 1_200] },
            { "kind": "redeploy", "possible": false, "reason": "The data is not on a network volume." },
        ],
    })
}

/// The choice of a stopped pod, over a server that does what it is asked.
fn choice(reply: impl Fn(&Request) -> Reply + 'static, changes: Value) -> (Screen, Server) {
    let server = answering(Vec::new(), reply);
    let options: Arc<StartOptions> = Arc::new(read(ways(changes)));
    let pod = facts::pod(json!({ "summary": { "state": "STOPPED", "gpusTaken": true } }));
    let screen = stage(&server, move || {
        view! { <StartChoice pod=Signal::stored(pod) options=Signal::stored(options) /> }.into_any()
    });
    (screen, server)
}

fn started(_: &Request) -> Reply {
    facts::answer(&facts::pod_json(json!({})))
}

#[wasm_bindgen_test]
async fn waiting_says_whether_the_pod_starts_by_itself() {
    let (screen, server) = choice(started, json!({}));
    let wait = decide::button(api::pods::StartKind::Wait);
    screen.press(wait).await;
    assert_eq!(
        write(&server).await,
        (
            pod_path("/action"),
            json!({ "action": "wait", "autoStart": true })
        )
    );
    until("it is answered", || {
        screen
            .get("button", wait)
            .is_some_and(|it| !it.has_attribute("aria-busy"))
    })
    .await;
    screen.find("checkbox", decide::AUTO_START).await.focus().unwrap();
    key(" ");
    screen.press(wait).await;
    until("it is sent again", || server.written().len() == 2).await;
    assert_eq!(
        write(&server).await.1,
        json!({ "action": "wait", "autoStart": false })
    );
    // The pod is as it was, and so is the choice.
    assert_eq!(hands::address(), "/");
}

#[wasm_bindgen_test]
async fn a_start_with_cpus_only_leads_to_the_pod() {
    let (screen, server) = choice(started, json!({}));
    screen.press(decide::button(api::pods::StartKind::CpuOnly)).await;
    assert_eq!(
        write(&server).await.1,
        json!({ "action": "start", "gpuCount": 0 })
    );
    until("the pod", || hands::address() == paths::pod(facts::pod_id())).await;
}

#[wasm_bindgen_test]
async fn each_way_has_its_column_and_the_closed_one_its_reason() {
    let (screen, server) = choice(started, json!({}));
    screen
        .find("heading", decide::kind(api::pods::StartKind::Migrate))
        .await;
    let plan = screen
        .find("link", decide::button(api::pods::StartKind::Migrate))
        .await;
    assert_eq!(
        plan.get_attribute("href"),
        Some(paths::pod_migrate(facts::pod_id()))
    );
    let redeploy = screen
        .find("link", decide::button(api::pods::StartKind::Redeploy))
        .await;
    assert!(is_blocked(&redeploy) && !redeploy.has_attribute("href"));
    assert_eq!(
        roles::description(&redeploy),
        "The data is not on a network volume."
    );
    assert!(server.written().is_empty());
}

#[wasm_bindgen_test]
async fn who_waits_may_leave_and_does_not_wait_twice() {
    let (screen, server) = choice(started, json!({ "waiting": true }));
    screen.shows(&decide::waits(3)).await;
    let wait = screen
        .find("button", decide::button(api::pods::StartKind::Wait))
        .await;
    assert_eq!(roles::description(&wait), decide::ALREADY_WAITS);
    screen.press(decide::LEAVE_QUEUE).await;
    assert_eq!(write(&server).await.1, json!({ "action": "leave_queue" }));
}

#[wasm_bindgen_test]
async fn a_refused_choice_says_why_and_stays() {
    let refused = |_: &Request| {
        facts::refusal(&Problem {
            request_id: Some("req-9".to_owned()),
            ..Problem::new(ProblemCode::InsufficientBalance, "The balance is $0.10.")
        })
    };
    let (screen, _server) = choice(refused, json!({}));
    screen.press(decide::button(api::pods::StartKind::CpuOnly)).await;
    for part in ["The balance is $0.10.", "insufficient_balance", "req-9"] {
        screen.shows(part).await;
    }
    assert_eq!(hands::address(), "/");
}
