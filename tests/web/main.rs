//! What only a browser can show: that requests end for real, that a lost stream goes on where it ended, and that nothing
//! is left behind. One binary, because linking dominates.

#![cfg(target_arch = "wasm32")]

mod application;
mod feed;
mod reading;
mod rows;
mod screen;
mod server;
mod writing;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
