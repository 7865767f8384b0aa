//! Host agent: the program on a machine that does what its document asks.
//!
//! Pure: time is an argument, and what a machine can do is a [`Driver`]. The agent holds the last
//! [`Document`](agent_api::Document) it accepted, compares it with what its driver observes, and says
//! what it sees in [`Report`](agent_api::Report)s. It carries out no orders, only differences, so a
//! lost or repeated message does no harm.

pub mod agent;
pub mod driver;
pub mod reconcile;
pub mod sentinel;
pub mod sim;

pub use agent::{Agent, DocumentRefused};
pub use driver::Driver;
pub use sim::Sim;
