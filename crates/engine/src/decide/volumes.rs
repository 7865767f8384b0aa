//! Network volumes.

use domain::limits;
use domain::names::{DataCenterId, Name};
use domain::pod::VolumeMount;
use domain::volume::{BIN_HOURS, VolumeSize};
use domain::{PodId, VolumeId};

use super::tx::Tx;
use super::{edits, pods};
use crate::command::Outcome;
use crate::event::Fact;
use crate::refusal::Refusal;
use crate::state::{Volume, VolumeBin};

/// Why a pod restarts for its mounts.
const REMOUNTED: &str = "Restarted for its mounts.";

pub(super) fn create(
    tx: &mut Tx<'_>,
    name: Name,
    size_gb: u32,
    data_center_id: DataCenterId,
) -> Result<Outcome, Refusal> {
    let account_id = tx.account()?.id;
    let size = VolumeSize::new(size_gb)?;
    let unknown = || Refusal::DataCenterUnknown {
        id: data_center_id.to_string(),
    };
    let data_center = tx
        .fleet
        .settings()
        .data_center(&data_center_id)
        .ok_or_else(unknown)?;
    if !data_center.network_volumes {
        return Err(Refusal::VolumesNotOffered {
            data_center: data_center_id.to_string(),
        });
    }
    if tx
        .fleet
        .volumes_of(account_id)
        .filter(|it| it.is_listed())
        .count()
        >= limits::VOLUMES_PER_ACCOUNT_MAX
    {
        return Err(Refusal::LimitExceeded {
            what: "network volumes",
            max: limits::VOLUMES_PER_ACCOUNT_MAX,
        });
    }
    let id = VolumeId::mint(&mut tx.mint);
    let volume = Volume {
        id,
        generation: 0,
        account_id,
        name,
        data_center_id,
        size,
        used_bytes: 0,
        created_at: tx.now,
        unattached_since: Some(tx.now),
        bin: VolumeBin::Kept,
    };
    tx.put_volume(Fact::VolumeCreated, volume);
    Ok(Outcome::Volume(id))
}

/// Renames or grows; a volume never shrinks.
pub(super) fn update(
    tx: &mut Tx<'_>,
    id: VolumeId,
    name: Option<Name>,
    size_gb: Option<u32>,
) -> Result<Outcome, Refusal> {
    let mut volume = kept(tx, id)?;
    if let Some(gb) = size_gb {
        volume.size = volume.size.grow_to(gb)?;
    }
    if let Some(name) = name {
        volume.name = name;
    }
    tx.put_volume(Fact::VolumeUpdated, volume);
    Ok(Outcome::Volume(id))
}

fn kept(tx: &Tx<'_>, id: VolumeId) -> Result<Volume, Refusal> {
    let volume = tx.own_volume(id)?;
    if volume.is_kept() {
        Ok(volume)
    } else {
        Err(Refusal::VolumeInBin)
    }
}

/// Mounts a volume: on a stopped pod at once, on a running one with a restart.
pub(super) fn attach(
    tx: &mut Tx<'_>,
    id: VolumeId,
    pod_id: PodId,
    path: String,
    restart: bool,
) -> Result<Outcome, Refusal> {
    let volume = kept(tx, id)?;
    let pod = tx.own_pod(pod_id)?;
    domain::allowed::pod(domain::allowed::PodAction::Edit, &pod.facts())?;
    if pod.spec.mounts.iter().any(|it| it.volume_id == id) {
        return Err(Refusal::AlreadyAttached);
    }
    if pod.spec.volume.is_some() {
        return Err(Refusal::MountsConflict);
    }
    if pod.spec.mounts.len() >= limits::MOUNTS_MAX {
        return Err(pods::mounts_full());
    }
    let machine = tx.machine(pod.machine_id)?;
    if machine.data_center_id != volume.data_center_id {
        let (volume, pod) = (
            volume.data_center_id.to_string(),
            machine.data_center_id.to_string(),
        );
        return Err(Refusal::VolumeElsewhere { volume, pod });
    }
    let mut spec = pod.spec.clone();
    spec.mounts.push(VolumeMount {
        volume_id: id,
        path: pods::mount_path(path),
    });
    spec.check()?;
    edits::respecify(tx, pod, spec, restart, REMOUNTED)?;
    tx.put_volume(
        Fact::VolumeUpdated,
        Volume {
            unattached_since: None,
            ..volume
        },
    );
    Ok(Outcome::Volume(id))
}

/// Unmounts a volume.
pub(super) fn detach(
    tx: &mut Tx<'_>,
    id: VolumeId,
    pod_id: PodId,
    restart: bool,
) -> Result<Outcome, Refusal> {
    tx.own_volume(id)?;
    let pod = tx.own_pod(pod_id)?;
    domain::allowed::pod(domain::allowed::PodAction::Edit, &pod.facts())?;
    let mut spec = pod.spec.clone();
    spec.mounts.retain(|it| it.volume_id != id);
    if spec.mounts.len() == pod.spec.mounts.len() {
        return Err(Refusal::NotAttached);
    }
    edits::respecify(tx, pod, spec, restart, REMOUNTED)?;
    if let Some(volume) = tx.fleet.volume(id).cloned() {
        let alone = tx.fleet.pods_mounting(id).next().is_none();
        let unattached_since = if alone { Some(tx.now) } else { None };
        tx.put_volume(
            Fact::VolumeUpdated,
            Volume {
                unattached_since,
                ..volume
            },
        );
    }
    Ok(Outcome::Volume(id))
}

/// Into the bin for 24 hours.
pub(super) fn delete(tx: &mut Tx<'_>, id: VolumeId, confirm: Option<&str>) -> Result<Outcome, Refusal> {
    let volume = kept(tx, id)?;
    let used_by: Vec<(PodId, String)> = tx
        .fleet
        .pods_mounting(id)
        .map(|it| (it.id, it.name.to_string()))
        .collect();
    if !used_by.is_empty() {
        return Err(Refusal::VolumeInUse { used_by });
    }
    if confirm != Some(volume.name.as_str()) {
        return Err(Refusal::ConfirmationMissing {
            name: volume.name.to_string(),
        });
    }
    let until = tx.now.plus_hours(BIN_HOURS);
    tx.put_volume(
        Fact::VolumeUpdated,
        Volume {
            bin: VolumeBin::InBin { until },
            ..volume
        },
    );
    Ok(Outcome::Volume(id))
}

/// Out of the bin.
pub(super) fn restore(tx: &mut Tx<'_>, id: VolumeId) -> Result<Outcome, Refusal> {
    let volume = tx.own_volume(id)?;
    if volume.is_kept() {
        return Err(Refusal::VolumeNotInBin);
    }
    let unattached_since = Some(tx.now);
    tx.put_volume(
        Fact::VolumeUpdated,
        Volume {
            bin: VolumeBin::Kept,
            unattached_since,
            ..volume
        },
    );
    Ok(Outcome::Volume(id))
}
