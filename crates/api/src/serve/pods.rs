//! Pods: reads with filter, sort and pages, and requests as commands.

use domain::names::{DataCenterId, GpuTypeId, Image, Name};
use domain::pod::{Compute, PodStateKind, PodVolume, Port, VolumeMount};
use domain::{PodId, Timestamp};
use engine::Command;
use engine::command::{NewPod, PodEdit};
use engine::state::{Fleet, Machine, Pod as EnginePod};

use super::context::{Context, checked};
use super::filter::{Facts, Field, Filter, Kind, contains};
use super::order::{Order, Value};
use super::page::{self, Row, Scope};
use super::params::one_of;
use super::response::Form;
use super::{Prepared, demand, fields, parse, views};
use crate::pods::{
    CreatePod, DataKind, MountsRequest, PodActionRequest, PodList, PodSummary, Resolved, UpdatePod,
};
use crate::{Problem, ProblemCode};

/// GiB of memory that come with each vCPU of a pod without GPUs.
pub(super) const CPU_POD_GIB_PER_VCPU: u32 = 4;

/// Fields of the filter, by index.
const FIELDS: &[Field] = &[
    Field {
        name: "state",
        kind: Kind::Words(&[
            "queued",
            "provisioning",
            "starting",
            "running",
            "stopping",
            "stopped",
            "unreachable",
            "error",
            "terminating",
            "terminated",
        ]),
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
        name: "machine",
        kind: Kind::Text,
    },
    Field {
        name: "cloud",
        kind: Kind::Words(&["secure", "community"]),
    },
    Field {
        name: "cost",
        kind: Kind::Dollars,
    },
    Field {
        name: "data",
        kind: Kind::Words(&["none", "local", "network"]),
    },
    Field {
        name: "created",
        kind: Kind::Time,
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
const KEYS: &[&str] = &["name", "state", "cost", "created", "machine", "gpu"];

/// A pod as filter and sort see it.
struct Candidate<'a> {
    fleet: &'a Fleet,
    pod: &'a EnginePod,
    machine: Option<&'a Machine>,
}

impl<'a> Candidate<'a> {
    fn new(fleet: &'a Fleet, pod: &'a EnginePod) -> Self {
        Self {
            fleet,
            pod,
            machine: fleet.machine(pod.machine_id),
        }
    }

    fn gpu(&self) -> Option<&'a GpuTypeId> {
        match &self.pod.spec.compute {
            Compute::Gpu { gpu_type, .. } => Some(gpu_type),
            Compute::Cpu { .. } => None,
        }
    }

    fn machine_name(&self) -> &'a str {
        self.machine.map_or("", |it| it.name.as_str())
    }

    fn value(&self, key: usize) -> Value<'a> {
        match key {
            0 => Value::Text(self.pod.name.as_str()),
            // The order of a life, not of the alphabet.
            1 => Value::Number(self.pod.state.kind() as i64),
            2 => Value::Number(views::hourly(self.fleet, self.pod).micros()),
            3 => Value::Number(self.pod.created_at.millis()),
            4 => Value::Text(self.machine_name()),
            _ => Value::Text(self.gpu().map_or("", GpuTypeId::as_str)),
        }
    }
}

impl Facts for Candidate<'_> {
    fn text(&self, field: usize, test: &dyn Fn(&str) -> bool) -> bool {
        match field {
            0 => test(self.pod.state.kind().as_str()),
            // The published name or the short one.
            1 => self.gpu().is_some_and(|gpu| {
                let short = || {
                    self.fleet
                        .settings()
                        .prices
                        .gpu(gpu)
                        .is_some_and(|it| test(&it.name))
                };
                test(gpu.as_str()) || short()
            }),
            2 => self.machine.is_some_and(|it| test(it.data_center_id.as_str())),
            3 => test(self.machine_name()) || test(&self.pod.machine_id.to_string()),
            4 => self.machine.is_some_and(|it| test(it.cloud.as_str())),
            6 => test(match views::data_kind(self.pod) {
                DataKind::None => "none",
                DataKind::Local => "local",
                DataKind::Network => "network",
            }),
            8 => test(self.pod.name.as_str()),
            9 => test(&self.pod.id.to_string()),
            _ => false,
        }
    }

    fn number(&self, field: usize) -> Option<i64> {
        match field {
            5 => Some(views::hourly(self.fleet, self.pod).micros()),
            7 => Some(self.pod.created_at.millis()),
            _ => None,
        }
    }

    fn word(&self, word: &str) -> bool {
        contains(self.pod.name.as_str(), word)
            || contains(self.machine_name(), word)
            || self
                .machine
                .and_then(|it| it.public_ip.as_deref())
                .is_some_and(|it| contains(it, word))
            || is_id_part(&self.pod.id, word)
    }
}

/// Whether a word is a part of an ID, or a host or URL that has the ID in it.
fn is_id_part(id: &PodId, word: &str) -> bool {
    // IDs share their first letters; shorter words would match every pod made in the same minutes.
    const CHARS_MIN: usize = 6;
    if word.len() < CHARS_MIN {
        return false;
    }
    let id = id.to_string();
    contains(&id, word) || contains(word, &id)
}

pub(super) fn list(context: &Context<'_>) -> Result<Prepared, Problem> {
    let (fleet, params) = (context.fleet, &context.params);
    let filter = Filter::parse(params.text("q"), FIELDS, context.now)?;
    let order = Order::parse(params.text("sort"), KEYS, "-created")?;
    let limit = page::limit(params)?;
    let exact = params.word("count", &[("exact", ())])?.is_some();
    // Deleted pods are in the list only for those who ask for them: their ledger stays for ever.
    let with_past = params.text("q").to_ascii_lowercase().contains("terminated");
    let scope = Scope::new("pods", context.principal.account_id, params, &["q", "sort"]);
    let rows = fleet
        .pods_of(context.principal.account_id)
        .filter(|it| it.is_listed() || (with_past && it.state.kind() == PodStateKind::Terminated))
        .filter_map(|pod| {
            let candidate = Candidate::new(fleet, pod);
            let row = || Row {
                values: order.values(|key| candidate.value(key)),
                id: pod.id,
                item: pod,
            };
            filter.matches(&candidate).then(row)
        });
    let page = page::take(rows.collect(), &order, &scope, params, limit)?;
    let list = PodList {
        pods: page
            .rows
            .into_iter()
            .map(|it| views::summary(fleet, it))
            .collect(),
        pagination: page.pagination,
        total: exact.then_some(page.total),
        sequence: fleet.sequence(),
    };
    fields::answer::<PodSummary>(context, &list, "pods")
}

pub(super) fn get(context: &Context<'_>) -> Result<Prepared, Problem> {
    context.answer(&views::pod(context.fleet, context.pod()?, context.now))
}

pub(super) fn create(context: &Context<'_>) -> Result<Prepared, Problem> {
    let new = new_pod(context.read()?)?;
    context.command(Command::CreatePod(Box::new(new)), Form::NewPod)
}

/// A request for a pod, with every text checked.
pub(super) fn new_pod(body: CreatePod) -> Result<NewPod, Problem> {
    let demand = body.gpu.as_ref().map(demand::of).transpose()?.unwrap_or_default();
    let compute = match (body.gpu, body.cpu) {
        (Some(gpu), None) => Compute::Gpu {
            gpu_type: checked("gpu.id", ProblemCode::GpuUnknown, gpu.id)?,
            count: gpu.count,
        },
        (None, Some(cpu)) => Compute::Cpu {
            vcpu_count: cpu.vcpu_count,
            memory_gib: cpu.vcpu_count.saturating_mul(CPU_POD_GIB_PER_VCPU),
        },
        (Some(_), Some(_)) | (None, None) => {
            let detail = "A pod has exactly one of `gpu` and `cpu`.";
            return Err(Problem::new(ProblemCode::RuleBroken, detail)
                .field("gpu")
                .next("Send one of them and leave the other out."));
        }
    };
    let (volume, mounts) = disks(body.mounts)?;
    let data_centers = body.data_center_ids.unwrap_or_default();
    Ok(NewPod {
        name: checked::<Name>("name", ProblemCode::NameInvalid, body.name)?,
        template_id: body.template_id,
        image: body
            .image
            .map(|it| checked::<Image>("image", ProblemCode::ImageInvalid, it))
            .transpose()?,
        args: body.args,
        env: body.env.unwrap_or_default(),
        ports: body.ports.map(ports).transpose()?,
        compute,
        container_disk_gb: body.disk,
        volume,
        mounts,
        start_ssh: body.start_ssh,
        demand,
        cloud: body.cloud.unwrap_or(domain::machine::Cloud::Secure),
        data_center_ids: data_centers
            .into_iter()
            .map(|it| checked::<DataCenterId>("dataCenterIds", ProblemCode::DataCenterUnknown, it))
            .collect::<Result<_, _>>()?,
        machine_id: None,
    })
}

pub(super) fn ports(texts: Vec<String>) -> Result<Vec<Port>, Problem> {
    let read = |text: &String| {
        text.parse()
            .map_err(|error| parse::schema("ports", &format!("{text:?}: {error}")))
    };
    texts.iter().map(read).collect()
}

fn disks(mounts: Option<MountsRequest>) -> Result<(Option<PodVolume>, Vec<VolumeMount>), Problem> {
    let mounts = mounts.unwrap_or_default();
    let network = mounts.network.unwrap_or_default();
    if mounts.persistent.is_some() && !network.is_empty() {
        return Err(super::refusal::problem(&engine::Refusal::MountsConflict));
    }
    let volume = mounts.persistent.map(|it| PodVolume {
        size_gb: it.size,
        path: it.path,
    });
    let network = network.into_iter().map(|it| VolumeMount {
        volume_id: it.volume_id,
        path: it.path,
    });
    Ok((volume, network.collect()))
}

pub(super) fn update(context: &Context<'_>) -> Result<Prepared, Problem> {
    let pod_id = context.pod()?.id;
    let edit = Box::new(edit(context.read()?)?);
    context.command(Command::UpdatePod { pod_id, edit }, Form::Pod(pod_id))
}

/// A request for changes of a pod, with every text checked.
pub(super) fn edit(body: UpdatePod) -> Result<PodEdit, Problem> {
    let (volume, mounts) = disks(body.mounts)?;
    Ok(PodEdit {
        name: body
            .name
            .map(|it| checked("name", ProblemCode::NameInvalid, it))
            .transpose()?,
        locked: body.locked,
        template_id: body.template_id,
        image: body
            .image
            .map(|it| checked("image", ProblemCode::ImageInvalid, it))
            .transpose()?,
        args: body.args,
        env: body.env,
        ports: body.ports.map(ports).transpose()?,
        container_disk_gb: body.disk,
        volume,
        mounts,
        restart: body.restart.unwrap_or(false),
    })
}

pub(super) fn action(context: &Context<'_>) -> Result<Prepared, Problem> {
    const WORDS: [&str; 6] = ["start", "stop", "restart", "terminate", "wait", "leave_queue"];
    let pod = context.pod()?;
    let (pod_id, body): (PodId, PodActionRequest) = (pod.id, context.read()?);
    let command = match body.action.as_str() {
        "start" => match body.gpu_count {
            None => Command::StartPod {
                pod_id,
                cpu_only: false,
            },
            Some(0) => Command::StartPod {
                pod_id,
                cpu_only: true,
            },
            Some(count) if count == pod.gpus_needed() => Command::StartPod {
                pod_id,
                cpu_only: false,
            },
            Some(_) => {
                let accepted = format!("0 or {} is expected, the pod's own number", pod.gpus_needed());
                return Err(parse::schema("gpuCount", &accepted));
            }
        },
        "stop" => Command::StopPod { pod_id },
        "restart" => Command::RestartPod { pod_id },
        "terminate" => Command::TerminatePod {
            pod_id,
            confirm: body.confirm,
        },
        "wait" => Command::JoinQueue {
            pod_id,
            auto_start: body.auto_start.unwrap_or(true),
        },
        "leave_queue" => Command::LeaveQueue { pod_id },
        _ => return Err(parse::schema("action", &format!("{} is expected", one_of(WORDS)))),
    };
    context.command(command, Form::Pod(pod_id))
}

/// As the action `terminate`: the name is asked for when there is data.
pub(super) fn delete(context: &Context<'_>) -> Result<Prepared, Problem> {
    let pod_id = context.pod()?.id;
    let confirm = context.params.get("confirm").map(str::to_owned);
    context.command(Command::TerminatePod { pod_id, confirm }, Form::Nothing)
}

/// The pod that an ID, an old ID, or a host or URL of either stands for now.
pub(super) fn resolve(context: &Context<'_>) -> Result<Prepared, Problem> {
    let host = context.argument();
    let host = host.split_once("://").map_or(host, |it| it.1);
    let label = host.split(['.', '-', ':', '/', '@']).next().unwrap_or_default();
    let own = |it: &&EnginePod| it.account_id == context.principal.account_id;
    let asked = label
        .parse()
        .ok()
        .and_then(|id: PodId| context.fleet.pod(id))
        .filter(own);
    let pod = asked.and_then(|it| context.fleet.resolve(it.id)).filter(own);
    let pod = pod.filter(|it| it.state.kind() != PodStateKind::Terminated);
    let pod = pod.ok_or_else(|| context.missing("pod"))?;
    context.answer(&Resolved {
        kind: "pod".to_owned(),
        id: pod.id,
        moved_from: ancestors(context.fleet, pod),
        moved_at: latest_move(context.fleet, pod),
        sequence: context.fleet.sequence(),
    })
}

/// Every pod it was before, newest first.
fn ancestors(fleet: &Fleet, pod: &EnginePod) -> Vec<PodId> {
    std::iter::successors(pod.moved_from, |id| fleet.pod(*id).and_then(|it| it.moved_from)).collect()
}

fn latest_move(fleet: &Fleet, pod: &EnginePod) -> Option<Timestamp> {
    let before = fleet.pod(pod.moved_from?)?;
    before.moved_to.filter(|it| it.pod_id == pod.id).map(|it| it.at)
}
