//! What an agent promises, and what the simulated machine does.

mod common;
mod protocol;
mod reconciler;
mod simulation;
