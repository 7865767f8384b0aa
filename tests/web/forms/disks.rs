//! Dialogs of network volumes.

use std::sync::Arc;

use api::volumes::Volume;
use api::{Problem, ProblemCode};
use leptos::prelude::*;
use roadstead_dashboard::forms::volume_attach::{VolumeAttachDialog, VolumeDetachDialog};
use roadstead_dashboard::forms::volume_create::VolumeCreateDialog;
use roadstead_dashboard::forms::volume_delete::VolumeDeleteDialog;
use roadstead_dashboard::forms::volume_grow::VolumeGrowDialog;
use roadstead_dashboard::text::volumes;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::facts::{self, at, id};
use crate::hands::{self, has_focus, key};
use crate::roles;
use crate::screen::{settle, until};
use crate::server;

use super::*;

#[wasm_bindgen_test]
async fn a_new_volume_says_its_price_while_its_size_is_typed() {
    let reads = vec![("/api/v1/offers".to_owned(), facts::offers())];
    let server = answering(reads, |_| facts::answer(&facts::volume_json(json!({}))));
    let owner = Owner::new();
    let created = owner.with(|| RwSignal::new(None));
    let screen = dialog(&server, move |on_close| {
        let on_created = Callback::new(move |id| created.set(Some(id)));
        view! { <VolumeCreateDialog on_close on_created /> }.into_any()
    });
    let button = screen.find("button", volumes::CREATE).await;
    assert!(is_blocked(&button), "it has no name yet");
    let place = screen.find("combobox", volumes::DATA_CENTER).await;
    until("the place is chosen", || hands::value(&place) == "AMS-1").await;
    assert_eq!(
        place.query_selector_all("option").unwrap().length(),
        1,
        "Oslo offers none"
    );
    screen.shows("$7.00/month").await;
    let size = screen.fill("spinbutton", volumes::SIZE, "2000").await;
    screen.shows("$120.00/month").await;
    hands::fill(&size, "5");
    until("too small", || size.has_attribute("aria-invalid")).await;
    screen.hides("/month").await;
    hands::fill(&size, "2000");
    let name = screen.fill("textbox", volumes::NAME, "datasets").await;
    is_free(&button).await;
    assert!(has_focus(&name));
    key("Enter");
    let body = json!({ "name": "datasets", "sizeGb": 2_000, "dataCenterId": "AMS-1" });
    assert_eq!(write(&server).await, ("/api/v1/network-volumes".to_owned(), body));
    until("it is there", || created.get_untracked().is_some()).await;
}

#[wasm_bindgen_test]
async fn a_refused_volume_keeps_what_was_typed() {
    let reads = vec![("/api/v1/offers".to_owned(), facts::offers())];
    let server = answering(reads, |_| {
        facts::refusal(&Problem::new(ProblemCode::LimitExceeded, "At most 2 TB are left.").field("sizeGb"))
    });
    let screen = dialog(&server, move |on_close| {
        view! { <VolumeCreateDialog on_close on_created=|_| {} /> }.into_any()
    });
    screen.fill("textbox", volumes::NAME, "datasets").await;
    let size = screen.fill("spinbutton", volumes::SIZE, "3000").await;
    let button = screen.find("button", volumes::CREATE).await;
    is_free(&button).await;
    hands::press(&button);
    until("the refusal is at its field", || {
        roles::description(&size).contains("At most 2 TB are left.")
    })
    .await;
    assert_eq!(hands::value(&size), "3000");
}

fn volume_path(rest: &str) -> String {
    format!("/api/v1/network-volumes/{}{rest}", id("vol", 1))
}

/// A pod that mounts the volume.
fn mount(number: u32, name: &str, state: &str) -> Value {
    json!({
        "podId": id("pod", number), "podName": name, "path": "/workspace", "state": state,
        "running": state == "RUNNING", "holdsGpus": state != "STOPPED",
    })
}

#[wasm_bindgen_test]
async fn a_running_pod_is_restarted_only_with_agreement() {
    let rows = json!([
        facts::row(json!({ "id": id("pod", 1), "name": "a-stopped", "state": "STOPPED", "data": "network" })),
        facts::row(json!({ "id": id("pod", 2), "name": "b-runs", "data": "network" })),
        facts::row(json!({ "id": id("pod", 3), "name": "c-local", "data": "local" })),
        facts::row(
            json!({ "id": id("pod", 4), "name": "d-elsewhere", "data": "network", "dataCenterId": "OSL-1" })
        ),
    ]);
    let list =
        json!({ "pods": rows, "pagination": { "hasNextPage": false, "nextCursor": null }, "sequence": 1 });
    let server = answering(vec![("/api/v1/pods".to_owned(), list)], |_| {
        facts::answer(&facts::volume_json(json!({})))
    });
    let volume: Signal<Arc<Volume>> = Signal::stored(facts::volume(json!({})));
    let screen = dialog(&server, move |on_close| {
        view! { <VolumeAttachDialog volume on_close /> }.into_any()
    });
    let button = screen.find("button", volumes::ATTACH).await;
    let choice = screen.find("combobox", volumes::POD).await;
    assert_eq!(
        screen.names("option"),
        ["a-stopped", "b-runs (runs: will restart)"]
    );
    assert!(!is_blocked(&button) && screen.all("checkbox").is_empty());
    hands::fill(&choice, &id("pod", 2));
    until("a restart is agreed to first", || is_blocked(&button)).await;
    assert_eq!(roles::description(&button), volumes::RESTART_FIRST);
    hands::press(&button);
    settle().await;
    assert!(server.written().is_empty());
    screen.find("checkbox", volumes::RESTART).await.focus().unwrap();
    key(" ");
    is_free(&button).await;
    screen.fill("textbox", volumes::PATH, "/data").await;
    hands::press(&button);
    let body = json!({ "action": "attach", "podId": id("pod", 2), "path": "/data", "restart": true });
    assert_eq!(write(&server).await, (volume_path("/action"), body));
    until("it closes", || screen.all("dialog").is_empty()).await;
}

#[wasm_bindgen_test]
async fn a_pod_that_can_mount_it_no_more_is_not_sent() {
    let row = |number: u32, name: &str| {
        facts::row(json!({ "id": id("pod", number), "name": name, "state": "STOPPED", "data": "network" }))
    };
    let rows = [row(1, "a-stopped"), row(2, "b-stopped")];
    let list =
        json!({ "pods": rows, "pagination": { "hasNextPage": false, "nextCursor": null }, "sequence": 1 });
    let server = answering(vec![("/api/v1/pods".to_owned(), list)], |_| {
        facts::answer(&facts::volume_json(json!({})))
    });
    let owner = Owner::new();
    let volume = owner.with(|| RwSignal::new(facts::volume(json!({}))));
    let screen = dialog(&server, move |on_close| {
        let volume: Signal<Arc<Volume>> = volume.into();
        view! { <VolumeAttachDialog volume on_close /> }.into_any()
    });
    let button = screen.find("button", volumes::ATTACH).await;
    let choice = screen.find("combobox", volumes::POD).await;
    until("the first is chosen", || hands::value(&choice) == id("pod", 1)).await;
    assert!(!is_blocked(&button));
    // Somebody else has mounted it there meanwhile.
    volume.set(facts::volume(
        json!({ "attachedTo": [mount(1, "a-stopped", "STOPPED")] }),
    ));
    until("nothing is chosen", || hands::value(&choice).is_empty()).await;
    until("a pod is chosen first", || {
        roles::description(&button) == volumes::POD_FIRST
    })
    .await;
    hands::press(&button);
    settle().await;
    assert!(server.written().is_empty());
    hands::fill(&choice, &id("pod", 2));
    is_free(&button).await;
    assert_eq!(screen.names("option"), ["b-stopped"]);
    hands::press(&button);
    let body = json!({ "action": "attach", "podId": id("pod", 2), "path": "/workspace" });
    assert_eq!(write(&server).await, (volume_path("/action"), body));
}

#[wasm_bindgen_test]
async fn a_second_writer_is_warned_about() {
    let rows = json!([facts::row(
        json!({ "name": "a-stopped", "state": "STOPPED", "data": "network" })
    )]);
    let list =
        json!({ "pods": rows, "pagination": { "hasNextPage": false, "nextCursor": null }, "sequence": 1 });
    let server = answering(vec![("/api/v1/pods".to_owned(), list)], |_| server::not_found());
    let other = json!([mount(8, "writer", "RUNNING")]);
    let volume: Signal<Arc<Volume>> = Signal::stored(facts::volume(json!({ "attachedTo": other })));
    let screen = dialog(&server, move |on_close| {
        view! { <VolumeAttachDialog volume on_close /> }.into_any()
    });
    screen.shows("Already mounted by writer.").await;
}

#[wasm_bindgen_test]
async fn a_volume_leaves_a_running_pod_only_with_its_restart() {
    let server = answering(Vec::new(), |_| facts::answer(&facts::volume_json(json!({}))));
    // It does not run yet, and has its GPUs.
    let mounts = json!([mount(1, "train-a", "QUEUED")]);
    let volume: Signal<Arc<Volume>> = Signal::stored(facts::volume(json!({ "attachedTo": mounts })));
    let screen = dialog(&server, move |on_close| {
        view! { <VolumeDetachDialog volume pod_id=facts::pod_id() on_close /> }.into_any()
    });
    let button = screen.find("button", "Detach datasets from train-a").await;
    assert_eq!(roles::description(&button), volumes::RESTART_FIRST);
    screen.find("checkbox", volumes::RESTART).await.click();
    is_free(&button).await;
    hands::press(&button);
    let body = json!({ "action": "detach", "podId": id("pod", 1), "restart": true });
    assert_eq!(write(&server).await, (volume_path("/action"), body));
}

#[wasm_bindgen_test]
async fn a_volume_grows_and_never_shrinks() {
    let reads = vec![("/api/v1/offers".to_owned(), facts::offers())];
    let server = answering(reads, |_| {
        facts::answer(&facts::volume_json(json!({ "sizeGb": 200 })))
    });
    let volume: Signal<Arc<Volume>> = Signal::stored(facts::volume(json!({})));
    let screen = dialog(&server, move |on_close| {
        view! { <VolumeGrowDialog volume on_close /> }.into_any()
    });
    let button = screen.find("button", "Grow datasets").await;
    let size = screen.find("spinbutton", volumes::SIZE).await;
    assert!(
        is_blocked(&button) && !size.has_attribute("aria-invalid"),
        "the present size is no mistake"
    );
    hands::fill(&size, "90");
    until("smaller is one", || {
        size.has_attribute("aria-invalid") && is_blocked(&button)
    })
    .await;
    hands::fill(&size, "200");
    screen.shows("$14.00/month").await;
    is_free(&button).await;
    hands::press(&button);
    assert_eq!(write(&server).await, (volume_path(""), json!({ "sizeGb": 200 })));
    screen.loses("dialog", "Grow datasets").await;
}

#[wasm_bindgen_test]
async fn a_volume_is_deleted_by_its_name_and_not_while_it_is_used() {
    let owner = Owner::new();
    let server = answering(Vec::new(), |_| {
        facts::answer(&facts::volume_json(json!({ "deletedAtLatest": at(1_440) })))
    });
    let used = json!([mount(1, "train-a", "STOPPED")]);
    let volume = owner.with(|| RwSignal::new(facts::volume(json!({ "attachedTo": used }))));
    let screen = dialog(&server, move |on_close| {
        let volume: Signal<Arc<Volume>> = volume.into();
        view! { <VolumeDeleteDialog volume on_close /> }.into_any()
    });
    let button = screen.find("button", "Delete datasets").await;
    let field = screen.fill("textbox", volumes::DELETE_CONSENT, "datasets").await;
    assert_eq!(
        roles::description(&button),
        "Detach it first: it is mounted by train-a."
    );
    hands::press(&button);
    settle().await;
    assert!(server.written().is_empty());
    // It is detached elsewhere meanwhile; what was typed stays.
    volume.set(facts::volume(json!({})));
    is_free(&button).await;
    assert_eq!(hands::value(&field), "datasets");
    hands::press(&button);
    assert_eq!(
        write(&server).await,
        (
            volume_path("/action"),
            json!({ "action": "delete", "confirm": "datasets" })
        )
    );
    screen.loses("dialog", "Delete datasets").await;
}
