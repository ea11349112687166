"""Decisions on their way out: what a message says, who gets it, when it is tried again, and who does the sending."""
