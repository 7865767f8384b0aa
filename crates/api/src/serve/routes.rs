//! Every endpoint once: routing, authorisation and the descriptions are made from this table.

use percent_encoding::percent_decode_str;

use super::context::Context;
use super::principal::{Principal, Scope};
use super::{
    Method, Prepared, account, catalog, ledger, machines, migrations, plans, pods, start, templates, v2,
    volumes,
};
use crate::{Problem, ProblemCode};

pub(super) type Handler = fn(&Context<'_>) -> Result<Prepared, Problem>;

/// One endpoint.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path; at most one segment is an argument in braces.
    pub path: &'static str,
    /// What the key must be allowed; none for whoever has a valid key.
    pub scope: Option<Scope>,
    /// Whether only an operator may.
    pub operator: bool,
    /// What it does, in a short sentence.
    pub summary: &'static str,
    /// Parameters of the query string.
    pub query: &'static [&'static str],
    /// The schema of the body.
    pub body: Option<&'static str>,
    /// The status of success.
    pub status: u16,
    /// The schema of the answer; none for an empty body or a stream.
    pub answer: Option<&'static str>,
    pub(super) handler: Handler,
}

macro_rules! routes {
    ($($method:ident $path:literal $scope:ident $([$flag:ident])? $summary:literal
       ? [$($query:literal)*] $(<- $body:ident)? => $status:literal $($answer:ident)? : $handler:expr;)*) => {
        /// The table of endpoints.
        pub const ROUTES: &[Route] = &[$(Route {
            method: Method::$method,
            path: $path,
            scope: routes!(@scope $scope),
            operator: routes!(@operator $($flag)?),
            summary: $summary,
            query: &[$($query),*],
            body: routes!(@name $($body)?),
            status: $status,
            answer: routes!(@name $($answer)?),
            handler: $handler,
        }),*];
    };
    (@scope Anyone) => { None };
    (@scope $scope:ident) => { Some(Scope::$scope) };
    (@operator operator) => { true };
    (@operator) => { false };
    (@name $name:ident) => { Some(stringify!($name)) };
    (@name) => { None };
}

routes! {
    Get "/api/v1/pods" PodsRead "List pods, filtered and sorted" ? ["q" "sort" "fields" "limit" "cursor" "count"] => 200 PodList: pods::list;
    Post "/api/v1/pods" PodsWrite "Make a pod" ? [] <- CreatePod => 201 Pod: pods::create;
    Get "/api/v1/pods/{id}" PodsRead "One pod with everything about it" ? [] => 200 Pod: pods::get;
    Patch "/api/v1/pods/{id}" PodsWrite "Rename, lock, unlock or change a pod" ? [] <- UpdatePod => 200 Pod: pods::update;
    Delete "/api/v1/pods/{id}" PodsWrite "Delete a pod and its pod volume for good" ? ["confirm"] => 204: pods::delete;
    Post "/api/v1/pods/{id}/action" PodsWrite "Start, stop, restart or terminate a pod, or queue it" ? [] <- PodActionRequest => 200 Pod: pods::action;
    Get "/api/v1/pods/{id}/start-options" PodsRead "Every way to start a pod" ? [] => 200 StartOptions: start::options;
    Get "/api/v1/pods/{id}/stop-preview" PodsRead "What a stop keeps, loses and still costs" ? [] => 200 StopPreview: start::stop_preview;
    Post "/api/v1/pods/{id}/migration-plans" MigrationsWrite "Plan a move" ? [] <- CreatePlan => 201 MigrationPlan: plans::create;
    Get "/api/v1/migration-plans/{id}" MigrationsRead "One plan" ? [] => 200 MigrationPlan: plans::get;
    Get "/api/v1/migrations" MigrationsRead "List migrations, newest first" ? ["fields" "limit" "cursor"] => 200 MigrationList: migrations::list;
    Post "/api/v1/migrations" MigrationsWrite "Carry out a plan" ? [] <- StartMigration => 201 Migration: migrations::start;
    Get "/api/v1/migrations/{id}" MigrationsRead "One migration" ? [] => 200 Migration: migrations::get;
    Post "/api/v1/migrations/{id}/action" MigrationsWrite "Cancel, confirm or revert a migration" ? [] <- MigrationActionRequest => 200 Migration: migrations::action;
    Get "/api/v1/machines" MachinesRead "List machines" ? ["q" "sort" "fields" "limit" "cursor"] => 200 MachineList: machines::list;
    Get "/api/v1/machines/{id}" MachinesRead "One machine" ? [] => 200 Machine: machines::get;
    Get "/api/v1/network-volumes" VolumesRead "List network volumes" ? ["fields"] => 200 VolumeList: volumes::list;
    Post "/api/v1/network-volumes" VolumesWrite "Make a network volume" ? [] <- CreateVolume => 201 Volume: volumes::create;
    Get "/api/v1/network-volumes/{id}" VolumesRead "One network volume" ? [] => 200 Volume: volumes::get;
    Patch "/api/v1/network-volumes/{id}" VolumesWrite "Rename or grow a network volume" ? [] <- UpdateVolume => 200 Volume: volumes::update;
    Post "/api/v1/network-volumes/{id}/action" VolumesWrite "Attach, detach, delete or restore a network volume" ? [] <- VolumeActionRequest => 200 Volume: volumes::action;
    Get "/api/v1/templates" TemplatesRead "List templates" ? [] => 200 TemplateList: templates::list;
    Get "/api/v1/offers" CatalogRead "What can be rented now, and where" ? [] => 200 Offers: catalog::offers;
    Get "/api/v1/account" BillingRead "The account: balance, burn and runway" ? [] => 200 Account: account::get;
    Get "/api/v1/ledger" BillingRead "Lines of the ledger, newest first" ? ["from" "to" "podId" "volumeId" "granularity" "fields" "limit" "cursor"] => 200 Ledger: ledger::list;
    Get "/api/v1/accounts" BillingRead [operator] "List all accounts" ? [] => 200 AccountList: account::list;
    Post "/api/v1/accounts/{id}/credits" AccountWrite [operator] "Pay in by hand" ? [] <- CreateCredit => 201 LedgerLine: account::credit;
    Get "/api/v1/events" EventsRead "Follow changes as server-sent events" ? ["lastEventId"] => 200: edge;
    Get "/api/v1/resolve/{idOrHost}" PodsRead "The pod an ID, an old ID or a host name stands for" ? [] => 200 Resolved: pods::resolve;
    Post "/api/v1/session" Anyone "Sign in with a one-time token" ? [] <- SignIn => 204: edge;
    Delete "/api/v1/session" Anyone "Sign out" ? [] => 204: edge;

    Get "/v2/pods" PodsRead "List pods" ? ["limit" "cursor" "includeClusterPods"] => 200 PodList: v2::pods::list;
    Post "/v2/pods" PodsWrite "Make a pod" ? [] <- CreatePod => 201 Pod: v2::pods::create;
    Get "/v2/pods/{id}" PodsRead "One pod" ? [] => 200 Pod: v2::pods::get;
    Patch "/v2/pods/{id}" PodsWrite "Change a pod" ? [] <- UpdatePod => 200 Pod: v2::pods::update;
    Delete "/v2/pods/{id}" PodsWrite "Delete a pod and its pod volume for good" ? [] => 204: v2::pods::delete;
    Post "/v2/pods/{id}/action" PodsWrite "Start, stop, restart or terminate a pod" ? [] <- PodActionRequest => 200 Pod: v2::pods::action;
    Get "/v2/network-volumes" VolumesRead "List network volumes" ? ["limit" "cursor"] => 200 VolumeList: v2::volumes::list;
    Post "/v2/network-volumes" VolumesWrite "Make a network volume" ? [] <- CreateVolume => 201 Volume: v2::volumes::create;
    Get "/v2/network-volumes/{id}" VolumesRead "One network volume" ? [] => 200 Volume: v2::volumes::get;
    Patch "/v2/network-volumes/{id}" VolumesWrite "Rename or grow a network volume" ? [] <- UpdateVolume => 200 Volume: v2::volumes::update;
    Delete "/v2/network-volumes/{id}" VolumesWrite "Delete a network volume; it waits a day in the bin" ? [] => 204: v2::volumes::delete;
    Get "/v2/templates" TemplatesRead "List the account's own templates" ? ["limit" "cursor"] => 200 TemplateList: v2::templates::list;
    Get "/v2/templates/{id}" TemplatesRead "One template" ? [] => 200 Template: v2::templates::get;
    Post "/v2/templates" TemplatesWrite "Save a template" ? [] <- CreateTemplate => 201 Template: v2::templates::create;
    Patch "/v2/templates/{id}" TemplatesWrite "Change a template of the account's own" ? [] <- UpdateTemplate => 200 Template: v2::templates::update;
    Delete "/v2/templates/{id}" TemplatesWrite "Delete a template; pods made from it stay" ? [] => 204: v2::templates::delete;
    Get "/v2/catalog/templates" CatalogRead "List shipped templates" ? ["source" "limit" "cursor"] => 200 TemplateList: v2::templates::catalog;
    Get "/v2/catalog/gpus" CatalogRead "List GPU types with prices" ? ["include" "product" "count" "cloud" "countryCodes" "cudaVersions" "minCudaVersion"] => 200 GpuTypeList: v2::catalog::gpus;
    Get "/v2/catalog/gpus/{id}" CatalogRead "One GPU type" ? ["include" "product" "count" "cloud" "countryCodes" "cudaVersions" "minCudaVersion"] => 200 GpuType: v2::catalog::gpu;
    Get "/v2/catalog/cpus" CatalogRead "List CPU types with prices" ? ["include" "product" "vcpuCount"] => 200 CpuTypeList: v2::catalog::cpus;
    Get "/v2/catalog/cpus/{id}" CatalogRead "One CPU type" ? ["include" "product" "vcpuCount"] => 200 CpuType: v2::catalog::cpu;
    Get "/v2/catalog/datacenters" CatalogRead "List data centres" ? ["include" "regions" "networkVolumeTypes" "compliance" "globalNetwork"] => 200 DataCenterList: v2::catalog::data_centers;
    Get "/v2/catalog/datacenters/{id}" CatalogRead "One data centre" ? ["include"] => 200 DataCenter: v2::catalog::data_center;
    Get "/v2/billing" BillingRead "Amounts per span of time" ? ["startTime" "endTime" "bucketSize" "lastN"] => 200 Billing: v2::billing::summary;
    Get "/v2/billing/pods" BillingRead "Amounts per span of time and pod" ? ["startTime" "endTime" "bucketSize" "lastN" "podId"] => 200 PodBilling: v2::billing::pods;
    Get "/v2/billing/network-volumes" BillingRead "Amounts per span of time and network volume" ? ["startTime" "endTime" "bucketSize" "lastN" "networkVolumeId"] => 200 VolumeBilling: v2::billing::volumes;
    Get "/v2/account/ssh-keys" Anyone "The account's SSH keys" ? [] => 200 SshKeys: v2::ssh_keys::get;
    Put "/v2/account/ssh-keys" SshKeysWrite "Replace the account's SSH keys" ? [] <- SshKeys => 200 SshKeys: v2::ssh_keys::put;
}

/// Parts of the published API that are answered 404 `not_served` for every method, and what they are.
const NOT_SERVED: &[(&str, &str)] = &[
    ("/v2/serverless", "serverless endpoints"),
    ("/v2/clusters", "clusters"),
    ("/v2/billing/serverless", "serverless endpoints"),
    ("/v2/billing/endpoints", "public endpoints"),
    ("/v2/billing/clusters", "clusters"),
    ("/v2/registries", "stored registry credentials"),
    ("/v2/global-volumes", "global volumes"),
];

/// The server's edge answers these itself, before it asks here; a transport without one has neither.
fn edge(context: &Context<'_>) -> Result<Prepared, Problem> {
    let _ = context;
    Err(Problem::new(
        ProblemCode::NotFound,
        "This path is answered by the server's edge, and there is none here.",
    ))
}

/// A route and the path's argument, decoded.
pub(super) struct Found {
    pub(super) route: &'static Route,
    pub(super) argument: String,
}

impl Route {
    /// Whether this principal may use it.
    ///
    /// # Errors
    /// `scope_missing` with `requiredScope`.
    pub fn permit(&self, principal: &Principal) -> Result<(), Problem> {
        let missing = |scope: &str, detail: String, next: String| {
            Err(Problem::new(ProblemCode::ScopeMissing, detail)
                .next(next)
                .with("requiredScope", scope))
        };
        if let Some(scope) = self.scope.filter(|it| !principal.scopes.has(*it)) {
            let word = scope.as_str();
            let next = format!("Use a key that has the scope `{word}`.");
            return missing(word, format!("The key lacks the scope `{word}`."), next);
        }
        if self.operator && !principal.operator {
            let next = "Ask the operator of this control plane.".to_owned();
            return missing("operator", "Only the operator may do this.".to_owned(), next);
        }
        Ok(())
    }
}

/// The endpoint of a request.
pub(super) fn find(method: Method, path: &str) -> Result<Found, Problem> {
    let mut other_methods = Vec::new();
    for route in ROUTES {
        if let Some(argument) = matches(route.path, path) {
            if route.method == method {
                let argument = percent_decode_str(argument).decode_utf8_lossy().into_owned();
                return Ok(Found { route, argument });
            }
            other_methods.push(route.method.as_str());
        }
    }
    if !other_methods.is_empty() {
        let words = other_methods.join(", ");
        return Err(Problem::new(
            ProblemCode::MethodNotAllowed,
            format!("{path} does not accept this method."),
        )
        .next(format!("Use {words}."))
        .with("allowed", other_methods));
    }
    let below = |prefix: &str| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let logs = path
        .strip_prefix("/v2/pods/")
        .and_then(|it| it.strip_suffix("/logs"))
        .map(|_| &("", "logs"));
    if let Some((_, what)) = NOT_SERVED.iter().find(|it| below(it.0)).or(logs) {
        return Err(Problem::new(
            ProblemCode::NotServed,
            format!("Roadstead does not serve {what}."),
        )
        .next("What is served stands in /openapi/v2.json."));
    }
    Err(
        Problem::new(ProblemCode::NotFound, format!("There is nothing at {path}."))
            .next("Every path stands in /openapi/api-v1.json and /openapi/v2.json."),
    )
}

/// The argument, or an empty text, if the path is of the pattern.
fn matches<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let Some((before, rest)) = pattern.split_once('{') else {
        return (pattern == path).then_some("");
    };
    let after = rest.split_once('}').map_or("", |it| it.1);
    let argument = path.strip_prefix(before)?.strip_suffix(after)?;
    (!argument.is_empty() && !argument.contains('/')).then_some(argument)
}

/// Whether a principal may use an endpoint that the edge answers itself.
///
/// # Errors
/// `not_found`, `not_served`, `method_not_allowed` or `scope_missing`.
pub fn authorise(principal: &Principal, method: Method, path: &str) -> Result<(), Problem> {
    find(method, path)?.route.permit(principal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_with_their_argument() {
        let argument = |path| find(Method::Get, path).map(|it| it.argument).ok();
        assert_eq!(argument("/api/v1/pods"), Some(String::new()));
        assert_eq!(argument("/api/v1/pods/pod1"), Some("pod1".to_owned()));
        assert_eq!(
            argument("/api/v1/pods/pod1/stop-preview"),
            Some("pod1".to_owned())
        );
        assert_eq!(
            argument("/v2/catalog/gpus/NVIDIA%20L4"),
            Some("NVIDIA L4".to_owned())
        );
        assert_eq!(argument("/api/v1/pods/"), None);
        assert_eq!(argument("/api/v1/pods/a/b"), None);
    }

    #[test]
    fn what_is_not_there_says_so() {
        let problem = |method, path| find(method, path).map(|_| ()).unwrap_err();
        let found = problem(Method::Put, "/api/v1/pods/pod1");
        assert_eq!(found.code, ProblemCode::MethodNotAllowed);
        assert_eq!(
            found.data["allowed"],
            serde_json::json!(["GET", "PATCH", "DELETE"])
        );
        for method in [Method::Get, Method::Post, Method::Other] {
            for path in [
                "/v2/clusters/c1/pods",
                "/v2/serverless",
                "/v2/pods/pod1/logs",
                "/v2/registries/r1",
            ] {
                assert_eq!(problem(method, path).code, ProblemCode::NotServed, "{path}");
            }
        }
        assert_eq!(problem(Method::Get, "/v2/clustersx").code, ProblemCode::NotFound);
    }

    #[test]
    fn no_endpoint_is_there_twice() {
        let all: std::collections::BTreeSet<_> = ROUTES.iter().map(|it| (it.method, it.path)).collect();
        assert_eq!(all.len(), ROUTES.len());
    }
}
