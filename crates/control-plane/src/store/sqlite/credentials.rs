//! Keys and sessions: digests only.

use domain::Timestamp;

use super::{SqliteStore, record};
use crate::store::{ApiKey, Fault, Session};

const KEYS: &str = "SELECT id, prefix, digest, name, account_id, scopes, operator, created_at, expires_at \
    FROM api_keys ORDER BY id";
const PUT_KEY: &str = "INSERT INTO api_keys \
    (id, prefix, digest, name, account_id, scopes, operator, created_at, expires_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const SESSIONS: &str = "SELECT prefix, digest, account_id, scopes, operator, expires_at FROM sessions \
    WHERE expires_at >= $1";
const PUT_SESSION: &str = "INSERT INTO sessions (prefix, digest, account_id, scopes, operator, expires_at) \
    VALUES ($1, $2, $3, $4, $5, $6)";
const END_SESSION: &str = "DELETE FROM sessions WHERE digest = $1";

impl SqliteStore {
    pub(super) async fn all_keys(&self) -> Result<Vec<ApiKey>, Fault> {
        let rows = sqlx::query(KEYS).fetch_all(&self.readers).await?;
        rows.iter().map(record::api_key).collect()
    }

    pub(super) async fn keep_key(&self, key: &ApiKey) -> Result<(), Fault> {
        sqlx::query(PUT_KEY)
            .bind(key.id.to_string())
            .bind(&key.prefix)
            .bind(&key.digest)
            .bind(&key.name)
            .bind(key.account_id.to_string())
            .bind(&key.scopes)
            .bind(key.operator)
            .bind(key.created_at.millis())
            .bind(key.expires_at.map(Timestamp::millis))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    pub(super) async fn open_sessions(&self, now: Timestamp) -> Result<Vec<Session>, Fault> {
        let rows = sqlx::query(SESSIONS)
            .bind(now.millis())
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(record::session).collect()
    }

    pub(super) async fn keep_session(&self, session: &Session) -> Result<(), Fault> {
        sqlx::query(PUT_SESSION)
            .bind(&session.prefix)
            .bind(&session.digest)
            .bind(session.account_id.to_string())
            .bind(&session.scopes)
            .bind(session.operator)
            .bind(session.expires_at.millis())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    pub(super) async fn end_session(&self, digest: &str) -> Result<(), Fault> {
        sqlx::query(END_SESSION)
            .bind(digest)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
