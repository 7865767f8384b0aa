//! Whole views that events keep up to date: read once, then replaced by each newer one.

use api::account::Account;
use api::events::FeedEvent;
use api::machines::Machine;
use api::migrations::{Migration, MigrationList};
use api::pods::Pod;
use api::volumes::{Volume, VolumeList};
use client::Query;
use client::queries::{GetAccount, GetMachine, GetMigration, GetPod, ListMigrations, ListVolumes};
use domain::{MachineId, MigrationId, PodId};
use leptos::prelude::*;

use super::context::SharedAccount;
use super::feed::use_feed;
use super::query::{QueryHandle, read};
use super::staleness::Upkeep;

/// What an event means for a view.
enum Change<T> {
    /// The view as it is now.
    Value(T),
    /// The server has more to say.
    Read,
}

/// What an event means for a key and its present view; `None` if it is about something else.
type Hears<Q, T> = fn(&Q, &FeedEvent, Option<&T>) -> Option<Change<T>>;

/// Reads `key` and follows it. `hears` picks what concerns the key; `older` says whether the first view is older than
/// the second, so that neither a late answer nor a repeated event goes back in time.
fn follow<Q: Query>(
    key: impl Fn() -> Option<Q> + Send + Sync + 'static,
    hears: Hears<Q, Q::Output>,
    older: fn(&Q::Output, &Q::Output) -> bool,
) -> QueryHandle<Q::Output> {
    let key = Memo::new(move |_| key());
    let handle = read(key, Upkeep::Patched, older, |_, _| false);
    let patched = handle.clone();
    use_feed(move |event| {
        let Some(query) = key.try_get_untracked().flatten() else {
            return;
        };
        if *event == FeedEvent::Reset {
            patched.outdate();
        }
        match hears(&query, event, patched.value_untracked().as_deref()) {
            // The answer on its way may have been made before this event, and cannot be compared with it.
            Some(_) if patched.is_outdated() => patched.refetch(),
            Some(Change::Value(value)) if patched.takes(&value, older) => patched.set(value),
            Some(Change::Value(_)) | None => {}
            Some(Change::Read) => patched.refetch(),
        }
    });
    handle
}

/// A pod, as it is.
pub fn use_pod(id: impl Fn() -> Option<PodId> + Send + Sync + 'static) -> QueryHandle<Pod> {
    follow(
        move || id().map(GetPod),
        |GetPod(id), event, _| match event {
            FeedEvent::PodChanged(pod) if pod.summary.id == *id => Some(Change::Value(Pod::clone(pod))),
            // It may have moved; the server says where to.
            FeedEvent::PodDeleted(gone) if gone.id == *id => Some(Change::Read),
            _ => None,
        },
        |one, two| one.summary.generation < two.summary.generation,
    )
}

/// A machine, as it is.
pub fn use_machine(id: impl Fn() -> Option<MachineId> + Send + Sync + 'static) -> QueryHandle<Machine> {
    follow(
        move || id().map(GetMachine),
        |GetMachine(id), event, _| match event {
            FeedEvent::MachineChanged(machine) if machine.id == *id => {
                Some(Change::Value(Machine::clone(machine)))
            }
            FeedEvent::MachineDeleted(gone) if gone.id == *id => Some(Change::Read),
            _ => None,
        },
        |one, two| one.generation < two.generation,
    )
}

/// A migration, as it is.
pub fn use_migration(id: impl Fn() -> Option<MigrationId> + Send + Sync + 'static) -> QueryHandle<Migration> {
    follow(
        move || id().map(GetMigration),
        |GetMigration(id), event, _| match event {
            FeedEvent::MigrationChanged(it) if it.id == *id => Some(Change::Value(Migration::clone(it))),
            _ => None,
        },
        // What can be done with it follows from its pods too, and they change without it.
        |one, two| one.sequence < two.sequence,
    )
}

/// Reads a list and follows what is in it. `concerns` says whether an event is about such a thing, and `amend` puts it
/// into the list; it says whether it did, because a repeated event may not go back in time.
///
/// The list's position in the log decides nothing here: an answer that is older than one thing in the list may be newer
/// than all others. So each answer is taken, and what was heard while it was on its way is put into it.
fn follow_list<Q: Query>(
    query: Q,
    concerns: fn(&FeedEvent) -> bool,
    amend: fn(&mut Q::Output, &FeedEvent) -> bool,
) -> QueryHandle<Q::Output>
where
    Q::Output: Clone,
{
    let key = Memo::new(move |_| Some(query.clone()));
    let handle = read(key, Upkeep::Patched, |_, _| false, amend);
    let patched = handle.clone();
    use_feed(move |event| {
        if !concerns(event) {
            return;
        }
        patched.remember(event);
        if let Some(present) = patched.value_untracked() {
            let mut list = Q::Output::clone(&present);
            if amend(&mut list, event) {
                patched.set(list);
            }
        }
    });
    handle
}

/// Puts a thing in the place of its former view, unless that is newer.
fn put<T: Clone>(present: &mut T, new: &T, generation: fn(&T) -> u64) -> bool {
    let newer = generation(new) >= generation(present);
    if newer {
        *present = new.clone();
    }
    newer
}

/// The newest moves, as they are.
pub fn use_migrations() -> QueryHandle<MigrationList> {
    follow_list(
        ListMigrations,
        |event| matches!(event, FeedEvent::MigrationChanged(_)),
        |list, event| {
            let FeedEvent::MigrationChanged(new) = event else {
                return false;
            };
            match list.migrations.iter_mut().find(|it| it.id == new.id) {
                Some(present) => put(present, new, |it| it.generation),
                None => {
                    list.migrations.insert(0, Migration::clone(new));
                    true
                }
            }
        },
    )
}

/// All network volumes, as they are.
pub fn use_volumes() -> QueryHandle<VolumeList> {
    follow_list(
        ListVolumes,
        |event| matches!(event, FeedEvent::VolumeChanged(_) | FeedEvent::VolumeDeleted(_)),
        |list, event| match event {
            FeedEvent::VolumeChanged(new) => {
                match list.network_volumes.iter_mut().find(|it| it.id == new.id) {
                    Some(present) => put(present, new, |it| it.generation),
                    None => {
                        list.network_volumes.push(Volume::clone(new));
                        true
                    }
                }
            }
            FeedEvent::VolumeDeleted(gone) => {
                let before = list.network_volumes.len();
                list.network_volumes.retain(|it| it.id != gone.id);
                list.network_volumes.len() != before
            }
            _ => false,
        },
    )
}

/// The one account that all views share.
pub fn use_account() -> QueryHandle<Account> {
    expect_context::<SharedAccount>().0
}

/// Reads and follows the account.
pub(super) fn account() -> QueryHandle<Account> {
    follow(
        || Some(GetAccount),
        |GetAccount, event, _| match event {
            FeedEvent::AccountChanged(account) => Some(Change::Value(Account::clone(account))),
            _ => None,
        },
        |one, two| one.id == two.id && one.sequence < two.sequence,
    )
}
