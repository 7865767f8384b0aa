//! The one executable of Roadstead.
fn main() {}
