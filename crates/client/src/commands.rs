//! Every write.

use api::account::LedgerLine;
use api::migrations::{Migration, MigrationPlan};
use api::pods::Pod;
use api::volumes::Volume;
use domain::{AccountId, MigrationId, PodId, VolumeId};
use serde::Serialize;

use crate::{Command, Endpoint, Method};

/// Nothing the API takes can fail to be written: no maps with keys other than texts, no floats.
fn json(body: &impl Serialize) -> Option<String> {
    serde_json::to_string(body).ok()
}

/// Creates a pod.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatePod(pub api::pods::CreatePod);

impl Command for CreatePod {
    type Output = Pod;
    const STALE: &'static [Endpoint] = &[
        Endpoint::Pods,
        Endpoint::Offers,
        Endpoint::Machines,
        Endpoint::Volumes,
        Endpoint::Account,
    ];

    fn request(&self) -> (Method, String, Option<String>) {
        (Method::Post, "/api/v1/pods".to_owned(), json(&self.0))
    }
}

/// Renames, locks or unlocks a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatePod {
    /// The pod.
    pub id: PodId,
    /// What changes.
    pub body: api::pods::UpdatePod,
}

impl Command for UpdatePod {
    type Output = Pod;
    const STALE: &'static [Endpoint] = &[Endpoint::Pods, Endpoint::Pod];

    fn request(&self) -> (Method, String, Option<String>) {
        (
            Method::Patch,
            format!("/api/v1/pods/{}", self.id),
            json(&self.body),
        )
    }
}

/// Starts, stops, restarts, terminates or queues a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodAction {
    /// The pod.
    pub id: PodId,
    /// Which action.
    pub body: api::pods::PodActionRequest,
}

impl Command for PodAction {
    type Output = Pod;
    const STALE: &'static [Endpoint] = &[
        Endpoint::Pods,
        Endpoint::Pod,
        Endpoint::StartOptions,
        Endpoint::StopPreview,
        Endpoint::Machines,
        Endpoint::Offers,
        Endpoint::Account,
    ];

    fn request(&self) -> (Method, String, Option<String>) {
        (
            Method::Post,
            format!("/api/v1/pods/{}/action", self.id),
            json(&self.body),
        )
    }
}

/// Creates a network volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateVolume(pub api::volumes::CreateVolume);

impl Command for CreateVolume {
    type Output = Volume;
    const STALE: &'static [Endpoint] = &[Endpoint::Volumes, Endpoint::Account];

    fn request(&self) -> (Method, String, Option<String>) {
        (Method::Post, "/api/v1/network-volumes".to_owned(), json(&self.0))
    }
}

/// Renames or grows a network volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateVolume {
    /// The volume.
    pub id: VolumeId,
    /// What changes.
    pub body: api::volumes::UpdateVolume,
}

impl Command for UpdateVolume {
    type Output = Volume;
    const STALE: &'static [Endpoint] = &[
        Endpoint::Volumes,
        Endpoint::Pods,
        Endpoint::Pod,
        Endpoint::Account,
    ];

    fn request(&self) -> (Method, String, Option<String>) {
        (
            Method::Patch,
            format!("/api/v1/network-volumes/{}", self.id),
            json(&self.body),
        )
    }
}

/// Attaches, detaches, deletes or restores a network volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeAction {
    /// The volume.
    pub id: VolumeId,
    /// Which action.
    pub body: api::volumes::VolumeActionRequest,
}

impl Command for VolumeAction {
    type Output = Volume;
    const STALE: &'static [Endpoint] = &[
        Endpoint::Volumes,
        Endpoint::Pods,
        Endpoint::Pod,
        Endpoint::Account,
    ];

    fn request(&self) -> (Method, String, Option<String>) {
        (
            Method::Post,
            format!("/api/v1/network-volumes/{}/action", self.id),
            json(&self.body),
        )
    }
}

/// Plans a migration; nothing is changed by it but the reserved names (R-4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePlan {
    /// The pod that would move.
    pub pod_id: PodId,
    /// Where to.
    pub body: api::migrations::CreatePlan,
}

impl Command for CreatePlan {
    type Output = MigrationPlan;
    const STALE: &'static [Endpoint] = &[];

    fn request(&self) -> (Method, String, Option<String>) {
        (
            Method::Post,
            format!("/api/v1/pods/{}/migration-plans", self.pod_id),
            json(&self.body),
        )
    }
}

/// Carries out a plan (R-4.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartMigration(pub api::migrations::StartMigration);

impl Command for StartMigration {
    type Output = Migration;
    const STALE: &'static [Endpoint] = &[
        Endpoint::Migrations,
        Endpoint::Plans,
        Endpoint::Pods,
        Endpoint::Pod,
        Endpoint::Machines,
        Endpoint::Account,
    ];

    fn request(&self) -> (Method, String, Option<String>) {
        (Method::Post, "/api/v1/migrations".to_owned(), json(&self.0))
    }
}

/// Cancels, confirms or reverts a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationAction {
    /// The migration.
    pub id: MigrationId,
    /// Which action.
    pub body: api::migrations::MigrationActionRequest,
}

impl Command for MigrationAction {
    type Output = Migration;
    const STALE: &'static [Endpoint] = &[
        Endpoint::Migrations,
        Endpoint::Pods,
        Endpoint::Pod,
        Endpoint::Machines,
        Endpoint::Account,
    ];

    fn request(&self) -> (Method, String, Option<String>) {
        (
            Method::Post,
            format!("/api/v1/migrations/{}/action", self.id),
            json(&self.body),
        )
    }
}

/// Credits an account; an operator's (R-3.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCredit {
    /// The account.
    pub account_id: AccountId,
    /// How much, and why.
    pub body: api::account::CreateCredit,
}

impl Command for CreateCredit {
    type Output = LedgerLine;
    const STALE: &'static [Endpoint] = &[Endpoint::Account, Endpoint::Accounts, Endpoint::Ledger];

    fn request(&self) -> (Method, String, Option<String>) {
        (
            Method::Post,
            format!("/api/v1/accounts/{}/credits", self.account_id),
            json(&self.body),
        )
    }
}

/// Signs in; the browser gets a cookie that no script can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SignIn {
    /// With the one-use token of a link.
    Token(String),
    /// With an API key.
    Key(String),
}

impl Command for SignIn {
    type Output = ();
    /// Whose session it is decides what else is stale.
    const STALE: &'static [Endpoint] = &[Endpoint::Account];
    const IN_SESSION: bool = false;

    fn request(&self) -> (Method, String, Option<String>) {
        (Method::Post, "/api/v1/session".to_owned(), json(self))
    }
}

/// Signs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignOut;

impl Command for SignOut {
    type Output = ();
    const STALE: &'static [Endpoint] = &[];

    fn request(&self) -> (Method, String, Option<String>) {
        (Method::Delete, "/api/v1/session".to_owned(), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_sends_one_member() {
        let (method, path, body) = SignIn::Token("abc".to_owned()).request();
        assert_eq!(
            (method, path.as_str(), body.as_deref()),
            (Method::Post, "/api/v1/session", Some(r#"{"token":"abc"}"#))
        );
    }
}
