//! Templates in the published shape.

use domain::TemplateId;
use domain::pod::{PodVolume, WORKSPACE};
use engine::Command;
use engine::command::{CONTAINER_DISK_GB, NewTemplate, TemplateEdit};
use engine::state::Template as EngineTemplate;

use super::super::context::{Context, checked};
use super::super::response::Form;
use super::super::{Prepared, demand};
use super::pods;
use super::start_command::StartCommand;
use crate::v2::pods::{Mounts, PersistentMount};
use crate::v2::templates::{CreateTemplate, Template, TemplateCategory, TemplateList, UpdateTemplate};
use crate::{Problem, ProblemCode};

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
    context.answer(&view(template(context)?))
}

pub(in super::super) fn create(context: &Context<'_>) -> Result<Prepared, Problem> {
    let body: CreateTemplate = context.read()?;
    let name = checked("name", ProblemCode::NameInvalid, body.name.clone())?;
    let image = checked("image", ProblemCode::ImageInvalid, body.image.clone())?;
    let given = changes(None, body.into())?;
    let new = NewTemplate {
        name,
        image,
        args: given.args.unwrap_or_default(),
        env: given.env.unwrap_or_default(),
        ports: given.ports.unwrap_or_default(),
        disk_gb: given.disk_gb.unwrap_or(CONTAINER_DISK_GB),
        volume_gb: given.volume.as_ref().map_or(0, |it| it.size_gb),
        volume_path: given.volume.map_or_else(|| WORKSPACE.to_owned(), |it| it.path),
        category: given.category.unwrap_or_default(),
        start_ssh: given.start_ssh.unwrap_or(true),
        cuda_versions: given.cuda_versions.unwrap_or_default(),
    };
    context.command(Command::CreateTemplate(Box::new(new)), Form::NewTemplate)
}

pub(in super::super) fn update(context: &Context<'_>) -> Result<Prepared, Problem> {
    let before = template(context)?;
    let edit = Box::new(changes(Some(before), context.read()?)?);
    let template_id = before.id;
    context.command(
        Command::UpdateTemplate { template_id, edit },
        Form::Template(template_id),
    )
}

pub(in super::super) fn delete(context: &Context<'_>) -> Result<Prepared, Problem> {
    let template_id = template(context)?.id;
    context.command(Command::DeleteTemplate { template_id }, Form::Nothing)
}

/// The template of the path, if the reader can use it.
fn template<'a>(context: &Context<'a>) -> Result<&'a EngineTemplate, Problem> {
    let id = context.argument().parse::<TemplateId>().ok();
    let found = id.and_then(|it| context.fleet.template(it));
    found
        .filter(|it| it.is_usable_by(context.principal.account_id))
        .ok_or_else(|| context.missing("template"))
}

/// What a request changes of a template, every text checked.
fn changes(before: Option<&EngineTemplate>, body: UpdateTemplate) -> Result<TemplateEdit, Problem> {
    refuse_what_is_not_served(&body)?;
    let env = body.env.as_ref().or_else(|| before.map(|it| &it.env));
    pods::jupyter(body.start_jupyter, env)?;
    let before_args = before.map(|it| it.args.as_str());
    let versions = body.allowed_cuda_versions;
    demand::cuda_versions("allowedCudaVersions", versions.as_deref().unwrap_or_default())?;
    let name = body.name.map(|it| checked("name", ProblemCode::NameInvalid, it));
    let image = body
        .image
        .map(|it| checked("image", ProblemCode::ImageInvalid, it));
    let volume = body.mounts.and_then(|it| it.persistent);
    Ok(TemplateEdit {
        name: name.transpose()?,
        image: image.transpose()?,
        args: StartCommand::asked(before_args, body.args, body.entrypoint, body.cmd),
        env: body.env,
        ports: body.ports.map(super::super::pods::ports).transpose()?,
        disk_gb: body.disk,
        volume: volume.map(|it| PodVolume {
            size_gb: it.size,
            path: it.path,
        }),
        category: body.category.map(engine_category),
        start_ssh: body.start_ssh,
        cuda_versions: versions,
    })
}

/// Parts of the published shape that there is nothing for here.
fn refuse_what_is_not_served(body: &UpdateTemplate) -> Result<(), Problem> {
    if body.registry.is_some() {
        return Err(pods::no_registry());
    }
    if body.serverless == Some(true) {
        let mut problem = pods::not_possible("serverless", "Roadstead serves pods, no serverless workers.");
        problem.code = ProblemCode::NotServed;
        return Err(problem);
    }
    if body.public == Some(true) {
        let detail = "Only templates that came with the product are for everybody.";
        return Err(pods::not_possible("public", detail));
    }
    Ok(())
}

const fn engine_category(category: TemplateCategory) -> engine::state::TemplateCategory {
    match category {
        TemplateCategory::Cpu => engine::state::TemplateCategory::Cpu,
        TemplateCategory::Nvidia => engine::state::TemplateCategory::Nvidia,
        TemplateCategory::Amd => engine::state::TemplateCategory::Amd,
    }
}

const fn category(category: engine::state::TemplateCategory) -> TemplateCategory {
    match category {
        engine::state::TemplateCategory::Cpu => TemplateCategory::Cpu,
        engine::state::TemplateCategory::Nvidia => TemplateCategory::Nvidia,
        engine::state::TemplateCategory::Amd => TemplateCategory::Amd,
    }
}

/// A template in the published shape.
pub(in super::super) fn view(template: &EngineTemplate) -> Template {
    let (args, command) = StartCommand::split(&template.args);
    Template {
        id: template.id,
        name: template.name.to_string(),
        image: template.image.to_string(),
        args,
        entrypoint: command.entrypoint,
        cmd: command.cmd,
        disk: template.disk_gb,
        mounts: Mounts {
            persistent: template.volume().map(|it| PersistentMount {
                size: it.size_gb,
                path: it.path,
            }),
            network: None,
        },
        ports: template.ports.iter().map(ToString::to_string).collect(),
        env: template.env.clone(),
        registry: None,
        serverless: false,
        public: template.account_id.is_none(),
        category: category(template.category),
        start_ssh: template.start_ssh,
        start_jupyter: template.env.contains_key(pods::JUPYTER_PASSWORD),
        allowed_cuda_versions: template.cuda_versions.clone(),
    }
}
