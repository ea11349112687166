"""Which reports are about the same message? One message is one failure, however often it was tried and reported."""

from collections.abc import Iterable

from prellbock.history.failures import Report
from prellbock.identity import WINDOWED

WINDOW = 72 * 3600.0
"""Seconds in which failures with the same sender and stream count as one message."""


def messages(reports: Iterable[Report]) -> list[list[Report]]:
    """The reports of each message, oldest first; the messages by their first report."""
    latest: dict[int, list[Report]] = {}
    found: list[list[Report]] = []
    for report in reports:
        known = latest.get(report.message)
        if known is None or (report.message & WINDOWED and report.time >= known[0].time + WINDOW):
            known = latest[report.message] = []
            found.append(known)
        known.append(report)
    return found
