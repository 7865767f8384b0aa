//! Pods that are changed after they were made, templates, and commands under a condition.

use std::collections::BTreeMap;

use super::lab::{self, Lab, locked};
use agent_api::Observed;
use domain::allowed::{NotAllowed, PodAction};
use domain::machine::MachineDemand;
use domain::names::{Image, Name};
use domain::pod::{PodStateKind, PodVolume, Port, StopReason, VolumeMount};
use domain::{AccountId, MachineId, PodId};
use roadstead_engine::command::{NewPod, NewTemplate, PodEdit, TemplateEdit, Versioned};
use roadstead_engine::state::{Resource, Subject, TemplateCategory};
use roadstead_engine::{Command, Outcome, Refusal, desired};

fn edit(pod_id: PodId, edit: PodEdit) -> Command {
    let edit = Box::new(edit);
    Command::UpdatePod { pod_id, edit }
}

fn image(text: &str) -> Option<Image> {
    Some(Image::try_from(text).unwrap())
}

fn stage(dollars: i64) -> (Lab, AccountId, MachineId, PodId) {
    let mut lab = Lab::new();
    let account = lab.account(dollars);
    let machine = lab.machine("a", 4);
    let pod = lab.running(account, machine, 2);
    (lab, account, machine, pod)
}

/// a restart erases the container disk, so nobody gets one without having agreed.
#[test]
fn a_running_pod_changes_by_a_restart_that_was_agreed_to() {
    let (mut lab, account, machine, pod) = stage(500);
    let wanted = PodEdit {
        image: image("pytorch/pytorch:2.5"),
        ports: Some(vec!["80/http".parse().unwrap()]),
        ..PodEdit::default()
    };
    let refused = lab.user(account, edit(pod, wanted.clone()));
    assert_eq!(refused, Err(Refusal::RestartNotAgreed));
    let before = lab.pod(pod).clone();
    lab.user(
        account,
        edit(
            pod,
            PodEdit {
                restart: true,
                ..wanted
            },
        ),
    )
    .unwrap();
    let after = lab.pod(pod);
    assert_eq!(lab.state(pod), "STARTING");
    assert_eq!(after.slots, before.slots, "its GPUs stay its own");
    assert_eq!(after.incarnation, before.incarnation + 1);
    assert_eq!(after.ports.len(), 1);
    let document = desired::document(&lab.fleet, machine, 1).unwrap();
    assert_eq!(document.pods[0].image.as_str(), "pytorch/pytorch:2.5");
    lab.settle();
    assert_eq!(lab.state(pod), "RUNNING");
    lab.check();
}

/// What runs from the next start on is changed at once, with the disk that is held and what it costs.
#[test]
fn a_stopped_pod_changes_at_once() {
    let (mut lab, account, _, pod) = stage(500);
    lab.stop(pod);
    lab.settle();
    let grown = PodVolume {
        size_gb: 300,
        path: "/data".to_owned(),
    };
    let wanted = PodEdit {
        container_disk_gb: Some(60),
        volume: Some(grown.clone()),
        args: Some("python train.py".to_owned()),
        env: Some(BTreeMap::from([("EPOCHS".to_owned(), "3".to_owned())])),
        ..PodEdit::default()
    };
    lab.user(account, edit(pod, wanted)).unwrap();
    let spec = &lab.pod(pod).spec;
    assert_eq!(spec.volume, Some(grown));
    assert_eq!((spec.container_disk_gb, spec.env.len()), (60, 1));
    assert_eq!(lab.state(pod), "STOPPED");
    let stored = lab
        .fleet
        .meters_on(Subject::Pod(pod))
        .find(|it| it.resource == Resource::PodVolume);
    assert_eq!(stored.unwrap().quantity.0, 300, "R-3.4: charged as it is now");
    lab.check();
}

#[test]
fn what_cannot_change_says_why_and_changes_nothing() {
    let (mut lab, account, machine, pod) = stage(500);
    let volume_id = lab.volume(account, 50);
    let smaller = PodVolume {
        size_gb: 50,
        path: "/workspace".to_owned(),
    };
    let too_large = PodVolume {
        size_gb: 9_000,
        path: "/workspace".to_owned(),
    };
    let other_kind = VolumeMount {
        volume_id,
        path: "/data".to_owned(),
    };
    let rows = [
        (
            PodEdit {
                volume: Some(smaller),
                ..PodEdit::default()
            },
            Refusal::PodVolumeShrinks {
                now_gb: 100,
                asked_gb: 50,
            },
        ),
        (
            PodEdit {
                volume: Some(too_large),
                restart: true,
                ..PodEdit::default()
            },
            Refusal::MachineFull { what: "disk" },
        ),
        (
            PodEdit {
                mounts: vec![other_kind],
                ..PodEdit::default()
            },
            Refusal::DiskKindFixed,
        ),
    ];
    for (wanted, refusal) in rows {
        let before = lab.fleet.digest().unwrap();
        assert_eq!(lab.user(account, edit(pod, wanted)), Err(refusal));
        assert_eq!(lab.fleet.digest().unwrap(), before);
    }
    // a lock refuses whatever would erase the container disk.
    lab.user(
        account,
        Command::UpdatePod {
            pod_id: pod,
            edit: locked(true),
        },
    )
    .unwrap();
    let restart = PodEdit {
        image: image("a:2"),
        restart: true,
        ..PodEdit::default()
    };
    let refused = lab.user(account, edit(pod, restart.clone()));
    assert_eq!(refused, Err(Refusal::NotAllowed(NotAllowed::Locked)));
    lab.user(
        account,
        Command::UpdatePod {
            pod_id: pod,
            edit: locked(false),
        },
    )
    .unwrap();
    // nothing is known of a pod on a silent machine, so nothing of it is changed.
    lab.silent.push(machine);
    lab.pass_minutes(2);
    let refused = lab.user(account, edit(pod, restart));
    assert!(
        matches!(refused, Err(Refusal::MachineUnreachable { .. })),
        "{refused:?}"
    );
    lab.check();
}

/// a start that is under way is not charged, so nobody begins it anew again and again to hold GPUs for nothing.
#[test]
fn a_pod_on_its_way_takes_another_name_and_no_other_settings() {
    let mut lab = Lab::new();
    let account = lab.account(500);
    lab.machine("a", 4);
    let volume_id = lab.volume(account, 50);
    let new = NewPod {
        volume: None,
        ..Lab::new_pod("train", 1)
    };
    let pod = lab.create(account, new);
    let wanted = |text: &str| {
        let restart = PodEdit {
            image: image(text),
            restart: true,
            ..PodEdit::default()
        };
        edit(pod, restart)
    };
    // A pod that is queued leaves that state by its restart.
    lab.user(account, wanted("a:2")).unwrap();
    assert_eq!(lab.state(pod), "STARTING");
    let attach = |restart| Command::AttachVolume {
        volume_id,
        pod_id: pod,
        path: String::new(),
        restart,
    };
    let pulling = Observed::Pulling {
        bytes_done: 1,
        bytes_total: 2,
    };
    for (observed, state) in [
        (Observed::Starting, PodStateKind::Starting),
        (pulling, PodStateKind::Provisioning),
    ] {
        lab.broken.insert(pod, observed);
        lab.settle();
        assert_eq!(lab.state(pod), state.as_str());
        let incarnation = lab.pod(pod).incarnation;
        for command in [wanted("a:3"), attach(true), attach(false)] {
            let refused = lab.user(account, command);
            let Err(Refusal::NotAllowed(NotAllowed::WrongState {
                action,
                state: found,
                allowed,
            })) = refused
            else {
                panic!("{refused:?}")
            };
            assert_eq!((action, found), (PodAction::Edit, state));
            assert!(allowed.contains(&PodStateKind::Running) && !allowed.contains(&state));
        }
        let renamed = PodEdit {
            name: Name::try_from(state.as_str()).ok(),
            ..PodEdit::default()
        };
        lab.user(account, edit(pod, renamed)).unwrap();
        assert_eq!(lab.pod(pod).name.as_str(), state.as_str());
        assert_eq!(lab.pod(pod).incarnation, incarnation);
    }
    lab.broken.clear();
    lab.settle();
    assert_eq!(lab.state(pod), "RUNNING");
    lab.user(account, attach(true)).unwrap();
    lab.settle();
    assert_eq!((lab.state(pod), lab.pod(pod).spec.mounts.len()), ("RUNNING", 1));
    lab.check();
}

/// every restart gives a pod its GPUs back, whatever it was for.
#[test]
fn a_restart_for_other_settings_brings_the_gpus_back() {
    for wanted in [true, false] {
        let (mut lab, account, machine, neighbour) = stage(500);
        let volume_id = lab.volume(account, 50);
        let new = NewPod {
            volume: None,
            machine_id: Some(machine),
            ..Lab::new_pod("train", 4)
        };
        lab.stop(neighbour);
        lab.settle();
        let pod = lab.create(account, new);
        lab.settle();
        lab.stop(pod);
        lab.settle();
        lab.start_on_cpus(pod);
        assert!(lab.pod(pod).cpu_only);
        let command = if wanted {
            let restart = PodEdit {
                image: image("a:2"),
                restart: true,
                ..PodEdit::default()
            };
            edit(pod, restart)
        } else {
            Command::AttachVolume {
                volume_id,
                pod_id: pod,
                path: String::new(),
                restart: true,
            }
        };
        lab.user(account, command).unwrap();
        let note = lab.pod(pod).timeline.last().unwrap().note.clone().unwrap();
        assert!(note.starts_with("Restarted "), "{note}");
        lab.settle();
        assert_eq!(lab.state(pod), "RUNNING");
        assert!(!lab.pod(pod).cpu_only && lab.pod(pod).slots.len() == 4);
        lab.check();
    }
}

fn new_template(name: &str) -> NewTemplate {
    NewTemplate {
        name: Name::try_from(name).unwrap(),
        image: Image::try_from("ghcr.io/ada/train:3").unwrap(),
        args: "sleep infinity".to_owned(),
        env: BTreeMap::from([("A".to_owned(), "template".to_owned())]),
        ports: vec!["8000/http".parse::<Port>().unwrap()],
        disk_gb: 30,
        volume_gb: 40,
        volume_path: "/workspace".to_owned(),
        category: TemplateCategory::Nvidia,
        start_ssh: true,
        cuda_versions: Vec::new(),
    }
}

///
#[test]
fn a_template_is_its_accounts_own_and_a_pod_made_from_it_is_a_copy() {
    let (mut lab, account, _, pod) = stage(500);
    let stranger = lab.account(50);
    let create = Command::CreateTemplate(Box::new(new_template("mine")));
    let Outcome::Template(id) = lab.user(account, create).unwrap() else {
        panic!()
    };
    let delete = Command::DeleteTemplate { template_id: id };
    let missing =
        |it: &Result<Outcome, Refusal>| matches!(it, Err(Refusal::NotFound { what: "template", .. }));
    assert!(missing(&lab.user(stranger, delete.clone())));

    let env = BTreeMap::from([("B".to_owned(), "body".to_owned())]);
    let applied = PodEdit {
        template_id: Some(id),
        env: Some(env),
        restart: true,
        ..PodEdit::default()
    };
    lab.user(account, edit(pod, applied)).unwrap();
    let spec = &lab.pod(pod).spec;
    assert_eq!(spec.image.as_str(), "ghcr.io/ada/train:3");
    assert_eq!(spec.env.len(), 2, "merged per key");
    assert_eq!(
        spec.volume.as_ref().unwrap().size_gb,
        100,
        "disks are not taken over"
    );

    let update = Command::UpdateTemplate {
        template_id: id,
        edit: Box::new(TemplateEdit {
            disk_gb: Some(50),
            ..TemplateEdit::default()
        }),
    };
    lab.user(account, update.clone()).unwrap();
    assert_eq!(lab.fleet.template(id).unwrap().disk_gb, 50);
    // Two who change two things of it: neither takes the other's back.
    let renamed = Command::UpdateTemplate {
        template_id: id,
        edit: Box::new(TemplateEdit {
            name: Name::try_from("renamed").ok(),
            volume: Some(PodVolume {
                size_gb: 60,
                path: "/data".to_owned(),
            }),
            ..TemplateEdit::default()
        }),
    };
    lab.user(account, renamed).unwrap();
    let now = lab.fleet.template(id).unwrap();
    assert_eq!(
        (now.name.as_str(), now.disk_gb, now.volume_gb),
        ("renamed", 50, 60)
    );
    assert_eq!((now.args.as_str(), now.env.len()), ("sleep infinity", 1));
    let too_small = Command::UpdateTemplate {
        template_id: id,
        edit: Box::new(TemplateEdit {
            disk_gb: Some(0),
            ..TemplateEdit::default()
        }),
    };
    let refused = lab.user(account, too_small);
    assert!(matches!(refused, Err(Refusal::Spec(_))), "{refused:?}");
    assert_eq!(lab.pod(pod).spec.container_disk_gb, 30, "a copy, no link");
    lab.user(account, delete.clone()).unwrap();
    assert!(missing(&lab.user(account, delete)));
    assert!(missing(&lab.user(account, update)));
    let from_it = NewPod {
        template_id: Some(id),
        ..Lab::new_pod("again", 1)
    };
    assert!(matches!(
        lab.try_create(account, from_it),
        Err(Refusal::NotFound { what: "template", .. })
    ));
    let too_large = NewTemplate {
        disk_gb: 0,
        ..new_template("bad")
    };
    let refused = lab.user(account, Command::CreateTemplate(Box::new(too_large)));
    assert!(matches!(refused, Err(Refusal::Spec(_))), "{refused:?}");
    lab.settle();
    lab.check();
}

/// the limit holds for what is kept, and of a deleted template nothing is.
#[test]
fn a_deleted_template_leaves_nothing_behind() {
    let (mut lab, account, _, _) = stage(500);
    let before = lab.fleet.record().changes.len();
    let create = Command::CreateTemplate(Box::new(new_template("mine")));
    for _ in 0..3 {
        let Outcome::Template(id) = lab.user(account, create.clone()).unwrap() else {
            panic!()
        };
        let delete = Command::DeleteTemplate { template_id: id };
        let kept = lab.fleet.digest().unwrap();
        let rehearsal = Command::Rehearse(Box::new(delete.clone()));
        assert_eq!(lab.user(account, rehearsal), Err(Refusal::Rehearsed));
        assert_eq!(lab.fleet.digest().unwrap(), kept);
        lab.user(account, delete).unwrap();
        assert!(lab.fleet.template(id).is_none());
    }
    assert_eq!(lab.fleet.record().changes.len(), before);
    lab.check();
}

/// Keys reach the pods that ask for them, never another account's, and never over a variable that is set.
#[test]
fn ssh_keys_reach_the_pods_that_ask_for_them() {
    let mut lab = Lab::new();
    let (account, other) = (lab.account(500), lab.account(500));
    let machine = lab.machine("a", 4);
    let put = |keys: &[&str]| Command::PutSshKeys {
        keys: keys.iter().map(|it| (*it).to_owned()).collect(),
    };
    lab.user(account, put(&["ssh-ed25519 AAAA ada", "ssh-rsa BBBB"]))
        .unwrap();
    let refused = lab.user(account, put(&["ssh-ed25519 AAAA", "no key"]));
    assert_eq!(refused, Err(Refusal::SshKeyInvalid { line: 2 }));
    let own = BTreeMap::from([("PUBLIC_KEY".to_owned(), "mine".to_owned())]);
    let pod = |lab: &mut Lab, account, start_ssh, env: &BTreeMap<String, String>| {
        let new = NewPod {
            start_ssh: Some(start_ssh),
            env: env.clone(),
            ..Lab::new_pod("train", 1)
        };
        lab.create(account, new)
    };
    let none = BTreeMap::new();
    let rows = [
        (
            pod(&mut lab, account, true, &none),
            Some("ssh-ed25519 AAAA ada\nssh-rsa BBBB"),
        ),
        (pod(&mut lab, account, false, &none), None),
        (pod(&mut lab, account, true, &own), Some("mine")),
        (pod(&mut lab, other, true, &none), None),
    ];
    let document = desired::document(&lab.fleet, machine, 1).unwrap();
    for (id, expected) in rows {
        let order = document.pods.iter().find(|it| it.pod_id == id).unwrap();
        assert_eq!(order.env.get("PUBLIC_KEY").map(String::as_str), expected);
    }
}

/// What a pod demands is compared with what it would get, and only with machines it can go to at all.
#[test]
fn demands_on_the_machine_choose_among_those_that_fit() {
    let mut lab = Lab::new();
    let account = lab.account(500);
    let small = lab.machine("a", 1);
    let place = |lab: &mut Lab, demand| {
        let new = NewPod {
            demand,
            ..Lab::new_pod("train", 1)
        };
        lab.try_create(account, new)
    };
    // Of 96 GiB and 24 vCPUs, 16 and 4 are kept for pods without GPUs: the one GPU comes with 80 and 20.
    let demand = |gib, vcpus| MachineDemand {
        memory_gib_per_gpu_min: gib,
        vcpus_per_gpu_min: vcpus,
        ..MachineDemand::default()
    };
    for (gib, vcpus) in [(81, 0), (0, 21), (u32::MAX, u32::MAX)] {
        let refused = place(&mut lab, demand(gib, vcpus));
        assert!(matches!(refused, Err(Refusal::NoCapacity { .. })), "{refused:?}");
    }
    let newer = MachineDemand {
        cuda_at_least: "12.9".parse().ok(),
        ..MachineDemand::default()
    };
    assert!(matches!(place(&mut lab, newer), Err(Refusal::NoCapacity { .. })));
    let id = place(&mut lab, demand(80, 20)).unwrap();
    assert_eq!(lab.pod(id).machine_id, small);
    lab.check();
}

/// a client that knows no moves deletes what it sees, and nothing of it is left.
#[test]
fn a_moved_pod_is_deleted_with_the_old_one_by_who_knows_no_moves() {
    let (mut lab, account, _, pod) = stage(500);
    lab.machine("b", 4);
    lab.stop(pod);
    lab.settle();
    let plan = lab.plan(pod, None);
    lab.user(account, lab::carry_out(&plan)).unwrap();
    lab.settle();
    let target = plan.new_pod_id;
    assert_eq!(lab.state(target), "RUNNING");
    let plain = Command::TerminatePod {
        pod_id: target,
        confirm: Some("train".to_owned()),
    };
    let refused = lab.user(account, plain);
    assert!(matches!(
        refused,
        Err(Refusal::NotAllowed(NotAllowed::AwaitsConfirmation { .. }))
    ));
    let delete = Command::ConfirmAndTerminate { pod_id: target };
    lab.user(
        account,
        Command::UpdatePod {
            pod_id: target,
            edit: locked(true),
        },
    )
    .unwrap();
    assert!(lab.user(account, delete.clone()).is_err(), "R-2.10");
    lab.user(
        account,
        Command::UpdatePod {
            pod_id: target,
            edit: locked(false),
        },
    )
    .unwrap();
    lab.user(account, delete).unwrap();
    lab.settle();
    assert_eq!((lab.state(pod), lab.state(target)), ("TERMINATED", "TERMINATED"));
    assert_eq!(lab.fleet.meters_of(account).count(), 0);
    lab.check();
}

/// Two who change the same thing: the second learns that it is not what was read.
#[test]
fn a_condition_is_checked_in_the_same_step_as_the_change() {
    let (mut lab, account, _, pod) = stage(500);
    let seen = lab.pod(pod).generation;
    let stop = |generation| Command::IfGeneration {
        of: Versioned::Pod(pod),
        generation,
        command: Box::new(Command::StopPod { pod_id: pod }),
    };
    let rehearsal = Command::Rehearse(Box::new(stop(seen)));
    assert_eq!(lab.user(account, rehearsal), Err(Refusal::Rehearsed));
    assert_eq!(lab.state(pod), "RUNNING");
    lab.user(account, stop(seen)).unwrap();
    let now = lab.pod(pod).generation;
    let of = Versioned::Pod(pod);
    assert_eq!(
        lab.user(account, stop(seen)),
        Err(Refusal::GenerationMismatch { of, now })
    );
    let stranger = lab.account(0);
    assert!(matches!(
        lab.user(stranger, stop(seen)),
        Err(Refusal::NotFound { .. })
    ));
    lab.settle();
    let reason = match lab.pod(pod).state {
        domain::pod::PodState::Stopped { reason, .. } => reason,
        ref other => panic!("{other:?}"),
    };
    assert_eq!(reason, StopReason::User);
}
