//! The dashboard of Roadstead.
//!
//! The views exist in the browser only. Natively the package is its words, formats and arithmetic, so that these are
//! tested in seconds and nothing here compiles the view library twice.
//!
//! Layers, each using only those after it: pages, forms, components, table, ui. `data` and `text` serve all of them but
//! `ui`; `browser` is the only part beside them that knows the browser.

#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(all(target_arch = "wasm32", feature = "demo"))]
mod demo;
#[cfg(target_arch = "wasm32")]
mod later;
#[cfg(target_arch = "wasm32")]
mod routes;

pub mod paths;
#[cfg(target_arch = "wasm32")]
pub mod shell;

#[cfg(target_arch = "wasm32")]
pub mod pages;

#[cfg(target_arch = "wasm32")]
pub mod forms;

#[cfg(target_arch = "wasm32")]
pub mod components;

pub mod bill;
#[cfg(test)]
mod samples;
pub mod statement;
pub mod worklist;

pub mod data;
pub mod table;
#[cfg(target_arch = "wasm32")]
pub mod ui;

#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod text;

#[cfg(target_arch = "wasm32")]
pub use app::{App, start};
