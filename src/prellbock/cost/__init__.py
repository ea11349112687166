"""What does it cost to run Prellbock as cloud functions?

A real mix of events goes through the real handlers, everything that AWS would charge for is counted, and a dated price
table makes euros of it.

`mix` makes the events, `measure` runs them, `meter` counts, `stack` reads what is there anyway from the template,
`prices` knows what a unit costs, `bill` adds up, `latency` and `scaling` say how soon and how far.
"""
