-- What the dashboard counts by message, and how responses are searched: by time, and by template.
CREATE INDEX events_bounced ON events (time, provider, stream, fault, permanent, message) WHERE outcome = 'bounced';
CREATE INDEX events_time ON events (time, key);
CREATE INDEX events_template ON events (template, time) WHERE template IS NOT NULL;
