//! The virtual grid: up to 100,000 rows of one height, of which only the visible ones are in the page.
//!
//! Which rows those are is arithmetic and builds natively ([`window`]); the view is for the browser.

#[cfg(target_arch = "wasm32")]
mod column;
#[cfg(target_arch = "wasm32")]
mod grid;
#[cfg(target_arch = "wasm32")]
mod row;
#[cfg(target_arch = "wasm32")]
mod source;
pub mod window;

#[cfg(target_arch = "wasm32")]
pub use self::{
    column::{Align, Cell, Column, Place, Priority, Row, SortBy, id_cell},
    grid::Grid,
    source::GridSource,
};
