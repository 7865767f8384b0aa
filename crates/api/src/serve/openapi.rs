//! Descriptions of both surfaces in OpenAPI 3.1, made from the table of endpoints and the wire types.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::routes::{ROUTES, Route};
use super::{Method, Surface};
use crate::{DryRun, Problem, account, catalog, events, machines, migrations, pods, templates, v2, volumes};

/// The description of `/api/v1`.
#[must_use]
pub fn v1() -> String {
    document(Surface::V1, "Roadstead API", schemas_v1())
}

/// The description of `/v2`.
#[must_use]
pub fn v2() -> String {
    document(Surface::V2, "Roadstead, published GPU-pod shapes", schemas_v2())
}

type Schemas = BTreeMap<String, RefOr<Schema>>;

fn add<T: ToSchema>(schemas: &mut Schemas) {
    let mut found = Vec::new();
    T::schemas(&mut found);
    schemas.extend(found);
    schemas.insert(T::name().into_owned(), T::schema());
}

macro_rules! schemas {
    ($($type:ty,)*) => {{
        let mut schemas = Schemas::new();
        $(add::<$type>(&mut schemas);)*
        schemas
    }};
}

fn schemas_v1() -> Schemas {
    schemas![
        Problem,
        DryRun,
        account::Account,
        account::AccountList,
        account::CreateCredit,
        account::Ledger,
        account::LedgerLine,
        account::SignIn,
        catalog::Offers,
        events::LedgerPosted,
        events::PodDeleted,
        events::MachineDeleted,
        events::VolumeDeleted,
        machines::Machine,
        machines::MachineList,
        migrations::CreatePlan,
        migrations::Migration,
        migrations::MigrationActionRequest,
        migrations::MigrationList,
        migrations::MigrationPlan,
        migrations::StartMigration,
        pods::CreatePod,
        pods::Pod,
        pods::PodActionRequest,
        pods::PodList,
        pods::Resolved,
        pods::StartOptions,
        pods::StopPreview,
        pods::UpdatePod,
        templates::TemplateList,
        volumes::CreateVolume,
        volumes::UpdateVolume,
        volumes::Volume,
        volumes::VolumeActionRequest,
        volumes::VolumeList,
    ]
}

fn schemas_v2() -> Schemas {
    schemas![
        Problem,
        v2::SshKeys,
        v2::billing::Billing,
        v2::billing::PodBilling,
        v2::billing::VolumeBilling,
        v2::catalog::CpuType,
        v2::catalog::CpuTypeList,
        v2::catalog::DataCenter,
        v2::catalog::DataCenterList,
        v2::catalog::GpuType,
        v2::catalog::GpuTypeList,
        v2::pods::CreatePod,
        v2::pods::Pod,
        v2::pods::PodActionRequest,
        v2::pods::PodList,
        v2::pods::UpdatePod,
        v2::templates::CreateTemplate,
        v2::templates::Template,
        v2::templates::TemplateList,
        v2::templates::UpdateTemplate,
        v2::volumes::CreateVolume,
        v2::volumes::UpdateVolume,
        v2::volumes::Volume,
        v2::volumes::VolumeList,
    ]
}

fn document(surface: Surface, title: &str, schemas: Schemas) -> String {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in ROUTES.iter().filter(|it| Surface::of(it.path) == surface) {
        let method = route.method.as_str().to_ascii_lowercase();
        paths
            .entry(route.path)
            .or_default()
            .insert(method, operation(route));
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": title, "version": env!("CARGO_PKG_VERSION"), "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" } },
        "servers": [{ "url": "/" }],
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
            "responses": { "Problem": {
                "description": "Refused or failed; `code` is stable, `next` says what to do",
                "content": { "application/problem+json": { "schema": reference("Problem") } },
            } },
        },
    });
    // Values of JSON can always be written.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text + "\n"
}

fn operation(route: &Route) -> Value {
    let argument = route
        .path
        .split_once('{')
        .and_then(|it| it.1.split_once('}'))
        .map(|it| it.0);
    let text = json!({ "type": "string" });
    let in_path =
        argument.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": text }));
    let in_query = route
        .query
        .iter()
        .map(|name| json!({ "name": name, "in": "query", "schema": parameter(name) }));
    let conditions = conditions(route);
    let parameters: Vec<Value> = in_path.into_iter().chain(in_query).chain(conditions).collect();
    let is_stream = route.answer.is_none() && route.status == 200;
    let mut success =
        json!({ "description": if route.status == 204 { "Done; no body" } else { route.summary } });
    if let Some(name) = route.answer {
        success["content"] = json!({ "application/json": { "schema": reference(name) } });
    } else if is_stream {
        success["content"] = json!({ "text/event-stream": { "schema": { "type": "string" } } });
    }
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "responses": { route.status.to_string(): success, "default": { "$ref": "#/components/responses/Problem" } },
    });
    if !parameters.is_empty() {
        operation["parameters"] = Value::from(parameters);
    }
    if let Some(name) = route.body {
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": reference(name) } } });
    }
    // Scopes are not OAuth's, so they stand in the description.
    let scope = route.scope.map(|it| format!("Scope: `{}`", it.as_str()));
    let operator = route.operator.then(|| "operators only".to_owned());
    let who: Vec<String> = scope.into_iter().chain(operator).collect();
    if !who.is_empty() {
        operation["description"] = Value::from(format!("{}.", who.join("; ")));
    }
    operation
}

/// What a write can be tied to: see [`super::condition`].
fn conditions(route: &Route) -> Vec<Value> {
    let writes = route.method != Method::Get && !route.path.ends_with("/session");
    if !writes {
        return Vec::new();
    }
    let header = |name, description| json!({ "name": name, "in": "header", "description": description, "schema": { "type": "string" } });
    let mut conditions = vec![header(
        "Idempotency-Key",
        "A repeat under the same key is answered as the first",
    )];
    if route.path.contains("{id}") {
        conditions.push(header(
            "If-Match",
            "Refuse unless the thing still has this generation",
        ));
    }
    if Surface::of(route.path) == Surface::V1 {
        conditions.push(json!({ "name": "dryRun", "in": "query", "description": "Make every check and change nothing; answered with a DryRun", "schema": { "type": "boolean" } }));
    }
    conditions
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn parameter(name: &str) -> Value {
    match name {
        "limit" => json!({ "type": "integer", "minimum": 1, "maximum": domain::limits::PAGE_ROWS_MAX }),
        "count" | "lastN" | "vcpuCount" | "lastEventId" => json!({ "type": ["integer", "string"] }),
        "from" | "to" | "startTime" | "endTime" => json!({ "type": "string", "format": "date-time" }),
        _ => json!({ "type": "string" }),
    }
}

/// `getPodsIdStopPreview` from `GET /api/v1/pods/{id}/stop-preview`.
fn operation_id(route: &Route) -> String {
    let method = match route.method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
        Method::Delete | Method::Other => "delete",
    };
    let path = route.path.trim_start_matches("/api/v1").trim_start_matches("/v2");
    let words = path
        .split(|it: char| !it.is_ascii_alphanumeric())
        .filter(|it| !it.is_empty());
    words.fold(method.to_owned(), |id, word| {
        let (first, rest) = word.split_at(1);
        id + &first.to_ascii_uppercase() + rest
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Set it to write the descriptions instead of comparing them.
    const REWRITE: &str = "ROADSTEAD_WRITE_OPENAPI";

    #[test]
    fn the_descriptions_in_the_repository_are_current() {
        for (name, text) in [("api-v1.json", v1()), ("v2.json", v2())] {
            let path = format!("{}/openapi/{name}", env!("CARGO_MANIFEST_DIR"));
            if std::env::var_os(REWRITE).is_some() {
                std::fs::write(&path, &text).unwrap();
            }
            let stored = std::fs::read_to_string(&path).unwrap_or_default();
            let refresh = format!("{REWRITE}=1 cargo test -p roadstead-api --all-features openapi");
            assert!(
                stored == text,
                "openapi/{name} is not current; refresh it with `{refresh}`"
            );
        }
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_id_is_one() {
        for text in [v1(), v2()] {
            let document: Value = serde_json::from_str(&text).unwrap();
            let mut rest = text.as_str();
            while let Some(at) = rest.find("\"#/") {
                let reference = rest[at + 2..].split('"').next().unwrap();
                assert!(document.pointer(reference).is_some(), "{reference}");
                rest = &rest[at + 3..];
            }
            let ids: Vec<&str> = text
                .lines()
                .filter_map(|it| it.trim().strip_prefix("\"operationId\": "))
                .collect();
            let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
            assert_eq!(ids.len(), distinct.len());
        }
    }
}
