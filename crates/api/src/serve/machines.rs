//! Machines: those of the reader's own pods and those offered; all for an operator.

use domain::Timestamp;
use domain::machine::MachineState;
use domain::pod::PodStateKind;
use engine::state::{Fleet, Machine as EngineMachine, Pod};

use super::context::Context;
use super::filter::{Facts, Field, Filter, Kind, contains};
use super::order::{Order, Value};
use super::page::{self, Row, Scope};
use super::principal::Principal;
use super::{Prepared, fields};
use crate::Problem;
use crate::machines::{Machine, MachineList, MachineStateWord, Slot};

/// Fields of the filter, by index.
const FIELDS: &[Field] = &[
    Field {
        name: "state",
        kind: Kind::Words(&["ready", "unreachable"]),
    },
    Field {
        name: "gpu",
        kind: Kind::Text,
    },
    Field {
        name: "dc",
        kind: Kind::Exact,
    },
    Field {
        name: "country",
        kind: Kind::Exact,
    },
    Field {
        name: "cloud",
        kind: Kind::Words(&["secure", "community"]),
    },
    Field {
        name: "free",
        kind: Kind::Number,
    },
    Field {
        name: "price",
        kind: Kind::Dollars,
    },
    Field {
        name: "name",
        kind: Kind::Text,
    },
    Field {
        name: "id",
        kind: Kind::Text,
    },
];

/// Sort keys, by index.
const KEYS: &[&str] = &["name", "state", "gpu", "dc", "free", "price", "reliability"];

/// Whether a reader may see a machine.
pub(super) fn is_visible(
    fleet: &Fleet,
    principal: &Principal,
    machine: &EngineMachine,
    now: Timestamp,
) -> bool {
    principal.operator
        || (machine.is_placeable(now) && price(fleet, machine).is_some())
        || own_pods(fleet, principal, machine).next().is_some()
}

/// Whether a machine that has fallen silent was one on offer until then.
pub(super) fn was_offered(fleet: &Fleet, machine: &EngineMachine, at: Timestamp) -> bool {
    let heard = EngineMachine {
        state: MachineState::Ready,
        ..machine.clone()
    };
    heard.is_placeable(at) && price(fleet, machine).is_some()
}

fn own_pods<'a>(
    fleet: &'a Fleet,
    principal: &Principal,
    machine: &EngineMachine,
) -> impl Iterator<Item = &'a Pod> + use<'a> {
    let account_id = principal.account_id;
    fleet
        .pods_on(machine.id)
        .filter(move |it| it.account_id == account_id)
}

fn price(fleet: &Fleet, machine: &EngineMachine) -> Option<domain::Money> {
    fleet
        .settings()
        .prices
        .gpu(&machine.gpu_type)?
        .price(machine.cloud)
}

struct Candidate<'a> {
    fleet: &'a Fleet,
    machine: &'a EngineMachine,
    now: Timestamp,
}

impl<'a> Candidate<'a> {
    fn price_micros(&self) -> Option<i64> {
        price(self.fleet, self.machine).map(domain::Money::micros)
    }

    fn value(&self, key: usize) -> Value<'a> {
        let machine = self.machine;
        match key {
            0 => Value::Text(machine.name.as_str()),
            1 => Value::Text(machine.state.as_str()),
            2 => Value::Text(machine.gpu_type.as_str()),
            3 => Value::Text(machine.data_center_id.as_str()),
            4 => Value::Number(i64::from(machine.gpu_free())),
            5 => Value::Number(self.price_micros().unwrap_or(i64::MAX)),
            _ => Value::Number(i64::from(machine.reliability(self.now).0)),
        }
    }
}

impl Facts for Candidate<'_> {
    fn text(&self, field: usize, test: &dyn Fn(&str) -> bool) -> bool {
        let (machine, settings) = (self.machine, self.fleet.settings());
        match field {
            0 => test(machine.state.as_str()),
            1 => {
                let short = || {
                    settings
                        .prices
                        .gpu(&machine.gpu_type)
                        .is_some_and(|it| test(&it.name))
                };
                test(machine.gpu_type.as_str()) || short()
            }
            2 => test(machine.data_center_id.as_str()),
            3 => settings
                .data_center(&machine.data_center_id)
                .is_some_and(|it| test(&it.country)),
            4 => test(machine.cloud.as_str()),
            7 => test(machine.name.as_str()),
            8 => test(&machine.id.to_string()),
            _ => false,
        }
    }

    fn number(&self, field: usize) -> Option<i64> {
        match field {
            5 => Some(i64::from(self.machine.gpu_free())),
            6 => self.price_micros(),
            _ => None,
        }
    }

    fn word(&self, word: &str) -> bool {
        contains(self.machine.name.as_str(), word)
            || contains(self.machine.gpu_type.as_str(), word)
            || contains(self.machine.data_center_id.as_str(), word)
            || self
                .machine
                .public_ip
                .as_deref()
                .is_some_and(|it| contains(it, word))
            || self.machine.id.to_string() == word
    }
}

pub(super) fn list(context: &Context<'_>) -> Result<Prepared, Problem> {
    let (fleet, params, principal) = (context.fleet, &context.params, context.principal);
    let filter = Filter::parse(params.text("q"), FIELDS, context.now)?;
    let order = Order::parse(params.text("sort"), KEYS, "name")?;
    let limit = page::limit(params)?;
    let reader = format!("{} {}", principal.account_id, principal.operator);
    let scope = Scope::new("machines", reader, params, &["q", "sort"]);
    let rows = fleet
        .machines()
        .filter(|it| context.sees_machine(it))
        .filter_map(|machine| {
            let candidate = Candidate {
                fleet,
                machine,
                now: context.now,
            };
            let row = || Row {
                values: order.values(|key| candidate.value(key)),
                id: machine.id,
                item: machine,
            };
            filter.matches(&candidate).then(row)
        });
    let page = page::take(rows.collect(), &order, &scope, params, limit)?;
    let list = MachineList {
        machines: page
            .rows
            .into_iter()
            .map(|it| view(fleet, principal, it, context.now))
            .collect(),
        pagination: page.pagination,
        sequence: fleet.sequence(),
    };
    fields::answer::<Machine>(context, &list, "machines")
}

pub(super) fn get(context: &Context<'_>) -> Result<Prepared, Problem> {
    context.answer(&view(
        context.fleet,
        context.principal,
        context.machine()?,
        context.now,
    ))
}

/// A machine as a reader may see it: neighbours only hold their slots.
pub(super) fn view(fleet: &Fleet, principal: &Principal, machine: &EngineMachine, now: Timestamp) -> Machine {
    let (total_ms, down_ms) = machine.reliability_window(now);
    let since = match machine.state {
        MachineState::Ready => None,
        MachineState::Unreachable { since } => Some(since),
    };
    let data_center = fleet.settings().data_center(&machine.data_center_id);
    Machine {
        id: machine.id,
        name: machine.name.to_string(),
        generation: machine.generation,
        data_center_id: machine.data_center_id.to_string(),
        country: data_center.map(|it| it.country.clone()).unwrap_or_default(),
        cloud: machine.cloud,
        state: match machine.state {
            MachineState::Ready => MachineStateWord::Ready,
            MachineState::Unreachable { .. } => MachineStateWord::Unreachable,
        },
        unreachable_since: since,
        last_heartbeat_at: fleet.last_heartbeat(machine.id).or(since),
        gpu_type: machine.gpu_type.to_string(),
        slots: machine
            .slots
            .iter()
            .map(|it| slot(fleet, principal, machine, it.as_ref()))
            .collect(),
        gpu_free: machine.gpu_free(),
        gpu_micros_per_hour: price(fleet, machine).map(domain::Money::micros),
        vcpu_count: machine.vcpu_count,
        memory_gib: machine.memory_gib,
        disk_gb: machine.disk_gb,
        disk_free_gb: machine.disk_gb.saturating_sub(machine.disk_gb_used),
        public_ip: machine.public_ip.clone(),
        down_mbps: machine.down_mbps,
        up_mbps: machine.up_mbps,
        cuda_version: machine.cuda_version.clone(),
        reliability_ppm: machine.reliability(now).0,
        reliability_total_ms: total_ms,
        reliability_down_ms: down_ms,
        placeable: machine.is_placeable(now),
        my_pods: own_pods(fleet, principal, machine)
            .filter(|it| it.is_listed() && it.state.kind() != PodStateKind::Terminating)
            .map(|it| it.id)
            .collect(),
        waiting: u32::try_from(fleet.waiting_on(machine.id).count()).unwrap_or(u32::MAX),
    }
}

fn slot(
    fleet: &Fleet,
    principal: &Principal,
    machine: &EngineMachine,
    holder: Option<&domain::PodId>,
) -> Slot {
    let Some(holder) = holder else {
        return if machine.is_ready() {
            Slot::Free
        } else {
            Slot::NotReady
        };
    };
    match fleet.pod(*holder) {
        Some(pod) if pod.account_id != principal.account_id => Slot::Held,
        // The new side of a move holds its GPUs, and is not shown as a pod yet.
        Some(pod) if pod.is_new_side() => Slot::Reserved,
        Some(_) => Slot::Yours,
        None => Slot::Held,
    }
}
