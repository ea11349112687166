"""``prellbock parse``: what do these mails report? One line per reported recipient."""

from collections.abc import Sequence

import click

from prellbock.classify.classifier import Classifier
from prellbock.classify.report_lines import Row, report_lines
from prellbock.cli.rules_option import load_ruleset, rules_option
from prellbock.cli.shell import Problems, Progress, write_line
from prellbock.events import DeliveryEvent
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
    waiting: list[Row] = []
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


def _write(rows: list[Row], classifier: Classifier, crosswalk: Scheme | None, more: bool) -> None:
    for (_, event), line in zip(rows, report_lines(rows, classifier), strict=True):
        if more:
            line["stage"] = event.stage if event is not None else None
            line["feedback_type"] = event.feedback_type if event is not None else None
        if crosswalk is not None:
            category = line["category"]
            line["crosswalk"] = translate(category, crosswalk) if isinstance(category, str) else None
        write_line(line)
