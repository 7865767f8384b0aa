//! Where pods may be: machines, their tiers, and what is said if none fits.

use super::lab::Lab;
use domain::machine::Cloud;
use domain::pod::PodStateKind;
use roadstead_engine::command::NewPod;
use roadstead_engine::{Actor, Command, Refusal};

/// 1 to 16 GPUs; another number is refused and adds nothing.
#[test]
fn a_machine_has_one_to_sixteen_gpus() {
    let mut lab = Lab::new();
    for gpus in [0, 17, 1_000_000] {
        let new = lab.new_machine("m", gpus, "EU-1", Cloud::Secure);
        let refused = lab.ask(&Actor::Operator, Command::AddMachine(Box::new(new)));
        assert!(
            matches!(refused, Err(Refusal::LimitExceeded { max: 16, .. })),
            "{gpus}: {refused:?}"
        );
    }
    assert!(lab.log.is_empty());
    for gpus in [1, 16] {
        let id = lab.machine("m", gpus);
        assert_eq!(lab.fleet.machine(id).unwrap().gpu_total(), gpus);
    }
}

/// a pod gets the tier it asked for, at that tier's price, or nothing.
#[test]
fn a_pod_never_lands_in_the_other_tier() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let community = lab.machine_in("c", 4, "EU-1", Cloud::Community);
    let refused = lab.try_create(account, Lab::new_pod("a", 1)).unwrap_err();
    let Refusal::NoCapacity { left, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(left[0], ("Secure Cloud".to_owned(), 0));
    let secure = lab.machine_in("s", 4, "EU-1", Cloud::Secure);
    let cheap = lab.create(
        account,
        NewPod {
            cloud: Cloud::Community,
            ..Lab::new_pod("b", 1)
        },
    );
    let dear = lab.create(account, Lab::new_pod("c", 1));
    lab.settle();
    assert_eq!(
        (lab.pod(cheap).machine_id, lab.pod(dear).machine_id),
        (community, secure)
    );
    let price = |it| lab.pod(it).price.unwrap();
    assert!(price(cheap) < price(dear), "{} {}", price(cheap), price(dear));
}

/// what a pod may ask for has limits, and crossing one is an error that names it.
#[test]
fn a_pod_asks_for_what_a_machine_can_have() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    lab.machine("m", 16);
    let refused = lab.try_create(account, Lab::new_pod("a", 17)).unwrap_err();
    assert!(refused.to_string().contains("1 to 16 GPUs"), "{refused}");
    let id = lab.create(account, Lab::new_pod("a", 16));
    lab.settle();
    let pod = lab.pod(id);
    assert_eq!(pod.state.kind(), PodStateKind::Running);
    assert_eq!(pod.spec.container_disk_gb, 20);
    assert_eq!(pod.spec.ports.len(), 2);
}

/// if no machine fits, it is said which demand leaves how many.
#[test]
fn a_plan_without_a_target_says_what_left_none() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let home = lab.machine("home", 4);
    lab.machine("small", 1);
    lab.machine_in("elsewhere", 8, "EU-1", Cloud::Community);
    let pod_id = lab.running(account, home, 2);
    lab.user(account, Command::StopPod { pod_id }).unwrap();
    lab.settle();
    let plan = Command::PlanMigration {
        pod_id,
        machine_id: None,
    };
    let before = lab.log.len();
    let refused = lab.user(account, plan).unwrap_err();
    let Refusal::NoCapacity { left, explanation } = &refused else {
        panic!("{refused:?}")
    };
    let of = |what: &str| left.iter().find(|it| it.0 == what).map(|it| it.1);
    assert_eq!(of("Secure Cloud"), Some(1), "all but the pod's own: {left:?}");
    assert_eq!(of("2 free GPUs"), Some(0), "{left:?}");
    assert!(explanation.contains("2 free GPUs"), "{explanation}");
    assert_eq!(lab.log.len(), before);
}
