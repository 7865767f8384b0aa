//! Generic parts by what they do.

mod controls;
mod fields;
mod figures;
mod messages;

use leptos::prelude::*;

/// Signals that outlive the view of a test.
pub fn kept<T>(make: impl FnOnce() -> T) -> (Owner, T) {
    let owner = Owner::new();
    let made = owner.with(make);
    (owner, made)
}

pub fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}
