//! The operator's settings: domain, prices, policy, data centres, templates.

use std::collections::BTreeMap;

use domain::endpoints::PodDomain;
use domain::names::{DataCenterId, Image, Name};
use domain::pod::Port;
use domain::prices::PriceBook;
use domain::{AccountId, Money, TemplateId};
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
    /// Hours of charges posted as one entry. Coarser suits the replay of months.
    pub posting_hours: i64,
    /// Pods of an account that are not terminated.
    pub pods_per_account_max: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            confirm_window_hours: 24,
            plan_minutes: 15,
            top_up_min: Money::from_dollars(10),
            posting_hours: 1,
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
}
