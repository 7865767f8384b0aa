//! Typed client of the control-plane API over a transport: browser fetch or in-process engine.
//!
//! A read is a value of a type that implements [`Query`], a write one of a type that implements [`Command`]; both are
//! listed in [`queries`] and [`commands`], one per endpoint. [`Client`] sends them through a [`Transport`]. Dropping the
//! future of a request closes the request, so whoever starts one also decides how long it lives.

mod client;
pub mod commands;
mod path;
pub mod queries;
mod transport;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(all(target_arch = "wasm32", feature = "in-process"))]
pub mod in_process;

pub use client::Client;
pub use transport::{FeedMessage, Method, OnMessage, RawResponse, Request, Subscription, Transport};

use serde::de::DeserializeOwned;

/// A group of reads that become stale together. A command names the groups it changes, without parameters: naming too
/// much costs one request, naming too little costs trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// Lists of pods.
    Pods,
    /// One pod.
    Pod,
    /// Ways to start a pod.
    StartOptions,
    /// What a stop keeps and loses.
    StopPreview,
    /// Plans of migrations.
    Plans,
    /// Migrations, as a list or alone.
    Migrations,
    /// Machines, as a list or alone.
    Machines,
    /// Network volumes, as a list or alone.
    Volumes,
    /// Templates.
    Templates,
    /// What can be rented now.
    Offers,
    /// The reader's account.
    Account,
    /// Lines of the ledger.
    Ledger,
    /// All accounts, for an operator.
    Accounts,
}

impl Endpoint {
    /// Every group, in the order of declaration; [`Self::index`] is the place in it.
    pub const ALL: [Self; 13] = [
        Self::Pods,
        Self::Pod,
        Self::StartOptions,
        Self::StopPreview,
        Self::Plans,
        Self::Migrations,
        Self::Machines,
        Self::Volumes,
        Self::Templates,
        Self::Offers,
        Self::Account,
        Self::Ledger,
        Self::Accounts,
    ];

    /// The place in [`Self::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// A read, as a value.
pub trait Query: Clone + PartialEq + Send + Sync + 'static {
    /// What the server answers.
    type Output: DeserializeOwned + Send + Sync + 'static;
    /// What makes the answer stale.
    const ENDPOINT: Endpoint;
    /// Whether the answer to the former key stays visible while the next one is read: true for a list that is being
    /// filtered, false for one pod after another.
    const KEEP_ACROSS_KEYS: bool = false;
    /// The path under the origin, with its query string.
    fn path(&self) -> String;
}

/// A write, as a value.
pub trait Command: Clone + Send + Sync + 'static {
    /// What the server answers; `()` for an empty body.
    type Output: DeserializeOwned + Send + Sync + 'static;
    /// What is stale once it is done.
    const STALE: &'static [Endpoint];
    /// Whether it is refused for want of a session. What carries its own proof says nothing of the session when refused.
    const IN_SESSION: bool = true;
    /// Method, path under the origin, and body as JSON.
    fn request(&self) -> (Method, String, Option<String>);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_stand_at_their_index() {
        for (at, endpoint) in Endpoint::ALL.into_iter().enumerate() {
            assert_eq!(endpoint.index(), at);
        }
    }
}
