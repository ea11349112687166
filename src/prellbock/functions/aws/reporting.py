"""Lines of the log: JSON on stdout, which Lambda hands to CloudWatch. No line names an address of its own accord.

Lambda believes the level of a line only where a valid time stands beside it; any other line counts as INFO, which the
stack does not keep (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html).
"""

import sys
import time

import orjson

from prellbock.times import rfc3339


def say(event: str, **facts: object) -> None:
    """Something that happened."""
    _write("info", event, facts)


def log(event: str, **facts: object) -> None:
    """Something that went wrong, and why."""
    _write("error", event, facts)


def _write(level: str, event: str, facts: dict[str, object]) -> None:
    line = {"timestamp": rfc3339(time.time()), "level": level, "event": event, **facts}
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()
