"""Handing input over: a command that finds a server on its data folder lets the server's worker judge and record.

So there is one writer, whose memory stays warm, and no command waits for SQLite's lock. The way is a Unix socket in
the folder that only its owner can use. Where no server answers, or it goes away in the middle, the command writes by
itself.
"""
