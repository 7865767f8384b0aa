//! The published surface: the same engine in the published shapes.

pub(super) mod billing;
pub(super) mod catalog;
pub(super) mod pod_view;
pub(super) mod pods;
pub(super) mod ssh_keys;
mod start_command;
pub(super) mod templates;
pub(super) mod volumes;

use domain::limits;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::context::Context;
use super::order::{Order, Values};
use super::page::{self, Page, Row, Scope};
use crate::{Pagination, Problem};

/// A list by ID. Clients that do not page get all rows, up to a limit.
fn page<I, T>(
    context: &Context<'_>,
    list: &str,
    filters: &[&str],
    rows: impl Iterator<Item = (I, T)>,
) -> Result<(Vec<T>, Option<Pagination>), Problem>
where
    I: Copy + Ord + Serialize + DeserializeOwned,
{
    let params = &context.params;
    let pages = params.get("limit").is_some() || params.get("cursor").is_some();
    let limit = if pages {
        page::limit(params)?
    } else {
        limits::ROWS_WITHOUT_LIMIT_MAX
    };
    let scope = Scope::new(list, context.principal.account_id, params, filters);
    let order = Order::by_id();
    let values: Values<'static> = order.values(|_| super::order::Value::Number(0));
    let rows = rows.map(|(id, item)| Row { values, id, item }).collect();
    let Page { rows, pagination, .. } = page::take(rows, &order, &scope, params, limit)?;
    let shown = pages || pagination.has_next_page;
    Ok((rows, shown.then_some(pagination)))
}
