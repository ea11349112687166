"""Reported recipients as the lines of ``prellbock parse``: what the mail says, and the verdict on it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from prellbock.classify.classifier import Classifier
from prellbock.events import KIND_OF_OUTCOME, DeliveryEvent, Verdict

Row = tuple[str, DeliveryEvent | None]
"""Where the mail was found, and what it reports of one recipient; None where it reports nothing."""


def report_lines(rows: Sequence[Row], classifier: Classifier) -> Iterator[dict[str, object]]:
    """One line a row, judged together."""
    verdicts = iter(classifier.classify_many([event for _, event in rows if event is not None]))
    for source, event in rows:
        yield _line(source, event, next(verdicts) if event is not None else None)


def _line(source: str, event: DeliveryEvent | None, verdict: Verdict | None) -> dict[str, object]:
    """The fields of the contract, in its order; unknown values are null."""
    told = event or DeliveryEvent()
    return {
        "source": _printable(source),
        "kind": KIND_OF_OUTCOME[told.outcome] if told.outcome else "not_a_report",
        "recipient": told.recipient,
        "original_recipient": told.original_recipient,
        "action": told.action,
        "status": told.status,
        "smtp_code": told.smtp_code,
        "response": told.response,
        "reporting_mta": told.reporting_mta,
        "remote_mta": told.mx,
        "message_id": told.message_id,
        "sender": told.sender,
        "time": None if told.time is None else rfc3339(told.time),
        "category": verdict.category if verdict else None,
        "fault": verdict.fault if verdict else None,
        "permanent": verdict.permanent if verdict else None,
        "decided_by": verdict.decided_by if verdict else None,
        "rule": verdict.rule if verdict else None,
    }


def rfc3339(seconds: float) -> str:
    """Unix seconds as ``2026-11-22T19:35:09Z``."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _printable(source: str) -> str:
    """A path whose bytes are not UTF-8 is shown with replacement characters; JSON cannot hold it otherwise."""
    if source.isascii():
        return source
    return source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
