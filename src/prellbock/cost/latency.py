"""How soon after the response came in is a decision told? Every wait on the way, at its 95th percentile or longest."""

from prellbock.cost.stack import Stack
from prellbock.cost.traffic import Calls, Traffic

NOTIFIED = 2.0
"""Seconds until S3 has told of a new object: "typically in seconds" (S3 user guide, event notifications)."""
TOLD = 1.0
"""Seconds for the stream and the sending."""


def latency(traffic: Traffic, calls: Calls, stack: Stack) -> float:
    """Seconds from the response to the message about the decision, p95, the outage shield left out.

    An envelope fills, is told of, waits for its window and, where the other call is still writing, for that; then it is
    judged, and its changes wait to be told.
    """
    filling = traffic.envelope / (traffic.per_hour / 3600)
    return 0.95 * filling + NOTIFIED + 0.95 * traffic.window + 2 * calls.seconds + 0.95 * stack.stream_window + TOLD
