//! Templates of an account, and those that came with the product.

use std::collections::BTreeMap;

use domain::limits;
use domain::{AccountId, TemplateId};

use super::tx::Tx;
use crate::command::{NewTemplate, Outcome, TemplateEdit};
use crate::event::{Change, Fact};
use crate::refusal::Refusal;
use crate::state::Template;

/// Ships a template with the product, or replaces one that was shipped.
pub(super) fn ship(tx: &mut Tx<'_>, template: Template) -> Result<Outcome, Refusal> {
    tx.operator_only()?;
    let id = template.id;
    put(tx, template);
    Ok(Outcome::Template(id))
}

/// Saves a template of the account's own.
pub(super) fn create(tx: &mut Tx<'_>, new: NewTemplate) -> Result<Outcome, Refusal> {
    let account_id = tx.account()?.id;
    let own = tx
        .fleet
        .templates_for(account_id)
        .filter(|it| it.account_id.is_some());
    if own.count() >= limits::TEMPLATES_PER_ACCOUNT_MAX {
        return Err(Refusal::LimitExceeded {
            what: "templates",
            max: limits::TEMPLATES_PER_ACCOUNT_MAX,
        });
    }
    let id = TemplateId::mint(&mut tx.mint);
    put(tx, saved(id, account_id, new)?);
    Ok(Outcome::Template(id))
}

/// Changes a template of the account's own, as it is now. Pods made from it stay as they are.
pub(super) fn update(tx: &mut Tx<'_>, id: TemplateId, edit: TemplateEdit) -> Result<Outcome, Refusal> {
    let before = own(tx, id)?;
    let (volume_gb, volume_path) = match edit.volume {
        Some(it) => (it.size_gb, it.path),
        None => (before.volume_gb, before.volume_path),
    };
    let template = Template {
        name: edit.name.unwrap_or(before.name),
        image: edit.image.unwrap_or(before.image),
        args: edit.args.unwrap_or(before.args),
        env: edit.env.unwrap_or(before.env),
        ports: edit.ports.unwrap_or(before.ports),
        disk_gb: edit.disk_gb.unwrap_or(before.disk_gb),
        volume_gb,
        volume_path,
        category: edit.category.unwrap_or(before.category),
        start_ssh: edit.start_ssh.unwrap_or(before.start_ssh),
        cuda_versions: edit.cuda_versions.unwrap_or(before.cuda_versions),
        ..before
    };
    template.check()?;
    put(tx, template);
    Ok(Outcome::Template(id))
}

/// Deletes a template of the account's own. Pods made from it stay as they are; of the template nothing is kept.
pub(super) fn delete(tx: &mut Tx<'_>, id: TemplateId) -> Result<Outcome, Refusal> {
    let template = own(tx, id)?;
    put(
        tx,
        Template {
            args: String::new(),
            env: BTreeMap::new(),
            ports: Vec::new(),
            cuda_versions: Vec::new(),
            deleted: true,
            ..template
        },
    );
    Ok(Outcome::Template(id))
}

/// A template that an account can make pods from.
///
/// # Errors
/// It does not exist, is somebody else's or is deleted.
pub(super) fn usable(tx: &Tx<'_>, id: TemplateId, account_id: AccountId) -> Result<Template, Refusal> {
    let template = tx.fleet.template(id).filter(|it| it.is_usable_by(account_id));
    template.cloned().ok_or_else(|| missing(id))
}

/// A template of the account that asks; those that came with the product are nobody's.
fn own(tx: &Tx<'_>, id: TemplateId) -> Result<Template, Refusal> {
    let template = usable(tx, id, tx.account()?.id)?;
    if template.account_id.is_none() {
        return Err(missing(id));
    }
    Ok(template)
}

fn saved(id: TemplateId, account_id: AccountId, new: NewTemplate) -> Result<Template, Refusal> {
    let template = Template {
        id,
        account_id: Some(account_id),
        name: new.name,
        image: new.image,
        args: new.args,
        env: new.env,
        ports: new.ports,
        disk_gb: new.disk_gb,
        volume_gb: new.volume_gb,
        volume_path: new.volume_path,
        category: new.category,
        start_ssh: new.start_ssh,
        cuda_versions: new.cuda_versions,
        deleted: false,
    };
    template.check()?;
    Ok(template)
}

fn put(tx: &mut Tx<'_>, template: Template) {
    tx.record(Fact::TemplateSaved, Change::Template(Box::new(template)));
}

fn missing(id: TemplateId) -> Refusal {
    Refusal::NotFound {
        what: "template",
        id: id.to_string(),
    }
}
