"""Is a provider, a domain, a campaign or the sender itself in trouble? What is counted, and what follows from it.

Everything here is a pure function of counts by event time; the store keeps the counts, the shells the clock.
"""
