//! What only a browser can show: that requests end for real, that a lost stream goes on where it ended, that keys and
//! focus go where they should, and that nothing is left behind. One binary, because linking dominates.

#![cfg(target_arch = "wasm32")]

mod console;
mod facts;
mod hands;
mod roles;
mod screen;
mod server;
mod session;

mod application;
mod components;
mod feed;
mod forms;
mod grid;
mod reading;
mod rows;
mod shell;
mod transport;
mod ui;
mod writing;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
