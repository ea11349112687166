-- Links to one report each, without an account: only the hash of a link's secret is known. `stream` '' is all together.
CREATE TABLE report_links (
    link INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL UNIQUE,
    month TEXT NOT NULL,
    stream TEXT NOT NULL,
    language TEXT NOT NULL,
    created REAL NOT NULL,
    creator TEXT NOT NULL,
    expires REAL NOT NULL,
    revoked REAL
) STRICT;

-- Who gets the report of a stream by mail, on which day of the month after.
CREATE TABLE report_mails (
    mail INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL UNIQUE,
    recipients TEXT NOT NULL,
    day INTEGER NOT NULL,
    language TEXT NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    changed REAL NOT NULL,
    creator TEXT NOT NULL
) STRICT;

-- What became of each month's mail. Whoever sends one moves `due` first, so that nobody else does at the same time.
CREATE TABLE report_sendings (
    mail INTEGER NOT NULL REFERENCES report_mails (mail),
    month TEXT NOT NULL,
    due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    sent REAL,
    error TEXT,
    PRIMARY KEY (mail, month)
) STRICT, WITHOUT ROWID;
