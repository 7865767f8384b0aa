//! The rules of the product, one by one.

use super::lab::{Lab, locked};
use agent_api::Observed;
use domain::endpoints::ChangeKind;
use domain::pod::{PodState, PodStateKind, StopReason, VolumeMount};
use domain::{AccountId, MigrationId, Money, PodId};
use roadstead_engine::command::NewPod;
use roadstead_engine::state::{
    BindingRole, MeterReason, MigrationPhase, MigrationPlan, PlanFate, Resource, Subject,
};
use roadstead_engine::{Actor, Command, Moment, Outcome, Refusal, execute, query};

fn plan(lab: &mut Lab, account: AccountId, pod_id: PodId) -> MigrationPlan {
    match lab
        .user(
            account,
            Command::PlanMigration {
                pod_id,
                machine_id: None,
            },
        )
        .unwrap()
    {
        Outcome::Plan(id) => lab.fleet.plan(id).unwrap().clone(),
        other => panic!("{other:?}"),
    }
}

fn carry_out(plan: &MigrationPlan) -> Command {
    Command::StartMigration {
        plan_id: plan.id,
        digest: plan.digest.clone(),
        acknowledge: plan.content.basis.acknowledge.clone(),
        consent: Some(plan.content.pod_name.clone()),
    }
}

fn migrate(lab: &mut Lab, account: AccountId, pod_id: PodId) -> MigrationId {
    let plan = plan(lab, account, pod_id);
    match lab.user(account, carry_out(&plan)).unwrap() {
        Outcome::Migration(id) => id,
        other => panic!("{other:?}"),
    }
}

fn phase(lab: &Lab, id: MigrationId) -> MigrationPhase {
    lab.fleet.migration(id).unwrap().state.phase
}

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

/// a stop frees the GPUs at once; taken GPUs leave four ways.
#[test]
fn a_stopped_pod_whose_gpus_are_taken_can_wait_run_on_cpus_or_move() {
    let mut lab = Lab::new();
    let (account, other) = (lab.account(100), lab.account(100));
    let machine = lab.machine("a", 2);
    let pod = lab.running(account, machine, 2);
    lab.user(account, Command::StopPod { pod_id: pod }).unwrap();
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

    lab.user(
        account,
        Command::JoinQueue {
            pod_id: pod,
            auto_start: true,
        },
    )
    .unwrap();
    assert_eq!(query::queue_position(&lab.fleet, lab.pod(pod)), Some(1));
    lab.user(other, Command::StopPod { pod_id: neighbour }).unwrap();
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
    let (account, other) = (lab.account(100), lab.account(100));
    let machine = lab.machine("a", 2);
    let pod = lab.running(account, machine, 2);
    lab.user(account, Command::StopPod { pod_id: pod }).unwrap();
    lab.running(other, machine, 2);
    lab.user(
        account,
        Command::StartPod {
            pod_id: pod,
            cpu_only: true,
        },
    )
    .unwrap();
    lab.settle();
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
    let (account, other) = (lab.account(100), lab.account(100));
    let machine = lab.machine("a", 2);
    let pod = lab.running(account, machine, 2);
    lab.user(account, Command::StopPod { pod_id: pod }).unwrap();
    let neighbour = lab.running(other, machine, 2);
    lab.user(
        account,
        Command::StartPod {
            pod_id: pod,
            cpu_only: true,
        },
    )
    .unwrap();
    lab.settle();
    lab.user(
        account,
        Command::JoinQueue {
            pod_id: pod,
            auto_start: true,
        },
    )
    .unwrap();
    lab.user(other, Command::StopPod { pod_id: neighbour }).unwrap();
    lab.settle();
    assert!(!lab.pod(pod).cpu_only && lab.pod(pod).slots.len() == 2);
    lab.check();
}

/// a restart gives a pod its GPUs back as soon as they are free, and not before.
#[test]
fn a_restart_brings_the_gpus_back_when_they_are_free() {
    let mut lab = Lab::new();
    let (account, other) = (lab.account(100), lab.account(100));
    let machine = lab.machine("a", 2);
    let pod = lab.running(account, machine, 2);
    lab.user(account, Command::StopPod { pod_id: pod }).unwrap();
    let neighbour = lab.running(other, machine, 1);
    let on_cpus = Command::StartPod {
        pod_id: pod,
        cpu_only: true,
    };
    lab.user(account, on_cpus).unwrap();
    lab.settle();
    let restart = Command::RestartPod { pod_id: pod };
    lab.user(account, restart.clone()).unwrap();
    lab.settle();
    assert!(lab.pod(pod).cpu_only, "one of its two GPUs is still taken");
    lab.user(other, Command::StopPod { pod_id: neighbour }).unwrap();
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
    lab.user(account, Command::StopPod { pod_id: spender }).unwrap();
    lab.settle();
    let full = Money::from_micros(query::burn(&lab.fleet, account).total().micros() / 6);
    spend_down_to(&mut lab, full + Money::from_micros(full.micros() / 4));
    lab.user(account, Command::StopPod { pod_id: pod }).unwrap();
    lab.settle();
    let on_cpus = Command::StartPod {
        pod_id: pod,
        cpu_only: true,
    };
    lab.user(account, on_cpus).unwrap();
    lab.settle();
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

/// an hour and a half of a pod with its disks, to the micro-dollar.
#[test]
fn ninety_minutes_of_a_pod_cost_exactly_ninety_minutes() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 4);
    let pod = lab.running(account, machine, 2);
    lab.pass(lab.now.plus_minutes(90));
    lab.user(account, Command::StopPod { pod_id: pod }).unwrap();
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

/// a stopped pod moves, is confirmed, and its old ID says where it went.
#[test]
fn a_stopped_pod_moves_with_its_data_and_is_confirmed() {
    let mut lab = Lab::new();
    let (account, other) = (lab.account(100), lab.account(100));
    let (machine, target) = (lab.machine("a", 2), lab.machine("b", 2));
    let pod = lab.running(account, machine, 2);
    lab.user(account, Command::StopPod { pod_id: pod }).unwrap();
    lab.settle();
    lab.running(other, machine, 2);
    let made = plan(&mut lab, account, pod);
    let content = &made.content;
    assert_eq!((content.basis.source, content.basis.target), (machine, target));
    assert_eq!(content.bytes_to_copy, 50_000_000_000);
    let kinds: Vec<ChangeKind> = content.basis.acknowledge.clone();
    assert_eq!(
        kinds,
        [
            ChangeKind::PodId,
            ChangeKind::ProxyUrl,
            ChangeKind::PublicIp,
            ChangeKind::PortMapping,
            ChangeKind::SshEndpoint,
            ChangeKind::InternalDns
        ]
    );
    assert!(content.disks.iter().any(|it| it.fate == PlanFate::Copied));

    lab.copy_percent = 30;
    let id = match lab.user(account, carry_out(&made)).unwrap() {
        Outcome::Migration(id) => id,
        other => panic!("{other:?}"),
    };
    assert_eq!(phase(&lab, id), MigrationPhase::Provisioning);
    assert_eq!(
        lab.fleet.machine(target).unwrap().gpu_free(),
        0,
        "the target's GPUs are held"
    );
    let start = lab.user(
        account,
        Command::StartPod {
            pod_id: pod,
            cpu_only: true,
        },
    );
    assert!(
        matches!(start, Err(Refusal::NotAllowed(_))),
        "the source cannot start meanwhile"
    );
    lab.report();
    assert_eq!(phase(&lab, id), MigrationPhase::Copying);
    lab.report();
    assert_eq!(lab.fleet.migration(id).unwrap().bytes_done, 15_000_000_000);
    assert_eq!(
        lab.fleet.machine(target).unwrap().gpu_free(),
        0,
        "the target's GPUs are held as long as it is copied"
    );
    assert!(!lab.pod(made.new_pod_id).is_listed() && lab.pod(pod).is_listed());
    lab.settle();
    assert_eq!(phase(&lab, id), MigrationPhase::AwaitingConfirmation);
    assert!(
        lab.pod(made.new_pod_id).is_listed() && !lab.pod(pod).is_listed(),
        "one of the two, always"
    );
    assert_eq!(lab.state(made.new_pod_id), "RUNNING");
    let planned = content
        .basis
        .changes
        .iter()
        .find(|it| it.kind == ChangeKind::SshEndpoint)
        .unwrap();
    let actual = query::ssh_command(&lab.fleet, lab.pod(made.new_pod_id));
    assert_eq!(planned.to, actual, "what was shown before is what is");

    let charged = lab
        .fleet
        .meters_on(Subject::Pod(pod))
        .map(|it| it.rate.price())
        .sum::<Money>();
    assert_eq!(charged, Money::ZERO, "R-4.6: charged as one pod, never two");
    assert_eq!(lab.fleet.resolve(pod).unwrap().id, made.new_pod_id);
    lab.user(account, Command::ConfirmMigration { migration_id: id })
        .unwrap();
    lab.settle();
    assert_eq!(lab.state(pod), "TERMINATED");
    let old = lab.user(
        account,
        Command::StartPod {
            pod_id: pod,
            cpu_only: false,
        },
    );
    assert!(matches!(old, Err(Refusal::PodMoved { to, .. }) if to == made.new_pod_id));
    lab.check();
}

/// the end of the window confirms by itself.
#[test]
fn the_window_ends_in_a_confirmation() {
    let mut lab = Lab::new();
    let account = lab.account(1_000);
    let (machine, _) = (lab.machine("a", 2), lab.machine("b", 2));
    let pod = lab.running(account, machine, 1);
    let id = migrate(&mut lab, account, pod);
    lab.settle();
    assert_eq!(phase(&lab, id), MigrationPhase::AwaitingConfirmation);
    assert!(matches!(
        lab.pod(pod).binding.as_ref().unwrap().role,
        BindingRole::Source { .. }
    ));
    lab.now = lab.now.plus_hours(24);
    lab.operator(Command::Resume);
    lab.operator(Command::Tick);
    assert_eq!(phase(&lab, id), MigrationPhase::Completed);
    lab.settle();
    lab.check();
}

/// revert brings the old pod back; what the new one wrote is agreed to first.
#[test]
fn a_move_is_reverted() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let (machine, target) = (lab.machine("a", 2), lab.machine("b", 2));
    let pod = lab.running(account, machine, 1);
    let id = migrate(&mut lab, account, pod);
    lab.settle();
    let new_id = lab.fleet.migration(id).unwrap().target_pod_id;
    lab.volume_used.insert(new_id, 51_000_000_000);
    lab.report();
    let refused = lab.user(
        account,
        Command::RevertMigration {
            migration_id: id,
            consent: None,
        },
    );
    let Err(Refusal::ConsentMissing { lost, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(lost, [("pod_volume".to_owned(), 1_000_000_000)]);
    lab.user(
        account,
        Command::RevertMigration {
            migration_id: id,
            consent: Some("train".to_owned()),
        },
    )
    .unwrap();
    lab.settle();
    assert_eq!(phase(&lab, id), MigrationPhase::Reverted);
    assert_eq!(
        (lab.state(pod), lab.state(new_id)),
        ("RUNNING", "TERMINATED"),
        "it ran before, so it runs again"
    );
    assert_eq!(lab.fleet.machine(target).unwrap().gpu_free(), 2);
    assert_eq!(lab.fleet.resolve(pod).unwrap().id, pod);
    lab.check();
}

/// a cancel at each phase before the switch puts everything back.
#[test]
fn a_cancel_puts_everything_back_at_each_phase() {
    for reports in 0..4 {
        let mut lab = Lab::new();
        let account = lab.account(100);
        let (machine, target) = (lab.machine("a", 2), lab.machine("b", 2));
        let pod = lab.running(account, machine, 1);
        lab.copy_percent = 40;
        let id = migrate(&mut lab, account, pod);
        for _ in 0..reports {
            lab.report();
        }
        assert!(
            phase(&lab, id).is_before_switch(),
            "cancelled at the intended step: {reports}"
        );
        lab.user(account, Command::CancelMigration { migration_id: id })
            .unwrap();
        lab.settle();
        assert_eq!(phase(&lab, id), MigrationPhase::Cancelled);
        assert_eq!(
            lab.state(pod),
            "RUNNING",
            "it ran before, so it runs again ({reports})"
        );
        assert_eq!(lab.fleet.machine(target).unwrap().gpu_free(), 2);
        assert_eq!(lab.fleet.machine(machine).unwrap().gpu_free(), 1);
        let again = lab.user(account, Command::CancelMigration { migration_id: id });
        assert!(matches!(again, Err(Refusal::MigrationPhase { .. })));
        lab.check();
    }
}

/// a target that does not start leaves the source as it was.
#[test]
fn a_target_that_fails_leaves_the_source_as_it_was() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let (machine, target) = (lab.machine("a", 2), lab.machine("b", 2));
    let pod = lab.running(account, machine, 1);
    let made = plan(&mut lab, account, pod);
    lab.broken.insert(
        made.new_pod_id,
        Observed::Failed {
            message: "No GPU.".to_owned(),
        },
    );
    let Outcome::Migration(id) = lab.user(account, carry_out(&made)).unwrap() else {
        panic!()
    };
    lab.settle();
    assert_eq!(phase(&lab, id), MigrationPhase::Failed);
    assert_eq!(
        lab.fleet.migration(id).unwrap().problem.as_deref(),
        Some("No GPU.")
    );
    assert_eq!(lab.state(pod), "RUNNING");
    assert_eq!(lab.fleet.machine(target).unwrap().gpu_free(), 2);
    lab.check();
}

/// nothing starts that was not acknowledged, agreed to, or that the fleet has outrun.
#[test]
fn a_plan_is_refused_unless_it_is_agreed_to_and_still_true() {
    let mut lab = Lab::new();
    let account = lab.account(1_000);
    let (machine, target) = (lab.machine("a", 4), lab.machine("b", 2));
    let pod = lab.running(account, machine, 2);
    let made = plan(&mut lab, account, pod);
    let with = |acknowledge: Vec<ChangeKind>, consent: Option<&str>, digest: &str| Command::StartMigration {
        plan_id: made.id,
        digest: digest.to_owned(),
        acknowledge,
        consent: consent.map(str::to_owned),
    };
    let all = made.content.basis.acknowledge.clone();
    let some = all[1..].to_vec();
    let before = lab.fleet.digest().unwrap();
    let missing = lab.user(account, with(some, Some("train"), &made.digest));
    assert_eq!(
        missing,
        Err(Refusal::AcknowledgementMissing {
            missing: vec![ChangeKind::PodId]
        })
    );
    let lost = lab.user(account, with(all.clone(), None, &made.digest));
    assert!(
        matches!(lost, Err(Refusal::ConsentMissing { .. })),
        "the container disk of a running pod is lost"
    );
    assert_eq!(
        lab.user(account, with(all.clone(), Some("train"), "b3:0")),
        Err(Refusal::DigestMismatch)
    );
    assert_eq!(lab.fleet.digest().unwrap(), before, "a refusal changes nothing");

    let other = lab.account(100);
    lab.running(other, target, 1);
    let stale = lab.user(account, carry_out(&made)).err();
    assert!(matches!(stale, Some(Refusal::NoCapacity { .. })), "{stale:?}");
    let third = lab.machine("c", 2);
    let Outcome::PlanStale { plan_id, differences } = lab.user(account, carry_out(&made)).unwrap() else {
        panic!()
    };
    assert_eq!(lab.fleet.plan(plan_id).unwrap().content.basis.target, third);
    assert!(differences[0].contains('b'), "{differences:?}");
    assert_eq!(lab.state(pod), "RUNNING", "nothing was started");

    let fresh = plan(&mut lab, account, pod);
    lab.now = lab.now.plus_minutes(16);
    lab.report();
    assert!(matches!(
        lab.user(account, carry_out(&fresh)),
        Err(Refusal::PlanExpired { .. })
    ));
    lab.check();
}

/// a network volume's life.
#[test]
fn a_network_volume_lives_grows_and_waits_in_the_bin() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 4);
    lab.machine_in("elsewhere", 4, "EU-2", domain::machine::Cloud::Secure);
    let volume = lab.volume(account, 1_200);
    assert_eq!(lab.fleet.meters_of(account).count(), 2, "R-3.4: two prices");
    let mount = VolumeMount {
        volume_id: volume,
        path: "/data".to_owned(),
    };
    let new = NewPod {
        volume: None,
        mounts: vec![mount],
        ..Lab::new_pod("net", 1)
    };
    let pod = lab.create(account, new.clone());
    assert_eq!(
        lab.pod(pod).machine_id,
        machine,
        "R-5.2: only where the volume is"
    );
    let elsewhere = NewPod {
        data_center_ids: vec!["EU-2".try_into().unwrap()],
        ..new
    };
    assert!(matches!(
        lab.try_create(account, elsewhere),
        Err(Refusal::VolumeElsewhere { .. })
    ));
    lab.settle();
    let shrink = Command::UpdateVolume {
        volume_id: volume,
        name: None,
        size_gb: Some(100),
    };
    assert!(matches!(lab.user(account, shrink), Err(Refusal::VolumeSize(_))));
    let delete = |confirm: Option<&str>| Command::DeleteVolume {
        volume_id: volume,
        confirm: confirm.map(str::to_owned),
    };
    assert!(matches!(
        lab.user(account, delete(Some("data"))),
        Err(Refusal::VolumeInUse { .. })
    ));
    let detach = |restart| Command::DetachVolume {
        volume_id: volume,
        pod_id: pod,
        restart,
    };
    assert_eq!(
        lab.user(account, detach(false)),
        Err(Refusal::RestartNotAgreed),
        "R-5.3: said first"
    );
    lab.user(account, detach(true)).unwrap();
    lab.settle();
    assert!(matches!(
        lab.user(account, delete(None)),
        Err(Refusal::ConfirmationMissing { .. })
    ));
    lab.user(account, delete(Some("data"))).unwrap();
    lab.user(account, Command::RestoreVolume { volume_id: volume })
        .unwrap();
    lab.user(account, delete(Some("data"))).unwrap();
    lab.user(account, Command::StopPod { pod_id: pod }).unwrap();
    lab.settle();
    lab.now = lab.now.plus_hours(25);
    lab.operator(Command::Resume);
    lab.operator(Command::Tick);
    assert!(!lab.fleet.volume(volume).unwrap().is_listed());
    assert_eq!(lab.fleet.meters_on(Subject::Volume(volume)).count(), 0);
    lab.check();
}

/// data on network volumes needs no copy.
#[test]
fn a_pod_on_a_network_volume_moves_without_a_copy() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let (machine, target) = (lab.machine("a", 1), lab.machine("b", 1));
    let volume = lab.volume(account, 100);
    let mounts = vec![VolumeMount {
        volume_id: volume,
        path: "/data".to_owned(),
    }];
    let new = NewPod {
        volume: None,
        mounts,
        machine_id: Some(machine),
        ..Lab::new_pod("net", 1)
    };
    let pod = lab.create(account, new);
    lab.settle();
    lab.user(account, Command::StopPod { pod_id: pod }).unwrap();
    lab.settle();
    let made = plan(&mut lab, account, pod);
    assert_eq!(
        (made.content.bytes_to_copy, made.content.basis.target),
        (0, target)
    );
    lab.user(account, carry_out(&made)).unwrap();
    lab.settle();
    assert_eq!(lab.state(made.new_pod_id), PodStateKind::Running.as_str());
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
