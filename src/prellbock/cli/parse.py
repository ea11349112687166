"""``prellbock parse``: what do these mails report? One line per reported recipient."""

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from prellbock.classify.classifier import Classifier
from prellbock.cli.rules_option import load_ruleset, rules_option
from prellbock.cli.shell import Problems, Progress, write_line
from prellbock.events import KIND_OF_OUTCOME, DeliveryEvent, Verdict
from prellbock.rules.compile import default_cache_dir
from prellbock.sources.files import Bad, mails
from prellbock.sources.mail import read_mail
from prellbock.taxonomy import SCHEMES, Scheme, translate

_BATCH = 500
"""Events are judged in batches of about this size."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--crosswalk",
    type=click.Choice(SCHEMES),
    help="Also say each category in the words of another system (field `crosswalk`).",
)
@click.option("--more", is_flag=True, help="Add the fields `stage` and `feedback_type`.")
@rules_option
def parse(paths: tuple[str, ...], crosswalk: Scheme | None, more: bool, rules: str | None) -> int:
    """Read mails (files, folders, mbox files, Maildirs, - for stdin) and print one NDJSON line per reported recipient.

    A mail that reports nothing gives one line of kind not_a_report.
    """
    problems = Problems()
    classifier = Classifier(load_ruleset(rules), default_cache_dir())
    waiting: list[tuple[str, DeliveryEvent | None]] = []
    with Progress("parse", unit="mails") as progress:
        for found in mails(paths):
            progress.advance()
            if isinstance(found, Bad):
                problems.add(found.source, found.why)
                continue
            reported: Sequence[DeliveryEvent | None] = read_mail(found.raw) or (None,)
            for event in reported:
                waiting.append((found.source, event))
                if len(waiting) >= _BATCH:
                    _write(waiting, classifier, crosswalk, more)
                    waiting = []
        _write(waiting, classifier, crosswalk, more)
    return problems.exit_code


def _write(
    rows: list[tuple[str, DeliveryEvent | None]], classifier: Classifier, crosswalk: Scheme | None, more: bool
) -> None:
    events = [event for _, event in rows if event is not None]
    verdicts = iter(classifier.classify_many(events))
    for source, event in rows:
        line = _line(source, event, next(verdicts) if event is not None else None)
        if more:
            line["stage"] = event.stage if event is not None else None
            line["feedback_type"] = event.feedback_type if event is not None else None
        if crosswalk is not None:
            category = line["category"]
            line["crosswalk"] = translate(category, crosswalk) if isinstance(category, str) else None
        write_line(line)


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
    return source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
