"""`prellbock learn propose|accept|reject|undo`: rules that are missing, and what people say of them."""

import getpass
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.classify.input_lines import BadLineError, decode, split_input
from prellbock.classify.model import shipped_model
from prellbock.cli.rules_option import load_classifier, load_ruleset
from prellbock.cli.shell import data_option, opened, write_line
from prellbock.cli.table import cut, json_option, wanted
from prellbock.drafting import rules as drafts
from prellbock.drafting.errors import DraftError
from prellbock.learn import corpus, proposals
from prellbock.learn.candidate import Candidate
from prellbock.learn.evidence import LeftOver
from prellbock.learn.pool import Seen
from prellbock.learn.proposals import Proposing
from prellbock.learn.propose import propose as run
from prellbock.learn.queue import MOST, queue
from prellbock.taxonomy import CATEGORIES


@click.command()
@click.option("--responses", type=click.File("rb"), help="Look at these (as for `classify`) instead of at the store.")
@click.option("--recommended", is_flag=True, help="Only those good enough to be accepted unseen.")
@json_option
@data_option
def propose(responses: BinaryIO | None, recommended: bool, as_json: bool, data: Path) -> int:
    """Proposes rules for what no rule decides: support, precision on labelled texts, collisions, examples.

    What was rejected is not proposed again. Nothing changes until somebody accepts a proposal and publishes the draft.
    """
    if responses is not None:
        found = _of_file(responses)
    else:
        with opened(data) as store:
            found = Proposing().open(store)
    chosen = [candidate for candidate in found if candidate.recommended or not recommended]
    if not wanted(as_json):
        for candidate in chosen:
            write_line(msgspec.to_builtins(candidate))
        return 0
    click.echo(f"{'key':<13} {'kind':<10} {'category':<22}{'support':>8}{'precision':>10}{'labelled':>10}  ok")
    for each in chosen:
        labelled = f"{each.labelled_right}/{each.labelled}"
        mark = "*" if each.recommended else ""
        click.echo(
            f"{each.key:<13} {each.kind:<10} {cut(each.rule.category, 21):<22}{each.support:>8,}{each.precision:>10.2f}"
            f"{labelled:>10}  {mark}"
        )
        click.echo("  " + cut(each.why or f"“{each.rule.match[0]}” finds {each.templates} templates", 77))
    click.echo("* may be accepted unseen: prellbock learn accept KEY; --json tells everything.")
    return 0


@click.command()
@click.argument("key")
@click.option("--category", type=click.Choice(sorted(CATEGORIES)), help="Another category than the proposed one.")
@click.option("--pattern", help="Another pattern.")
@click.option("--name", help="Another name.")
@click.option("--draft", help="Add it to this draft instead of beginning one.")
@data_option
def accept(key: str, category: str | None, pattern: str | None, name: str | None, draft: str | None, data: Path) -> int:
    """Puts a proposed rule, edited or not, into a draft of the rules, which somebody reviews and publishes."""
    with opened(data) as store, _refusals():
        candidate = Proposing().candidate(store, key)
        given = {"category": category, "match": None if pattern is None else [pattern], "name": name}
        rule = proposals.edited(candidate, {field: value for field, value in given.items() if value is not None})
        opinion = proposals.accept(store, candidate, getpass.getuser(), time.time(), rule=rule, draft=draft)
    edits = {name: msgspec.to_builtins(each) for name, each in opinion.edits.items()}
    write_line({"draft": opinion.draft, "rule": msgspec.to_builtins(rule), "edits": edits})
    return 0


@click.command()
@click.argument("keys", nargs=-1, required=True)
@click.option("--reason", default="", help="Why; remembered with it.")
@data_option
def reject(keys: tuple[str, ...], reason: str, data: Path) -> int:
    """Remembers that proposals are not wanted; they are not shown again, nor in other words for the same templates."""
    proposing = Proposing()
    with opened(data) as store, _refusals():
        for candidate in [proposing.candidate(store, key) for key in keys]:
            proposals.reject(store, candidate, reason, getpass.getuser(), time.time())
    write_line({"rejected": len(keys)})
    return 0


@click.command("undo")
@click.argument("keys", nargs=-1, required=True)
@data_option
def undo(keys: tuple[str, ...], data: Path) -> int:
    """Takes back what was said of proposals: they are proposed again, and accepted rules leave their draft."""
    with opened(data) as store, _refusals():
        for key in keys:
            proposals.undo(store, key, getpass.getuser(), time.time())
    write_line({"undone": len(keys)})
    return 0


@click.command("queue")
@click.option("--limit", type=click.IntRange(1, 1000), default=MOST, show_default=True, help="Templates at most.")
@json_option
@data_option
def ask(limit: int, as_json: bool, data: Path) -> int:
    """Names the templates whose labelling would help most: frequent, and doubted by the text model."""
    with opened(data) as store, _refusals():
        classifier = drafts.classifier_of(drafts.in_force(store))
        found = queue(classifier, shipped_model(), proposals.seen(store), limit)
    if not wanted(as_json):
        for question in found:
            write_line(msgspec.to_builtins(question))
        return 0
    click.echo(f"{'template':<18}{'responses':>9}{'doubt':>7}  guesses")
    for each in found:
        guesses = ", ".join(f"{name} {share:.0%}" for name, share in each.guesses.items())
        click.echo(f"{each.template:<18}{each.responses:>9,}{each.doubt:>7.2f}  {cut(guesses, 43)}")
        click.echo("  " + cut(each.text, 77))
    return 0


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except DraftError as error:
        raise click.ClickException(str(error)) from error


def _of_file(stream: BinaryIO) -> list[Candidate]:
    counts: dict[tuple[str, str | None], int] = {}
    for first, lines in split_input(stream):
        for number, line in enumerate(lines, first):
            try:
                event = decode(line)
            except BadLineError as error:
                raise click.ClickException(f"{stream.name}:{number}: {error}") from error
            if event is not None and event.response:
                counts[event.response, event.mx] = counts.get((event.response, event.mx), 0) + 1
    classifier: Classifier = load_classifier(load_ruleset(None))
    seen = [Seen(text, count, mx) for (text, mx), count in counts.items()]
    return run(shipped_model(), seen, LeftOver(classifier, corpus.shipped()))
