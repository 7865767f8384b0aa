//! Every answer of `/v2` has the published shape, and every answer of `/api/v1` the one it is described with.

use roadstead_api::serve::{Method, ROUTES, openapi};
use serde_json::{Value, json};

use crate::common::{Answer, Client, escaped};
use crate::schema::mistakes;

/// Members that released clients already read, and that are newer than the published description.
const NEWER: [&str; 5] = ["entrypoint", "cmd", "vcpuCount", "memory", "pagination"];

/// The published description; none where the shared files are not beside the project.
fn published() -> Option<Value> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/specs/gpu-pod-rest-v2.openapi.json"
    );
    match std::fs::read_to_string(path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(error) => {
            eprintln!("SKIPPED: the published description is not there: {path}: {error}");
            None
        }
    }
}

/// Compares an answer with what a description says of this endpoint and status.
fn compare(document: &Value, method: &str, pattern: &str, answer: &Answer, extra: &[&str]) {
    let operation = &document["paths"][pattern][method.to_ascii_lowercase()];
    assert!(operation.is_object(), "{method} {pattern} is not described");
    let responses = &operation["responses"];
    let response = responses
        .get(answer.status.to_string())
        .unwrap_or(&responses["default"]);
    let response = match response.get("$ref").and_then(Value::as_str) {
        Some(reference) => document.pointer(&reference[1..]).unwrap(),
        None => response,
    };
    let content = response.get("content").and_then(Value::as_object);
    let Some((_, media)) = content.and_then(|it| it.iter().next()) else {
        assert_eq!(answer.body, Value::Null, "{method} {pattern} has a body");
        return;
    };
    let found = if answer.status < 400 {
        mistakes(document, &media["schema"], &answer.body, extra)
    } else {
        // Our members of errors are the one addition.
        let ours: Vec<&str> = answer
            .body
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        mistakes(document, &media["schema"], &answer.body, &ours)
    };
    assert!(
        found.is_empty(),
        "{method} {pattern} {}: {found:#?}\n{:#}",
        answer.status,
        answer.body
    );
}

fn sent(
    client: &mut Client,
    document: &Value,
    method: Method,
    pattern: &str,
    id: &str,
    body: Value,
) -> Answer {
    let (path, query) = pattern.split_once('?').unwrap_or((pattern, ""));
    let filled = path
        .replace("{id}", &escaped(id))
        .replace("{idOrHost}", &escaped(id));
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let answer = client.send(method, &format!("{filled}?{query}"), text.as_bytes());
    compare(document, method.as_str(), path, &answer, &NEWER);
    answer
}

#[test]
fn every_read_of_v2_has_the_published_shape() {
    let Some(document) = published() else { return };
    let mut client = Client::shared();
    let pods: Vec<String> = client
        .world
        .fleet()
        .pods_of(client.principal.account_id)
        .map(|it| it.id.to_string())
        .collect();
    let volumes: Vec<String> = client
        .world
        .fleet()
        .volumes_of(client.principal.account_id)
        .map(|it| it.id.to_string())
        .collect();
    let templates: Vec<String> = client
        .world
        .fleet()
        .templates_for(client.principal.account_id)
        .map(|it| it.id.to_string())
        .collect();
    assert!(pods.len() > 15 && volumes.len() > 3 && !templates.is_empty());
    let available = "include=AVAILABILITY&product=POD";
    let gpu_type = "NVIDIA GeForce RTX 4090".to_owned();
    let cases = [
        ("/v2/pods".to_owned(), vec![String::new()]),
        ("/v2/pods?limit=3".to_owned(), vec![String::new()]),
        ("/v2/pods?includeClusterPods=true".to_owned(), vec![String::new()]),
        ("/v2/pods/{id}".to_owned(), pods),
        ("/v2/network-volumes".to_owned(), vec![String::new()]),
        ("/v2/network-volumes/{id}".to_owned(), volumes),
        ("/v2/templates".to_owned(), vec![String::new()]),
        ("/v2/templates/{id}".to_owned(), templates),
        (
            "/v2/catalog/templates?source=official".to_owned(),
            vec![String::new()],
        ),
        ("/v2/catalog/gpus".to_owned(), vec![String::new()]),
        (
            format!("/v2/catalog/gpus?{available}&count=2&countryCodes=SE,NL"),
            vec![String::new()],
        ),
        (
            "/v2/catalog/gpus/{id}".to_owned(),
            vec![gpu_type.clone(), "nothing".to_owned()],
        ),
        (
            format!("/v2/catalog/gpus/{{id}}?{available}&cloud=COMMUNITY&minCudaVersion=12"),
            vec![gpu_type],
        ),
        (
            format!("/v2/catalog/cpus?{available}&vcpuCount=4"),
            vec![String::new()],
        ),
        (
            "/v2/catalog/cpus/{id}".to_owned(),
            vec!["general".to_owned(), "nothing".to_owned()],
        ),
        ("/v2/catalog/datacenters".to_owned(), vec![String::new()]),
        (
            "/v2/catalog/datacenters?include=GPU_AVAILABILITY,CPU_AVAILABILITY&regions=EUROPE".to_owned(),
            vec![String::new()],
        ),
        (
            "/v2/catalog/datacenters/{id}".to_owned(),
            vec!["EU-SE-1".to_owned(), "nowhere".to_owned()],
        ),
        ("/v2/billing".to_owned(), vec![String::new()]),
        (
            "/v2/billing?bucketSize=hour&lastN=24".to_owned(),
            vec![String::new()],
        ),
        ("/v2/billing/pods?bucketSize=week".to_owned(), vec![String::new()]),
        (
            "/v2/billing/network-volumes?bucketSize=month".to_owned(),
            vec![String::new()],
        ),
        ("/v2/account/ssh-keys".to_owned(), vec![String::new()]),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for (pattern, ids) in &cases {
        seen.insert(pattern.split('?').next().unwrap().to_owned());
        for id in ids {
            sent(&mut client, &document, Method::Get, pattern, id, Value::Null);
        }
    }
    for route in ROUTES
        .iter()
        .filter(|it| it.method == Method::Get && it.path.starts_with("/v2/"))
    {
        assert!(seen.contains(route.path), "{} is not compared", route.path);
    }
    let list = client.get("/v2/pods");
    assert_eq!(
        list.body.as_object().unwrap().len(),
        1,
        "nothing is beside the list"
    );
    let statuses: std::collections::BTreeSet<&str> = list.body["pods"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["status"].as_str())
        .collect();
    assert!(statuses.len() >= 4, "{statuses:?}");
}

/// A stock client makes a pod, looks at it, stops, starts, renames and deletes it; the same for a volume.
#[test]
fn a_stock_clients_day_has_the_published_shape() {
    let Some(document) = published() else { return };
    let mut client = Client::demo();
    let body = json!({
        "name": "stock", "image": "pytorch/pytorch:2.4", "cmd": ["sleep", "infinity"], "entrypoint": [],
        "gpu": {"id": "NVIDIA RTX A5000", "minRamPerGpu": 1, "minVcpuCountPerGpu": 1.5, "minCudaVersion": "11.8"},
        "ports": ["22/tcp", "8888/http"], "env": {"A": "b"}, "cloud": "SECURE", "dataCenterIds": [], "disk": 20,
        "mounts": {"persistent": {"size": 10, "path": "/workspace"}}, "startSsh": true, "globalNetworking": false
    });
    let made = sent(&mut client, &document, Method::Post, "/v2/pods", "", body);
    assert_eq!(made.status, 201, "{:#}", made.body);
    let id = made.text("/id").to_owned();
    assert_eq!(made.header("Location"), Some(format!("/v2/pods/{id}").as_str()));
    assert_eq!((made.text("/status"), made.text("/args")), ("PROVISIONING", ""));
    assert_eq!(made.body["cmd"], json!(["sleep", "infinity"]));
    assert_eq!(made.body["gpu"]["count"], 1);
    client.world.advance_seconds(900);
    let get = |client: &mut Client| sent(client, &document, Method::Get, "/v2/pods/{id}", &id, Value::Null);
    let running = get(&mut client);
    assert_eq!(running.text("/status"), "RUNNING", "{:#}", running.body);
    assert_eq!(running.body["actions"], json!(["stop", "restart", "terminate"]));
    assert!(running.body["cost"].as_f64().unwrap() > 0.0 && running.number("/runtime/uptime") > 0);
    assert!(
        running.body["ssh"]["direct"]["port"].is_u64()
            && running.body["runtime"]["ports"][0]["ip"].is_string()
    );
    let act = |client: &mut Client, word: &str| {
        let body = json!({ "action": word });
        sent(client, &document, Method::Post, "/v2/pods/{id}/action", &id, body)
    };
    assert_eq!(act(&mut client, "stop").status, 200);
    client.world.advance_seconds(120);
    let stopped = get(&mut client);
    assert_eq!(
        (
            stopped.text("/status"),
            &stopped.body["cost"],
            &stopped.body["runtime"]
        ),
        ("EXITED", &json!(0.0), &Value::Null)
    );
    assert_eq!(act(&mut client, "restart").status, 409);
    assert_eq!(act(&mut client, "start").status, 200);
    let patch =
        |client: &mut Client, body| sent(client, &document, Method::Patch, "/v2/pods/{id}", &id, body);
    let same = json!({"name": "renamed", "image": "pytorch/pytorch:2.4", "disk": 20, "mounts": {}});
    assert_eq!(patch(&mut client, same).text("/name"), "renamed");
    // An edit of what runs resets it, with the new image.
    client.world.advance_seconds(900);
    let edit = json!({"image": "other/image:1", "mounts": {"persistent": {"size": 20, "path": "/data"}}});
    let edited = patch(&mut client, edit);
    assert_eq!(
        (edited.text("/status"), edited.text("/image")),
        ("STARTING", "other/image:1")
    );
    assert_eq!(edited.number("/mounts/persistent/size"), 20);
    let shrunk = patch(
        &mut client,
        json!({"mounts": {"persistent": {"size": 10, "path": "/data"}}}),
    );
    assert_eq!((shrunk.status, shrunk.text("/code")), (400, "volume_shrink"));
    let other_kind = json!({"mounts": {"network": [{"volumeId": "vol", "path": "/x"}]}});
    assert!([400, 404].contains(&patch(&mut client, other_kind).status));
    assert_eq!(patch(&mut client, json!({"mounts": {"network": []}})).status, 400);
    client.world.advance_seconds(900);
    assert_eq!(patch(&mut client, json!({"locked": true})).status, 200);
    let delete = |client: &mut Client| {
        sent(
            client,
            &document,
            Method::Delete,
            "/v2/pods/{id}",
            &id,
            Value::Null,
        )
    };
    assert_eq!(delete(&mut client).text("/code"), "pod_locked");
    assert_eq!(patch(&mut client, json!({"locked": false})).status, 200);
    client.world.advance_seconds(600);
    let deleted = delete(&mut client);
    assert_eq!(
        (deleted.status, &deleted.body, deleted.content_type),
        (204, &Value::Null, "")
    );
    client.world.advance_seconds(120);
    assert_eq!(get(&mut client).status, 404);

    let big = json!({"name": "big", "image": "a/b:1", "gpu": {"id": "NVIDIA RTX A5000", "count": 16}});
    let refused = sent(&mut client, &document, Method::Post, "/v2/pods", "", big);
    assert_eq!((refused.status, refused.text("/code")), (400, "no_capacity"));
    assert_eq!(refused.body["status"], 400);

    let volume = json!({"name": "data", "size": 20, "dataCenter": "EU-SE-1", "type": "STANDARD"});
    let volume = sent(
        &mut client,
        &document,
        Method::Post,
        "/v2/network-volumes",
        "",
        volume,
    );
    assert_eq!(volume.status, 201, "{:#}", volume.body);
    let id = volume.text("/id").to_owned();
    let patch = |client: &mut Client, size: u32| {
        let body = json!({ "size": size });
        sent(
            client,
            &document,
            Method::Patch,
            "/v2/network-volumes/{id}",
            &id,
            body,
        )
    };
    assert_eq!(patch(&mut client, 30).number("/size"), 30);
    let shrunk = patch(&mut client, 25);
    assert_eq!(
        (shrunk.status, shrunk.text("/code"), shrunk.text("/field")),
        (400, "volume_shrink", "size")
    );
    let delete = |client: &mut Client| {
        sent(
            client,
            &document,
            Method::Delete,
            "/v2/network-volumes/{id}",
            &id,
            Value::Null,
        )
    };
    assert_eq!(delete(&mut client).status, 204);
    assert_eq!(delete(&mut client).status, 404);
}

/// A template's life, the pods that come from it, and the keys they accept.
#[test]
fn templates_and_ssh_keys_have_the_published_shape() {
    let Some(document) = published() else { return };
    let mut client = Client::demo();
    let body = json!({
        "name": "mine", "image": "ghcr.io/ada/train:3", "args": "sleep infinity", "disk": 30,
        "ports": ["8000/http"], "env": {"A": "template", "B": "template"}, "category": "NVIDIA",
        "mounts": {"persistent": {"size": 40, "path": "/workspace"}}, "allowedCudaVersions": [],
        "public": false, "serverless": false, "startJupyter": false
    });
    let made = sent(&mut client, &document, Method::Post, "/v2/templates", "", body);
    assert_eq!(made.status, 201, "{:#}", made.body);
    let id = made.text("/id").to_owned();
    assert_eq!(
        made.header("Location"),
        Some(format!("/v2/templates/{id}").as_str())
    );
    assert_eq!(
        (&made.body["startSsh"], &made.body["startJupyter"]),
        (&json!(true), &json!(false))
    );
    let patch =
        |client: &mut Client, body| sent(client, &document, Method::Patch, "/v2/templates/{id}", &id, body);
    let patched = patch(&mut client, json!({"cmd": ["python", "train.py"], "mounts": {}}));
    assert_eq!(
        (patched.text("/args"), &patched.body["cmd"]),
        ("", &json!(["python", "train.py"]))
    );
    assert_eq!(
        patched.number("/mounts/persistent/size"),
        40,
        "what is absent stays"
    );
    for (wrong, code) in [
        (json!({"serverless": true}), "not_served"),
        (json!({"public": true}), "rule_broken"),
        (json!({"startJupyter": true}), "rule_broken"),
        (json!({"registry": "reg1"}), "registry_unknown"),
        (json!({"allowedCudaVersions": ["twelve"]}), "schema"),
        (json!({"disk": 0}), "schema"),
        (json!({"image": ""}), "image_invalid"),
        (json!({"colour": "red"}), "unknown_key"),
    ] {
        assert_eq!(patch(&mut client, wrong.clone()).text("/code"), code, "{wrong}");
    }

    let keys = json!({"keys": ["ssh-ed25519 AAAA ada@host"]});
    let put =
        |client: &mut Client, body| sent(client, &document, Method::Put, "/v2/account/ssh-keys", "", body);
    assert_eq!(put(&mut client, keys.clone()).body, keys);
    let refused = put(&mut client, json!({"keys": ["ssh-ed25519 AAAA", "secret"]}));
    assert_eq!(
        (refused.text("/code"), refused.text("/field")),
        ("schema", "keys[1]")
    );
    assert_eq!(
        client.get("/v2/account/ssh-keys").body,
        keys,
        "all of them or none"
    );

    let pod = json!({"name": "from template", "gpu": {"id": "NVIDIA RTX A5000"}, "templateId": id, "env": {"B": "body"}});
    let pod = sent(&mut client, &document, Method::Post, "/v2/pods", "", pod);
    assert_eq!(pod.status, 201, "{:#}", pod.body);
    assert_eq!(
        pod.body["env"],
        json!({"A": "template", "B": "body"}),
        "keys are never returned"
    );
    let delete = |client: &mut Client, id: &str| {
        sent(
            client,
            &document,
            Method::Delete,
            "/v2/templates/{id}",
            id,
            Value::Null,
        )
    };
    assert_eq!(delete(&mut client, &id).status, 204);
    assert_eq!(delete(&mut client, &id).status, 404);
    let shipped = client
        .get("/v2/catalog/templates")
        .text("/templates/0/id")
        .to_owned();
    assert_eq!(delete(&mut client, &shipped).status, 404);
    assert_eq!(client.get(&format!("/v2/templates/{id}")).status, 404);
    let there = client.get(&format!("/v2/pods/{}", pod.text("/id")));
    assert_eq!(there.text("/template"), id, "pods made from it stay as they are");
}

/// What is not served says so under every method, as an error of the published shape.
#[test]
fn what_is_not_served_says_so() {
    let Some(document) = published() else { return };
    let mut client = Client::shared();
    for pattern in [
        "/v2/serverless",
        "/v2/clusters",
        "/v2/clusters/{id}",
        "/v2/registries",
        "/v2/billing/clusters",
        "/v2/pods/{id}/logs",
    ] {
        let answer = client.get(&pattern.replace("{id}", "x"));
        assert_eq!(
            (answer.status, answer.text("/code")),
            (404, "not_served"),
            "{pattern}"
        );
        assert!(!answer.text("/next").is_empty());
        let schema = json!({"$ref": "#/components/schemas/ErrorResponse"});
        let found = mistakes(&document, &schema, &answer.body, &["type", "code", "next"]);
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(
            client
                .send(Method::Delete, &pattern.replace("{id}", "x"), b"")
                .text("/code"),
            "not_served"
        );
    }
}

/// Our own surface is what its description says, for every thing of the demo.
#[test]
fn every_read_of_v1_is_as_described() {
    let document: Value = serde_json::from_str(&openapi::v1()).unwrap();
    let mut client = Client::shared();
    let (fleet, account_id) = (client.world.fleet(), client.principal.account_id);
    let pods: Vec<String> = fleet.pods_of(account_id).map(|it| it.id.to_string()).collect();
    let machines: Vec<String> = fleet.machines().map(|it| it.id.to_string()).collect();
    let volumes: Vec<String> = fleet.volumes_of(account_id).map(|it| it.id.to_string()).collect();
    let migrations: Vec<_> = fleet
        .migrations_of(account_id)
        .map(|it| (it.id.to_string(), it.plan_id.to_string()))
        .collect();
    assert!(machines.len() > 5 && migrations.len() > 1);
    for route in ROUTES
        .iter()
        .filter(|it| it.method == Method::Get && it.answer.is_some() && it.path.starts_with("/api/"))
    {
        let nothing = vec![String::new()];
        let ids = match route.path.split('/').nth(3).unwrap() {
            _ if !route.path.contains('{') => nothing,
            "pods" | "resolve" => pods.clone(),
            "machines" => machines.clone(),
            "network-volumes" => volumes.clone(),
            "migrations" => migrations.iter().map(|it| it.0.clone()).collect(),
            "migration-plans" => migrations.iter().map(|it| it.1.clone()).collect(),
            other => panic!("{other}"),
        };
        for id in ids {
            let answer = sent(&mut client, &document, Method::Get, route.path, &id, Value::Null);
            assert!(
                answer.status == 200 || answer.status == 404,
                "{} {id}: {:#}",
                route.path,
                answer.body
            );
            if answer.status == 200 {
                let sequence = client.world.fleet().sequence().to_string();
                assert_eq!(
                    answer.header("Roadstead-Sequence"),
                    Some(sequence.as_str()),
                    "{}",
                    route.path
                );
            }
        }
    }
    for query in [
        "granularity=minute&limit=5",
        "from=2026-11-22T00:00:00Z&to=2026-11-22T02:00:00Z",
    ] {
        sent(
            &mut client,
            &document,
            Method::Get,
            &format!("/api/v1/ledger?{query}"),
            "",
            Value::Null,
        );
    }
}
