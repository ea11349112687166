-- Mails per ten minutes of event time (`bucket` counts them from 1970): delivered by provider, and failed for good by
-- provider and category. `alive` is how many of the failed were known to be alive, where somebody asked; `surge`
-- whether that is far too many.
CREATE TABLE bucket_delivered (
    provider TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (provider, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE bucket_failed (
    provider TEXT NOT NULL,
    category TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    count INTEGER NOT NULL,
    alive INTEGER,
    surge INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (provider, category, bucket)
) STRICT, WITHOUT ROWID;
CREATE INDEX bucket_failed_many ON bucket_failed (bucket) WHERE count >= 3;
CREATE INDEX bucket_failed_surges ON bucket_failed (provider, category, bucket) WHERE surge = 1;

-- Incidents, as the buckets make them; `end` is NULL while one goes on. `verdict` is that of the buckets, `holds` what
-- holds with what people say.
CREATE TABLE incidents (
    incident INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    category TEXT NOT NULL,
    "begin" INTEGER NOT NULL,
    "end" INTEGER,
    verdict TEXT NOT NULL,
    holds TEXT NOT NULL,
    noticed REAL NOT NULL
) STRICT;

-- What people said about incidents; `undone` is when somebody took it back.
CREATE TABLE judgements (
    judgement INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    category TEXT NOT NULL,
    "begin" INTEGER NOT NULL,
    "end" INTEGER,
    verdict TEXT NOT NULL,
    recorded REAL NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    undone REAL,
    undone_by TEXT,
    undone_reason TEXT
) STRICT;

-- The incident because of which an event does not count.
ALTER TABLE events ADD COLUMN incident INTEGER;
CREATE INDEX events_incident ON events (incident) WHERE incident IS NOT NULL;

-- Recipients whose latest decision is not announced before the bucket of the failure and the next are judged.
CREATE TABLE held (
    number INTEGER NOT NULL PRIMARY KEY,
    bucket INTEGER NOT NULL
) STRICT;
CREATE INDEX held_bucket ON held (bucket);
