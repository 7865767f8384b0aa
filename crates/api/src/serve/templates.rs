//! Templates.

use engine::state::Template as EngineTemplate;

use super::Prepared;
use super::context::Context;
use crate::Problem;
use crate::templates::{Template, TemplateList};

pub(super) fn list(context: &Context<'_>) -> Result<Prepared, Problem> {
    let fleet = context.fleet;
    let mut templates: Vec<&EngineTemplate> = fleet.templates_for(context.principal.account_id).collect();
    templates.sort_by_key(|it| (it.account_id.is_some(), it.id));
    context.answer(&TemplateList {
        templates: templates.into_iter().map(view).collect(),
        sequence: fleet.sequence(),
    })
}

fn view(template: &EngineTemplate) -> Template {
    Template {
        id: template.id,
        name: template.name.to_string(),
        image: template.image.to_string(),
        args: template.args.clone(),
        env: template.env.clone(),
        ports: template.ports.iter().map(ToString::to_string).collect(),
        disk_gb: template.disk_gb,
        volume_gb: template.volume_gb,
        volume_path: template.volume_path.clone(),
        start_ssh: template.start_ssh,
        official: template.account_id.is_none(),
    }
}
