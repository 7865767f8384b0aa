//! The account, its burn and runway, and the ledger.

use domain::{AccountId, LedgerEntryId, MachineId, MigrationId, PodId, Timestamp, VolumeId};
use serde::{Deserialize, Serialize};

use crate::Pagination;
use crate::pods::Meter;

/// `GET /api/v1/account`; also the event `account.changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Always `USD` for now.
    pub currency: String,
    /// The moment the figures are of.
    pub as_of: Timestamp,
    /// Credits less everything charged, minutes not yet posted included.
    pub balance_micros: i64,
    /// Credits less posted entries: what the ledger's lines add up to.
    pub posted_micros: i64,
    /// What is charged now.
    pub burn: Burn,
    /// Where money ends; none if it does not within two years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runway: Option<Runway>,
    /// The state of funds.
    pub funds: Funds,
    /// Charged since the first of this month, UTC.
    pub month_to_date_micros: i64,
    /// Open charges, the dearest first, at most `limits::ACCOUNT_METERS_MAX`: a page adds up the running
    /// minute from these.
    pub meters: Vec<AccountMeter>,
    /// Those that are left out.
    #[serde(default)]
    pub more_meters: MoreMeters,
    /// What the reader may do: `pods:write` …
    pub scopes: Vec<String>,
    /// Whether the reader sees the whole fleet.
    pub operator: bool,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// What is charged now, micro-dollars per hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Burn {
    /// In all.
    pub micros_per_hour: i64,
    /// GPUs and CPUs.
    pub compute_micros_per_hour: i64,
    /// Disks of running pods.
    pub disk_running_micros_per_hour: i64,
    /// Volumes of stopped pods.
    pub disk_stopped_micros_per_hour: i64,
    /// Network volumes.
    pub network_volume_micros_per_hour: i64,
}

/// Where money ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Runway {
    /// When running pods are stopped; none where nothing runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pods_stop_at: Option<Timestamp>,
    /// When nothing would be left.
    pub empty_at: Timestamp,
}

impl Runway {
    /// When something happens: pods are stopped or, where none runs, what is stored is no longer covered.
    #[must_use]
    pub fn ends_at(self) -> Timestamp {
        self.pods_stop_at.unwrap_or(self.empty_at)
    }
}

/// The state of an account's funds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Funds {
    /// Enough.
    Ok,
    /// Less than a day is left.
    Low,
    /// Pods were stopped.
    #[serde(rename_all = "camelCase")]
    Out {
        /// When.
        stopped_at: Timestamp,
    },
}

/// Open charges that are not listed one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MoreMeters {
    /// How many.
    pub count: u32,
    /// What they cost together, micro-dollars per hour.
    pub micros_per_hour: i64,
}

/// An open charge of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountMeter {
    /// The charge.
    pub meter: Meter,
    /// Micro-dollars already posted for it.
    pub posted_micros: i64,
    /// The pod it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_id: Option<PodId>,
    /// The network volume it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_id: Option<VolumeId>,
    /// The name of the pod or volume.
    pub name: String,
}

/// `GET /api/v1/ledger?from=&to=&podId=&volumeId=&limit=&cursor=&granularity=span|minute`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    /// Newest first.
    pub lines: Vec<LedgerLine>,
    /// Where the next page is.
    pub pagination: Pagination,
    /// The sum of all lines of the filter, not only of this page.
    pub total_micros: i64,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// One line: quantity × rate = amount, over a span of minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LedgerLine {
    /// The line.
    pub id: LedgerEntryId,
    /// What for: `pod_gpu`, `pod_cpu`, `container_disk`, `pod_volume`, `network_volume`, `credit`.
    pub resource: String,
    /// Why: `running`, `cpu_only`, `storage_running`, `storage_stopped`, `network_volume`,
    /// `machine_down`, `migration`, `top_up`, `correction`.
    pub reason: String,
    /// The pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_id: Option<PodId>,
    /// The network volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_id: Option<VolumeId>,
    /// The pod's or volume's name when it was posted.
    pub name: String,
    /// The machine it was on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<MachineId>,
    /// Start of the span.
    pub from: Timestamp,
    /// End of the span, not included.
    pub to: Timestamp,
    /// Minute boundaries in it.
    pub minutes: u64,
    /// Where the first of them stands in its meter, from 1.
    pub first_minute: u64,
    /// GPUs, pods or GB.
    pub quantity: u32,
    /// Micro-dollars per period and unit.
    pub rate_micros: i64,
    /// Minutes of the period.
    pub per_minutes: u32,
    /// Signed as it changes the balance: charges are negative, credits positive.
    pub amount_micros: i64,
    /// The line it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<LedgerEntryId>,
    /// The move it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migration_id: Option<MigrationId>,
    /// What the operator wrote, for credits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Credits less entries after this line.
    pub balance_after_micros: i64,
    /// When it was posted.
    pub posted_at: Timestamp,
}

/// `POST /api/v1/accounts/{id}/credits`, by an operator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateCredit {
    /// Micro-dollars, at least $10.
    pub amount_micros: i64,
    /// Stands in the ledger.
    #[serde(default)]
    pub note: String,
}

/// `GET /api/v1/accounts`, by an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountList {
    /// All accounts.
    pub accounts: Vec<AccountRow>,
}

/// An account as a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountRow {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its balance.
    pub balance_micros: i64,
    /// What is charged now.
    pub micros_per_hour: i64,
    /// When its pods are stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pods_stop_at: Option<Timestamp>,
    /// Pods that are not terminated.
    pub pods: u32,
}

/// `POST /api/v1/session`: signs a browser in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum SignIn {
    /// With the token of a sign-in link; it works once.
    Token(String),
    /// With an API key.
    Key(String),
}
