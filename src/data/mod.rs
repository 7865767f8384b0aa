//! Reading and writing: the only way a view speaks with the control plane.
//!
//! A view reads with [`use_query`] or one of the live views, and writes with [`use_mutation`]. What a value looks like
//! before, after and instead of an answer is a [`Loadable`]. Timing, cancelling, repeating and staleness are solved here
//! once.

mod backoff;
mod balance;
mod freshness;
mod loadable;
mod row_set;

#[cfg(target_arch = "wasm32")]
mod context;
#[cfg(target_arch = "wasm32")]
mod feed;
#[cfg(target_arch = "wasm32")]
mod live;
#[cfg(target_arch = "wasm32")]
mod mutation;
#[cfg(target_arch = "wasm32")]
mod now;
#[cfg(target_arch = "wasm32")]
mod query;
#[cfg(target_arch = "wasm32")]
mod rows;
#[cfg(target_arch = "wasm32")]
mod session;
#[cfg(target_arch = "wasm32")]
mod staleness;

pub use self::{
    backoff::Backoff,
    balance::balance_at,
    freshness::Freshness,
    loadable::Loadable,
    row_set::{LiveRow, RowSet, Taken},
};
#[cfg(target_arch = "wasm32")]
pub use self::{
    context::{provide_data, use_cut_off},
    feed::{use_feed, use_freshness},
    live::{use_account, use_machine, use_migration, use_migrations, use_pod, use_volumes},
    mutation::{Mutation, use_mutation},
    now::{use_clock, use_now, use_now_ms},
    query::{QueryHandle, use_query},
    rows::{Extent, Rows, use_machine_rows, use_pod_rows},
    session::{Session, SessionChange, use_session, use_session_change},
};
