//! The differences between what a document asks and what is observed.

use agent_api::{CopyOrder, CopyReport, CopySide, Observed, PodDesired, PodOrder, PodReport};

use crate::driver::Action;

/// Every action that can be taken now. Empty when the machine is as desired, or on its way.
///
/// One call is one round: a container that must be replaced is stopped in one and started in a later
/// one, once it is seen to have ended. Stops come first, so that what was moved away or stopped is at
/// rest before anything else starts (a slot, or a volume, is never used twice).
#[must_use]
pub fn reconcile<'a>(orders: &'a [PodOrder], pods: &[PodReport], copies: &[CopyReport]) -> Vec<Action<'a>> {
    let mut first = Vec::new();
    let mut then = Vec::new();
    for copy in copies {
        if !orders
            .iter()
            .any(|it| takes(it).is_some_and(|(_, order)| order.migration_id == copy.migration_id))
        {
            first.push(Action::Leave(copy.migration_id));
        }
    }
    for pod in pods {
        match orders.iter().find(|it| it.pod_id == pod.pod_id) {
            None if is_active(&pod.observed) => first.push(Action::Stop(pod.pod_id)),
            None if matches!(pod.observed, Observed::Stopping) => {}
            None => first.push(Action::Remove(pod.pod_id)),
            Some(order) => match present(order, pod, copies) {
                Some(stop @ Action::Stop(_)) => first.push(stop),
                Some(other) => then.push(other),
                None => {}
            },
        }
    }
    let absent = orders
        .iter()
        .filter(|order| !pods.iter().any(|it| it.pod_id == order.pod_id));
    then.extend(absent.map(Action::Create));
    first.append(&mut then);
    first
}

/// The next action for a pod that is there and should be.
fn present<'a>(order: &'a PodOrder, pod: &PodReport, copies: &[CopyReport]) -> Option<Action<'a>> {
    // Two writers on one volume are worse than one stopped pod: whoever takes part in a copy rests.
    let should_run = order.desired == PodDesired::Running && order.copy.is_none();
    let is_current = pod.incarnation == order.incarnation;
    match (&pod.observed, should_run) {
        (Observed::Stopping, _) => None,
        (Observed::Stopped, true) => Some(Action::Start(order)),
        (Observed::Stopped, false) => {
            let (pod_id, copy) = takes(order)?;
            let is_known = copies.iter().any(|it| it.migration_id == copy.migration_id);
            (!is_known).then_some(Action::Take(pod_id, copy))
        }
        (Observed::Pulling { .. } | Observed::Starting | Observed::Running, true) => {
            (!is_current).then_some(Action::Stop(order.pod_id))
        }
        // A start that failed or ended is repeated by a new incarnation only: whether it is worth
        // another try is decided where the user can see it.
        (Observed::Exited { .. } | Observed::Failed { .. }, true) => {
            (!is_current).then_some(Action::Start(order))
        }
        (
            Observed::Pulling { .. }
            | Observed::Starting
            | Observed::Running
            | Observed::Exited { .. }
            | Observed::Failed { .. },
            false,
        ) => Some(Action::Stop(order.pod_id)),
    }
}

/// The copy whose taking side a pod is.
fn takes(order: &PodOrder) -> Option<(domain::PodId, &CopyOrder)> {
    let copy = order.copy.as_ref()?;
    match copy.side {
        CopySide::Take { .. } => Some((order.pod_id, copy)),
        CopySide::Give { .. } => None,
    }
}

const fn is_active(observed: &Observed) -> bool {
    match observed {
        Observed::Pulling { .. } | Observed::Starting | Observed::Running => true,
        Observed::Stopping | Observed::Stopped | Observed::Exited { .. } | Observed::Failed { .. } => false,
    }
}
