//! Moves: what is acknowledged before one, and what ends it.

use std::sync::Arc;

use api::migrations::MigrationPlan;
use api::{Problem, ProblemCode};
use leptos::prelude::*;
use roadstead_dashboard::App;
use roadstead_dashboard::forms::migration_action::MigrationActionDialog;
use roadstead_dashboard::forms::migration_confirm::MigrationConfirm;
use roadstead_dashboard::paths::{self, MigrationDialog};
use roadstead_dashboard::text::migrations;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::facts::{self, at, id};
use crate::hands::{self, key};
use crate::roles;
use crate::screen::{Screen, render, settle, stage, until};
use crate::server::{self, Server};

use super::*;

type Replaced = Arc<std::sync::Mutex<Vec<(MigrationPlan, Vec<String>)>>>;

/// The last part of a plan, and what the server put in its place.
fn confirm(server: &Server, plan: Value, stale: Signal<bool>) -> (Screen, Replaced) {
    let (plan, replaced) = (facts::plan(plan), Replaced::default());
    let hears = replaced.clone();
    let screen = stage(server, move || {
        let on_replaced = Callback::new(move |(plan, differs)| hears.lock().unwrap().push((plan, differs)));
        view! { <MigrationConfirm plan stale on_replaced on_renew=|()| {} renewing=false /> }.into_any()
    });
    (screen, replaced)
}

async fn tick(screen: &Screen, kind: domain::endpoints::ChangeKind) {
    let checkbox = screen.find("checkbox", migrations::acknowledgement(kind)).await;
    checkbox.focus().unwrap();
    key(" ");
}

#[wasm_bindgen_test]
async fn a_move_counts_what_is_not_acknowledged_and_starts_with_all_of_it() {
    use domain::endpoints::ChangeKind::{PodId, ProxyUrl};
    let server = answering(Vec::new(), |_| facts::answer(&facts::migration_json(json!({}))));
    let (screen, _) = confirm(&server, json!({}), Signal::stored(false));
    let button = screen.find("button", "Migrate (2 to acknowledge)").await;
    assert_eq!(roles::description(&button), migrations::blocked_by_open(2));
    hands::press(&button);
    tick(&screen, PodId).await;
    screen.find("button", "Migrate (1 to acknowledge)").await;
    assert!(is_blocked(&button));
    hands::press(&button);
    tick(&screen, ProxyUrl).await;
    tick(&screen, PodId).await;
    screen.find("button", "Migrate (1 to acknowledge)").await;
    tick(&screen, PodId).await;
    let button = screen.find("button", "Migrate train-a").await;
    is_free(&button).await;
    assert!(server.written().is_empty());
    hands::press(&button);
    let body = json!({ "planId": id("pln", 1), "planDigest": "d1", "acknowledge": ["pod_id", "proxy_url"] });
    assert_eq!(write(&server).await, ("/api/v1/migrations".to_owned(), body));
    let migration = id("mig", 1).parse().unwrap();
    until("the move", || hands::address() == paths::migration(migration)).await;
}

#[wasm_bindgen_test]
async fn what_is_lost_is_agreed_to_by_name() {
    let server = answering(Vec::new(), |_| facts::answer(&facts::migration_json(json!({}))));
    let lost = json!([{ "disk": "container_disk", "sizeGb": 20, "usedBytes": 1_000_000_000 }]);
    let (screen, _) = confirm(
        &server,
        json!({ "acknowledge": [], "consent": lost }),
        Signal::stored(false),
    );
    screen.find("group", migrations::LOSS).await;
    screen.shows("1 GB of 20 GB are lost for good").await;
    let button = screen.find("button", "Migrate (1 to acknowledge)").await;
    screen.fill("textbox", migrations::CONSENT, "train").await;
    key("Enter");
    settle().await;
    assert!(is_blocked(&button) && server.written().is_empty());
    screen.fill("textbox", migrations::CONSENT, "train-a").await;
    is_free(&screen.find("button", "Migrate train-a").await).await;
    key("Enter");
    assert_eq!(write(&server).await.1["consent"], "train-a");
}

#[wasm_bindgen_test]
async fn a_plan_that_is_stale_expired_or_forbidden_does_not_start() {
    let server = answering(Vec::new(), |_| facts::answer(&facts::migration_json(json!({}))));
    let blocks = json!([{ "code": "x", "severity": "block", "text": "It is locked." }]);
    for (plan, stale, reason) in [
        (json!({ "acknowledge": [] }), true, migrations::STALE),
        (
            json!({ "acknowledge": [], "expiresAt": at(-1) }),
            false,
            migrations::EXPIRED,
        ),
        (
            json!({ "acknowledge": [], "findings": blocks }),
            false,
            migrations::MUST_SOLVE,
        ),
    ] {
        let (screen, _) = confirm(&server, plan, Signal::stored(stale));
        let button = screen.find("button", "Migrate train-a").await;
        assert_eq!(roles::description(&button), reason);
        hands::press(&button);
        settle().await;
    }
    assert!(server.written().is_empty());
}

#[wasm_bindgen_test]
async fn a_refused_plan_gives_way_to_the_one_that_holds() {
    let newer = facts::plan_json(json!({ "id": id("pln", 2), "digest": "d2" }));
    let server = answering(Vec::new(), move |_| {
        let problem = Problem::new(ProblemCode::PlanStale, "The plan rests on old facts.")
            .with("plan", newer.clone())
            .with("differences", json!(["The target is m-nl-007."]));
        facts::refusal(&problem)
    });
    let (screen, replaced) = confirm(&server, json!({ "acknowledge": [] }), Signal::stored(false));
    screen.press("Migrate train-a").await;
    until("the other plan", || replaced.lock().unwrap().len() == 1).await;
    let (plan, differs) = replaced.lock().unwrap().remove(0);
    assert_eq!(
        (plan.digest.as_str(), differs),
        ("d2", vec!["The target is m-nl-007.".to_owned()])
    );
    assert!(
        !screen.text().contains("plan_stale"),
        "it is not a failure as well"
    );
}

#[wasm_bindgen_test]
async fn on_the_page_of_a_plan_another_one_clears_the_ticks_and_names_what_differs() {
    use domain::endpoints::ChangeKind::{PodId, ProxyUrl};
    let newer = facts::plan_json(json!({ "id": id("pln", 2), "digest": "d2" }));
    let reads = vec![
        (
            format!("/api/v1/migration-plans/{}", id("pln", 1)),
            facts::plan_json(json!({})),
        ),
        (format!("/api/v1/migration-plans/{}", id("pln", 2)), newer.clone()),
    ];
    // The plans are made when the test makes its own clock, long before the page's.
    let late = |mut plan: Value| {
        plan["expiresAt"] = json!("2099-01-01T00:00:00.000Z");
        plan
    };
    let newer = late(newer);
    let reads = reads.into_iter().map(|(path, plan)| (path, late(plan))).collect();
    let server = answering(reads, move |_| {
        let problem = Problem::new(ProblemCode::PlanStale, "The plan rests on old facts.")
            .with("plan", newer.clone())
            .with("differences", json!(["The target is m-nl-007."]));
        facts::refusal(&problem)
    });
    hands::open_address(&paths::pod_migrate_plan(
        facts::pod_id(),
        id("pln", 1).parse().unwrap(),
    ));
    let client = server.client();
    let screen = render(move || view! { <App client /> }.into_any());
    tick(&screen, PodId).await;
    tick(&screen, ProxyUrl).await;
    let button = screen.find("button", "Migrate train-a").await;
    is_free(&button).await;
    hands::press(&button);
    screen.shows("The target is m-nl-007.").await;
    screen.find("button", "Migrate (2 to acknowledge)").await;
    assert!(hands::address().contains(&id("pln", 2)), "{}", hands::address());
    assert_eq!(server.written().len(), 1);
}

#[wasm_bindgen_test]
async fn a_revert_asks_for_the_name_where_something_was_written() {
    let server = answering(Vec::new(), |_| {
        facts::answer(&facts::migration_json(json!({ "state": "REVERTING" })))
    });
    let show = |written: u64| {
        let migration = Signal::stored(facts::migration(json!({ "writtenSinceSwitchBytes": written })));
        dialog(&server, move |on_close| {
            let on_done = |_| {};
            view! { <MigrationActionDialog migration dialog=MigrationDialog::Revert on_close on_done /> }
                .into_any()
        })
    };
    let screen = show(2_000_000_000);
    screen.shows("2 GB written since the switch are lost.").await;
    let button = screen.find("button", migrations::REVERT).await;
    hands::press(&button);
    settle().await;
    assert!(is_blocked(&button) && server.written().is_empty());
    screen
        .fill("textbox", migrations::REVERT_CONSENT, "train-a")
        .await;
    is_free(&button).await;
    hands::press(&button);
    let path = format!("/api/v1/migrations/{}/action", id("mig", 1));
    assert_eq!(
        write(&server).await,
        (path.clone(), json!({ "action": "revert", "consent": "train-a" }))
    );
    screen.loses("dialog", migrations::REVERT).await;
    drop(screen);

    let screen = show(0);
    let button = screen.find("button", migrations::REVERT).await;
    assert!(!is_blocked(&button) && screen.all("textbox").is_empty());
    hands::press(&button);
    until("it is sent", || server.written().len() == 2).await;
    assert_eq!(write(&server).await, (path, json!({ "action": "revert" })));
}

#[wasm_bindgen_test]
async fn a_revert_asks_for_the_name_once_the_server_says_what_is_lost() {
    let server = answering(Vec::new(), |request| {
        if request.body.as_ref().is_some_and(|it| it.contains("consent")) {
            return facts::answer(&facts::migration_json(json!({ "state": "REVERTING" })));
        }
        let problem = Problem::new(ProblemCode::DataLossConsentRequired, "3 GB would be lost.")
            .with("consent", "train-a")
            .with(
                "lost",
                json!([{ "disk": "pod_volume", "bytes": 3_000_000_000_u64 }]),
            );
        facts::refusal(&problem)
    });
    let migration = Signal::stored(facts::migration(json!({})));
    let screen = dialog(&server, move |on_close| {
        let on_done = |_| {};
        view! { <MigrationActionDialog migration dialog=MigrationDialog::Revert on_close on_done /> }
            .into_any()
    });
    let button = screen.find("button", migrations::REVERT).await;
    assert!(screen.all("textbox").is_empty());
    hands::press(&button);
    screen.shows("3 GB written since the switch are lost.").await;
    assert!(is_blocked(&button));
    screen
        .fill("textbox", migrations::REVERT_CONSENT, "train-a")
        .await;
    is_free(&button).await;
    hands::press(&button);
    screen.loses("dialog", migrations::REVERT).await;
    assert_eq!(server.written().len(), 2);
}

#[wasm_bindgen_test]
async fn who_leaves_a_question_changes_nothing() {
    let server = answering(Vec::new(), |_| server::not_found());
    let migration = Signal::stored(facts::migration(json!({})));
    for leave in ["Escape", migrations::KEEP_GOING] {
        let screen = dialog(&server, move |on_close| {
            let on_done = |_| {};
            view! { <MigrationActionDialog migration dialog=MigrationDialog::Confirm on_close on_done /> }
                .into_any()
        });
        screen.find("dialog", migrations::CONFIRM).await;
        if leave == "Escape" {
            key("Escape");
        } else {
            screen.press(leave).await;
        }
        screen.loses("dialog", migrations::CONFIRM).await;
    }
    assert!(server.written().is_empty());
}
