"""Which reports are about the same message? One message is one failure, however often it was tried and reported.

Reports with the same message id are about the same message. A report without one (a log line, often) is about

1. the message, among those with an id, whose sender and stream do not contradict its own and of which something was
   reported less than 72 hours away, the nearest in time; else
2. the message of the other reports without an id, of the same sender and stream, that began less than 72 hours before.

That is a function of the set of reports, so their order does not matter. Two messages of one sender to one recipient
within 72 hours, one known by its id and the other not, count as one failure: the doubt is the recipient's.
"""

from collections.abc import Iterable

from prellbock.history.failures import Report
from prellbock.history.marks import WINDOW
from prellbock.identity import WINDOWED, agree


def messages(failures: Iterable[Report]) -> list[list[Report]]:
    """The reports of each message, oldest first; the messages by their first report."""
    named: dict[int, list[Report]] = {}
    nameless: list[Report] = []
    for failure in sorted(failures):
        if failure.message & WINDOWED:
            nameless.append(failure)
        else:
            named.setdefault(failure.message, []).append(failure)
    if not nameless:
        return list(named.values())
    known = [failure for reports in named.values() for failure in reports]
    windows: dict[int, list[Report]] = {}
    found: list[list[Report]] = []
    for failure in nameless:
        if (near := _nearest(failure, known)) is not None:
            named[near.message].append(failure)
            continue
        window = windows.get(failure.message)
        if window is None or failure.time >= window[0].time + WINDOW:
            window = windows[failure.message] = []
            found.append(window)
        window.append(failure)
    found += [sorted(reports) for reports in named.values()]
    return sorted(found)


def _nearest(failure: Report, known: list[Report]) -> Report | None:
    """Of the reports that name their message the one that this report may be about too."""
    near = [each for each in known if abs(each.time - failure.time) < WINDOW and agree(each.origin, failure.origin)]
    return min(near, key=lambda each: (abs(each.time - failure.time), each), default=None)
