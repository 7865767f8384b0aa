//! Writes under a condition, and lists with chosen members.

use roadstead_api::serve::Method;
use serde_json::json;

use crate::common::Client;

/// `If-Match`: the second of two who change the same thing is shown what it is now.
#[test]
fn a_write_can_be_tied_to_what_was_read() {
    let mut client = Client::demo();
    let pod = client.pod("render-queue");
    let path = format!("/api/v1/pods/{pod}");
    let seen = client.get(&path).number("/summary/generation").to_string();
    let rename = |client: &mut Client, generation: &str, name: &str| {
        let body = json!({ "name": name }).to_string();
        client.send_if(Method::Patch, &path, body.as_bytes(), generation)
    };
    assert_eq!(rename(&mut client, &seen, "one").text("/summary/name"), "one");
    let late = rename(&mut client, &seen, "two");
    assert_eq!((late.status, late.text("/code")), (412, "generation_mismatch"));
    assert_eq!(late.text("/current/summary/name"), "one");
    let current = late.number("/generation").to_string();
    assert_eq!(rename(&mut client, &current, "two").text("/summary/name"), "two");
    assert_eq!(rename(&mut client, "*", "three").text("/summary/name"), "three");
    assert_eq!(rename(&mut client, "soon", "four").text("/field"), "If-Match");
    let nothing = client.send_if(Method::Post, "/api/v1/pods", b"{}", "1");
    assert!(nothing.status >= 400, "{:#}", nothing.body);
}

/// `dryRun`: the same refusals, and nothing is stored.
#[test]
fn a_dry_run_makes_every_check_and_changes_nothing() {
    let mut client = Client::demo();
    let pod = client.pod("sd-webui");
    let before = client.world.fleet().digest().unwrap();
    let stop = format!("/api/v1/pods/{pod}/action?dryRun=true");
    let answer = client.post(&stop, json!({"action": "stop"}));
    assert_eq!((answer.status, &answer.body), (200, &json!({"dryRun": true})));
    let refused = client.post(&stop, json!({"action": "start"}));
    assert_eq!(
        (refused.status, refused.text("/code")),
        (409, "action_not_allowed")
    );
    let new = json!({"name": "try", "image": "a/b:1", "gpu": {"id": "NVIDIA RTX A5000", "count": 1}});
    assert_eq!(client.post("/api/v1/pods?dryRun=true", new.clone()).status, 200);
    assert_eq!(
        client.post("/api/v1/pods?dryRun=perhaps", new).text("/field"),
        "dryRun"
    );
    assert_eq!(client.world.fleet().digest().unwrap(), before);
}

#[test]
fn lists_are_answered_with_the_members_that_were_asked_for() {
    let mut client = Client::shared();
    for (path, rows) in [
        ("/api/v1/pods", "pods"),
        ("/api/v1/machines", "machines"),
        ("/api/v1/network-volumes", "networkVolumes"),
        ("/api/v1/migrations", "migrations"),
        ("/api/v1/ledger", "lines"),
    ] {
        let answer = client.get(&format!("{path}?fields=id"));
        let rows = answer.body[rows].as_array().unwrap();
        assert!(!rows.is_empty(), "{path}");
        assert!(rows.iter().all(|it| it.as_object().unwrap().len() == 1), "{path}");
        assert!(answer.body["sequence"].is_u64(), "{path}");
        let refused = client.get(&format!("{path}?fields=id,colour"));
        assert_eq!(
            (refused.status, refused.text("/code")),
            (400, "filter_invalid"),
            "{path}"
        );
        assert!(refused.text("/next").contains("id"), "{path}");
    }
}

#[test]
fn migrations_come_in_pages_newest_first() {
    let mut client = Client::shared();
    let all = client.get("/api/v1/migrations");
    let all = all.body["migrations"].as_array().unwrap().clone();
    assert!(all.len() >= 2);
    let (mut cursor, mut found) = (String::new(), Vec::new());
    loop {
        let page = client.get(&format!("/api/v1/migrations?limit=1&cursor={cursor}"));
        found.extend(page.body["migrations"].as_array().unwrap().clone());
        match page.body["pagination"]["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(found, all);
}
