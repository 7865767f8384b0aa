//! What minutes cost, and what happens when money ends.

use super::lab::Lab;
use domain::Money;
use domain::pod::{PodState, StopReason};
use roadstead_engine::state::{MeterReason, Resource};
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
    lab.pass(runway.pods_stop_at);
    assert_eq!(lab.state(pod), "RUNNING");
    lab.pass(runway.pods_stop_at.plus_seconds(1));
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
    lab.operator(Command::Credit {
        account_id: account,
        amount: Money::from_dollars(50),
        note: String::new(),
    });
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
