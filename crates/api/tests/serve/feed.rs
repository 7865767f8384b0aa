//! The event stream shows each reader what changed, as it is now, and nothing of others.

use roadstead_api::events::FeedEvent;
use roadstead_api::serve::{Method, Principal, Scope, Scopes, feed};
use serde_json::json;

use crate::common::{Client, account};

/// Another reader, with every right in an account of its own.
fn neighbour(client: &Client) -> Principal {
    Principal {
        account_id: account(&client.world, "Kestrel Studio"),
        operator: false,
        scopes: Scopes::ALL,
    }
}

#[test]
fn the_owner_sees_present_views_and_neighbours_see_slots() {
    let mut client = Client::demo();
    let neighbour = neighbour(&client);
    client.world.advance_seconds(200);
    client.world.take_events();
    let pod = client.pod("jupyter-maya");
    assert_eq!(
        client
            .post(&format!("/api/v1/pods/{pod}/action"), json!({"action": "stop"}))
            .status,
        200
    );
    client.world.advance_seconds(90);
    let events = client.world.take_events();
    let (fleet, now) = (client.world.fleet(), client.world.now());
    let mine = feed(fleet, &client.principal, &events, now);
    let names: Vec<&str> = mine.iter().map(FeedEvent::name).collect();
    for name in [
        "pod.changed",
        "machine.changed",
        "account.changed",
        "ledger.posted",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    let views: Vec<_> = mine
        .iter()
        .filter_map(|it| match it {
            FeedEvent::PodChanged(view) if view.summary.id.to_string() == pod => Some(view),
            _ => None,
        })
        .collect();
    assert_eq!(views.len(), 1, "one view for each thing");
    let sent = serde_json::to_value(views[0]).unwrap();
    assert_eq!(
        client.get(&format!("/api/v1/pods/{pod}")).body,
        sent,
        "the event is what a read answers"
    );

    let fleet = client.world.fleet();
    let theirs = feed(fleet, &neighbour, &events, now);
    for event in &theirs {
        let text = event.data().unwrap();
        assert!(
            !text.contains(&pod) && !text.contains("jupyter-maya"),
            "{} {text}",
            event.name()
        );
    }
    let some = Principal {
        scopes: Scopes::of(&[Scope::EventsRead, Scope::VolumesRead]),
        ..client.principal
    };
    assert!(
        feed(fleet, &some, &events, now).is_empty(),
        "without the scope there is no event"
    );
}

#[test]
fn what_is_gone_is_said_once() {
    let mut client = Client::demo();
    client.world.take_events();
    let pod = client.pod("rl-arena");
    let body = json!({"action": "terminate", "confirm": "rl-arena"});
    assert_eq!(
        client.post(&format!("/api/v1/pods/{pod}/action"), body).status,
        200
    );
    client.world.advance_seconds(120);
    let events = client.world.take_events();
    let mine = feed(
        client.world.fleet(),
        &client.principal,
        &events,
        client.world.now(),
    );
    let about: Vec<_> = mine
        .iter()
        .filter(|it| {
            it.data()
                .is_ok_and(|it| it.contains(&format!("\"id\":\"{pod}\"")))
        })
        .collect();
    assert!(matches!(about[..], [FeedEvent::PodDeleted(_)]), "{about:?}");
}

/// GPUs that become free change what a stopped pod of another account can do.
#[test]
fn free_gpus_are_told_to_who_waits_for_them() {
    let mut client = Client::demo();
    let waits = client.pod("render-queue");
    client.world.take_events();
    let owner = client.principal;
    client.act_as("Aldermoor Institute");
    let taker = client.pod("radar-fit");
    assert_eq!(
        client
            .post(&format!("/api/v1/pods/{taker}/action"), json!({"action": "stop"}))
            .status,
        200
    );
    let events = client.world.take_events();
    let theirs = feed(client.world.fleet(), &owner, &events, client.world.now());
    let told = theirs
        .iter()
        .any(|it| matches!(it, FeedEvent::PodChanged(view) if view.summary.id.to_string() == waits));
    assert!(told);
}

/// A machine that is no longer offered goes from the lists of those who have no pod on it.
#[test]
fn a_machine_out_of_sight_is_said_to_be() {
    let mut client = Client::demo();
    let neighbour = neighbour(&client);
    let machine = client.get(&format!("/api/v1/pods/{}", client.pod("jupyter-maya")));
    let machine = machine.text("/summary/machineId").to_owned();
    client.world.take_events();
    client.world.set_silent(machine.parse().unwrap(), true);
    client.world.advance_seconds(60);
    let events = client.world.take_events();
    let (fleet, now) = (client.world.fleet(), client.world.now());
    let said = |principal| {
        let about = |it: &FeedEvent| match it {
            FeedEvent::MachineChanged(it) => it.id.to_string() == machine,
            FeedEvent::MachineDeleted(it) => it.id.to_string() == machine,
            _ => false,
        };
        let feed = feed(fleet, principal, &events, now);
        feed.iter()
            .filter(|it| about(it))
            .map(FeedEvent::name)
            .collect::<Vec<_>>()
    };
    assert_eq!(said(&client.principal), ["machine.changed"]);
    assert_eq!(said(&neighbour), ["machine.deleted"]);
}

/// the lock of the new pod decides whether its move can be taken back, and the move says so at once.
#[test]
fn a_lock_of_the_new_pod_is_told_with_its_move() {
    let mut client = Client::demo();
    let list = client.get("/api/v1/migrations");
    let moves = list.body["migrations"].as_array().unwrap();
    let awaits = moves
        .iter()
        .find(|it| it["state"] == "AWAITING_CONFIRMATION")
        .unwrap();
    let pod = awaits["targetPodId"].as_str().unwrap().to_owned();
    let mut revert = |locked: bool| {
        client.world.take_events();
        let body = json!({ "locked": locked }).to_string();
        let answer = client.send(Method::Patch, &format!("/api/v1/pods/{pod}"), body.as_bytes());
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        let events = client.world.take_events();
        let (fleet, now) = (client.world.fleet(), client.world.now());
        let told = feed(fleet, &client.principal, &events, now);
        let told = told.iter().find_map(|it| match it {
            FeedEvent::MigrationChanged(it) => it.actions.iter().find(|it| it.action == "revert").cloned(),
            _ => None,
        });
        told.unwrap()
    };
    let action = revert(true);
    assert_eq!(
        (action.enabled, action.reason_code.as_deref()),
        (false, Some("pod_locked"))
    );
    assert!(revert(false).enabled);
}
