-- What was ever published of rules and policies. `content` is JSON (rules: base and changes) or TOML (a policy);
-- `authors` a JSON list of names; `restores` the number of an earlier version that this one brings back.
CREATE TABLE versions (
    subject TEXT NOT NULL,
    number INTEGER NOT NULL,
    version TEXT NOT NULL,
    content TEXT NOT NULL,
    title TEXT NOT NULL,
    authors TEXT NOT NULL,
    reviewer TEXT,
    publisher TEXT NOT NULL,
    published REAL NOT NULL,
    restores INTEGER,
    PRIMARY KEY (subject, number)
) STRICT, WITHOUT ROWID;

-- What is being written: `parent` is the version from which it began, `content` as above (rules: changes to the parent).
CREATE TABLE drafts (
    id TEXT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    parent INTEGER NOT NULL,
    content TEXT NOT NULL,
    revision INTEGER NOT NULL,
    authors TEXT NOT NULL,
    created REAL NOT NULL,
    changed REAL NOT NULL,
    state TEXT NOT NULL,
    reviewer TEXT,
    remark TEXT
) STRICT, WITHOUT ROWID;

-- The shipped rules on which versions rest: MessagePack, packed with zlib. An upgrade brings others and leaves these.
CREATE TABLE rule_bases (
    version TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What people want to do with a template: `keep` it as it is, `ignore` it. Without a row it is to be qualified.
CREATE TABLE template_work (
    key INTEGER NOT NULL PRIMARY KEY,
    work TEXT NOT NULL,
    actor TEXT NOT NULL,
    time REAL NOT NULL,
    note TEXT NOT NULL
) STRICT;

-- A policy that was put into force before versions were kept.
INSERT INTO versions
SELECT 'policy', 1, policies.version, value, 'in force before', '[]', NULL, '', first_used, NULL
FROM settings JOIN policies ON content = value WHERE name = 'policy';
INSERT INTO settings SELECT 'policy_in_force', '1' FROM versions;
