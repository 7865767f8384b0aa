//! Pages: one component per route, without props. What they read stands in their address.

pub mod billing;
#[cfg(feature = "demo")]
pub mod embed;
pub mod machines;
pub mod migrations;
pub mod not_found;
pub mod overview;
pub mod pods;
pub mod sign_in;
pub mod volumes;
