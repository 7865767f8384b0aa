//! Network volumes.

use domain::names::{DataCenterId, Name};
use domain::pod::{PodStateKind, WORKSPACE};
use domain::{Timestamp, VolumeId};
use engine::state::{Fleet, Subject, Volume as EngineVolume, VolumeBin};
use engine::{Command, query};

use super::context::{Context, checked};
use super::params::one_of;
use super::response::Form;
use super::{Prepared, fields, parse};
use crate::volumes::{
    Attachment, CreateVolume, PlacementGpu, UpdateVolume, Volume, VolumeActionRequest, VolumeList,
};
use crate::{Problem, ProblemCode};

pub(super) fn list(context: &Context<'_>) -> Result<Prepared, Problem> {
    let fleet = context.fleet;
    let mut volumes: Vec<&EngineVolume> = fleet
        .volumes_of(context.principal.account_id)
        .filter(|it| it.is_listed())
        .collect();
    volumes.sort_by_key(|it| (!it.is_kept(), it.id));
    let list = VolumeList {
        network_volumes: volumes
            .into_iter()
            .map(|it| view(fleet, it, context.now))
            .collect(),
        sequence: fleet.sequence(),
    };
    fields::answer::<Volume>(context, &list, "networkVolumes")
}

pub(super) fn get(context: &Context<'_>) -> Result<Prepared, Problem> {
    context.answer(&view(context.fleet, context.volume()?, context.now))
}

/// A volume as its owner sees it.
pub(super) fn view(fleet: &Fleet, volume: &EngineVolume, now: Timestamp) -> Volume {
    let attachments = fleet.pods_mounting(volume.id).filter(|it| it.is_listed());
    Volume {
        id: volume.id,
        name: volume.name.to_string(),
        generation: volume.generation,
        data_center_id: volume.data_center_id.to_string(),
        size_gb: volume.size.gb(),
        used_bytes: volume.used_bytes,
        micros_per_month: fleet
            .settings()
            .prices
            .network_volume_month(volume.size.gb())
            .micros(),
        accrued_micros: query::accrued(fleet, volume.account_id, Subject::Volume(volume.id), now).micros(),
        attached_to: attachments
            .filter_map(|pod| {
                let mount = pod.spec.mounts.iter().find(|it| it.volume_id == volume.id)?;
                Some(Attachment {
                    pod_id: pod.id,
                    pod_name: pod.name.to_string(),
                    path: mount.path.clone(),
                    running: pod.state.kind() == PodStateKind::Running,
                    state: pod.state.kind().as_str().to_owned(),
                    holds_gpus: pod.state.kind().holds_gpus(),
                })
            })
            .collect(),
        unattached_since: volume.unattached_since,
        deleted_at_latest: match volume.bin {
            VolumeBin::Kept => None,
            VolumeBin::InBin { until } => Some(until),
            VolumeBin::Gone { at } => Some(at),
        },
        created_at: volume.created_at,
        placement: query::free_in(fleet, &volume.data_center_id, now)
            .into_iter()
            .map(|(gpu_type, free, most_on_one_machine)| PlacementGpu {
                gpu_type: gpu_type.to_string(),
                free,
                most_on_one_machine,
            })
            .collect(),
    }
}

pub(super) fn create(context: &Context<'_>) -> Result<Prepared, Problem> {
    let body: CreateVolume = context.read()?;
    context.command(new_volume(body)?, Form::NewVolume)
}

/// A request for a volume, with every text checked.
pub(super) fn new_volume(body: CreateVolume) -> Result<Command, Problem> {
    Ok(Command::CreateVolume {
        name: checked::<Name>("name", ProblemCode::NameInvalid, body.name)?,
        size_gb: body.size_gb,
        data_center_id: checked::<DataCenterId>(
            "dataCenterId",
            ProblemCode::DataCenterUnknown,
            body.data_center_id,
        )?,
    })
}

pub(super) fn update(context: &Context<'_>) -> Result<Prepared, Problem> {
    let volume_id = context.volume()?.id;
    let body: UpdateVolume = context.read()?;
    let name = body
        .name
        .map(|it| checked("name", ProblemCode::NameInvalid, it))
        .transpose()?;
    context.command(
        Command::UpdateVolume {
            volume_id,
            name,
            size_gb: body.size_gb,
        },
        Form::Volume(volume_id),
    )
}

pub(super) fn action(context: &Context<'_>) -> Result<Prepared, Problem> {
    const WORDS: [&str; 4] = ["attach", "detach", "delete", "restore"];
    let volume_id: VolumeId = context.volume()?.id;
    let body: VolumeActionRequest = context.read()?;
    let pod_id = || {
        body.pod_id
            .ok_or_else(|| parse::schema("podId", "it is required for this action"))
    };
    let restart = body.restart.unwrap_or(false);
    let command = match body.action.as_str() {
        "attach" => {
            let path = body.path.clone().unwrap_or_else(|| WORKSPACE.to_owned());
            Command::AttachVolume {
                volume_id,
                pod_id: pod_id()?,
                path,
                restart,
            }
        }
        "detach" => Command::DetachVolume {
            volume_id,
            pod_id: pod_id()?,
            restart,
        },
        "delete" => Command::DeleteVolume {
            volume_id,
            confirm: body.confirm,
        },
        "restore" => Command::RestoreVolume { volume_id },
        _ => return Err(parse::schema("action", &format!("{} is expected", one_of(WORDS)))),
    };
    context.command(command, Form::Volume(volume_id))
}
