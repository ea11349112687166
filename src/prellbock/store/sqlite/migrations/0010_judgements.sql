-- Templates in their context and what was made of them, with the number of events so judged: a change of rules is
-- tried on these. `ruleset` is the version of the rules that have judged so last; empty: before this was kept, when
-- stage and reporter were not remembered.
CREATE TABLE judgements (
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
CREATE INDEX judgements_template ON judgements (template);

ALTER TABLE events ADD COLUMN judgement INTEGER;
CREATE INDEX events_judgement ON events (judgement, time, number) WHERE judgement IS NOT NULL;

INSERT INTO judgements
SELECT row_number() OVER (), template, provider, smtp_code, status, NULL, NULL, category, permanent, decided_by, rule,
    '', count(*)
FROM events WHERE template IS NOT NULL AND (rule IS NULL OR rule NOT LIKE 'outcome:%')
GROUP BY template, provider, smtp_code, status, category, permanent, decided_by, rule;
UPDATE events SET judgement = judgements.key FROM judgements
WHERE events.template = judgements.template AND events.provider IS judgements.provider
    AND events.smtp_code IS judgements.smtp_code AND events.status IS judgements.status
    AND events.category = judgements.category AND events.permanent IS judgements.permanent
    AND events.decided_by = judgements.decided_by AND events.rule IS judgements.rule
    AND (events.rule IS NULL OR events.rule NOT LIKE 'outcome:%');

-- What is being judged anew: events of the judgement `old` become events of the judgement `new`.
CREATE TABLE rejudging (
    old INTEGER NOT NULL PRIMARY KEY,
    new INTEGER NOT NULL
) STRICT;
