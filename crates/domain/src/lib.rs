//! Vocabulary of Roadstead: IDs, money, time, states, limits, and what is allowed in which state.
//!
//! Everything here is a value. The crate reads no clock, no random source and no file, so the same
//! code warns in the browser and decides on the server. It knows no other crate of ours.

pub mod allowed;
pub mod endpoints;
pub mod ids;
pub mod limits;
pub mod machine;
pub mod money;
pub mod names;
#[cfg(feature = "openapi")]
mod openapi;
pub mod pod;
pub mod prices;
pub mod runway;
pub mod time;
pub mod volume;

pub use ids::{
    AccountId, ApiKeyId, LedgerEntryId, MachineId, MeterId, MigrationId, MigrationPlanId, PodId, TemplateId,
    VolumeId,
};
pub use money::{MinuteRate, Money, Quantity};
pub use time::{Minutes, Timestamp};
