//! What needs the user now, ordered by what is lost first. Arithmetic only; the words are in `text::overview`.

use std::sync::Arc;

use api::account::{Account, Funds, Runway};
use api::migrations::{Migration, MigrationStateWord};
use api::pods::PodSummary;
use api::volumes::Volume;
use domain::pod::PodStateKind;
use domain::{MigrationId, MinuteRate, Money, PodId, Quantity, Timestamp, VolumeId};

use crate::data::balance_at;

/// Most items of a [`Kind`]; the rest is one item with their number.
pub const ITEMS_PER_KIND_MAX: usize = 6;
/// For how long a failed move is worth a look.
const FAILED_HOURS: i64 = 24;

/// What the list cannot know of, because not everything has been read. The worse is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// Everything has been read.
    Nothing,
    /// Something is still being read.
    Loading,
    /// Something could not be read.
    Failed,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkItem {
    /// What it is about.
    pub need: Need,
    /// Name of the pod or volume; empty for funds.
    pub name: String,
    /// When it is too late, or since when it is so.
    pub clock: Clock,
    /// Micro-dollars: funds left, a price per hour, or what was paid so far.
    pub micros: i64,
}

/// What an item is about, with the thing it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// Pods were stopped for want of funds, their volumes are kept.
    FundsOut,
    /// Pods will be stopped at the end of the clock.
    FundsLow,
    /// What is stored is soon no longer covered, and nothing runs.
    StorageLow,
    /// A move waits to be confirmed or reverted.
    Confirm(MigrationId),
    /// A move has failed, and the pod was not moved again.
    MoveFailed(MigrationId),
    /// A stopped pod cannot have its GPUs.
    GpusTaken(PodId),
    /// A pod does not run.
    PodError(PodId),
    /// A pod's machine is silent.
    Unreachable(PodId),
    /// A network volume that no pod uses costs money.
    Unattached(VolumeId),
    /// As many more of the kind before.
    More(Kind, usize),
}

/// Kinds of items of which there may be many, and which a list elsewhere shows in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Stopped pods without free GPUs.
    GpusTaken,
    /// Pods in error.
    PodError,
    /// Pods on silent machines.
    Unreachable,
    /// Unused volumes.
    Unattached,
}

/// A moment to come, or one that has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Something is lost then.
    Until(Timestamp),
    /// It has been so since then.
    Since(Timestamp),
    /// No moment.
    None,
}

/// Everything to do, most urgent first: by what is lost, then by how long it has waited.
#[must_use]
pub fn needs(
    account: Option<&Account>,
    migrations: &[Migration],
    pods: &[Arc<PodSummary>],
    volumes: &[Volume],
    now: Timestamp,
) -> Vec<WorkItem> {
    let mut items: Vec<WorkItem> = account.and_then(|it| funds(it, now)).into_iter().collect();
    // The old pod of a move goes when its time ends, so these have a deadline and stand next. All of them: nothing else
    // lists moves.
    let mut moves: Vec<WorkItem> = migrations.iter().filter_map(confirm).collect();
    moves.extend(migrations.iter().filter_map(|it| failed(it, migrations, now)));
    longest_first(&mut moves);
    items.append(&mut moves);
    for kind in [Kind::GpusTaken, Kind::PodError, Kind::Unreachable] {
        push(
            &mut items,
            kind,
            pods.iter().filter_map(|it| pod(kind, it)).collect(),
        );
    }
    push(
        &mut items,
        Kind::Unattached,
        volumes.iter().filter_map(|it| unattached(it, now)).collect(),
    );
    // Stable: within what has no deadline the order of kinds above stays.
    items.sort_by_key(|it| match it.clock {
        Clock::Until(at) => at.millis(),
        Clock::Since(_) | Clock::None => i64::MAX,
    });
    items
}

fn longest_first(found: &mut [WorkItem]) {
    found.sort_by_key(|it| match it.clock {
        Clock::Until(at) | Clock::Since(at) => at.millis(),
        Clock::None => i64::MAX,
    });
}

/// Adds the longest waiting items of a kind, and one that counts the rest.
fn push(items: &mut Vec<WorkItem>, kind: Kind, mut found: Vec<WorkItem>) {
    longest_first(&mut found);
    let rest = found.len().saturating_sub(ITEMS_PER_KIND_MAX);
    found.truncate(ITEMS_PER_KIND_MAX);
    items.append(&mut found);
    if rest > 0 {
        items.push(WorkItem {
            need: Need::More(kind, rest),
            name: String::new(),
            clock: Clock::None,
            micros: 0,
        });
    }
}

fn funds(account: &Account, now: Timestamp) -> Option<WorkItem> {
    let (need, clock) = match (account.funds, account.runway) {
        (Funds::Out { stopped_at }, _) => (Need::FundsOut, Clock::Since(stopped_at)),
        (Funds::Low, Some(runway)) => (low(runway), Clock::Until(runway.ends_at())),
        // the warning begins at 24 hours, whether or not the server has said so yet.
        (Funds::Ok, Some(runway)) if runway.ends_at() < now.plus_hours(24) => {
            (low(runway), Clock::Until(runway.ends_at()))
        }
        (Funds::Ok | Funds::Low, _) => return None,
    };
    Some(WorkItem {
        need,
        name: String::new(),
        clock,
        micros: balance_at(account, now).micros(),
    })
}

const fn low(runway: Runway) -> Need {
    match runway.pods_stop_at {
        Some(_) => Need::FundsLow,
        None => Need::StorageLow,
    }
}

fn confirm(migration: &Migration) -> Option<WorkItem> {
    (migration.state == MigrationStateWord::AwaitingConfirmation).then(|| WorkItem {
        need: Need::Confirm(migration.id),
        name: migration.pod_name.clone(),
        clock: migration
            .confirm_by
            .map_or(Clock::Since(migration.since), Clock::Until),
        micros: 0,
    })
}

fn failed(migration: &Migration, all: &[Migration], now: Timestamp) -> Option<WorkItem> {
    let again =
        |it: &Migration| it.source_pod_id == migration.source_pod_id && it.started_at > migration.started_at;
    let is_news = migration.state == MigrationStateWord::Failed
        && migration.since.plus_hours(FAILED_HOURS) > now
        && !all.iter().any(again);
    is_news.then(|| WorkItem {
        need: Need::MoveFailed(migration.id),
        name: migration.pod_name.clone(),
        clock: Clock::Since(migration.since),
        micros: 0,
    })
}

fn pod(kind: Kind, pod: &PodSummary) -> Option<WorkItem> {
    let need = match kind {
        // Who waits in the queue has decided.
        Kind::GpusTaken if pod.gpus_taken && pod.queue_position.is_none() => Need::GpusTaken(pod.id),
        Kind::PodError if pod.state == PodStateKind::Error => Need::PodError(pod.id),
        Kind::Unreachable if pod.state == PodStateKind::Unreachable => Need::Unreachable(pod.id),
        Kind::GpusTaken | Kind::PodError | Kind::Unreachable | Kind::Unattached => return None,
    };
    Some(WorkItem {
        need,
        name: pod.name.clone(),
        clock: Clock::Since(pod.since),
        micros: pod.micros_per_hour,
    })
}

fn unattached(volume: &Volume, now: Timestamp) -> Option<WorkItem> {
    let since = volume
        .unattached_since
        .filter(|_| volume.deleted_at_latest.is_none())?;
    let rate = MinuteRate::monthly(Money::from_micros(volume.micros_per_month));
    let so_far = rate.charge_first(Quantity(1), Timestamp::boundaries(since, now));
    Some(WorkItem {
        need: Need::Unattached(volume.id),
        name: volume.name.clone(),
        clock: Clock::Since(since),
        micros: so_far.micros(),
    })
}

#[cfg(test)]
mod tests {
    use api::account::{Burn, Runway};
    use api::pods::DataKind;
    use domain::ids::IdMint;
    use domain::machine::Cloud;
    use domain::{AccountId, MachineId};

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(0).plus_minutes(minutes)
    }

    fn account(funds: Funds, stop: Option<i64>) -> Account {
        Account {
            id: AccountId::mint(&mut IdMint::new(at(0), 1)),
            name: String::new(),
            currency: "USD".to_owned(),
            as_of: at(0),
            balance_micros: 5,
            posted_micros: 5,
            burn: Burn::default(),
            runway: stop.map(|it| Runway {
                pods_stop_at: Some(at(it)),
                empty_at: at(it + 10),
            }),
            funds,
            month_to_date_micros: 0,
            more_meters: api::account::MoreMeters::default(),
            meters: Vec::new(),
            scopes: Vec::new(),
            operator: false,
            sequence: 0,
        }
    }

    fn row(seed: u64, state: PodStateKind, since: i64, gpus_taken: bool) -> Arc<PodSummary> {
        let mut mint = IdMint::new(at(0), seed);
        Arc::new(PodSummary {
            id: PodId::mint(&mut mint),
            name: format!("pod-{seed}"),
            generation: 1,
            state,
            since: at(since),
            stop_reason: None,
            machine_id: MachineId::mint(&mut mint),
            machine_name: String::new(),
            data_center_id: String::new(),
            cloud: Cloud::Secure,
            gpu_type: None,
            gpu_count: 1,
            cpu_only: false,
            gpus_taken,
            queue_position: None,
            micros_per_hour: 7,
            data: DataKind::Local,
            locked: false,
            migration: None,
            created_at: at(0),
        })
    }

    fn volume(since: Option<i64>) -> Volume {
        Volume {
            id: VolumeId::mint(&mut IdMint::new(at(0), 9)),
            name: "data".to_owned(),
            generation: 1,
            data_center_id: String::new(),
            size_gb: 100,
            used_bytes: 0,
            micros_per_month: 7_000_000,
            accrued_micros: 0,
            attached_to: Vec::new(),
            unattached_since: since.map(at),
            deleted_at_latest: None,
            created_at: at(0),
            placement: Vec::new(),
        }
    }

    #[test]
    fn what_is_lost_first_stands_first() {
        let pods = [
            row(1, PodStateKind::Unreachable, 5, false),
            row(2, PodStateKind::Stopped, 9, true),
            row(3, PodStateKind::Stopped, 3, true),
            row(4, PodStateKind::Running, 0, false),
        ];
        let found = needs(
            Some(&account(Funds::Ok, Some(60))),
            &[],
            &pods,
            &[volume(Some(0)), volume(None)],
            at(730 * 60),
        );
        let names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["", "pod-3", "pod-2", "pod-1", "data"]);
        assert_eq!(found[0].need, Need::FundsLow);
        // A month of 730 hours of a volume of $7.
        assert_eq!(found[4].micros, 7_000_000);
    }

    fn moved(seed: u64, state: MigrationStateWord, began: i64) -> Migration {
        use domain::MigrationPlanId;
        let mut mint = IdMint::new(at(0), seed);
        let source_pod_id = PodId::mint(&mut IdMint::new(at(0), 7));
        Migration {
            id: MigrationId::mint(&mut mint),
            generation: 1,
            plan_id: MigrationPlanId::mint(&mut mint),
            state,
            since: at(began + 5),
            started_at: at(began),
            pod_name: "train-a".to_owned(),
            source_pod_id,
            target_pod_id: PodId::mint(&mut mint),
            source_machine: String::new(),
            target_machine: String::new(),
            progress: api::migrations::CopyProgress::default(),
            actions: Vec::new(),
            confirm_by: None,
            changes: Vec::new(),
            written_since_switch_bytes: 0,
            receipt: None,
            problem: None,
            timeline: Vec::new(),
            sequence: 1,
        }
    }

    #[test]
    fn a_failed_move_is_told_for_a_day_and_until_the_next_one() {
        let failed = moved(1, MigrationStateWord::Failed, 0);
        let found = needs(None, std::slice::from_ref(&failed), &[], &[], at(60));
        assert_eq!(found[0].need, Need::MoveFailed(failed.id));
        assert_eq!(found[0].clock, Clock::Since(at(5)));
        let later = at(24 * 60 + 5);
        assert_eq!(needs(None, std::slice::from_ref(&failed), &[], &[], later), []);
        let again = moved(2, MigrationStateWord::Copying, 20);
        assert_eq!(needs(None, &[again, failed], &[], &[], at(60)), []);
    }

    #[test]
    fn funds_are_silent_while_they_last_a_day() {
        assert_eq!(
            needs(Some(&account(Funds::Ok, Some(25 * 60))), &[], &[], &[], at(0)),
            []
        );
        let out = needs(
            Some(&account(Funds::Out { stopped_at: at(0) }, None)),
            &[],
            &[],
            &[],
            at(0),
        );
        assert_eq!(out[0].clock, Clock::Since(at(0)));
    }

    #[test]
    fn where_nothing_runs_the_end_of_funds_is_that_of_storage() {
        let mut account = account(Funds::Low, Some(30));
        let said = needs(Some(&account), &[], &[], &[], at(0));
        account.runway = account.runway.map(|it| Runway {
            pods_stop_at: None,
            ..it
        });
        let stored = needs(Some(&account), &[], &[], &[], at(0));
        assert_eq!((said[0].need, stored[0].need), (Need::FundsLow, Need::StorageLow));
        assert_eq!(stored[0].clock, Clock::Until(at(40)));
    }

    #[test]
    fn no_move_is_left_out() {
        let waiting: Vec<_> = (0..9)
            .map(|seed| moved(seed, MigrationStateWord::AwaitingConfirmation, 0))
            .collect();
        assert_eq!(needs(None, &waiting, &[], &[], at(0)).len(), waiting.len());
    }

    #[test]
    fn many_of_a_kind_become_a_count() {
        let pods: Vec<_> = (0..9)
            .map(|seed| row(seed, PodStateKind::Error, 0, false))
            .collect();
        let found = needs(None, &[], &pods, &[], at(0));
        assert_eq!(found.len(), ITEMS_PER_KIND_MAX + 1);
        assert_eq!(found[ITEMS_PER_KIND_MAX].need, Need::More(Kind::PodError, 3));
    }
}
