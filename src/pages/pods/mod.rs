//! Pods: the list, one pod, the ways to start it, its move, and a new one.

pub mod decide;
pub mod deploy;
pub mod detail;
pub mod list;
pub mod migrate;
