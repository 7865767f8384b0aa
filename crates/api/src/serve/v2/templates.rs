//! Templates in the published shape.

use domain::TemplateId;
use engine::state::Template as EngineTemplate;

use super::super::Prepared;
use super::super::context::Context;
use crate::Problem;
use crate::v2::pods::{Mounts, PersistentMount};
use crate::v2::templates::{Template, TemplateCategory, TemplateList};

/// The account's own templates.
pub(in super::super) fn list(context: &Context<'_>) -> Result<Prepared, Problem> {
    answer(context, "/v2/templates", |it| it.account_id.is_some())
}

/// Templates of the catalog by their source; all of ours are official.
pub(in super::super) fn catalog(context: &Context<'_>) -> Result<Prepared, Problem> {
    let sources = [("official", true), ("verified", false), ("community", false)];
    let official = context.params.word("source", &sources)?.unwrap_or(true);
    answer(context, "/v2/catalog/templates", |it| {
        official && it.account_id.is_none()
    })
}

fn answer(
    context: &Context<'_>,
    list: &str,
    wanted: impl Fn(&EngineTemplate) -> bool,
) -> Result<Prepared, Problem> {
    let templates = context
        .fleet
        .templates_for(context.principal.account_id)
        .filter(|it| wanted(it));
    let (rows, pagination) = super::page(context, list, &["source"], templates.map(|it| (it.id, it)))?;
    context.answer(&TemplateList {
        templates: rows.into_iter().map(view).collect(),
        pagination,
    })
}

pub(in super::super) fn get(context: &Context<'_>) -> Result<Prepared, Problem> {
    let id = context.argument().parse::<TemplateId>().ok();
    let template = id.and_then(|it| context.fleet.template(it));
    let own = |it: &&EngineTemplate| {
        it.account_id
            .is_none_or(|owner| owner == context.principal.account_id)
    };
    context.answer(&view(
        template.filter(own).ok_or_else(|| context.missing("template"))?,
    ))
}

fn view(template: &EngineTemplate) -> Template {
    let volume = || PersistentMount {
        size: template.volume_gb,
        path: template.volume_path.clone(),
    };
    Template {
        id: template.id,
        name: template.name.to_string(),
        image: template.image.to_string(),
        args: template.args.clone(),
        disk: template.disk_gb,
        mounts: Mounts {
            persistent: (template.volume_gb > 0).then(volume),
            network: None,
        },
        ports: template.ports.iter().map(ToString::to_string).collect(),
        env: template.env.clone(),
        registry: None,
        serverless: false,
        public: template.account_id.is_none(),
        category: TemplateCategory::Nvidia,
        start_ssh: false,
        start_jupyter: false,
        allowed_cuda_versions: Vec::new(),
    }
}
