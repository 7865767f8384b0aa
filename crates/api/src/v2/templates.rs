//! Templates in the published shape.

use std::collections::BTreeMap;

use domain::TemplateId;
use serde::Serialize;

use super::pods::Mounts;
use crate::Pagination;

/// `GET /v2/templates` and `GET /v2/catalog/templates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TemplateList {
    /// Templates.
    pub templates: Vec<Template>,
    /// Only with `limit` or `cursor`, or where not all rows are here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pagination>,
}

/// A template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    /// Container disk in GB.
    pub disk: u32,
    /// A pod volume, or none.
    pub mounts: Mounts,
    /// Ports.
    pub ports: Vec<String>,
    /// Environment.
    pub env: BTreeMap<String, String>,
    /// Stored registry credentials; there are none.
    pub registry: Option<String>,
    /// Never.
    pub serverless: bool,
    /// Whether everybody can use it.
    pub public: bool,
    /// What it is made for.
    pub category: TemplateCategory,
    /// Whether pods get the account's SSH keys.
    pub start_ssh: bool,
    /// Whether pods get a password for Jupyter.
    pub start_jupyter: bool,
    /// CUDA versions it is limited to; none.
    pub allowed_cuda_versions: Vec<String>,
}

/// What a template is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum TemplateCategory {
    /// Pods without GPUs.
    Cpu,
    /// NVIDIA GPUs.
    Nvidia,
    /// AMD GPUs.
    Amd,
}
