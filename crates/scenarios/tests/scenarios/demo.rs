//! The demo shows everything it promises, and is the same every time.

use std::sync::OnceLock;

use agent_api::Report;
use domain::endpoints::PodDomain;
use domain::machine::MachineState;
use domain::pod::{DesiredPod, PodState, PodStateKind, StopReason};
use domain::{AccountId, PodId, Timestamp};
use engine::state::{BindingRole, FundsState, MeterReason, MigrationPhase, Pod, Resource, VolumeBin};
use engine::{Command, Outcome, desired, query};
use roadstead_scenarios::demo::MAIN_ACCOUNT;
use roadstead_scenarios::{SimFleet, World, demo};

use crate::invariants;

fn now() -> Timestamp {
    "2026-11-22T09:41:27Z".parse().unwrap()
}

fn told() -> World {
    demo(now(), PodDomain::local(8080)).unwrap()
}

/// The same for all tests that only look.
fn seen() -> &'static World {
    static SEEN: OnceLock<World> = OnceLock::new();
    SEEN.get_or_init(told)
}

fn account(world: &World, name: &str) -> AccountId {
    world
        .fleet()
        .accounts()
        .find(|it| it.name.as_str() == name)
        .unwrap()
        .id
}

fn listed<'a>(world: &'a World, name: &str) -> &'a Pod {
    let named = |it: &&Pod| it.name.as_str() == name && it.is_listed();
    world
        .fleet()
        .pods_of(account(world, MAIN_ACCOUNT))
        .find(named)
        .unwrap_or_else(|| panic!("no {name}"))
}

fn kind(world: &World, name: &str) -> PodStateKind {
    listed(world, name).state.kind()
}

#[test]
fn every_state_worth_showing_is_there() {
    let world = seen();
    let expected = [
        ("chat-backend", PodStateKind::Running),
        ("sd-webui", PodStateKind::Running),
        ("vllm-serve", PodStateKind::Running),
        ("dataset-prep", PodStateKind::Running),
        ("asr-stream", PodStateKind::Provisioning),
        ("embed-index", PodStateKind::Starting),
        ("gan-lab", PodStateKind::Stopping),
        ("train-llama-8b", PodStateKind::Stopped),
        ("lora-maya", PodStateKind::Stopped),
        ("protein-fold", PodStateKind::Unreachable),
        ("notes-bot", PodStateKind::Unreachable),
        ("ingest-fail-pull", PodStateKind::Error),
        ("etl-exit-at-once", PodStateKind::Error),
    ];
    for (name, state) in expected {
        assert_eq!(
            kind(world, name),
            state,
            "{name}: {:?}",
            listed(world, name).state
        );
    }
    let main = account(world, MAIN_ACCOUNT);
    assert!((18..=26).contains(&world.fleet().pods_of(main).filter(|it| it.is_listed()).count()));
    assert!(
        world
            .fleet()
            .pods_of(main)
            .any(|it| it.state.kind() == PodStateKind::Terminated)
    );
    assert!(listed(world, "chat-backend").locked);
}

/// the pod the reader is led to move.
#[test]
fn a_stopped_pod_whose_gpus_are_taken_can_be_moved() {
    let mut world = told();
    let main = account(&world, MAIN_ACCOUNT);
    let pod = listed(&world, "train-llama-8b").clone();
    let machine = world.fleet().machine(pod.machine_id).unwrap();
    assert!(machine.is_ready() && machine.gpu_free() < pod.gpus_needed());
    assert!(
        machine
            .slots
            .iter()
            .flatten()
            .any(|it| world.fleet().pod(*it).unwrap().account_id != main)
    );
    assert_eq!(world.fleet().usage(&pod).0, 180_000_000_000);
    assert_eq!(pod.spec.volume.as_ref().unwrap().size_gb, 250);
    let ports: Vec<String> = pod.spec.ports.iter().map(ToString::to_string).collect();
    assert_eq!(ports, ["8888/http", "6006/http", "22/tcp"]);
    // Its address is in use elsewhere, so the plan has something to find.
    let id = pod.id.to_string();
    assert!(
        listed(&world, "eval-nightly")
            .spec
            .env
            .values()
            .any(|it| it.contains(&id))
    );

    let start = Command::StartPod {
        pod_id: pod.id,
        cpu_only: false,
    };
    assert!(matches!(
        world.run_as(main, start),
        Err(engine::Refusal::GpusTaken { .. })
    ));
    let plan = Command::PlanMigration {
        pod_id: pod.id,
        machine_id: None,
    };
    assert!(matches!(world.run_as(main, plan), Ok(Outcome::Plan(_))));
}

#[test]
fn ways_around_taken_gpus_are_shown() {
    let world = seen();
    let cpu_only = listed(world, "finetune-mistral");
    assert!(cpu_only.cpu_only && cpu_only.slots.is_empty() && cpu_only.state.kind() == PodStateKind::Running);
    let waits = listed(world, "render-queue");
    assert!(waits.waiting.is_some() && waits.desired == DesiredPod::Stopped);
    assert_eq!(
        world.fleet().waiting_on(waits.machine_id).collect::<Vec<PodId>>(),
        [waits.id]
    );
}

///
#[test]
fn one_migration_copies_and_one_awaits_confirmation() {
    let world = seen();
    let main = account(world, MAIN_ACCOUNT);
    let phase = |phase| {
        world
            .fleet()
            .migrations_of(main)
            .find(|it| it.state.phase == phase)
            .unwrap()
    };
    let copying = phase(MigrationPhase::Copying);
    assert!(
        copying.bytes_done > copying.bytes_total / 10 && copying.bytes_done < copying.bytes_total * 9 / 10
    );
    assert!(copying.bytes_total >= 1_600_000_000_000 && copying.bytes_per_second > 0);

    let waits = phase(MigrationPhase::AwaitingConfirmation);
    assert!(waits.state.confirm_by.unwrap() > now());
    let target = world.fleet().pod(waits.target_pod_id).unwrap();
    assert_eq!(target.state.kind(), PodStateKind::Running);
    assert!(matches!(
        target.binding.as_ref().unwrap().role,
        BindingRole::Target { .. }
    ));
    let source = world.fleet().pod(waits.source_pod_id).unwrap();
    assert_eq!(source.moved_to.unwrap().pod_id, target.id);
    assert!(waits.verified.is_some());
}

#[test]
fn volumes_are_shared_free_and_in_the_bin() {
    let world = seen();
    let main = account(world, MAIN_ACCOUNT);
    let volume = |name| {
        world
            .fleet()
            .volumes_of(main)
            .find(|it| it.name.as_str() == name)
            .unwrap()
    };
    assert_eq!(world.fleet().pods_mounting(volume("models-shared").id).count(), 2);
    assert_eq!(world.fleet().pods_mounting(volume("datasets").id).count(), 0);
    assert!(matches!(volume("scratch-old").bin, VolumeBin::InBin { .. }));
}

#[test]
fn machines_have_a_history() {
    let world = seen();
    let machine = |name| {
        world
            .fleet()
            .machines()
            .find(|it| it.name.as_str() == name)
            .unwrap()
    };
    assert_eq!(world.fleet().machines().count(), 14);
    let MachineState::Unreachable { since } = machine("de-4090-1").state else {
        panic!("it is heard")
    };
    assert!((39..=41).contains(&(now().since(since) / 60_000)));
    assert!(
        !machine("pl-3090-1").is_placeable(now()),
        "{:?}",
        machine("pl-3090-1").reliability(now())
    );
    let rest = world
        .fleet()
        .machines()
        .filter(|it| it.is_placeable(now()))
        .count();
    assert_eq!(rest, 12);
    let free = world
        .fleet()
        .machines()
        .filter(|it| it.gpu_type == machine("nl-4090-1").gpu_type);
    assert!(
        free.filter(|it| it.is_placeable(now()))
            .any(|it| it.gpu_free() >= 2)
    );
}

///
#[test]
fn one_account_runs_out_of_funds_within_the_hour() {
    let mut world = told();
    let (main, tide) = (account(&world, MAIN_ACCOUNT), account(&world, "Tide Robotics"));
    let ends = query::runway(world.fleet(), tide, now()).unwrap().ends_at();
    assert!((10..60).contains(&(ends.since(now()) / 60_000)), "{ends}");
    let main_ends = query::runway(world.fleet(), main, now()).unwrap().ends_at();
    assert!(main_ends > now().plus_hours(24), "{main_ends}");

    world.advance_to(now().plus_hours(1));
    let funds = world.fleet().account(tide).unwrap().funds;
    assert!(matches!(funds, FundsState::Out { stopped_at } if stopped_at.since(ends) < 60_000));
    let stopped = |it: &Pod| {
        matches!(
            it.state,
            PodState::Stopped {
                reason: StopReason::OutOfFunds,
                ..
            }
        )
    };
    assert!(world.fleet().pods_of(tide).all(stopped));
    invariants::check(&world);
}

#[test]
fn ledgers_hold_two_days_and_add_up() {
    let world = seen();
    let main = account(world, MAIN_ACCOUNT);
    let entries = world.fleet().ledger(main);
    let credits = entries
        .iter()
        .filter(|it| it.resource == Resource::Credit)
        .count();
    assert_eq!(credits, 2);
    for reason in [
        MeterReason::Running,
        MeterReason::CpuOnly,
        MeterReason::StorageRunning,
        MeterReason::StorageStopped,
        MeterReason::NetworkVolume,
        MeterReason::MachineDown,
    ] {
        assert!(
            entries.iter().any(|it| it.reason == reason),
            "no line of {reason:?}"
        );
    }
    assert!(entries.first().unwrap().posted_at < now().plus_hours(-48));
    assert!(!query::balance(world.fleet(), main, now()).is_negative());
    invariants::check(world);
    let start = world.fleet().settings().clone();
    invariants::check_replay(start, world);
}

#[test]
fn the_same_moment_gives_the_same_demo() {
    let (one, other) = (told(), told());
    assert_eq!(one.fleet().digest().unwrap(), other.fleet().digest().unwrap());
    assert_eq!(one.events(), other.events());
    // And it goes on in the same way.
    let later = |mut world: World| {
        world.advance_to(now().plus_hours(2));
        world.fleet().digest().unwrap()
    };
    assert_eq!(later(one), later(other));
}

/// A control plane that starts again finds the machines of its simulation as they were.
#[test]
fn machines_go_on_where_they_were() {
    let mut world = told();
    world.advance_seconds(120);
    let mut hosts = SimFleet::resume(world.fleet(), world.now());
    for machine in world.fleet().machines() {
        let document = desired::document(world.fleet(), machine.id, 2).unwrap();
        hosts
            .deliver(machine.name.as_str(), document, world.now())
            .unwrap();
    }
    let heard: Vec<_> = hosts
        .step(world.now())
        .into_iter()
        .map(|it| it.machine_id)
        .collect();
    for machine in world.fleet().machines() {
        let seen = |hosts: &SimFleet| hosts.host(machine.id).unwrap().observe(world.now());
        let (before, after) = (seen(world.hosts()), seen(&hosts));
        assert_eq!(
            heard.contains(&machine.id),
            machine.is_ready(),
            "{}",
            machine.name
        );
        let states = |it: &Report| {
            it.pods
                .iter()
                .map(|it| (it.pod_id, it.observed.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(states(&before), states(&after), "{}", machine.name);
        // Disks grow in steps; a machine that goes on may be within one of them.
        for (before, after) in before.pods.iter().zip(&after.pods) {
            assert!(
                before.volume_used_bytes.abs_diff(after.volume_used_bytes) < 2_000_000_000,
                "{after:?}"
            );
        }
        let verified = |it: &Report| it.copies.iter().map(|it| it.bytes_verified).sum::<u64>();
        assert!(verified(&before) - verified(&after) < 5_000_000_000);
    }
}

/// Whatever the hour: the story rests on no moment of its own.
#[test]
fn the_demo_can_be_told_at_any_moment() {
    for millis in [59_999, 3_000_123] {
        let world = demo(now() + millis, PodDomain::local(8080)).unwrap();
        invariants::check(&world);
    }
}
