-- What is written out as files. `cursor`: everything up to it stands in files that are complete; `plan` (JSON) is what an
-- unfinished run writes, so that the next one makes the same files. `due` is when it runs next, `asked` that it was asked to.
CREATE TABLE exports (
    export INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    what TEXT NOT NULL,
    format TEXT NOT NULL,
    mode TEXT NOT NULL,
    options TEXT NOT NULL,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    box BLOB,
    schedule TEXT,
    paused INTEGER NOT NULL DEFAULT 0,
    due REAL,
    asked INTEGER NOT NULL DEFAULT 0,
    cursor INTEGER NOT NULL DEFAULT 0,
    plan TEXT,
    failing INTEGER NOT NULL DEFAULT 0,
    missed REAL,
    success REAL,
    failures INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL,
    creator TEXT NOT NULL
) STRICT;

CREATE TABLE export_runs (
    run INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    export INTEGER NOT NULL REFERENCES exports (export),
    begun REAL NOT NULL,
    ended REAL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    why TEXT,
    files INTEGER NOT NULL DEFAULT 0,
    rows INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    after INTEGER NOT NULL,
    until INTEGER NOT NULL,
    manifest TEXT
) STRICT;
CREATE INDEX export_runs_of ON export_runs (export, run);
