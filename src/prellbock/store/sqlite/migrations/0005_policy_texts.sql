-- Every policy that was ever in force, so that the version in a ledger entry can be read.
CREATE TABLE policies (
    version TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL,
    first_used REAL NOT NULL
) STRICT, WITHOUT ROWID;
