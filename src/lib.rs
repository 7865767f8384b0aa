//! The dashboard of Roadstead.
//!
//! The views exist in the browser only. Natively the package is its words, formats and arithmetic, so that these are
//! tested in seconds and nothing here compiles the view library twice.

#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod table;
pub mod text;
#[cfg(target_arch = "wasm32")]
pub mod ui;
