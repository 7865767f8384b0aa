//! The operator's settings: domain, prices, policy, data centres, templates.

use std::collections::BTreeMap;

use domain::endpoints::PodDomain;
use domain::names::{DataCenterId, Image, Name};
use domain::pod::{
    CPU_ONLY_MEMORY_GIB, CPU_ONLY_VCPUS, Compute, PodSpec, PodVolume, Port, SpecError, Tenancy,
};
use domain::prices::PriceBook;
use domain::{AccountId, Money, TemplateId, limits};
use serde::{Deserialize, Serialize};

/// Everything an operator decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// How pods are named on the network.
    pub pod_domain: PodDomain,
    /// Prices.
    pub prices: PriceBook,
    /// Figures of the rules that an operator may change.
    pub policy: Policy,
    /// Data centres, ordered by ID.
    pub data_centers: Vec<DataCenter>,
}

impl Settings {
    /// A data centre by its ID.
    #[must_use]
    pub fn data_center(&self, id: &DataCenterId) -> Option<&DataCenter> {
        self.data_centers.iter().find(|it| it.id == *id)
    }
}

/// Figures of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Hours an old pod is kept after a move.
    pub confirm_window_hours: i64,
    /// Minutes a plan can be carried out.
    pub plan_minutes: i64,
    /// Smallest top-up.
    pub top_up_min: Money,
    /// Pods of an account that are not terminated.
    pub pods_per_account_max: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            confirm_window_hours: 24,
            plan_minutes: 15,
            top_up_min: Money::from_dollars(10),
            pods_per_account_max: domain::limits::PODS_PER_ACCOUNT_MAX,
        }
    }
}

/// A data centre, or the country of an individual host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataCenter {
    /// Its ID.
    pub id: DataCenterId,
    /// Its name for people.
    pub name: String,
    /// ISO code of its country.
    pub country: String,
    /// The published region word, such as `EUROPE`.
    pub region: String,
    /// Whether it offers network volumes.
    pub network_volumes: bool,
}

/// A template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The template.
    pub id: TemplateId,
    /// Whose it is; none for those that came with the product.
    pub account_id: Option<AccountId>,
    /// Its name.
    pub name: Name,
    /// The image.
    pub image: Image,
    /// The start command.
    pub args: String,
    /// Environment.
    pub env: BTreeMap<String, String>,
    /// Ports.
    pub ports: Vec<Port>,
    /// Container disk in GB.
    pub disk_gb: u32,
    /// Pod volume in GB, zero for none.
    pub volume_gb: u32,
    /// Where the pod volume is mounted.
    pub volume_path: String,
    /// What it is made for.
    #[serde(default)]
    pub category: TemplateCategory,
    /// Whether its pods get the account's SSH keys.
    #[serde(default)]
    pub start_ssh: bool,
    /// CUDA versions its pods run with; any if empty.
    #[serde(default)]
    pub cuda_versions: Vec<String>,
    /// The last that is heard of it: the fleet forgets it. The pods made from it keep its ID.
    #[serde(default)]
    pub deleted: bool,
}

/// What a template is made for: how it is grouped, no demand on a machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TemplateCategory {
    /// Pods without GPUs.
    Cpu,
    /// NVIDIA GPUs.
    #[default]
    Nvidia,
    /// AMD GPUs.
    Amd,
}

impl Template {
    /// Whether an account can make pods from it.
    #[must_use]
    pub fn is_usable_by(&self, account_id: AccountId) -> bool {
        !self.deleted && self.account_id.is_none_or(|owner| owner == account_id)
    }

    /// The pod volume it asks for.
    #[must_use]
    pub fn volume(&self) -> Option<PodVolume> {
        (self.volume_gb > 0).then(|| PodVolume {
            size_gb: self.volume_gb,
            path: self.volume_path.clone(),
        })
    }

    /// Checks that a pod made from it is within every limit of a pod.
    ///
    /// # Errors
    /// The first field that is outside its limits.
    pub fn check(&self) -> Result<(), SpecError> {
        // Kept also while it asks for no volume.
        if self.volume_path.len() > limits::MOUNT_PATH_BYTES_MAX {
            let message = format!("a path has at most {} bytes", limits::MOUNT_PATH_BYTES_MAX);
            return Err(SpecError {
                field: "mounts.persistent.path",
                message,
            });
        }
        // The smallest pod there is: the processors are not the template's.
        let pod = PodSpec {
            image: self.image.clone(),
            args: self.args.clone(),
            env: self.env.clone(),
            ports: self.ports.clone(),
            compute: Compute::Cpu {
                vcpu_count: CPU_ONLY_VCPUS,
                memory_gib: CPU_ONLY_MEMORY_GIB,
            },
            tenancy: Tenancy::OnDemand,
            container_disk_gb: self.disk_gb,
            volume: self.volume(),
            mounts: Vec::new(),
            start_ssh: self.start_ssh,
        };
        pod.check()
    }
}
