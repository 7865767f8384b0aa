//! Accounts: balance, burn, runway, and an operator's list and credits.

use domain::pod::PodStateKind;
use domain::{AccountId, Money, Timestamp, limits};
use engine::state::{Account as EngineAccount, Fleet, FundsState, Meter, Subject};
use engine::{Actor, Command, query};

use super::context::Context;
use super::principal::Principal;
use super::response::Form;
use super::{Prepared, views};
use crate::Problem;
use crate::account::{
    Account, AccountList, AccountMeter, AccountRow, Burn, CreateCredit, Funds, MoreMeters, Runway,
};

/// Hours of runway below which funds are low: the first warning.
const LOW_HOURS: i64 = 24;

pub(super) fn get(context: &Context<'_>) -> Result<Prepared, Problem> {
    let account =
        view(context.fleet, context.principal, context.now).ok_or_else(|| context.missing("account"))?;
    context.answer(&account)
}

/// The reader's account.
pub(super) fn view(fleet: &Fleet, principal: &Principal, now: Timestamp) -> Option<Account> {
    let id = principal.account_id;
    let account = fleet.account(id)?;
    let burn = query::burn(fleet, id);
    let runway = query::runway(fleet, id, now);
    let (meters, more_meters) = meters(fleet, id);
    Some(Account {
        id,
        name: account.name.to_string(),
        currency: "USD".to_owned(),
        as_of: now,
        balance_micros: query::balance(fleet, id, now).micros(),
        posted_micros: fleet.posted(id).micros(),
        burn: Burn {
            micros_per_hour: burn.total().micros(),
            compute_micros_per_hour: burn.compute.micros(),
            disk_running_micros_per_hour: burn.disk_running.micros(),
            disk_stopped_micros_per_hour: burn.disk_stopped.micros(),
            network_volume_micros_per_hour: burn.network_volume.micros(),
        },
        runway: runway.map(|it| Runway {
            pods_stop_at: it.pods_stop_at,
            empty_at: it.empty_at,
        }),
        funds: match account.funds {
            FundsState::Out { stopped_at } => Funds::Out { stopped_at },
            FundsState::Ok if runway.is_some_and(|it| it.ends_at() < now.plus_hours(LOW_HOURS)) => Funds::Low,
            FundsState::Ok => Funds::Ok,
        },
        month_to_date_micros: query::month_to_date(fleet, id, now).micros(),
        meters,
        more_meters,
        scopes: principal.scopes.words().into_iter().map(str::to_owned).collect(),
        operator: principal.operator,
        sequence: fleet.sequence(),
    })
}

/// The dearest meters one by one, the rest as a sum.
fn meters(fleet: &Fleet, id: AccountId) -> (Vec<AccountMeter>, MoreMeters) {
    let per_hour = |it: &Meter| it.rate.per_hour(it.quantity);
    let mut meters: Vec<&Meter> = fleet.meters_of(id).collect();
    if meters.len() > limits::ACCOUNT_METERS_MAX {
        meters.sort_by_key(|it| std::cmp::Reverse(per_hour(it)));
    }
    let rest = meters.get(limits::ACCOUNT_METERS_MAX..).unwrap_or_default();
    let more = MoreMeters {
        count: u32::try_from(rest.len()).unwrap_or(u32::MAX),
        micros_per_hour: rest.iter().map(|it| per_hour(it)).sum::<Money>().micros(),
    };
    let listed = meters.iter().take(limits::ACCOUNT_METERS_MAX);
    (listed.map(|it| meter(fleet, it)).collect(), more)
}

fn meter(fleet: &Fleet, meter: &Meter) -> AccountMeter {
    let (pod_id, volume_id, name) = match meter.subject {
        Subject::Pod(id) => (Some(id), None, fleet.pod(id).map(|it| it.name.to_string())),
        Subject::Volume(id) => (None, Some(id), fleet.volume(id).map(|it| it.name.to_string())),
        Subject::Account => (None, None, None),
    };
    AccountMeter {
        meter: views::meter(meter),
        posted_micros: meter.rate.charge_first(meter.quantity, meter.posted).micros(),
        pod_id,
        volume_id,
        name: name.unwrap_or_default(),
    }
}

pub(super) fn list(context: &Context<'_>) -> Result<Prepared, Problem> {
    let row = |account: &EngineAccount| row(context.fleet, account, context.now);
    context.answer(&AccountList {
        accounts: context.fleet.accounts().map(row).collect(),
    })
}

fn row(fleet: &Fleet, account: &EngineAccount, now: Timestamp) -> AccountRow {
    let pods = fleet
        .pods_of(account.id)
        .filter(|it| it.state.kind() != PodStateKind::Terminated);
    AccountRow {
        id: account.id,
        name: account.name.to_string(),
        balance_micros: query::balance(fleet, account.id, now).micros(),
        micros_per_hour: query::burn(fleet, account.id).total().micros(),
        pods_stop_at: query::runway(fleet, account.id, now).and_then(|it| it.pods_stop_at),
        pods: u32::try_from(pods.count()).unwrap_or(u32::MAX),
    }
}

pub(super) fn credit(context: &Context<'_>) -> Result<Prepared, Problem> {
    let known = context
        .argument()
        .parse::<AccountId>()
        .ok()
        .filter(|it| context.fleet.account(*it).is_some());
    let account_id = known.ok_or_else(|| context.missing("account"))?;
    let body: CreateCredit = context.read()?;
    let amount = Money::from_micros(body.amount_micros);
    let command = Command::Credit {
        account_id,
        amount,
        note: body.note,
    };
    context.command_as(Actor::Operator, command, Form::Credit)
}
