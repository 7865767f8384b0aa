//! Whatever is asked in whatever order, money adds up, slots have one holder, and the log is enough.

use super::lab::{self, Lab};
use domain::{AccountId, MachineId, MigrationId, PodId};
use proptest::prelude::*;
use roadstead_engine::command::PodEdit;
use roadstead_engine::{Command, Outcome, Refusal};

#[derive(Debug, Clone)]
enum Step {
    Create { machine: usize, gpus: u32 },
    Start { pod: usize, cpu_only: bool },
    Stop(usize),
    Restart(usize),
    Terminate(usize),
    Wait { pod: usize, auto_start: bool },
    Lock { pod: usize, locked: bool },
    Resize { pod: usize, disk_gb: u32, restart: bool },
    Migrate(usize),
    Cancel(usize),
    Confirm(usize),
    Revert(usize),
    Silence(usize),
    Speak,
    Report,
    Pass(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_usize..3, 1_u32..3).prop_map(|(machine, gpus)| Step::Create { machine, gpus }),
        3 => (0_usize..6, any::<bool>()).prop_map(|(pod, cpu_only)| Step::Start { pod, cpu_only }),
        3 => (0_usize..6).prop_map(Step::Stop),
        1 => (0_usize..6).prop_map(Step::Restart),
        1 => (0_usize..6).prop_map(Step::Terminate),
        1 => (0_usize..6, any::<bool>()).prop_map(|(pod, auto_start)| Step::Wait { pod, auto_start }),
        1 => (0_usize..6, any::<bool>()).prop_map(|(pod, locked)| Step::Lock { pod, locked }),
        1 => (0_usize..6, 10_u32..60, any::<bool>())
            .prop_map(|(pod, disk_gb, restart)| Step::Resize { pod, disk_gb, restart }),
        3 => (0_usize..6).prop_map(Step::Migrate),
        1 => (0_usize..3).prop_map(Step::Cancel),
        1 => (0_usize..3).prop_map(Step::Confirm),
        2 => (0_usize..3).prop_map(Step::Revert),
        1 => (0_usize..3).prop_map(Step::Silence),
        1 => Just(Step::Speak),
        6 => Just(Step::Report),
        3 => (1_i64..200).prop_map(Step::Pass),
    ]
}

struct Run {
    lab: Lab,
    account: AccountId,
    machines: Vec<MachineId>,
    pods: Vec<PodId>,
    migrations: Vec<MigrationId>,
}

fn pick<T: Copy>(things: &[T], index: usize) -> Option<T> {
    (!things.is_empty()).then(|| things[index % things.len()])
}

impl Run {
    /// Refusals are answers too; what they must not do is change anything.
    fn ask(&mut self, command: Command) -> Option<Outcome> {
        let before = self.lab.fleet.digest().unwrap();
        let rehearsal = Command::Rehearse(Box::new(command.clone()));
        let rehearsed = self.lab.user(self.account, rehearsal).unwrap_err();
        let after = self.lab.fleet.digest().unwrap();
        assert_eq!(after, before, "a rehearsal changes nothing");
        match self.lab.user(self.account, command) {
            Ok(outcome) => {
                assert_eq!(rehearsed, Refusal::Rehearsed, "what is carried out was foretold");
                Some(outcome)
            }
            Err(refusal) => {
                assert_eq!(rehearsed, refusal, "so is what is refused");
                assert_eq!(
                    self.lab.fleet.digest().unwrap(),
                    before,
                    "a refusal changes nothing"
                );
                None
            }
        }
    }

    fn take(&mut self, step: Step) {
        let pod = |run: &Self, index| pick(&run.pods, index);
        let command =
            match step {
                Step::Create { machine, gpus } => {
                    let machine_id = pick(&self.machines, machine);
                    let new = roadstead_engine::command::NewPod {
                        machine_id,
                        ..Lab::new_pod("train", gpus)
                    };
                    Some(Command::CreatePod(Box::new(new)))
                }
                Step::Start { pod: index, cpu_only } => {
                    pod(self, index).map(|pod_id| Command::StartPod { pod_id, cpu_only })
                }
                Step::Stop(index) => pod(self, index).map(|pod_id| Command::StopPod { pod_id }),
                Step::Restart(index) => pod(self, index).map(|pod_id| Command::RestartPod { pod_id }),
                Step::Terminate(index) => pod(self, index).map(|pod_id| Command::TerminatePod {
                    pod_id,
                    confirm: Some("train".to_owned()),
                }),
                Step::Wait {
                    pod: index,
                    auto_start,
                } => pod(self, index).map(|pod_id| Command::JoinQueue { pod_id, auto_start }),
                Step::Lock { pod: index, locked } => pod(self, index).map(|pod_id| Command::UpdatePod {
                    pod_id,
                    edit: lab::locked(locked),
                }),
                Step::Resize {
                    pod: index,
                    disk_gb,
                    restart,
                } => pod(self, index).map(|pod_id| {
                    let edit = Box::new(PodEdit {
                        container_disk_gb: Some(disk_gb),
                        restart,
                        ..PodEdit::default()
                    });
                    Command::UpdatePod { pod_id, edit }
                }),
                Step::Migrate(index) => {
                    let plan = pod(self, index).and_then(|pod_id| {
                        self.ask(Command::PlanMigration {
                            pod_id,
                            machine_id: None,
                        })
                    });
                    match plan {
                        Some(Outcome::Plan(id)) => Some(lab::carry_out(self.lab.fleet.plan(id).unwrap())),
                        _ => None,
                    }
                }
                Step::Cancel(index) => pick(&self.migrations, index)
                    .map(|migration_id| Command::CancelMigration { migration_id }),
                Step::Confirm(index) => pick(&self.migrations, index)
                    .map(|migration_id| Command::ConfirmMigration { migration_id }),
                Step::Revert(index) => pick(&self.migrations, index).map(lab::revert),
                Step::Silence(index) => {
                    let machine = self.machines[index % self.machines.len()];
                    if !self.lab.silent.contains(&machine) {
                        self.lab.silent.push(machine);
                    }
                    None
                }
                Step::Speak => {
                    self.lab.silent.clear();
                    None
                }
                Step::Report => {
                    self.lab.report();
                    None
                }
                Step::Pass(minutes) => {
                    self.lab.pass_minutes(minutes);
                    None
                }
            };
        match command.and_then(|it| self.ask(it)) {
            Some(Outcome::Pod(id)) if !self.pods.contains(&id) => self.pods.push(id),
            Some(Outcome::Migration(id)) if !self.migrations.contains(&id) => self.migrations.push(id),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// over any history: after all machines speak again the fleet comes to rest,
    /// every slot has one holder, and the log alone rebuilds everything.
    #[test]
    fn any_history_keeps_its_books(steps in proptest::collection::vec(step(), 1..60), dollars in 10_i64..60) {
        let mut lab = Lab::new();
        let account = lab.account(dollars);
        let machines = vec![lab.machine("a", 2), lab.machine("b", 2), lab.machine("c", 4)];
        lab.copy_percent = 35;
        let mut run = Run { lab, account, machines, pods: Vec::new(), migrations: Vec::new() };
        for step in steps {
            run.take(step);
        }
        run.lab.check();
        run.lab.silent.clear();
        run.lab.settle();
        run.lab.check();
        for pod in run.lab.fleet.pods() {
            prop_assert!(!pod.state.kind().is_passing(), "{} rests in {}", pod.id, pod.state.kind());
        }
    }

    /// however time is cut into ticks, the same minutes cost the same.
    #[test]
    fn money_does_not_depend_on_when_the_clock_is_looked_at(cuts in proptest::collection::vec(1_i64..7_000, 1..12)) {
        let total: i64 = cuts.iter().sum();
        let charged = |cuts: &[i64]| {
            let mut lab = Lab::new();
            let account = lab.account(5_000);
            let machine = lab.machine("a", 2);
            lab.running(account, machine, 2);
            for seconds in cuts {
                lab.now = lab.now.plus_seconds(*seconds);
                lab.operator(Command::Resume);
                lab.operator(Command::Tick);
            }
            lab.check();
            roadstead_engine::query::balance(&lab.fleet, account, lab.now)
        };
        prop_assert_eq!(charged(&cuts), charged(&[total]));
    }
}
