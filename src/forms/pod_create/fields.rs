//! What is on the screen of the deploy page, and the request made from it.

use std::collections::BTreeMap;

use api::catalog::{GpuOffer, Offers};
use api::pods::{
    CpuRequest, CreatePod, GpuRequest, Mount, MountsRequest, NetworkMount, PersistentMount, Pod,
};
use api::templates::Template;
use domain::VolumeId;
use domain::limits;
use domain::machine::Cloud;
use domain::names::{Image, Name};
use domain::pod::{Port, WORKSPACE};
use leptos::prelude::*;

use crate::text::deploy as text;

/// The value of the GPU choice for a pod without GPUs.
pub const CPU: &str = "cpu";
/// The numbers that a field takes.
#[derive(Clone, Copy)]
pub struct Bounds {
    /// The smallest.
    pub min: u32,
    /// The largest, if the form knows it.
    pub max: Option<u32>,
}

/// GPUs of a pod.
pub const COUNT: Bounds = Bounds {
    min: 1,
    max: Some(limits::MACHINE_GPUS_MAX),
};
/// vCPUs of a pod without GPUs.
pub const VCPUS: Bounds = Bounds { min: 2, max: None };
/// Container disk.
pub const DISK: Bounds = Bounds {
    min: limits::CONTAINER_DISK_GB_MIN,
    max: Some(limits::DISK_GB_MAX),
};
/// Pod volume.
pub const VOLUME: Bounds = Bounds {
    min: limits::POD_VOLUME_GB_MIN,
    max: Some(limits::DISK_GB_MAX),
};

impl Bounds {
    /// A whole number as it was typed.
    pub fn read(self, typed: &str) -> Result<u32, String> {
        let number = typed.trim().parse::<u32>().ok();
        number
            .filter(|it| *it >= self.min && self.max.is_none_or(|max| *it <= max))
            .ok_or_else(|| text::whole_number(self.min, self.max))
    }

    /// What is wrong with a field; tracked.
    pub fn error(self, field: RwSignal<String>) -> Option<String> {
        field.with(|it| self.read(it).err())
    }
}

/// Container disk in GB where nothing says otherwise.
const DISK_GB: u32 = 20;
/// Pod volume in GB where nothing says otherwise.
const VOLUME_GB: u32 = 20;

/// Where the pod keeps its data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DataChoice {
    /// Nowhere: the container disk only.
    None,
    /// In a pod volume.
    Pod,
    /// On a network volume.
    Network,
}

/// Every field, as text where it is typed.
#[derive(Clone, Copy)]
pub struct Fields {
    /// ID of the template; empty for none.
    pub template: RwSignal<String>,
    /// Image.
    pub image: RwSignal<String>,
    /// Name.
    pub name: RwSignal<String>,
    /// [`offer_key`] of the GPU type and tier, [`CPU`], or empty.
    pub gpu: RwSignal<String>,
    /// GPUs.
    pub count: RwSignal<String>,
    /// vCPUs of a pod without GPUs.
    pub vcpus: RwSignal<String>,
    /// Data centre; empty for any.
    pub place: RwSignal<String>,
    /// Where the data is.
    pub data: RwSignal<DataChoice>,
    /// Container disk in GB.
    pub disk_gb: RwSignal<String>,
    /// Pod volume in GB.
    pub volume_gb: RwSignal<String>,
    /// ID of the network volume.
    pub volume_id: RwSignal<String>,
    /// Mount path of either volume.
    pub path: RwSignal<String>,
    /// Network volumes that a pod like another one mounts besides.
    pub more_volumes: RwSignal<Vec<Mount>>,
    /// Ports, one on each line.
    pub ports: RwSignal<String>,
    /// Variables, one on each line.
    pub env: RwSignal<String>,
    /// Start command.
    pub args: RwSignal<String>,
}

/// Names a GPU type in one tier.
pub fn offer_key(gpu_type: &str, cloud: Cloud) -> String {
    format!("{gpu_type}|{}", cloud.as_str())
}

/// Whether an offer is the chosen one.
pub fn is_offer(key: &str, offer: &GpuOffer) -> bool {
    parse_key(key).is_some_and(|(gpu_type, cloud)| gpu_type == offer.gpu_type && cloud == offer.cloud)
}

fn parse_key(key: &str) -> Option<(&str, Cloud)> {
    let (gpu_type, cloud) = key.rsplit_once('|')?;
    Some((gpu_type, cloud.parse().ok()?))
}

impl Default for Fields {
    fn default() -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            template: empty(),
            image: empty(),
            name: empty(),
            gpu: empty(),
            count: RwSignal::new("1".to_owned()),
            vcpus: RwSignal::new("2".to_owned()),
            place: empty(),
            data: RwSignal::new(DataChoice::Pod),
            disk_gb: RwSignal::new(DISK_GB.to_string()),
            volume_gb: RwSignal::new(VOLUME_GB.to_string()),
            volume_id: empty(),
            path: RwSignal::new(WORKSPACE.to_owned()),
            more_volumes: RwSignal::new(Vec::new()),
            ports: empty(),
            env: empty(),
            args: empty(),
        }
    }
}

impl Fields {
    /// Takes over what a template says.
    pub fn fill_from_template(self, it: &Template) {
        self.template.set(it.id.to_string());
        self.image.set(it.image.clone());
        self.args.set(it.args.clone());
        self.env.set(env_text(&it.env));
        self.ports.set(it.ports.join("\n"));
        self.disk_gb.set(it.disk_gb.to_string());
        if it.volume_gb > 0 {
            self.volume_gb.set(it.volume_gb.to_string());
            self.path.set(it.volume_path.clone());
        }
    }

    /// Takes over what another pod is made of; its network volumes come along, its pod volume is a new one.
    pub fn fill_from_pod(self, it: &Pod) {
        let summary = &it.summary;
        self.template
            .set(it.template_id.map(|it| it.to_string()).unwrap_or_default());
        self.image.set(it.image.clone());
        self.name.set(summary.name.clone());
        self.args.set(it.args.clone());
        self.env.set(env_text(&it.env));
        let ports = it.endpoints.iter().map(|it| {
            Port {
                number: it.private,
                kind: it.kind,
            }
            .to_string()
        });
        self.ports.set(ports.collect::<Vec<_>>().join("\n"));
        self.disk_gb.set(it.container_disk.size_gb.to_string());
        match &summary.gpu_type {
            Some(gpu_type) => {
                self.gpu.set(offer_key(gpu_type, summary.cloud));
                self.count.set(summary.gpu_count.to_string());
            }
            None => {
                self.gpu.set(CPU.to_owned());
                self.vcpus.set(it.vcpu_count.to_string());
            }
        }
        match (it.mounts.split_first(), &it.volume) {
            (Some((mount, more)), _) => {
                self.data.set(DataChoice::Network);
                self.more_volumes.set(more.to_vec());
                self.volume_id.set(mount.volume_id.to_string());
                self.path.set(mount.path.clone());
            }
            (None, Some(volume)) => {
                self.volume_gb.set(volume.size_gb.to_string());
                self.path.set(volume.path.clone());
            }
            (None, None) => self.data.set(DataChoice::None),
        }
    }

    /// Chooses a GPU type, or CPUs. The place was chosen in the row of another type, and is seen no more.
    pub fn choose_gpu(self, key: String) {
        if self.gpu.with_untracked(|it| *it != key) {
            self.place.set(String::new());
            self.gpu.set(key);
        }
    }

    /// Forgets a place that the matrix does not show for the chosen type: an address may name any.
    pub fn forget_unseen_place(self, offers: &Offers) {
        let (gpu, place) = (self.gpu.get_untracked(), self.place.get_untracked());
        let mut places = offers
            .gpus
            .iter()
            .filter(|it| is_offer(&gpu, it))
            .flat_map(|it| &it.places);
        if !place.is_empty() && !places.any(|it| it.data_center_id == place) {
            self.place.set(String::new());
        }
    }

    /// What is missing before there is anything to send; tracked.
    pub fn missing(self) -> Option<&'static str> {
        if self.image.with(|it| it.trim().is_empty()) {
            Some(text::NEEDS_IMAGE)
        } else if self.name.with(|it| it.trim().is_empty()) {
            Some(text::NEEDS_NAME)
        } else if self.gpu.with(String::is_empty) {
            Some(text::NEEDS_GPU)
        } else if self.data.get() == DataChoice::Network && self.volume_id.with(String::is_empty) {
            Some(text::NEEDS_VOLUME)
        } else {
            None
        }
    }

    /// What is wrong with the fields on the screen, each with its name; tracked.
    pub fn wrong(self) -> Vec<(&'static str, String)> {
        let units = if self.gpu.with(|it| it == CPU) {
            (text::VCPUS, VCPUS.error(self.vcpus))
        } else {
            (text::COUNT, COUNT.error(self.count))
        };
        let volume = match self.data.get() {
            DataChoice::Pod => VOLUME.error(self.volume_gb),
            DataChoice::None | DataChoice::Network => None,
        };
        let all = [
            (text::IMAGE, self.image_error()),
            (text::NAME, self.name_error()),
            units,
            (text::VOLUME_SIZE, volume),
            (text::CONTAINER_DISK, DISK.error(self.disk_gb)),
            (text::PORTS, self.ports_error()),
            (text::ENV, self.env_error()),
        ];
        all.into_iter()
            .filter_map(|(name, error)| Some((name, error?)))
            .collect()
    }

    /// What is wrong with the name; tracked. An empty one is only missing.
    pub fn name_error(self) -> Option<String> {
        self.name.with(|it| {
            if it.is_empty() {
                None
            } else {
                Name::try_from(it.as_str()).err().map(|it| it.to_string())
            }
        })
    }

    /// What is wrong with the image; tracked.
    pub fn image_error(self) -> Option<String> {
        self.image.with(|it| {
            if it.is_empty() {
                None
            } else {
                Image::try_from(it.as_str()).err().map(|it| it.to_string())
            }
        })
    }

    /// What is wrong with the ports; tracked.
    pub fn ports_error(self) -> Option<String> {
        self.ports.with(|it| parse_ports(it).err())
    }

    /// What is wrong with the variables; tracked.
    pub fn env_error(self) -> Option<String> {
        self.env.with(|it| parse_env(it).err())
    }

    /// The request; `None` while a field is wrong. Not tracked: for the press of the button.
    pub fn request(self, templates: &[Template]) -> Option<CreatePod> {
        untrack(|| {
            let env = parse_env(&self.env.get()).ok()?;
            let mounts = self.mounts()?;
            let template_id = self.template.with(|it| it.parse().ok());
            let template = templates.iter().find(|it| Some(it.id) == template_id);
            // The server lays what it is sent over the template, so that a volume or a variable which was taken out here
            // would come back. Then the pod is made of what is on the screen alone.
            let keeps_all = template.is_none_or(|it| it.env.keys().all(|name| env.contains_key(name)))
                && (mounts.is_some() || template.is_some_and(|it| it.volume_gb == 0));
            let gpu = self.gpu.get();
            let offer = parse_key(&gpu);
            let is_cpu = gpu == CPU;
            let (count, vcpu_count) = if is_cpu {
                (0, VCPUS.read(&self.vcpus.get()).ok()?)
            } else {
                (COUNT.read(&self.count.get()).ok()?, 0)
            };
            let place = self.place.get();
            Some(CreatePod {
                name: self.name.get().trim().to_owned(),
                image: Some(self.image.get().trim().to_owned()),
                template_id: template_id.filter(|_| keeps_all),
                start_ssh: template.filter(|_| !keeps_all).map(|it| it.start_ssh),
                // An empty one is meant: the image has its own.
                args: Some(self.args.get().trim().to_owned()),
                env: Some(env),
                ports: Some(parse_ports(&self.ports.get()).ok()?),
                gpu: offer.map(|(id, _)| GpuRequest::new(id.to_owned(), count)),
                cpu: is_cpu.then(|| CpuRequest {
                    id: String::new(),
                    vcpu_count,
                }),
                disk: Some(DISK.read(&self.disk_gb.get()).ok()?),
                mounts,
                cloud: offer.map(|(_, cloud)| cloud),
                data_center_ids: (!place.is_empty()).then(|| vec![place]),
            })
        })
    }

    fn mounts(self) -> Option<Option<MountsRequest>> {
        let path = self.path.get().trim().to_owned();
        Some(match self.data.get() {
            DataChoice::None => None,
            DataChoice::Pod => {
                let size = VOLUME.read(&self.volume_gb.get()).ok()?;
                Some(MountsRequest {
                    persistent: Some(PersistentMount { size, path }),
                    network: None,
                })
            }
            DataChoice::Network => {
                let volume_id: VolumeId = self.volume_id.get().parse().ok()?;
                let more = self.more_volumes.get().into_iter().map(|it| NetworkMount {
                    volume_id: it.volume_id,
                    path: it.path,
                });
                let more = more.filter(|it| it.volume_id != volume_id);
                let all = std::iter::once(NetworkMount { volume_id, path }).chain(more);
                Some(MountsRequest {
                    persistent: None,
                    network: Some(all.collect()),
                })
            }
        })
    }
}

fn env_text(env: &BTreeMap<String, String>) -> String {
    env.iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn parse_env(typed: &str) -> Result<BTreeMap<String, String>, String> {
    let lines = typed
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let entry = |(at, line): (usize, &str)| match line.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        Some(_) | None => Err(text::env_line(at + 1)),
    };
    lines.map(entry).collect()
}

fn parse_ports(typed: &str) -> Result<Vec<String>, String> {
    let words = typed
        .split([' ', ',', '\n'])
        .map(str::trim)
        .filter(|it| !it.is_empty());
    words
        .map(|word| {
            word.parse::<Port>()
                .map(|it| it.to_string())
                .map_err(|error| format!("{word}: {error}"))
        })
        .collect()
}
