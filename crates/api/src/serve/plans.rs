//! Migration plans: what will happen, and what to read before it does.

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::endpoints::ChangeKind;
use engine::state::{
    Fleet, MigrationPlan as EnginePlan, PlanDisk as EngineDisk, PlanFate, PlanMachine as EngineMachine,
};
use engine::{Command, query};

use super::Prepared;
use super::context::Context;
use super::response::Form;
use crate::Problem;
use crate::migrations::{
    CreatePlan, Fate, Finding, MigrationPlan, PlanCost, PlanDisk, PlanMachine, Severity,
};
use crate::pods::DiskFate;

pub(super) fn create(context: &Context<'_>) -> Result<Prepared, Problem> {
    let pod_id = context.pod()?.id;
    let body: CreatePlan = context.read_or_default()?;
    context.command(
        Command::PlanMigration {
            pod_id,
            machine_id: body.machine_id,
        },
        Form::NewPlan,
    )
}

pub(super) fn get(context: &Context<'_>) -> Result<Prepared, Problem> {
    context.answer(&view(context.fleet, context.plan()?, context.now))
}

/// A plan as its owner sees it.
pub(super) fn view(fleet: &Fleet, plan: &EnginePlan, now: Timestamp) -> MigrationPlan {
    let content = &plan.content;
    let basis = &content.basis;
    let lost = content.disks.iter().filter(|it| it.fate == PlanFate::Lost);
    MigrationPlan {
        id: plan.id,
        digest: plan.digest.clone(),
        pod_id: basis.pod_id,
        pod_name: content.pod_name.clone(),
        new_pod_id: plan.new_pod_id,
        created_at: plan.created_at,
        expires_at: plan.expires_at,
        source: machine(&content.source),
        target: machine(&content.target),
        target_reason: content.target_reason.clone(),
        alternatives: content.alternatives.iter().map(machine).collect(),
        changes: basis.changes.clone(),
        kept: content.kept.clone(),
        disks: content.disks.iter().map(disk).collect(),
        bytes_to_copy: content.bytes_to_copy,
        eta_seconds: content.eta_seconds,
        cost: PlanCost {
            before_micros_per_hour: basis.cost.before.micros(),
            during_micros_per_hour: basis.cost.during.micros(),
            after_micros_per_hour: basis.cost.after.micros(),
            // a move is charged as one pod; the kept source is a line of $0.
            kept_source_micros_per_day: 0,
        },
        findings: findings(fleet, plan),
        acknowledge: basis.acknowledge.clone(),
        consent: lost
            .map(|it| DiskFate {
                disk: it.disk.clone(),
                name: it.name.clone(),
                size_gb: it.size_gb,
                used_bytes: it.used_bytes,
            })
            .collect(),
        stops_running_pod: basis.stops_running_pod,
        stale: query::plan_is_stale(fleet, plan, now),
        sequence: fleet.sequence(),
    }
}

fn machine(machine: &EngineMachine) -> PlanMachine {
    PlanMachine {
        machine_id: machine.machine_id,
        name: machine.name.clone(),
        data_center_id: machine.data_center_id.clone(),
        cloud: machine.cloud,
        gpu_type: machine.gpu_type.clone(),
        gpu_free: machine.gpu_free,
        gpu_total: machine.gpu_total,
        micros_per_hour: machine.per_hour.micros(),
    }
}

fn disk(disk: &EngineDisk) -> PlanDisk {
    PlanDisk {
        disk: disk.disk.clone(),
        name: disk.name.clone(),
        size_gb: disk.size_gb,
        used_bytes: disk.used_bytes,
        fate: match disk.fate {
            PlanFate::Copied => Fate::Copied,
            PlanFate::Reattached => Fate::Reattached,
            PlanFate::Lost => Fate::Lost,
            PlanFate::Empty => Fate::Empty,
        },
    }
}

/// What to read before a move, gravest first.
fn findings(fleet: &Fleet, plan: &EnginePlan) -> Vec<Finding> {
    let content = &plan.content;
    let basis = &content.basis;
    let mut found: Vec<Finding> = references(fleet, plan);
    for disk in &content.disks {
        let name = disk.name.as_deref().unwrap_or("network volume");
        found.extend(match (disk.fate, disk.disk.as_str()) {
            (PlanFate::Lost, _) => Some(finding(
                "container_disk_lost",
                Severity::Warn,
                format!("{} on the container disk are lost.", gigabytes(disk.used_bytes)),
            )),
            (PlanFate::Copied, _) => Some(finding(
                "volume_disk_copied",
                Severity::Info,
                format!(
                    "{} of the pod volume are copied and every hash is compared.",
                    gigabytes(disk.used_bytes)
                ),
            )),
            (PlanFate::Reattached, _) => Some(finding(
                "network_volume_reattached",
                Severity::Info,
                format!("{name} is attached to the new pod; nothing of it is copied."),
            )),
            (PlanFate::Empty, _) => None,
        });
    }
    if basis.stops_running_pod {
        let text = "The pod runs and is stopped first.".to_owned();
        found.push(finding("pod_running_will_stop", Severity::Warn, text));
    }
    found.extend(basis.acknowledge.iter().map(|kind| {
        let (code, text) = change(*kind);
        finding(code, Severity::Warn, text.to_owned())
    }));
    if content.source.per_hour != content.target.per_hour {
        let (from, to) = (content.source.per_hour, content.target.per_hour);
        found.push(finding(
            "price_changes",
            Severity::Warn,
            format!("The price changes from {from} to {to} per hour."),
        ));
    }
    found.sort_by_key(|it| std::cmp::Reverse(it.severity));
    found
}

/// Bytes as GB with one decimal, rounded up, so that something is never nothing.
fn gigabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000_000);
    format!("{}.{} GB", tenths / 10, tenths % 10)
}

fn finding(code: &str, severity: Severity, text: String) -> Finding {
    Finding {
        code: code.to_owned(),
        severity,
        text,
    }
}

/// Where the account's own pods and templates name the pod that moves.
fn references(fleet: &Fleet, plan: &EnginePlan) -> Vec<Finding> {
    let id = plan.content.basis.pod_id.to_string();
    let named = |text: &str| text.contains(&id);
    let in_env = |env: &BTreeMap<String, String>, of: &str| -> Vec<String> {
        env.iter()
            .filter(|it| named(it.1))
            .map(|it| format!("{} in the environment of {of}", it.0))
            .collect()
    };
    let pods = fleet
        .pods_of(plan.account_id)
        .filter(|it| it.is_listed())
        .flat_map(|pod| {
            let of = format!("the pod {}", pod.name);
            let command = named(&pod.spec.args).then(|| format!("The start command of {of}"));
            in_env(&pod.spec.env, &of).into_iter().chain(command)
        });
    let own = fleet
        .templates_for(plan.account_id)
        .filter(|it| it.account_id.is_some());
    let templates = own.flat_map(|template| {
        let of = format!("the template {}", template.name);
        let command = named(&template.args).then(|| format!("The start command of {of}"));
        in_env(&template.env, &of).into_iter().chain(command)
    });
    let places = pods.chain(templates);
    places
        .map(|it| {
            finding(
                "reference_found",
                Severity::Warn,
                format!("{it} names the old pod."),
            )
        })
        .collect()
}

/// The five things that break with an identity, and two more.
const fn change(kind: ChangeKind) -> (&'static str, &'static str) {
    match kind {
        ChangeKind::PodId => (
            "pod_id_changes",
            "The pod has a new ID: API calls and firewall rules that name the old one break.",
        ),
        ChangeKind::ProxyUrl => (
            "proxy_url_changes",
            "HTTP ports have new URLs: bookmarks and clients that name the old ones break.",
        ),
        ChangeKind::PublicIp => (
            "public_ip_changes",
            "The public IP is another one: firewall and VPN rules that name the old one break.",
        ),
        ChangeKind::PortMapping => (
            "port_mapping_changes",
            "TCP ports are reached at another address: clients that name the old one break.",
        ),
        ChangeKind::SshEndpoint => ("ssh_endpoint_changes", "The SSH command is another one."),
        ChangeKind::InternalDns => (
            "internal_dns_changes",
            "Other pods reach it by another internal name.",
        ),
        ChangeKind::DataCenter => ("data_center_changes", "The pod runs in another data centre."),
    }
}
