-- What stands in the manifest of a run (JSON; NULL where it is too long or nothing was written), to be shown without its place.
ALTER TABLE export_runs ADD COLUMN told TEXT;
