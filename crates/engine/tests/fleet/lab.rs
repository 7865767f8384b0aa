//! A small fleet and agents that do at once what their documents say.

use std::collections::BTreeMap;

use agent_api::{
    CopyReport, CopySide, CopyVerified, MountUsage, Observed, PodDesired, PodReport, Report, Version,
};
use domain::endpoints::PodDomain;
use domain::machine::{Cloud, MachineDemand};
use domain::names::{DataCenterId, GpuTypeId, Image, Name};
use domain::pod::{Compute, PodStateKind, PodVolume, Port};
use domain::prices::PriceBook;
use domain::{AccountId, MachineId, MigrationId, Money, PodId, Timestamp, VolumeId};
use engine::command::{NewMachine, NewPod, PodEdit};
use engine::state::{DataCenter, Draw, MigrationPlan, Policy, Settings};
use engine::{Actor, Command, Decision, Fleet, Moment, Outcome, Refusal, execute, next_deadline, query};
use roadstead_engine as engine;

pub const GPU: &str = "NVIDIA GeForce RTX 4090";

pub struct Lab {
    pub fleet: Fleet,
    pub now: Timestamp,
    pub log: Vec<engine::Event>,
    seed: u64,
    /// Bytes on each pod's volume, as agents report them.
    pub volume_used: BTreeMap<PodId, u64>,
    /// Machines whose agents say nothing.
    pub silent: Vec<MachineId>,
    /// What agents say of a pod in place of doing what they should.
    pub broken: BTreeMap<PodId, Observed>,
    /// Part of a copy each settle verifies, of 100.
    pub copy_percent: u64,
}

/// A stopped pod whose GPUs another one has.
pub struct GpusTaken {
    pub account: AccountId,
    pub pod: PodId,
    pub neighbour: PodId,
}

pub fn settings() -> Settings {
    let place = |id: &str, volumes| DataCenter {
        id: DataCenterId::try_from(id).unwrap(),
        name: id.to_owned(),
        country: "NL".to_owned(),
        region: "EUROPE".to_owned(),
        network_volumes: volumes,
    };
    Settings {
        pod_domain: PodDomain::local(8080),
        prices: PriceBook::default(),
        policy: Policy::default(),
        data_centers: vec![place("EU-1", true), place("EU-2", false)],
    }
}

/// An edit that locks or unlocks and changes nothing else.
pub fn locked(locked: bool) -> Box<PodEdit> {
    Box::new(PodEdit {
        locked: Some(locked),
        ..PodEdit::default()
    })
}

/// Carries a plan out, with all that it asks for agreed to.
pub fn carry_out(plan: &MigrationPlan) -> Command {
    Command::StartMigration {
        plan_id: plan.id,
        digest: plan.digest.clone(),
        acknowledge: plan.content.basis.acknowledge.clone(),
        consent: Some(plan.content.pod_name.clone()),
    }
}

/// Takes a move of a pod from [`Lab::running`] back, whatever is lost by it.
pub fn revert(migration_id: MigrationId) -> Command {
    Command::RevertMigration {
        migration_id,
        consent: Some("train".to_owned()),
    }
}

impl Lab {
    pub fn new() -> Self {
        Self {
            fleet: Fleet::new(settings()),
            now: "2026-11-22T10:00:20Z".parse().unwrap(),
            log: Vec::new(),
            seed: 1,
            volume_used: BTreeMap::new(),
            silent: Vec::new(),
            broken: BTreeMap::new(),
            copy_percent: 100,
        }
    }

    pub fn ask(&mut self, actor: &Actor, command: Command) -> Result<Decision, Refusal> {
        self.seed += 1;
        let moment = Moment {
            now: self.now,
            seed: self.seed,
        };
        let decision = execute(&mut self.fleet, actor, command, moment)?;
        self.log.extend(decision.events.iter().cloned());
        Ok(decision)
    }

    pub fn operator(&mut self, command: Command) -> Outcome {
        self.ask(&Actor::Operator, command).unwrap().outcome
    }

    pub fn account(&mut self, dollars: i64) -> AccountId {
        let name = Name::try_from("lab").unwrap();
        let Outcome::Account(id) = self.operator(Command::CreateAccount {
            name,
            operator: false,
        }) else {
            panic!()
        };
        if dollars > 0 {
            self.credit(id, dollars);
        }
        id
    }

    pub fn credit(&mut self, account: AccountId, dollars: i64) {
        self.operator(Command::Credit {
            account_id: account,
            amount: Money::from_dollars(dollars),
            note: String::new(),
        });
    }

    pub fn machine(&mut self, name: &str, gpus: u32) -> MachineId {
        self.machine_in(name, gpus, "EU-1", Cloud::Secure)
    }

    pub fn new_machine(&self, name: &str, gpus: u32, place: &str, cloud: Cloud) -> NewMachine {
        NewMachine {
            name: Name::try_from(name).unwrap(),
            data_center_id: DataCenterId::try_from(place).unwrap(),
            cloud,
            gpu_type: GpuTypeId::try_from(GPU).unwrap(),
            gpu_count: gpus,
            vcpu_count: gpus * 16 + 8,
            memory_gib: gpus * 64 + 32,
            disk_gb: 8_000,
            public_ip: Some(format!("203.0.113.{}", self.seed)),
            down_mbps: 10_000,
            up_mbps: 10_000,
            cuda_version: "12.8".to_owned(),
        }
    }

    pub fn machine_in(&mut self, name: &str, gpus: u32, place: &str, cloud: Cloud) -> MachineId {
        let new = self.new_machine(name, gpus, place, cloud);
        let Outcome::Machine(id) = self.operator(Command::AddMachine(Box::new(new))) else {
            panic!()
        };
        id
    }

    pub fn new_pod(name: &str, gpus: u32) -> NewPod {
        NewPod {
            name: Name::try_from(name).unwrap(),
            template_id: None,
            image: Some(Image::try_from("pytorch/pytorch:2.4").unwrap()),
            args: Some("sleep infinity".to_owned()),
            env: BTreeMap::new(),
            ports: Some(vec![
                "8888/http".parse::<Port>().unwrap(),
                "22/tcp".parse().unwrap(),
            ]),
            compute: Compute::Gpu {
                gpu_type: GpuTypeId::try_from(GPU).unwrap(),
                count: gpus,
            },
            container_disk_gb: Some(20),
            volume: Some(PodVolume {
                size_gb: 100,
                path: "/workspace".to_owned(),
            }),
            mounts: Vec::new(),
            start_ssh: None,
            demand: MachineDemand::default(),
            cloud: Cloud::Secure,
            data_center_ids: Vec::new(),
            machine_id: None,
        }
    }

    pub fn try_create(&mut self, account: AccountId, new: NewPod) -> Result<PodId, Refusal> {
        match self
            .ask(&Actor::Account(account), Command::CreatePod(Box::new(new)))?
            .outcome
        {
            Outcome::Pod(id) => Ok(id),
            other => panic!("{other:?}"),
        }
    }

    pub fn create(&mut self, account: AccountId, new: NewPod) -> PodId {
        self.try_create(account, new).unwrap()
    }

    /// A pod on a machine, running.
    pub fn running(&mut self, account: AccountId, machine_id: MachineId, gpus: u32) -> PodId {
        let id = self.create(
            account,
            NewPod {
                machine_id: Some(machine_id),
                ..Self::new_pod("train", gpus)
            },
        );
        self.settle();
        id
    }

    /// A stopped pod that had both GPUs of its machine, of which another account's pod has `taken` since.
    pub fn gpus_taken(&mut self, taken: u32) -> GpusTaken {
        let (account, other) = (self.account(100), self.account(100));
        let machine = self.machine("a", 2);
        let pod = self.running(account, machine, 2);
        self.stop(pod);
        let neighbour = self.running(other, machine, taken);
        GpusTaken {
            account,
            pod,
            neighbour,
        }
    }

    /// What the pod's owner asks for; not settled.
    pub fn stop(&mut self, pod_id: PodId) {
        let owner = self.pod(pod_id).account_id;
        self.user(owner, Command::StopPod { pod_id }).unwrap();
    }

    /// Runs the pod without its GPUs.
    pub fn start_on_cpus(&mut self, pod_id: PodId) {
        let owner = self.pod(pod_id).account_id;
        let start = Command::StartPod {
            pod_id,
            cpu_only: true,
        };
        self.user(owner, start).unwrap();
        self.settle();
    }

    /// The pod's owner waits for its GPUs; it starts by itself.
    pub fn wait_for_gpus(&mut self, pod_id: PodId) {
        let owner = self.pod(pod_id).account_id;
        let join = Command::JoinQueue {
            pod_id,
            auto_start: true,
        };
        self.user(owner, join).unwrap();
    }

    /// A plan of the pod's owner: to this machine, or to the best.
    pub fn plan(&mut self, pod_id: PodId, machine_id: Option<MachineId>) -> MigrationPlan {
        let owner = self.pod(pod_id).account_id;
        let plan = Command::PlanMigration { pod_id, machine_id };
        match self.user(owner, plan).unwrap() {
            Outcome::Plan(id) => self.fleet.plan(id).unwrap().clone(),
            other => panic!("{other:?}"),
        }
    }

    /// Moves a pod as planned; not settled.
    pub fn migrate(&mut self, pod_id: PodId, machine_id: Option<MachineId>) -> MigrationId {
        let plan = self.plan(pod_id, machine_id);
        match self.user(plan.account_id, carry_out(&plan)).unwrap() {
            Outcome::Migration(id) => id,
            other => panic!("{other:?}"),
        }
    }

    pub fn volume(&mut self, account: AccountId, gb: u32) -> VolumeId {
        let name = Name::try_from("data").unwrap();
        let data_center_id = DataCenterId::try_from("EU-1").unwrap();
        let command = Command::CreateVolume {
            name,
            size_gb: gb,
            data_center_id,
        };
        match self.ask(&Actor::Account(account), command).unwrap().outcome {
            Outcome::Volume(id) => id,
            other => panic!("{other:?}"),
        }
    }

    pub fn user(&mut self, account: AccountId, command: Command) -> Result<Outcome, Refusal> {
        self.ask(&Actor::Account(account), command).map(|it| it.outcome)
    }

    /// Every agent that speaks reports once what its document says.
    pub fn report(&mut self) {
        let machines: Vec<MachineId> = self.fleet.machines().map(|it| it.id).collect();
        for id in machines
            .into_iter()
            .filter(|it| !self.silent.contains(it))
            .collect::<Vec<_>>()
        {
            let report = self.report_of(id);
            self.ask(&Actor::Machine(id), Command::Report(Box::new(report)))
                .unwrap();
        }
    }

    /// What the agent of a machine says that has done what its document says.
    pub fn report_of(&mut self, id: MachineId) -> Report {
        let document = engine::desired::document(&self.fleet, id, 1).unwrap();
        let mut copies = Vec::new();
        let mut pods = Vec::new();
        for order in &document.pods {
            if let Some(copy) = &order.copy
                && matches!(copy.side, CopySide::Take { .. })
            {
                let bytes =
                    (copy.bytes_verified + copy.bytes_total * self.copy_percent / 100).min(copy.bytes_total);
                copies.push(CopyReport {
                    migration_id: copy.migration_id,
                    bytes_verified: bytes,
                    bytes_per_second: 400_000_000,
                    verified: (bytes == copy.bytes_total).then(|| CopyVerified {
                        files: 12,
                        manifest_hash: "abc".to_owned(),
                    }),
                    problem: None,
                });
            }
            let observed = match order.desired {
                PodDesired::Running => self
                    .broken
                    .get(&order.pod_id)
                    .cloned()
                    .unwrap_or(Observed::Running),
                PodDesired::Stopped => Observed::Stopped,
            };
            pods.push(PodReport {
                pod_id: order.pod_id,
                incarnation: order.incarnation,
                observed,
                volume_used_bytes: self
                    .volume_used
                    .get(&order.pod_id)
                    .copied()
                    .unwrap_or(50_000_000_000),
                container_used_bytes: 1_000_000_000,
                mounts: order
                    .mounts
                    .iter()
                    .map(|it| MountUsage {
                        volume_id: it.volume_id,
                        used_bytes: 30_000_000_000,
                    })
                    .collect(),
            });
        }
        Report {
            machine_id: id,
            boot_id: 1,
            accepted: Version {
                epoch: 1,
                generation: document.generation,
            },
            at: self.now,
            pods,
            copies,
        }
    }

    /// Reports until nothing changes any more.
    pub fn settle(&mut self) {
        for _ in 0..20 {
            let before = self.fleet.sequence();
            self.report();
            if self.fleet.sequence() == before {
                return;
            }
        }
        panic!("the fleet does not come to rest");
    }

    /// Lets time pass: heartbeats every 10 s, ticks when they are due.
    pub fn pass(&mut self, until: Timestamp) {
        while self.now < until {
            let beat = self.now + 10_000;
            let due = next_deadline(&self.fleet)
                .filter(|it| *it > self.now)
                .unwrap_or(beat);
            self.now = beat.min(due).min(until);
            self.ask(&Actor::Timer, Command::Tick).unwrap();
            self.report();
        }
    }

    pub fn pass_minutes(&mut self, minutes: i64) {
        self.pass(self.now.plus_minutes(minutes));
    }

    pub fn pod(&self, id: PodId) -> &engine::state::Pod {
        self.fleet.pod(id).unwrap()
    }

    pub fn state(&self, id: PodId) -> &'static str {
        self.pod(id).state.kind().as_str()
    }

    /// What must hold after every step.
    pub fn check(&self) {
        for account in self.fleet.accounts() {
            let sum: Money = self.fleet.ledger(account.id).iter().map(|it| it.amount).sum();
            assert_eq!(
                sum,
                self.fleet.posted(account.id),
                "R-3.11: balance = credits − entries"
            );
            let draw = self.fleet.meters_of(account.id).fold(Draw::default(), Draw::with);
            assert_eq!(draw, self.fleet.draw(account.id), "sums keep step with meters");
            let starting = self.fleet.pods_of(account.id);
            let starting: Money = starting.map(|it| engine::state::starting(&self.fleet, it)).sum();
            assert_eq!(
                starting,
                self.fleet.starting(account.id),
                "so does this one with pods"
            );
            if !self.fleet.meters().any(|it| it.posting_due() <= self.now) {
                let unposted =
                    self.fleet.posted(account.id) - query::balance(&self.fleet, account.id, self.now);
                assert!(unposted <= draw.hour_max, "{unposted} of {draw:?}");
            }
            let runway = query::runway(&self.fleet, account.id, self.now);
            if let Some(end) = runway.and_then(|it| it.pods_stop_at).map(|it| it + 1) {
                let next = next_deadline(&self.fleet);
                assert!(
                    next.is_some_and(|it| it <= end),
                    "R-3.8: {next:?} comes after the end of funds, {end:?}"
                );
            }
            let live = |it: &&engine::state::Pod| it.state.kind() != PodStateKind::Terminated;
            let live = self.fleet.pods_of(account.id).filter(live).count();
            assert_eq!(live, self.fleet.live_pods_of(account.id));
        }
        for machine in self.fleet.machines() {
            for (index, holder) in (0_u32..).zip(&machine.slots) {
                if let Some(holder) = holder {
                    let pod = self.fleet.pod(*holder).unwrap();
                    assert_eq!(pod.machine_id, machine.id);
                    assert!(
                        pod.slots.contains(&index),
                        "slot {index} of {} and its pod agree",
                        machine.name
                    );
                }
            }
            let (mut vcpus, mut disk) = (0, 0);
            for pod in self.fleet.pods_on(machine.id) {
                for slot in &pod.slots {
                    assert_eq!(
                        machine.slots[*slot as usize],
                        Some(pod.id),
                        "a slot has one holder"
                    );
                }
                assert!(
                    !pod.is_held() || pod.slots.len() == pod.gpus_needed() as usize,
                    "R-4.5: a move holds its GPUs until it is started"
                );
                disk += pod.spec.container_disk_gb + pod.spec.volume.as_ref().map_or(0, |it| it.size_gb);
                vcpus += pod.slots.len();
            }
            let holds = |pod: &&engine::state::Pod| {
                let migration = pod
                    .binding
                    .as_ref()
                    .and_then(|it| self.fleet.migration(it.migration_id));
                let kept_for = migration.is_some_and(|it| {
                    it.source_pod_id == pod.id && it.source_ran && it.state.phase.is_before_switch()
                });
                pod.state.kind().holds_gpus() || kept_for
            };
            let held = self.fleet.pods_on(machine.id).filter(holds);
            let cpus: u32 = held.map(|it| engine::query::share(&self.fleet, it).0).sum();
            assert_eq!(
                machine.vcpu_used, cpus,
                "vCPUs of {} are those of its pods",
                machine.name
            );
            assert_eq!(machine.disk_gb_used, disk, "disk of {}", machine.name);
            assert!(vcpus <= machine.slots.len());
        }
        let replayed = self.log.iter().fold(Fleet::new(settings()), |mut fleet, event| {
            fleet.evolve(event);
            fleet
        });
        assert_eq!(
            replayed.digest().unwrap(),
            self.fleet.digest().unwrap(),
            "the fleet is the fold of its log"
        );
    }
}
