"""Where delivery events come from: mails, logs, webhooks, files of events."""
