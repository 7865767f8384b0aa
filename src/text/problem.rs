//! What to do about a problem, where the server does not say it itself.

use api::{Problem, ProblemCode};

/// What happened and what helps, as one text.
pub fn explain(problem: &Problem) -> String {
    let next = problem
        .next
        .as_deref()
        .unwrap_or_else(|| what_helps(problem.code));
    format!("{} {next}", problem.detail)
}

/// What helps with a code in general.
pub const fn what_helps(code: ProblemCode) -> &'static str {
    use ProblemCode as Code;
    match code {
        Code::KeyMissing | Code::KeyInvalid | Code::KeyExpired => "Sign in again.",
        Code::ScopeMissing => "Ask somebody with this right, or sign in with a key that has it.",
        Code::CsrfMissing => "Reload the page.",
        Code::InsufficientBalance => "Add credit, or choose something smaller.",
        Code::NotFound | Code::NotServed | Code::MethodNotAllowed => {
            "It may have been deleted. Go back to the list."
        }
        Code::PodMoved => "Open the new pod; links to the old one lead there.",
        Code::PlanExpired | Code::PlanStale => "Make a new plan and read it.",
        Code::PodLocked => "Unlock the pod first.",
        Code::ActionNotAllowed | Code::OperationInProgress => "Wait until the present operation has ended.",
        Code::IdempotencyInProgress => "It is being done; wait for the result.",
        Code::NoCapacity | Code::MachineHasNoFreeGpu => {
            "Wait for free GPUs, or choose another machine or type."
        }
        Code::SourceFenced => "Use the new pod, or revert the move.",
        Code::ConfirmWindowOpen => "Confirm or revert the move first.",
        Code::VolumeInUse => "Detach the volume from its pods first.",
        Code::MachineUnreachable => "Wait until the machine answers again.",
        Code::GenerationMismatch => "Look at the present state, then try again.",
        Code::RateLimited => "Wait a moment, then try again.",
        Code::Internal => "Try again. If it stays so, report it with the request ID.",
        Code::StoreUnavailable => "Nothing was changed. Try again in a moment.",
        Code::Unanswered => "Check the connection, then try again.",
        Code::AcknowledgementMissing | Code::DataLossConsentRequired | Code::ConfirmationMissing => {
            "Read what changes and is lost, and agree to each point."
        }
        Code::FilterInvalid | Code::CursorInvalid => "Correct the filter.",
        Code::MalformedJson
        | Code::RuleBroken
        | Code::MountsConflict
        | Code::VolumeShrink
        | Code::AvailabilityNeedsProduct
        | Code::BodyTooLarge
        | Code::Schema
        | Code::UnknownKey
        | Code::NameInvalid
        | Code::GpuUnknown
        | Code::DataCenterUnknown
        | Code::ImageInvalid
        | Code::ImageUnsupported
        | Code::CudaConflict
        | Code::RegistryUnknown
        | Code::BidBelowFloor
        | Code::LimitExceeded
        | Code::IdempotencyKeyReused => "Correct what is said above, then try again.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence() {
        for code in ProblemCode::ALL {
            assert!(what_helps(*code).ends_with('.'), "{}", code.as_str());
        }
    }

    #[test]
    fn the_servers_own_advice_comes_first() {
        let problem = Problem::new(ProblemCode::PodLocked, "The pod is locked.");
        assert_eq!(explain(&problem), "The pod is locked. Unlock the pod first.");
        assert_eq!(explain(&problem.next("Ask Ada.")), "The pod is locked. Ask Ada.");
    }
}
