//! Every mistake of a caller: its status, its code, its field, and what to do.

use roadstead_api::ProblemCode;
use roadstead_api::serve::{Method, Surface, problem_response};
use serde_json::{Value, json};

use crate::common::{Answer, Client};

struct Case {
    method: Method,
    path: String,
    body: Value,
    status: u16,
    code: &'static str,
    field: Option<&'static str>,
}

fn case(
    method: Method,
    path: impl Into<String>,
    body: Value,
    status: u16,
    code: &'static str,
    field: &'static str,
) -> Case {
    Case {
        method,
        path: path.into(),
        body,
        status,
        code,
        field: (!field.is_empty()).then_some(field),
    }
}

#[test]
fn every_mistake_is_a_problem_that_says_what_to_do() {
    use Method::{Delete, Get, Patch, Post, Put};
    let mut client = Client::shared();
    let pod = client.pod("sd-webui");
    let stopped = client.pod("train-llama-8b");
    let locked = client.pod("chat-backend");
    let volume = client.volume("models-shared");
    let binned = client.volume("scratch-old");
    let account = client.principal.account_id;
    let pods = "/api/v1/pods";
    let of = |id: &str, rest: &str| format!("/api/v1/pods/{id}{rest}");
    let volume_path = |id: &str, rest: &str| format!("/api/v1/network-volumes/{id}{rest}");
    let gpu = json!({"id": "NVIDIA RTX A5000"});
    let new = |more: Value| {
        let mut body = json!({"name": "x", "image": "a/b:1", "gpu": gpu});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let nothing = Value::Null;
    #[rustfmt::skip]
    let cases = [
        case(Get, "/api/v1/nowhere", nothing.clone(), 404, "not_found", ""),
        case(Put, of(&pod, ""), nothing.clone(), 405, "method_not_allowed", ""),
        case(Get, of("pod1", ""), nothing.clone(), 404, "not_found", ""),
        case(Get, of(&volume, ""), nothing.clone(), 404, "not_found", ""),
        case(Post, pods, json!([]), 422, "schema", ""),
        case(Post, pods, json!({"image": "a"}), 422, "schema", "name"),
        case(Post, pods, new(json!({"disk": "big"})), 422, "schema", "disk"),
        case(Post, pods, new(json!({"disk": -1})), 422, "schema", "disk"),
        case(Post, pods, new(json!({"mounts": {"persistent": {"size": 20}}})), 422, "schema", "mounts.persistent.path"),
        case(Post, pods, new(json!({"colour": 1, "mounts": {"floppy": 1}})), 422, "unknown_key", "colour"),
        case(Post, pods, new(json!({"name": "  "})), 422, "name_invalid", "name"),
        case(Post, pods, new(json!({"image": "a b"})), 422, "image_invalid", "image"),
        case(Post, pods, json!({"name": "x", "gpu": gpu}), 422, "image_invalid", "image"),
        case(Post, pods, json!({"name": "x", "image": "a/b:1"}), 400, "rule_broken", "gpu"),
        case(Post, pods, new(json!({"gpu": {"id": "Voodoo 2"}})), 422, "gpu_unknown", "gpu.id"),
        case(Post, pods, new(json!({"gpu": {"id": "NVIDIA RTX A5000", "count": 17}})), 422, "schema", "gpu.count"),
        case(Post, pods, new(json!({"dataCenterIds": ["MOON-1"]})), 422, "data_center_unknown", "dataCenterIds"),
        case(Post, pods, new(json!({"ports": ["8888"]})), 422, "schema", "ports"),
        case(Post, pods, new(json!({"env": {"1A": "x"}})), 422, "schema", "env"),
        case(Post, pods, new(json!({"mounts": {"persistent": {"size": 10, "path": "/w"}, "network": [{"volumeId": volume, "path": "/v"}]}})), 400, "mounts_conflict", "mounts"),
        case(Post, pods, new(json!({"templateId": "tpl00000000000000000000000000"})), 404, "not_found", ""),
        case(Post, pods, new(json!({"gpu": {"id": "NVIDIA RTX A5000", "count": 16}})), 409, "no_capacity", ""),
        case(Patch, of(&pod, ""), json!({"locked": "yes"}), 422, "schema", "locked"),
        case(Post, of(&pod, "/action"), json!({"action": "explode"}), 422, "schema", "action"),
        case(Post, of(&pod, "/action"), json!({"action": "start"}), 409, "action_not_allowed", "action"),
        case(Post, of(&locked, "/action"), json!({"action": "stop"}), 409, "pod_locked", ""),
        case(Post, of(&stopped, "/action"), json!({"action": "start"}), 409, "machine_has_no_free_gpu", ""),
        case(Post, of(&stopped, "/action"), json!({"action": "start", "gpuCount": 3}), 422, "schema", "gpuCount"),
        case(Post, of(&stopped, "/action"), json!({"action": "terminate"}), 422, "confirmation_missing", "confirm"),
        case(Get, "/api/v1/pods?q=util%3E5", nothing.clone(), 400, "filter_invalid", "q"),
        case(Get, "/api/v1/pods?sort=price", nothing.clone(), 400, "filter_invalid", "sort"),
        case(Get, "/api/v1/pods?cursor=abc", nothing.clone(), 400, "cursor_invalid", "cursor"),
        case(Get, "/api/v1/pods?limit=0", nothing.clone(), 422, "schema", "limit"),
        case(Get, "/api/v1/ledger?from=yesterday", nothing.clone(), 422, "schema", "from"),
        case(Get, "/api/v1/ledger?granularity=year", nothing.clone(), 422, "schema", "granularity"),
        case(Post, "/api/v1/network-volumes", json!({"name": "v", "sizeGb": 5, "dataCenterId": "EU-SE-1"}), 422, "schema", "sizeGb"),
        case(Post, "/api/v1/network-volumes", json!({"name": "v", "sizeGb": 50, "dataCenterId": "MOON-1"}), 422, "data_center_unknown", "dataCenterId"),
        case(Post, "/api/v1/network-volumes", json!({"name": "v", "sizeGb": 50, "dataCenterId": "DE-COM-1"}), 422, "data_center_unknown", "dataCenterId"),
        case(Patch, volume_path(&volume, ""), json!({"sizeGb": 20}), 400, "volume_shrink", "sizeGb"),
        case(Post, volume_path(&volume, "/action"), json!({"action": "attach"}), 422, "schema", "podId"),
        case(Post, volume_path(&volume, "/action"), json!({"action": "delete", "confirm": "models-shared"}), 409, "volume_in_use", ""),
        case(Post, volume_path(&volume, "/action"), json!({"action": "restore"}), 409, "action_not_allowed", ""),
        case(Post, volume_path(&binned, "/action"), json!({"action": "delete"}), 409, "action_not_allowed", ""),
        case(Post, volume_path(&volume, "/action"), json!({"action": "attach", "podId": pod}), 400, "mounts_conflict", "mounts"),
        case(Post, "/api/v1/migrations", json!({"planId": "x", "planDigest": ""}), 404, "not_found", "planId"),
        case(Post, "/api/v1/migrations", json!({"planId": "x", "planDigest": "", "acknowledge": ["moon_phase"]}), 422, "schema", "acknowledge[0]"),
        case(Post, format!("/api/v1/accounts/{account}/credits"), json!({"amountMicros": 1}), 422, "schema", "amountMicros"),
        case(Post, format!("/api/v1/accounts/{account}/credits"), json!({"amountMicros": i64::MAX}), 422, "schema", "amountMicros"),
        case(Post, "/api/v1/accounts/x/credits", json!({"amountMicros": 10_000_000}), 404, "not_found", ""),
        case(Post, "/v2/pods", new(json!({"registry": "reg1"})), 400, "registry_unknown", "registry"),
        case(Post, "/v2/pods", new(json!({"startJupyter": true})), 400, "rule_broken", "startJupyter"),
        case(Post, "/v2/pods", new(json!({"mounts": {"network": []}})), 400, "rule_broken", "mounts.network"),
        case(Post, "/v2/pods", new(json!({"gpu": {"id": "NVIDIA RTX A5000", "allowedCudaVersions": ["12.4"], "minCudaVersion": "12.0"}})), 400, "cuda_conflict", "gpu.minCudaVersion"),
        case(Post, "/v2/pods", new(json!({"gpu": {"id": "NVIDIA RTX A5000", "minCudaVersion": "12"}})), 422, "schema", "gpu.minCudaVersion"),
        case(Post, "/v2/pods", new(json!({"gpu": {"id": "NVIDIA RTX A5000", "minCudaVersion": "99.0"}})), 400, "no_capacity", ""),
        case(Patch, format!("/v2/pods/{pod}"), json!({"globalNetworking": true}), 400, "rule_broken", "globalNetworking"),
        case(Post, format!("/v2/pods/{pod}/action"), json!({"action": "wait"}), 422, "schema", "action"),
        case(Delete, format!("/v2/pods/{locked}"), nothing.clone(), 409, "pod_locked", ""),
        case(Post, "/v2/network-volumes", json!({"name": "v", "size": 50, "dataCenter": "EU-SE-1", "type": "HIGH_PERFORMANCE"}), 400, "rule_broken", "type"),
        case(Post, "/v2/network-volumes", json!({"name": "v", "size": 50, "dataCenter": "x y"}), 422, "data_center_unknown", "dataCenter"),
        case(Get, "/v2/catalog/gpus?include=AVAILABILITY", nothing.clone(), 400, "availability_needs_product", "product"),
        case(Get, "/v2/catalog/gpus?product=POD", nothing.clone(), 400, "availability_needs_product", "product"),
        case(Post, "/v2/pods", new(json!({"gpu": {"id": "NVIDIA RTX A5000", "minRamPerGpu": -1}})), 422, "schema", "gpu.minRamPerGpu"),
        case(Get, "/v2/catalog/gpus?count=2", nothing.clone(), 400, "rule_broken", "count"),
        case(Get, "/v2/catalog/gpus?include=AVAILABILITY&product=POD&countryCodes=se", nothing.clone(), 422, "schema", "countryCodes"),
        case(Get, "/v2/catalog/gpus?include=AVAILABILITY&product=POD&cudaVersions=12", nothing.clone(), 422, "schema", "cudaVersions"),
        case(Get, "/v2/billing?lastN=2&startTime=2026-11-01T00:00:00Z", nothing.clone(), 400, "rule_broken", "lastN"),
        case(Get, "/v2/billing?startTime=2026-11-02T00:00:00Z&endTime=2026-11-01T00:00:00Z", nothing.clone(), 422, "schema", "endTime"),
        case(Get, "/v2/billing?bucketSize=hour&startTime=1990-01-01T00:00:00Z", nothing, 422, "limit_exceeded", "bucketSize"),
    ];
    for Case {
        method,
        path,
        body,
        status,
        code,
        field,
    } in cases
    {
        let before = client.world.fleet().sequence();
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = client.send(method, &path, text.as_bytes());
        let found = (
            answer.status,
            answer.text("/code"),
            answer.body.get("field").and_then(Value::as_str),
        );
        assert_eq!(
            found,
            (status, code, field),
            "{} {path} {body}: {:#}",
            method.as_str(),
            answer.body
        );
        assert_eq!(answer.content_type, "application/problem+json");
        for member in ["/title", "/detail", "/next"] {
            assert!(
                answer.text(member).len() > 4,
                "{member} of {path}: {:#}",
                answer.body
            );
        }
        assert_eq!(answer.text("/type"), format!("urn:roadstead:problem:{code}"));
        assert_eq!(answer.number("/status"), i64::from(status));
        assert_eq!(
            client.world.fleet().sequence(),
            before,
            "{path}: nothing is half done"
        );
    }
}

#[test]
fn bytes_that_are_not_a_request_are_refused() {
    let mut client = Client::shared();
    let mut refused = |path: &str, body: &[u8]| {
        let answer = client.send(Method::Post, path, body);
        (answer.status, answer.text("/code").to_owned())
    };
    assert_eq!(
        refused("/api/v1/pods", b"{\"name\":"),
        (400, "malformed_json".to_owned())
    );
    assert_eq!(refused("/api/v1/pods", b""), (400, "malformed_json".to_owned()));
    assert_eq!(
        refused("/api/v1/pods", b"{\"name\":\"\xff\"}"),
        (400, "malformed_json".to_owned())
    );
    assert_eq!(
        refused("/api/v1/pods", &[b'['; 10_000]),
        (400, "malformed_json".to_owned())
    );
    assert_eq!(
        refused("/v2/pods", &vec![b' '; 102_401]),
        (413, "body_too_large".to_owned())
    );
    assert_eq!(
        refused("/api/v1/pods", &vec![b' '; (1 << 20) + 1]),
        (413, "body_too_large".to_owned())
    );
    assert_eq!(
        refused("/api/v1/pods/%FF%00/action", b"{}"),
        (404, "not_found".to_owned())
    );
}

/// What only one code has stands beside the common members.
#[test]
fn members_of_a_code_help_to_act() {
    let mut client = Client::shared();
    let pod = client.pod("sd-webui");
    let refused = client.post(&format!("/api/v1/pods/{pod}/action"), json!({"action": "start"}));
    assert_eq!(
        (refused.text("/state"), &refused.body["allowed"]),
        ("RUNNING", &json!(["STOPPED", "ERROR"]))
    );
    let taken = client.pod("train-llama-8b");
    let refused = client.post(
        &format!("/api/v1/pods/{taken}/action"),
        json!({"action": "start"}),
    );
    let options = refused.text("/options").to_owned();
    assert_eq!(client.get(&options).status, 200);
    let volume = client.volume("models-shared");
    let body = json!({"action": "delete", "confirm": "models-shared"});
    let refused = client.post(&format!("/api/v1/network-volumes/{volume}/action"), body);
    assert_eq!(refused.body["usedBy"].as_array().unwrap().len(), 2);
    let refused = client.send(Method::Put, "/api/v1/pods", b"");
    assert_eq!(
        (refused.status, refused.header("Allow")),
        (405, Some("GET, POST"))
    );
    let refused = client.get("/api/v1/pods?q=train%20state:up");
    assert_eq!(refused.number("/column"), 13);
    assert!(
        refused.text("/detail").contains("running, stopping"),
        "{}",
        refused.text("/detail")
    );
}

#[test]
fn every_code_is_sent_with_its_own_status() {
    for code in ProblemCode::ALL {
        let problem = roadstead_api::Problem::new(*code, "x");
        for surface in [Surface::V1, Surface::V2] {
            let answer = Answer::of(problem_response(&problem, surface));
            let expected = if *code == ProblemCode::NoCapacity && surface == Surface::V2 {
                400
            } else {
                code.status()
            };
            assert_eq!(
                (answer.status, answer.number("/status")),
                (expected, i64::from(expected))
            );
        }
    }
}
