"""How do look-ups keep their latency while millions of events come in? Bodies are judged in a process of their own.

The server hands the worker one end of a socket pair for each body, over a control socket (`taker`). The worker lets its
reader (`reading`) read it: a process that decodes and makes keys, and passes batches on (`passing`) while the worker
judges. The body travels as frames (`frames`), as fast as it is taken and no faster; at the end the worker sends one
frame with the counts. When the server is gone, however it went, its sockets close and the worker ends after the
transaction it is in, and the reader with it.
"""
