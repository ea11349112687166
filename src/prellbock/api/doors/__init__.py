"""Doors beside the server: a process of their own reads what comes in by them, so that look-ups keep their latency.

It hands what it has read to the worker as a command does (`prellbock.handing`), and tells the server how the doors are.
"""
