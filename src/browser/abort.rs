//! Closing a request that nobody waits for.

use web_sys::{AbortController, AbortSignal};

/// Aborts its signal when dropped, so that a cancelled task also closes its connection.
pub struct AbortOnDrop(Option<AbortController>);

impl AbortOnDrop {
    /// A signal that has not been aborted.
    pub fn new() -> Self {
        Self(AbortController::new().ok())
    }

    /// What a request listens to; `None` where the browser has no such signals.
    pub fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }
}

impl Default for AbortOnDrop {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
