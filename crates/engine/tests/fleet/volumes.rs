//! The life of a network volume.

use super::lab::Lab;
use domain::pod::VolumeMount;
use roadstead_engine::command::NewPod;
use roadstead_engine::state::Subject;
use roadstead_engine::{Command, Refusal};

/// a network volume's life.
#[test]
fn a_network_volume_lives_grows_and_waits_in_the_bin() {
    let mut lab = Lab::new();
    let account = lab.account(100);
    let machine = lab.machine("a", 4);
    lab.machine_in("elsewhere", 4, "EU-2", domain::machine::Cloud::Secure);
    let volume = lab.volume(account, 1_200);
    assert_eq!(lab.fleet.meters_of(account).count(), 2, "R-3.4: two prices");
    let mount = VolumeMount {
        volume_id: volume,
        path: "/data".to_owned(),
    };
    let new = NewPod {
        volume: None,
        mounts: vec![mount],
        ..Lab::new_pod("net", 1)
    };
    let pod = lab.create(account, new.clone());
    assert_eq!(
        lab.pod(pod).machine_id,
        machine,
        "R-5.2: only where the volume is"
    );
    let elsewhere = NewPod {
        data_center_ids: vec!["EU-2".try_into().unwrap()],
        ..new
    };
    assert!(matches!(
        lab.try_create(account, elsewhere),
        Err(Refusal::VolumeElsewhere { .. })
    ));
    lab.settle();
    let shrink = Command::UpdateVolume {
        volume_id: volume,
        name: None,
        size_gb: Some(100),
    };
    assert!(matches!(lab.user(account, shrink), Err(Refusal::VolumeSize(_))));
    let delete = |confirm: Option<&str>| Command::DeleteVolume {
        volume_id: volume,
        confirm: confirm.map(str::to_owned),
    };
    assert!(matches!(
        lab.user(account, delete(Some("data"))),
        Err(Refusal::VolumeInUse { .. })
    ));
    let detach = |restart| Command::DetachVolume {
        volume_id: volume,
        pod_id: pod,
        restart,
    };
    assert_eq!(
        lab.user(account, detach(false)),
        Err(Refusal::RestartNotAgreed),
        "R-5.3: said first"
    );
    lab.user(account, detach(true)).unwrap();
    lab.settle();
    assert!(matches!(
        lab.user(account, delete(None)),
        Err(Refusal::ConfirmationMissing { .. })
    ));
    lab.user(account, delete(Some("data"))).unwrap();
    lab.user(account, Command::RestoreVolume { volume_id: volume })
        .unwrap();
    lab.user(account, delete(Some("data"))).unwrap();
    lab.stop(pod);
    lab.settle();
    lab.now = lab.now.plus_hours(25);
    lab.operator(Command::Resume);
    lab.operator(Command::Tick);
    assert!(!lab.fleet.volume(volume).unwrap().is_listed());
    assert_eq!(lab.fleet.meters_on(Subject::Volume(volume)).count(), 0);
    lab.check();
}
