//! What can be asked of the engine: imperatives, with who asks and when.

use std::collections::BTreeMap;

use agent_api::Report;
use domain::endpoints::ChangeKind;
use domain::machine::{Cloud, MachineDemand};
use domain::names::{DataCenterId, GpuTypeId, Image, Name};
use domain::pod::{Compute, PodVolume, Port, VolumeMount};
use domain::{
    AccountId, LedgerEntryId, MachineId, MigrationId, MigrationPlanId, Money, PodId, TemplateId, Timestamp,
    VolumeId,
};
use serde::{Deserialize, Serialize};

use crate::state::{Settings, Template, TemplateCategory};

/// The time and the randomness of one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The control plane's clock, which never runs backwards.
    pub now: Timestamp,
    /// New IDs come from here.
    pub seed: u64,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// Somebody of an account; sees and changes what is the account's.
    Account(AccountId),
    /// The operator; sees and changes everything.
    Operator,
    /// A machine's agent.
    Machine(MachineId),
    /// The control plane itself: deadlines.
    Timer,
}

/// One wish. Commands of users carry the account in the [`Actor`].
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Replace the operator's settings.
    PutSettings(Box<Settings>),
    /// Make an account.
    CreateAccount {
        /// Its name.
        name: Name,
        /// Whether it sees the whole fleet.
        operator: bool,
    },
    /// Pay in by hand.
    Credit {
        /// To which account.
        account_id: AccountId,
        /// How much.
        amount: Money,
        /// Stands in the ledger.
        note: String,
    },
    /// Add a machine.
    AddMachine(Box<NewMachine>),
    /// What a machine's agent saw.
    Report(Box<Report>),
    /// Ship a template with the product.
    PutTemplate(Box<Template>),
    /// Save a template of the account's own.
    CreateTemplate(Box<NewTemplate>),
    /// Change a template of the account's own.
    UpdateTemplate {
        /// Which.
        template_id: TemplateId,
        /// What changes.
        edit: Box<TemplateEdit>,
    },
    /// Delete a template of the account's own; pods made from it stay.
    DeleteTemplate {
        /// Which.
        template_id: TemplateId,
    },
    /// Replace the account's public SSH keys.
    PutSshKeys {
        /// One key a line, as in `authorized_keys`.
        keys: Vec<String>,
    },
    /// Make a pod and place it.
    CreatePod(Box<NewPod>),
    /// Rename, lock, unlock, or ask for something else than before.
    UpdatePod {
        /// Which.
        pod_id: PodId,
        /// What changes.
        edit: Box<PodEdit>,
    },
    /// Run again on its own machine.
    StartPod {
        /// Which.
        pod_id: PodId,
        /// With its GPUs, or with CPUs only.
        cpu_only: bool,
    },
    /// End the container, free the GPUs.
    StopPod {
        /// Which.
        pod_id: PodId,
    },
    /// End the container and run it again.
    RestartPod {
        /// Which.
        pod_id: PodId,
    },
    /// Delete for good.
    TerminatePod {
        /// Which.
        pod_id: PodId,
        /// Its name, when the pod volume has data.
        confirm: Option<String>,
    },
    /// Delete for good a pod of which its caller knows no moves: a move that waits for confirmation is confirmed in
    /// the same step, and its old pod goes as well.
    ConfirmAndTerminate {
        /// Which.
        pod_id: PodId,
    },
    /// Join the machine's queue.
    JoinQueue {
        /// Which.
        pod_id: PodId,
        /// Start by itself when the GPUs are free.
        auto_start: bool,
    },
    /// Leave the queue.
    LeaveQueue {
        /// Which.
        pod_id: PodId,
    },
    /// Make a plan.
    PlanMigration {
        /// Which pod.
        pod_id: PodId,
        /// To which machine; the best one if not said.
        machine_id: Option<MachineId>,
    },
    /// Carry out a plan.
    StartMigration {
        /// Which.
        plan_id: MigrationPlanId,
        /// The plan that was read.
        digest: String,
        /// Kinds of change that were acknowledged.
        acknowledge: Vec<ChangeKind>,
        /// The pod's name, typed, when a disk is lost.
        consent: Option<String>,
    },
    /// Put everything back.
    CancelMigration {
        /// Which.
        migration_id: MigrationId,
    },
    /// Remove the old pod.
    ConfirmMigration {
        /// Which.
        migration_id: MigrationId,
    },
    /// Remove the new pod, bring back the old one.
    RevertMigration {
        /// Which.
        migration_id: MigrationId,
        /// The pod's name, typed, when the new pod has written data.
        consent: Option<String>,
    },
    /// Make a network volume.
    CreateVolume {
        /// Its name.
        name: Name,
        /// GB.
        size_gb: u32,
        /// Where.
        data_center_id: DataCenterId,
    },
    /// Rename or grow.
    UpdateVolume {
        /// Which.
        volume_id: VolumeId,
        /// A new name.
        name: Option<Name>,
        /// A larger size in GB.
        size_gb: Option<u32>,
    },
    /// Mount in a pod.
    AttachVolume {
        /// Which.
        volume_id: VolumeId,
        /// In which pod.
        pod_id: PodId,
        /// Where.
        path: String,
        /// Agree that a running pod restarts.
        restart: bool,
    },
    /// Unmount from a pod.
    DetachVolume {
        /// Which.
        volume_id: VolumeId,
        /// From which pod.
        pod_id: PodId,
        /// Agree that a running pod restarts.
        restart: bool,
    },
    /// Into the bin.
    DeleteVolume {
        /// Which.
        volume_id: VolumeId,
        /// Its name.
        confirm: Option<String>,
    },
    /// Out of the bin.
    RestoreVolume {
        /// Which.
        volume_id: VolumeId,
    },
    /// Carry out another command, but only while the thing it changes is as the caller has seen it.
    IfGeneration {
        /// The thing.
        of: Versioned,
        /// Its generation as it was seen.
        generation: u64,
        /// What to do then.
        command: Box<Command>,
    },
    /// Find out what another command would answer: every check is made, and everything is taken back.
    Rehearse(Box<Command>),
    /// Do what is due: silences, postings, funds, bins, windows.
    Tick,
    /// Say that the control plane has just come back: every machine has a fresh 30 s.
    Resume,
}

/// A thing that counts its changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versioned {
    /// A pod.
    Pod(PodId),
    /// A network volume.
    Volume(VolumeId),
    /// A migration.
    Migration(MigrationId),
}

/// A machine to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMachine {
    /// Its name.
    pub name: Name,
    /// Its data centre.
    pub data_center_id: DataCenterId,
    /// Its tier.
    pub cloud: Cloud,
    /// The model of its GPUs.
    pub gpu_type: GpuTypeId,
    /// How many, 1 to 16.
    pub gpu_count: u32,
    /// Virtual CPUs.
    pub vcpu_count: u32,
    /// GiB of memory.
    pub memory_gib: u32,
    /// GB of disk.
    pub disk_gb: u32,
    /// Public IP, or none.
    pub public_ip: Option<String>,
    /// Download, megabits per second.
    pub down_mbps: u32,
    /// Upload, megabits per second.
    pub up_mbps: u32,
    /// Newest CUDA version its driver runs.
    pub cuda_version: String,
}

/// GB of container disk when nobody says.
pub const CONTAINER_DISK_GB: u32 = 20;

/// A pod to make. What is absent comes from the template, then from defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPod {
    /// Its name.
    pub name: Name,
    /// A template to start from.
    pub template_id: Option<TemplateId>,
    /// The image.
    pub image: Option<Image>,
    /// The start command.
    pub args: Option<String>,
    /// Environment; merged over the template's, per key.
    pub env: BTreeMap<String, String>,
    /// Ports.
    pub ports: Option<Vec<Port>>,
    /// Processors.
    pub compute: Compute,
    /// Container disk in GB.
    pub container_disk_gb: Option<u32>,
    /// Pod volume; `None` takes the template's.
    pub volume: Option<PodVolume>,
    /// Network volumes.
    pub mounts: Vec<VolumeMount>,
    /// Whether it gets the account's SSH keys; `None` takes the template's.
    pub start_ssh: Option<bool>,
    /// The tier.
    pub cloud: Cloud,
    /// What its machine must have beside GPUs.
    pub demand: MachineDemand,
    /// Data centres to choose from; all if empty.
    pub data_center_ids: Vec<DataCenterId>,
    /// One machine and no other; for scenarios and operators.
    pub machine_id: Option<MachineId>,
}

/// Changes of a pod; what is absent stays. A name or a lock is taken over at once, anything else by a restart of a pod
/// that runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodEdit {
    /// A new name.
    pub name: Option<Name>,
    /// Locked or not.
    pub locked: Option<bool>,
    /// A template whose settings are applied first, once; its disks are not.
    pub template_id: Option<TemplateId>,
    /// The image.
    pub image: Option<Image>,
    /// The start command.
    pub args: Option<String>,
    /// The environment, in place of all of it; with a template merged over the template's, per key.
    pub env: Option<BTreeMap<String, String>>,
    /// Ports, in place of all of them.
    pub ports: Option<Vec<Port>>,
    /// Container disk in GB.
    pub container_disk_gb: Option<u32>,
    /// A larger pod volume, or another path, for a pod that has one.
    pub volume: Option<PodVolume>,
    /// Other paths for network volumes that the pod mounts.
    pub mounts: Vec<VolumeMount>,
    /// Agree that a running pod restarts.
    pub restart: bool,
}

/// A template to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTemplate {
    /// Its name.
    pub name: Name,
    /// The image.
    pub image: Image,
    /// The start command.
    pub args: String,
    /// Environment.
    pub env: BTreeMap<String, String>,
    /// Ports.
    pub ports: Vec<Port>,
    /// Container disk in GB.
    pub disk_gb: u32,
    /// Pod volume in GB, zero for none.
    pub volume_gb: u32,
    /// Where the pod volume is mounted.
    pub volume_path: String,
    /// What it is made for.
    pub category: TemplateCategory,
    /// Whether its pods get the account's SSH keys.
    pub start_ssh: bool,
    /// CUDA versions its pods run with; any if empty.
    pub cuda_versions: Vec<String>,
}

/// Changes of a template; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateEdit {
    /// A new name.
    pub name: Option<Name>,
    /// The image.
    pub image: Option<Image>,
    /// The start command.
    pub args: Option<String>,
    /// The environment, in place of all of it.
    pub env: Option<BTreeMap<String, String>>,
    /// Ports, in place of all of them.
    pub ports: Option<Vec<Port>>,
    /// Container disk in GB.
    pub disk_gb: Option<u32>,
    /// A pod volume, in place of the one it has or has not.
    pub volume: Option<PodVolume>,
    /// What it is made for.
    pub category: Option<TemplateCategory>,
    /// Whether its pods get the account's SSH keys.
    pub start_ssh: Option<bool>,
    /// CUDA versions its pods run with, in place of all of them; any if empty.
    pub cuda_versions: Option<Vec<String>>,
}

/// What a command made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to name.
    Done,
    /// An account.
    Account(AccountId),
    /// A machine.
    Machine(MachineId),
    /// A pod.
    Pod(PodId),
    /// A volume.
    Volume(VolumeId),
    /// A template.
    Template(TemplateId),
    /// A plan.
    Plan(MigrationPlanId),
    /// A migration.
    Migration(MigrationId),
    /// The fleet has changed since the plan was read: nothing was started, a new plan was made.
    PlanStale {
        /// The plan as it is now.
        plan_id: MigrationPlanId,
        /// What differs, in sentences.
        differences: Vec<String>,
    },
    /// A posted entry.
    Entry(LedgerEntryId),
}
