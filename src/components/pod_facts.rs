//! What of a row decides what is allowed: the same table as the server's.

use api::pods::{DataKind, MigrationBinding, MigrationRole, Pod, PodSummary};
use domain::allowed::{self, MigrationFact, PodAction, PodFacts};

/// The facts of a row.
pub fn pod_facts(pod: &PodSummary) -> PodFacts {
    PodFacts {
        state: pod.state,
        locked: pod.locked,
        migration: pod.migration.as_ref().map(migration_fact),
    }
}

fn migration_fact(it: &MigrationBinding) -> MigrationFact {
    match (it.role, it.until) {
        (MigrationRole::Source, Some(until)) => MigrationFact::Source {
            id: it.id,
            moved_to: it.other_pod_id,
            until,
        },
        (MigrationRole::Target, Some(until)) => MigrationFact::Target { id: it.id, until },
        // Without an end of the way back the switch has not happened.
        (MigrationRole::UnderWay | MigrationRole::Source | MigrationRole::Target, _) => {
            MigrationFact::UnderWay { id: it.id }
        }
    }
}

/// Why an action is not possible for a row, and what would allow it.
pub fn row_blocked(action: PodAction, pod: &PodSummary) -> Option<String> {
    allowed::pod(action, &pod_facts(pod))
        .err()
        .map(|it| format!("{it} {}", it.enabled_by()))
}

/// Why an action is not possible for a pod. The server has said so with the pod; it knows more than the row.
pub fn pod_blocked(action: PodAction, pod: &Pod) -> Option<String> {
    let Some(told) = pod.actions.iter().find(|it| it.action == action.as_str()) else {
        return row_blocked(action, &pod.summary);
    };
    // Start with taken GPUs is a question, not a refusal.
    if told.enabled || (action == PodAction::Start && pod.summary.gpus_taken) {
        return None;
    }
    let parts = [told.reason.as_deref(), told.enabled_by.as_deref()];
    let sentence = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(if sentence.is_empty() {
        told.action.clone()
    } else {
        sentence
    })
}

/// Whether the data is on network volumes (`true`), on the machine (`false`) or nowhere.
pub const fn on_network(data: DataKind) -> Option<bool> {
    match data {
        DataKind::None => None,
        DataKind::Local => Some(false),
        DataKind::Network => Some(true),
    }
}
