//! Refusals and failures: one document, stable codes (RFC 9457 with members of our own).

use serde::{Deserialize, Serialize};
use serde_json::Value;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $title:literal;)*) => {
        /// What went wrong, as scripts and pages act on it. Never renamed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// The HTTP status it comes with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }

            /// Names the code where a URI has to (RFC 9457).
            #[must_use]
            pub fn uri(self) -> String {
                format!("urn:roadstead:problem:{}", self.as_str())
            }

            /// The short title.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    MalformedJson = "malformed_json", 400, "Malformed JSON";
    /// A rule between fields is broken.
    RuleBroken = "rule_broken", 400, "Request breaks a rule";
    /// A pod volume and network volumes together.
    MountsConflict = "mounts_conflict", 400, "Mounts conflict";
    /// Exact CUDA versions and a lowest one together.
    CudaConflict = "cuda_conflict", 400, "CUDA versions conflict";
    /// Registry credentials that are not stored here.
    RegistryUnknown = "registry_unknown", 400, "Registry not known";
    /// A network volume was asked to shrink.
    VolumeShrink = "volume_shrink", 400, "Volume cannot shrink";
    /// A filter or sort that is not understood.
    FilterInvalid = "filter_invalid", 400, "Filter not understood";
    /// A cursor of another list, filter or sort.
    CursorInvalid = "cursor_invalid", 400, "Cursor not valid";
    /// `include=AVAILABILITY` without `product`, or the reverse.
    AvailabilityNeedsProduct = "availability_needs_product", 400, "Availability needs a product";
    /// No key and no session.
    KeyMissing = "key_missing", 401, "Sign-in needed";
    /// The key or session is not known.
    KeyInvalid = "key_invalid", 401, "Key not valid";
    /// The key has expired.
    KeyExpired = "key_expired", 401, "Key expired";
    /// The balance does not cover it.
    InsufficientBalance = "insufficient_balance", 402, "Balance too low";
    /// The key may not do this.
    ScopeMissing = "scope_missing", 403, "Scope missing";
    /// The request came without the header that proves it is the dashboard's.
    CsrfMissing = "csrf_missing", 403, "Request not from the dashboard";
    /// There is no such thing, or it is somebody else's.
    NotFound = "not_found", 404, "Not Found";
    /// A part of the published API that is not served here.
    NotServed = "not_served", 404, "Not Found";
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed";
    /// The pod moved and has a new ID.
    PodMoved = "pod_moved", 410, "Pod moved";
    /// The plan is too old to be carried out.
    PlanExpired = "plan_expired", 410, "Plan expired";
    /// The state does not allow it.
    ActionNotAllowed = "action_not_allowed", 409, "Action not allowed";
    /// The pod is locked.
    PodLocked = "pod_locked", 409, "Pod locked";
    /// Another operation has to end first.
    OperationInProgress = "operation_in_progress", 409, "Operation in progress";
    /// No machine fits.
    NoCapacity = "no_capacity", 409, "No machine fits";
    /// The pod's own machine has no free GPU.
    MachineHasNoFreeGpu = "machine_has_no_free_gpu", 409, "GPUs are taken";
    /// The plan rests on facts that have changed.
    PlanStale = "plan_stale", 409, "Plan is stale";
    /// The pod moved and is kept for the way back.
    SourceFenced = "source_fenced", 409, "Pod moved";
    /// The move waits to be confirmed or reverted.
    ConfirmWindowOpen = "confirm_window_open", 409, "Move not confirmed";
    /// Pods still use the volume.
    VolumeInUse = "volume_in_use", 409, "Volume in use";
    /// The same idempotency key is being worked on.
    IdempotencyInProgress = "idempotency_in_progress", 409, "Request in progress";
    /// The machine is silent.
    MachineUnreachable = "machine_unreachable", 409, "Machine unreachable";
    /// The generation sent is not the present one.
    GenerationMismatch = "generation_mismatch", 412, "Changed meanwhile";
    /// The body is larger than the limit.
    BodyTooLarge = "body_too_large", 413, "Body too large";
    /// A field has a value that is not accepted.
    Schema = "schema", 422, "Validation failed";
    /// A field that does not exist.
    UnknownKey = "unknown_key", 422, "Validation failed";
    /// A name is not accepted.
    NameInvalid = "name_invalid", 422, "Name not accepted";
    /// The GPU type does not exist or has no price.
    GpuUnknown = "gpu_unknown", 422, "GPU type not offered";
    /// The data centre does not exist.
    DataCenterUnknown = "data_center_unknown", 422, "Data centre not known";
    /// The image is not accepted.
    ImageInvalid = "image_invalid", 422, "Image not accepted";
    /// The image cannot run here.
    ImageUnsupported = "image_unsupported", 422, "Image not supported";
    /// The bid is below the floor.
    BidBelowFloor = "bid_below_floor", 422, "Bid below the floor";
    /// A kind of change was not acknowledged.
    AcknowledgementMissing = "acknowledgement_missing", 422, "Acknowledgement missing";
    /// The loss of data was not agreed to.
    DataLossConsentRequired = "data_loss_consent_required", 422, "Consent to data loss needed";
    /// The name was not typed, and there is data.
    ConfirmationMissing = "confirmation_missing", 422, "Confirmation missing";
    /// A written limit was crossed.
    LimitExceeded = "limit_exceeded", 422, "Limit exceeded";
    /// The same idempotency key came with another body.
    IdempotencyKeyReused = "idempotency_key_reused", 422, "Idempotency key reused";
    /// Too many requests.
    RateLimited = "rate_limited", 429, "Too many requests";
    /// Our fault; the request ID finds it.
    Internal = "internal", 500, "Internal error";
    /// The log cannot be extended; nothing was changed.
    StoreUnavailable = "store_unavailable", 503, "Store unavailable";
    /// No answer came; made by clients, never by a server.
    Unanswered = "unanswered", 503, "No answer";
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for ProblemCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.iter().map(|it| it.as_str())))
            .description(Some("What went wrong; never renamed"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for ProblemCode {}

/// A refused or failed request. `detail` says what happened to what, `next` what to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The code as a URI, for readers of RFC 9457.
    #[serde(rename = "type", default)]
    pub uri: String,
    /// Short, the same for every problem of a code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, to what.
    pub detail: String,
    /// Everything wrong with the request, for validation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// The stable code.
    pub code: ProblemCode,
    /// The field it is about, as in the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Finds the request in the logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What only this code has: `allowed`, `usedBy`, `missing`, `plan`, `movedTo` …
    #[serde(flatten, default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub data: serde_json::Map<String, Value>,
}

impl Problem {
    /// A problem of this code with its sentence.
    #[must_use]
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            uri: code.uri(),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            errors: Vec::new(),
            code,
            field: None,
            next: None,
            request_id: None,
            data: serde_json::Map::new(),
        }
    }

    /// With the field it is about.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// With what to do.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// With a member that only this code has.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.data.insert(key.to_owned(), value.into());
        self
    }

    /// With every error of a validation.
    #[must_use]
    pub fn errors(mut self, errors: Vec<String>) -> Self {
        self.errors = errors;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_read_back() {
        for code in ProblemCode::ALL {
            let text = serde_json::to_string(code).unwrap();
            assert_eq!(text, format!("\"{}\"", code.as_str()));
            assert_eq!(serde_json::from_str::<ProblemCode>(&text).unwrap(), *code);
            let problem = serde_json::to_value(Problem::new(*code, "x")).unwrap();
            assert_eq!(
                problem["type"],
                format!("urn:roadstead:problem:{}", code.as_str())
            );
        }
        let words: std::collections::BTreeSet<_> = ProblemCode::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(words.len(), ProblemCode::ALL.len());
    }

    #[test]
    fn members_of_a_code_stand_beside_the_common_ones() {
        let problem = Problem::new(ProblemCode::VolumeInUse, "in use").with("usedBy", vec!["pod1"]);
        let text = serde_json::to_string(&problem).unwrap();
        assert!(text.contains(r#""usedBy":["pod1"]"#), "{text}");
        assert_eq!(serde_json::from_str::<Problem>(&text).unwrap(), problem);
    }
}
