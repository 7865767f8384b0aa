//! Who may do what: the table of endpoints, and strangers.

use roadstead_api::serve::{Principal, ROUTES, Scope, Scopes, authorise};
use serde_json::json;

use crate::common::Client;

/// Every endpoint with the scope it needs. A change here is a change of what keys can do.
const TABLE: &str = "
GET /api/v1/pods pods:read
POST /api/v1/pods pods:write
GET /api/v1/pods/{id} pods:read
PATCH /api/v1/pods/{id} pods:write
DELETE /api/v1/pods/{id} pods:write
POST /api/v1/pods/{id}/action pods:write
GET /api/v1/pods/{id}/start-options pods:read
GET /api/v1/pods/{id}/stop-preview pods:read
POST /api/v1/pods/{id}/migration-plans migrations:write
GET /api/v1/migration-plans/{id} migrations:read
GET /api/v1/migrations migrations:read
POST /api/v1/migrations migrations:write
GET /api/v1/migrations/{id} migrations:read
POST /api/v1/migrations/{id}/action migrations:write
GET /api/v1/machines machines:read
GET /api/v1/machines/{id} machines:read
GET /api/v1/network-volumes volumes:read
POST /api/v1/network-volumes volumes:write
GET /api/v1/network-volumes/{id} volumes:read
PATCH /api/v1/network-volumes/{id} volumes:write
POST /api/v1/network-volumes/{id}/action volumes:write
GET /api/v1/templates templates:read
GET /api/v1/offers catalog:read
GET /api/v1/account billing:read
GET /api/v1/ledger billing:read
GET /api/v1/accounts billing:read operator
POST /api/v1/accounts/{id}/credits account:write operator
GET /api/v1/events events:read
GET /api/v1/resolve/{idOrHost} pods:read
POST /api/v1/session anyone
DELETE /api/v1/session anyone
GET /v2/pods pods:read
POST /v2/pods pods:write
GET /v2/pods/{id} pods:read
PATCH /v2/pods/{id} pods:write
DELETE /v2/pods/{id} pods:write
POST /v2/pods/{id}/action pods:write
GET /v2/network-volumes volumes:read
POST /v2/network-volumes volumes:write
GET /v2/network-volumes/{id} volumes:read
PATCH /v2/network-volumes/{id} volumes:write
DELETE /v2/network-volumes/{id} volumes:write
GET /v2/templates templates:read
GET /v2/templates/{id} templates:read
POST /v2/templates templates:write
PATCH /v2/templates/{id} templates:write
DELETE /v2/templates/{id} templates:write
GET /v2/catalog/templates catalog:read
GET /v2/catalog/gpus catalog:read
GET /v2/catalog/gpus/{id} catalog:read
GET /v2/catalog/cpus catalog:read
GET /v2/catalog/cpus/{id} catalog:read
GET /v2/catalog/datacenters catalog:read
GET /v2/catalog/datacenters/{id} catalog:read
GET /v2/billing billing:read
GET /v2/billing/pods billing:read
GET /v2/billing/network-volumes billing:read
GET /v2/account/ssh-keys anyone
PUT /v2/account/ssh-keys ssh-keys:write
";

#[test]
fn the_table_is_what_the_endpoints_need() {
    let lines: Vec<String> = ROUTES
        .iter()
        .map(|it| {
            let scope = it.scope.map_or("anyone", Scope::as_str);
            let operator = if it.operator { " operator" } else { "" };
            format!("{} {} {scope}{operator}", it.method.as_str(), it.path)
        })
        .collect();
    assert_eq!(lines.join("\n"), TABLE.trim());
}

/// Each endpoint with each scope alone, as an operator and as somebody else.
#[test]
fn one_scope_opens_what_needs_it_and_nothing_else() {
    let mut client = Client::shared();
    let account_id = client.principal.account_id;
    for route in ROUTES {
        let path = route.path.replace("{id}", "x").replace("{idOrHost}", "x");
        for scope in Scope::ALL {
            for operator in [false, true] {
                let principal = Principal {
                    account_id,
                    operator,
                    scopes: Scopes::of(&[*scope]),
                };
                let may = route.scope.is_none_or(|it| it == *scope) && (operator || !route.operator);
                let found = authorise(&principal, route.method, &path);
                assert_eq!(
                    found.is_ok(),
                    may,
                    "{} {} with {scope:?}",
                    route.method.as_str(),
                    route.path
                );
                client.principal = principal;
                let answer = client.send(route.method, &path, b"{}");
                assert_eq!(
                    answer.status == 403,
                    !may,
                    "{} {path}: {:#}",
                    route.method.as_str(),
                    answer.body
                );
                if !may {
                    assert_eq!(answer.text("/code"), "scope_missing");
                    let needed = answer.text("/requiredScope");
                    let wanted = route.scope.map(Scope::as_str);
                    assert!(needed == "operator" || Some(needed) == wanted, "{needed}");
                    assert_eq!(answer.content_type, "application/problem+json");
                }
            }
        }
    }
}

/// another account's things do not exist, and its slots are only held.
#[test]
fn strangers_learn_nothing() {
    let mut client = Client::shared();
    let owner = client.principal.account_id;
    let fleet = client.world.fleet();
    let pods: Vec<_> = fleet
        .pods_of(owner)
        .map(|it| (it.id.to_string(), it.name.to_string()))
        .collect();
    let volumes: Vec<String> = fleet.volumes_of(owner).map(|it| it.id.to_string()).collect();
    let migrations: Vec<_> = fleet
        .migrations_of(owner)
        .map(|it| (it.id.to_string(), it.plan_id.to_string()))
        .collect();
    client.act_as("Kestrel Studio");
    let names: Vec<String> = client.get("/api/v1/pods").body["pods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect();
    assert!(!names.is_empty() && pods.iter().all(|it| !names.contains(&it.1)));
    for (id, _) in &pods {
        for path in [
            "/api/v1/pods/{id}",
            "/api/v1/pods/{id}/start-options",
            "/v2/pods/{id}",
            "/api/v1/resolve/{id}",
        ] {
            let answer = client.get(&path.replace("{id}", id));
            assert_eq!(
                (answer.status, answer.text("/code")),
                (404, "not_found"),
                "{path}"
            );
        }
        let answer = client.post(&format!("/api/v1/pods/{id}/action"), json!({"action": "stop"}));
        assert_eq!(answer.status, 404);
        assert_eq!(
            client
                .send(
                    roadstead_api::serve::Method::Delete,
                    &format!("/v2/pods/{id}"),
                    b""
                )
                .status,
            404
        );
    }
    for id in &volumes {
        assert_eq!(client.get(&format!("/api/v1/network-volumes/{id}")).status, 404);
    }
    for (migration, plan) in &migrations {
        assert_eq!(client.get(&format!("/api/v1/migrations/{migration}")).status, 404);
        assert_eq!(client.get(&format!("/api/v1/migration-plans/{plan}")).status, 404);
        let body = json!({"planId": plan, "planDigest": "b3:0"});
        assert_eq!(client.post("/api/v1/migrations", body).status, 404);
    }
    let machines = client.get("/api/v1/machines?limit=1000");
    let text = machines.body.to_string();
    assert!(
        pods.iter()
            .all(|it| !text.contains(&it.0) && !text.contains(&it.1))
    );
    assert!(text.contains("\"held\"") && text.contains("\"yours\""));
    let silent = client
        .world
        .fleet()
        .machines()
        .find(|it| !it.is_ready())
        .unwrap()
        .id;
    assert_eq!(
        client.get(&format!("/api/v1/machines/{silent}")).status,
        404,
        "not offered, and none of its pods"
    );
}
