//! What the engine holds in memory: the fleet, and the things in it.
//!
//! Every thing here is stored whole by the events that change it (`levels, not edges`), which is why
//! these types can be written and read. They never cross a process boundary: clients get the views
//! of `api`, machines the documents of `agent-api`.

mod account;
pub(crate) mod charge;
mod draw;
mod fleet;
mod machine;
mod migration;
mod pod;
mod settings;
mod volume;

pub use account::{Account, FundsState, LedgerEntry, Meter, MeterReason, Resource, Subject, entry_amount};
pub(crate) use charge::Charge;
pub use charge::starting;
pub use draw::Draw;
pub(crate) use fleet::Undo;
pub use fleet::{Fleet, FleetRecord};
pub use machine::{Downtime, Machine};
pub use migration::{
    Migration, MigrationPhase, MigrationPlan, MigrationState, PlanBasis, PlanContent, PlanCost, PlanDisk,
    PlanFate, PlanMachine, Verified,
};
pub use pod::{Binding, BindingRole, MovedTo, Pod, TimelineEntry, Waiting};
pub use settings::{DataCenter, Policy, Settings, Template, TemplateCategory};
pub use volume::{Volume, VolumeBin};
