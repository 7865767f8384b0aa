//! How much the page can be trusted to show the present.

/// Said in the top bar at all times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Events come as they happen.
    Live,
    /// What happened meanwhile is being delivered.
    CatchingUp,
    /// The stream is lost; reads are repeated every ten seconds.
    Stale {
        /// When it was lost, in milliseconds since the Unix epoch by this computer's clock.
        since_ms: i64,
    },
    /// This computer has no network.
    Offline {
        /// When the stream was lost, as above.
        since_ms: i64,
    },
}

impl Freshness {
    /// Whether the page has to ask, because nobody tells it.
    pub const fn is_down(self) -> bool {
        self.lost_at_ms().is_some()
    }

    /// When the stream was lost, if it is.
    pub const fn lost_at_ms(self) -> Option<i64> {
        match self {
            Self::Live | Self::CatchingUp => None,
            Self::Stale { since_ms } | Self::Offline { since_ms } => Some(since_ms),
        }
    }

    /// The word style sheets go by.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::CatchingUp => "catching-up",
            Self::Stale { .. } => "stale",
            Self::Offline { .. } => "offline",
        }
    }
}
