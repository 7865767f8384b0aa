//! A pod as the engine holds it.

use agent_api::MappedPort;
use domain::allowed::{MigrationFact, PodFacts};
use domain::names::Name;
use domain::pod::{DesiredPod, PodSpec, PodState, PodStateKind};
use domain::{AccountId, MachineId, MigrationId, Money, PodId, TemplateId, Timestamp};
use serde::{Deserialize, Serialize};

/// A pod. Its ID is tied to its machine for life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pod {
    /// The pod.
    pub id: PodId,
    /// Raised by every change.
    pub generation: u64,
    /// Whose it is.
    pub account_id: AccountId,
    /// Where it is.
    pub machine_id: MachineId,
    /// Its name.
    pub name: Name,
    /// What it asks for.
    pub spec: PodSpec,
    /// The template it was made from.
    pub template_id: Option<TemplateId>,
    /// What the user asked for.
    pub desired: DesiredPod,
    /// What was observed.
    pub state: PodState,
    /// Refuses stop and terminate.
    pub locked: bool,
    /// Indices of the GPUs it holds.
    pub slots: Vec<u32>,
    /// Runs without its GPUs.
    pub cpu_only: bool,
    /// Counts starts.
    pub incarnation: u32,
    /// Ports and the numbers they are mapped to.
    pub ports: Vec<MappedPort>,
    /// Price per GPU and hour, fixed at start; per hour for a pod without GPUs.
    pub price: Option<Money>,
    /// Bytes used on the pod volume, as last reported before the last change of state.
    pub volume_used_bytes: u64,
    /// Bytes written to the container disk, likewise.
    pub container_used_bytes: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the container last started.
    pub started_at: Option<Timestamp>,
    /// The migration it takes part in.
    pub binding: Option<Binding>,
    /// The pod it was before a move.
    pub moved_from: Option<PodId>,
    /// The pod it became.
    pub moved_to: Option<MovedTo>,
    /// Its place in the machine's queue.
    pub waiting: Option<Waiting>,
    /// Changes of state, oldest first, at most [`Pod::TIMELINE_MAX`].
    pub timeline: Vec<TimelineEntry>,
}

impl Pod {
    /// Changes of state that are kept.
    pub const TIMELINE_MAX: usize = 50;

    /// What decides which actions are allowed.
    #[must_use]
    pub fn facts(&self) -> PodFacts {
        let migration = self.binding.as_ref().map(|it| match it.role {
            BindingRole::UnderWay => MigrationFact::UnderWay { id: it.migration_id },
            BindingRole::Source { until } => MigrationFact::Source {
                id: it.migration_id,
                moved_to: it.other_pod_id,
                until,
            },
            BindingRole::Target { until } => MigrationFact::Target {
                id: it.migration_id,
                until,
            },
        });
        PodFacts {
            state: self.state.kind(),
            locked: self.locked,
            migration,
        }
    }

    /// Whether lists show it: not terminated, and not the new side of a move before the switch.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        let hidden_target = self.is_new_side();
        let kept_source = matches!(
            self.binding,
            Some(Binding {
                role: BindingRole::Source { .. },
                ..
            })
        );
        self.state.kind() != PodStateKind::Terminated && !hidden_target && !kept_source
    }

    /// Whether it is the new side of a move before the switch.
    #[must_use]
    pub fn is_new_side(&self) -> bool {
        // A pod that came by a move may be the old side of the next one.
        self.binding
            .as_ref()
            .is_some_and(|it| it.role == BindingRole::UnderWay && self.moved_from == Some(it.other_pod_id))
    }

    /// Whether it holds its share of a machine for a move and has not been started yet.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.is_new_side() && self.incarnation == 0 && self.desired == DesiredPod::Stopped
    }

    /// GPUs it needs to start with all of them.
    #[must_use]
    pub const fn gpus_needed(&self) -> u32 {
        self.spec.compute.gpu_count()
    }
}

/// How a migration binds a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Which.
    pub migration_id: MigrationId,
    /// The other pod of the move.
    pub other_pod_id: PodId,
    /// In what way.
    pub role: BindingRole,
}

/// A pod's part in a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BindingRole {
    /// Before the switch, either side.
    UnderWay,
    /// After the switch, the old pod: fenced until then.
    Source {
        /// When it is deleted by itself.
        until: Timestamp,
    },
    /// After the switch, the new pod.
    Target {
        /// When it counts as confirmed.
        until: Timestamp,
    },
}

/// Where a pod went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedTo {
    /// The new pod.
    pub pod_id: PodId,
    /// When.
    pub at: Timestamp,
}

/// A place in a machine's queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Since when; the queue is in this order.
    pub since: Timestamp,
    /// Start by itself when the GPUs are free.
    pub auto_start: bool,
}

/// A change of state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// Into which state.
    pub state: PodStateKind,
    /// Why, in a sentence, where there is more to say.
    pub note: Option<String>,
}
