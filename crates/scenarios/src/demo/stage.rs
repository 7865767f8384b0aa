//! What the story is told with: commands by name, at minutes before the present.

use std::collections::BTreeMap;

use domain::ids::IdMint;
use domain::machine::MachineDemand;
use domain::names::{DataCenterId, Name};
use domain::pod::{Compute, PodVolume, VolumeMount, WORKSPACE};
use domain::{AccountId, MachineId, MigrationId, Money, PodId, TemplateId, Timestamp, VolumeId};
use engine::command::NewPod;
use engine::{Actor, Command, Outcome};

use super::{DemoError, places};
use crate::templates;
use crate::world::World;

/// GB in bytes, as disks are sold.
const GB: u64 = 1_000_000_000;

/// A world, and the names of what is in it.
pub(super) struct Stage {
    world: World,
    present: Timestamp,
    machines: BTreeMap<String, MachineId>,
    templates: BTreeMap<String, TemplateId>,
    pods: BTreeMap<String, PodId>,
    volumes: BTreeMap<String, VolumeId>,
}

/// A pod of the story.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cast<'a> {
    pub name: &'a str,
    pub machine: &'a str,
    /// GPUs of the machine; none makes a pod with 8 vCPUs.
    pub gpus: u32,
    pub template: &'a str,
    /// GB of the pod volume, and of the data on it; `None` takes the template's, empty.
    pub volume: Option<(u32, u64)>,
}

impl Stage {
    pub fn new(world: World, present: Timestamp) -> Self {
        Self {
            world,
            present,
            machines: BTreeMap::new(),
            templates: BTreeMap::new(),
            pods: BTreeMap::new(),
            volumes: BTreeMap::new(),
        }
    }

    pub fn into_world(self) -> World {
        self.world
    }

    /// Lets everything happen until `minutes` before the present.
    pub fn at_minutes_before(&mut self, minutes: i64) {
        self.at_millis_before(minutes * 60_000);
    }

    /// Lets everything happen until `millis` before the present.
    pub fn at_millis_before(&mut self, millis: i64) {
        let at = self.present - millis;
        debug_assert!(self.world.now() <= at, "the story is told in order");
        self.world.advance_to(at);
    }

    /// Adds every machine and shipped template.
    pub fn set_up(&mut self) -> Result<(), DemoError> {
        for machine in places::machines()? {
            let name = machine.name.to_string();
            match self.operator(&name, Command::AddMachine(Box::new(machine)))? {
                Outcome::Machine(id) => self.machines.insert(name, id),
                _ => None,
            };
        }
        for template in templates::shipped(&mut IdMint::new(self.world.now(), super::SEED)) {
            let name = template.name.to_string();
            self.templates.insert(name.clone(), template.id);
            self.operator(&name, Command::PutTemplate(Box::new(template)))?;
        }
        Ok(())
    }

    pub fn account(&mut self, name: &str, operator: bool, dollars: i64) -> Result<AccountId, DemoError> {
        let made = self.operator(
            name,
            Command::CreateAccount {
                name: Name::try_from(name)?,
                operator,
            },
        )?;
        let Outcome::Account(account_id) = made else {
            return Err(missing(name));
        };
        self.credit(account_id, dollars, "First top-up")?;
        Ok(account_id)
    }

    pub fn credit(&mut self, account_id: AccountId, dollars: i64, note: &str) -> Result<(), DemoError> {
        let (amount, note) = (Money::from_dollars(dollars), note.to_owned());
        self.operator(
            "credit",
            Command::Credit {
                account_id,
                amount,
                note,
            },
        )
        .map(drop)
    }

    /// Makes a pod.
    pub fn deploy(&mut self, account_id: AccountId, cast: Cast<'_>) -> Result<PodId, DemoError> {
        let pod = self.new_pod(cast)?;
        let pod_id = self.create(account_id, pod)?;
        if let Some((_, used_gb)) = cast.volume {
            // The machine has heard of the pod before data is written.
            self.world.advance_seconds(1);
            self.fill(pod_id, used_gb);
        }
        Ok(pod_id)
    }

    /// Writes data to a pod's volume until it has `used_gb`.
    pub fn fill(&mut self, pod_id: PodId, used_gb: u64) {
        self.world.fill_volume(pod_id, used_gb * GB);
    }

    /// Makes a pod on network volumes, without a volume of its own.
    pub fn deploy_on(
        &mut self,
        account_id: AccountId,
        cast: Cast<'_>,
        volume_id: VolumeId,
    ) -> Result<PodId, DemoError> {
        let mounts = vec![VolumeMount {
            volume_id,
            path: WORKSPACE.to_owned(),
        }];
        let pod = self.new_pod(cast)?;
        let template = pod
            .template_id
            .and_then(|it| self.world.fleet().template(it))
            .cloned();
        let template = template.ok_or_else(|| missing(cast.template))?;
        // Not from the template, which would bring its pod volume with it.
        let from_template = NewPod {
            template_id: None,
            image: Some(template.image),
            args: Some(template.args),
            env: template.env,
            ports: Some(template.ports),
            container_disk_gb: Some(template.disk_gb),
            ..pod
        };
        self.create(
            account_id,
            NewPod {
                mounts,
                ..from_template
            },
        )
    }

    /// What [`deploy`](Self::deploy) asks for, to be changed before [`create`](Self::create).
    pub fn new_pod(&self, cast: Cast<'_>) -> Result<NewPod, DemoError> {
        let machine_id = self.machine(cast.machine)?;
        let machine = self
            .world
            .fleet()
            .machine(machine_id)
            .ok_or_else(|| missing(cast.machine))?;
        let template_id = self
            .templates
            .get(cast.template)
            .copied()
            .ok_or_else(|| missing(cast.template))?;
        let volume = cast.volume.map(|(size_gb, _)| PodVolume {
            size_gb,
            path: WORKSPACE.to_owned(),
        });
        let compute = match cast.gpus {
            0 => Compute::Cpu {
                vcpu_count: 8,
                memory_gib: 32,
            },
            count => Compute::Gpu {
                gpu_type: machine.gpu_type.clone(),
                count,
            },
        };
        Ok(NewPod {
            name: Name::try_from(cast.name)?,
            template_id: Some(template_id),
            image: None,
            args: None,
            env: BTreeMap::new(),
            ports: None,
            compute,
            container_disk_gb: None,
            volume,
            mounts: Vec::new(),
            start_ssh: None,
            demand: MachineDemand::default(),
            cloud: machine.cloud,
            data_center_ids: Vec::new(),
            machine_id: Some(machine_id),
        })
    }

    pub fn create(&mut self, account_id: AccountId, pod: NewPod) -> Result<PodId, DemoError> {
        let name = pod.name.to_string();
        match self.ask(account_id, &name, Command::CreatePod(Box::new(pod)))? {
            Outcome::Pod(pod_id) => {
                self.pods.insert(name, pod_id);
                Ok(pod_id)
            }
            _ => Err(missing(&name)),
        }
    }

    pub fn start(&mut self, account_id: AccountId, pod: &str) -> Result<(), DemoError> {
        let command = Command::StartPod {
            pod_id: self.pod(pod)?,
            cpu_only: false,
        };
        self.ask(account_id, pod, command).map(drop)
    }

    pub fn stop(&mut self, account_id: AccountId, pod: &str) -> Result<(), DemoError> {
        let command = Command::StopPod {
            pod_id: self.pod(pod)?,
        };
        self.ask(account_id, pod, command).map(drop)
    }

    pub fn volume(
        &mut self,
        account_id: AccountId,
        name: &str,
        data_center: &str,
        size_gb: u32,
    ) -> Result<VolumeId, DemoError> {
        let data_center_id = DataCenterId::try_from(data_center)?;
        let command = Command::CreateVolume {
            name: Name::try_from(name)?,
            size_gb,
            data_center_id,
        };
        match self.ask(account_id, name, command)? {
            Outcome::Volume(volume_id) => {
                self.volumes.insert(name.to_owned(), volume_id);
                Ok(volume_id)
            }
            _ => Err(missing(name)),
        }
    }

    /// Plans a migration and starts it, acknowledging all that its plan says.
    pub fn migrate(&mut self, account_id: AccountId, pod: &str) -> Result<MigrationId, DemoError> {
        let command = Command::PlanMigration {
            pod_id: self.pod(pod)?,
            machine_id: None,
        };
        let Outcome::Plan(plan_id) = self.ask(account_id, pod, command)? else {
            return Err(missing(pod));
        };
        let plan = self.world.fleet().plan(plan_id).ok_or_else(|| missing(pod))?;
        let command = Command::StartMigration {
            plan_id,
            digest: plan.digest.clone(),
            acknowledge: plan.content.basis.acknowledge.clone(),
            consent: Some(plan.content.pod_name.clone()),
        };
        match self.ask(account_id, pod, command)? {
            Outcome::Migration(migration_id) => Ok(migration_id),
            _ => Err(missing(pod)),
        }
    }

    /// Carries out a command of an account; `step` names it in an error.
    pub fn ask(&mut self, account_id: AccountId, step: &str, command: Command) -> Result<Outcome, DemoError> {
        let result = self.world.run_as(account_id, command);
        result.map_err(|source| DemoError::Refused {
            step: step.to_owned(),
            source,
        })
    }

    fn operator(&mut self, step: &str, command: Command) -> Result<Outcome, DemoError> {
        let result = self.world.run(&Actor::Operator, command);
        result.map_err(|source| DemoError::Refused {
            step: step.to_owned(),
            source,
        })
    }

    pub fn set_silent(&mut self, machine: &str, silent: bool) -> Result<(), DemoError> {
        self.world.set_silent(self.machine(machine)?, silent);
        Ok(())
    }

    pub fn reboot(&mut self, machine: &str) -> Result<(), DemoError> {
        self.world.reboot(self.machine(machine)?);
        Ok(())
    }

    pub fn pod(&self, name: &str) -> Result<PodId, DemoError> {
        self.pods.get(name).copied().ok_or_else(|| missing(name))
    }

    pub fn volume_id(&self, name: &str) -> Result<VolumeId, DemoError> {
        self.volumes.get(name).copied().ok_or_else(|| missing(name))
    }

    fn machine(&self, name: &str) -> Result<MachineId, DemoError> {
        self.machines.get(name).copied().ok_or_else(|| missing(name))
    }

    /// The URL at which a pod's port answers.
    pub fn proxy_url(&self, pod: &str, port: u16) -> Result<String, DemoError> {
        Ok(self
            .world
            .fleet()
            .settings()
            .pod_domain
            .proxy_url(self.pod(pod)?, port))
    }
}

fn missing(what: &str) -> DemoError {
    DemoError::Missing {
        what: what.to_owned(),
    }
}
