//! The protocol, for any driver: what every agent promises to its control plane.

use crate::common::{START, document, machine_id, migration_id, observed, order, pod_id, run, taking};
use agent_api::{CopyOrder, CopySide, Observed, PodDesired, PodOrder};
use domain::MachineId;
use domain::ids::IdMint;
use domain::machine::HEARTBEAT_MS;
use roadstead_host_agent::{Agent, DocumentRefused, Driver, Sim};

/// Long enough for any container to be pulled, started and stopped.
const SETTLED_SECONDS: i64 = 120;

fn suite<D: Driver>(driver: impl Fn() -> D) {
    let agent = || Agent::new(machine_id(), 7, driver());
    older_documents_never_win(&mut agent());
    a_repeated_document_changes_nothing(&mut agent());
    heartbeats_come_without_changes(&mut agent());
    pods_live_as_documents_say(&mut agent());
    a_new_incarnation_replaces_a_container(&mut agent());
    who_takes_part_in_a_copy_rests(&mut agent());
    silence_is_kept_and_pods_go_on(&mut agent());
}

#[test]
fn the_simulated_driver_keeps_the_protocol() {
    suite(Sim::new);
}

/// Invariant 6.
fn older_documents_never_win<D: Driver>(agent: &mut Agent<D>) {
    agent
        .accept(document(5, vec![order(1, "a", PodDesired::Running)]))
        .unwrap();
    let accepted = agent.accepted();
    let older = agent.accept(document(4, Vec::new()));
    assert_eq!(
        older,
        Err(DocumentRefused::Older {
            accepted,
            got: document(4, Vec::new()).version()
        })
    );

    // A later epoch wins with any generation; then the earlier epoch is old.
    let mut next = document(1, vec![order(2, "b", PodDesired::Running)]);
    next.epoch = 2;
    agent.accept(next).unwrap();
    assert!(agent.accept(document(1_000, Vec::new())).is_err());
    let last = run(agent, START, START.plus_seconds(SETTLED_SECONDS))
        .pop()
        .unwrap();
    assert_eq!(last.accepted, agent.accepted());
    assert_eq!(
        (observed(&last, 1), observed(&last, 2)),
        (None, Some(&Observed::Running))
    );

    let mut strange = document(9, Vec::new());
    strange.machine_id = MachineId::mint(&mut IdMint::new(START, 77));
    assert!(matches!(
        agent.accept(strange),
        Err(DocumentRefused::OtherMachine { .. })
    ));
}

fn a_repeated_document_changes_nothing<D: Driver>(agent: &mut Agent<D>) {
    let asked = document(1, vec![order(1, "a", PodDesired::Running)]);
    agent.accept(asked.clone()).unwrap();
    let settled = START.plus_seconds(SETTLED_SECONDS);
    run(agent, START, settled);
    let before = agent.observe(settled);
    for _ in 0..3 {
        agent.accept(asked.clone()).unwrap();
        assert!(agent.step(settled).is_none());
    }
    assert_eq!(agent.observe(settled), before);
}

///
fn heartbeats_come_without_changes<D: Driver>(agent: &mut Agent<D>) {
    let reports = run(agent, START, START + 6 * HEARTBEAT_MS);
    assert_eq!(reports.len(), 7);
    assert!(
        reports
            .windows(2)
            .all(|it| it[1].at.since(it[0].at) == HEARTBEAT_MS)
    );
    assert!(agent.step(START + 6 * HEARTBEAT_MS + 1).is_none());
}

/// a stop wipes the container disk and keeps the pod volume.
fn pods_live_as_documents_say<D: Driver>(agent: &mut Agent<D>) {
    agent
        .accept(document(1, vec![order(1, "a", PodDesired::Running)]))
        .unwrap();
    let running = START.plus_hours(10);
    let last = run(agent, START, running).pop().unwrap();
    assert_eq!(observed(&last, 1), Some(&Observed::Running));

    agent
        .accept(document(2, vec![order(1, "a", PodDesired::Stopped)]))
        .unwrap();
    let stopped = running.plus_seconds(SETTLED_SECONDS);
    let reports = run(agent, running, stopped);
    assert_eq!(
        observed(&reports[0], 1),
        Some(&Observed::Stopping),
        "a change is reported at once"
    );
    let rests = reports
        .iter()
        .find(|it| observed(it, 1) == Some(&Observed::Stopped))
        .unwrap();
    assert!(
        rests.at.since(running) <= 5_000,
        "SIGKILL comes after five seconds"
    );
    let rests = &rests.pods[0];
    assert_eq!(rests.container_used_bytes, 0);
    assert_eq!(rests.volume_used_bytes, last.pods[0].volume_used_bytes);

    agent.accept(document(3, Vec::new())).unwrap();
    assert!(
        run(agent, stopped, stopped.plus_seconds(SETTLED_SECONDS))
            .pop()
            .unwrap()
            .pods
            .is_empty()
    );
}

fn a_new_incarnation_replaces_a_container<D: Driver>(agent: &mut Agent<D>) {
    agent
        .accept(document(1, vec![order(1, "a", PodDesired::Running)]))
        .unwrap();
    let settled = START.plus_seconds(SETTLED_SECONDS);
    run(agent, START, settled);
    let again = PodOrder {
        incarnation: 2,
        ..order(1, "a", PodDesired::Running)
    };
    agent.accept(document(2, vec![again])).unwrap();
    let reports = run(agent, settled, settled.plus_seconds(SETTLED_SECONDS));
    assert!(
        reports
            .iter()
            .any(|it| observed(it, 1) == Some(&Observed::Stopping))
    );
    let last = &reports.last().unwrap().pods[0];
    assert_eq!((last.incarnation, &last.observed), (2, &Observed::Running));
}

/// neither side runs while its volume is copied, whatever the document says.
fn who_takes_part_in_a_copy_rests<D: Driver>(agent: &mut Agent<D>) {
    let running = order(1, "a", PodDesired::Running);
    agent.accept(document(1, vec![running.clone()])).unwrap();
    let settled = START.plus_seconds(SETTLED_SECONDS);
    run(agent, START, settled);

    let side = CopySide::Give { to: pod_id(2) };
    let give = CopyOrder {
        migration_id: migration_id(),
        side,
        bytes_total: 1,
        bytes_verified: 0,
    };
    let bytes_total = 1_000_000_000;
    let pods = vec![
        PodOrder {
            copy: Some(give),
            ..running
        },
        taking(2, "b", bytes_total, 0),
    ];
    agent.accept(document(2, pods)).unwrap();
    let last = run(agent, settled, settled.plus_seconds(SETTLED_SECONDS))
        .pop()
        .unwrap();
    assert_eq!(observed(&last, 1), Some(&Observed::Stopped));
    assert_eq!(observed(&last, 2), Some(&Observed::Stopped));
    assert_eq!(last.copies.len(), 1, "only the taking side reports");
    assert_eq!(last.copies[0].bytes_verified, bytes_total);
    assert!(last.copies[0].verified.is_some());
    assert_eq!(
        last.pods
            .iter()
            .find(|it| it.pod_id == pod_id(2))
            .unwrap()
            .volume_used_bytes,
        bytes_total
    );
}

///
fn silence_is_kept_and_pods_go_on<D: Driver>(agent: &mut Agent<D>) {
    agent
        .accept(document(1, vec![order(1, "a", PodDesired::Running)]))
        .unwrap();
    agent.silence_from(START.plus_seconds(3));
    let until = START.plus_seconds(SETTLED_SECONDS);
    assert!(
        run(agent, START, until)
            .iter()
            .all(|it| it.at < START.plus_seconds(3))
    );
    agent.set_silent(false);
    let back = agent.step(until).unwrap();
    assert_eq!(observed(&back, 1), Some(&Observed::Running));
}
