//! Pods: start, stop, restart, terminate, and whose they are.

use super::lab::{GpusTaken, Lab, locked};
use agent_api::Observed;
use domain::Money;
use domain::pod::PodState;
use roadstead_engine::command::NewPod;
use roadstead_engine::state::Resource;
use roadstead_engine::{Actor, Command, Moment, Refusal, execute, query};

/// a stop frees the GPUs at once; taken GPUs leave four ways.
#[test]
fn a_stopped_pod_whose_gpus_are_taken_can_wait_run_on_cpus_or_move() {
    let mut lab = Lab::new();
    let (account, other) = (lab.account(100), lab.account(100));
    let machine = lab.machine("a", 2);
    let pod = lab.running(account, machine, 2);
    lab.stop(pod);
    assert_eq!(
        lab.fleet.machine(machine).unwrap().gpu_free(),
        2,
        "at once, while it is still stopping"
    );
    let neighbour = lab.running(other, machine, 2);
    assert!(query::gpus_taken(&lab.fleet, lab.pod(pod)));
    let refused = lab.user(
        account,
        Command::StartPod {
            pod_id: pod,
            cpu_only: false,
        },
    );
    assert_eq!(
        refused,
        Err(Refusal::GpusTaken {
            pod_id: pod,
            needed: 2,
            free: 0
        })
    );

    lab.wait_for_gpus(pod);
    assert_eq!(query::queue_position(&lab.fleet, lab.pod(pod)), Some(1));
    lab.stop(neighbour);
    lab.settle();
    assert_eq!(
        lab.state(pod),
        "RUNNING",
        "started by itself when the other stopped"
    );
    assert_eq!(lab.pod(pod).waiting, None);
    lab.check();
}

/// CPUs only is a start without GPUs at its own price.
#[test]
fn a_pod_starts_with_cpus_only() {
    let mut lab = Lab::new();
    let GpusTaken { account, pod, .. } = lab.gpus_taken(2);
    lab.start_on_cpus(pod);
    assert_eq!(lab.state(pod), "RUNNING");
    assert!(lab.pod(pod).slots.is_empty() && lab.pod(pod).cpu_only);
    assert_eq!(
        query::burn(&lab.fleet, account).compute,
        lab.fleet.settings().prices.cpu_only_hour
    );
    assert_eq!(query::share(&lab.fleet, lab.pod(pod)), (2, 8));
    lab.check();
}

/// a pod that runs with CPUs only and waits gets its GPUs, and gives its CPUs back.
#[test]
fn a_pod_on_cpus_gets_its_gpus_from_the_queue() {
    let mut lab = Lab::new();
    let GpusTaken { pod, neighbour, .. } = lab.gpus_taken(2);
    lab.start_on_cpus(pod);
    lab.wait_for_gpus(pod);
    lab.stop(neighbour);
    lab.settle();
    assert!(!lab.pod(pod).cpu_only && lab.pod(pod).slots.len() == 2);
    lab.check();
}

/// a restart gives a pod its GPUs back as soon as they are free, and not before.
#[test]
fn a_restart_brings_the_gpus_back_when_they_are_free() {
    let mut lab = Lab::new();
    let GpusTaken {
        account,
        pod,
        neighbour,
    } = lab.gpus_taken(1);
    lab.start_on_cpus(pod);
    let restart = Command::RestartPod { pod_id: pod };
    lab.user(account, restart.clone()).unwrap();
    lab.settle();
    assert!(lab.pod(pod).cpu_only, "one of its two GPUs is still taken");
    lab.stop(neighbour);
    lab.user(account, restart).unwrap();
    lab.settle();
    assert!(!lab.pod(pod).cpu_only && lab.pod(pod).slots.len() == 2);
    assert!(query::burn(&lab.fleet, account).compute > lab.fleet.settings().prices.cpu_only_hour);
    lab.check();
}

/// the GPUs come in place of the CPUs, so these are not asked for as well; without funds for the GPUs a
/// restart is one on CPUs.
#[test]
fn a_restart_takes_the_gpus_if_they_are_covered_and_is_never_refused() {
    let mut lab = Lab::new();
    let account = lab.account(10);
    let machine = lab.machine("a", 10);
    let pod = lab.running(account, machine, 2);
    let spender = NewPod {
        volume: None,
        ..Lab::new_pod("spender", 8)
    };
    let spender = lab.create(account, spender);
    lab.settle();
    let balance = |lab: &Lab| query::balance(&lab.fleet, account, lab.now);
    let spend_down_to = |lab: &mut Lab, least: Money| {
        while balance(lab) > least {
            lab.pass_minutes(1);
        }
    };
    spend_down_to(&mut lab, Money::from_dollars(2));
    lab.stop(spender);
    lab.settle();
    let full = Money::from_micros(query::burn(&lab.fleet, account).total().micros() / 6);
    spend_down_to(&mut lab, full + Money::from_micros(full.micros() / 4));
    lab.stop(pod);
    lab.settle();
    lab.start_on_cpus(pod);
    let ten = Money::from_micros(lab.fleet.settings().prices.cpu_only_hour.micros() / 6);
    // Ten minutes with GPUs are covered, and those of its CPUs beside them are not.
    spend_down_to(&mut lab, full + Money::from_micros(ten.micros() / 2));
    assert!(balance(&lab) > full, "{} {full}", balance(&lab));
    let restart = Command::RestartPod { pod_id: pod };
    let queue = Command::JoinQueue {
        pod_id: pod,
        auto_start: true,
    };
    for command in [restart.clone(), queue] {
        let mut fleet = lab.fleet.clone();
        let moment = Moment {
            now: lab.now,
            seed: 1,
        };
        execute(&mut fleet, &Actor::Account(account), command, moment).unwrap();
        assert!(!fleet.pod(pod).unwrap().cpu_only, "what is covered is given");
    }

    spend_down_to(&mut lab, full - ten);
    lab.user(account, restart).unwrap();
    let note = lab.pod(pod).timeline.last().unwrap().note.clone().unwrap();
    assert!(note.contains("does not cover"), "{note}");
    lab.settle();
    assert!(lab.state(pod) == "RUNNING" && lab.pod(pod).cpu_only);
    lab.check();
}

/// asks for the name when there is data; network volumes stay; the meter closes in the same step.
#[test]
fn terminating_asks_for_the_name_and_closes_the_meter() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 2);
    let pod = lab.running(account, machine, 1);
    let refused = lab.user(
        account,
        Command::TerminatePod {
            pod_id: pod,
            confirm: None,
        },
    );
    assert_eq!(
        refused,
        Err(Refusal::ConfirmationMissing {
            name: "train".to_owned()
        })
    );
    lab.user(
        account,
        Command::UpdatePod {
            pod_id: pod,
            edit: locked(true),
        },
    )
    .unwrap();
    let confirm = Some("train".to_owned());
    let refused = lab.user(
        account,
        Command::TerminatePod {
            pod_id: pod,
            confirm: confirm.clone(),
        },
    );
    assert!(matches!(refused, Err(Refusal::NotAllowed(_))));
    lab.user(
        account,
        Command::UpdatePod {
            pod_id: pod,
            edit: locked(false),
        },
    )
    .unwrap();
    lab.user(account, Command::TerminatePod { pod_id: pod, confirm })
        .unwrap();
    assert_eq!(lab.fleet.meters_of(account).count(), 0);
    lab.settle();
    assert_eq!(lab.state(pod), "TERMINATED");
    assert_eq!(lab.fleet.machine(machine).unwrap().disk_gb_used, 0);
    lab.check();
}

/// a failed start says why, frees the GPUs and is not charged for them.
#[test]
fn a_failed_start_is_an_error_with_its_reason() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 2);
    let pod = lab.create(
        account,
        NewPod {
            machine_id: Some(machine),
            ..Lab::new_pod("bad", 2)
        },
    );
    lab.broken.insert(
        pod,
        Observed::Failed {
            message: "No such image.".to_owned(),
        },
    );
    lab.settle();
    assert!(matches!(&lab.pod(pod).state, PodState::Error { message, .. } if message == "No such image."));
    assert_eq!(lab.fleet.machine(machine).unwrap().gpu_free(), 2);
    assert!(
        !lab.fleet
            .ledger(account)
            .iter()
            .any(|it| it.resource == Resource::PodGpu)
    );
    lab.check();
}

/// another account's pod is not found.
#[test]
fn another_accounts_things_are_not_found() {
    let mut lab = Lab::new();
    let (account, other) = (lab.account(100), lab.account(100));
    let machine = lab.machine("a", 2);
    let pod = lab.running(account, machine, 1);
    let refused = lab.user(other, Command::StopPod { pod_id: pod });
    assert!(matches!(refused, Err(Refusal::NotFound { .. })));
    assert_eq!(lab.user(account, Command::Tick), Err(Refusal::OperatorOnly));
}

/// a pod that was stopping when its machine died can be deleted.
#[test]
fn a_pod_that_never_stops_can_be_deleted() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 2);
    let pod = lab.running(account, machine, 1);
    lab.stop(pod);
    lab.silent.push(machine);
    lab.pass_minutes(2);
    assert_eq!(lab.state(pod), "STOPPING");
    let delete = Command::TerminatePod {
        pod_id: pod,
        confirm: Some("train".to_owned()),
    };
    lab.user(account, delete).unwrap();
    lab.check();
    lab.silent.clear();
    lab.settle();
    assert_eq!(lab.state(pod), "TERMINATED");
    lab.check();
}

/// who stops a pod does not want it started by the queue it waited in.
#[test]
fn a_stop_leaves_the_queue() {
    let mut lab = Lab::new();
    let GpusTaken { pod, neighbour, .. } = lab.gpus_taken(2);
    lab.start_on_cpus(pod);
    lab.wait_for_gpus(pod);
    lab.stop(pod);
    lab.stop(neighbour);
    lab.settle();
    assert_eq!(lab.state(pod), "STOPPED");
    assert!(lab.pod(pod).waiting.is_none());
    lab.check();
}

/// who waits and has no money for the GPUs gets them with the credit.
#[test]
fn a_credit_starts_who_waited_for_it() {
    let mut lab = Lab::new();
    let account = lab.account(10);
    let machine = lab.machine("a", 8);
    let pod = lab.running(account, machine, 8);
    let until = query::runway(&lab.fleet, account, lab.now).unwrap().ends_at();
    lab.pass(until.plus_seconds(20));
    assert_eq!(lab.state(pod), "STOPPED");
    lab.wait_for_gpus(pod);
    lab.settle();
    assert_eq!(lab.state(pod), "STOPPED");
    lab.credit(account, 50);
    lab.settle();
    assert_eq!(lab.state(pod), "RUNNING");
    lab.check();
}
