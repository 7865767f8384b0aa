//! Templates of an account, and those that came with the product.

use domain::limits;
use domain::{AccountId, TemplateId};

use super::tx::Tx;
use crate::command::{NewTemplate, Outcome};
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

/// Replaces a template of the account's own. Pods made from it stay as they are.
pub(super) fn update(tx: &mut Tx<'_>, id: TemplateId, new: NewTemplate) -> Result<Outcome, Refusal> {
    let account_id = owner(tx, id)?;
    put(tx, saved(id, account_id, new)?);
    Ok(Outcome::Template(id))
}

/// Deletes a template of the account's own. Pods made from it stay as they are.
pub(super) fn delete(tx: &mut Tx<'_>, id: TemplateId) -> Result<Outcome, Refusal> {
    owner(tx, id)?;
    let template = tx.fleet.template(id).cloned().ok_or_else(|| missing(id))?;
    put(
        tx,
        Template {
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

/// The account that asks, if the template is its own; those that came with the product are not.
fn owner(tx: &Tx<'_>, id: TemplateId) -> Result<AccountId, Refusal> {
    let account_id = tx.account()?.id;
    usable(tx, id, account_id)?.account_id.ok_or_else(|| missing(id))
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
