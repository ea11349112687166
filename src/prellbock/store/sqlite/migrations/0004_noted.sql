-- Whom anything is remembered of, in the order in which they came: so that a long list of addresses is answered from
-- memory, and that memory is kept up to date by reading what is new. `key` is the short form of the hash.
CREATE TABLE noted (
    row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key INTEGER NOT NULL UNIQUE
) STRICT;
INSERT INTO noted (key) SELECT DISTINCT key FROM states;
CREATE TRIGGER states_are_noted AFTER INSERT ON states
WHEN NOT EXISTS (SELECT 1 FROM noted WHERE key = NEW.key)
BEGIN
    INSERT INTO noted (key) VALUES (NEW.key);
END;
CREATE TRIGGER erased_states_are_not_noted AFTER DELETE ON states
BEGIN
    DELETE FROM noted WHERE key = OLD.key;
END;
