-- Answers to requests that may come twice (header Idempotency-Key): `name` is a keyed hash of who asked and their key,
-- `fingerprint` one of the request; `answer` is sealed with the installation's secret and the key of who asked.
CREATE TABLE repeats (
    name BLOB NOT NULL PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    answer BLOB NOT NULL,
    time REAL NOT NULL
) STRICT;
CREATE INDEX repeats_time ON repeats (time);
