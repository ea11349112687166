-- Daily counts beside the hourly ones of `rollups`; `day` is days since 1970-01-01.
CREATE TABLE rollup_days (
    day INTEGER NOT NULL,
    category TEXT NOT NULL,
    fault TEXT NOT NULL,
    provider TEXT NOT NULL,
    stream TEXT NOT NULL,
    rule TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, category, fault, provider, stream, rule, outcome)
) STRICT, WITHOUT ROWID;
INSERT INTO rollup_days
SELECT hour / 24, category, fault, provider, stream, rule, outcome, sum(count) FROM rollups
GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- Messages that failed for good, each counted once for a recipient in a piece of time; `hard`: those of them that a
-- permanent answer by the fault of the recipient or domain is known of. `piece` counts hours (`seconds` 3600) or days
-- (86400) since 1970. Provider and stream: empty for all together, else "=" and the name ("=" alone: not known).
CREATE TABLE failed (
    seconds INTEGER NOT NULL,
    provider TEXT NOT NULL,
    stream TEXT NOT NULL,
    piece INTEGER NOT NULL,
    bounced INTEGER NOT NULL,
    hard INTEGER NOT NULL,
    PRIMARY KEY (seconds, provider, stream, piece)
) STRICT, WITHOUT ROWID;
INSERT INTO failed
SELECT seconds, for_provider, for_stream, piece, count(*), sum(hard)
FROM (
    SELECT seconds, CASE WHEN by_provider THEN '=' || coalesce(provider, '') ELSE '' END AS for_provider,
        CASE WHEN by_stream THEN '=' || coalesce(stream, '') ELSE '' END AS for_stream,
        CAST(time / seconds AS INTEGER) AS piece,
        max(coalesce(permanent, 0) = 1 AND fault IN ('recipient', 'domain')) AS hard
    FROM (SELECT 3600 AS seconds UNION ALL SELECT 86400),
        (SELECT 0 AS by_provider UNION ALL SELECT 1),
        (SELECT 0 AS by_stream UNION ALL SELECT 1),
        events
    WHERE outcome = 'bounced'
    GROUP BY 1, 2, 3, 4, number, message
)
GROUP BY 1, 2, 3, 4;
-- Reports that name no recipient are found by their message.
CREATE INDEX events_of_nobody ON events (message) WHERE number IS NULL AND outcome = 'bounced';

-- Failures and deferrals of campaigns by day; `first` is the time of the earliest.
CREATE TABLE campaign_days (
    day INTEGER NOT NULL,
    campaign TEXT NOT NULL,
    stream TEXT NOT NULL,
    provider TEXT NOT NULL,
    count INTEGER NOT NULL,
    first REAL NOT NULL,
    PRIMARY KEY (day, campaign, stream, provider)
) STRICT, WITHOUT ROWID;
INSERT INTO campaign_days
SELECT CAST(time / 86400 AS INTEGER), campaign, coalesce(stream, ''), coalesce(provider, ''), count(*), min(time)
FROM events WHERE campaign IS NOT NULL AND outcome IN ('bounced', 'deferred')
GROUP BY 1, 2, 3, 4;

-- Everything that responses are searched by, so that a search reads the rows only of what it shows.
DROP INDEX events_bounced;
DROP INDEX events_time;
CREATE INDEX events_searched ON events (
    time, key, outcome, category, fault, permanent, provider, stream, campaign, rule, decided_by, template
);

-- By template in the order of time, with all that a count of templates asks for: the rows are not read, nor sorted.
DROP INDEX events_template;
CREATE INDEX events_template ON events (template, time, outcome, provider, stream) WHERE template IS NOT NULL;

-- What the dashboard counts of the ledger.
CREATE INDEX ledger_suppressed ON ledger (time) WHERE status = 'suppressed' AND before != 'suppressed';
CREATE INDEX ledger_revived ON ledger (time)
    WHERE status IN ('deliverable', 'watched') AND before IN ('paused', 'suppressed');
