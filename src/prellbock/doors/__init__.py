"""Doors that we open ourselves: mailboxes that are emptied, a listener for an MTA, queues, buckets.

A door is a module of its own with one function, and a line in `order`. What comes in is handed to a `Keeper`, which
returns once it is stored for good; only then a door deletes, moves or acknowledges anything. So whatever breaks in
between, it comes again; and what comes again changes nothing.
"""
