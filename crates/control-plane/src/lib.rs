//! The control plane: everything with IO around the pure engine.
//!
//! ```text
//!  http, runner ──bounded queue──▶ writer: decide → COMMIT → publish → answer
//!                                    │                          │
//!                                  store                  events (SSE), runner
//! ```
//!
//! * [`store`]: the one log. Only [`store::Store::commit`] extends it.
//! * [`app`]: the fleet in memory, readers and the one writer.
//! * [`runner`]: the timer, and the way to the machines.
//! * [`events`]: what has happened lately, for those who follow.
//! * [`http`]: the edge.
//!
//! Absent on purpose: what an endpoint means (that is `api::serve`), and every rule (that is `engine`).

pub mod app;
pub mod clock;
pub mod config;
mod connections;
pub mod events;
pub mod http;
pub mod metrics;
pub mod runner;
mod running;
pub mod secret;
mod seed;
pub mod store;

pub use api::serve::openapi;
pub use config::{Config, Pace, Quotas};
pub use runner::{AgentLink, Script};
pub use running::{Hosts, OpenError, Running, open};
pub use seed::{Seed, seed};
