//! Who asks: a key in the header, or a browser's session cookie.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use api::serve::{Principal, Scopes};
use api::{Problem, ProblemCode};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, header};
use axum_extra::extract::cookie::CookieJar;
use domain::{AccountId, Timestamp, limits};

use super::problem;
use crate::clock::Clock;
use crate::secret::{self, NoRandomness};
use crate::store::{ApiKey, Session, Store, StoreError};

/// The session's cookie.
pub(super) const COOKIE: &str = "roadstead_session";
/// A page of another site cannot make a browser send this header.
const CSRF: HeaderName = HeaderName::from_static("x-roadstead-csrf");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Keys, sessions and sign-in links. The store has the same, but for the links.
pub struct Auth {
    store: Arc<dyn Store>,
    /// By visible beginning.
    keys: RwLock<HashMap<String, Vec<ApiKey>>>,
    /// By visible beginning.
    sessions: RwLock<HashMap<String, Vec<Session>>>,
    links: Mutex<VecDeque<Link>>,
}

/// Good once, for a short time.
struct Link {
    digest: String,
    account_id: AccountId,
    operator: bool,
    expires_at: Timestamp,
}

/// A link that somebody is signing in with. It is put back unless they are signed in, also when the browser
/// hangs up before: whoever could not be signed in has no other.
struct TakenLink<'a> {
    auth: &'a Auth,
    /// None once it is spent.
    link: Option<Link>,
}

impl Drop for TakenLink<'_> {
    fn drop(&mut self) {
        if let Some(link) = self.link.take() {
            self.auth.keep_link(link);
        }
    }
}

/// An authenticated caller.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) principal: Principal,
    /// Names the key, or the account behind a session: quotas and idempotency are per principal.
    pub(super) name: String,
    /// A browser's session; none for a key.
    pub(super) session: Option<Session>,
    /// When the key or session ends, if ever.
    pub(super) expires_at: Option<Timestamp>,
}

impl Auth {
    /// With what the store holds.
    ///
    /// # Errors
    /// The store's.
    pub async fn open(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let (mut keys, mut sessions) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for key in store.api_keys().await? {
            keys.entry(key.prefix.clone()).or_default().push(key);
        }
        for session in store.sessions(Clock::wall()).await? {
            sessions.entry(session.prefix.clone()).or_default().push(session);
        }
        Ok(Self {
            store,
            keys: RwLock::new(keys),
            sessions: RwLock::new(sessions),
            links: Mutex::default(),
        })
    }

    /// Adds a key.
    ///
    /// # Errors
    /// The store's.
    pub async fn add_key(&self, key: ApiKey) -> Result<(), StoreError> {
        self.store.put_api_key(&key).await?;
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.entry(key.prefix.clone()).or_default().push(key);
        Ok(())
    }

    /// The one-use token of a sign-in link.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn new_link(&self, account_id: AccountId, operator: bool) -> Result<String, NoRandomness> {
        let token = secret::new_secret()?;
        let expires_at = Clock::wall().plus_minutes(limits::SIGN_IN_MINUTES);
        let link = Link {
            digest: secret::digest(&token),
            account_id,
            operator,
            expires_at,
        };
        self.keep_link(link);
        Ok(token)
    }

    /// Keeps a link in the order of their ends; of too many the oldest goes.
    fn keep_link(&self, link: Link) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let place = links.partition_point(|it| it.expires_at <= link.expires_at);
        links.insert(place, link);
        if links.len() > limits::SIGN_IN_TOKENS_MAX {
            links.pop_front();
        }
    }

    /// Who asks, by the headers of the request.
    pub(super) fn authenticate(&self, parts: &Parts) -> Result<Caller, Problem> {
        let now = Clock::wall();
        if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
            let words = value.to_str().ok().and_then(|it| it.split_once(' '));
            let secret = words
                .filter(|it| it.0.eq_ignore_ascii_case("bearer"))
                .map(|it| it.1.trim());
            return self.key(secret.ok_or_else(unknown_key)?, now).map(|it| Caller {
                principal: principal(it.account_id, it.operator, &it.scopes),
                name: it.id.to_string(),
                session: None,
                expires_at: it.expires_at,
            });
        }
        let session = self.session(&parts.headers).ok_or_else(|| {
            Problem::new(
                ProblemCode::KeyMissing,
                "The request carries no key and no session.",
            )
            .next("Send `Authorization: Bearer` with an API key, or sign in.")
        })?;
        if session.expires_at <= now {
            return Err(
                Problem::new(ProblemCode::KeyExpired, "The session has ended.").next("Sign in again.")
            );
        }
        if !is_read(&parts.method) {
            check_csrf(&parts.headers)?;
        }
        Ok(Caller {
            principal: principal(session.account_id, session.operator, &session.scopes),
            name: session.account_id.to_string(),
            expires_at: Some(session.expires_at),
            session: Some(session),
        })
    }

    /// The key with this secret, if it has not ended.
    pub(super) fn key(&self, secret: &str, now: Timestamp) -> Result<ApiKey, Problem> {
        let prefix = secret::visible(secret).ok_or_else(unknown_key)?;
        let digest = secret::digest(secret);
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let found = keys
            .get(prefix)
            .into_iter()
            .flatten()
            .find(|it| secret::same(&it.digest, &digest));
        let key = found.cloned().ok_or_else(unknown_key)?;
        match key.expires_at {
            Some(at) if at <= now => Err(Problem::new(
                ProblemCode::KeyExpired,
                format!("The key {prefix}… ended at {at}."),
            )
            .next("Use another key.")),
            _ => Ok(key),
        }
    }

    /// The session of a cookie, ended or not.
    pub(super) fn session(&self, headers: &HeaderMap) -> Option<Session> {
        let jar = CookieJar::from_headers(headers);
        let secret = jar.get(COOKIE)?.value();
        let digest = secret::digest(secret);
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        let of_prefix = sessions.get(secret::visible(secret)?)?;
        of_prefix
            .iter()
            .find(|it| secret::same(&it.digest, &digest))
            .cloned()
    }

    /// Whether the caller may still be told something: the key has not ended, nobody has signed out.
    pub(super) fn is_valid(&self, caller: &Caller) -> bool {
        if caller.expires_at.is_some_and(|it| it <= Clock::wall()) {
            return false;
        }
        let Some(session) = &caller.session else {
            return true;
        };
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        let of_prefix = sessions.get(&session.prefix).into_iter().flatten();
        of_prefix.into_iter().any(|it| it.digest == session.digest)
    }

    /// Spends the token of a sign-in link; returns the cookie's value. If there is none to return, the link is
    /// as good as before.
    pub(super) async fn sign_in_by_link(&self, token: &str) -> Result<String, Problem> {
        let digest = secret::digest(token);
        let now = Clock::wall();
        let link = {
            let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
            links.retain(|it| it.expires_at > now);
            let index = links.iter().position(|it| secret::same(&it.digest, &digest));
            index.and_then(|it| links.remove(it))
        };
        let link = link.ok_or_else(|| {
            Problem::new(
                ProblemCode::KeyInvalid,
                "The sign-in link was used already, or is too old.",
            )
            .next("Start the server again for a new link, or sign in with an API key.")
        })?;
        let (account_id, operator) = (link.account_id, link.operator);
        let mut taken = TakenLink {
            auth: self,
            link: Some(link),
        };
        let scopes = Scopes::ALL.words().join(" ");
        let secret = self.new_session(account_id, operator, scopes, None).await?;
        taken.link = None;
        Ok(secret)
    }

    /// Signs in with a key; the session can do what the key can, and ends with it.
    pub(super) async fn sign_in_by_key(&self, key: ApiKey) -> Result<String, Problem> {
        self.new_session(key.account_id, key.operator, key.scopes, key.expires_at)
            .await
    }

    async fn new_session(
        &self,
        account_id: AccountId,
        operator: bool,
        scopes: String,
        ends: Option<Timestamp>,
    ) -> Result<String, Problem> {
        let secret = secret::new_secret().map_err(|error| {
            tracing::error!(%error, "nobody can sign in");
            problem::internal()
        })?;
        let prefix = secret::visible(&secret).unwrap_or_default().to_owned();
        let longest = Clock::wall().plus_hours(24 * limits::SESSION_DAYS);
        let expires_at = ends.map_or(longest, |it| it.min(longest));
        let session = Session {
            prefix,
            digest: secret::digest(&secret),
            account_id,
            scopes,
            operator,
            expires_at,
        };
        self.store
            .put_session(&session)
            .await
            .map_err(|it| problem::store(&it))?;
        for digest in self.keep(session) {
            self.store
                .delete_session(&digest)
                .await
                .map_err(|it| problem::store(&it))?;
        }
        Ok(secret)
    }

    /// Keeps a session in memory; the digests of those that had to go.
    ///
    /// An account that has too many loses its own oldest: whoever signs in again and again signs out nobody else.
    fn keep(&self, session: Session) -> Vec<String> {
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        let now = Clock::wall();
        sessions.retain(|_, of_prefix| {
            of_prefix.retain(|it| it.expires_at > now);
            !of_prefix.is_empty()
        });
        let all = || sessions.values().flatten();
        let of_account = || all().filter(|it| it.account_id == session.account_id);
        let oldest = if of_account().count() >= limits::SESSIONS_PER_ACCOUNT_MAX {
            of_account().min_by_key(|it| it.expires_at)
        } else if all().count() >= limits::SESSIONS_MAX {
            all().min_by_key(|it| it.expires_at)
        } else {
            None
        };
        let surplus = oldest.cloned();
        if let Some(gone) = &surplus {
            remove(&mut sessions, gone);
        }
        sessions.entry(session.prefix.clone()).or_default().push(session);
        surplus.into_iter().map(|it| it.digest).collect()
    }

    /// Ends a session.
    pub(super) async fn sign_out(&self, session: &Session) -> Result<(), Problem> {
        self.store
            .delete_session(&session.digest)
            .await
            .map_err(|it| problem::store(&it))?;
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        remove(&mut sessions, session);
        Ok(())
    }
}

fn remove(sessions: &mut HashMap<String, Vec<Session>>, session: &Session) {
    if let Some(of_prefix) = sessions.get_mut(&session.prefix) {
        of_prefix.retain(|it| it.digest != session.digest);
        if of_prefix.is_empty() {
            sessions.remove(&session.prefix);
        }
    }
}

/// Whether a request of a browser was made by a page of ours.
pub(super) fn check_csrf(headers: &HeaderMap) -> Result<(), Problem> {
    let is_foreign = headers
        .get(FETCH_SITE)
        .is_some_and(|it| it == "cross-site" || it == "same-site");
    if headers.contains_key(CSRF) && !is_foreign {
        return Ok(());
    }
    Err(Problem::new(
        ProblemCode::CsrfMissing,
        "A write with a session cookie needs the header `X-Roadstead-Csrf`.",
    )
    .next("Send `X-Roadstead-Csrf: 1` from a page of this server, or use an API key."))
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn principal(account_id: AccountId, operator: bool, scopes: &str) -> Principal {
    Principal {
        account_id,
        operator,
        scopes: Scopes::from_words(scopes.split(' ')),
    }
}

fn unknown_key() -> Problem {
    Problem::new(ProblemCode::KeyInvalid, "The key is not known here.")
        .next("Check the key, and the address it is sent to.")
}
