//! Every read.

use api::account::{Account, AccountList, Ledger};
use api::catalog::Offers;
use api::machines::{Machine, MachineList};
use api::migrations::{Migration, MigrationList, MigrationPlan};
use api::pods::{Pod, PodList, StartOptions, StopPreview};
use api::templates::TemplateList;
use api::volumes::{Volume, VolumeList};
use domain::{MachineId, MigrationId, MigrationPlanId, PodId, Timestamp, VolumeId};

use crate::path::Path;
use crate::{Endpoint, Query};

macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident$(($id:ty))? -> $output:ty, $endpoint:ident, $before:literal $(, $after:literal)?;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name$((pub $id))?;

        impl Query for $name {
            type Output = $output;
            const ENDPOINT: Endpoint = Endpoint::$endpoint;

            fn path(&self) -> String {
                queries!(@path self, $before $(, $after, $id)?)
            }
        }
    )*};
    (@path $self:ident, $before:literal) => { $before.to_owned() };
    (@path $self:ident, $before:literal, $after:literal, $id:ty) => { format!(concat!($before, "{}", $after), $self.0) };
}

queries! {
    /// One pod.
    GetPod(PodId) -> Pod, Pod, "/api/v1/pods/", "";
    /// Every way to start a pod.
    GetStartOptions(PodId) -> StartOptions, StartOptions, "/api/v1/pods/", "/start-options";
    /// What a stop keeps, loses and still costs.
    GetStopPreview(PodId) -> StopPreview, StopPreview, "/api/v1/pods/", "/stop-preview";
    /// A plan of a migration.
    GetPlan(MigrationPlanId) -> MigrationPlan, Plans, "/api/v1/migration-plans/", "";
    /// All migrations, newest first.
    ListMigrations -> MigrationList, Migrations, "/api/v1/migrations";
    /// One migration.
    GetMigration(MigrationId) -> Migration, Migrations, "/api/v1/migrations/", "";
    /// One machine.
    GetMachine(MachineId) -> Machine, Machines, "/api/v1/machines/", "";
    /// All network volumes.
    ListVolumes -> VolumeList, Volumes, "/api/v1/network-volumes";
    /// One network volume.
    GetVolume(VolumeId) -> Volume, Volumes, "/api/v1/network-volumes/", "";
    /// All templates.
    ListTemplates -> TemplateList, Templates, "/api/v1/templates";
    /// What can be rented now.
    GetOffers -> Offers, Offers, "/api/v1/offers";
    /// The reader's account.
    GetAccount -> Account, Account, "/api/v1/account";
    /// All accounts; an operator's.
    ListAccounts -> AccountList, Accounts, "/api/v1/accounts";
}

/// A page of pods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListPods {
    /// The filter; all pods if empty.
    pub q: String,
    /// A key, with `-` before it for the other direction; the server's order if empty.
    pub sort: String,
    /// Rows of the page; the server's choice if zero.
    pub limit: u32,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Query for ListPods {
    type Output = PodList;
    const ENDPOINT: Endpoint = Endpoint::Pods;
    const KEEP_ACROSS_KEYS: bool = true;

    fn path(&self) -> String {
        // The count is asked for once, with the first page.
        let count = if self.cursor.is_none() { "exact" } else { "" };
        let path = Path::new("/api/v1/pods")
            .with("q", &self.q)
            .with("sort", &self.sort)
            .with("count", count);
        path.page(self.limit, self.cursor.as_ref()).text()
    }
}

/// A page of machines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListMachines {
    /// Rows of the page; the server's choice if zero.
    pub limit: u32,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Query for ListMachines {
    type Output = MachineList;
    const ENDPOINT: Endpoint = Endpoint::Machines;

    fn path(&self) -> String {
        Path::new("/api/v1/machines")
            .page(self.limit, self.cursor.as_ref())
            .text()
    }
}

/// How finely the ledger is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Granularity {
    /// As posted: one line per span.
    #[default]
    Span,
    /// One line per minute; they add up to the spans.
    Minute,
}

impl Granularity {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Span => "span",
            Self::Minute => "minute",
        }
    }
}

/// A page of the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GetLedger {
    /// Only this pod's lines.
    pub pod_id: Option<PodId>,
    /// Only this network volume's lines.
    pub volume_id: Option<VolumeId>,
    /// Spans or minutes.
    pub granularity: Granularity,
    /// Lines of the page; the server's choice if zero.
    pub limit: u32,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Only from this moment on.
    pub from: Option<Timestamp>,
    /// Only before this moment.
    pub to: Option<Timestamp>,
}

impl Query for GetLedger {
    type Output = Ledger;
    const ENDPOINT: Endpoint = Endpoint::Ledger;
    const KEEP_ACROSS_KEYS: bool = true;

    fn path(&self) -> String {
        // The default is left out, so that one view has one path.
        let granularity = if self.granularity == Granularity::Span {
            ""
        } else {
            self.granularity.as_str()
        };
        Path::new("/api/v1/ledger")
            .with_some("from", self.from.as_ref())
            .with_some("to", self.to.as_ref())
            .with_some("podId", self.pod_id.as_ref())
            .with_some("volumeId", self.volume_id.as_ref())
            .with("granularity", granularity)
            .page(self.limit, self.cursor.as_ref())
            .text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_carry_the_id_and_only_what_was_asked_for() {
        let id: PodId = "pod00000000000000000000000000".parse().unwrap();
        assert_eq!(
            GetStopPreview(id).path(),
            format!("/api/v1/pods/{id}/stop-preview")
        );
        assert_eq!(ListVolumes.path(), "/api/v1/network-volumes");
        assert_eq!(ListPods::default().path(), "/api/v1/pods?count=exact");
        let ledger = GetLedger {
            pod_id: Some(id),
            granularity: Granularity::Minute,
            ..Default::default()
        };
        assert_eq!(
            ledger.path(),
            format!("/api/v1/ledger?podId={id}&granularity=minute")
        );
    }
}
