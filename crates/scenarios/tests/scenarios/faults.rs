//! Worlds in which messages are lost and repeated, machines fall silent and lose power.

use std::collections::{BTreeMap, BTreeSet};

use agent_api::Observed;
use domain::endpoints::PodDomain;
use domain::ids::IdMint;
use domain::machine::{Cloud, MachineDemand};
use domain::names::{DataCenterId, GpuTypeId, Image, Name};
use domain::pod::{Compute, DesiredPod, PodStateKind, PodVolume};
use domain::prices::PriceBook;
use domain::{AccountId, MachineId, Money, PodId, Timestamp};
use engine::command::{NewMachine, NewPod};
use engine::state::{DataCenter, Policy, Settings};
use engine::{Actor, Change, Command, Fact, Outcome};
use proptest::prelude::*;
use roadstead_scenarios::{Faults, World};

use crate::invariants;

const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);
const GPU: &str = "NVIDIA GeForce RTX 4090";

fn settings() -> Settings {
    let data_center = DataCenter {
        id: DataCenterId::try_from("X-1").unwrap(),
        name: "X".to_owned(),
        country: "NL".to_owned(),
        region: "EUROPE".to_owned(),
        network_volumes: true,
    };
    Settings {
        pod_domain: PodDomain::local(8080),
        prices: PriceBook::default(),
        policy: Policy {
            top_up_min: Money::from_dollars(1),
            ..Policy::default()
        },
        data_centers: vec![data_center],
    }
}

struct Play {
    world: World,
    machines: Vec<MachineId>,
    accounts: Vec<AccountId>,
    pods: Vec<(AccountId, PodId)>,
    random: IdMint,
}

impl Play {
    fn new(seed: u64) -> Self {
        let mut world = World::new(settings(), START, seed);
        let mut run = |command| world.run(&Actor::Operator, command).unwrap();
        let mut machines = Vec::new();
        let mut accounts = Vec::new();
        for name in ["a", "b", "c"] {
            let machine = NewMachine {
                name: Name::try_from(name).unwrap(),
                data_center_id: DataCenterId::try_from("X-1").unwrap(),
                cloud: Cloud::Secure,
                gpu_type: GpuTypeId::try_from(GPU).unwrap(),
                gpu_count: 4,
                vcpu_count: 32,
                memory_gib: 128,
                disk_gb: 2_000,
                public_ip: Some("192.0.2.1".to_owned()),
                down_mbps: 1_000,
                up_mbps: 1_000,
                cuda_version: "12.8".to_owned(),
            };
            let Outcome::Machine(id) = run(Command::AddMachine(Box::new(machine))) else {
                panic!()
            };
            machines.push(id);
        }
        for (name, dollars) in [("rich", 10_000), ("poor", 1)] {
            let name = Name::try_from(name).unwrap();
            let Outcome::Account(account_id) = run(Command::CreateAccount {
                name,
                operator: false,
            }) else {
                panic!()
            };
            run(Command::Credit {
                account_id,
                amount: Money::from_dollars(dollars),
                note: String::new(),
            });
            accounts.push(account_id);
        }
        Self {
            world,
            machines,
            accounts,
            pods: Vec::new(),
            random: IdMint::new(START, seed),
        }
    }

    fn pick(&mut self, count: usize) -> usize {
        usize::try_from(self.random.next_bits() % count.max(1) as u64).unwrap()
    }

    /// One thing somebody does or that happens; a refusal is as good as an answer.
    fn act(&mut self) {
        let index = self.pick(3);
        let machine = self.machines[index];
        let kind = self.pick(16);
        let pod =
            (!self.pods.is_empty()).then(|| self.pods[self.random.next_bits() as usize % self.pods.len()]);
        match (kind, pod) {
            (0..=2, _) => self.deploy(),
            (3, _) => self.world.set_silent(machine, true),
            (4 | 5, _) => self
                .machines
                .clone()
                .into_iter()
                .for_each(|it| self.world.set_silent(it, false)),
            (6, _) => self.world.reboot(machine),
            (7, _) => self.world.cut_copies(machine),
            (_, None) => self.deploy(),
            (8, Some((account, pod_id))) => self.ask(account, Command::StopPod { pod_id }),
            (9, Some((account, pod_id))) => self.ask(
                account,
                Command::StartPod {
                    pod_id,
                    cpu_only: false,
                },
            ),
            (10, Some((account, pod_id))) => self.ask(account, Command::RestartPod { pod_id }),
            (11, Some((account, pod_id))) => self.ask(
                account,
                Command::JoinQueue {
                    pod_id,
                    auto_start: true,
                },
            ),
            (12, Some((account, pod_id))) => {
                let confirm = Some(self.world.fleet().pod(pod_id).unwrap().name.to_string());
                self.ask(account, Command::TerminatePod { pod_id, confirm });
            }
            (13, Some((account, pod_id))) => self.ask(
                account,
                Command::StartPod {
                    pod_id,
                    cpu_only: true,
                },
            ),
            (_, Some((account, pod_id))) => self.migrate(account, pod_id),
        }
    }

    fn ask(&mut self, account: AccountId, command: Command) {
        let _ = self.world.run_as(account, command);
    }

    fn deploy(&mut self) {
        let (account, name) = (self.pick(2), self.pick(6));
        let account = self.accounts[account];
        let names = [
            "pod",
            "pod",
            "fail-pull",
            "exit-at-once",
            "fail-copy",
            "never-ready",
        ];
        let count = 1 + u32::try_from(self.pick(3)).unwrap();
        let pod = NewPod {
            name: Name::try_from(names[name]).unwrap(),
            template_id: None,
            image: Some(Image::try_from("ubuntu:24.04").unwrap()),
            args: None,
            env: BTreeMap::new(),
            ports: Some(vec!["8888/http".parse().unwrap(), "22/tcp".parse().unwrap()]),
            compute: Compute::Gpu {
                gpu_type: GpuTypeId::try_from(GPU).unwrap(),
                count,
            },
            container_disk_gb: Some(20),
            volume: Some(PodVolume {
                size_gb: 50,
                path: "/workspace".to_owned(),
            }),
            mounts: Vec::new(),
            start_ssh: None,
            demand: MachineDemand::default(),
            cloud: Cloud::Secure,
            data_center_ids: Vec::new(),
            machine_id: None,
        };
        if let Ok(Outcome::Pod(pod_id)) = self.world.run_as(account, Command::CreatePod(Box::new(pod))) {
            self.pods.push((account, pod_id));
            self.world.advance_seconds(1);
            self.world.fill_volume(pod_id, 20_000_000_000);
        }
    }

    /// Starts a migration, or ends the one there is.
    fn migrate(&mut self, account: AccountId, pod_id: PodId) {
        let open = self.world.fleet().open_migrations().map(|it| it.id).min();
        if let Some(migration_id) = open {
            let consent = self.world.fleet().pod(pod_id).map(|it| it.name.to_string());
            let ends = [
                Command::CancelMigration { migration_id },
                Command::ConfirmMigration { migration_id },
                Command::RevertMigration {
                    migration_id,
                    consent,
                },
            ];
            let end = ends[self.random.next_bits() as usize % 3].clone();
            let _ = self.world.run(&Actor::Operator, end);
            return;
        }
        let world = &mut self.world;
        let Ok(Outcome::Plan(plan_id)) = world.run_as(
            account,
            Command::PlanMigration {
                pod_id,
                machine_id: None,
            },
        ) else {
            return;
        };
        let plan = world.fleet().plan(plan_id).unwrap().clone();
        let start = Command::StartMigration {
            plan_id,
            digest: plan.digest,
            acknowledge: plan.content.basis.acknowledge,
            consent: Some(plan.content.pod_name),
        };
        if let Ok(Outcome::Migration(_)) = world.run_as(account, start) {
            self.pods.push((account, plan.new_pod_id));
        }
    }
}

/// Every machine does what the control plane believes it does.
fn check_settled(world: &World) {
    for machine in world.fleet().machines() {
        let seen = world.hosts().host(machine.id).unwrap().observe(world.now());
        assert!(machine.is_ready());
        let pods: Vec<_> = world.fleet().pods_on(machine.id).collect();
        let ids: Vec<PodId> = pods.iter().map(|it| it.id).collect();
        assert_eq!(seen.pods.iter().map(|it| it.pod_id).collect::<Vec<_>>(), ids);
        for (pod, seen) in pods.into_iter().zip(&seen.pods) {
            let runs = seen.observed == Observed::Running;
            assert_eq!(
                pod.state.kind() == PodStateKind::Running,
                runs,
                "{}: {:?}, {seen:?}",
                pod.name,
                pod.state
            );
            if runs {
                assert_eq!(pod.desired, DesiredPod::Running);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_sequence_of_acts_and_faults_reaches_nonsense(
        seed: u64, drop_percent in 0..40_u64, repeat_percent in 0..40_u64, pauses in proptest::collection::vec(0..90_i64, 60),
    ) {
        let mut play = Play::new(seed);
        play.world.set_faults(Faults { drop_percent, repeat_percent });
        for pause in pauses {
            play.act();
            invariants::check(&play.world);
            play.world.advance_seconds(pause);
            invariants::check(&play.world);
        }
        // The network mends; everything finds its place.
        play.world.set_faults(Faults::default());
        for id in play.machines.clone() {
            play.world.set_silent(id, false);
        }
        play.world.advance_seconds(900);
        check_settled(&play.world);
        invariants::check_replay(settings(), &play.world);
    }
}

/// The acts above do reach what they are meant to reach.
#[test]
fn acts_and_faults_reach_every_turn() {
    let mut phases = BTreeSet::new();
    let mut states = BTreeSet::new();
    let mut facts = BTreeSet::new();
    for seed in 0..80 {
        let mut play = Play::new(seed);
        for step in 0..60 {
            play.act();
            play.world.advance_seconds(step * 7 % 90);
        }
        for event in play.world.take_events() {
            facts.insert(event.fact);
            match event.change {
                Change::Migration(it) => drop(phases.insert(it.state.phase)),
                Change::Pod(it) => drop(states.insert(it.state.kind())),
                _ => {}
            }
        }
    }
    assert_eq!(states.len(), PodStateKind::ALL.len(), "{states:?}");
    assert_eq!(phases.len(), 10, "{phases:?}");
    for fact in [
        Fact::FundsRanOut,
        Fact::MachineUnreachable,
        Fact::MachineReachable,
        Fact::MigrationCopied,
    ] {
        assert!(facts.contains(&fact), "{fact:?}");
    }
}

#[test]
fn one_seed_gives_one_history() {
    let told = |seed| {
        let mut play = Play::new(seed);
        play.world.set_faults(Faults {
            drop_percent: 20,
            repeat_percent: 20,
        });
        for _ in 0..40 {
            play.act();
            play.world.advance_seconds(20);
        }
        play.world.fleet().digest().unwrap()
    };
    assert_eq!(told(7), told(7));
    assert_ne!(told(7), told(8));
}
