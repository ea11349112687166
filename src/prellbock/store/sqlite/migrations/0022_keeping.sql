-- For so many days after a decision it is still sent (NULL: always), and how many decisions were left out as older.
ALTER TABLE destinations ADD COLUMN keep_days REAL;
ALTER TABLE destinations ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
