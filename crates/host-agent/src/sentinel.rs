//! Names that make something fail on purpose, so that every failure can be seen by hand.
//!
//! Only the simulated driver reads them. A sentinel may stand anywhere in a name: `train-fail-pull-2`.

/// A word in the name of a pod or machine, and the failure it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sentinel {
    /// Pod: its image is not found; the start fails with what to do.
    FailPull,
    /// Pod: its command cannot be run; the start fails with what to do.
    FailStart,
    /// Pod: its command ends with code 1 a moment after the start.
    ExitAtOnce,
    /// Pod: a copy into it stalls at 60 %, says why, and goes on after 20 s.
    FailCopy,
    /// Pod: its container starts and never becomes ready.
    NeverReady,
    /// Machine: its agent is not heard.
    Silent,
}

impl Sentinel {
    /// Every sentinel.
    pub const ALL: [Self; 6] = [
        Self::FailPull,
        Self::FailStart,
        Self::ExitAtOnce,
        Self::FailCopy,
        Self::NeverReady,
        Self::Silent,
    ];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FailPull => "fail-pull",
            Self::FailStart => "fail-start",
            Self::ExitAtOnce => "exit-at-once",
            Self::FailCopy => "fail-copy",
            Self::NeverReady => "never-ready",
            Self::Silent => "silent",
        }
    }

    /// Whether the word is in `name`.
    #[must_use]
    pub fn is_in(self, name: &str) -> bool {
        name.contains(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each name shows one failure.
    #[test]
    fn no_word_contains_another() {
        for one in Sentinel::ALL {
            let found: Vec<_> = Sentinel::ALL
                .into_iter()
                .filter(|it| it.is_in(one.as_str()))
                .collect();
            assert_eq!(found, [one]);
        }
        assert!(Sentinel::FailPull.is_in("train-fail-pull-2"));
    }
}
