-- Templates in their context and what was made of them, with the number of events so judged: a change of rules is
-- tried on these. `ruleset` is the version of the rules that have judged so last; empty: before this was kept, when
-- stage and reporter were not remembered.
CREATE TABLE verdicts (
    key INTEGER NOT NULL PRIMARY KEY,
    template INTEGER NOT NULL,
    provider TEXT,
    smtp_code INTEGER,
    status TEXT,
    stage TEXT,
    reporter TEXT,
    category TEXT NOT NULL,
    permanent INTEGER,
    decided_by TEXT NOT NULL,
    rule TEXT,
    ruleset TEXT NOT NULL,
    count INTEGER NOT NULL
) STRICT;
CREATE INDEX verdicts_template ON verdicts (template);

ALTER TABLE events ADD COLUMN verdict INTEGER;
CREATE INDEX events_verdict ON events (verdict, time, number) WHERE verdict IS NOT NULL;

INSERT INTO verdicts
SELECT row_number() OVER (), template, provider, smtp_code, status, NULL, NULL, category, permanent, decided_by, rule,
    '', count(*)
FROM events WHERE template IS NOT NULL AND (rule IS NULL OR rule NOT LIKE 'outcome:%')
GROUP BY template, provider, smtp_code, status, category, permanent, decided_by, rule;
UPDATE events SET verdict = verdicts.key FROM verdicts
WHERE events.template = verdicts.template AND events.provider IS verdicts.provider
    AND events.smtp_code IS verdicts.smtp_code AND events.status IS verdicts.status
    AND events.category = verdicts.category AND events.permanent IS verdicts.permanent
    AND events.decided_by = verdicts.decided_by AND events.rule IS verdicts.rule
    AND (events.rule IS NULL OR events.rule NOT LIKE 'outcome:%');

-- What is being judged anew: events of the verdict `old` become events of the verdict `new`.
CREATE TABLE rejudging (
    old INTEGER NOT NULL PRIMARY KEY,
    new INTEGER NOT NULL
) STRICT;
