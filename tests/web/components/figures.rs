//! What is read: failures, moves, what there is to do, the bill.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use api::account::Account;
use api::events::{FeedEvent, LedgerPosted};
use api::migrations::CopyProgress as Copied;
use api::{Problem, ProblemCode};
use client::FeedMessage;
use client::queries::GetOffers;
use domain::endpoints::IdentityChange;
use domain::{MigrationId, Timestamp};
use leptos::prelude::*;
use roadstead_dashboard::components::copy_progress::CopyProgress;
use roadstead_dashboard::components::identity_change_list::IdentityChangeList;
use roadstead_dashboard::components::ledger_table::LedgerTable;
use roadstead_dashboard::components::loaded::loaded;
use roadstead_dashboard::components::meter_table::MeterTable;
use roadstead_dashboard::components::migration_decision::MigrationDecision;
use roadstead_dashboard::components::runway_figures::RunwayFigures;
use roadstead_dashboard::components::worklist::Worklist;
use roadstead_dashboard::data::use_query;
use roadstead_dashboard::pages::billing::BillingPage;
use roadstead_dashboard::text::{billing, migrations, overview};
use roadstead_dashboard::ui::provide_now;
use roadstead_dashboard::worklist::{Clock, Need, WorkItem};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::facts::{self, NOW_MS, at, id, read};
use crate::hands::{self, Clipboard, has_focus, key};
use crate::roles;
use crate::screen::{render, settle, stage, until};
use crate::server;

#[wasm_bindgen_test]
async fn a_failure_says_how_it_is_found_again_and_a_stale_value_stays() {
    let refused = |code, detail: &str, request: &str| {
        facts::refusal(&Problem {
            request_id: Some(request.to_owned()),
            ..Problem::new(code, detail)
        })
    };
    let reply = Rc::new(RefCell::new(refused(
        ProblemCode::ScopeMissing,
        "This key only sees pods.",
        "req-7",
    )));
    let server = server::serving({
        let reply = reply.clone();
        move |request| match request.path.as_str() {
            "/api/v1/offers" => reply.borrow().clone(),
            _ => server::not_found(),
        }
    });
    let screen = stage(&server, || {
        let offers = use_query(|| Some(GetOffers));
        loaded(offers, 2, "The offers could not be read", |_| {
            view! { <p>"The offers."</p> }.into_any()
        })
    });
    screen.shows("The offers could not be read").await;
    let alerts = screen.names("alert");
    for part in ["This key only sees pods.", "scope_missing", "req-7"] {
        assert!(alerts.iter().any(|it| it.contains(part)), "{part}: {alerts:?}");
    }
    reply.replace(facts::answer(&facts::offers()));
    screen.press("Try again").await;
    screen.shows("The offers.").await;
    screen.loses("button", "Try again").await;

    // What was there stays, and says that it is old.
    reply.replace(refused(ProblemCode::Internal, "It broke.", "req-8"));
    until("a stream", || server.open_streams() == 1).await;
    server.say(FeedMessage::Event(Some(1), FeedEvent::Reset));
    for part in ["req-8", "internal", "The offers."] {
        screen.shows(part).await;
    }
    reply.replace(facts::answer(&facts::offers()));
    screen.press("Try again").await;
    screen.hides("req-8").await;
    assert!(screen.text().contains("The offers."));
}

#[wasm_bindgen_test]
async fn identities_are_read_as_whole_changes_and_copied_as_a_table() {
    let changes: Vec<IdentityChange> = read(json!([
        { "kind": "pod_id", "port": null, "from": "pod-old", "to": "pod-new" },
        { "kind": "port_mapping", "port": 22, "from": "203.0.113.7:10341", "to": null },
        { "kind": "data_center", "port": null, "from": "AMS-1", "to": "AMS-1" },
    ]));
    let markdown = migrations::changes_markdown(&changes);
    let clipboard = Clipboard::that_works(true);
    let screen = render(move || view! { <IdentityChangeList changes=Signal::stored(changes) /> }.into_any());
    screen.find("table", migrations::IDENTITIES).await;
    let rows = screen.names("row");
    assert_eq!(rows.len(), 4);
    assert!(rows[1].contains("changes from pod-old to pod-new"), "{rows:?}");
    assert!(
        rows[2].contains("changes from 203.0.113.7:10341 to assigned at start"),
        "{rows:?}"
    );
    assert!(
        rows[3].contains("stays AMS-1") && !rows[3].contains("changes"),
        "{rows:?}"
    );
    screen
        .press(&format!("Copy {}", migrations::TABLE_AS_MARKDOWN))
        .await;
    until("the table is copied", || {
        clipboard.text().as_deref() == Some(&markdown)
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_copy_says_how_far_it_is_and_how_long_it_takes() {
    let owner = Owner::new();
    let copied = |done: u64, rate: u64, left: Option<u64>| Copied {
        bytes_done: done,
        bytes_total: 8_000_000_000,
        bytes_per_second: rate,
        eta_seconds: left,
    };
    let progress = owner.with(|| RwSignal::new(copied(0, 0, None)));
    let screen = render(move || view! { <CopyProgress progress /> }.into_any());
    let bar = screen.find("progressbar", migrations::COPY).await;
    let value = || {
        js_sys::Reflect::get(&bar, &"position".into())
            .unwrap()
            .as_f64()
            .unwrap()
    };
    assert_eq!(value(), 0.0);
    assert!(
        !screen.text().contains("left"),
        "nothing is promised before it is measured"
    );
    progress.set(copied(2_000_000_000, 100_000_000, Some(60)));
    until("a quarter", || value() == 0.25).await;
    screen.shows(&migrations::time_left(60)).await;
    screen.shows("2 GB of 8 GB").await;
    progress.set(copied(8_000_000_000, 0, None));
    until("all of it", || value() == 1.0).await;
    screen.hides("left").await;
}

#[wasm_bindgen_test]
async fn a_move_that_waits_counts_down_and_says_why_a_way_is_closed() {
    let migration = facts::migration(json!({ "confirmBy": at(90), "actions": [
        { "action": "confirm", "enabled": true },
        { "action": "revert", "enabled": false, "reason": "The old machine is silent." },
        { "action": "cancel", "enabled": false },
        { "action": "of_a_newer_server", "enabled": true },
    ] }));
    let screen = stage(&server::empty(), move || {
        view! { <MigrationDecision migration=Signal::stored(migration) /> }.into_any()
    });
    let confirm = screen.find("link", migrations::CONFIRM).await;
    let path = format!("/migrations/{}?dialog=confirm", id("mig", 1));
    assert_eq!(confirm.get_attribute("href"), Some(path));
    let revert = screen.find("link", migrations::REVERT).await;
    assert_eq!(roles::description(&revert), "The old machine is silent.");
    assert!(!revert.has_attribute("href"));
    assert_eq!(screen.all("link").len(), 2);
    assert_eq!(roles::text(&screen.all("time")[0]), "1 h 30 min");
}

#[wasm_bindgen_test]
async fn the_worklist_leads_to_what_is_to_be_done_and_runs_down() {
    let owner = Owner::new();
    let now = owner.with(|| RwSignal::new(NOW_MS));
    let items = owner.with(|| RwSignal::new(Vec::new()));
    let screen = render(move || {
        provide_now(now.into());
        view! { <Worklist items /> }.into_any()
    });
    screen.shows(overview::NOTHING).await;
    let soon = Timestamp::from_millis(NOW_MS).plus_minutes(20);
    let migration: MigrationId = id("mig", 1).parse().unwrap();
    let item = |need, clock| WorkItem {
        need,
        name: "train-a".to_owned(),
        clock,
        micros: 690_000,
    };
    items.set(vec![
        item(Need::Confirm(migration), Clock::Until(soon)),
        item(
            Need::GpusTaken(facts::pod_id()),
            Clock::Since(Timestamp::from_millis(NOW_MS).plus_minutes(-5)),
        ),
    ]);
    screen.hides(overview::NOTHING).await;
    let hrefs = || {
        let links = screen.all("link");
        links
            .iter()
            .map(|it| it.get_attribute("href").unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        hrefs(),
        [
            format!("/migrations/{migration}"),
            format!("/pods/{}/decide", facts::pod_id())
        ]
    );
    let times = || {
        screen
            .all("time")
            .iter()
            .map(|it| roles::text(it))
            .collect::<Vec<_>>()
    };
    assert_eq!(times(), ["20 min", "5 min ago"]);
    now.set(NOW_MS + 20 * 60_000);
    until("the time has come", || times() == ["now", "25 min ago"]).await;
}

/// A page that does not reach down to what is shown would leave a hole above the older lines.
#[wasm_bindgen_test]
async fn a_hole_in_the_ledger_begins_the_list_anew() {
    let later = Rc::new(Cell::new(false));
    let line = |number: u32| {
        facts::ledger_line(json!({ "id": id("led", number), "name": format!("line-{number}") }))
    };
    let page = move |lines: &[u32], next: Option<&str>| {
        let lines: Vec<_> = lines.iter().map(|it| line(*it)).collect();
        let pagination = json!({ "hasNextPage": next.is_some(), "nextCursor": next });
        facts::answer(&json!({ "lines": lines, "totalMicros": 0, "pagination": pagination, "sequence": 1 }))
    };
    let server = server::serving({
        let later = later.clone();
        move |request| match request.path.as_str() {
            "/api/v1/account" => facts::answer(&facts::account()),
            path if path.contains("cursor=below") => page(&[1], None),
            path if path.starts_with("/api/v1/ledger") && later.get() => page(&[9, 8], Some("other")),
            path if path.starts_with("/api/v1/ledger") => page(&[3, 2], Some("below")),
            _ => server::not_found(),
        }
    });
    let screen = stage(&server, || view! { <BillingPage /> }.into_any());
    hands::press(&screen.find("link", billing::LEDGER).await);
    hands::press(&screen.find("button", billing::MORE).await);
    screen.shows("line-1").await;
    later.set(true);
    server.say(FeedMessage::Event(
        Some(20),
        FeedEvent::LedgerPosted(LedgerPosted { lines: 900 }),
    ));
    screen.shows("line-8").await;
    until("the older page goes", || !screen.text().contains("line-1")).await;
    assert!(!screen.text().contains("line-3"));
}

#[wasm_bindgen_test]
async fn while_no_pod_runs_the_date_is_that_of_storage() {
    let owner = Owner::new();
    let account = |runway| {
        let mut account = facts::account();
        account["runway"] = runway;
        Arc::new(read::<Account>(account))
    };
    let runs = account(json!({ "podsStopAt": at(60), "emptyAt": at(120) }));
    let shown = owner.with(|| RwSignal::new(runs));
    let screen = stage(&server::empty(), move || {
        view! { <RunwayFigures account=shown /> }.into_any()
    });
    screen.find("heading", overview::RUNS_OUT).await;
    shown.set(account(json!({ "emptyAt": at(120) })));
    screen.find("heading", overview::STORAGE_PAID).await;
}

#[wasm_bindgen_test]
async fn a_line_of_the_ledger_opens_into_its_minutes_and_stays_open() {
    let owner = Owner::new();
    let line = facts::ledger_line(json!({}));
    let credit = facts::ledger_line(
        json!({ "id": id("led", 2), "resource": "credit", "reason": "top_up", "amountMicros": 25_000_000 }),
    );
    let shown = owner.with(|| RwSignal::new(vec![line.clone(), credit.clone()]));
    let screen = stage(&server::empty(), move || {
        view! { <LedgerTable lines=shown /> }.into_any()
    });
    screen.find("table", billing::LEDGER).await;
    assert_eq!(
        screen.names("button"),
        [billing::OPEN_MINUTES],
        "a credit has no minutes"
    );
    let before = screen.all("row").len();
    let button = screen.press(billing::OPEN_MINUTES).await;
    until("a row for each minute", || screen.all("row").len() == before + 3).await;
    assert_eq!(roles::name(&button), billing::CLOSE_MINUTES);
    for number in 1..=3 {
        screen.shows(&billing::minute_number(number)).await;
    }
    // A newer line comes in above; what is open stays open, and the focus where it is.
    let newer =
        facts::ledger_line(json!({ "id": id("led", 3), "firstMinute": 4, "from": at(0), "to": at(3) }));
    shown.set(vec![newer, line, credit]);
    until("one row more", || screen.all("row").len() == before + 4).await;
    assert!(has_focus(&button) && button.is_connected());
    key("Enter");
    until("closed", || screen.all("row").len() == before + 1).await;
}

#[wasm_bindgen_test]
async fn meters_move_at_the_boundary_of_a_minute() {
    let owner = Owner::new();
    let now = owner.with(|| RwSignal::new(NOW_MS + 1_000));
    let account = Arc::new(read(json!({
        "id": id("acc", 1), "name": "ada", "currency": "USD", "asOf": at(0), "balanceMicros": 0, "postedMicros": 0,
        "burn": { "microsPerHour": 0, "computeMicrosPerHour": 0, "diskRunningMicrosPerHour": 0,
            "diskStoppedMicrosPerHour": 0, "networkVolumeMicrosPerHour": 0 },
        "funds": { "state": "ok" }, "monthToDateMicros": 0, "scopes": [], "operator": false, "sequence": 1,
        "meters": [{ "name": "train-a", "podId": id("pod", 1), "postedMicros": 10_000, "meter": {
            "resource": "pod_gpu", "quantity": 1, "rateMicros": 600_000, "perMinutes": 60, "openedAt": at(-5) } }],
    })));
    let screen = render(move || {
        provide_now(now.into());
        view! { <MeterTable account=Signal::stored(account) /> }.into_any()
    });
    screen.find("table", billing::METERS).await;
    let row = || screen.names("row").pop().unwrap();
    let first = row();
    assert!(first.contains("$0.06") || first.contains("$0.05"), "{first}");
    now.set(NOW_MS + 59_000);
    settle().await;
    assert_eq!(row(), first, "nothing is charged within a minute");
    now.set(NOW_MS + 60_000);
    until("another minute", || row() != first).await;
}
