-- Where decisions go. The ledger is the outbox: everything of it up to `cursor` is done with or stands in `outgoing`.
-- `generation` grows with every change by people: what a publisher has done for an earlier one moves no cursor.
CREATE TABLE destinations (
    destination INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    wanted TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
    why TEXT,
    cursor INTEGER NOT NULL,
    generation INTEGER NOT NULL DEFAULT 1,
    created REAL NOT NULL,
    creator TEXT NOT NULL,
    failing REAL,
    taken REAL
) STRICT;

CREATE TABLE destination_secrets (
    secret INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    destination INTEGER NOT NULL REFERENCES destinations (destination),
    box BLOB NOT NULL,
    created REAL NOT NULL,
    until REAL
) STRICT;

-- Messages that wait or were given up, and for some days those that were taken.
CREATE TABLE outgoing (
    destination INTEGER NOT NULL REFERENCES destinations (destination),
    seq INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'dead')),
    attempts INTEGER NOT NULL,
    begun REAL NOT NULL,
    last REAL NOT NULL,
    due REAL,
    code INTEGER,
    answer TEXT,
    seconds REAL,
    PRIMARY KEY (destination, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_open ON outgoing (destination, state, seq) WHERE state != 'taken';
CREATE INDEX outgoing_last ON outgoing (last) WHERE state != 'waiting';
