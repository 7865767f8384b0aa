//! The engine as a whole: its rules one by one, and what holds over any history.

mod edits;
mod lab;
mod places;
mod properties;
mod rules;
mod steps;
