-- Suppression lists of providers that are kept alike with ours. `due` is when one runs next, `asked` that it was asked to.
CREATE TABLE syncs (
    sync INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    part TEXT NOT NULL,
    base_url TEXT NOT NULL,
    private INTEGER NOT NULL,
    options TEXT NOT NULL,
    box BLOB NOT NULL,
    schedule TEXT,
    paused INTEGER NOT NULL DEFAULT 0,
    due REAL,
    asked INTEGER NOT NULL DEFAULT 0,
    failing INTEGER NOT NULL DEFAULT 0,
    missed REAL,
    success REAL,
    failures INTEGER NOT NULL DEFAULT 0,
    moved INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL,
    creator TEXT NOT NULL
) STRICT;

CREATE TABLE sync_runs (
    run INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    sync INTEGER NOT NULL REFERENCES syncs (sync),
    begun REAL NOT NULL,
    ended REAL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    why TEXT,
    counts TEXT NOT NULL
) STRICT;
CREATE INDEX sync_runs_of ON sync_runs (sync, run);

-- What both lists had at the last run, by the hash of the address: who was erased is in no list of ours, and is taken out here too.
CREATE TABLE sync_entries (
    sync INTEGER NOT NULL REFERENCES syncs (sync),
    hash BLOB NOT NULL,
    list TEXT NOT NULL,
    since REAL NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('in', 'out', 'sending', 'left')),
    PRIMARY KEY (sync, hash, list)
) STRICT, WITHOUT ROWID;
CREATE INDEX sync_entries_of ON sync_entries (hash);
