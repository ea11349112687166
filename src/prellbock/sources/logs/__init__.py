"""Logs of mail servers: one module a format, listed in `order`."""
