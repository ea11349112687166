-- The latest failures of a category: how pauses for it usually end is told by them.
CREATE INDEX events_failures ON events (category, time) WHERE outcome = 'bounced' AND number IS NOT NULL;
