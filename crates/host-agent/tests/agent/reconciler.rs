//! From any observed state the machine becomes what its document asks.

use crate::common::{START, document, machine_id, order, run, taking};
use agent_api::{Document, Observed, PodDesired, PodOrder, PodReport};
use proptest::prelude::*;
use roadstead_host_agent::reconcile::reconcile;
use roadstead_host_agent::{Agent, Driver, Sim};

fn any_observed() -> impl Strategy<Value = Observed> {
    prop_oneof![
        Just(Observed::Pulling {
            bytes_done: 1,
            bytes_total: 2
        }),
        Just(Observed::Starting),
        Just(Observed::Running),
        Just(Observed::Stopping),
        Just(Observed::Stopped),
        Just(Observed::Exited { code: 137 }),
        Just(Observed::Failed {
            message: "no".to_owned()
        }),
    ]
}

fn any_seen() -> impl Strategy<Value = PodReport> {
    (0..6_u64, 0..3_u32, any_observed(), 0..400_u64).prop_map(|(number, incarnation, observed, used)| {
        PodReport {
            pod_id: crate::common::pod_id(number),
            incarnation,
            observed,
            volume_used_bytes: used * 1_000_000_000,
            container_used_bytes: used,
            mounts: Vec::new(),
        }
    })
}

fn any_orders() -> impl Strategy<Value = Vec<PodOrder>> {
    let any_order = (0..3_u32, 0..3_u8);
    proptest::collection::btree_map(0..6_u64, any_order, 0..6).prop_map(|orders| {
        let make = |(number, (incarnation, wish))| {
            let order = match wish {
                0 => order(number, "pod", PodDesired::Running),
                1 => order(number, "pod", PodDesired::Stopped),
                _ => taking(number, "pod", 3_000_000_000, 0),
            };
            PodOrder { incarnation, ..order }
        };
        let mut orders: Vec<_> = orders.into_iter().map(make).collect();
        // As reports are ordered.
        orders.sort_by_key(|it| it.pod_id);
        orders
    })
}

/// Whether a machine that shows `seen` does what `order` asks.
fn is_as_asked(order: &PodOrder, seen: &PodReport) -> bool {
    match order.desired {
        // Whether a failed start is repeated is not the machine's to decide.
        PodDesired::Running => {
            let ended = matches!(seen.observed, Observed::Exited { .. } | Observed::Failed { .. });
            seen.incarnation == order.incarnation && (ended || seen.observed == Observed::Running)
        }
        PodDesired::Stopped => seen.observed == Observed::Stopped,
    }
}

fn restored(seen: &[PodReport]) -> Agent<Sim> {
    let mut agent = Agent::simulated(machine_id());
    for (number, pod) in seen.iter().enumerate() {
        let old = PodOrder {
            pod_id: pod.pod_id,
            ..order(number as u64, "pod", PodDesired::Running)
        };
        agent.restore(&old, pod, START);
    }
    agent
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn reaches_desired_from_any_observed(seen in proptest::collection::vec(any_seen(), 0..6), orders in any_orders()) {
        let mut agent = restored(&seen);
        agent.accept(document(1, orders.clone())).unwrap();
        let settled = START.plus_seconds(300);
        let last = run(&mut agent, START, settled).pop().unwrap();

        prop_assert_eq!(last.pods.len(), orders.len());
        for (order, pod) in orders.iter().zip(&last.pods) {
            prop_assert_eq!(order.pod_id, pod.pod_id);
            prop_assert!(is_as_asked(order, pod), "{:?} is not {:?}", pod, order);
        }
        let copies = orders.iter().filter(|it| it.copy.is_some()).count();
        prop_assert!(last.copies.len() <= copies && last.copies.iter().all(|it| it.verified.is_some()));
        let again = reconcile(&orders, &agent.driver().pods(settled), &agent.driver().copies(settled));
        prop_assert!(again.is_empty());
    }

    /// Documents that come late, twice or not at all: the newest that came decides.
    #[test]
    fn the_newest_document_decides(
        all in proptest::collection::vec(((1..4_u64, 1..6_u64), any_orders()), 1..12), reboot_at in 0..12_usize,
    ) {
        let mut agent = Agent::simulated(machine_id());
        let mut newest: Option<Document> = None;
        let mut now = START;
        for (index, ((epoch, generation), orders)) in all.into_iter().enumerate() {
            let next = Document { epoch, ..document(generation, orders) };
            let _ = agent.accept(next.clone());
            if newest.as_ref().is_none_or(|it| it.version() < next.version()) {
                newest = Some(next);
            }
            if index == reboot_at {
                agent.reboot(now);
            }
            let until = now + 1_700;
            run(&mut agent, now, until);
            now = until;
        }
        let newest = newest.unwrap();
        let last = run(&mut agent, now, now.plus_seconds(300)).pop().unwrap();
        prop_assert_eq!(last.accepted, newest.version());
        prop_assert_eq!(last.pods.len(), newest.pods.len());
        prop_assert!(newest.pods.iter().zip(&last.pods).all(|(order, pod)| is_as_asked(order, pod)));
    }
}
