//! What is kept: the one log, what can be made from it, and credentials.
//!
//! Invariant 3: events, wishes and idempotent answers are committed in one transaction before any
//! effect is carried out and before anybody is answered. Only [`Store::commit`] extends the log.

mod error;
mod record;
mod sqlite;

use domain::{AccountId, ApiKeyId, MachineId, Timestamp};
use engine::state::FleetRecord;
use engine::{Event, Fleet};
use futures::future::BoxFuture;

use error::Fault;
pub use error::StoreError;
pub use sqlite::SqliteStore;

/// What a store will answer.
pub type Stored<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// The log and what stands beside it.
pub trait Store: Send + Sync + 'static {
    /// Appends all of a batch, or nothing of it. On success it is on the disk.
    ///
    /// # Errors
    /// [`StoreError::Sequence`] if the first event does not follow the last one of the log; otherwise
    /// what the disk said. In both cases the log is as it was.
    fn commit<'a>(&'a self, batch: &'a Batch) -> Stored<'a, ()>;

    /// The fleet as the log has it: the newest readable snapshot and the events after it. `None` for
    /// an empty log.
    fn load(&self) -> Stored<'_, Option<Fleet>>;

    /// The last events, oldest first: at most `events_max`, and together at most `bytes_max` as they are written.
    fn tail(&self, events_max: usize, bytes_max: usize) -> Stored<'_, Vec<Event>>;

    /// Keeps a snapshot, which only saves time: the log alone is enough.
    fn put_snapshot<'a>(&'a self, record: &'a FleetRecord) -> Stored<'a, ()>;

    /// Position in the log of the newest snapshot; 0 if there is none.
    fn snapshot_sequence(&self) -> Stored<'_, u64>;

    /// Wishes that have not been carried out.
    fn wishes(&self) -> Stored<'_, Vec<Wish>>;

    /// The answer that was given under an idempotency key.
    fn answer<'a>(&'a self, principal: &'a str, key: &'a str) -> Stored<'a, Option<Answer>>;

    /// Forgets answers given before `before`, and sessions that ended before it.
    fn forget(&self, before: Timestamp, now: Timestamp) -> Stored<'_, ()>;

    /// Counts this start; documents carry the number, so that agents refuse what an earlier one sent.
    fn next_epoch(&self) -> Stored<'_, u64>;

    /// A word kept under a name.
    fn meta<'a>(&'a self, name: &'a str) -> Stored<'a, Option<String>>;

    /// Keeps a word under a name.
    fn put_meta<'a>(&'a self, name: &'a str, value: &'a str) -> Stored<'a, ()>;

    /// All keys.
    fn api_keys(&self) -> Stored<'_, Vec<ApiKey>>;

    /// Keeps a key.
    fn put_api_key<'a>(&'a self, key: &'a ApiKey) -> Stored<'a, ()>;

    /// All sessions that have not ended by `now`.
    fn sessions(&self, now: Timestamp) -> Stored<'_, Vec<Session>>;

    /// Keeps a session.
    fn put_session<'a>(&'a self, session: &'a Session) -> Stored<'a, ()>;

    /// Ends a session.
    fn delete_session<'a>(&'a self, digest: &'a str) -> Stored<'a, ()>;

    /// Ends the connection after what was written has reached its place.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// What one transaction adds.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// The next events of the log.
    pub events: Vec<Event>,
    /// Wishes that come from them.
    pub wishes: Vec<Wish>,
    /// Wishes that have been carried out, up to their sequence.
    pub done: Vec<Done>,
    /// Answers to writes that carried an idempotency key.
    pub answers: Vec<Answer>,
    /// Words kept under names, for a store that is being filled.
    pub meta: Vec<(&'static str, String)>,
    /// A snapshot, for a store that is being filled.
    pub snapshot: Option<FleetRecord>,
}

impl Batch {
    /// Whether there is nothing that has to be written now. What is done can wait: repeating it does no harm.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.events.is_empty()
            && self.wishes.is_empty()
            && self.answers.is_empty()
            && self.meta.is_empty()
            && self.snapshot.is_none()
    }
}

/// "This machine has something new": due until its agent says that it has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// For which machine.
    pub machine_id: MachineId,
    /// Position in the log it comes from. A later wish for the machine takes the place of an earlier one.
    pub sequence: u64,
    /// Times it was tried.
    pub attempt: u32,
    /// When to try next.
    pub next_run_at: Timestamp,
}

/// A wish that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// For which machine.
    pub machine_id: MachineId,
    /// A wish that is newer stays.
    pub sequence: u64,
}

/// What was answered to a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who wrote.
    pub principal: String,
    /// The idempotency key.
    pub key: String,
    /// BLAKE3 of the request.
    pub digest: String,
    /// The status.
    pub status: u16,
    /// The content type.
    pub content_type: String,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// When, by the machine's clock.
    pub created_at: Timestamp,
}

/// A key for scripts. Its secret is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The key's ID.
    pub id: ApiKeyId,
    /// The visible beginning.
    pub prefix: String,
    /// BLAKE3 of the whole, in hex.
    pub digest: String,
    /// What its owner calls it.
    pub name: String,
    /// For whom it acts.
    pub account_id: AccountId,
    /// What it may do, words with blanks between.
    pub scopes: String,
    /// Whether it acts as the operator.
    pub operator: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
}

/// Somebody signed in with a browser. The cookie's secret is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The visible beginning.
    pub prefix: String,
    /// BLAKE3 of the whole, in hex.
    pub digest: String,
    /// Who.
    pub account_id: AccountId,
    /// What it may do, words with blanks between.
    pub scopes: String,
    /// Whether it acts as the operator.
    pub operator: bool,
    /// Until when, by the machine's clock.
    pub expires_at: Timestamp,
}
