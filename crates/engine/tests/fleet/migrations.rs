//! Moves: plan, copy, switch, confirm, revert, cancel.

use super::lab::{self, Lab};
use agent_api::Observed;
use domain::allowed::NotAllowed;
use domain::endpoints::ChangeKind;
use domain::pod::{PodState, PodStateKind, StopReason, VolumeMount};
use domain::{MigrationId, Money, Timestamp, limits};
use roadstead_engine::command::NewPod;
use roadstead_engine::state::{BindingRole, MigrationPhase, PlanFate, Subject};
use roadstead_engine::{Command, Outcome, Refusal, query};

fn phase(lab: &Lab, id: MigrationId) -> MigrationPhase {
    lab.fleet.migration(id).unwrap().state.phase
}

/// a stopped pod moves, is confirmed, and its old ID says where it went.
#[test]
fn a_stopped_pod_moves_with_its_data_and_is_confirmed() {
    let mut lab = Lab::new();
    let (account, other) = (lab.account(100), lab.account(100));
    let (machine, target) = (lab.machine("a", 2), lab.machine("b", 2));
    let pod = lab.running(account, machine, 2);
    lab.stop(pod);
    lab.settle();
    lab.running(other, machine, 2);
    let made = lab.plan(pod, None);
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
    let id = match lab.user(account, lab::carry_out(&made)).unwrap() {
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
    let id = lab.migrate(pod, None);
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
    let id = lab.migrate(pod, None);
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
    lab.user(account, lab::revert(id)).unwrap();
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
        let id = lab.migrate(pod, None);
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
    let made = lab.plan(pod, None);
    lab.broken.insert(
        made.new_pod_id,
        Observed::Failed {
            message: "No GPU.".to_owned(),
        },
    );
    let Outcome::Migration(id) = lab.user(account, lab::carry_out(&made)).unwrap() else {
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
    let made = lab.plan(pod, None);
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
    let stale = lab.user(account, lab::carry_out(&made)).err();
    assert!(matches!(stale, Some(Refusal::NoCapacity { .. })), "{stale:?}");
    let third = lab.machine("c", 2);
    let Outcome::PlanStale { plan_id, differences } = lab.user(account, lab::carry_out(&made)).unwrap()
    else {
        panic!()
    };
    assert_eq!(lab.fleet.plan(plan_id).unwrap().content.basis.target, third);
    assert!(differences[0].contains('b'), "{differences:?}");
    assert_eq!(lab.state(pod), "RUNNING", "nothing was started");

    let fresh = lab.plan(pod, None);
    lab.now = lab.now.plus_minutes(16);
    lab.report();
    assert!(matches!(
        lab.user(account, lab::carry_out(&fresh)),
        Err(Refusal::PlanExpired { .. })
    ));
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
    lab.stop(pod);
    lab.settle();
    let made = lab.plan(pod, None);
    assert_eq!(
        (made.content.bytes_to_copy, made.content.basis.target),
        (0, target)
    );
    lab.user(account, lab::carry_out(&made)).unwrap();
    lab.settle();
    assert_eq!(lab.state(made.new_pod_id), PodStateKind::Running.as_str());
    lab.check();
}

/// a pod that came by a move stays in the lists, and is charged, while it moves on.
#[test]
fn a_pod_that_moved_moves_again_as_one_pod() {
    let mut lab = Lab::new();
    let account = lab.account(1_000);
    let (machine, _, _) = (lab.machine("a", 2), lab.machine("b", 2), lab.machine("c", 2));
    let first = lab.running(account, machine, 2);
    let id = lab.migrate(first, None);
    lab.settle();
    lab.user(account, Command::ConfirmMigration { migration_id: id })
        .unwrap();
    lab.settle();
    let second = lab.fleet.migration(id).unwrap().target_pod_id;
    lab.stop(second);
    lab.settle();
    let id = lab.migrate(second, None);
    let third = lab.fleet.migration(id).unwrap().target_pod_id;
    assert!(lab.pod(second).is_listed() && !lab.pod(third).is_listed());
    let volume_is_charged = lab
        .fleet
        .meters_on(Subject::Pod(second))
        .any(|it| it.rate.price() > Money::ZERO);
    assert!(volume_is_charged, "R-4.6: one pod is charged");
    assert_eq!(lab.fleet.meters_on(Subject::Pod(third)).count(), 0);
    lab.settle();
    assert!(!lab.pod(second).is_listed() && lab.pod(third).is_listed());
    assert_eq!(lab.fleet.resolve(first).unwrap().id, third, "R-4.7");
    lab.check();
}

/// what is written after the plan was made, until the pod has stopped, goes with it.
#[test]
fn what_is_written_after_the_plan_is_copied_too() {
    const WRITTEN: u64 = 7_000_000_000;
    for runs in [true, false] {
        let mut lab = Lab::new();
        let account = lab.account(1_000);
        let (machine, _) = (lab.machine("a", 2), lab.machine("b", 2));
        let pod = lab.create(
            account,
            NewPod {
                machine_id: Some(machine),
                ..Lab::new_pod("train", 1)
            },
        );
        lab.volume_used.insert(pod, 0);
        lab.settle();
        if !runs {
            lab.stop(pod);
            lab.settle();
        }
        let plan = lab.plan(pod, None);
        assert_eq!(plan.content.bytes_to_copy, 0);
        if !runs {
            // Its volume fills in between, and the plan rests on the same fates as before.
            lab.volume_used.insert(pod, WRITTEN);
            lab.report();
        }
        let started = lab.user(account, lab::carry_out(&plan)).unwrap();
        if let Outcome::PlanStale { .. } = started {
            assert!(
                !runs,
                "a fate that changed is shown before anything starts (R-4.4)"
            );
            continue;
        }
        lab.volume_used.insert(pod, WRITTEN);
        lab.settle();
        let Outcome::Migration(id) = started else {
            panic!("{started:?}")
        };
        let migration = lab.fleet.migration(id).unwrap();
        assert_eq!(migration.state.phase, MigrationPhase::AwaitingConfirmation);
        assert_eq!(migration.bytes_done, WRITTEN);
        assert!(migration.verified.is_some(), "R-4.5: nothing switches unverified");
        lab.check();
    }
}

/// a plan that was made when less was written copies what there is when it is carried out.
#[test]
fn a_plan_copies_what_there_is_when_it_is_carried_out() {
    let mut lab = Lab::new();
    let account = lab.account(1_000);
    let (machine, _) = (lab.machine("a", 2), lab.machine("b", 2));
    let pod = lab.running(account, machine, 1);
    lab.stop(pod);
    lab.settle();
    let plan = lab.plan(pod, None);
    let before = plan.content.bytes_to_copy;
    lab.volume_used.insert(pod, before + 1_000);
    lab.report();
    let Outcome::Migration(id) = lab.user(account, lab::carry_out(&plan)).unwrap() else {
        panic!("the fates are the same")
    };
    assert_eq!(lab.fleet.migration(id).unwrap().bytes_total, before + 1_000);
}

/// who ran on CPUs only runs on CPUs again after a cancel, and the plan names that price as the one before.
#[test]
fn a_cancel_gives_a_pod_on_cpus_its_cpus_back() {
    let mut lab = Lab::new();
    let taken = lab.gpus_taken(2);
    lab.machine("b", 2);
    lab.start_on_cpus(taken.pod);
    let price = lab.fleet.settings().prices.cpu_only_hour;
    let plan = lab.plan(taken.pod, None);
    let cost = &plan.content.basis.cost;
    assert!(cost.before >= price && cost.before < price + Money::from_micros(100_000));
    assert!(cost.after > Money::from_micros(1_000_000), "two GPUs");
    let Outcome::Migration(id) = lab.user(taken.account, lab::carry_out(&plan)).unwrap() else {
        panic!()
    };
    lab.user(taken.account, Command::CancelMigration { migration_id: id })
        .unwrap();
    lab.settle();
    let pod = lab.pod(taken.pod);
    assert!(pod.state.kind() == PodStateKind::Running && pod.cpu_only);
    lab.check();
}

/// GPUs that a move leaves behind go to who waits for them.
#[test]
fn gpus_a_move_leaves_go_to_the_queue() {
    let mut lab = Lab::new();
    let taken = lab.gpus_taken(2);
    lab.machine("b", 2);
    lab.wait_for_gpus(taken.pod);
    lab.migrate(taken.neighbour, None);
    lab.settle();
    assert_eq!(lab.state(taken.pod), "RUNNING");
    lab.check();
}

/// a revert ends although the machine of the new pod is gone; its old pod is there from the first moment on.
#[test]
fn a_revert_does_not_wait_for_ever() {
    let mut lab = Lab::new();
    let account = lab.account(1_000);
    let (machine, target) = (lab.machine("a", 2), lab.machine("b", 2));
    let pod = lab.running(account, machine, 1);
    let id = lab.migrate(pod, None);
    lab.settle();
    let new_id = lab.fleet.migration(id).unwrap().target_pod_id;
    lab.silent.push(target);
    lab.pass_minutes(1);
    assert_eq!(lab.state(new_id), "UNREACHABLE");
    lab.user(account, lab::revert(id)).unwrap();
    assert!(
        lab.pod(pod).is_listed() && !lab.pod(new_id).is_listed(),
        "one of the two, always"
    );
    assert_eq!(lab.fleet.resolve(new_id).unwrap().id, pod, "R-4.7");
    assert!(matches!(
        lab.pod(pod).state,
        PodState::Stopped {
            reason: StopReason::MigrationEnded,
            ..
        }
    ));
    let start = Command::StartPod {
        pod_id: pod,
        cpu_only: false,
    };
    let early = lab.user(account, start.clone());
    assert!(
        matches!(early, Err(Refusal::NotAllowed(_))),
        "never two that run: {early:?}"
    );
    lab.check();
    lab.pass_minutes(11);
    assert_eq!(phase(&lab, id), MigrationPhase::Reverted);
    let problem = lab.fleet.migration(id).unwrap().problem.as_ref().unwrap();
    assert!(problem.contains("not started by itself"), "{problem}");
    assert_eq!(lab.state(pod), "STOPPED");
    assert!(lab.pod(pod).is_listed() && !lab.pod(new_id).is_listed());
    assert!(lab.fleet.meters_on(Subject::Pod(new_id)).next().is_none());
    lab.user(account, start).unwrap();
    lab.silent.clear();
    lab.settle();
    assert_eq!((lab.state(pod), lab.state(new_id)), ("RUNNING", "TERMINATED"));
    assert_eq!(lab.fleet.machine(target).unwrap().gpu_free(), 2);
    lab.check();
}

/// while the control plane is away nobody is heard, so that time does not count.
#[test]
fn a_revert_waits_anew_after_the_control_plane_was_away() {
    let mut lab = Lab::new();
    let account = lab.account(1_000);
    let (machine, _) = (lab.machine("a", 2), lab.machine("b", 2));
    let pod = lab.running(account, machine, 1);
    let id = lab.migrate(pod, None);
    lab.settle();
    lab.user(account, lab::revert(id)).unwrap();
    lab.now = lab.now.plus_hours(1);
    lab.operator(Command::Resume);
    lab.operator(Command::Tick);
    assert_eq!(phase(&lab, id), MigrationPhase::Reverting);
    lab.settle();
    assert_eq!(phase(&lab, id), MigrationPhase::Reverted);
    assert_eq!(lab.state(pod), "RUNNING", "it ran before");
    lab.check();
}

/// the lock of the new pod holds against a revert.
#[test]
fn a_locked_pod_is_not_reverted() {
    let mut lab = Lab::new();
    let account = lab.account(1_000);
    let (machine, _) = (lab.machine("a", 2), lab.machine("b", 2));
    let pod = lab.running(account, machine, 1);
    let id = lab.migrate(pod, None);
    lab.settle();
    let new_id = lab.fleet.migration(id).unwrap().target_pod_id;
    let edit = lab::locked(true);
    lab.user(account, Command::UpdatePod { pod_id: new_id, edit })
        .unwrap();
    assert_eq!(
        lab.user(account, lab::revert(id)),
        Err(Refusal::NotAllowed(NotAllowed::Locked))
    );
    assert_eq!(phase(&lab, id), MigrationPhase::AwaitingConfirmation);
}

/// A plan that nobody carries out is forgotten a day after it has expired, and one of too many at once; one that was
/// carried out stays with its migration.
#[test]
fn plans_are_not_kept_for_ever() {
    let mut lab = Lab::new();
    let account = lab.account(1_000);
    let (machine, _) = (lab.machine("a", 2), lab.machine("b", 2));
    let pod = lab.running(account, machine, 1);
    let (left, used) = (lab.plan(pod, None), lab.plan(pod, None));
    lab.user(account, lab::carry_out(&used)).unwrap();
    lab.settle();
    let pass_to = |lab: &mut Lab, at: Timestamp| {
        lab.now = at;
        lab.operator(Command::Resume);
        lab.operator(Command::Tick);
    };
    let forgotten = left.expires_at.plus_hours(limits::PLAN_KEPT_HOURS);
    pass_to(&mut lab, forgotten + -1);
    assert!(lab.fleet.plan(left.id).is_some());
    lab.check();
    pass_to(&mut lab, forgotten);
    assert!(lab.fleet.plan(left.id).is_none() && lab.fleet.plan(used.id).is_some());
    lab.check();
    lab.settle();
    let moved = lab.fleet.resolve(pod).unwrap().id;
    let first = lab.plan(moved, None);
    lab.now = lab.now + 1;
    for _ in 1..limits::PLANS_PER_ACCOUNT_MAX {
        lab.plan(moved, None);
    }
    assert!(lab.fleet.plan(first.id).is_some());
    lab.plan(moved, None);
    assert!(lab.fleet.plan(first.id).is_none());
    lab.check();
}
