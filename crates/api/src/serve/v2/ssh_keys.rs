//! The account's public SSH keys. Clients also ask here whether their key of the API is valid.

use domain::AccountId;
use engine::{Command, Fleet};

use super::super::Prepared;
use super::super::context::Context;
use super::super::response::Form;
use crate::Problem;
use crate::v2::SshKeys;

pub(in super::super) fn get(context: &Context<'_>) -> Result<Prepared, Problem> {
    context.answer(&view(context.fleet, context.principal.account_id))
}

pub(in super::super) fn put(context: &Context<'_>) -> Result<Prepared, Problem> {
    let body: SshKeys = context.read()?;
    context.command(Command::PutSshKeys { keys: body.keys }, Form::SshKeys)
}

pub(in super::super) fn view(fleet: &Fleet, account_id: AccountId) -> SshKeys {
    let account = fleet.account(account_id);
    SshKeys {
        keys: account.map(|it| it.ssh_keys.clone()).unwrap_or_default(),
    }
}
