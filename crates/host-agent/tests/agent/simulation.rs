//! The simulated machine: times, failures by name, copies, power.

use crate::common::{START, document, machine_id, observed, order, run, taking};
use agent_api::{Observed, PodDesired, Report};
use domain::Timestamp;
use proptest::prelude::*;
use roadstead_host_agent::sim::CHUNK_BYTES;
use roadstead_host_agent::{Agent, Sim};

fn agent_with(pods: Vec<agent_api::PodOrder>) -> Agent<Sim> {
    let mut agent = Agent::simulated(machine_id());
    agent.accept(document(1, pods)).unwrap();
    agent
}

fn last_after(name: &str, seconds: i64) -> Report {
    let mut agent = agent_with(vec![order(1, name, PodDesired::Running)]);
    run(&mut agent, START, START.plus_seconds(seconds)).pop().unwrap()
}

/// When a pod is first seen running, in milliseconds after `from`.
fn running_after(reports: &[Report], number: u64, from: Timestamp) -> i64 {
    reports
        .iter()
        .find(|it| observed(it, number) == Some(&Observed::Running))
        .unwrap()
        .at
        .since(from)
}

#[test]
fn a_pulled_image_is_not_pulled_again() {
    let first = order(1, "first", PodDesired::Running);
    let mut agent = agent_with(vec![first.clone()]);
    let reports = run(&mut agent, START, START.plus_seconds(60));
    let pulled = reports.iter().filter_map(|it| match observed(it, 1) {
        Some(Observed::Pulling {
            bytes_done,
            bytes_total,
        }) => Some((*bytes_done, *bytes_total)),
        _ => None,
    });
    let pulled: Vec<_> = pulled.collect();
    assert!(pulled.len() > 2, "a pull is seen to move");
    assert!(
        pulled
            .iter()
            .all(|it| (2_000_000_000..=18_000_000_000).contains(&it.1))
    );
    assert!(pulled.is_sorted());
    assert!(running_after(&reports, 1, START) > 5_000);

    let later = START.plus_seconds(60);
    agent
        .accept(document(2, vec![first, order(2, "second", PodDesired::Running)]))
        .unwrap();
    let reports = run(&mut agent, later, later.plus_seconds(60));
    assert!((2_000..=4_000).contains(&running_after(&reports, 2, later)));
}

#[test]
fn sentinels_fail_as_they_say() {
    for (name, expected) in [
        ("a-fail-pull", "was not found"),
        ("fail-start-b", "start command"),
    ] {
        let last = last_after(name, 60);
        let Some(Observed::Failed { message }) = observed(&last, 1) else {
            panic!("{name}: {last:?}")
        };
        assert!(
            message.contains(expected) && message.contains("start the pod again"),
            "{message}"
        );
    }
    assert_eq!(
        observed(&last_after("exit-at-once", 60), 1),
        Some(&Observed::Exited { code: 1 })
    );
    assert_eq!(
        observed(&last_after("never-ready", 3_600), 1),
        Some(&Observed::Starting)
    );
}

///
#[test]
fn a_reboot_keeps_volumes_and_starts_what_should_run() {
    let pods = vec![
        order(1, "a", PodDesired::Running),
        order(2, "b", PodDesired::Stopped),
    ];
    let mut agent = agent_with(pods);
    let day = START.plus_hours(24);
    let before = run(&mut agent, START, day).pop().unwrap();
    assert!(before.pods[0].volume_used_bytes > 0 && before.pods[0].container_used_bytes > 0);

    agent.reboot(day);
    let reports = run(&mut agent, day, day.plus_seconds(30));
    let (first, last) = (&reports[0], reports.last().unwrap());
    assert_ne!(first.boot_id, before.boot_id);
    assert_ne!(observed(first, 1), Some(&Observed::Running));
    assert_eq!(first.pods[0].volume_used_bytes, before.pods[0].volume_used_bytes);
    assert_eq!(last.pods[0].container_used_bytes, 0);
    assert_eq!(observed(last, 1), Some(&Observed::Running));
    assert_eq!(observed(last, 2), Some(&Observed::Stopped));
}

#[test]
fn a_pod_can_be_put_where_it_was() {
    let order = order(1, "a", PodDesired::Running);
    let mut seen = agent_with(vec![order.clone()]);
    let day = START.plus_hours(24);
    let before = run(&mut seen, START, day).pop().unwrap();

    let mut agent = Agent::simulated(machine_id());
    agent.restore(&order, &before.pods[0], day);
    agent.accept(document(1, vec![order])).unwrap();
    let after = agent.step(day).unwrap();
    assert_eq!((after.pods, after.boot_id), (before.pods, before.boot_id));
}

const TOTAL: u64 = 40_000_000_000;

#[test]
fn a_copy_stalls_by_its_name_and_goes_on() {
    let mut agent = agent_with(vec![taking(1, "x-fail-copy", TOTAL, 0)]);
    let reports = run(&mut agent, START, START.plus_seconds(400));
    let stalled: Vec<_> = reports
        .iter()
        .filter(|it| it.copies[0].problem.is_some())
        .collect();
    let span = stalled.last().unwrap().at.since(stalled[0].at);
    assert!((1..=20_000).contains(&span), "{span}");
    let at = stalled[0].copies[0].bytes_verified;
    assert!(at <= TOTAL / 100 * 60 && at + CHUNK_BYTES > TOTAL / 100 * 60);
    assert!(reports.last().unwrap().copies[0].verified.is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// cut off at any byte, told any number of verified bytes, through power cuts: nothing
    /// verified is lost, only whole chunks count, and the result is the same.
    #[test]
    fn a_copy_resumes_wherever_it_was_cut(
        cuts in proptest::collection::vec((1..60_000_i64, any::<bool>()), 0..6), told in 0..=TOTAL,
    ) {
        let undisturbed = {
            let mut agent = agent_with(vec![taking(1, "x", TOTAL, 0)]);
            run(&mut agent, START, START.plus_seconds(600)).pop().unwrap().copies.remove(0)
        };
        let mut agent = agent_with(vec![taking(1, "x", TOTAL, told)]);
        let (mut now, mut verified) = (START, 0);
        let mut check = |reports: Vec<Report>| {
            for copy in reports.iter().flat_map(|it| &it.copies) {
                assert!(copy.bytes_verified >= verified, "{} after {verified}", copy.bytes_verified);
                assert!(copy.bytes_verified % CHUNK_BYTES == 0 || copy.bytes_verified == TOTAL);
                verified = copy.bytes_verified;
            }
        };
        for (millis, loses_power) in cuts {
            check(run(&mut agent, now, now + millis));
            now = now + millis;
            if loses_power { agent.reboot(now) } else { agent.cut_copies(now) }
        }
        check(run(&mut agent, now, now.plus_seconds(600)));
        let result = agent.observe(now.plus_seconds(600)).copies.remove(0);
        prop_assert_eq!(&result.verified, &undisturbed.verified);
        prop_assert!(result.verified.is_some_and(|it| it.files > 0 && it.manifest_hash.len() == 64));
    }
}

/// A fleet as large as the public trace's costs a comparison per machine when nothing is due.
#[test]
fn an_idle_step_does_nothing() {
    let mut agent = agent_with((0..8).map(|it| order(it, "pod", PodDesired::Running)).collect());
    let settled = START.plus_hours(1);
    run(&mut agent, START, settled);
    let due = agent.next_deadline().unwrap();
    assert!((settled.millis()..due.millis()).all(|it| agent.step(Timestamp::from_millis(it)).is_none()));
    assert!(agent.step(due).is_some());
}
