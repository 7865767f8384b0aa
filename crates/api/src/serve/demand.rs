//! What a request demands of a machine beside GPUs, tier and place: CUDA versions, memory and vCPUs per GPU.

use domain::machine::{CudaVersion, MachineDemand};

use super::parse;
use crate::pods::GpuRequest;
use crate::{Problem, ProblemCode};

/// The demands of a new pod's GPUs.
pub(super) fn of(gpu: &GpuRequest) -> Result<MachineDemand, Problem> {
    let exactly = gpu.allowed_cuda_versions.as_deref().unwrap_or_default();
    let least = gpu.min_cuda_version.as_ref().filter(|it| !it.is_empty());
    let demand = MachineDemand {
        cuda_exactly: cuda_versions("gpu.allowedCudaVersions", exactly)?,
        cuda_at_least: least
            .map(|it| cuda_version("gpu.minCudaVersion", it))
            .transpose()?,
        memory_gib_per_gpu_min: whole("gpu.minRamPerGpu", gpu.min_ram_per_gpu)?,
        vcpus_per_gpu_min: whole("gpu.minVcpuCountPerGpu", gpu.min_vcpu_count_per_gpu)?,
    };
    if demand.cuda_at_least.is_some() && !demand.cuda_exactly.is_empty() {
        return Err(cuda_conflict("gpu.minCudaVersion"));
    }
    Ok(demand)
}

/// Both kinds of demand at once contradict each other.
pub(super) fn cuda_conflict(field: &str) -> Problem {
    Problem::new(
        ProblemCode::CudaConflict,
        "Exact CUDA versions and a lowest one exclude each other.",
    )
    .field(field)
    .next("Send one of them and leave the other out.")
}

/// Versions of a field of a request.
pub(super) fn cuda_versions(field: &str, texts: &[String]) -> Result<Vec<CudaVersion>, Problem> {
    texts.iter().map(|it| cuda_version(field, it)).collect()
}

fn cuda_version(field: &str, text: &str) -> Result<CudaVersion, Problem> {
    let wrong = |()| parse::schema(field, &format!("{text:?} is not a version such as 12.8"));
    text.parse().map_err(wrong)
}

/// The published shape has numbers with a fraction here; a machine has whole ones.
fn whole(field: &str, number: Option<f64>) -> Result<u32, Problem> {
    let number = number.unwrap_or(0.0).ceil();
    if (0.0..=f64::from(u32::MAX)).contains(&number) {
        // In range, and without a fraction.
        Ok(number as u32)
    } else {
        Err(parse::schema(field, "a number, zero or more, is expected"))
    }
}
