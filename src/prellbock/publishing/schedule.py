"""When is a message tried again? After the pauses of the Standard Webhooks specification; then it is given up."""

from bisect import bisect_right
from itertools import accumulate

from prellbock.sinks.webhook import RETRY_SECONDS

_AFTER = tuple(accumulate(RETRY_SECONDS))
"""Seconds from the first attempt to the second, the third ..."""
PATIENCE_SECONDS = _AFTER[-1]
"""From the first attempt to the last: 3 days and 3.6 hours."""
DISABLED_AFTER_SECONDS = 5 * 86400.0
"""A destination that has taken nothing for so long, though it was tried, is disabled."""
PROBE_SECONDS = 60.0
"""While nothing is taken, one message is tried at least so often, so that sending goes on soon after a repair."""
WINDOW = 500
"""Messages of a webhook that are on their way or wait."""
_MOST_ASKED = 86400.0
"""A receiver may ask to be left alone for so long."""


def next_attempt(begun: float, now: float, retry_after: float | None = None) -> float | None:
    """When a message first tried at ``begun`` is tried again (Unix seconds); None: it is given up.

    ``retry_after``: seconds that the receiver asks for; they move the attempt, not the end.
    """
    step = bisect_right(_AFTER, now - begun)
    if step == len(_AFTER):
        return None
    due = begun + _AFTER[step]
    return due if retry_after is None else max(due, now + min(retry_after, _MOST_ASKED))
