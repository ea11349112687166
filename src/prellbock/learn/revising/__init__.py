"""Which rules should be other rules? Merged, generalised, put before others, retired, or corrected by what happened.

A module a kind of change makes *ideas*; `weighed` tries each on the stored history and on labelled texts, and only what
does no harm there becomes a proposal, with the verdicts before and after.
"""
