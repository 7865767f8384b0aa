//! Words of the demo's line.

/// Name of the line.
pub const DEMO: &str = "Demo";
/// What this page is.
pub const WHAT: &str =
    "Demo: the whole cloud runs inside this page. Nothing is real and nothing is sent anywhere.";
/// Name of the choice of speeds.
pub const TIME: &str = "Speed of the demo's time";
/// Tells the story from the start.
pub const AGAIN: &str = "Start over";
/// While a view for a frame looks for a pod that shows the case.
pub const LOOKING: &str = "Looking for a pod to move";
/// The same, when there is none.
pub const LOOKING_LEDE: &str =
    "A stopped pod whose GPUs are taken. If there is none left, start the demo over.";
/// The story does not hold together.
pub const FAILED: &str = "The demo cannot start";

/// A speed, in seconds of the demo per second.
pub fn speed(speed: u32) -> String {
    format!("{speed}×")
}

/// The button that holds time or lets it go on.
pub const fn hold(paused: bool) -> &'static str {
    if paused { "Go on" } else { "Hold time" }
}
