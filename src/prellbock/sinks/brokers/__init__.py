"""Queues and logs that decisions are put into, a module for each. The client library is imported when it is connected.

A library of many brokers (FastStream) was looked at: of its publishing only the call to the same client libraries
would be used, while connecting, confirming many messages together and telling errors apart stay ours.
"""
