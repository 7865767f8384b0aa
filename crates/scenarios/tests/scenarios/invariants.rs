//! What is true of every world at every moment.

use std::collections::BTreeMap;

use agent_api::Observed;
use domain::pod::PodStateKind;
use domain::{MeterId, Money, PodId};
use engine::Fleet;
use engine::state::{Resource, Subject, entry_amount};
use roadstead_scenarios::World;

/// Stops at the first thing that is not as it must be.
pub fn check(world: &World) {
    let fleet = world.fleet();
    money_adds_up(fleet);
    every_gpu_has_one_holder(fleet);
    ports_are_mapped_once(fleet);
    what_runs_is_charged(fleet);
    a_volume_has_one_writer(world);
}

/// the balance is the sum of the lines, and every charge is quantity × rate.
fn money_adds_up(fleet: &Fleet) {
    for account in fleet.accounts() {
        let entries = fleet.ledger(account.id);
        let sum: Money = entries.iter().map(|it| it.amount).sum();
        assert_eq!(sum, fleet.posted(account.id), "{}", account.name);
        // Each minute of a meter is charged once and in order, corrections aside.
        let mut next: BTreeMap<MeterId, u64> = BTreeMap::new();
        for entry in entries.iter().filter(|it| it.corrects.is_none()) {
            let Some(meter_id) = entry.meter_id else { continue };
            let next = next.entry(meter_id).or_insert(1);
            assert_eq!(entry.first_minute, *next, "{entry:?}");
            *next += entry.minutes.0;
            let amount = entry_amount(entry.rate, entry.quantity, entry.first_minute, entry.minutes);
            assert_eq!(amount, entry.amount, "{entry:?}");
        }
    }
}

/// a slot is held by one pod of that machine, and a pod holds what it says it holds.
fn every_gpu_has_one_holder(fleet: &Fleet) {
    for machine in fleet.machines() {
        let mut held: BTreeMap<PodId, Vec<u32>> = BTreeMap::new();
        for (index, holder) in (0_u32..).zip(&machine.slots) {
            if let Some(pod_id) = holder {
                held.entry(*pod_id).or_default().push(index);
            }
        }
        for (pod_id, slots) in &held {
            let pod = fleet.pod(*pod_id).expect("a holder exists");
            assert_eq!(
                pod.machine_id, machine.id,
                "{} holds GPUs of another machine",
                pod.name
            );
            assert_eq!(&pod.slots, slots, "{}", pod.name);
        }
        for pod in fleet.pods_on(machine.id).filter(|it| !it.slots.is_empty()) {
            assert_eq!(held.get(&pod.id), Some(&pod.slots), "{}", pod.name);
        }
        assert!(machine.vcpu_used <= machine.vcpu_count && machine.memory_gib_used <= machine.memory_gib);
        assert!(machine.disk_gb_used <= machine.disk_gb, "{}", machine.name);
    }
}

///
fn ports_are_mapped_once(fleet: &Fleet) {
    for machine in fleet.machines() {
        let mut ports: Vec<u16> = fleet
            .pods_on(machine.id)
            .flat_map(|it| it.ports.iter().filter_map(|port| port.public))
            .collect();
        let all = ports.len();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), all, "{} maps a port twice", machine.name);
    }
}

/// compute is charged while a pod runs on a machine that is heard, and only then.
fn what_runs_is_charged(fleet: &Fleet) {
    for pod in fleet.pods() {
        let meters = || fleet.meters_on(Subject::Pod(pod.id));
        let compute = meters().filter(|it| matches!(it.resource, Resource::PodGpu | Resource::PodCpu));
        let charged = compute.filter(|it| it.is_of_running_pod()).count();
        let runs = pod.state.kind() == PodStateKind::Running;
        assert_eq!(charged, usize::from(runs), "{}: {:?}", pod.name, pod.state);
        if pod.state.kind() == PodStateKind::Terminated {
            assert_eq!(meters().count(), 0, "{} is gone and charged", pod.name);
        }
    }
}

/// whatever was lost on the way, a pod and the pod it moves to never run together.
fn a_volume_has_one_writer(world: &World) {
    let runs = |pod_id: PodId| {
        let machine_id = world.fleet().pod(pod_id).map(|it| it.machine_id);
        let host = machine_id.and_then(|it| world.hosts().host(it));
        let seen = host.map(|it| it.observe(world.now()).pods).unwrap_or_default();
        seen.iter()
            .any(|it| it.pod_id == pod_id && it.observed == Observed::Running)
    };
    for migration in world.fleet().open_migrations() {
        let both = runs(migration.source_pod_id) && runs(migration.target_pod_id);
        assert!(!both, "two writers while {:?}", migration.state.phase);
    }
}

/// The log alone is enough: replaying `events` on the settings of the start gives the same fleet.
pub fn check_replay(start: engine::state::Settings, world: &World) {
    let mut replayed = Fleet::new(start);
    for (index, event) in world.events().iter().enumerate() {
        assert_eq!(event.sequence, index as u64 + 1, "no gaps");
        replayed.evolve(event);
    }
    assert_eq!(replayed.digest().unwrap(), world.fleet().digest().unwrap());
}
