//! Filling an empty store.

use domain::AccountId;
use engine::state::Settings;
use engine::{Actor, Change, Event, Fact, Fleet};

use crate::clock::Clock;
use crate::store::{Batch, Store, StoreError};

/// Names the account that the sign-in link is for.
pub(crate) const MAIN_ACCOUNT: &str = "main_account";

/// What a new fleet begins with.
#[derive(Debug, Clone)]
pub struct Seed {
    /// The operator's settings.
    pub settings: Settings,
    /// What has happened so far, from sequence 1.
    pub events: Vec<Event>,
    /// Who signs in.
    pub main_account: AccountId,
}

/// Fills an empty store, all of it or nothing: one commit.
///
/// # Errors
/// The store's.
pub async fn seed(store: &dyn Store, seed: Seed) -> Result<(), StoreError> {
    let events = from_settings(seed.settings, seed.events);
    let mut fleet = Fleet::default();
    events.iter().for_each(|it| fleet.evolve(it));
    let record = fleet.record();
    store
        .commit(&Batch {
            events,
            meta: vec![(MAIN_ACCOUNT, seed.main_account.to_string())],
            snapshot: Some(record),
            ..Batch::default()
        })
        .await
}

/// A log begins with the operator's settings, so that it is enough by itself.
fn from_settings(settings: Settings, events: Vec<Event>) -> Vec<Event> {
    if events
        .first()
        .is_some_and(|it| matches!(it.change, Change::Settings(_)))
    {
        return events;
    }
    let first = Event {
        sequence: 1,
        at: events.first().map_or_else(Clock::wall, |it| it.at),
        actor: Actor::Operator,
        fact: Fact::SettingsChanged,
        change: Change::Settings(Box::new(settings)),
    };
    let later = events.into_iter().map(|it| Event {
        sequence: it.sequence + 1,
        ..it
    });
    std::iter::once(first).chain(later).collect()
}
