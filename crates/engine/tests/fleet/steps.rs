//! Every step of every shape of move: heard twice, failed and undone, undone twice.

use super::lab::{self, Lab};
use agent_api::Observed;
use domain::pod::VolumeMount;
use domain::{AccountId, MachineId, MigrationId, PodId};
use roadstead_engine::command::NewPod;
use roadstead_engine::state::MigrationPhase;
use roadstead_engine::{Actor, Command, Outcome, Refusal};

/// What moves.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// A stopped pod with data on its pod volume.
    Stopped,
    /// The same, running.
    Running,
    /// A running pod whose data is on a network volume.
    OnNetworkVolume,
}

const SHAPES: [Shape; 3] = [Shape::Stopped, Shape::Running, Shape::OnNetworkVolume];

/// The phases of a shape in which something is under way, in order.
fn phases(shape: Shape) -> Vec<MigrationPhase> {
    let stopping = [MigrationPhase::StoppingSource];
    let moving = [MigrationPhase::Provisioning, MigrationPhase::Copying];
    match shape {
        Shape::Stopped => [&moving[..], &[MigrationPhase::Starting]].concat(),
        Shape::Running => [&stopping[..], &moving, &[MigrationPhase::Starting]].concat(),
        Shape::OnNetworkVolume => [&stopping[..], &moving[..1], &[MigrationPhase::Starting]].concat(),
    }
}

struct Move {
    lab: Lab,
    account: AccountId,
    id: MigrationId,
    source: PodId,
    target: PodId,
    to: MachineId,
    runs: bool,
}

/// A move of this shape that has come to a phase and no further.
fn at(shape: Shape, phase: MigrationPhase) -> Move {
    let mut lab = Lab::new();
    lab.copy_percent = 35;
    let account = lab.account(1_000);
    let from = lab.machine("a", 2);
    let mut new = NewPod {
        machine_id: Some(from),
        ..Lab::new_pod("train", 2)
    };
    if matches!(shape, Shape::OnNetworkVolume) {
        let path = "/data".to_owned();
        let volume_id = lab.volume(account, 100);
        (new.volume, new.mounts) = (None, vec![VolumeMount { volume_id, path }]);
    }
    let source = lab.create(account, new);
    lab.settle();
    let runs = !matches!(shape, Shape::Stopped);
    if !runs {
        lab.stop(source);
        lab.settle();
    }
    let to = lab.machine("b", 2);
    lab.settle();
    let plan = lab.plan(source, Some(to));
    let Outcome::Migration(id) = lab.user(account, lab::carry_out(&plan)).unwrap() else {
        panic!()
    };
    // Held in the last phase before the switch until somebody lets it go on.
    lab.broken.insert(plan.new_pod_id, Observed::Starting);
    let mut this = Move {
        lab,
        account,
        id,
        source,
        target: plan.new_pod_id,
        to,
        runs,
    };
    for _ in 0..12 {
        if this.phase() == phase {
            return this;
        }
        this.hear_one();
    }
    panic!("{shape:?} never comes to {phase:?}; it is at {:?}", this.phase());
}

impl Move {
    fn phase(&self) -> MigrationPhase {
        self.lab.fleet.migration(self.id).unwrap().state.phase
    }

    /// The next machine that has something to say says it, so that no phase is passed unseen.
    fn hear_one(&mut self) {
        let before = self.lab.fleet.digest().unwrap();
        let machines: Vec<MachineId> = self.lab.fleet.machines().map(|it| it.id).collect();
        for machine_id in machines {
            let report = self.lab.report_of(machine_id);
            let command = Command::Report(Box::new(report));
            self.lab.ask(&Actor::Machine(machine_id), command).unwrap();
            if self.lab.fleet.digest().unwrap() != before {
                return;
            }
        }
        panic!("nobody has anything to say in {:?}", self.phase());
    }

    /// The source as it was, and nothing left of the target.
    fn assert_put_back(&mut self, end: MigrationPhase) {
        assert_eq!(self.phase(), end);
        self.lab.settle();
        let state = if self.runs { "RUNNING" } else { "STOPPED" };
        assert_eq!(self.lab.state(self.source), state);
        assert_eq!(self.lab.state(self.target), "TERMINATED");
        let source = self.lab.pod(self.source);
        assert!(source.binding.is_none() && source.moved_to.is_none());
        assert_eq!(source.slots.len(), if self.runs { 2 } else { 0 });
        let to = self.lab.fleet.machine(self.to).unwrap();
        assert_eq!((to.gpu_free(), to.disk_gb_used, to.vcpu_used), (2, 0, 0));
        self.lab.check();
    }
}

#[test]
fn every_step_may_be_heard_twice() {
    for shape in SHAPES {
        for phase in phases(shape) {
            let mut here = at(shape, phase);
            let machines: Vec<MachineId> = here.lab.fleet.machines().map(|it| it.id).collect();
            for machine_id in machines {
                let report = Command::Report(Box::new(here.lab.report_of(machine_id)));
                let actor = Actor::Machine(machine_id);
                here.lab.ask(&actor, report.clone()).unwrap();
                let once = here.lab.fleet.digest().unwrap();
                here.lab.ask(&actor, report).unwrap();
                assert_eq!(here.lab.fleet.digest().unwrap(), once, "{shape:?} at {phase:?}");
            }
            here.lab.check();
        }
    }
}

#[test]
fn every_step_can_be_undone_and_undone_again() {
    for shape in SHAPES {
        for phase in phases(shape) {
            let mut here = at(shape, phase);
            assert_eq!(here.phase(), phase, "undone where it was meant to be");
            let cancel = Command::CancelMigration {
                migration_id: here.id,
            };
            here.lab.user(here.account, cancel.clone()).unwrap();
            let once = here.lab.fleet.digest().unwrap();
            let again = here.lab.user(here.account, cancel);
            assert!(matches!(again, Err(Refusal::MigrationPhase { .. })), "{again:?}");
            assert_eq!(here.lab.fleet.digest().unwrap(), once);
            here.assert_put_back(MigrationPhase::Cancelled);
        }
    }
}

/// The target says at each phase that it failed; only its start can fail, everything before waits.
#[test]
fn a_target_that_fails_leaves_the_source_as_it_was() {
    for shape in SHAPES {
        for phase in phases(shape) {
            let mut here = at(shape, phase);
            assert_eq!(here.phase(), phase, "failed where it was meant to");
            let message = "no such image".to_owned();
            here.lab.broken.insert(here.target, Observed::Failed { message });
            here.lab.settle();
            here.assert_put_back(MigrationPhase::Failed);
        }
    }
}

#[test]
fn nothing_is_cancelled_after_the_switch() {
    for shape in SHAPES {
        let mut here = at(shape, MigrationPhase::Starting);
        here.lab.broken.clear();
        here.lab.settle();
        assert_eq!(here.phase(), MigrationPhase::AwaitingConfirmation);
        let cancel = Command::CancelMigration {
            migration_id: here.id,
        };
        let refused = here.lab.user(here.account, cancel);
        assert!(
            matches!(refused, Err(Refusal::MigrationPhase { .. })),
            "{refused:?}"
        );
        here.lab.check();
    }
}
