//! Network volumes in the published shape.

use engine::Command;
use engine::state::Volume as EngineVolume;

use super::super::context::{Context, checked};
use super::super::response::Form;
use super::super::{Prepared, volumes};
use crate::v2::volumes::{CreateVolume, UpdateVolume, Volume, VolumeList, VolumeType};
use crate::{Problem, ProblemCode};

pub(in super::super) fn list(context: &Context<'_>) -> Result<Prepared, Problem> {
    let kept = context
        .fleet
        .volumes_of(context.principal.account_id)
        .filter(|it| it.is_kept());
    let (rows, pagination) = super::page(context, "/v2/network-volumes", &[], kept.map(|it| (it.id, it)))?;
    context.answer(&VolumeList {
        network_volumes: rows.into_iter().map(view).collect(),
        pagination,
    })
}

pub(in super::super) fn get(context: &Context<'_>) -> Result<Prepared, Problem> {
    context.answer(&view(context.volume()?))
}

/// A volume as a stock client reads it.
pub(in super::super) fn view(volume: &EngineVolume) -> Volume {
    Volume {
        id: volume.id,
        name: volume.name.to_string(),
        size: volume.size.gb(),
        data_center: volume.data_center_id.to_string(),
        kind: VolumeType::Standard,
    }
}

pub(in super::super) fn create(context: &Context<'_>) -> Result<Prepared, Problem> {
    let body: CreateVolume = context.read()?;
    match body.kind {
        None | Some(VolumeType::Standard) => {}
        Some(VolumeType::HighPerformance) => {
            let detail = "Network volumes of high performance are not offered.";
            return Err(Problem::new(ProblemCode::RuleBroken, detail)
                .field("type")
                .next("Ask for `STANDARD`, or leave `type` out."));
        }
    }
    let ours = crate::volumes::CreateVolume {
        name: body.name,
        size_gb: body.size,
        data_center_id: body.data_center,
    };
    context.command(volumes::new_volume(ours)?, Form::NewVolume)
}

pub(in super::super) fn update(context: &Context<'_>) -> Result<Prepared, Problem> {
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
            size_gb: body.size,
        },
        Form::Volume(volume_id),
    )
}

/// On this surface a delete is meant: it names the volume itself.
pub(in super::super) fn delete(context: &Context<'_>) -> Result<Prepared, Problem> {
    let volume = context.volume()?;
    let confirm = Some(volume.name.to_string());
    context.command(
        Command::DeleteVolume {
            volume_id: volume.id,
            confirm,
        },
        Form::Nothing,
    )
}
