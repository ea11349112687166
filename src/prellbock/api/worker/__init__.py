"""How do look-ups keep their latency while millions of events come in? Bodies are judged in a process of their own.

The server hands the process one end of a socket pair for each body, over a control socket. The body travels as frames
(`frames`), as fast as the process takes them and no faster; at the end one frame with the counts comes back. When the
server is gone, however it went, its sockets close and the process ends after the transaction it is in.
"""
