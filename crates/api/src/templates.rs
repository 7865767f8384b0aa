//! Templates on `/api/v1`.

use std::collections::BTreeMap;

use domain::TemplateId;
use serde::{Deserialize, Serialize};

/// `GET /api/v1/templates`: shipped ones first, then the account's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TemplateList {
    /// All that can be used.
    pub templates: Vec<Template>,
    /// The position in the log this reflects.
    pub sequence: u64,
}

/// A template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// The template.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// The image.
    pub image: String,
    /// The start command.
    pub args: String,
    /// Environment.
    pub env: BTreeMap<String, String>,
    /// Ports.
    pub ports: Vec<String>,
    /// Container disk in GB.
    pub disk_gb: u32,
    /// Pod volume in GB, zero for none.
    pub volume_gb: u32,
    /// Where the pod volume is mounted.
    pub volume_path: String,
    /// Whether the account's SSH keys are put into its pods.
    #[serde(default)]
    pub start_ssh: bool,
    /// Whether it came with the product.
    pub official: bool,
}
