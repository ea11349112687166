"""Messages that failed for good, each counted once: how do tallies stay right when a message is reported twice?

A *mail* is a message to one recipient. All its reports together touch *cells*: an hour or a day, with or without the
stream and the provider of the report. The tally of a cell is the number of mails that touch it, and how many of these
do so with a hard bounce. So whatever happens to the reports of a mail (another one comes, or one is judged anew), the
cells that it touched before are taken off, and those that it touches afterwards are added: the result does not depend
on order.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from prellbock.pipeline import Reported
from prellbock.store.sqlite.kept import HARD, Bounced, Kept, KeptInTables
from prellbock.store.sqlite.memory import chunks

HOUR, DAY = 3600, 86_400


class Bounce(NamedTuple):
    """One report of a mail that failed for good."""

    time: float
    provider: str | None
    stream: str | None
    hard: bool


Mail = tuple[int | None, int]
"""Number of the recipient (None: not named) and key of the message."""
Cell = tuple[int, str, str, int]
"""Length of the piece of time, provider, stream and piece, as in the table ``failed``."""


def cell_name(value: str | None) -> str:
    """A stream or provider in the table ``failed``, where the empty text means all of them."""
    return f"={value or ''}"


def cells(bounces: Iterable[Bounce]) -> dict[Cell, bool]:
    """The cells that the reports of one mail touch, and whether one of them does so with a hard bounce."""
    found: dict[Cell, bool] = {}
    for bounce in bounces:
        for seconds in (HOUR, DAY):
            piece = int(bounce.time // seconds)
            for provider in ("", cell_name(bounce.provider)):
                for stream in ("", cell_name(bounce.stream)):
                    cell = (seconds, provider, stream, piece)
                    found[cell] = found.get(cell, False) or bounce.hard
    return found


class Changes:
    """By how much tallies change."""

    def __init__(self) -> None:
        self._bounced: Counter[Cell] = Counter()
        self._hard: Counter[Cell] = Counter()

    def count(self, bounces: Iterable[Bounce], mails: int) -> None:
        """Adds so many mails with the same reports, or takes them off."""
        for cell, hard in cells(bounces).items():
            self._bounced[cell] += mails
            self._hard[cell] += mails * hard

    def write(self, db: sqlite3.Connection) -> None:
        """Inside the caller's transaction."""
        db.executemany(
            "INSERT INTO failed VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET bounced = bounced +"
            " excluded.bounced, hard = hard + excluded.hard",
            [
                (*cell, bounced, self._hard[cell])
                for cell, bounced in self._bounced.items()
                if bounced or self._hard[cell]
            ],
        )


def tally_new(db: sqlite3.Connection, kept: Kept, reported: Sequence[Reported], numbers: Mapping[bytes, int]) -> None:
    """Counts the reports of a batch that are not yet among the events."""
    new: dict[Mail, list[Bounce]] = defaultdict(list)
    for each in reported:
        if each.event.outcome == "bounced":
            assert each.event.time is not None
            verdict = each.verdict
            hard = bool(verdict.permanent) and verdict.fault in ("recipient", "domain")
            number = numbers[each.entity] if each.entity is not None else None
            new[number, each.message].append(Bounce(each.event.time, verdict.provider, each.event.stream, hard))
    if not new:
        return
    changes, known = Changes(), _same_days(db, kept, new)
    alike: Counter[Bounce] = Counter()
    for mail, bounces in new.items():
        before = known.get(mail)
        if before is None and len(bounces) == 1:
            alike[bounces[0]._replace(time=bounces[0].time // HOUR * HOUR)] += 1
        else:
            changes.count(before or [], -1)
            changes.count([*(before or []), *bounces], 1)
    for bounce, mails in alike.items():
        changes.count([bounce], mails)
    changes.write(db)


def _same_days(db: sqlite3.Connection, kept: Kept, new: Mapping[Mail, Sequence[Bounce]]) -> dict[Mail, list[Bounce]]:
    """The stored reports of these mails, of the days that the new ones are of: no others can share a cell."""
    days = sorted({
        (number, int(bounce.time // DAY) * DAY)
        for (number, _), bounces in new.items()
        if number is not None
        for bounce in bounces
    })  # fmt: skip
    found: dict[Mail, list[Bounce]] = defaultdict(list)
    _sort(kept.bounces(days), new, found)
    messages = [message for number, message in new if number is None]
    _sort(_of_nobody(db, messages), new, found)
    return found


def _of_nobody(db: sqlite3.Connection, messages: Collection[int]) -> Iterable[Bounced]:
    for marks, part in chunks(messages):
        rows = db.execute(
            f"SELECT number, message, time, provider, stream, {HARD} FROM events INDEXED BY events_of_nobody"  # noqa: S608
            f" WHERE number IS NULL AND outcome = 'bounced' AND message IN ({marks})",
            part,
        )
        yield from map(Bounced._make, rows)


def _sort(reports: Iterable[Bounced], wanted: Collection[Mail] | None, found: dict[Mail, list[Bounce]]) -> None:
    """Puts stored reports under their mails, those of mails that are not ``wanted`` left out."""
    for number, message, time, provider, stream, hard in reports:
        if wanted is None or (number, message) in wanted:
            found[number, message].append(Bounce(time, provider, stream, bool(hard)))


def mails_moving(db: sqlite3.Connection) -> dict[Mail, list[Bounce]]:
    """The mails of which a report stands in the table ``moving``: all their reports of the same days."""
    moving: dict[Mail, list[Bounce]] = defaultdict(list)
    rows = db.execute(
        f"SELECT number, message, time, provider, stream, {HARD} FROM events WHERE outcome = 'bounced'"  # noqa: S608
        " AND row IN (SELECT row FROM moving)"
    )
    _sort(map(Bounced._make, rows), None, moving)
    return _same_days(db, KeptInTables(db), moving)


def tally_moved(db: sqlite3.Connection, before: Mapping[Mail, list[Bounce]]) -> None:
    """After events were judged anew: ``before`` is what `mails_moving` said of the same ones."""
    changes = Changes()
    for mails, found in ((-1, before), (1, mails_moving(db))):
        for bounces in found.values():
            changes.count(bounces, mails)
    changes.write(db)
