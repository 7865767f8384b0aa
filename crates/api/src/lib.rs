//! Public wire types and endpoints of Roadstead.
//!
//! `/api/v1` is the control plane's own surface; [`v2`] holds the published GPU-pod shapes. These are
//! the only types that cross a process boundary to a client. With the feature `serve`, the module of
//! that name is the one mapping from a request to a command or query of the engine; a server and the
//! in-process transport both call it, so an endpoint means the same thing in both.

pub mod account;
pub mod catalog;
pub mod events;
pub mod machines;
pub mod migrations;
pub mod pods;
pub mod problem;
#[cfg(feature = "serve")]
pub mod serve;
pub mod templates;
pub mod v2;
pub mod volumes;

pub use problem::{Problem, ProblemCode};

use serde::{Deserialize, Serialize};

/// Where the next page of a list is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// Whether there are more rows.
    pub has_next_page: bool,
    /// What to pass as `cursor` for the next page.
    pub next_cursor: Option<String>,
}

/// The answer to a write with `dryRun=true`: every check was made, it would be carried out, and nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DryRun {
    /// Always true.
    pub dry_run: bool,
}

/// One action and whether it is possible now. The sentence is the tooltip of its button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// The word to send.
    pub action: String,
    /// Whether it is possible now.
    pub enabled: bool,
    /// A stable code of why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<String>,
    /// Why not, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What would make it possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled_by: Option<String>,
}
