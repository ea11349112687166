"""Looks for what is wrong, remembers it as alarms and tells people and systems. The shell around `guard`."""
