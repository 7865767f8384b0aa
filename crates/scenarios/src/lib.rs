//! Example worlds: a fleet of simulated machines, a world that steps them with the engine on a virtual
//! clock, the seeded demo, and the importer of a public cluster trace.
//!
//! The only source of example fleets: tests, demo, browser flows and documentation read the same seeds.

pub mod demo;
pub mod sim_fleet;
pub mod templates;
#[cfg(not(target_arch = "wasm32"))]
pub mod trace;
pub mod world;

pub use demo::demo;
pub use sim_fleet::SimFleet;
pub use world::{Faults, World};
