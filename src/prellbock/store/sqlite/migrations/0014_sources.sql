-- Providers that may send webhooks; secrets are sealed with a key that follows from the file `secret`.
CREATE TABLE sources (
    name TEXT NOT NULL PRIMARY KEY,
    provider TEXT NOT NULL,
    options TEXT NOT NULL,
    created REAL NOT NULL,
    creator TEXT NOT NULL,
    awaits REAL
) STRICT, WITHOUT ROWID;

CREATE TABLE source_secrets (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    box BLOB NOT NULL,
    created REAL NOT NULL,
    until REAL
) STRICT;
CREATE INDEX source_secrets_source ON source_secrets (source);

-- What a source has sent about an event (`key`), as it came; nothing in hashed mode.
CREATE TABLE raws (
    key INTEGER NOT NULL PRIMARY KEY,
    number INTEGER,
    time REAL NOT NULL,
    source TEXT NOT NULL,
    raw TEXT NOT NULL,
    recorded REAL NOT NULL
) STRICT;
CREATE INDEX raws_number ON raws (number) WHERE number IS NOT NULL;
CREATE INDEX raws_recorded ON raws (source, recorded);
CREATE INDEX batches_source ON batches (source, recorded);

-- Where followers of files have read to, and what they know of messages in the queue (sealed).
CREATE TABLE followed (
    follower TEXT NOT NULL PRIMARY KEY,
    position TEXT NOT NULL,
    recorded REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE queued (
    follower TEXT NOT NULL,
    id TEXT NOT NULL,
    box BLOB NOT NULL,
    recorded REAL NOT NULL,
    PRIMARY KEY (follower, id)
) STRICT, WITHOUT ROWID;
