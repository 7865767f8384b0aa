//! What a client needs of the world: to send a request, to follow the event stream, and to wait.

use std::any::Any;

use api::Problem;
use api::events::FeedEvent;
use futures::future::LocalBoxFuture;

/// The methods the API uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// A read.
    Get,
    /// A new thing, or an action on one.
    Post,
    /// A change of fields.
    Patch,
    /// An end.
    Delete,
}

impl Method {
    /// The word of the protocol.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether the request changes something, and so needs proof that the dashboard sent it.
    #[must_use]
    pub const fn is_write(self) -> bool {
        !matches!(self, Self::Get)
    }
}

/// A request before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path under the origin, with its query string.
    pub path: String,
    /// JSON.
    pub body: Option<String>,
    /// Makes a repeated write count once.
    pub idempotency_key: Option<String>,
}

/// An answer before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawResponse {
    /// The HTTP status.
    pub status: u16,
    /// JSON; a problem if the status is 400 or more; empty for 204.
    pub body: String,
}

/// What comes from the event stream.
#[derive(Debug, Clone, PartialEq)]
pub enum FeedMessage {
    /// The server has accepted the stream; from now on nothing is missed.
    Opened,
    /// An event and its position in the log, which a `reset` may not have.
    Event(Option<u64>, FeedEvent),
    /// The stream has ended; nothing more comes from this subscription.
    Lost,
}

/// Takes messages of the stream.
pub type OnMessage = Box<dyn Fn(FeedMessage)>;

/// A followed stream. Dropping it ends it, and no message comes afterwards.
pub struct Subscription(#[expect(dead_code, reason = "kept for its drop")] Box<dyn Any>);

impl Subscription {
    /// Keeps what ends the stream when it is dropped.
    #[must_use]
    pub fn new(guard: impl Any) -> Self {
        Self(Box::new(guard))
    }
}

/// The way to a control plane.
///
/// A page has one thread, so futures need not be `Send`; the transport itself is kept in contexts that ask for it.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request. Dropping the future closes the request for real.
    ///
    /// # Errors
    /// [`api::ProblemCode::Unanswered`] if no answer came. Every answer, of whatever status, is `Ok`.
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<RawResponse, Problem>>;

    /// Follows the event stream, from the event after `last` or, without it, from now on.
    fn subscribe(&self, last: Option<u64>, on_message: OnMessage) -> Subscription;

    /// Ends in `ms` milliseconds.
    fn sleep(&self, ms: u32) -> LocalBoxFuture<'static, ()>;

    /// The time at the other end, in milliseconds since the Unix epoch, where it goes its own way. `None`: as here.
    fn now_ms(&self) -> Option<i64> {
        None
    }
}
