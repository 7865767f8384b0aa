//! Machines: heartbeats, silence and reliability.

use super::lab::Lab;
use domain::Money;
use roadstead_engine::state::{MeterReason, Resource, Subject};
use roadstead_engine::{Command, Refusal, query};

/// the last heartbeat counts, nothing is charged from it on.
#[test]
fn a_silent_machine_is_unreachable_since_its_last_heartbeat_and_free_of_charge() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 4);
    let pod = lab.running(account, machine, 1);
    lab.pass_minutes(5);
    lab.silent.push(machine);
    let last = lab.fleet.last_heartbeat(machine).unwrap();
    lab.pass(last + 29_999);
    assert_eq!(lab.state(pod), "RUNNING");
    lab.pass(last + 30_000);
    assert_eq!(lab.state(pod), "UNREACHABLE");
    assert_eq!(lab.pod(pod).state.since(), last);
    let accrued = query::accrued(&lab.fleet, account, Subject::Pod(pod), lab.now);
    lab.pass_minutes(90);
    assert_eq!(
        query::accrued(&lab.fleet, account, Subject::Pod(pod), lab.now),
        accrued,
        "nothing is charged"
    );
    let zero = lab
        .fleet
        .ledger(account)
        .iter()
        .find(|it| it.reason == MeterReason::MachineDown)
        .unwrap();
    assert_eq!(zero.amount, Money::ZERO, "the minutes show as lines of $0");
    lab.silent.clear();
    lab.report();
    assert_eq!(lab.state(pod), "RUNNING");
    lab.check();
}

/// minutes posted before the silence was noticed are returned by an entry that names them.
#[test]
fn a_silence_noticed_late_is_corrected() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 4);
    let pod = lab.running(account, machine, 1);
    lab.pass("2026-11-22T10:59:45Z".parse().unwrap());
    lab.silent.push(machine);
    let last = lab.fleet.last_heartbeat(machine).unwrap();
    lab.pass("2026-11-22T11:02:00Z".parse().unwrap());
    assert_eq!(lab.state(pod), "UNREACHABLE");
    assert!(last < "2026-11-22T11:00:00Z".parse().unwrap());
    let total: Money = lab
        .fleet
        .ledger(account)
        .iter()
        .filter(|it| it.resource == Resource::PodGpu)
        .map(|it| it.amount)
        .sum();
    // 59 boundaries of $0.69 an hour, whatever was posted at 11:00 and returned since.
    assert_eq!(total, Money::from_micros(-690_000 * 59 / 60));
    lab.check();
}

/// time in which only the control plane was away is no downtime.
#[test]
fn after_a_restart_every_machine_has_a_fresh_half_minute() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 4);
    let pod = lab.running(account, machine, 1);
    lab.now = lab.now.plus_hours(2);
    lab.operator(Command::Resume);
    lab.operator(Command::Tick);
    assert_eq!(lab.state(pod), "RUNNING");
    assert!(lab.fleet.machine(machine).unwrap().downtimes.is_empty());
}

/// below 98 % a machine takes no new pods; the ones on it stay.
#[test]
fn an_unreliable_machine_takes_no_new_pods() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 4);
    let pod = lab.running(account, machine, 1);
    lab.silent.push(machine);
    lab.pass_minutes(60);
    lab.silent.clear();
    lab.report();
    assert_eq!(lab.state(pod), "RUNNING");
    let refused = lab.try_create(account, Lab::new_pod("late", 1)).unwrap_err();
    let Refusal::NoCapacity { left, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(left.iter().map(|it| it.1).collect::<Vec<_>>(), [1, 1, 0, 0, 0, 0]);
}
