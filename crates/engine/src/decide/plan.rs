//! Migration plans: everything that will happen, before anything happens.

use domain::endpoints::{ChangeKind, IdentityChange, PodDomain, ssh_direct, ssh_proxy};
use domain::pod::{PodStateKind, Port, PortKind};
use domain::{MachineId, MigrationPlanId, Money, PodId, limits};

use super::tx::Tx;
use super::{place, pods};
use crate::command::Outcome;
use crate::event::{Change, Fact};
use crate::query;
use crate::refusal::Refusal;
use crate::state::{
    Charge, Fleet, Machine, MigrationPlan, PlanBasis, PlanContent, PlanCost, PlanDisk, PlanFate, PlanMachine,
    Pod, charge,
};
use agent_api::MappedPort;
use domain::Timestamp;
use domain::allowed::{self, PodAction};
use domain::machine::MachineState;

/// Machines named as the next best.
const ALTERNATIVES: usize = 3;
/// The SSH port inside a pod.
const SSH: u16 = 22;

pub(super) fn make(
    tx: &mut Tx<'_>,
    pod_id: PodId,
    machine_id: Option<MachineId>,
) -> Result<Outcome, Refusal> {
    let pod = tx.own_pod(pod_id)?;
    allowed::pod(PodAction::Migrate, &pod.facts())?;
    let new_pod_id = PodId::mint(&mut tx.mint);
    let content = draft(tx.fleet, &pod, new_pod_id, machine_id, tx.now)?;
    let id = record(tx, &pod, new_pod_id, content);
    Ok(Outcome::Plan(id))
}

/// Writes a plan into the log under a new ID.
pub(super) fn record(tx: &mut Tx<'_>, pod: &Pod, new_pod_id: PodId, content: PlanContent) -> MigrationPlanId {
    while let (limits::PLANS_PER_ACCOUNT_MAX.., Some(oldest)) = tx.fleet.plans_left_of(pod.account_id) {
        forget(tx, oldest);
    }
    let id = MigrationPlanId::mint(&mut tx.mint);
    let minutes = tx.fleet.settings().policy.plan_minutes;
    let plan = MigrationPlan {
        id,
        account_id: pod.account_id,
        new_pod_id,
        created_at: tx.now,
        expires_at: tx.now.plus_minutes(minutes),
        digest: digest(id, &content),
        content,
    };
    tx.record(Fact::MigrationPlanned, Change::Plan(Box::new(plan)));
    id
}

/// Forgets a plan that nobody has carried out.
pub(super) fn forget(tx: &mut Tx<'_>, id: MigrationPlanId) {
    if let Some(plan) = tx.fleet.plan(id).cloned() {
        tx.record(Fact::MigrationPlanDropped, Change::PlanDropped(Box::new(plan)));
    }
}

/// BLAKE3 over the plan's ID and content: who sends it has read this plan and no other.
fn digest(id: MigrationPlanId, content: &PlanContent) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(id.to_string().as_bytes());
    // Our own types always can be written; a failure here would only make the digest weaker, never wrong.
    hasher.update(&serde_json::to_vec(content).unwrap_or_else(|it| it.to_string().into_bytes()));
    format!("b3:{}", hasher.finalize().to_hex())
}

/// The plan as it would be now.
///
/// # Errors
/// The source is silent, or no machine fits: which demand leaves how many.
pub(crate) fn draft(
    fleet: &Fleet,
    pod: &Pod,
    new_pod_id: PodId,
    machine_id: Option<MachineId>,
    now: Timestamp,
) -> Result<PlanContent, Refusal> {
    let not_found = || Refusal::NotFound {
        what: "machine",
        id: pod.machine_id.to_string(),
    };
    let source = fleet.machine(pod.machine_id).ok_or_else(not_found)?;
    // Two writers on one volume are worse than one stopped pod: a silent source cannot be copied from.
    if let MachineState::Unreachable { since } = source.state {
        return Err(Refusal::MachineUnreachable {
            machine_id: source.id,
            since,
        });
    }
    let own = [source.data_center_id.clone()];
    let demand = place::Demand {
        only: machine_id,
        ..place::move_demand(fleet, pod, &own)
    };
    let fitting = place::candidates(fleet, &demand, now).map_err(place::no_capacity)?;
    let target = fitting[0];
    let others = match machine_id {
        None => fitting.clone(),
        Some(_) => query::candidates(fleet, pod, now),
    };
    let alternatives = others.iter().filter(|it| it.id != target.id).take(ALTERNATIVES);
    let runs = pod.state.kind() == PodStateKind::Running;
    let disks = disks(fleet, pod, runs);
    let bytes_to_copy = disks
        .iter()
        .filter(|it| it.fate == PlanFate::Copied)
        .map(|it| it.used_bytes)
        .sum();
    let changes = changes(fleet, pod, new_pod_id, source, target);
    let mut acknowledge: Vec<ChangeKind> = changes
        .iter()
        .filter(|it| !it.is_same())
        .map(|it| it.kind)
        .collect();
    acknowledge.sort_unstable();
    acknowledge.dedup();
    let during = hourly(&charge::stopped(fleet, pod));
    let before = if runs {
        hourly(&charge::running(fleet, pod))
    } else {
        during
    };
    let cost = PlanCost {
        before,
        during,
        after: running_cost(fleet, pod, target),
    };
    Ok(PlanContent {
        basis: PlanBasis {
            pod_id: pod.id,
            stops_running_pod: runs,
            source: source.id,
            target: target.id,
            changes,
            acknowledge,
            disks: disks
                .iter()
                .map(|it| (it.disk.clone(), it.size_gb, it.fate))
                .collect(),
            cost,
        },
        pod_name: pod.name.to_string(),
        source: plan_machine(fleet, pod, source),
        target: plan_machine(fleet, pod, target),
        target_reason: reason(pod, target, source, fitting.len(), machine_id.is_some()),
        alternatives: alternatives.map(|it| plan_machine(fleet, pod, it)).collect(),
        kept: kept(pod, source, target),
        eta_seconds: query::copy_seconds(bytes_to_copy),
        bytes_to_copy,
        disks,
    })
}

/// What differs between what was agreed to and what would happen now, in sentences.
pub(super) fn differences(agreed: &PlanBasis, now: &PlanBasis) -> Vec<String> {
    let mut found = Vec::new();
    if agreed.source != now.source || agreed.target != now.target {
        found.push("the target machine is another one".to_owned());
    }
    if agreed.stops_running_pod != now.stops_running_pod {
        let word = if now.stops_running_pod {
            "runs now and would be stopped first"
        } else {
            "no longer runs"
        };
        found.push(format!("the pod {word}"));
    }
    for (kind, port, from, to) in now
        .changes
        .iter()
        .filter(|it| !agreed.changes.contains(it))
        .map(|it| (it.kind, it.port, it.from.as_deref(), it.to.as_deref()))
    {
        let port = port.map_or_else(String::new, |it| format!(" of port {it}"));
        let (from, to) = (from.unwrap_or("none"), to.unwrap_or("none"));
        found.push(format!("{}{port} would go from {from} to {to}", kind.as_str()));
    }
    if agreed.disks != now.disks {
        found.push("a disk has another size or fate".to_owned());
    }
    if agreed.cost != now.cost {
        found.push(format!("the price afterwards is {} per hour", now.cost.after));
    }
    found
}

/// What a pod costs per hour while it runs on a machine, at today's price there.
fn running_cost(fleet: &Fleet, pod: &Pod, machine: &Machine) -> Money {
    // The price it was started at is the one of its GPUs only if it was started with them.
    let price = pod
        .price
        .filter(|_| machine.id == pod.machine_id && !pod.cpu_only);
    let there = Pod {
        machine_id: machine.id,
        price,
        cpu_only: false,
        ..pod.clone()
    };
    hourly(&charge::running(fleet, &there))
}

fn hourly(charges: &[Charge]) -> Money {
    charges.iter().map(Charge::per_hour).sum()
}

fn plan_machine(fleet: &Fleet, pod: &Pod, machine: &Machine) -> PlanMachine {
    PlanMachine {
        machine_id: machine.id,
        name: machine.name.to_string(),
        data_center_id: machine.data_center_id.to_string(),
        cloud: machine.cloud,
        gpu_type: machine.gpu_type.to_string(),
        gpu_free: machine.gpu_free(),
        gpu_total: machine.gpu_total(),
        per_hour: running_cost(fleet, pod, machine),
    }
}

fn reason(pod: &Pod, target: &Machine, source: &Machine, fitting: usize, chosen: bool) -> String {
    let (name, place) = (&target.name, &target.data_center_id);
    if chosen {
        return format!("You chose {name} in {place}.");
    }
    let same = if target.data_center_id == source.data_center_id {
        ", the same data centre"
    } else {
        ""
    };
    let gpus = pod.gpus_needed();
    let free = target.gpu_free();
    let others = match fitting {
        1 => "no other machine fits".to_owned(),
        many => format!("{} machines fit", many),
    };
    format!(
        "{name} in {place}{same} has {free} GPUs free of which {gpus} are needed, so the fewest stay idle; {others}."
    )
}

fn kept(pod: &Pod, source: &Machine, target: &Machine) -> Vec<String> {
    let mut kept: Vec<&str> = vec!["name", "image", "start command", "env", "ports"];
    if pod.template_id.is_some() {
        kept.push("template");
    }
    if pod.spec.volume.is_some() {
        kept.push("pod volume");
    }
    if !pod.spec.mounts.is_empty() {
        kept.push("network volumes");
    }
    if source.data_center_id == target.data_center_id {
        kept.push("data centre");
    }
    kept.into_iter().map(str::to_owned).collect()
}

/// Every disk has a stated fate; none is left out.
fn disks(fleet: &Fleet, pod: &Pod, runs: bool) -> Vec<PlanDisk> {
    let (volume_used, container_used) = fleet.usage(pod);
    let mut disks = vec![PlanDisk {
        disk: "container_disk".to_owned(),
        volume_id: None,
        name: None,
        size_gb: pod.spec.container_disk_gb,
        used_bytes: if runs { container_used } else { 0 },
        fate: if runs && container_used > 0 {
            PlanFate::Lost
        } else {
            PlanFate::Empty
        },
    }];
    disks.extend(pod.spec.volume.iter().map(|it| PlanDisk {
        disk: "pod_volume".to_owned(),
        volume_id: None,
        name: None,
        size_gb: it.size_gb,
        used_bytes: volume_used,
        fate: if volume_used > 0 {
            PlanFate::Copied
        } else {
            PlanFate::Empty
        },
    }));
    disks.extend(
        pod.spec
            .mounts
            .iter()
            .filter_map(|it| fleet.volume(it.volume_id))
            .map(|it| PlanDisk {
                disk: "network_volume".to_owned(),
                volume_id: Some(it.id),
                name: Some(it.name.to_string()),
                size_gb: it.size.gb(),
                used_bytes: it.used_bytes,
                fate: PlanFate::Reattached,
            }),
    );
    disks
}

/// Every identity before and after, those that stay as well.
fn changes(
    fleet: &Fleet,
    pod: &Pod,
    new_id: PodId,
    source: &Machine,
    target: &Machine,
) -> Vec<IdentityChange> {
    let domain = &fleet.settings().pod_domain;
    let change =
        |kind, port, from: Option<String>, to: Option<String>| IdentityChange { kind, port, from, to };
    let new_ports = pods::map_ports(fleet, target.id, new_id, &pod.spec);
    let mut changes = vec![change(
        ChangeKind::PodId,
        None,
        Some(pod.id.to_string()),
        Some(new_id.to_string()),
    )];
    for Port { number, .. } in pod.spec.ports.iter().filter(|it| it.kind == PortKind::Http) {
        let (from, to) = (
            domain.proxy_url(pod.id, *number),
            domain.proxy_url(new_id, *number),
        );
        changes.push(change(ChangeKind::ProxyUrl, Some(*number), Some(from), Some(to)));
    }
    changes.push(change(
        ChangeKind::PublicIp,
        None,
        source.public_ip.clone(),
        target.public_ip.clone(),
    ));
    for port in pod.spec.ports.iter().filter(|it| it.kind == PortKind::Tcp) {
        let from = address(source, public(&pod.ports, port.number));
        let to = address(target, public(&new_ports, port.number));
        changes.push(change(ChangeKind::PortMapping, Some(port.number), from, to));
    }
    if pod.spec.ports.iter().any(|it| it.number == SSH) {
        let from = ssh_command(source, pod.id, &pod.ports, domain);
        let to = ssh_command(target, new_id, &new_ports, domain);
        changes.push(change(ChangeKind::SshEndpoint, None, Some(from), Some(to)));
    }
    let (from, to) = (domain.internal_dns(pod.id), domain.internal_dns(new_id));
    changes.push(change(ChangeKind::InternalDns, None, Some(from), Some(to)));
    let (from, to) = (
        source.data_center_id.to_string(),
        target.data_center_id.to_string(),
    );
    changes.push(change(ChangeKind::DataCenter, None, Some(from), Some(to)));
    changes
}

fn public(ports: &[MappedPort], number: u16) -> Option<u16> {
    ports
        .iter()
        .find(|it| it.port.number == number)
        .and_then(|it| it.public)
}

fn address(machine: &Machine, port: Option<u16>) -> Option<String> {
    machine
        .public_ip
        .as_ref()
        .zip(port)
        .map(|(ip, port)| format!("{ip}:{port}"))
}

/// The SSH command of a pod on a machine: direct where it has a public port, else through the proxy.
pub(crate) fn ssh_command(machine: &Machine, id: PodId, ports: &[MappedPort], domain: &PodDomain) -> String {
    match (&machine.public_ip, public(ports, SSH)) {
        (Some(ip), Some(port)) => ssh_direct(ip, port),
        (Some(_) | None, _) => ssh_proxy(id, domain),
    }
}
