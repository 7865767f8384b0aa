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

use super::context::{SharedAccount, use_data};
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
    let handle = read(key, Upkeep::Patched, older);
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
        |one, two| one.generation < two.generation,
    )
}

/// The newest moves, as they are.
pub fn use_migrations() -> QueryHandle<MigrationList> {
    follow(
        || Some(ListMigrations),
        |ListMigrations, event, present| {
            let FeedEvent::MigrationChanged(new) = event else {
                return None;
            };
            let mut list = present?.clone();
            match list.migrations.iter_mut().find(|it| it.id == new.id) {
                Some(present) if present.generation > new.generation => {}
                Some(present) => *present = Migration::clone(new),
                None => list.migrations.insert(0, Migration::clone(new)),
            }
            Some(Change::Value(list))
        },
        // As of the list of volumes.
        |one, two| one.sequence < two.sequence,
    )
}

/// All network volumes, as they are.
pub fn use_volumes() -> QueryHandle<VolumeList> {
    follow(
        || Some(ListVolumes),
        |ListVolumes, event, present| {
            let mut list = present?.clone();
            match event {
                FeedEvent::VolumeChanged(volume) => put(&mut list, volume),
                FeedEvent::VolumeDeleted(gone) => list.network_volumes.retain(|it| it.id != gone.id),
                _ => return None,
            }
            Some(Change::Value(list))
        },
        // An event of one volume leaves the list's position as it is; only answers move it.
        |one, two| one.sequence < two.sequence,
    )
}

fn put(list: &mut VolumeList, volume: &Volume) {
    match list.network_volumes.iter_mut().find(|it| it.id == volume.id) {
        Some(present) if present.generation > volume.generation => {}
        Some(present) => *present = volume.clone(),
        None => list.network_volumes.push(volume.clone()),
    }
}

/// The one account that all views share.
pub fn use_account() -> QueryHandle<Account> {
    expect_context::<SharedAccount>().0
}

/// Reads and follows the account; also sets the page's clock by it.
pub(super) fn account(wanted: impl Fn() -> bool + Send + Sync + 'static) -> QueryHandle<Account> {
    let handle = follow(
        move || wanted().then_some(GetAccount),
        |GetAccount, event, _| match event {
            FeedEvent::AccountChanged(account) => Some(Change::Value(Account::clone(account))),
            _ => None,
        },
        |one, two| one.sequence < two.sequence,
    );
    let (data, account) = (use_data(), handle.clone());
    // An effect that sets a signal: the clock of the page follows the server's.
    Effect::new(move |_| {
        if let Some(account) = account.value() {
            data.set_clock(&account);
        }
    });
    handle
}
