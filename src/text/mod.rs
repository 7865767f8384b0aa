//! All words and formats of the dashboard. Pure, and built natively too, so that they are tested without a browser.

pub mod format;
pub mod words;
