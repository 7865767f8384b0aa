//! Whole worlds: the demo, worlds with faults, and the public trace.

mod demo;
mod faults;
mod invariants;
mod trace;
