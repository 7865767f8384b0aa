//! Every refusal of the engine as a problem: code, field, what to do, and the figures to do it with.

use domain::allowed::NotAllowed;
use domain::volume::VolumeSizeError;
use domain::{MigrationId, PodId};
use engine::Refusal;
use serde_json::{Value, json};

use crate::{Problem, ProblemCode as Code};

/// The problem for a refusal.
pub(super) fn problem(refusal: &Refusal) -> Problem {
    let new = |code| Problem::new(code, refusal.to_string());
    let text = |it: &dyn ToString| Value::from(it.to_string());
    match refusal {
        Refusal::NotFound { what, .. } => {
            new(Code::NotFound).next(format!("Check the ID; the list of {what}s shows those you have."))
        }
        Refusal::OperatorOnly => new(Code::ScopeMissing)
            .next("Ask the operator of this control plane.")
            .with("requiredScope", "operator"),
        Refusal::PodMoved { to, at, .. } => new(Code::PodMoved)
            .next(format!("Use {to} instead."))
            .with("movedTo", text(to))
            .with("movedAt", text(at)),
        Refusal::GenerationMismatch { now, .. } => new(Code::GenerationMismatch)
            .field("If-Match")
            .next("Look at the present object, and send the request again with its generation.")
            .with("generation", *now),
        // Answered before it gets here: it is no refusal to the caller.
        Refusal::Rehearsed => new(Code::Internal),
        Refusal::NotAllowed(reason) => not_allowed(reason),
        Refusal::Spec(error) => new(Code::Schema)
            .field(error.field)
            .errors(vec![format!("$.{}: {}", error.field, error.message)])
            .next(format!("Change `{}` and send the request again.", error.field)),
        Refusal::ImageMissing => new(Code::ImageInvalid)
            .field("image")
            .next("Name an image, or a template that has one."),
        Refusal::MountsConflict => new(Code::MountsConflict)
            .field("mounts")
            .next("Use a pod volume (`persistent`) or network volumes (`network`), not both."),
        Refusal::DiskKindFixed => new(Code::RuleBroken)
            .field("mounts")
            .next("Leave `mounts` out, attach or detach network volumes one by one, or make a new pod."),
        Refusal::PodVolumeShrinks { now_gb, .. } => new(Code::VolumeShrink)
            .field("mounts.persistent.size")
            .next(format!("Ask for {now_gb} GB or more."))
            .with("sizeGb", *now_gb),
        Refusal::SshKeyInvalid { line } => {
            let field = format!("keys[{}]", line - 1);
            new(Code::Schema)
                .errors(vec![format!(
                    "$.{field}: expected a line such as `ssh-ed25519 AAAA… name`"
                )])
                .field(field)
                .next("Send the content of a `.pub` file, one key an element.")
        }
        Refusal::GpuNotOffered { .. } => new(Code::GpuUnknown)
            .field("gpu.id")
            .next("Choose a GPU type of the catalog, in a tier it has a price in."),
        Refusal::DataCenterUnknown { id } => new(Code::DataCenterUnknown)
            .field("dataCenterIds")
            .next("Choose a data centre of the catalog.")
            .with("dataCenterId", id.as_str()),
        Refusal::NoCapacity { left, .. } => new(Code::NoCapacity)
            .next("Relax the demand that leaves no machine, or try again later.")
            .with(
                "left",
                left.iter()
                    .map(|(what, count)| json!({"demand": what, "machines": count}))
                    .collect::<Value>(),
            ),
        Refusal::GpusTaken { pod_id, needed, free } => new(Code::MachineHasNoFreeGpu)
            .next("Wait for them, start with CPUs only, or migrate the pod.")
            .with("options", format!("/api/v1/pods/{pod_id}/start-options"))
            .with("neededGpus", *needed)
            .with("freeGpus", *free),
        Refusal::MachineFull { what } => new(Code::NoCapacity)
            .next("Ask for less, stop another pod on this machine, or migrate this one.")
            .with("lacking", *what),
        Refusal::MachineUnreachable { machine_id, since } => new(Code::MachineUnreachable)
            .next("Wait for the machine to come back.")
            .with("machineId", text(machine_id))
            .with("since", text(since)),
        Refusal::InsufficientBalance { required, balance } => new(Code::InsufficientBalance)
            .next("Add funds, or stop something else.")
            .with("requiredMicros", required.micros())
            .with("balanceMicros", balance.micros()),
        Refusal::TopUpTooSmall { min } => new(Code::Schema)
            .field("amountMicros")
            .errors(vec![format!("$.amountMicros: at least {}", min.micros())])
            .next(format!("Pay in at least {min}."))
            .with("minMicros", min.micros()),
        Refusal::TopUpTooLarge { max } => new(Code::Schema)
            .field("amountMicros")
            .errors(vec![format!("$.amountMicros: at most {}", max.micros())])
            .next(format!("Pay in at most {max} at once.")),
        Refusal::LimitExceeded { what, max } => new(Code::LimitExceeded)
            .next("Delete what is no longer needed, or ask the operator for a higher limit.")
            .with("limit", *what)
            .with("max", *max),
        Refusal::ConfirmationMissing { name } => new(Code::ConfirmationMissing)
            .field("confirm")
            .next(format!("Send the name {name:?} as `confirm`."))
            .with("confirm", name.as_str()),
        Refusal::VolumeSize(error) => volume_size(error),
        Refusal::VolumesNotOffered { .. } => new(Code::DataCenterUnknown)
            .field("dataCenterId")
            .next("Choose a data centre that offers network volumes."),
        Refusal::VolumeElsewhere { volume, pod } => new(Code::RuleBroken)
            .field("volumeId")
            .next("A network volume is used in its own data centre; choose a pod or a machine there.")
            .with("volumeDataCenterId", volume.as_str())
            .with("podDataCenterId", pod.as_str()),
        Refusal::VolumeInUse { used_by } => new(Code::VolumeInUse)
            .next("Detach it from these pods, or terminate them.")
            .with(
                "usedBy",
                used_by
                    .iter()
                    .map(|(id, name)| json!({"podId": id, "name": name}))
                    .collect::<Value>(),
            ),
        Refusal::VolumeInBin => new(Code::ActionNotAllowed)
            .next("Restore the volume first.")
            .with("state", "IN_BIN"),
        Refusal::VolumeNotInBin => new(Code::ActionNotAllowed)
            .next("There is nothing to restore.")
            .with("state", "KEPT"),
        Refusal::AlreadyAttached => new(Code::ActionNotAllowed)
            .field("podId")
            .next("Nothing is left to do."),
        Refusal::NotAttached => new(Code::ActionNotAllowed)
            .field("podId")
            .next("Choose a pod that mounts the volume."),
        Refusal::RestartNotAgreed => new(Code::RuleBroken)
            .field("restart")
            .next("Stop the pod first, or send `restart: true` for a pod that runs."),
        Refusal::PlanExpired { at } => new(Code::PlanExpired)
            .field("planId")
            .next("Make a new plan.")
            .with("expiredAt", text(at)),
        Refusal::PlanUsed => new(Code::ActionNotAllowed)
            .field("planId")
            .next("Look at the migrations; make a new plan to move again."),
        Refusal::PlanStale { differences } => new(Code::PlanStale)
            .next("Make a new plan and read it.")
            .with("differences", differences.clone()),
        Refusal::DigestMismatch => new(Code::RuleBroken)
            .field("planDigest")
            .next("Read the plan again and send the digest that stands in it."),
        Refusal::AcknowledgementMissing { missing } => new(Code::AcknowledgementMissing)
            .field("acknowledge")
            .next("Name every kind of change in `acknowledge`.")
            .with("missing", missing.iter().map(|it| it.as_str()).collect::<Value>()),
        Refusal::ConsentMissing { name, lost } => new(Code::DataLossConsentRequired)
            .field("consent")
            .next(format!("Send the name {name:?} as `consent`."))
            .with("consent", name.as_str())
            .with(
                "lost",
                lost.iter()
                    .map(|(disk, bytes)| json!({"disk": disk, "bytes": bytes}))
                    .collect::<Value>(),
            ),
        Refusal::MigrationPhase { action, phase } => new(Code::ActionNotAllowed)
            .field("action")
            .next("Read the migration; its `actions` say what is possible now.")
            .with("action", *action)
            .with("state", phase.as_str()),
        Refusal::WrongMachine => new(Code::ScopeMissing)
            .next("Report for the machine the agent was enrolled for.")
            .with("requiredScope", "machine"),
    }
}

fn not_allowed(reason: &NotAllowed) -> Problem {
    let new = |code| Problem::new(code, reason.to_string()).next(reason.enabled_by());
    let bound = |code, id: &MigrationId| new(code).with("operationId", id.to_string());
    let fenced = |to: &PodId| new(Code::SourceFenced).with("movedTo", to.to_string());
    match reason {
        NotAllowed::WrongState {
            action,
            state,
            allowed,
        } => new(Code::ActionNotAllowed)
            .field("action")
            .with("action", action.as_str())
            .with("state", state.as_str())
            .with("allowed", allowed.iter().map(|it| it.as_str()).collect::<Value>()),
        NotAllowed::Locked => new(Code::PodLocked),
        NotAllowed::NotLocked => new(Code::ActionNotAllowed).field("locked"),
        NotAllowed::Migrating { id } => bound(Code::OperationInProgress, id),
        NotAllowed::Fenced { moved_to } => fenced(moved_to),
        NotAllowed::AwaitsConfirmation { id, until } => {
            bound(Code::ConfirmWindowOpen, id).with("until", until.to_string())
        }
    }
}

fn volume_size(error: &VolumeSizeError) -> Problem {
    let mut sentence = error.to_string();
    if let Some(first) = sentence.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    let new = |code| Problem::new(code, format!("{sentence}.")).field("sizeGb");
    match error {
        VolumeSizeError::OutOfRange => new(Code::Schema)
            .errors(vec![format!("$.sizeGb: {error}")])
            .next("Choose a size in that range.")
            .with("min", domain::limits::NETWORK_VOLUME_GB_MIN)
            .with("max", domain::limits::NETWORK_VOLUME_GB_MAX),
        VolumeSizeError::Shrinks { now_gb } => new(Code::VolumeShrink)
            .next("Choose a larger size.")
            .with("sizeGb", *now_gb),
    }
}
