-- 'RDST': tells our file from any other SQLite file.
PRAGMA application_id = 1380209492;
PRAGMA user_version = 1;

-- The one log. Everything else in this file can be made again from it, except credentials.
CREATE TABLE events (
    sequence   INTEGER PRIMARY KEY NOT NULL,
    at         INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    fact       TEXT NOT NULL,
    account_id TEXT,
    body       TEXT NOT NULL
) STRICT;

CREATE TABLE snapshots (
    sequence INTEGER PRIMARY KEY NOT NULL,
    body     TEXT NOT NULL
) STRICT;

CREATE TABLE outbox (
    key         TEXT PRIMARY KEY NOT NULL,
    sequence    INTEGER NOT NULL,
    attempt     INTEGER NOT NULL,
    next_run_at INTEGER NOT NULL
) STRICT;

CREATE TABLE answers (
    principal    TEXT NOT NULL,
    key          TEXT NOT NULL,
    digest       TEXT NOT NULL,
    status       INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    headers      TEXT NOT NULL,
    body         BLOB NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (principal, key)
) STRICT;
CREATE INDEX answers_by_age ON answers (created_at);

CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY NOT NULL,
    prefix     TEXT NOT NULL,
    digest     TEXT NOT NULL,
    name       TEXT NOT NULL,
    account_id TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    operator   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;

CREATE TABLE sessions (
    prefix     TEXT NOT NULL,
    digest     TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    operator   INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;
