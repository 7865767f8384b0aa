//! Why a command was refused. A refused command changed nothing.

use domain::allowed::NotAllowed;
use domain::endpoints::ChangeKind;
use domain::pod::SpecError;
use domain::volume::VolumeSizeError;
use domain::{MachineId, Money, PodId, Timestamp};

use crate::command::Versioned;

/// Why a command was refused, with what a user needs to act on it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// No such thing, or somebody else's.
    #[error("There is no {what} with the ID {id}.")]
    NotFound {
        /// `pod`, `network volume` …
        what: &'static str,
        /// As asked.
        id: String,
    },
    /// Only an operator may.
    #[error("Only the operator may do this.")]
    OperatorOnly,
    /// The pod moved and is gone.
    #[error("{pod_id} moved to {to}.")]
    PodMoved {
        /// As asked.
        pod_id: PodId,
        /// Where it is now.
        to: PodId,
        /// When it moved.
        at: Timestamp,
    },
    /// The thing has changed since the caller saw it.
    #[error("It has changed meanwhile: its generation is {now}.")]
    GenerationMismatch {
        /// The thing.
        of: Versioned,
        /// Its generation.
        now: u64,
    },
    /// Nothing stands against it, and nothing was done: it was only asked.
    #[error("It was only a rehearsal: it would be carried out.")]
    Rehearsed,
    /// The state does not allow it.
    #[error("{0}")]
    NotAllowed(NotAllowed),
    /// A field of a pod is outside its limits.
    #[error("{0}")]
    Spec(#[from] SpecError),
    /// Neither the request nor a template names an image.
    #[error("A pod needs an image, or a template that has one.")]
    ImageMissing,
    /// A pod volume and network volumes together.
    #[error("A pod has a pod volume or network volumes, not both.")]
    MountsConflict,
    /// A pod keeps the kind of disk it was made with.
    #[error(
        "A pod keeps the kind of disks it was made with, and its network volumes are attached one by one."
    )]
    DiskKindFixed,
    /// A pod volume only grows: data lies on it.
    #[error("A pod volume only grows: it has {now_gb} GB, {asked_gb} GB were asked for.")]
    PodVolumeShrinks {
        /// As it is.
        now_gb: u32,
        /// As asked.
        asked_gb: u32,
    },
    /// A line that is no public SSH key.
    #[error("Line {line} is not a public SSH key.")]
    SshKeyInvalid {
        /// Counted from 1.
        line: usize,
    },
    /// A GPU type that is not known or has no price in the tier.
    #[error("{gpu_type} is not offered in {cloud} Cloud.")]
    GpuNotOffered {
        /// As asked.
        gpu_type: String,
        /// As asked.
        cloud: &'static str,
    },
    /// A data centre that is not known.
    #[error("There is no data centre {id}.")]
    DataCenterUnknown {
        /// As asked.
        id: String,
    },
    /// No machine fits.
    #[error("No machine fits: {explanation}")]
    NoCapacity {
        /// Which demand left how many machines, in order.
        explanation: String,
        /// How many machines each demand left.
        left: Vec<(String, u32)>,
    },
    /// The pod's own machine has not enough free GPUs.
    #[error("The pod needs {needed} GPUs of its machine, {free} are free.")]
    GpusTaken {
        /// The pod.
        pod_id: PodId,
        /// What it needs.
        needed: u32,
        /// What is free.
        free: u32,
    },
    /// The machine has not enough CPUs, memory or disk.
    #[error("The machine has not enough {what} left.")]
    MachineFull {
        /// `vCPUs`, `memory`, `disk`.
        what: &'static str,
    },
    /// The machine is silent.
    #[error("The machine is unreachable since {since}.")]
    MachineUnreachable {
        /// Which.
        machine_id: MachineId,
        /// The last heartbeat.
        since: Timestamp,
    },
    /// The balance does not cover ten minutes.
    #[error("This needs {required} for its first ten minutes; the balance is {balance}.")]
    InsufficientBalance {
        /// What is needed.
        required: Money,
        /// What is there.
        balance: Money,
    },
    /// Less than the smallest top-up.
    #[error("A top-up is at least {min}.")]
    TopUpTooSmall {
        /// The smallest.
        min: Money,
    },
    /// More than the largest top-up.
    #[error("A top-up is at most {max}.")]
    TopUpTooLarge {
        /// The largest.
        max: Money,
    },
    /// A written limit.
    #[error("At most {max} {what}.")]
    LimitExceeded {
        /// What is limited.
        what: &'static str,
        /// The limit.
        max: usize,
    },
    /// The name was not typed, and there is data.
    #[error("Type the name {name:?} to delete it with its data.")]
    ConfirmationMissing {
        /// What to type.
        name: String,
    },
    /// A volume's size.
    #[error("{0}")]
    VolumeSize(#[from] VolumeSizeError),
    /// Network volumes are not offered there.
    #[error("{data_center} does not offer network volumes.")]
    VolumesNotOffered {
        /// As asked.
        data_center: String,
    },
    /// The volume and the pod are in different data centres.
    #[error("The volume is in {volume}, the pod in {pod}.")]
    VolumeElsewhere {
        /// The volume's data centre.
        volume: String,
        /// The pod's data centre.
        pod: String,
    },
    /// Pods still mount the volume.
    #[error("The volume is attached to {}.", names(used_by))]
    VolumeInUse {
        /// The pods and their names.
        used_by: Vec<(PodId, String)>,
    },
    /// The volume is in the bin.
    #[error("The volume is in the bin; restore it first.")]
    VolumeInBin,
    /// The volume is not in the bin.
    #[error("The volume is not in the bin.")]
    VolumeNotInBin,
    /// It is mounted there already.
    #[error("The pod already mounts this volume.")]
    AlreadyAttached,
    /// It is not mounted there.
    #[error("The pod does not mount this volume.")]
    NotAttached,
    /// A running pod has to restart for it.
    #[error("The pod runs; it restarts for this and its container disk is erased. Agree with `restart`.")]
    RestartNotAgreed,
    /// The plan can no longer be carried out.
    #[error("The plan expired at {at}; make a new one.")]
    PlanExpired {
        /// When.
        at: Timestamp,
    },
    /// The plan was carried out already.
    #[error("The plan was already carried out.")]
    PlanUsed,
    /// The fleet has changed since the plan was read; asked in a rehearsal, which makes no new plan.
    #[error("The plan no longer holds.")]
    PlanStale {
        /// What differs, in sentences.
        differences: Vec<String>,
    },
    /// The digest is not the plan's.
    #[error("The digest is not that of the plan; read the plan again.")]
    DigestMismatch,
    /// Kinds of change were not acknowledged.
    #[error("Not every kind of change was acknowledged.")]
    AcknowledgementMissing {
        /// Which.
        missing: Vec<ChangeKind>,
    },
    /// The loss of data was not agreed to.
    #[error("Data is lost; type the name {name:?} to agree.")]
    ConsentMissing {
        /// What to type.
        name: String,
        /// What is lost: disk and bytes.
        lost: Vec<(String, u64)>,
    },
    /// The migration is past the point where this is possible.
    #[error("The migration is {phase}; it cannot be asked to {action}.")]
    MigrationPhase {
        /// `cancel`, `confirm` or `revert`.
        action: &'static str,
        /// The phase, in a word.
        phase: String,
    },
    /// A report for a machine that is not the sender's.
    #[error("An agent reports for its own machine only.")]
    WrongMachine,
}

fn names(pods: &[(PodId, String)]) -> String {
    pods.iter().map(|it| it.1.as_str()).collect::<Vec<_>>().join(", ")
}

impl From<NotAllowed> for Refusal {
    fn from(reason: NotAllowed) -> Self {
        Self::NotAllowed(reason)
    }
}
