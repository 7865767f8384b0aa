//! A process that is killed in the middle of its writes loses nothing that it acknowledged.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use domain::ids::IdMint;
use engine::{Event, Fleet};
use roadstead_control_plane::clock::Clock;
use roadstead_control_plane::store::{Answer, Batch, SqliteStore, Store, Wish};

/// Names the folder a child writes to.
const CHILD: &str = "ROADSTEAD_TEST_CHILD";
/// How often a child is started and killed.
const LIVES: u64 = 12;

/// Commits, snapshots and answers as fast as it can; says what was acknowledged.
#[tokio::test]
async fn child() {
    let Some(folder) = std::env::var_os(CHILD) else {
        return;
    };
    let store = SqliteStore::open(&Path::new(&folder).join("roadstead.db"))
        .await
        .unwrap();
    let (mut world, account_id) = common::world(0);
    let mut fleet = store.load().await.unwrap().unwrap_or_default();
    if fleet.sequence() == 0 {
        let seed = common::seed_of(world, account_id);
        roadstead_control_plane::seed(&store, seed).await.unwrap();
        fleet = store.load().await.unwrap().unwrap();
    } else {
        drop(world.take_events());
    }
    let account_id = fleet.accounts().next().unwrap().id;
    let machine_id = fleet.machines().next().unwrap().id;
    for round in 0_u64.. {
        let events = some_events(&mut fleet, account_id, round);
        let sequence = fleet.sequence();
        let answer = Answer {
            principal: "p".to_owned(),
            key: sequence.to_string(),
            digest: fleet.digest().unwrap(),
            status: 200,
            content_type: String::new(),
            headers: Vec::new(),
            body: vec![b'x'; 4_000],
            created_at: Clock::wall(),
        };
        let wish = Wish {
            machine_id,
            sequence,
            attempt: 0,
            next_run_at: Clock::wall(),
        };
        store
            .commit(&Batch {
                events,
                wishes: vec![wish],
                done: Vec::new(),
                answers: vec![answer],
            })
            .await
            .unwrap();
        let mut out = std::io::stdout();
        writeln!(out, "acknowledged {sequence} {}", fleet.digest().unwrap()).unwrap();
        out.flush().unwrap();
        if round % 5 == 4 {
            store.put_snapshot(&fleet.record()).await.unwrap();
        }
    }
}

/// What a command did to the fleet: pods are made, renamed and deleted again.
fn some_events(fleet: &mut Fleet, account_id: domain::AccountId, round: u64) -> Vec<Event> {
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
    let path = folder.path().join("roadstead.db");
    let mut random = IdMint::new(Clock::wall(), Clock::wall().millis().unsigned_abs());
    let mut acknowledged_in_all = 0;
    for life in 0..LIVES {
        let (last, count) = live_and_die(folder.path(), random.next_bits() % 40);
        acknowledged_in_all += count;
        let store = SqliteStore::open(&path).await.unwrap();
        let Some((sequence, digest)) = last else { continue };
        let events = store.tail(usize::MAX).await.unwrap();
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

/// Starts a child, kills it some time after its first commits; what it acknowledged last, and how often.
fn live_and_die(folder: &Path, millis: u64) -> (Option<(u64, String)>, u64) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
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
    // Reads on while it lives, so that it is not held up by a full pipe.
    let killer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(millis));
        child.kill().unwrap();
        child.wait().unwrap();
    });
    for line in lines.map_while(Result::ok) {
        read(&line);
    }
    killer.join().unwrap();
    let count = acknowledged.len() as u64;
    (acknowledged.pop(), count)
}
