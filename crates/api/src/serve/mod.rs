//! The one mapping from a request to the engine, and from its outcome to a response.
//!
//! A server and the in-process transport both call [`prepare`]: a read is answered at once from the
//! fleet, a write becomes a [`Command`] to execute and a [`Render`] for what comes of it. Everything
//! here is a pure function of its arguments; it reads no clock and knows no HTTP library.

mod account;
mod catalog;
mod condition;
mod context;
mod demand;
mod feed;
mod fields;
mod filter;
mod ledger;
mod machines;
mod migrations;
#[cfg(feature = "openapi")]
pub mod openapi;
mod order;
mod page;
mod params;
mod parse;
mod plans;
mod pods;
mod principal;
mod refusal;
mod response;
mod routes;
mod start;
mod templates;
mod v2;
mod views;
mod volumes;

use domain::Timestamp;
use engine::{Actor, Command, Fleet};

pub use feed::feed;
pub use parse::body;
pub use principal::{Principal, Scope, Scopes};
pub use response::{Form, Render, Response, problem_response, render};
pub use routes::{ROUTES, Route, authorise};

use context::Context;

/// A request as its meaning needs it; headers that matter were resolved by the edge.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The method.
    pub method: Method,
    /// The path, still percent-encoded, without the query string.
    pub path: &'a str,
    /// The query string, without `?`; empty for none.
    pub query: &'a str,
    /// The body; empty for none.
    pub body: &'a [u8],
    /// The header `If-Match`, without its quotes; a write is refused unless it is the thing's generation.
    pub if_match: Option<&'a str>,
    /// The control plane's clock.
    pub now: Timestamp,
}

/// A method of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// A read; the edge asks with it for `HEAD` too.
    Get,
    /// A new thing, or an action on one.
    Post,
    /// A whole replacement.
    Put,
    /// A change of fields.
    Patch,
    /// An end.
    Delete,
    /// Anything else; no path accepts it.
    Other,
}

impl Method {
    /// The word of the protocol.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Other => "OTHER",
        }
    }

    /// From the word of the protocol; `HEAD` is a `GET` whose body the edge drops.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "GET" | "HEAD" => Self::Get,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            _ => Self::Other,
        }
    }
}

/// Which contract a request is under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// `/api/v1`: our own.
    V1,
    /// `/v2`: the published shapes; nothing is added to its bodies.
    V2,
}

impl Surface {
    /// The surface of a path; everything that is not `/v2` is ours.
    #[must_use]
    pub fn of(path: &str) -> Self {
        if path == "/v2" || path.starts_with("/v2/") {
            Self::V2
        } else {
            Self::V1
        }
    }

    /// Largest body of a write, in bytes.
    #[must_use]
    pub const fn body_bytes_max(self) -> usize {
        match self {
            Self::V1 => domain::limits::BODY_BYTES_MAX,
            Self::V2 => domain::limits::BODY_BYTES_V2_MAX,
        }
    }
}

/// What is to be done for a request.
#[derive(Debug, Clone)]
pub enum Prepared {
    /// Nothing more: this is the answer.
    Answer(Response),
    /// Execute the command, then [`render`] its outcome.
    Command {
        /// Who asks.
        actor: Actor,
        /// What is asked.
        command: Command,
        /// How the outcome is shown.
        render: Render,
    },
}

/// Routes, authorises and understands a request of `/api/v1/**` or `/v2/**`.
///
/// Every mistake of the caller is an [`Prepared::Answer`] with a problem document.
#[must_use]
pub fn prepare(fleet: &Fleet, principal: &Principal, request: &Request<'_>) -> Prepared {
    let surface = Surface::of(request.path);
    let prepared = routes::find(request.method, request.path).and_then(|found| {
        found.route.permit(principal)?;
        let context = Context::new(fleet, principal, request, found.argument);
        let prepared = (found.route.handler)(&context)?;
        condition::apply(prepared, found.route, &context, request.if_match)
    });
    prepared.unwrap_or_else(|problem| Prepared::Answer(problem_response(&problem, surface)))
}
