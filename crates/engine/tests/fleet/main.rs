//! The engine as a whole: its rules one by one, and what holds over any history.

mod edits;
mod lab;
mod machines;
mod migrations;
mod money;
mod places;
mod pods;
mod properties;
mod steps;
mod volumes;
