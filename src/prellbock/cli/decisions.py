"""``prellbock decisions``: the ledger; undoing and redoing a set of its decisions."""

import sys
import time
from collections.abc import Callable, Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import click

from prellbock.cli.actions import by_option, reason_option
from prellbock.cli.decisions_replay import replay
from prellbock.cli.shell import data_option, opened, write_line, writing
from prellbock.cli.times import Time
from prellbock.providers import PROVIDERS
from prellbock.store.contract import Acted, Chosen
from prellbock.taxonomy import CATEGORIES
from prellbock.telling import acted_record, decision_record, operation_record

F = TypeVar("F", bound=Callable[..., Any])


def _one_of(words: Collection[str]) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Refuses a word that nothing can match, and says what was probably meant."""

    def checked(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
        if value is None or value in words:
            return value
        near = get_close_matches(value, words, 3)
        raise click.BadParameter(
            f"there is no {param.name} {value!r}; " + (f"did you mean {' or '.join(near)}?" if near else "see the docs")
        )

    return checked


_CHOOSING = (
    click.option("--since", type=Time(), help="Decisions from this time on."),
    click.option("--until", type=Time(), help="Decisions up to this time."),
    click.option("--recorded", is_flag=True, help="The times are those of recording, not those of the events."),
    click.option("--provider", callback=_one_of(PROVIDERS), help="Who answered: google, microsoft, gmx ..."),
    click.option("--rule", help="A history rule (dead-twice, imported ...) or a classification rule."),
    click.option("--category", callback=_one_of(CATEGORIES), help="unknown_recipient, mailbox_full ..."),
    click.option("--status", help="What was decided: paused, suppressed, deliverable ..."),
)


def _choosing(function: F) -> F:
    """The options that say which decisions are meant."""
    for option in reversed(_CHOOSING):
        function = option(function)
    return function


@click.group()
def decisions() -> None:
    """Lists the decisions of the ledger, undoes and redoes them."""


decisions.add_command(replay)


@decisions.command("list")
@_choosing
@click.option("--by", "actor", help="Who decided: ingest, or a person.")
@data_option
def list_decisions(data: Path, **meant: Any) -> int:
    """Print decisions, oldest first, one JSON object a line: who, what, on which evidence, under which policy.

    `undone` names the operation that has undone a decision.
    """
    with opened(data) as store:
        for decided in store.decisions(Chosen(**meant)):
            write_line(decision_record(decided))
    sys.stdout.flush()
    return 0


def _operation(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    try:
        return None if value is None else int(value, 16)
    except ValueError:
        raise click.BadParameter("is not the number of an operation, which undo prints") from None


_dry_run = click.option("--dry-run", is_flag=True, help="Only say what would happen.")


@decisions.command()
@_choosing
@reason_option
@by_option
@_dry_run
@data_option
def undo(reason: str, actor: str, dry_run: bool, data: Path, **meant: Any) -> int:
    """Undo decisions that withhold mail: what they rest on counts no more, and the recipients are judged anew.

    Give --since, or another option that says which are meant. Complaints, unsubscribes and what people suppressed are
    undone only where --rule or --category names them. Undoing again changes nothing; the same messages reported once
    more do not bring a decision back, new ones may.
    """
    chosen = _meant(meant)
    with writing(data) as store:
        operation, done = store.undo(
            chosen, actor=actor, reason=reason, policy=store.policy, now=time.time(), dry_run=dry_run
        )
    return _told("undone", operation, done, dry_run)


@decisions.command()
@click.argument("operation", required=False, callback=_operation)
@_choosing
@reason_option
@by_option
@_dry_run
@data_option
def redo(operation: int | None, reason: str, actor: str, dry_run: bool, data: Path, **meant: Any) -> int:
    """Take undoing back: of one OPERATION (undo prints its number), or of the decisions meant."""
    chosen = _meant(meant) if operation is None else Chosen(**meant)
    with writing(data) as store:
        done_as, done = store.redo(
            chosen,
            actor=actor,
            reason=reason,
            policy=store.policy,
            now=time.time(),
            dry_run=dry_run,
            operation=operation,
        )
    return _told("redone", done_as, done, dry_run)


def _meant(meant: dict[str, Any]) -> Chosen:
    chosen = Chosen(**meant)
    if chosen in (Chosen(), Chosen(recorded=True)):
        raise click.UsageError("say which decisions are meant: --since TIME, --provider, --rule, --category ...")
    return chosen


def _told(what: str, operation: int | None, done: list[Acted], dry_run: bool) -> int:
    """A line for each recipient, and the counts."""
    now = time.time()
    for acted in done:
        write_line(acted_record(acted, what, now))
    write_line(operation_record(operation, done, now, dry_run=dry_run))
    sys.stdout.flush()
    if not done:
        click.echo(
            "prellbock: no decision is meant by these options, or all of them stand as asked; "
            "`prellbock decisions list` with the same options shows what there is",
            err=True,
        )
    return 0
