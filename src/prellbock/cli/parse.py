"""``prellbock parse``: what do these mails report? One line per reported recipient."""

import time
from collections.abc import Sequence
from pathlib import Path

import click

from prellbock.classify.classifier import Classifier
from prellbock.classify.model import shipped_model
from prellbock.classify.report_lines import Row, report_lines
from prellbock.cli.return_paths_option import load_owner, return_paths_options
from prellbock.cli.rules_option import load_classifier, load_ruleset, rules_option
from prellbock.cli.shell import Problems, Progress, data_option, named_paths, write_line
from prellbock.events import DeliveryEvent
from prellbock.sources.files import Bad, mails
from prellbock.sources.mail import read_mail
from prellbock.taxonomy import SCHEMES, Scheme, translate

_BATCH = 500
"""Events are judged in batches of about this size."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", callback=named_paths)
@click.option(
    "--taxonomy",
    type=click.Choice(SCHEMES),
    help="Also say each category in the words of another system (field `taxonomy`).",
)
@click.option("--more", is_flag=True, help="Add the fields `stage`, `feedback_type` and `genuine`.")
@return_paths_options
@rules_option
@click.option("--no-model", is_flag=True, help="The text model decides nothing.")
@data_option
def parse(
    paths: tuple[str, ...],
    taxonomy: Scheme | None,
    more: bool,
    verp: tuple[str, ...],
    bounce_key: str | None,
    rules: str | None,
    no_model: bool,
    data: Path,
) -> int:
    """Read mails (files, folders, mbox files, Maildirs, - for stdin) and print one NDJSON line per reported recipient.

    A mail that reports nothing gives one line of kind not_a_report.
    """
    problems = Problems()
    owner = load_owner(data, verp, bounce_key, time.time())
    classifier = load_classifier(load_ruleset(rules), model=None if no_model else shipped_model)
    waiting: list[Row] = []
    with Progress("parse", unit="mails") as progress:
        for found in mails(paths):
            progress.advance()
            if isinstance(found, Bad):
                problems.add(found.source, found.why)
                continue
            lost: list[str] = []
            reported: Sequence[DeliveryEvent | None] = read_mail(found.raw, owner, lost) or (None,)
            for what in lost:
                problems.add(found.source, what)
            for event in reported:
                waiting.append((found.source, event))
                if len(waiting) >= _BATCH:
                    _write(waiting, classifier, taxonomy, more)
                    waiting = []
        _write(waiting, classifier, taxonomy, more)
    return problems.exit_code


def _write(rows: list[Row], classifier: Classifier, taxonomy: Scheme | None, more: bool) -> None:
    for (_, event), line in zip(rows, report_lines(rows, classifier), strict=True):
        if more:
            line["stage"] = event.stage if event is not None else None
            line["feedback_type"] = event.feedback_type if event is not None else None
            line["genuine"] = event.genuine if event is not None else None
        if taxonomy is not None:
            category = line["category"]
            line["taxonomy"] = translate(category, taxonomy) if isinstance(category, str) else None
        write_line(line)
