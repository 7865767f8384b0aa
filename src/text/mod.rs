//! All words and formats of the dashboard. Pure, and built natively too, so that they are tested without a browser.

pub mod billing;
pub mod decide;
#[cfg(feature = "demo")]
pub mod demo;
pub mod deploy;
pub mod dialogs;
pub mod format;
pub mod machines;
pub mod migrations;
pub mod overview;
pub mod pods;
pub mod problem;
pub mod shell;
pub mod volumes;
pub mod words;
