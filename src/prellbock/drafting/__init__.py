"""Changing what decides: drafts of rules and policies, tried on what is stored, reviewed and published.

What the command line and the server do alike. Whoever writes changes a draft; what is in force changes only when a
draft is published or an earlier version is brought back.
"""
