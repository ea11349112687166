"""Lines of the log: JSON on stdout, which Lambda hands to CloudWatch. No line names an address of its own accord."""

import sys

import orjson


def say(event: str, **facts: object) -> None:
    """Something that happened."""
    _write({"level": "info", "event": event, **facts})


def log(event: str, **facts: object) -> None:
    """Something that went wrong; alarms count these by ``event``."""
    _write({"level": "error", "event": event, **facts})


def _write(line: dict[str, object]) -> None:
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()
