-- The roll-ups without provider and rule: many times fewer rows, for figures over time. `seconds` is 3600 (as `rollups`)
-- or 86400 (as `rollup_days`); `piece` counts hours or days since 1970-01-01. Kept by the triggers below.
CREATE TABLE rollup_kinds (
    seconds INTEGER NOT NULL,
    piece INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    category TEXT NOT NULL,
    fault TEXT NOT NULL,
    stream TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (seconds, piece, outcome, category, fault, stream)
) STRICT, WITHOUT ROWID;
INSERT INTO rollup_kinds
SELECT 3600, hour, outcome, category, fault, stream, sum(count) FROM rollups GROUP BY 2, 3, 4, 5, 6;
INSERT INTO rollup_kinds
SELECT 86400, day, outcome, category, fault, stream, sum(count) FROM rollup_days GROUP BY 2, 3, 4, 5, 6;

-- Whatever is written to `rollups`. No statement here may lean on a conflict: who fires a trigger overrules it.
CREATE TRIGGER rollups_inserted AFTER INSERT ON rollups
BEGIN
    INSERT INTO rollup_kinds
    SELECT 3600, NEW.hour, NEW.outcome, NEW.category, NEW.fault, NEW.stream, 0
    WHERE NOT EXISTS (SELECT 1 FROM rollup_kinds WHERE seconds = 3600 AND piece = NEW.hour AND outcome = NEW.outcome AND category = NEW.category
        AND fault = NEW.fault AND stream = NEW.stream);
    UPDATE rollup_kinds SET count = count + NEW.count WHERE seconds = 3600 AND piece = NEW.hour AND outcome = NEW.outcome AND category = NEW.category
        AND fault = NEW.fault AND stream = NEW.stream;
END;
CREATE TRIGGER rollups_updated AFTER UPDATE ON rollups
BEGIN
    UPDATE rollup_kinds SET count = count + NEW.count - OLD.count WHERE seconds = 3600 AND piece = NEW.hour AND outcome = NEW.outcome AND category = NEW.category
        AND fault = NEW.fault AND stream = NEW.stream;
END;
CREATE TRIGGER rollups_deleted AFTER DELETE ON rollups
BEGIN
    UPDATE rollup_kinds SET count = count - OLD.count WHERE seconds = 3600 AND piece = OLD.hour AND outcome = OLD.outcome AND category = OLD.category
        AND fault = OLD.fault AND stream = OLD.stream;
END;

-- Whatever is written to `rollup_days`. No statement here may lean on a conflict: who fires a trigger overrules it.
CREATE TRIGGER rollup_days_inserted AFTER INSERT ON rollup_days
BEGIN
    INSERT INTO rollup_kinds
    SELECT 86400, NEW.day, NEW.outcome, NEW.category, NEW.fault, NEW.stream, 0
    WHERE NOT EXISTS (SELECT 1 FROM rollup_kinds WHERE seconds = 86400 AND piece = NEW.day AND outcome = NEW.outcome AND category = NEW.category
        AND fault = NEW.fault AND stream = NEW.stream);
    UPDATE rollup_kinds SET count = count + NEW.count WHERE seconds = 86400 AND piece = NEW.day AND outcome = NEW.outcome AND category = NEW.category
        AND fault = NEW.fault AND stream = NEW.stream;
END;
CREATE TRIGGER rollup_days_updated AFTER UPDATE ON rollup_days
BEGIN
    UPDATE rollup_kinds SET count = count + NEW.count - OLD.count WHERE seconds = 86400 AND piece = NEW.day AND outcome = NEW.outcome AND category = NEW.category
        AND fault = NEW.fault AND stream = NEW.stream;
END;
CREATE TRIGGER rollup_days_deleted AFTER DELETE ON rollup_days
BEGIN
    UPDATE rollup_kinds SET count = count - OLD.count WHERE seconds = 86400 AND piece = OLD.day AND outcome = OLD.outcome AND category = OLD.category
        AND fault = OLD.fault AND stream = OLD.stream;
END;
