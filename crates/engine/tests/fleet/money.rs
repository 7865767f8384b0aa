//! What minutes cost, and what happens when money ends.

use super::lab::{self, Lab};
use domain::pod::{PodState, StopReason};
use domain::{AccountId, Money};
use roadstead_engine::state::{MeterReason, MigrationPhase, Resource};
use roadstead_engine::{Command, Refusal, query};

/// an hour and a half of a pod with its disks, to the micro-dollar.
#[test]
fn ninety_minutes_of_a_pod_cost_exactly_ninety_minutes() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 4);
    let pod = lab.running(account, machine, 2);
    lab.pass(lab.now.plus_minutes(90));
    lab.stop(pod);
    let sum = |resource, reason| -> Money {
        lab.fleet
            .ledger(account)
            .iter()
            .filter(|it| (it.resource, it.reason) == (resource, reason))
            .map(|it| it.amount)
            .sum()
    };
    assert_eq!(
        sum(Resource::PodGpu, MeterReason::Running),
        Money::from_micros(-2 * 690_000 * 90 / 60)
    );
    assert_eq!(
        sum(Resource::ContainerDisk, MeterReason::StorageRunning),
        Money::from_micros(-(20 * 100_000 * 90 / 43_800))
    );
    assert_eq!(
        sum(Resource::PodVolume, MeterReason::StorageRunning),
        Money::from_micros(-(100 * 100_000 * 90 / 43_800))
    );
    let stopped = lab.fleet.meters_of(account).next().unwrap();
    assert_eq!(
        (stopped.resource, stopped.reason),
        (Resource::PodVolume, MeterReason::StorageStopped)
    );
    assert_eq!(
        stopped.rate.price(),
        Money::from_micros(200_000),
        "R-3.4: the volume of a stopped pod"
    );
    lab.check();
}

/// when ten more minutes are not covered, everything running is stopped; volumes are kept.
#[test]
fn pods_stop_when_ten_more_minutes_are_not_covered() {
    let mut lab = Lab::new();
    let account = lab.account(10);
    let machine = lab.machine("a", 8);
    let pod = lab.running(account, machine, 8);
    let runway = query::runway(&lab.fleet, account, lab.now).unwrap();
    let ends = runway.pods_stop_at.unwrap();
    lab.pass(ends);
    assert_eq!(lab.state(pod), "RUNNING");
    lab.pass(ends.plus_seconds(1));
    lab.settle();
    assert!(matches!(
        lab.pod(pod).state,
        PodState::Stopped {
            reason: StopReason::OutOfFunds,
            ..
        }
    ));
    let left = query::balance(&lab.fleet, account, lab.now);
    assert!(left > Money::ZERO && left < Money::from_dollars(1), "{left}");
    let again = lab.user(
        account,
        Command::StartPod {
            pod_id: pod,
            cpu_only: false,
        },
    );
    assert!(
        matches!(again, Err(Refusal::InsufficientBalance { .. })),
        "{again:?}"
    );
    lab.credit(account, 50);
    lab.user(
        account,
        Command::StartPod {
            pod_id: pod,
            cpu_only: false,
        },
    )
    .unwrap();
    lab.settle();
    assert_eq!(lab.state(pod), "RUNNING");
    lab.check();
}

/// nothing is charged for what a silent machine stores, from its last heartbeat on.
#[test]
fn what_a_silent_machine_stores_costs_nothing() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 2);
    let pod = lab.running(account, machine, 2);
    lab.stop(pod);
    lab.settle();
    lab.pass_minutes(90);
    let before = query::balance(&lab.fleet, account, lab.now);
    lab.silent.push(machine);
    lab.pass_minutes(300);
    assert_eq!(query::balance(&lab.fleet, account, lab.now), before);
    let meter = lab.fleet.meters_of(account).next().unwrap();
    assert_eq!(
        (meter.resource, meter.reason),
        (Resource::PodVolume, MeterReason::MachineDown),
        "the minutes show"
    );
    lab.silent.clear();
    lab.pass_minutes(300);
    assert!(query::balance(&lab.fleet, account, lab.now) < before);
    lab.check();
}

/// Lets time pass until everything that runs is stopped for want of funds.
fn run_out_of_funds(lab: &mut Lab, account: AccountId) {
    let ends = query::runway(&lab.fleet, account, lab.now).unwrap().ends_at();
    lab.pass(ends.plus_seconds(10));
}

/// what a move holds is not stopped with the pods; the new pod does not start once funds have ended, whether
/// ten minutes of it are covered or not, and the old one is as it was.
#[test]
fn a_move_without_money_for_the_new_pod_ends_with_the_old_one_as_it_was() {
    for gpus in [8, 1] {
        let mut lab = Lab::new();
        let account = lab.account(10);
        let (machine, target) = (lab.machine("a", 8), lab.machine("b", 8));
        let moves = lab.running(account, machine, gpus);
        lab.stop(moves);
        lab.settle();
        let burns = lab.running(account, machine, 8);
        lab.copy_percent = 0;
        let id = lab.migrate(moves, Some(target));
        lab.settle();
        run_out_of_funds(&mut lab, account);
        assert_eq!(lab.state(burns), "STOPPED");
        let free = |lab: &Lab| lab.fleet.machine(target).unwrap().gpu_free();
        assert_eq!(free(&lab), 8 - gpus, "held on");
        lab.check();
        lab.copy_percent = 100;
        lab.settle();
        let migration = lab.fleet.migration(id).unwrap();
        assert_eq!(migration.state.phase, MigrationPhase::Failed);
        assert!(migration.problem.as_ref().unwrap().contains("Add credits"));
        assert_eq!(lab.state(moves), "STOPPED");
        assert!(lab.pod(moves).binding.is_none());
        assert_eq!(free(&lab), 8);
        lab.check();
    }
}

/// a pod that was accepted and does not run yet has its ten minutes, so none is accepted that would end both.
#[test]
fn two_starts_at_once_are_not_paid_by_the_same_money() {
    let mut lab = Lab::new();
    let account = lab.account(10);
    let machine = lab.machine("a", 16);
    let burns = lab.running(account, machine, 8);
    // Ten minutes of eight GPUs are $0.92.
    while query::balance(&lab.fleet, account, lab.now) > Money::from_micros(1_700_000) {
        lab.pass_minutes(1);
    }
    lab.stop(burns);
    lab.settle();
    let first = lab.create(account, Lab::new_pod("one", 8));
    let second = lab.try_create(account, Lab::new_pod("two", 8));
    assert!(
        matches!(second, Err(Refusal::InsufficientBalance { .. })),
        "{second:?}"
    );
    let again = Command::StartPod {
        pod_id: burns,
        cpu_only: false,
    };
    let again = lab.user(account, again);
    assert!(
        matches!(again, Err(Refusal::InsufficientBalance { .. })),
        "{again:?}"
    );
    lab.check();
    lab.settle();
    assert_eq!(lab.state(first), "RUNNING");
    // What is stopped before it runs takes nothing any more.
    lab.stop(first);
    lab.create(account, Lab::new_pod("two", 8));
    lab.check();
}

/// GPUs that the end of funds sets free do not start another pod of the same account.
#[test]
fn the_end_of_funds_starts_nothing_that_waits() {
    let mut lab = Lab::new();
    let account = lab.account(10);
    let machine = lab.machine("a", 8);
    let waits = lab.running(account, machine, 1);
    lab.stop(waits);
    lab.settle();
    let burns = lab.running(account, machine, 8);
    lab.wait_for_gpus(waits);
    let ends = query::runway(&lab.fleet, account, lab.now).unwrap().ends_at();
    lab.pass(ends.plus_seconds(30));
    lab.settle();
    assert_eq!((lab.state(burns), lab.state(waits)), ("STOPPED", "STOPPED"));
    lab.check();
    lab.credit(account, 50);
    lab.settle();
    assert_eq!(lab.state(waits), "RUNNING");
    lab.check();
}

/// what is asked for after funds ended, and covered, is done: a start, a move and the way back from it.
#[test]
fn what_is_asked_for_after_the_end_of_funds_is_done_if_it_is_covered() {
    for cancelled in [false, true] {
        let mut lab = Lab::new();
        let account = lab.account(10);
        let (machine, target) = (lab.machine("a", 9), lab.machine("b", 1));
        let moves = lab.running(account, machine, 1);
        lab.stop(moves);
        lab.settle();
        lab.running(account, machine, 8);
        run_out_of_funds(&mut lab, account);
        let start = Command::StartPod {
            pod_id: moves,
            cpu_only: false,
        };
        lab.user(account, start).unwrap();
        lab.settle();
        assert_eq!(lab.state(moves), "RUNNING");
        lab.copy_percent = 0;
        let migration_id = lab.migrate(moves, Some(target));
        lab.settle();
        if cancelled {
            lab.user(account, Command::CancelMigration { migration_id })
                .unwrap();
        }
        lab.copy_percent = 100;
        lab.settle();
        let migration = lab.fleet.migration(migration_id).unwrap();
        let runs = if cancelled { moves } else { migration.target_pod_id };
        assert_eq!(migration.problem, None);
        assert_eq!(lab.state(runs), "RUNNING", "cancelled: {cancelled}");
        lab.check();
    }
}

/// what was accepted is counted as it will be charged: its GPUs at the price of its start, its disks at
/// today's.
#[test]
fn what_starts_is_counted_at_the_prices_it_will_have() {
    let mut lab = Lab::new();
    let account = lab.account(10);
    lab.machine("a", 8);
    let mut new = Lab::new_pod("one", 8);
    // A pod volume is charged before the pod runs.
    new.volume = None;
    let pod = lab.create(account, new);
    let mut dearer = lab::settings();
    dearer.prices.disk_running += Money::from_dollars(1);
    lab.operator(Command::PutSettings(Box::new(dearer)));
    let counted = lab.fleet.starting(account);
    lab.settle();
    assert_eq!(lab.state(pod), "RUNNING");
    assert_eq!(lab.fleet.draw(account).covered, counted);
}
