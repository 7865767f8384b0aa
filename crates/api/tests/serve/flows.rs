//! The main job, through the API alone: start, find the GPUs taken, plan, acknowledge, move, confirm.

use serde_json::{Value, json};

use crate::common::Client;

fn option<'a>(options: &'a Value, kind: &str) -> &'a Value {
    options["options"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["kind"] == kind)
        .unwrap()
}

fn action<'a>(view: &'a Value, word: &str) -> &'a Value {
    view["actions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["action"] == word)
        .unwrap()
}

#[test]
fn a_stopped_pod_whose_gpus_are_taken_moves() {
    let mut client = Client::demo();
    let pod = client.pod("train-llama-8b");
    let path = format!("/api/v1/pods/{pod}");

    let view = client.get(&path);
    assert_eq!(view.body["summary"]["gpusTaken"], true);
    let start = action(&view.body, "start");
    assert_eq!(
        (&start["enabled"], &start["reasonCode"]),
        (&json!(true), &json!("machine_has_no_free_gpu"))
    );
    let refused = client.post(&format!("{path}/action"), json!({"action": "start"}));
    assert_eq!(
        (refused.status, refused.text("/code")),
        (409, "machine_has_no_free_gpu")
    );

    let options = client.get(&format!("{path}/start-options")).body;
    let kinds: Vec<&str> = options["options"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["here", "wait", "cpu_only", "migrate", "redeploy"]);
    assert_eq!(option(&options, "here")["reasonCode"], "machine_has_no_free_gpu");
    assert_eq!(option(&options, "redeploy")["reasonCode"], "no_network_volume");
    for kind in ["wait", "cpu_only", "migrate"] {
        assert_eq!(option(&options, kind)["possible"], true, "{kind}: {options:#}");
    }
    assert!(option(&options, "migrate")["bytesToCopy"].as_i64().unwrap() > 0);

    let plan = client.send(
        roadstead_api::serve::Method::Post,
        &format!("{path}/migration-plans"),
        b"",
    );
    assert_eq!(plan.status, 201, "{:#}", plan.body);
    let location = plan.header("Location").unwrap().to_owned();
    assert_eq!(client.get(&location).body["digest"], plan.body["digest"]);
    assert_eq!(plan.body["stale"], false);
    let findings: Vec<&str> = plan.body["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["code"].as_str())
        .collect();
    // The demo's eval-nightly names this pod twice.
    assert_eq!(
        findings.iter().filter(|it| **it == "reference_found").count(),
        2,
        "{findings:?}"
    );
    assert!(findings.contains(&"pod_id_changes") && findings.contains(&"volume_disk_copied"));
    let new_pod = plan.text("/newPodId").to_owned();

    let mut body =
        json!({"planId": plan.body["id"], "planDigest": plan.body["digest"], "acknowledge": ["pod_id"]});
    let refused = client.post("/api/v1/migrations", body.clone());
    assert_eq!(
        (refused.status, refused.text("/code")),
        (422, "acknowledgement_missing")
    );
    assert!(
        refused.body["missing"]
            .as_array()
            .unwrap()
            .contains(&json!("proxy_url"))
    );
    body["acknowledge"] = plan.body["acknowledge"].clone();
    body["planDigest"] = json!("b3:other");
    assert_eq!(
        client.post("/api/v1/migrations", body.clone()).text("/field"),
        "planDigest"
    );
    body["planDigest"] = plan.body["digest"].clone();
    let started = client.post("/api/v1/migrations", body);
    assert_eq!(started.status, 201, "{:#}", started.body);
    let migration = started.header("Location").unwrap().to_owned();

    let fenced = client.post(&format!("{path}/action"), json!({"action": "start"}));
    assert_eq!(
        (fenced.status, fenced.text("/code")),
        (409, "operation_in_progress")
    );
    assert_eq!(
        client.get(&format!("/v2/pods/{new_pod}")).status,
        404,
        "not there before the switch"
    );
    client.world.advance_seconds(60);
    let copying = client.get(&migration);
    assert_eq!(copying.text("/state"), "COPYING", "{:#}", copying.body);
    assert!(copying.number("/progress/bytesDone") > 0 && copying.number("/progress/etaSeconds") > 0);
    client.world.advance_seconds(3_600);
    let awaiting = client.get(&migration);
    assert_eq!(
        awaiting.text("/state"),
        "AWAITING_CONFIRMATION",
        "{:#}",
        awaiting.body
    );
    assert_eq!(action(&awaiting.body, "confirm")["enabled"], true);
    assert_eq!(action(&awaiting.body, "cancel")["enabled"], false);
    assert!(awaiting.number("/receipt/files") > 0);

    // One of the two is listed; the old one is readable and fenced on our surface, gone on the other.
    let listed = client.get("/api/v1/pods?q=train-llama-8b").body["pods"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(
        listed.iter().map(|it| &it["id"]).collect::<Vec<_>>(),
        [&json!(new_pod)]
    );
    let old = client.get(&path);
    assert_eq!(
        (old.status, &old.body["summary"]["migration"]["role"]),
        (200, &json!("source"))
    );
    assert_eq!(client.get(&format!("/v2/pods/{pod}")).text("/movedTo"), new_pod);
    let resolved = client.get(&format!(
        "/api/v1/resolve/https%3A%2F%2F{pod}-8888.proxy.pods.example"
    ));
    assert_eq!(
        (resolved.text("/id"), &resolved.body["movedFrom"]),
        (new_pod.as_str(), &json!([pod]))
    );

    assert_eq!(
        client
            .post(&format!("{migration}/action"), json!({"action": "confirm"}))
            .status,
        200
    );
    client.world.advance_seconds(120);
    let gone = client.get(&path);
    assert_eq!(
        (gone.status, gone.text("/code"), gone.text("/movedTo")),
        (410, "pod_moved", new_pod.as_str())
    );
    assert_eq!(
        gone.header("Link"),
        Some(format!("</api/v1/pods/{new_pod}>; rel=\"successor-version\"").as_str())
    );
    let repeated = client.post(&format!("{migration}/action"), json!({"action": "revert"}));
    assert_eq!(
        (repeated.status, repeated.text("/code")),
        (409, "action_not_allowed")
    );
    let now = client.get(&format!("/api/v1/pods/{new_pod}"));
    assert_eq!(
        (now.text("/summary/state"), now.text("/movedFrom")),
        ("RUNNING", pod.as_str())
    );
}

/// what was read no longer holds, so nothing starts and the new plan comes with what differs.
#[test]
fn a_stale_plan_is_refused_with_the_new_one() {
    let mut client = Client::demo();
    let pod = client.pod("train-llama-8b");
    let plan = client.post(&format!("/api/v1/pods/{pod}/migration-plans"), json!({}));
    let target = plan.text("/target/name").to_owned();
    client
        .world
        .set_silent(plan.text("/target/machineId").parse().unwrap(), true);
    client.world.advance_seconds(60);
    let stale = client.get(&format!("/api/v1/migration-plans/{}", plan.text("/id")));
    assert_eq!(stale.body["stale"], true, "{target} is silent");
    let body = json!({
        "planId": plan.body["id"], "planDigest": plan.body["digest"], "acknowledge": plan.body["acknowledge"]
    });
    let refused = client.post("/api/v1/migrations", body);
    if refused.text("/code") == "plan_stale" {
        assert_eq!(refused.status, 409);
        assert_ne!(refused.text("/plan/target/name"), target);
        assert!(!refused.body["differences"].as_array().unwrap().is_empty());
        assert_ne!(refused.text("/plan/digest"), plan.text("/digest"));
    } else {
        assert_eq!(
            (refused.status, refused.text("/code")),
            (409, "no_capacity"),
            "{:#}",
            refused.body
        );
    }
}

#[test]
fn volumes_are_attached_detached_binned_and_restored() {
    let mut client = Client::demo();
    let made = client.post(
        "/api/v1/network-volumes",
        json!({"name": "notes", "sizeGb": 20, "dataCenterId": "EU-SE-1"}),
    );
    assert_eq!(made.status, 201, "{:#}", made.body);
    let path = made.header("Location").unwrap().to_owned();
    assert!(
        made.number("/microsPerMonth") == 1_400_000 && !made.body["placement"].as_array().unwrap().is_empty()
    );
    let pod = client.pod("vllm-serve");
    let act = |client: &mut Client, body: Value| client.post(&format!("{path}/action"), body);
    let refused = act(
        &mut client,
        json!({"action": "attach", "podId": pod, "path": "/notes"}),
    );
    assert_eq!((refused.status, refused.text("/field")), (400, "restart"));
    let attached = act(
        &mut client,
        json!({"action": "attach", "podId": pod, "path": "/notes", "restart": true}),
    );
    assert_eq!(
        (attached.status, attached.text("/attachedTo/0/podName")),
        (200, "vllm-serve")
    );
    client.world.advance_seconds(300);
    let detached = act(
        &mut client,
        json!({"action": "detach", "podId": pod, "restart": true}),
    );
    assert_eq!(detached.body["attachedTo"], json!([]));
    assert_eq!(
        act(&mut client, json!({"action": "delete"})).text("/code"),
        "confirmation_missing"
    );
    let binned = act(&mut client, json!({"action": "delete", "confirm": "notes"}));
    assert_eq!(binned.text("/deletedAtLatest"), "2026-11-23T12:05:00Z");
    assert_eq!(
        act(&mut client, json!({"action": "restore"}))
            .body
            .get("deletedAtLatest"),
        None
    );
}

#[test]
fn an_operator_pays_in_and_sees_the_line() {
    let mut client = Client::demo();
    let accounts = client.get("/api/v1/accounts");
    let poor = accounts.body["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["name"] == "Tide Robotics")
        .unwrap();
    let (id, balance) = (
        poor["id"].as_str().unwrap().to_owned(),
        poor["balanceMicros"].as_i64().unwrap(),
    );
    let body = json!({"amountMicros": 25_000_000, "note": "By hand"});
    let line = client.post(&format!("/api/v1/accounts/{id}/credits"), body);
    assert_eq!(
        (line.status, line.text("/note"), line.number("/amountMicros")),
        (201, "By hand", 25_000_000)
    );
    client.act_as("Tide Robotics");
    assert_eq!(
        client.get("/api/v1/account").number("/balanceMicros"),
        balance + 25_000_000
    );
    assert_eq!(client.get("/api/v1/accounts").status, 403);
}

#[test]
fn a_stop_says_what_it_keeps_and_loses() {
    let mut client = Client::shared();
    let pod = client.pod("sd-webui");
    let preview = client.get(&format!("/api/v1/pods/{pod}/stop-preview"));
    assert_eq!(
        (preview.text("/kept/0/disk"), preview.text("/lost/0/disk")),
        ("pod_volume", "container_disk")
    );
    // 120 GB at $0.20 per GB and month of 730 hours.
    assert_eq!(
        preview.number("/stoppedMicrosPerDay"),
        120 * 200_000 * 1_440 / 43_800
    );
    assert!(preview.number("/returnOdds/freeAfterStop") >= 1);
}

/// from the moment of a revert the old pod is the pod, and the new ID leads to it.
#[test]
fn a_reverted_move_leads_back_from_the_new_id() {
    let mut client = Client::demo();
    let moves = client.get("/api/v1/migrations").body["migrations"].clone();
    let moved = moves.as_array().unwrap().iter();
    let moved = moved
        .filter(|it| it["state"] == "AWAITING_CONFIRMATION")
        .find(|it| it["podName"] == "tts-studio")
        .unwrap();
    let word = |key: &str| moved[key].as_str().unwrap().to_owned();
    let (id, old, new) = (word("id"), word("sourcePodId"), word("targetPodId"));
    let body = json!({"action": "revert", "consent": "tts-studio"});
    let reverting = client.post(&format!("/api/v1/migrations/{id}/action"), body);
    assert_eq!(
        (reverting.status, reverting.text("/state")),
        (200, "REVERTING"),
        "{:#}",
        reverting.body
    );
    for state in ["REVERTING", "REVERTED"] {
        assert_eq!(
            client.get(&format!("/api/v1/migrations/{id}")).text("/state"),
            state
        );
        let listed = client.get("/api/v1/pods?q=tts-studio").body["pods"].clone();
        let ids: Vec<&str> = listed
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|it| it["id"].as_str())
            .collect();
        assert_eq!(ids, [old.as_str()], "{state}");
        for surface in ["/api/v1", "/v2"] {
            assert_eq!(client.get(&format!("{surface}/pods/{old}")).status, 200);
            let gone = client.get(&format!("{surface}/pods/{new}"));
            assert_eq!(
                (gone.status, gone.text("/movedTo")),
                (410, old.as_str()),
                "{state} {surface}"
            );
        }
        client.world.advance_seconds(300);
    }
}
