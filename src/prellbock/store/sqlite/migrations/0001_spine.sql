-- The first schema. Every table refers to a recipient by its random number; only `recipients` knows who that is.

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Identity: keyed hash of the canonical address (or of "@domain", with `is_domain` = 1). In hashed mode `address`
-- is NULL. Erasing a person deletes the row here.
CREATE TABLE recipients (
    number INTEGER NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    is_domain INTEGER NOT NULL,
    address TEXT
) STRICT;

-- What is remembered of a recipient (`state`, MessagePack) and what follows from it (`standing`, JSON).
-- `key` is the short form of the hash; `open` tells whether a delivery could change the standing.
CREATE TABLE states (
    number INTEGER NOT NULL PRIMARY KEY,
    key INTEGER NOT NULL,
    open INTEGER NOT NULL,
    status TEXT NOT NULL,
    standing BLOB NOT NULL,
    state BLOB NOT NULL
) STRICT;
CREATE INDEX states_open ON states (key) WHERE open = 1;

-- Everything that withholds mail now, one row a recipient and scope; pauses that have ended may still stand here.
CREATE TABLE withheld (
    number INTEGER NOT NULL,
    scope TEXT NOT NULL,
    status TEXT NOT NULL,
    since REAL NOT NULL,
    until REAL,
    category TEXT,
    rule TEXT,
    source TEXT,
    decision INTEGER NOT NULL,
    PRIMARY KEY (number, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX withheld_decision ON withheld (decision);

-- Every event that is not a delivery. `key` identifies the event, `message` the message it is about.
-- `response` is the raw text (NULL in hashed mode: it may name the address).
CREATE TABLE events (
    row INTEGER NOT NULL PRIMARY KEY,
    key INTEGER NOT NULL UNIQUE,
    number INTEGER,
    time REAL NOT NULL,
    message INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    category TEXT NOT NULL,
    fault TEXT NOT NULL,
    permanent INTEGER,
    decided_by TEXT NOT NULL,
    rule TEXT,
    template INTEGER,
    provider TEXT,
    stream TEXT,
    campaign TEXT,
    status TEXT,
    smtp_code INTEGER,
    feedback_type TEXT,
    response TEXT,
    batch INTEGER NOT NULL
) STRICT;
CREATE INDEX events_recipient ON events (number, time) WHERE number IS NOT NULL;

CREATE TABLE templates (
    key INTEGER NOT NULL PRIMARY KEY,
    text TEXT NOT NULL,
    category TEXT NOT NULL,
    provider TEXT,
    count INTEGER NOT NULL,
    first REAL NOT NULL,
    last REAL NOT NULL,
    sample TEXT
) STRICT;

-- Hourly counts; `hour` is hours since 1970-01-01T00:00Z.
CREATE TABLE rollups (
    hour INTEGER NOT NULL,
    category TEXT NOT NULL,
    fault TEXT NOT NULL,
    provider TEXT NOT NULL,
    stream TEXT NOT NULL,
    rule TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (hour, category, fault, provider, stream, rule, outcome)
) STRICT, WITHOUT ROWID;

-- Batches recorded as done, in the same transaction as their effects.
CREATE TABLE batches (
    batch INTEGER NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    source TEXT NOT NULL,
    recorded REAL NOT NULL,
    counts TEXT NOT NULL
) STRICT;

-- The ledger: every change of a status, append-only. `time` is the newest event of the recipient that was known,
-- `recorded` the clock's time. `evidence` is a JSON list of event keys.
CREATE TABLE ledger (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    number INTEGER NOT NULL,
    scope TEXT NOT NULL,
    time REAL NOT NULL,
    recorded REAL NOT NULL,
    before TEXT NOT NULL,
    status TEXT NOT NULL,
    since REAL,
    until REAL,
    category TEXT,
    rule TEXT,
    source TEXT,
    evidence TEXT NOT NULL,
    policy TEXT NOT NULL,
    ruleset TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_recipient ON ledger (number, seq);
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE (ABORT, 'the ledger is append-only');
END;

-- The memory of deliveries: per UTC day sorted runs of short recipient keys (little-endian int64) and, beside them,
-- milliseconds of the day (uint32) and short keys of the messages (uint32; 0: not known). Day -1 holds the thinned
-- rest: last delivery as milliseconds since 1970 (int64).
CREATE TABLE deliveries (
    day INTEGER NOT NULL,
    run INTEGER NOT NULL,
    size INTEGER NOT NULL,
    keys BLOB NOT NULL,
    times BLOB NOT NULL,
    messages BLOB NOT NULL,
    PRIMARY KEY (day, run)
) STRICT;

-- Which deliveries were counted: per hour of their time sorted runs of event keys (int64), for 48 hours.
CREATE TABLE counted (
    hour INTEGER NOT NULL,
    run INTEGER NOT NULL,
    size INTEGER NOT NULL,
    keys BLOB NOT NULL,
    recorded REAL NOT NULL,
    PRIMARY KEY (hour, run)
) STRICT;

-- Probes under way: whoever asked first after a pause (or for a mail just requested) holds the lease until then.
-- `key` is the short form of the hash of a recipient or domain.
CREATE TABLE leases (
    key INTEGER NOT NULL PRIMARY KEY,
    until REAL NOT NULL,
    holder TEXT NOT NULL
) STRICT;
