-- Who a user is at the provider of OpenID Connect. The subject is what a provider never gives to another person.
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user TEXT NOT NULL UNIQUE,
    created REAL NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

-- What was answered to calls that may be sent again, because whoever sent them does not know whether they arrived.
CREATE TABLE answered (
    call BLOB NOT NULL PRIMARY KEY,
    answer BLOB NOT NULL,
    time REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answered_time ON answered (time);
