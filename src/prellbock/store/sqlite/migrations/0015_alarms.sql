-- Mails of a campaign that have an outcome, per recipient domain; the domain '' is the campaign as a whole.
CREATE TABLE campaign_counts (
    campaign TEXT NOT NULL,
    domain TEXT NOT NULL,
    delivered INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    hard INTEGER NOT NULL,
    last REAL NOT NULL,
    PRIMARY KEY (campaign, domain)
) STRICT, WITHOUT ROWID;

-- Campaigns that should stop, and who has let them go on.
CREATE TABLE stops (
    stop INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    campaign TEXT NOT NULL,
    domain TEXT NOT NULL,
    reason TEXT NOT NULL,
    messages INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    raised REAL NOT NULL,
    lifted REAL,
    lifted_by TEXT,
    lifted_reason TEXT,
    UNIQUE (campaign, domain, reason)
) STRICT;

-- What is or was wrong; `until` is NULL while it is.
CREATE TABLE alarms (
    alarm INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    since REAL NOT NULL,
    until REAL,
    value REAL NOT NULL,
    worst REAL NOT NULL,
    "limit" REAL NOT NULL,
    details TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX alarms_standing ON alarms (kind, subject) WHERE until IS NULL;

-- What is still to be told, and where: written with what it tells, sent afterwards, at least once. `id` is stable.
CREATE TABLE notices (
    notice INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    channel TEXT NOT NULL,
    payload TEXT NOT NULL,
    created REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL,
    delivered REAL,
    given_up REAL,
    error TEXT
) STRICT;
CREATE INDEX notices_due ON notices (due) WHERE delivered IS NULL AND given_up IS NULL;

-- What is the sender's fault, and reports about the sender: few, and looked at often.
CREATE INDEX events_sender ON events (category, time)
    WHERE category IN ('reputation', 'authentication_failed', 'missing_ptr');
CREATE INDEX events_feedback ON events (time) WHERE outcome = 'feedback';
