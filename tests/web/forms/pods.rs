//! Dialogs of a pod, and the credit of an account.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use api::account::AccountList;
use api::pods::Pod;
use api::{Problem, ProblemCode};
use leptos::prelude::*;
use roadstead_dashboard::forms::credit_create::CreditCreate;
use roadstead_dashboard::forms::pod_rename::PodRename;
use roadstead_dashboard::forms::pod_stop::PodStop;
use roadstead_dashboard::forms::pod_terminate::PodTerminate;
use roadstead_dashboard::paths;
use roadstead_dashboard::text::{billing, dialogs};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::facts::{self, id, read};
use crate::hands::{self, has_focus, key};
use crate::roles;
use crate::screen::{settle, stage, until};
use crate::server::{self, Reply};

use super::*;

#[wasm_bindgen_test]
async fn a_stop_shows_first_what_it_erases() {
    let preview = json!({
        "kept": [{ "disk": "pod_volume", "sizeGb": 180, "usedBytes": 90_000_000_000_u64 }],
        "lost": [{ "disk": "container_disk", "sizeGb": 20, "usedBytes": 1_000_000_000 }],
        "stoppedMicrosPerDay": 1_180_000,
        "returnOdds": { "freeAfterStop": 2, "neededGpus": 2, "waiting": 1, "restarts": 10, "restartsRefused": 6 },
    });
    // The first reading is refused and the second one is not.
    let known = Rc::new(RefCell::new(None));
    let server = server::serving({
        let known = known.clone();
        move |request| match (request.method.is_write(), request.path.ends_with("/stop-preview")) {
            (true, _) => facts::answer(&facts::pod_json(json!({ "summary": { "state": "STOPPING" } }))),
            (false, true) => known.borrow().as_ref().map_or(Reply::Never, facts::answer),
            (false, false) => server::not_found(),
        }
    });
    let pod: Signal<Arc<Pod>> = Signal::stored(facts::pod(json!({})));
    let show = || {
        dialog(&server, move |on_close| {
            view! { <PodStop pod on_close /> }.into_any()
        })
    };
    let screen = show();
    let button = screen.find("button", "Stop train-a").await;
    assert_eq!(roles::description(&button), dialogs::PREVIEW_WAITS);
    hands::press(&button);
    settle().await;
    assert!(
        server.written().is_empty(),
        "not before it is known what it erases"
    );
    drop(screen);

    *known.borrow_mut() = Some(preview);
    let screen = show();
    let button = screen.find("button", "Stop train-a").await;
    is_free(&button).await;
    for part in [
        dialogs::KEPT,
        "90 GB used of 180 GB",
        dialogs::ERASED,
        "1 GB used of 20 GB",
        "$1.18/day",
        "6 of 10",
    ] {
        screen.shows(part).await;
    }
    hands::press(&button);
    assert_eq!(
        write(&server).await,
        (pod_path("/action"), json!({ "action": "stop" }))
    );
    screen.loses("dialog", "Stop train-a").await;
    screen.shows("train-a is being stopped").await;
}

#[wasm_bindgen_test]
async fn the_name_of_a_pod_with_data_is_typed_before_it_is_deleted() {
    let server = answering(Vec::new(), |_| {
        facts::answer(&facts::pod_json(json!({ "summary": { "state": "TERMINATING" } })))
    });
    let pod: Signal<Arc<Pod>> = Signal::stored(facts::pod(json!({ "mounts": [] })));
    let screen = dialog(&server, move |on_close| {
        view! { <PodTerminate pod on_close /> }.into_any()
    });
    let button = screen.find("button", "Terminate train-a").await;
    assert_eq!(roles::description(&button), dialogs::NAME_DIFFERS);
    let label = dialogs::type_name("train-a");
    screen.fill("textbox", &label, "train-b").await;
    key("Enter");
    hands::press(&button);
    settle().await;
    assert!(server.written().is_empty());
    screen.fill("textbox", &label, "train-a").await;
    is_free(&button).await;
    key("Enter");
    assert_eq!(
        write(&server).await,
        (
            pod_path("/action"),
            json!({ "action": "terminate", "confirm": "train-a" })
        )
    );
    // The pod is gone, and its page with it.
    until("the list", || hands::address() == paths::pods()).await;
    screen.shows("train-a is being terminated").await;
}

#[wasm_bindgen_test]
async fn an_empty_pod_is_deleted_without_a_name_unless_the_server_asks_for_it() {
    // Data was written after the page was read: only the server knows.
    let server = answering(Vec::new(), |request| {
        let confirmed = request.body.as_ref().is_some_and(|it| it.contains("confirm"));
        if confirmed {
            facts::answer(&facts::pod_json(json!({ "summary": { "state": "TERMINATING" } })))
        } else {
            let detail = "The pod volume has data.";
            facts::refusal(&Problem::new(ProblemCode::ConfirmationMissing, detail).field("confirm"))
        }
    });
    let pod: Signal<Arc<Pod>> = Signal::stored(facts::pod(json!({ "volume": { "usedBytes": 0 } })));
    let screen = dialog(&server, move |on_close| {
        view! { <PodTerminate pod on_close /> }.into_any()
    });
    let button = screen.find("button", "Terminate train-a").await;
    assert!(!is_blocked(&button) && screen.all("textbox").is_empty());
    hands::press(&button);
    assert_eq!(write(&server).await.1, json!({ "action": "terminate" }));
    screen.shows("The pod volume has data.").await;
    screen
        .fill("textbox", &dialogs::type_name("train-a"), "train-a")
        .await;
    is_free(&button).await;
    hands::press(&button);
    until("once more, with the name", || server.written().len() == 2).await;
    assert_eq!(
        write(&server).await.1,
        json!({ "action": "terminate", "confirm": "train-a" })
    );
}

#[wasm_bindgen_test]
async fn a_name_is_checked_while_it_is_typed_and_a_refusal_stands_at_the_field() {
    let refuses = Rc::new(RefCell::new(true));
    let server = answering(Vec::new(), {
        let refuses = refuses.clone();
        move |_| {
            if refuses.replace(false) {
                facts::refusal(&Problem::new(ProblemCode::NameInvalid, "That name is taken.").field("name"))
            } else {
                facts::answer(&facts::pod_json(json!({ "summary": { "name": "train-b" } })))
            }
        }
    });
    let pod: Signal<Arc<Pod>> = Signal::stored(facts::pod(json!({})));
    let screen = dialog(&server, move |on_close| {
        view! { <PodRename pod on_close /> }.into_any()
    });
    let field = screen.find("textbox", dialogs::NEW_NAME).await;
    assert_eq!(hands::value(&field), "train-a");
    let button = screen.find("button", dialogs::SAVE_NAME).await;
    hands::fill(&field, "   ");
    until("a name is needed", || {
        is_blocked(&button) && field.has_attribute("aria-invalid")
    })
    .await;
    assert!(roles::description(&field).contains("must not be empty"));
    key("Enter");
    settle().await;
    assert!(server.written().is_empty());

    hands::fill(&field, " train-b ");
    is_free(&button).await;
    key("Enter");
    assert_eq!(write(&server).await, (pod_path(""), json!({ "name": "train-b" })));
    until("the refusal is at the field", || {
        roles::description(&field).contains("That name is taken.")
    })
    .await;
    assert!(has_focus(&field) && hands::value(&field) == " train-b ");
    key("Enter");
    screen.loses("dialog", dialogs::RENAME).await;
    assert_eq!(server.written().len(), 2);
}

#[wasm_bindgen_test]
async fn a_credit_is_checked_sent_once_and_said() {
    let accounts = json!({ "accounts": [
        { "id": id("acc", 1), "name": "ada", "balanceMicros": 5_000_000, "microsPerHour": 0, "pods": 1 },
        { "id": id("acc", 2), "name": "bob", "balanceMicros": 0, "microsPerHour": 0, "pods": 0 },
    ] });
    let _: AccountList = read(accounts.clone());
    let line =
        facts::ledger_line(json!({ "resource": "credit", "reason": "top_up", "amountMicros": 25_500_000 }));
    let server = answering(vec![("/api/v1/accounts".to_owned(), accounts)], move |_| {
        facts::answer(&json!(line))
    });
    let screen = stage(&server, || view! { <CreditCreate /> }.into_any());
    let button = screen.find("button", billing::ADD_CREDIT).await;
    let amount = screen.find("spinbutton", billing::label::AMOUNT).await;
    assert!(
        is_blocked(&button) && !amount.has_attribute("aria-invalid"),
        "nothing was typed yet"
    );
    hands::fill(&amount, "9.99");
    until("too little", || {
        roles::description(&amount).contains("a top-up is $10.00 at least")
    })
    .await;
    screen
        .fill("combobox", billing::label::ACCOUNT, &id("acc", 2))
        .await;
    screen
        .fill(
            "textbox",
            &format!("{} (optional)", billing::label::NOTE),
            "invoice 7",
        )
        .await;
    hands::fill(&amount, "25.50");
    is_free(&button).await;
    hands::press(&button);
    hands::press(&button);
    screen.shows(&billing::credited(25_500_000)).await;
    let path = format!("/api/v1/accounts/{}/credits", id("acc", 2));
    assert_eq!(
        server.written(),
        [(path, json!({ "amountMicros": 25_500_000, "note": "invoice 7" }))]
    );
    until("the form is empty again", || hands::value(&amount).is_empty()).await;
}
