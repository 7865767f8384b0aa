//! Who asks, and what a key may do.

use domain::AccountId;

/// Whoever stands behind a request: a key or a session, already checked by the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal {
    /// Whose pods, volumes and money.
    pub account_id: AccountId,
    /// Whether the whole fleet is visible.
    pub operator: bool,
    /// What the key may do.
    pub scopes: Scopes,
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// One thing a key may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope {
            $($(#[$doc])* $name,)*
        }

        impl Scope {
            /// Every scope, in the order they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// From the word on the wire.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == word)
            }
        }
    };
}

scopes! {
    /// See pods.
    PodsRead = "pods:read";
    /// Make, change and delete pods.
    PodsWrite = "pods:write";
    /// See network volumes.
    VolumesRead = "volumes:read";
    /// Make, change and delete network volumes.
    VolumesWrite = "volumes:write";
    /// See templates.
    TemplatesRead = "templates:read";
    /// Save, change and delete templates.
    TemplatesWrite = "templates:write";
    /// Replace the account's SSH keys.
    SshKeysWrite = "ssh-keys:write";
    /// See what can be rented.
    CatalogRead = "catalog:read";
    /// See plans and migrations.
    MigrationsRead = "migrations:read";
    /// Make plans, and carry them out.
    MigrationsWrite = "migrations:write";
    /// See balance and ledger.
    BillingRead = "billing:read";
    /// Follow the event stream.
    EventsRead = "events:read";
    /// See machines.
    MachinesRead = "machines:read";
    /// Run machines; an operator's.
    MachinesOperate = "machines:operate";
    /// Change accounts.
    AccountWrite = "account:write";
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u32);

impl Scopes {
    /// None at all.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self((1 << Scope::ALL.len()) - 1);

    /// These scopes.
    #[must_use]
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |bits, it| bits | 1 << *it as u32))
    }

    /// From words; words that are not known are left out.
    #[must_use]
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self(
            words
                .into_iter()
                .filter_map(Scope::of)
                .fold(0, |bits, it| bits | 1 << it as u32),
        )
    }

    /// Whether this scope is among them.
    #[must_use]
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u32) != 0
    }

    /// Their words.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        Scope::ALL
            .iter()
            .filter(|it| self.has(**it))
            .map(|it| it.as_str())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        assert_eq!(Scopes::from_words(Scopes::ALL.words()), Scopes::ALL);
        let some = Scopes::of(&[Scope::PodsRead, Scope::AccountWrite]);
        assert_eq!(some.words(), ["pods:read", "account:write"]);
        assert!(!some.has(Scope::PodsWrite));
        assert_eq!(Scopes::from_words(["pods:rule"]), Scopes::NONE);
    }
}
