"""``/v1/reports``: a month's report, its links and its mails."""
