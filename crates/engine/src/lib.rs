//! The whole control plane as one deterministic state machine.
//!
//! Commands go in; events (facts) and effects (wishes) come out. Time and randomness are arguments, so
//! the same code runs on a server, in a browser and in simulation, and one seed gives one history.
//!
//! * [`execute`] carries out one command on a [`Fleet`]: all of it or nothing.
//! * [`Fleet::evolve`] replays one event; a fleet is the fold of its log.
//! * [`next_deadline`] says when [`Command::Tick`] is due.
//! * [`query`] answers questions without changing anything.
//! * [`desired`] makes the document of a machine.

pub mod command;
mod decide;
pub mod desired;
pub mod event;
pub mod query;
pub mod refusal;
pub mod state;

pub use command::{Actor, Command, Moment, Outcome};
pub use decide::{Decision, Effect, execute, next_deadline};
pub use event::{Change, Event, Fact};
pub use refusal::Refusal;
pub use state::Fleet;
