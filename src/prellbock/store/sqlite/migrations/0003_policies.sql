-- Recipients and domains whose standing may differ from what the ledger has told of them: those of a back-fill that is
-- under way, and all of them when another policy comes into force.
CREATE TABLE unannounced (
    number INTEGER NOT NULL PRIMARY KEY
) STRICT;
