//! Descriptions of the types that are used on the wire.

use utoipa::openapi::schema::{AdditionalProperties, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::endpoints::{ChangeKind, IdentityChange};
use crate::machine::Cloud;
use crate::pod::{DesiredPod, PodStateKind, PortKind, StopReason};
use crate::{
    AccountId, ApiKeyId, LedgerEntryId, MachineId, MeterId, MigrationId, MigrationPlanId, PodId, TemplateId,
    Timestamp, VolumeId,
};

macro_rules! ids {
    ($($id:ident: $what:literal;)*) => {$(
        impl PartialSchema for $id {
            fn schema() -> RefOr<Schema> {
                let pattern = format!("^{}[0-7][0-9a-hjkmnp-tv-z]{{25}}$", Self::PREFIX);
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some(pattern))
                    .description(Some(concat!("The ID of ", $what, "; opaque")))
                    .into()
            }
        }

        impl ToSchema for $id {}
    )*};
}

ids! {
    AccountId: "an account";
    ApiKeyId: "an API key";
    LedgerEntryId: "a line of the ledger";
    MachineId: "a machine";
    MeterId: "a charge";
    MigrationId: "a migration";
    MigrationPlanId: "a plan of a migration";
    PodId: "a pod";
    TemplateId: "a template";
    VolumeId: "a network volume";
}

macro_rules! words {
    ($($name:ident: $words:expr, $what:literal;)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some($words))
                    .description(Some($what))
                    .into()
            }
        }

        impl ToSchema for $name {}
    )*};
}

words! {
    ChangeKind: ChangeKind::ALL.map(ChangeKind::as_str), "A kind of identity that a move changes";
    Cloud: Cloud::ALL.map(Cloud::as_str), "Who stands behind a machine";
    DesiredPod: [DesiredPod::Running, DesiredPod::Stopped, DesiredPod::Terminated].map(DesiredPod::as_str),
        "What the user asked for";
    PodStateKind: PodStateKind::ALL.map(PodStateKind::as_str), "What was observed of a pod";
    PortKind: ["http", "tcp"], "Through the proxy, or mapped at the machine";
    StopReason: StopReason::ALL.map(StopReason::as_str), "Why a pod is stopped";
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A moment, RFC 3339 in UTC"))
            .into()
    }
}

impl ToSchema for Timestamp {}

impl PartialSchema for IdentityChange {
    fn schema() -> RefOr<Schema> {
        let or_null = |kind| utoipa::openapi::schema::SchemaType::from_iter([kind, Type::Null]);
        let value = |what: &str| {
            ObjectBuilder::new()
                .schema_type(or_null(Type::String))
                .description(Some(what))
        };
        let port = ObjectBuilder::new()
            .schema_type(or_null(Type::Integer))
            .description(Some("Inside the pod"));
        ObjectBuilder::new()
            .property("kind", Ref::from_schema_name("ChangeKind"))
            .property("port", port)
            .property("from", value("Before; null if there was none"))
            .property(
                "to",
                value("After; null if it is assigned at start or there is none"),
            )
            .required("kind")
            .required("port")
            .required("from")
            .required("to")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .description(Some("One identity before and after a move"))
            .into()
    }
}

impl ToSchema for IdentityChange {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ChangeKind::name().into_owned(), ChangeKind::schema()));
    }
}
