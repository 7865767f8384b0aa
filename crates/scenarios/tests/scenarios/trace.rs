//! The public trace, read and replayed; skipped where its files are not there.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use domain::endpoints::PodDomain;
use domain::names::Name;
use domain::prices::PriceBook;
use domain::{Money, Timestamp};
use engine::state::{Policy, Settings};
use engine::{Actor, Command, Outcome, query};
use roadstead_scenarios::World;
use roadstead_scenarios::trace::{Qos, Replay, Trace};

use crate::invariants;

const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// The folder of the trace, or `None`, said so.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/openb");
    if !folder.is_dir() {
        eprintln!("skipped: the trace is not at {}", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn the_published_files_are_read_whole() {
    let Some(folder) = folder() else { return };
    let trace = Trace::read(&folder).unwrap();
    assert_eq!((trace.machines.len(), trace.pods.len()), (1_213, 8_152));
    assert_eq!(trace.gpus_by_model().values().sum::<u32>(), 6_212);
    let count = |qos| trace.pods.iter().filter(|it| it.qos == qos).count();
    assert_eq!(Qos::ALL.map(count), [4_647, 7, 100, 3_398]);
    assert_eq!(trace.pods.iter().filter(|it| it.gpu_count == 0).count(), 1_088);
    assert_eq!(
        trace.pods.iter().filter(|it| it.scheduled_s.is_none()).count(),
        897
    );
}

#[test]
fn a_missing_folder_is_named() {
    let error = Trace::read(Path::new("no-such-folder")).unwrap_err();
    assert!(
        error.to_string().contains("openb_node_list_gpu_node.csv"),
        "{error}"
    );
}

/// The whole trace at a speed at which its months are minutes.
#[test]
fn the_trace_is_lived_through() {
    let Some(folder) = folder() else { return };
    let trace = Trace::read(&folder).unwrap();
    let settings = Settings {
        pod_domain: PodDomain::local(8080),
        prices: PriceBook::default(),
        policy: Policy::default(),
        data_centers: Vec::new(),
    };
    let mut world = World::new(settings.clone(), START, 1);
    for command in trace.setup(&settings) {
        world.run(&Actor::Operator, command).unwrap();
    }
    let name = Name::try_from("Trace").unwrap();
    let Ok(Outcome::Account(account_id)) = world.run(
        &Actor::Operator,
        Command::CreateAccount {
            name,
            operator: false,
        },
    ) else {
        panic!("no account")
    };
    let amount = Money::from_dollars(1_000_000);
    world
        .run(
            &Actor::Operator,
            Command::Credit {
                account_id,
                amount,
                note: String::new(),
            },
        )
        .unwrap();

    let speed = NonZeroU32::new(100_000).unwrap();
    let mut replay = Replay::new(&trace, START.plus_seconds(10), speed);
    let mut alive_most = 0;
    while let Some(at) = replay.next_deadline() {
        world.advance_to(at);
        while let Some(command) = replay.next(at) {
            let answer = world.run_as(account_id, command);
            replay.answer(&answer);
        }
        alive_most = alive_most.max(replay.pods_alive());
    }
    world.advance_seconds(60);
    let made = world.fleet().pods_of(account_id).count();
    assert_eq!(made + replay.unplaced().len(), trace.pods.len());
    assert!(
        replay.unplaced().len() < trace.pods.len() / 100,
        "{:?}",
        replay.unplaced().first()
    );
    assert!(alive_most > 10 && query::balance(world.fleet(), account_id, world.now()) < amount);
    invariants::check(&world);
}
