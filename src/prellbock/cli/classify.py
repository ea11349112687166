"""`prellbock classify`: says why and whose fault, one line for each response on stdin."""

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from prellbock.addresses import AddressError, canonical
from prellbock.classify.classifier import Classifier
from prellbock.classify.input_lines import BadLineError, decode, decode_objects, split_input
from prellbock.classify.model import ModelError, TextModel, shipped_model
from prellbock.classify.output_lines import FIELDS, MORE_FIELDS, Renderer
from prellbock.classify.phrasebook import LANGUAGES, Language
from prellbock.cli.numbers import Within
from prellbock.cli.rules_option import load_ruleset, rules_option
from prellbock.cli.shell import Problems
from prellbock.events import DeliveryEvent
from prellbock.rules.cached import default_cache_dir
from prellbock.rules.model import RuleSet
from prellbock.taxonomy import SCHEMES, Scheme


def _chosen(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...]:
    if value is None:
        return FIELDS
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    for name in names:
        if name not in FIELDS + MORE_FIELDS:
            raise click.BadParameter(f"there is no field {name!r}; there are {', '.join(FIELDS + MORE_FIELDS)}")
    if not names:
        raise click.BadParameter(f"name at least one of {', '.join(FIELDS)}")
    return names


_COLLECT_AFTER = 50_000
"""New objects after which the garbage collector looks for cycles; some batches' worth."""


@click.command()
@click.option(
    "--fields",
    callback=_chosen,
    metavar="A,B",
    help=f"Print only these: {', '.join(FIELDS)} (fewer is faster), and {', '.join(MORE_FIELDS)}.",
)
@click.option("--taxonomy", type=click.Choice(SCHEMES), help="Add the category's word in another system's language.")
@click.option(
    "--explain",
    is_flag=True,
    help="Add why: every rule that matched, where, and why the winner won; what the code alone would have said; "
    "what to do about it.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="en",
    help="Of the sentences for people: en or de.",
    show_default=True,
)
@rules_option
@click.option("--no-rules", is_flag=True, help="The text model alone decides, no rule and no code: to measure it.")
@click.option("--no-model", is_flag=True, help="The text model decides nothing.")
@click.option(
    "--model",
    "model_file",
    type=click.Path(exists=True, dir_okay=False),
    help="A text model of your own (`learn train`).",
)
@click.option(
    "--least-confidence",
    type=Within(0, 1),
    help="Let the model decide from this confidence on (0: always), instead of what its evaluation justifies.",
)
def classify(
    fields: tuple[str, ...],
    taxonomy: Scheme | None,
    explain: bool,
    language: Language,
    rules: str | None,
    no_rules: bool,
    no_model: bool,
    model_file: str | None,
    least_confidence: float | None,
) -> int:
    """Says the cause and the fault of SMTP responses.

    Reads lines from stdin: JSON objects {"response", "mx", "recipient", "status", "smtp_code", "stage",
    "reporting_mta", "sender"} (all optional), or plain responses. Prints one JSON object a line, in the same order.

    Blank lines are skipped, and their number is told on stderr at the end. Bad lines are named there and give no
    line on stdout.
    """
    if no_rules and (no_model or rules):
        raise click.UsageError("--no-rules leaves the model alone; it goes with neither --no-model nor --rules")
    classifier = Classifier(
        RuleSet(()) if no_rules else load_ruleset(rules),
        default_cache_dir(),
        model=None if no_model else _model(model_file),
        alone=no_rules,
        least=least_confidence,
    )
    renderer = Renderer(classifier, fields, taxonomy, explain, language)
    problems = Problems()
    # The rules stay until the end, and a batch makes no cycles: the garbage collector need not look again and again.
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    write, flush = sys.stdout.buffer.write, sys.stdout.buffer.flush
    blank = 0
    for first, lines in split_input(sys.stdin.buffer):
        named = problems.count
        events = _events(first, lines, problems)
        blank += len(lines) - len(events) - (problems.count - named)
        if events:
            write(renderer.lines(events))
            flush()
    if blank:
        click.echo(f"prellbock: {blank:,} blank {'line was' if blank == 1 else 'lines were'} skipped", err=True)
    return problems.exit_code


def _model(file: str | None) -> Callable[[], TextModel]:
    if file is None:
        return shipped_model
    try:
        loaded = TextModel.load(Path(file))
    except ModelError as error:
        raise click.ClickException(str(error)) from error
    return lambda: loaded


def _events(first: int, lines: list[bytes], problems: Problems) -> list[DeliveryEvent]:
    events = decode_objects(lines)
    if events is None:
        events = list(_decoded(first, lines, problems))
    for event in events:
        if event.recipient and not event.recipient.islower():
            try:
                event.recipient = canonical(event.recipient)
            except AddressError:
                event.recipient = event.recipient.lower()
    return events


def _decoded(first: int, lines: list[bytes], problems: Problems) -> Iterator[DeliveryEvent]:
    for number, line in enumerate(lines, first):
        try:
            event = decode(line)
        except BadLineError as error:
            problems.add(f"<stdin>:{number}", str(error))
            continue
        if event is not None:
            yield event
