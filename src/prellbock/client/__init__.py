"""A thin client of the server: `Client` for ordinary code, `AsyncClient` for asyncio; the same methods, typed.

    with Client("http://127.0.0.1:8025", token) as prellbock:
        for answer in prellbock.check(["u@example.com"], stream="newsletter"):
            ...

What the server refuses is raised as `ProblemError`. Lists longer than one request takes are sent in several.
"""

from prellbock.client.asynchronous import AsyncClient
from prellbock.client.model import Answer, Change, Changes, Counts, Incident, ProblemError, Stop
from prellbock.client.synchronous import Client

__all__ = ["Answer", "AsyncClient", "Change", "Changes", "Client", "Counts", "Incident", "ProblemError", "Stop"]
