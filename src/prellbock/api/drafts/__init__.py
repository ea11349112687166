"""Drafts of rules and policies, and the versions that come of them, over HTTP."""
