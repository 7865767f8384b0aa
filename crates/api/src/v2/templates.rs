//! Templates in the published shape.

use std::collections::BTreeMap;

use domain::TemplateId;
use serde::{Deserialize, Serialize};

use super::pods::{Mounts, PersistentMount};
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
    /// The start command; empty if there is none, or if `entrypoint` or `cmd` is set.
    pub args: String,
    /// Replaces the image's entry point.
    pub entrypoint: Vec<String>,
    /// Replaces the image's command.
    pub cmd: Vec<String>,
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
    /// CUDA versions it is limited to; any if empty.
    pub allowed_cuda_versions: Vec<String>,
}

/// What a template is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// Defines the two requests, which differ only in what must be there.
macro_rules! requests {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {
        /// `POST /v2/templates`.
        #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct CreateTemplate {
            /// Its name.
            pub name: String,
            /// The image.
            pub image: String,
            $($(#[$doc])* pub $name: Option<$type>,)*
        }

        /// `PATCH /v2/templates/{id}`; what is absent stays.
        #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct UpdateTemplate {
            /// A new name.
            pub name: Option<String>,
            /// The image.
            pub image: Option<String>,
            $($(#[$doc])* pub $name: Option<$type>,)*
        }

        impl From<CreateTemplate> for UpdateTemplate {
            /// A new template is one that had nothing before.
            fn from(new: CreateTemplate) -> Self {
                Self { name: Some(new.name), image: Some(new.image), $($name: new.$name,)* }
            }
        }
    };
}

requests! {
    /// The start command: a shell line, or a JSON object with `entrypoint` and `cmd`.
    args: String,
    /// Replaces the image's entry point; beats `args`.
    entrypoint: Vec<String>,
    /// Replaces the image's command; beats `args`.
    cmd: Vec<String>,
    /// Container disk in GB.
    disk: u32,
    /// Environment, in place of all of it.
    env: BTreeMap<String, String>,
    /// Ports such as `8888/http`, in place of all of them.
    ports: Vec<String>,
    /// Stored registry credentials.
    registry: String,
    /// A pod volume.
    mounts: TemplateMounts,
    /// Never: only pods are served.
    serverless: bool,
    /// Never: only shipped templates are for everybody.
    public: bool,
    /// What it is made for.
    category: TemplateCategory,
    /// Whether pods get the account's SSH keys; true if not said.
    start_ssh: bool,
    /// Whether pods get a password for Jupyter, which `env` has to hold.
    start_jupyter: bool,
    /// CUDA versions it is limited to; any if empty.
    allowed_cuda_versions: Vec<String>,
}

/// The disk of a template; empty for none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TemplateMounts {
    /// A pod volume.
    pub persistent: Option<PersistentMount>,
}
