"""Prellbock: bounce management for senders of millions of e-mails a day."""

__version__ = "0.1.0"
