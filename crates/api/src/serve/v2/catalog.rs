//! The catalog in the published shape, with what would find room now.

use std::collections::BTreeMap;

use domain::machine::{Cloud, CudaVersion, MachineDemand};
use domain::names::DataCenterId;
use domain::prices::{GpuType as EngineGpu, Manufacturer as EngineManufacturer};
use engine::state::{DataCenter as EngineDataCenter, Fleet, Machine};

use super::super::Prepared;
use super::super::context::Context;
use super::super::demand;
use super::super::params::{one_of, wrong};
use super::super::pods::CPU_POD_GIB_PER_VCPU;
use crate::v2::Usd;
use crate::v2::catalog::{
    Availability, CpuPrice, CpuType, CpuTypeList, CudaAvailability, DataCenter, DataCenterList, GpuPrice,
    GpuType, GpuTypeList, Manufacturer, MaxCount, PlaceAvailability, Region, VcpuRange,
};
use crate::v2::volumes::VolumeType;
use crate::{Problem, ProblemCode};

/// The one CPU type.
pub(super) const CPU_TYPE: &str = "general";
/// vCPUs of a pod without GPUs.
const VCPUS: VcpuRange = VcpuRange { min: 2, max: 128 };
/// From this many pods on, availability is medium.
const MEDIUM_FROM: u32 = 3;
/// From this many pods on, availability is high.
const HIGH_FROM: u32 = 10;

/// How many pods would find room, as a word.
const fn level(pods: u32) -> Availability {
    match pods {
        0 => Availability::None,
        1..MEDIUM_FROM => Availability::Low,
        MEDIUM_FROM..HIGH_FROM => Availability::Medium,
        HIGH_FROM.. => Availability::High,
    }
}

/// What availability is asked about; none without `include=AVAILABILITY`.
struct Asked {
    /// Whether pods are asked about; other products have nothing.
    pods: bool,
    cloud: Cloud,
    count: u32,
    countries: Vec<String>,
    demand: MachineDemand,
}

impl Asked {
    /// Which of these parameters need `include=AVAILABILITY`.
    const NARROWING: [&'static str; 6] = [
        "count",
        "cloud",
        "countryCodes",
        "cudaVersions",
        "minCudaVersion",
        "vcpuCount",
    ];

    fn read(context: &Context<'_>, count: &str, products: &[&str]) -> Result<Option<Self>, Problem> {
        let params = &context.params;
        words(context, "include", &["AVAILABILITY"])?;
        words(context, "product", products)?;
        let included = params.get("include").is_some();
        if included != params.get("product").is_some() {
            let detail = "`include=AVAILABILITY` and `product` are sent together or not at all.";
            return Err(Problem::new(ProblemCode::AvailabilityNeedsProduct, detail)
                .field("product")
                .next("Send `include=AVAILABILITY&product=POD`."));
        }
        if !included {
            let stray = Self::NARROWING.into_iter().find(|it| params.get(it).is_some());
            return stray.map_or(Ok(None), |name| {
                let detail = format!("`{name}` narrows availability, which was not asked for.");
                Err(Problem::new(ProblemCode::RuleBroken, detail)
                    .field(name)
                    .next("Add `include=AVAILABILITY&product=POD`, or leave it out."))
            });
        }
        let accepted = "a whole number, 1 or more";
        let read = params.read::<u32>(count, accepted)?;
        if read == Some(0) {
            return Err(wrong(count, accepted));
        }
        let countries: Vec<String> = params.list("countryCodes").map(str::to_owned).collect();
        if countries
            .iter()
            .any(|it| it.len() != 2 || !it.bytes().all(|it| it.is_ascii_uppercase()))
        {
            return Err(wrong(
                "countryCodes",
                "ISO codes of two capital letters between commas",
            ));
        }
        let clouds = Cloud::ALL.map(|it| (it.as_str(), it));
        Ok(Some(Self {
            pods: params.list("product").any(|it| it.eq_ignore_ascii_case("POD")),
            cloud: params.word("cloud", &clouds)?.unwrap_or(Cloud::Secure),
            count: read.unwrap_or(1),
            countries,
            demand: cuda(context)?,
        }))
    }

    fn in_country(&self, fleet: &Fleet, id: &DataCenterId) -> bool {
        let country = fleet.settings().data_center(id).map(|it| it.country.as_str());
        self.countries.is_empty() || country.is_some_and(|it| self.countries.iter().any(|asked| asked == it))
    }

    /// Pods of the asked number of GPUs that a machine could take now.
    fn room(&self, context: &Context<'_>, machine: &Machine) -> u32 {
        let takes = self.pods && machine.is_placeable(context.now);
        if takes { machine.gpu_free() / self.count } else { 0 }
    }
}

/// A parameter with words between commas, all of which must be known.
fn words(context: &Context<'_>, name: &str, known: &[&str]) -> Result<(), Problem> {
    let unknown = context
        .params
        .list(name)
        .any(|it| !known.iter().any(|word| word.eq_ignore_ascii_case(it)));
    if unknown {
        Err(wrong(name, one_of(known.iter().copied())))
    } else {
        Ok(())
    }
}

fn cuda(context: &Context<'_>) -> Result<MachineDemand, Problem> {
    let accepted = "versions such as 12.8";
    let exactly = context
        .params
        .list("cudaVersions")
        .map(str::parse)
        .collect::<Result<Vec<CudaVersion>, ()>>();
    let least = context.params.get("minCudaVersion");
    // Here a bare major version means any of it.
    let read = |it: &str| it.parse().or_else(|()| format!("{it}.0").parse());
    let demand = MachineDemand {
        cuda_exactly: exactly.map_err(|()| wrong("cudaVersions", accepted))?,
        cuda_at_least: least
            .map(|it| read(it).map_err(|()| wrong("minCudaVersion", accepted)))
            .transpose()?,
        ..MachineDemand::default()
    };
    if !demand.cuda_exactly.is_empty() && demand.cuda_at_least.is_some() {
        return Err(demand::cuda_conflict("minCudaVersion"));
    }
    Ok(demand)
}

const GPU_PRODUCTS: [&str; 3] = ["POD", "CLUSTER", "SERVERLESS"];
const CPU_PRODUCTS: [&str; 2] = ["POD", "SERVERLESS"];

pub(in super::super) fn gpus(context: &Context<'_>) -> Result<Prepared, Problem> {
    let asked = Asked::read(context, "count", &GPU_PRODUCTS)?;
    let gpus = context
        .fleet
        .settings()
        .prices
        .gpus
        .iter()
        .map(|it| gpu_view(context, it, asked.as_ref()));
    // With a filter by country, types that no data centre there has are left out.
    let everywhere = asked.as_ref().is_none_or(|it| it.countries.is_empty());
    let gpus = gpus.filter(|it| everywhere || it.data_centers.as_ref().is_some_and(|it| !it.is_empty()));
    context.answer(&GpuTypeList { gpus: gpus.collect() })
}

pub(in super::super) fn gpu(context: &Context<'_>) -> Result<Prepared, Problem> {
    let asked = Asked::read(context, "count", &GPU_PRODUCTS)?;
    let known = context
        .fleet
        .settings()
        .prices
        .gpus
        .iter()
        .find(|it| it.id.as_str() == context.argument());
    let gpu = known.ok_or_else(|| context.missing("GPU type"))?;
    context.answer(&gpu_view(context, gpu, asked.as_ref()))
}

fn gpu_view(context: &Context<'_>, gpu: &EngineGpu, asked: Option<&Asked>) -> GpuType {
    let fleet = context.fleet;
    let machines = || fleet.machines().filter(|it| it.gpu_type == gpu.id);
    let most = |cloud| {
        machines()
            .filter(|it| it.cloud == cloud)
            .map(Machine::gpu_total)
            .max()
            .unwrap_or(0)
    };
    let mut view = GpuType {
        id: gpu.id.to_string(),
        name: gpu.name.clone(),
        pool: None,
        manufacturer: match gpu.manufacturer {
            EngineManufacturer::Nvidia => Manufacturer::Nvidia,
            EngineManufacturer::Amd => Manufacturer::Amd,
            EngineManufacturer::Unknown => Manufacturer::Unknown,
        },
        memory: gpu.memory_gb,
        secure: gpu.secure.is_some(),
        community: gpu.community.is_some(),
        price: GpuPrice {
            secure: Usd(gpu.secure.unwrap_or_default()),
            community: Usd(gpu.community.unwrap_or_default()),
        },
        max_count: MaxCount {
            secure: most(Cloud::Secure),
            community: most(Cloud::Community),
        },
        availability: None,
        data_centers: None,
        cuda_versions: None,
    };
    let Some(asked) = asked else { return view };
    let offered = gpu.price(asked.cloud).is_some();
    let mut places: BTreeMap<&DataCenterId, u32> = BTreeMap::new();
    let mut versions: BTreeMap<CudaVersion, (String, u32)> = BTreeMap::new();
    let wanted = |it: &&Machine| it.cloud == asked.cloud && asked.in_country(fleet, &it.data_center_id);
    for machine in machines()
        .filter(wanted)
        .filter(|it| offered && asked.demand.accepts_cuda(&it.cuda_version))
    {
        let room = asked.room(context, machine);
        *places.entry(&machine.data_center_id).or_default() += room;
        if let Ok(version) = machine.cuda_version.parse() {
            versions
                .entry(version)
                .or_insert_with(|| (machine.cuda_version.clone(), 0))
                .1 += room;
        }
    }
    view.availability = Some(level(places.values().sum()));
    let place = |(id, room): (&DataCenterId, u32)| PlaceAvailability {
        id: id.to_string(),
        name: place_name(fleet, id),
        availability: level(room),
    };
    view.data_centers = Some(places.into_iter().map(place).collect());
    let version = |(version, room)| CudaAvailability {
        version,
        available: room > 0,
    };
    view.cuda_versions = Some(versions.into_values().map(version).collect());
    view
}

fn place_name(fleet: &Fleet, id: &DataCenterId) -> String {
    fleet
        .settings()
        .data_center(id)
        .map_or_else(|| id.to_string(), |it| it.name.clone())
}

pub(in super::super) fn cpus(context: &Context<'_>) -> Result<Prepared, Problem> {
    let asked = Asked::read(context, "vcpuCount", &CPU_PRODUCTS)?;
    context.answer(&CpuTypeList {
        cpus: vec![cpu_view(context, asked.as_ref())],
    })
}

pub(in super::super) fn cpu(context: &Context<'_>) -> Result<Prepared, Problem> {
    let asked = Asked::read(context, "vcpuCount", &CPU_PRODUCTS)?;
    if context.argument() != CPU_TYPE {
        return Err(context.missing("CPU type"));
    }
    context.answer(&cpu_view(context, asked.as_ref()))
}

fn cpu_view(context: &Context<'_>, asked: Option<&Asked>) -> CpuType {
    let fleet = context.fleet;
    let mut view = CpuType {
        id: CPU_TYPE.to_owned(),
        name: "General purpose".to_owned(),
        group: "General purpose".to_owned(),
        vcpu: VCPUS,
        ram_gb_per_vcpu: CPU_POD_GIB_PER_VCPU,
        price: CpuPrice {
            secure_per_vcpu: Usd(fleet.settings().prices.vcpu_hour),
            serverless_per_vcpu: Usd::ZERO,
        },
        availability: None,
        data_centers: None,
    };
    let Some(asked) = asked else { return view };
    let vcpus = asked.count.max(VCPUS.min);
    let mut places: BTreeMap<&DataCenterId, u32> = BTreeMap::new();
    for machine in fleet.machines().filter(|it| it.cloud == asked.cloud) {
        let room = if asked.pods {
            cpu_room(context, machine, vcpus)
        } else {
            0
        };
        *places.entry(&machine.data_center_id).or_default() += room;
    }
    view.availability = Some(level(places.values().sum()));
    let place = |(id, room): (&DataCenterId, u32)| PlaceAvailability {
        id: id.to_string(),
        name: place_name(fleet, id),
        availability: level(room),
    };
    view.data_centers = Some(places.into_iter().map(place).collect());
    view
}

/// Pods of this many vCPUs that a machine could take now.
fn cpu_room(context: &Context<'_>, machine: &Machine, vcpus: u32) -> u32 {
    if !machine.is_placeable(context.now) {
        return 0;
    }
    let cpus = machine.vcpu_count.saturating_sub(machine.vcpu_used) / vcpus;
    let memory = machine.memory_gib.saturating_sub(machine.memory_gib_used)
        / vcpus.saturating_mul(CPU_POD_GIB_PER_VCPU);
    cpus.min(memory)
}

pub(in super::super) fn data_centers(context: &Context<'_>) -> Result<Prepared, Problem> {
    let params = &context.params;
    words(context, "regions", &Region::WORDS.map(|it| it.0))?;
    words(context, "networkVolumeTypes", &["STANDARD", "HIGH_PERFORMANCE"])?;
    let global = params.word("globalNetwork", &[("true", true), ("false", false)])?;
    let include = Include::read(context)?;
    let wanted = |it: &&EngineDataCenter| {
        let mut regions = params.list("regions").peekable();
        let region =
            regions.peek().is_none() || regions.any(|word| Region::of(word) == Region::of(&it.region));
        let volumes = params
            .list("networkVolumeTypes")
            .all(|word| word.eq_ignore_ascii_case("STANDARD") && it.network_volumes);
        // No certificate is recorded and no network spans data centres, so that asking for either leaves none.
        region && volumes && params.list("compliance").next().is_none() && global != Some(true)
    };
    let all = context.fleet.settings().data_centers.iter().filter(wanted);
    let data_centers = all.map(|it| data_center_view(context, it, include)).collect();
    context.answer(&DataCenterList { data_centers })
}

pub(in super::super) fn data_center(context: &Context<'_>) -> Result<Prepared, Problem> {
    let include = Include::read(context)?;
    let all = &context.fleet.settings().data_centers;
    let known = all.iter().find(|it| it.id.as_str() == context.argument());
    let data_center = known.ok_or_else(|| context.missing("data centre"))?;
    context.answer(&data_center_view(context, data_center, include))
}

/// What is asked for beside the data centre itself.
#[derive(Clone, Copy)]
struct Include {
    gpus: bool,
    cpus: bool,
}

impl Include {
    fn read(context: &Context<'_>) -> Result<Self, Problem> {
        words(context, "include", &["GPU_AVAILABILITY", "CPU_AVAILABILITY"])?;
        let has = |word: &str| {
            context
                .params
                .list("include")
                .any(|it| it.eq_ignore_ascii_case(word))
        };
        Ok(Self {
            gpus: has("GPU_AVAILABILITY"),
            cpus: has("CPU_AVAILABILITY"),
        })
    }
}

fn data_center_view(context: &Context<'_>, data_center: &EngineDataCenter, include: Include) -> DataCenter {
    DataCenter {
        id: data_center.id.to_string(),
        name: data_center.name.clone(),
        region: Region::of(&data_center.region),
        global_network: false,
        network_volume_types: if data_center.network_volumes {
            vec![VolumeType::Standard]
        } else {
            Vec::new()
        },
        compliance: Vec::new(),
        gpu_availability: include.gpus.then(|| gpus_in(context, &data_center.id)),
        cpu_availability: include.cpus.then(|| {
            let machines = context
                .fleet
                .machines()
                .filter(|it| it.data_center_id == data_center.id);
            let room = machines.map(|it| cpu_room(context, it, VCPUS.min)).sum();
            vec![PlaceAvailability {
                id: CPU_TYPE.to_owned(),
                name: "General purpose".to_owned(),
                availability: level(room),
            }]
        }),
    }
}

fn gpus_in(context: &Context<'_>, id: &DataCenterId) -> Vec<PlaceAvailability> {
    let prices = &context.fleet.settings().prices;
    let free = engine::query::free_in(context.fleet, id, context.now);
    let types = free
        .into_iter()
        .filter_map(|(gpu, free, _)| Some((prices.gpu(&gpu)?, free)));
    types
        .map(|(gpu, free)| PlaceAvailability {
            id: gpu.id.to_string(),
            name: gpu.name.clone(),
            availability: level(free),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_follow_the_number_of_pods() {
        let levels = [0, 1, 2, 3, 9, 10, 1_000].map(level);
        use Availability::{High, Low, Medium};
        assert_eq!(levels, [Availability::None, Low, Low, Medium, Medium, High, High]);
    }
}
