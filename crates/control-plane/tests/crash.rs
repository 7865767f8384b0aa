//! A process that is killed in the middle of its writes loses nothing that it acknowledged, and leaves
//! nothing half done.
//!
//! The test starts itself again as a child, which writes and says what came back, and kills it: while it
//! works off one commit after the other, once around each other kind of write, and in the middle of a move.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use domain::ids::IdMint;
use domain::pod::{PodStateKind, PodVolume};
use domain::{AccountId, ApiKeyId};
use engine::state::MigrationPhase;
use engine::{Event, Fleet, Outcome};
use roadstead_control_plane::clock::Clock;
use roadstead_control_plane::store::{Answer, ApiKey, Batch, Session, SqliteStore, Store, Wish};
use roadstead_control_plane::{Config, Pace, Seed};

/// Names the folder a child writes to.
const FOLDER: &str = "ROADSTEAD_TEST_CHILD";
/// Names what it writes.
const WRITES: &str = "ROADSTEAD_TEST_WRITES";
/// Tells the lives of a child apart.
const LIFE: &str = "ROADSTEAD_TEST_LIFE";
/// How often a child is started and killed while it commits.
const LIVES: u64 = 12;
/// How often around one write of another kind, each time a little later.
const LIVES_PER_WRITE: u64 = 8;

fn database(folder: &Path) -> PathBuf {
    folder.join("roadstead.db")
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

fn say(words: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "{words}").unwrap();
    out.flush().unwrap();
}

#[tokio::test]
async fn child() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    match variable(WRITES).as_str() {
        "commits" => commit_for_ever(&folder).await,
        "move" => move_a_pod(&folder).await,
        kind => write_once(&folder, kind, variable(LIFE).parse().unwrap()).await,
    }
}

fn spawn(folder: &Path, writes: &str, life: u64) -> (Child, std::io::Lines<BufReader<ChildStdout>>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(WRITES, writes)
        .env(LIFE, life.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

/// Kills a child after a while. Whoever started it reads on meanwhile, so that it is not held up by a full pipe.
fn kill_after(mut child: Child, wait: Duration) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        std::thread::sleep(wait);
        child.kill().unwrap();
        child.wait().unwrap();
    })
}

/// Commits, snapshots and answers as fast as it can; says what was acknowledged.
async fn commit_for_ever(folder: &Path) {
    let store = SqliteStore::open(&database(folder)).await.unwrap();
    let mut fleet = match store.load().await.unwrap() {
        Some(fleet) => fleet,
        None => {
            roadstead_control_plane::seed(&store, new_seed()).await.unwrap();
            store.load().await.unwrap().unwrap()
        }
    };
    let account_id = fleet.accounts().next().unwrap().id;
    let machine_id = fleet.machines().next().unwrap().id;
    for round in 0_u64.. {
        let events = some_events(&mut fleet, account_id, round);
        let sequence = fleet.sequence();
        let digest = fleet.digest().unwrap();
        let wish = Wish {
            machine_id,
            sequence,
            attempt: 0,
            next_run_at: Clock::wall(),
        };
        let batch = Batch {
            events,
            wishes: vec![wish],
            answers: vec![answer(&sequence.to_string(), &digest)],
            ..Batch::default()
        };
        store.commit(&batch).await.unwrap();
        say(&format!("acknowledged {sequence} {digest}"));
        if round % 5 == 4 {
            store.put_snapshot(&fleet.record()).await.unwrap();
        }
    }
}

fn new_seed() -> Seed {
    let (world, account_id) = common::world(0);
    common::seed_of(world, account_id)
}

fn answer(key: &str, digest: &str) -> Answer {
    Answer {
        principal: "p".to_owned(),
        key: key.to_owned(),
        digest: digest.to_owned(),
        status: 200,
        content_type: String::new(),
        headers: Vec::new(),
        body: vec![b'x'; 4_000],
        created_at: Clock::wall(),
    }
}

/// What a command did to the fleet: pods are made, renamed and deleted again.
fn some_events(fleet: &mut Fleet, account_id: AccountId, round: u64) -> Vec<Event> {
    let actor = engine::Actor::Account(account_id);
    let newest = fleet.pods_of(account_id).next_back().map(|it| it.id);
    let command = match (round % 3, newest) {
        (1, Some(pod_id)) => {
            let name = Some(domain::names::Name::try_from(format!("renamed-{round}")).unwrap());
            engine::Command::UpdatePod {
                pod_id,
                edit: Box::new(engine::command::PodEdit {
                    name,
                    ..engine::command::PodEdit::default()
                }),
            }
        }
        (2, Some(pod_id)) => engine::Command::TerminatePod {
            pod_id,
            confirm: None,
        },
        _ => common::new_pod(&format!("pod-{round}")),
    };
    let moment = engine::Moment {
        now: Clock::wall(),
        seed: roadstead_control_plane::secret::random_bits().unwrap(),
    };
    match engine::execute(fleet, &actor, command, moment) {
        Ok(decision) => decision.events,
        // The machine is full: the next round deletes.
        Err(_) => Vec::new(),
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = IdMint::new(Clock::wall(), Clock::wall().millis().unsigned_abs());
    let mut acknowledged_in_all = 0;
    for life in 0..LIVES {
        let (last, count) = commit_and_die(folder.path(), random.next_bits() % 40);
        acknowledged_in_all += count;
        let store = SqliteStore::open(&database(folder.path())).await.unwrap();
        let Some((sequence, digest)) = last else { continue };
        let events = store.tail(usize::MAX, usize::MAX).await.unwrap();
        let mut fleet = Fleet::default();
        for event in &events {
            fleet.evolve(event);
            if event.sequence == sequence {
                assert_eq!(fleet.digest().unwrap(), digest, "life {life}");
            }
        }
        assert!(
            fleet.sequence() >= sequence,
            "life {life}: {} of {sequence}",
            fleet.sequence()
        );
        let loaded = store.load().await.unwrap().unwrap();
        assert_eq!(loaded.digest().unwrap(), fleet.digest().unwrap(), "life {life}");
        let answer = store.answer("p", &sequence.to_string()).await.unwrap();
        assert!(answer.is_some_and(|it| it.body.len() == 4_000), "life {life}");
        let wishes = store.wishes().await.unwrap();
        assert!(wishes.iter().any(|it| it.sequence >= sequence), "life {life}");
        store.close().await;
    }
    assert!(acknowledged_in_all > LIVES, "only {acknowledged_in_all} commits");
}

/// Kills a child some time after its first commits; what it acknowledged last, and how often.
fn commit_and_die(folder: &Path, millis: u64) -> (Option<(u64, String)>, u64) {
    let (child, mut lines) = spawn(folder, "commits", 0);
    let mut acknowledged = Vec::new();
    let mut read = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        if let ["acknowledged", sequence, digest] = words[..] {
            acknowledged.push((sequence.parse().unwrap(), digest.to_owned()));
        }
        acknowledged.len() as u64
    };
    while let Some(Ok(line)) = lines.next() {
        if read(&line) > 0 {
            break;
        }
    }
    let killer = kill_after(child, Duration::from_millis(millis));
    for line in lines.map_while(Result::ok) {
        read(&line);
    }
    killer.join().unwrap();
    let count = acknowledged.len() as u64;
    (acknowledged.pop(), count)
}

/// One write of a kind, with the words before and after it between which it may be killed.
async fn write_once(folder: &Path, kind: &str, life: u64) {
    if kind == "seed" {
        let seed = new_seed();
        say("ready");
        let store = SqliteStore::open(&database(folder)).await.unwrap();
        roadstead_control_plane::seed(&store, seed).await.unwrap();
        say("acknowledged");
        return std::future::pending().await;
    }
    let store = SqliteStore::open(&database(folder)).await.unwrap();
    let fleet = store.load().await.unwrap().unwrap();
    let account_id = fleet.accounts().next().unwrap().id;
    let now = Clock::wall();
    say("ready");
    match kind {
        "snapshot" => store.put_snapshot(&fleet.record()).await.unwrap(),
        "answer" => {
            let batch = Batch {
                answers: vec![answer(&life.to_string(), "d")],
                ..Batch::default()
            };
            store.commit(&batch).await.unwrap();
        }
        "meta" => store.put_meta(&format!("word-{life}"), "kept").await.unwrap(),
        "key" => {
            let key = ApiKey {
                id: ApiKeyId::mint(&mut IdMint::new(now, life)),
                prefix: "rs_01234567".to_owned(),
                digest: life.to_string(),
                name: "ci".to_owned(),
                account_id,
                scopes: "pods:read".to_owned(),
                operator: false,
                created_at: now,
                expires_at: None,
            };
            store.put_api_key(&key).await.unwrap();
        }
        "session" => {
            let session = Session {
                prefix: "rs_01234567".to_owned(),
                digest: life.to_string(),
                account_id,
                scopes: String::new(),
                operator: false,
                expires_at: now.plus_hours(1),
            };
            store.put_session(&session).await.unwrap();
        }
        other => panic!("{other} is no kind of write"),
    }
    say("acknowledged");
    std::future::pending().await
}

/// Kills a child `micros` after it was ready to write; whether it said that it had written.
fn write_and_die(folder: &Path, kind: &str, life: u64, micros: u64) -> bool {
    let (child, mut lines) = spawn(folder, kind, life);
    while let Some(Ok(line)) = lines.next() {
        if line.ends_with("ready") {
            break;
        }
    }
    let killer = kill_after(child, Duration::from_micros(micros));
    let acknowledged = lines.map_while(Result::ok).any(|it| it == "acknowledged");
    killer.join().unwrap();
    acknowledged
}

#[tokio::test]
async fn a_store_is_filled_whole_or_not_at_all() {
    for life in 0..LIVES_PER_WRITE {
        let folder = tempfile::tempdir().unwrap();
        let acknowledged = write_and_die(folder.path(), "seed", life, life * 3_000);
        let store = SqliteStore::open(&database(folder.path())).await.unwrap();
        let named = store.meta("main_account").await.unwrap();
        match store.load().await.unwrap() {
            Some(fleet) => {
                let account = fleet.accounts().next().unwrap();
                assert_eq!(named, Some(account.id.to_string()), "life {life}");
                assert_eq!(fleet.machines().count(), 1);
            }
            None => {
                assert!(!acknowledged && named.is_none(), "life {life}: {named:?}");
                roadstead_control_plane::seed(&store, new_seed()).await.unwrap();
                assert!(store.load().await.unwrap().is_some());
            }
        }
        store.close().await;
    }
}

#[tokio::test]
async fn every_kind_of_write_is_there_or_not() {
    for kind in ["snapshot", "answer", "meta", "key", "session"] {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&database(folder.path())).await.unwrap();
        roadstead_control_plane::seed(&store, new_seed()).await.unwrap();
        let digest = store.load().await.unwrap().unwrap().digest().unwrap();
        store.close().await;
        drop(store);
        for life in 0..LIVES_PER_WRITE {
            let acknowledged = write_and_die(folder.path(), kind, life, life * 500);
            let store = SqliteStore::open(&database(folder.path())).await.unwrap();
            assert_eq!(store.load().await.unwrap().unwrap().digest().unwrap(), digest);
            let number = life.to_string();
            // Everything that is there can be read, also what the lives before this one left.
            let is_there = match kind {
                "answer" => {
                    let answer = store.answer("p", &number).await.unwrap();
                    answer.is_some_and(|it| it.body.len() == 4_000)
                }
                "meta" => store.meta(&format!("word-{life}")).await.unwrap().is_some(),
                "key" => store
                    .api_keys()
                    .await
                    .unwrap()
                    .iter()
                    .any(|it| it.digest == number),
                "session" => {
                    let sessions = store.sessions(Clock::wall()).await.unwrap();
                    sessions.iter().any(|it| it.digest == number)
                }
                // The log alone is enough.
                _ => true,
            };
            assert!(is_there || !acknowledged, "{kind}, life {life}");
            store.close().await;
        }
    }
}

/// Fast enough that a copy takes seconds, and slow enough that it can be met in the middle.
fn moving(folder: &Path) -> Config {
    Config {
        pace: Pace::Virtual(20.0),
        ..common::config(folder)
    }
}

/// A fleet in which a pod with a filled volume was just sent to another machine.
fn seed_with_move() -> Seed {
    let (mut world, account_id) = common::world(0);
    let engine::Command::CreatePod(mut pod) = common::new_pod("mover") else {
        panic!("no pod")
    };
    pod.volume = Some(PodVolume {
        size_gb: 100,
        path: "/workspace".to_owned(),
    });
    let Ok(Outcome::Pod(pod_id)) = world.run_as(account_id, engine::Command::CreatePod(pod)) else {
        panic!("no pod")
    };
    common::add_machine(&mut world, "nl-2");
    world.advance_seconds(300);
    world.fill_volume(pod_id, 40_000_000_000);
    world.advance_seconds(60);
    let plan = engine::Command::PlanMigration {
        pod_id,
        machine_id: None,
    };
    let Ok(Outcome::Plan(plan_id)) = world.run_as(account_id, plan) else {
        panic!("no plan")
    };
    let plan = world.fleet().plan(plan_id).unwrap().clone();
    let start = engine::Command::StartMigration {
        plan_id,
        digest: plan.digest,
        acknowledge: plan.content.basis.acknowledge,
        consent: Some(plan.content.pod_name),
    };
    world.run_as(account_id, start).unwrap();
    common::seed_of(world, account_id)
}

/// Runs a whole server; says how far the copy is.
async fn move_a_pod(folder: &Path) {
    let config = moving(folder);
    let store = SqliteStore::open(&config.database()).await.unwrap();
    let running = common::start_on(config, std::sync::Arc::new(store), 0).await;
    loop {
        let fleet = running.app().read().await.unwrap();
        if let Some(migration) = fleet.open_migrations().next()
            && migration.state.phase == MigrationPhase::Copying
        {
            say(&format!(
                "copied {} {}",
                migration.bytes_done, migration.bytes_total
            ));
        }
        drop(fleet);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// whenever the server dies during a copy, one pod comes of it, with a verified copy.
#[tokio::test]
async fn a_move_goes_on_after_the_server_died_in_its_copy() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&database(folder.path())).await.unwrap();
    roadstead_control_plane::seed(&store, seed_with_move())
        .await
        .unwrap();
    store.close().await;
    drop(store);
    for percent in [1, 25, 50] {
        let (child, mut lines) = spawn(folder.path(), "move", percent);
        let is_reached = |line: &str| match line.split(' ').collect::<Vec<_>>()[..] {
            ["copied", done, total] => {
                let (done, total): (u64, u64) = (done.parse().unwrap(), total.parse().unwrap());
                done * 100 >= total * percent
            }
            _ => false,
        };
        assert!(
            lines.any(|it| is_reached(&it.unwrap())),
            "the copy never reached {percent} %"
        );
        let killer = kill_after(child, Duration::ZERO);
        drop(lines);
        killer.join().unwrap();
    }
    let config = moving(folder.path());
    let store = SqliteStore::open(&config.database()).await.unwrap();
    let running = common::start_on(config, std::sync::Arc::new(store), 0).await;
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let fleet = running.app().read().await.unwrap();
        let migration = fleet.open_migrations().next().expect("the move goes on");
        match migration.state.phase {
            MigrationPhase::AwaitingConfirmation => {
                let state = |id| fleet.pod(id).unwrap().state.kind();
                assert!(migration.verified.is_some());
                assert_eq!(migration.bytes_done, migration.bytes_total);
                assert_eq!(state(migration.target_pod_id), PodStateKind::Running);
                assert_eq!(state(migration.source_pod_id), PodStateKind::Stopped);
                assert_eq!((fleet.open_migrations().count(), fleet.pods().count()), (1, 2));
                break;
            }
            phase => assert!(Instant::now() < end, "the move stands at {phase:?}"),
        }
        drop(fleet);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    running.stop().await;
}
