-- What people do to recipients (suppress, release, note, undo, redo). `targets` is a JSON list of [key, time]:
-- the messages or marks that an undoing makes void.
CREATE TABLE actions (
    key INTEGER NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL,
    time REAL NOT NULL,
    recorded REAL NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    operation INTEGER,
    targets TEXT NOT NULL
) STRICT;
CREATE INDEX actions_recipient ON actions (number, time);

-- Which action made a decision; NULL where events did.
ALTER TABLE ledger ADD COLUMN action INTEGER;
CREATE INDEX ledger_time ON ledger (time);

-- Which decisions were undone, and by what; `redone` names the operation that took it back.
CREATE TABLE undone (
    seq INTEGER NOT NULL,
    operation INTEGER NOT NULL,
    redone INTEGER,
    PRIMARY KEY (seq, operation)
) STRICT, WITHOUT ROWID;

-- Sender and stream of the message, in 32 bits: joins reports with and without a message id.
ALTER TABLE events ADD COLUMN origin INTEGER;

-- Probes that were granted after a pause; `key` is the short form of the hash of a recipient or domain.
CREATE TABLE probes (
    key INTEGER NOT NULL,
    granted REAL NOT NULL,
    holder TEXT NOT NULL,
    PRIMARY KEY (key, granted)
) STRICT, WITHOUT ROWID;
