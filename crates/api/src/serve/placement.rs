//! Demands on a machine that the engine does not know: CUDA versions, memory and vCPUs per GPU.
//!
//! They choose one machine among those that fit, and the engine places the pod there or nowhere.

use std::cmp::Reverse;

use domain::pod::Compute;
use domain::{MachineId, Timestamp};
use engine::Refusal;
use engine::command::NewPod;
use engine::state::{Fleet, Machine, Template};

use super::{parse, refusal};
use crate::v2::pods::GpuRequest;
use crate::{Problem, ProblemCode};

/// A CUDA version as it is compared: 12.11 is above 12.2.
pub(super) type Cuda = (u32, u32);

/// Reads `12.8`.
pub(super) fn cuda(text: &str) -> Option<Cuda> {
    let (major, minor) = text.split_once('.')?;
    let number = |it: &str| {
        it.bytes()
            .all(|it| it.is_ascii_digit())
            .then(|| it.parse().ok())?
    };
    Some((number(major)?, number(minor)?))
}

/// Which CUDA versions are accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CudaWanted {
    pub(super) exactly: Vec<Cuda>,
    pub(super) at_least: Option<Cuda>,
}

impl CudaWanted {
    /// Whether a machine's version is accepted.
    pub(super) fn accepts(&self, machine: &Machine) -> bool {
        if self.exactly.is_empty() && self.at_least.is_none() {
            return true;
        }
        cuda(&machine.cuda_version).is_some_and(|it| {
            (self.exactly.is_empty() || self.exactly.contains(&it))
                && self.at_least.is_none_or(|least| least <= it)
        })
    }

    /// Both kinds of demand at once contradict each other.
    pub(super) fn conflict(field: &str) -> Problem {
        Problem::new(
            ProblemCode::CudaConflict,
            "Exact CUDA versions and a lowest one exclude each other.",
        )
        .field(field)
        .next("Send one of them and leave the other out.")
    }
}

/// The machine a pod with such demands goes to; `None` without demands: then the engine chooses.
pub(super) fn machine(
    fleet: &Fleet,
    new: &NewPod,
    gpu: &GpuRequest,
    template: Option<&Template>,
    now: Timestamp,
) -> Result<Option<MachineId>, Problem> {
    let mut wanted = cuda_wanted(gpu)?;
    if wanted == CudaWanted::default() {
        // Body over template; what a template says was checked when it was saved.
        let versions = template.into_iter().flat_map(|it| &it.cuda_versions);
        wanted.exactly = versions.filter_map(|it| cuda(it)).collect();
    }
    let (memory, vcpus) = (
        gpu.min_ram_per_gpu.unwrap_or(0.0),
        gpu.min_vcpu_count_per_gpu.unwrap_or(0.0),
    );
    if wanted == CudaWanted::default() && memory <= 0.0 && vcpus <= 0.0 {
        return Ok(None);
    }
    let Compute::Gpu { gpu_type, count } = &new.compute else {
        return Ok(None);
    };
    let per_gpu = |whole: u32, it: &Machine| f64::from(whole) / f64::from(it.gpu_total().max(1));
    let disk = new.container_disk_gb.unwrap_or(0) + new.volume.as_ref().map_or(0, |it| it.size_gb);
    let mut left: Vec<&Machine> = fleet.machines().collect();
    let mut steps = Vec::new();
    let mut keep = |left: &mut Vec<&Machine>, what: &str, fits: &dyn Fn(&Machine) -> bool| {
        left.retain(|it| fits(it));
        steps.push((what.to_owned(), u32::try_from(left.len()).unwrap_or(u32::MAX)));
    };
    let places = &new.data_center_ids;
    keep(&mut left, "tier and data centre", &|it| {
        it.cloud == new.cloud && (places.is_empty() || places.contains(&it.data_center_id))
    });
    keep(&mut left, gpu_type.as_str(), &|it| it.gpu_type == *gpu_type);
    keep(&mut left, "CUDA version", &|it| wanted.accepts(it));
    keep(&mut left, "memory and vCPUs per GPU", &|it| {
        per_gpu(it.memory_gib, it) >= memory && per_gpu(it.vcpu_count, it) >= vcpus
    });
    keep(&mut left, "free GPUs", &|it| {
        it.is_placeable(now) && it.gpu_free() >= *count
    });
    keep(&mut left, "free disk", &|it| {
        it.disk_gb_used.saturating_add(disk) <= it.disk_gb
    });
    let best = left
        .into_iter()
        .min_by_key(|it| (it.gpu_free(), Reverse(it.reliability(now)), it.id));
    match best {
        Some(machine) => Ok(Some(machine.id)),
        None => {
            let explanation: Vec<String> = steps
                .iter()
                .map(|(what, count)| format!("{what}: {count}"))
                .collect();
            Err(refusal::problem(&Refusal::NoCapacity {
                explanation: explanation.join(", "),
                left: steps,
            }))
        }
    }
}

/// Versions of a field of a request.
pub(super) fn cuda_versions(field: &str, texts: &[String]) -> Result<Vec<Cuda>, Problem> {
    texts.iter().map(|it| cuda_version(field, it)).collect()
}

fn cuda_version(field: &str, text: &str) -> Result<Cuda, Problem> {
    cuda(text).ok_or_else(|| parse::schema(field, &format!("{text:?} is not a version such as 12.8")))
}

fn cuda_wanted(gpu: &GpuRequest) -> Result<CudaWanted, Problem> {
    let exactly = gpu.allowed_cuda_versions.as_deref().unwrap_or_default();
    let exactly = cuda_versions("gpu.allowedCudaVersions", exactly)?;
    let least = gpu.min_cuda_version.as_ref().filter(|it| !it.is_empty());
    let at_least = least
        .map(|it| cuda_version("gpu.minCudaVersion", it))
        .transpose()?;
    if !exactly.is_empty() && at_least.is_some() {
        return Err(CudaWanted::conflict("gpu.minCudaVersion"));
    }
    Ok(CudaWanted { exactly, at_least })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers_not_texts() {
        assert!(cuda("12.11") > cuda("12.2"));
        for wrong in ["12", "12.", ".1", "12.x", "+1.2", "1.2.3", ""] {
            assert_eq!(cuda(wrong), None, "{wrong}");
        }
    }
}
