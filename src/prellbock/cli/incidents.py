"""``prellbock incidents``: outages that the shield has found, and what people say about them."""

import sys
import time
from pathlib import Path

import click
import msgspec

from prellbock.cli.actions import by_option, reason_option
from prellbock.cli.shell import data_option, opened, write_line
from prellbock.guard.incidents import Verdict
from prellbock.store.incidents import Incident, NothingSaidError
from prellbock.troubles import held_record, incident_record

_PART = 500
"""Recipients that are read at once."""


@click.group()
def incidents() -> None:
    """Lists times in which a provider called the living dead; judges them."""


@incidents.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those that go on.")
@data_option
def list_incidents(only_open: bool, data: Path) -> int:
    """Print incidents, the newest first, one JSON object a line, with their figures."""
    with opened(data) as store:
        for each in store.incidents():
            if each.end is None or not only_open:
                _write(each)
    sys.stdout.flush()
    return 0


@incidents.command()
@click.argument("name")
@data_option
def show(name: str, data: Path) -> int:
    """Print one incident with its curve, ten minutes a point, and all that people said about it."""
    with opened(data) as store:
        return _told(name, store.incident(name))


@incidents.command()
@click.argument("name")
@data_option
def held(name: str, data: Path) -> int:
    """Print whose decisions hang on an incident, one JSON object a line.

    ``otherwise`` is the status that the other verdict would give them.
    """
    now = time.time()
    with opened(data) as store:
        if store.incident(name) is None:
            return _told(name, None)
        after = -1
        while part := store.held(name, after=after, most=_PART):
            for each in part:
                write_line(msgspec.to_builtins(held_record(each, now)))
            after = part[-1].number
    sys.stdout.flush()
    return 0


@incidents.command()
@click.argument("name")
@click.argument("verdict", type=click.Choice(["outage", "real"]))
@reason_option
@by_option
@data_option
def judge(name: str, verdict: Verdict, reason: str, actor: str, data: Path) -> int:
    """Say what an incident is: of an outage the failures do not count, of a real one they do.

    Everybody in it is judged anew, and what changes stands in ledger and feed.
    """
    with opened(data) as store:
        found = store.judge_incident(name, verdict, actor=actor, reason=reason, now=time.time())
        return _told(name, found)


@incidents.command()
@click.argument("name")
@reason_option
@by_option
@data_option
def undo(name: str, reason: str, actor: str, data: Path) -> int:
    """Take back what people last said about an incident: what held before holds again."""
    with opened(data) as store:
        try:
            found = store.undo_judgement(name, actor=actor, reason=reason, now=time.time())
        except NothingSaidError as error:
            raise click.ClickException(str(error)) from error
        return _told(name, found)


def _told(name: str, found: Incident | None) -> int:
    if found is None:
        raise click.ClickException(f"there is no incident {name}; `prellbock incidents list` names them")
    _write(found)
    sys.stdout.flush()
    return 0


def _write(incident: Incident) -> None:
    write_line(msgspec.to_builtins(incident_record(incident)))
