-- What came in by a door and cannot be used; `content` is as it came, nothing in hashed mode.
CREATE TABLE apart (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    door TEXT NOT NULL,
    place TEXT NOT NULL,
    why TEXT NOT NULL,
    digest BLOB NOT NULL,
    content BLOB,
    recorded REAL NOT NULL,
    UNIQUE (door, digest)
) STRICT;
