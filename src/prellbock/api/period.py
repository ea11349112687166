"""Times in questions: ``since`` and ``until``, as all figures and searches take them."""

from typing import Annotated

from litestar.params import QueryParameter

from prellbock.api.problems import ProblemError
from prellbock.sources.record import RecordError, asked

DAY = 86400
USUAL_DAYS = 30

Since = Annotated[str | None, QueryParameter(description="Begin: RFC 3339, a date, Unix seconds; usually 30 days ago.")]
Until = Annotated[str | None, QueryParameter(description="End; usually now.")]


def period(since: str | None, until: str | None, now: float) -> tuple[float, float]:
    """Begin and end in Unix seconds. Raises `ProblemError`."""
    try:
        end = asked(until) if until is not None else now
        begin = asked(since) if since is not None else end - USUAL_DAYS * DAY
    except RecordError as error:
        raise ProblemError(400, f"since, until: {error}") from None
    if begin >= end:
        raise ProblemError(400, "since must stand before until")
    return begin, end
