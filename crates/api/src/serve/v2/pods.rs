//! Requests about pods in the published shape.

use std::collections::BTreeMap;

use domain::VolumeId;
use engine::{Command, Refusal};

use super::super::context::Context;
use super::super::response::Form;
use super::super::{Prepared, parse, pods, refusal};
use super::catalog::CPU_TYPE;
use super::pod_view::view;
use super::start_command::StartCommand;
use crate::pods::{CpuRequest, MountsRequest};
use crate::v2::pods::{CreatePod, Mounts, PodAction, PodActionRequest, PodList, UpdatePod};
use crate::{Problem, ProblemCode};

/// The variable that holds the password of Jupyter.
pub(super) const JUPYTER_PASSWORD: &str = "JUPYTER_PASSWORD";

pub(in super::super) fn list(context: &Context<'_>) -> Result<Prepared, Problem> {
    let listed = context
        .fleet
        .pods_of(context.principal.account_id)
        .filter(|it| it.is_listed());
    let (rows, pagination) = super::page(context, "/v2/pods", &[], listed.map(|it| (it.id, it)))?;
    let pods = rows
        .into_iter()
        .map(|it| view(context.fleet, it, context.now))
        .collect();
    context.answer(&PodList { pods, pagination })
}

pub(in super::super) fn get(context: &Context<'_>) -> Result<Prepared, Problem> {
    context.answer(&view(context.fleet, context.pod()?, context.now))
}

pub(in super::super) fn create(context: &Context<'_>) -> Result<Prepared, Problem> {
    let body: CreatePod = context.read()?;
    if body.registry.is_some() {
        return Err(no_registry());
    }
    if body.global_networking == Some(true) {
        return Err(not_possible(
            "globalNetworking",
            "There is no network across data centres.",
        ));
    }
    jupyter(body.start_jupyter, body.env.as_ref())?;
    if let Some(cpu) = body.cpu.as_ref().filter(|it| it.id != CPU_TYPE) {
        return Err(parse::schema(
            "cpu.id",
            &format!("{:?} is not in the catalog, {CPU_TYPE:?} is", cpu.id),
        ));
    }
    let args = StartCommand::asked(None, body.args, body.entrypoint, body.cmd);
    let ours = crate::pods::CreatePod {
        name: body.name,
        image: body.image,
        template_id: body.template_id.map(|it| named("template", &it)).transpose()?,
        args,
        env: body.env,
        ports: body.ports,
        start_ssh: body.start_ssh,
        gpu: body.gpu,
        cpu: body.cpu.map(|it| CpuRequest {
            id: it.id,
            vcpu_count: it.vcpu_count,
        }),
        disk: body.disk,
        mounts: body.mounts.map(mounts_request).transpose()?,
        cloud: body.cloud,
        data_center_ids: body.data_center_ids,
    };
    let new = pods::new_pod(ours)?;
    context.command(Command::CreatePod(Box::new(new)), Form::NewPod)
}

/// Jupyter is started with a password that the caller knows: none is made up here, since none is ever returned.
pub(super) fn jupyter(wanted: Option<bool>, env: Option<&BTreeMap<String, String>>) -> Result<(), Problem> {
    if wanted != Some(true) || env.is_some_and(|it| it.contains_key(JUPYTER_PASSWORD)) {
        return Ok(());
    }
    let detail =
        format!("Jupyter is started with the password in `env.{JUPYTER_PASSWORD}`, and there is none.");
    Err(Problem::new(ProblemCode::RuleBroken, detail)
        .field("startJupyter")
        .next(format!("Set `env.{JUPYTER_PASSWORD}`.")))
}

/// An ID in a body; what is no ID of this kind names nothing.
fn named<T: std::str::FromStr>(what: &'static str, id: &str) -> Result<T, Problem> {
    id.parse().map_err(|_| {
        refusal::problem(&Refusal::NotFound {
            what,
            id: id.to_owned(),
        })
    })
}

fn mounts_request(mounts: Mounts) -> Result<MountsRequest, Problem> {
    let network = match mounts.network {
        None => None,
        Some(list) if list.len() == 1 => Some(list),
        Some(_) => {
            return Err(Problem::new(
                ProblemCode::RuleBroken,
                "`mounts.network` names exactly one volume.",
            )
            .field("mounts.network")
            .next("Name one network volume, or leave `network` out."));
        }
    };
    let network = network.into_iter().flatten().map(|it| {
        let volume_id: VolumeId = named("network volume", &it.volume_id)?;
        Ok(crate::pods::NetworkMount {
            volume_id,
            path: it.path,
        })
    });
    let network: Vec<_> = network.collect::<Result<_, Problem>>()?;
    Ok(MountsRequest {
        persistent: mounts.persistent.map(|it| crate::pods::PersistentMount {
            size: it.size,
            path: it.path,
        }),
        network: (!network.is_empty()).then_some(network),
    })
}

pub(super) fn no_registry() -> Problem {
    Problem::new(
        ProblemCode::RegistryUnknown,
        "There are no stored registry credentials.",
    )
    .field("registry")
    .next("Use an image that can be pulled without credentials, and leave `registry` out.")
}

pub(super) fn not_possible(field: &str, detail: &str) -> Problem {
    Problem::new(ProblemCode::RuleBroken, detail)
        .field(field)
        .next(format!("Leave `{field}` out, or make a new pod with it."))
}

pub(in super::super) fn update(context: &Context<'_>) -> Result<Prepared, Problem> {
    let pod = context.pod()?;
    let body: UpdatePod = context.read()?;
    if body.registry.is_some() {
        return Err(no_registry());
    }
    if body.global_networking == Some(true) {
        return Err(not_possible(
            "globalNetworking",
            "There is no network across data centres.",
        ));
    }
    // `mounts: {}` leaves them as they are, an empty list would be a wish to unmount.
    let empty = |it: &Mounts| it.network.as_ref().is_some_and(Vec::is_empty);
    if body.mounts.as_ref().is_some_and(empty) {
        return Err(refusal::problem(&Refusal::DiskKindFixed));
    }
    // Clients send back what they read: the template a pod was made from is then no wish to apply it again.
    let template_id = body.template_id.filter(|it| {
        pod.template_id
            .is_none_or(|made_from| made_from.to_string() != *it)
    });
    // A template that is applied comes before the fields beside it, so they are no changes of what the pod has now.
    let before = template_id.is_none().then_some(pod.spec.args.as_str());
    let args = StartCommand::asked(before, body.args, body.entrypoint, body.cmd);
    let ours = crate::pods::UpdatePod {
        name: body.name,
        locked: body.locked,
        template_id: template_id.map(|it| named("template", &it)).transpose()?,
        image: body.image,
        args,
        env: body.env,
        ports: body.ports,
        disk: body.disk,
        mounts: body.mounts.map(mounts_request).transpose()?,
        // On this surface an edit resets a pod that runs.
        restart: Some(true),
    };
    let edit = Box::new(pods::edit(ours)?);
    let pod_id = pod.id;
    context.command(Command::UpdatePod { pod_id, edit }, Form::Pod(pod_id))
}

pub(in super::super) fn delete(context: &Context<'_>) -> Result<Prepared, Problem> {
    let pod = context.pod()?;
    context.command(Command::ConfirmAndTerminate { pod_id: pod.id }, Form::Nothing)
}

pub(in super::super) fn action(context: &Context<'_>) -> Result<Prepared, Problem> {
    let pod = context.pod()?;
    let (pod_id, body): (_, PodActionRequest) = (pod.id, context.read()?);
    match body.action {
        PodAction::Start => context.command(
            Command::StartPod {
                pod_id,
                cpu_only: false,
            },
            Form::Pod(pod_id),
        ),
        PodAction::Stop => context.command(Command::StopPod { pod_id }, Form::Pod(pod_id)),
        PodAction::Restart => context.command(Command::RestartPod { pod_id }, Form::Pod(pod_id)),
        PodAction::Terminate => context.command(Command::ConfirmAndTerminate { pod_id }, Form::Nothing),
    }
}
