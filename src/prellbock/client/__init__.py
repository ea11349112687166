"""A thin client of the server: `Client` for ordinary code, `AsyncClient` for asyncio; the same methods, typed.

    with Client("http://127.0.0.1:8025", token) as prellbock:
        for answer in prellbock.check(["u@example.com"], stream="newsletter"):
            ...

What the server refuses is raised as `ProblemError`. Lists longer than one request takes are sent in several.
"""

from prellbock.client.answers import Acts, Classified, Overview, Statistics, Story, Undone
from prellbock.client.asynchronous import AsyncClient
from prellbock.client.destinations import Delivery, Destination, Tried
from prellbock.client.exports import Export, ExportRun
from prellbock.client.model import Answer, Change, Changes, Counts, Incident, ProblemError, Stop
from prellbock.client.synchronous import Client

__all__ = [
    "Acts",
    "Answer",
    "AsyncClient",
    "Change",
    "Changes",
    "Classified",
    "Client",
    "Counts",
    "Delivery",
    "Destination",
    "Export",
    "ExportRun",
    "Incident",
    "Overview",
    "ProblemError",
    "Statistics",
    "Stop",
    "Story",
    "Tried",
    "Undone",
]
