//! What can be done with a pod, and the filter of the list.

use std::cell::Cell;
use std::sync::Arc;

use api::events::FeedEvent;
use api::pods::{Pod, PodSummary};
use api::{Problem, ProblemCode};
use client::FeedMessage;
use domain::allowed::PodAction;
use leptos::prelude::*;
use roadstead_dashboard::components::pod_actions::{PodButtons, pod_row_menu, provide_pod_actions};
use roadstead_dashboard::components::pod_filter::PodFilter;
use roadstead_dashboard::data::use_pod_rows;
use roadstead_dashboard::pages::pods::list::PodsPage;
use roadstead_dashboard::paths;
use roadstead_dashboard::text::pods as words;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::facts::{self, id, read};
use crate::hands::{self, Clipboard, has_focus, key};
use crate::roles;
use crate::screen::{Screen, settle, stage, until};
use crate::server::{self, Reply, Server};

/// The menu of a row.
async fn row_menu(server: &Server, row: Value) -> Screen {
    let row: Arc<PodSummary> = Arc::new(read(facts::row(row)));
    let screen = stage(server, move || {
        provide_pod_actions();
        pod_row_menu(Signal::stored(row))
    });
    screen.press("Actions: train-a").await;
    until("the menu is open", || !screen.all("menuitem").is_empty()).await;
    screen
}

/// The entry of an action, and all that is read of it.
fn entry(screen: &Screen, action: PodAction) -> (HtmlElement, String) {
    let label = words::action(action, false);
    let entries = screen.all("menuitem").into_iter().map(|it| {
        let name = roles::name(&it);
        (it, name)
    });
    entries
        .into_iter()
        .find(|(_, name)| *name == label || name.starts_with(&format!("{label} ")))
        .unwrap_or_else(|| panic!("{label} among {:?}", screen.names("menuitem")))
}

#[wasm_bindgen_test]
async fn what_a_state_forbids_stays_in_the_menu_with_its_reason() {
    let server = server::empty();
    let screen = row_menu(&server, json!({ "state": "STOPPED" })).await;
    let (restart, name) = entry(&screen, PodAction::Restart);
    assert_eq!(restart.get_attribute("aria-disabled").as_deref(), Some("true"));
    assert!(
        name.contains("A pod that is stopped cannot be asked to restart."),
        "{name}"
    );
    assert!(name.contains("Possible when the pod is running."), "{name}");
    hands::press(&restart);
    settle().await;
    assert_eq!((hands::address().as_str(), server.written().len()), ("/", 0));
    assert!(
        !entry(&screen, PodAction::Terminate)
            .0
            .has_attribute("aria-disabled")
    );
    hands::press(&entry(&screen, PodAction::Terminate).0);
    until("the dialog has its address", || {
        hands::address() == format!("/pods/{}?dialog=terminate", facts::pod_id())
    })
    .await;
    assert!(server.written().is_empty());
}

#[wasm_bindgen_test]
async fn a_start_whose_gpus_are_taken_is_a_question() {
    let screen = row_menu(&server::empty(), json!({ "state": "STOPPED", "gpusTaken": true })).await;
    let start = screen
        .all("menuitem")
        .into_iter()
        .find(|it| roles::name(it).starts_with("Start"))
        .unwrap();
    assert!(!start.has_attribute("aria-disabled"));
    hands::press(&start);
    until("the choice", || {
        hands::address() == format!("/pods/{}/decide", facts::pod_id())
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_lock_is_set_at_once_and_said() {
    let server = server::serving(|request| {
        if request.method.is_write() {
            facts::answer(&facts::pod_json(json!({ "summary": { "locked": true } })))
        } else {
            server::not_found()
        }
    });
    let screen = row_menu(&server, json!({})).await;
    hands::press(&entry(&screen, PodAction::Lock).0);
    screen.shows("train-a is locked").await;
    assert_eq!(
        server.written(),
        [(
            format!("/api/v1/pods/{}", facts::pod_id()),
            json!({ "locked": true })
        )]
    );
}

#[wasm_bindgen_test]
async fn a_refusal_of_a_lock_is_a_message_and_said_at_once() {
    let problem = Problem::new(ProblemCode::ScopeMissing, "This key only reads.").next("Ask Ada.");
    let server = server::serving(move |request| {
        if request.method.is_write() {
            facts::refusal(&problem)
        } else {
            server::not_found()
        }
    });
    let screen = row_menu(&server, json!({})).await;
    hands::press(&entry(&screen, PodAction::Lock).0);
    screen.shows("Ask Ada.").await;
    until("it is said", || {
        screen
            .names("alert")
            .iter()
            .any(|it| it.contains("This key only reads."))
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_locked_pod_offers_to_unlock_and_says_so_where_it_matters() {
    let screen = row_menu(&server::empty(), json!({ "locked": true })).await;
    let names = screen.names("menuitem");
    let unlock = words::action(PodAction::Unlock, false);
    let lock = words::action(PodAction::Lock, false);
    assert!(
        names.iter().any(|it| it == unlock) && !names.iter().any(|it| it.starts_with(lock)),
        "{names:?}"
    );
    for action in [PodAction::Stop, PodAction::Terminate] {
        let (_, name) = entry(&screen, action);
        assert!(name.contains("Unlock the pod first."), "{name}");
    }
}

#[wasm_bindgen_test]
async fn the_id_of_a_row_is_copied() {
    let clipboard = Clipboard::that_works(true);
    let screen = row_menu(&server::empty(), json!({})).await;
    hands::press(&screen.find("menuitem", words::COPY_ID).await);
    until("it is copied", || {
        clipboard.text() == Some(facts::pod_id().to_string())
    })
    .await;
    until("it is said", || {
        screen.names("status").iter().any(|it| it == words::ID_COPIED)
    })
    .await;
}

#[wasm_bindgen_test]
async fn buttons_of_a_pod_follow_what_the_server_says() {
    let owner = Owner::new();
    let told = |enabled: bool| {
        let stop = json!({ "action": "stop", "enabled": enabled, "reason": "The image is pulled.", "enabledBy": "Wait." });
        facts::pod(json!({ "actions": [stop] }))
    };
    let pod = owner.with(|| RwSignal::new(told(false)));
    let screen = stage(&server::empty(), move || {
        provide_pod_actions();
        let pod: Signal<Arc<Pod>> = pod.into();
        view! { <PodButtons pod /> }.into_any()
    });
    let stop = screen.find("button", words::action(PodAction::Stop, false)).await;
    assert_eq!(roles::description(&stop), "The image is pulled. Wait.");
    hands::press(&stop);
    settle().await;
    assert_eq!(hands::address(), "/");
    pod.set(told(true));
    until("it is free", || !stop.has_attribute("aria-disabled")).await;
    // The same button: a change does not take the focus away.
    assert!(has_focus(&stop));
    key("Enter");
    until("the dialog has its address", || {
        hands::address().ends_with("?dialog=stop")
    })
    .await;
}

// ---- The list and its filter.

#[wasm_bindgen_test]
async fn that_there_is_nothing_stays_said_while_it_is_asked_again() {
    let asked = Cell::new(0);
    let server = server::serving(move |request| {
        if !request.path.starts_with("/api/v1/pods?") {
            return server::not_found();
        }
        asked.set(asked.get() + 1);
        if asked.get() > 1 {
            return Reply::Never;
        }
        let pagination = json!({ "hasNextPage": false, "nextCursor": null });
        facts::answer(&json!({ "pods": [], "pagination": pagination, "sequence": 1 }))
    });
    let screen = stage(&server, || view! { <PodsPage /> }.into_any());
    screen.find("link", words::DEPLOY).await;
    server.say(FeedMessage::Event(Some(20), FeedEvent::Reset));
    until("the second question", || server.sent("/api/v1/pods?") == 2).await;
    settle().await;
    assert!(screen.get("link", words::DEPLOY).is_some(), "{}", screen.text());
}

#[wasm_bindgen_test]
async fn chips_and_text_of_the_filter_are_one() {
    let owner = Owner::new();
    let (q, error) = owner.with(|| {
        (
            RwSignal::new("cost>0.5".to_owned()),
            RwSignal::new(None::<String>),
        )
    });
    let stopped = json!({ "id": id("pod", 2), "state": "STOPPED", "microsPerHour": 20_000 });
    let pages = server::serving(move |request| {
        let list = |pod: Value, next: bool| {
            let pagination = json!({ "hasNextPage": next, "nextCursor": next.then_some("second") });
            facts::answer(&json!({ "pods": [facts::row(pod)], "pagination": pagination, "sequence": 1 }))
        };
        match request.path.as_str() {
            path if !path.starts_with("/api/v1/pods") => server::not_found(),
            // The first filter's second page never comes, and the part that is here is no sum.
            path if path.contains("cost") && path.contains("cursor") => Reply::Never,
            path if path.contains("cursor") => list(stopped.clone(), false),
            _ => list(json!({}), true),
        }
    });
    let screen = stage(&pages, move || {
        let on_change = Callback::new(move |text| q.set(text));
        let rows = use_pod_rows(q.into(), Signal::stored(String::new()));
        view! { <PodFilter q sort="-cost" error on_change rows /> }.into_any()
    });
    let field = screen.find("searchbox", words::FILTER_LABEL).await;
    until("the field shows it", || hands::value(&field) == "cost>0.5").await;
    let chip = screen.find("link", "Running").await;
    assert_eq!(
        chip.get_attribute("href").as_deref(),
        Some(paths::pods_view("state:running cost>0.5", "-cost").as_str())
    );
    let is_current = |name: &str| {
        screen
            .get("link", name)
            .is_some_and(|it| it.has_attribute("aria-current"))
    };
    assert!(is_current(words::CHIP_ALL) && !is_current("Running"));
    until("the first page is here", || pages.sent("/api/v1/pods") > 1).await;
    settle().await;
    assert!(!screen.text().contains("for these pods"), "{}", screen.text());

    hands::fill(&field, "state:running train");
    assert_eq!(q.get_untracked(), "state:running train");
    until("the chip follows the text", || {
        is_current("Running") && !is_current(words::CHIP_ALL)
    })
    .await;
    let all = screen.find("link", words::CHIP_ALL).await;
    until("the other chip keeps the rest", || {
        all.get_attribute("href").as_deref() == Some(paths::pods_view("train", "-cost").as_str())
    })
    .await;
    q.set("state:stopped train".to_owned());
    until("the text follows the chip", || {
        hands::value(&field) == "state:stopped train"
    })
    .await;

    let sum = words::summary(2, 1, 1_400_000);
    screen.shows(&(words::matching(2) + &sum)).await;
    // A price that changes by itself is not read out.
    screen.find("status", &words::matching(2)).await;
    error.set(Some("There is no field statte.".to_owned()));
    until("it says what is wrong", || {
        field.has_attribute("aria-invalid") && roles::description(&field) == "There is no field statte."
    })
    .await;
}
