"""What happened next, read from a store: bounces and signs of life, recipient by recipient."""

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

import numpy as np

from prellbock.history.outcomes import Bounce, Kinds, Sign, add_verdicts
from prellbock.identity import short, short_message
from prellbock.store.sqlite.runs import Runs
from prellbock.taxonomy import DEAD

_PART = 20_000
"""Recipients that are looked up together."""
_BOUNCES = (
    "SELECT number, hash, time, message, category, permanent, decided_by, coalesce(rule, ''), coalesce(provider, '')"
    " FROM events JOIN recipients USING (number)"
)
_OF_THE_DEAD = " ".join((
    _BOUNCES, "WHERE outcome = 'bounced' AND incident IS NULL AND number IN (SELECT number FROM events",
    "WHERE outcome = 'bounced' AND permanent = 1 AND category IN (SELECT value FROM json_each(?))) ORDER BY number",
))  # fmt: skip

Recipient = tuple[int, bytes, list[Bounce]]
"""Number, hash and bounces."""


def verdicts(db: sqlite3.Connection, runs: Runs) -> Kinds:
    """What became of everybody who was called dead, by rule, category and provider."""
    kinds: Kinds = {}
    rows = db.execute(_OF_THE_DEAD, (json.dumps(sorted(DEAD)),))
    for part in _parts(_recipients(rows)):
        signs = _signs(runs, {digest: min(b.time for b in bounces) for _, digest, bounces in part})
        for _, digest, bounces in part:
            add_verdicts(kinds, bounces, signs.get(short(digest), ()))
    return kinds


def histories(db: sqlite3.Connection, runs: Runs) -> Iterator[tuple[list[Bounce], list[Sign]]]:
    """Of everybody who ever bounced: the bounces by time, and the signs of life since the first of them."""
    rows = db.execute(f"{_BOUNCES} WHERE outcome = 'bounced' AND incident IS NULL ORDER BY number")
    for part in _parts(_recipients(rows)):
        signs = _signs(runs, {digest: min(b.time for b in bounces) for _, digest, bounces in part})
        for _, digest, bounces in part:
            yield sorted(bounces, key=lambda bounce: bounce.time), list(signs.get(short(digest), ()))


def probes(db: sqlite3.Connection, digest: bytes, until: float) -> list[tuple[float, str]]:
    """The probes that were granted for a recipient up to a time."""
    rows = db.execute(
        "SELECT granted, holder FROM probes WHERE key = ? AND granted <= ? ORDER BY granted", (short(digest), until)
    )
    return [(granted, holder) for granted, holder in rows]


def _recipients(rows: sqlite3.Cursor) -> Iterator[Recipient]:
    def head(row: tuple[Any, ...]) -> tuple[int, bytes]:
        return row[0], row[1]

    for (number, digest), found in groupby(rows, key=head):
        yield number, digest, [
            Bounce(time, short_message(message), category, bool(permanent), decided_by, rule, provider)
            for _, _, time, message, category, permanent, decided_by, rule, provider in found
        ]  # fmt: skip


def _parts(recipients: Iterator[Recipient]) -> Iterator[list[Recipient]]:
    while part := list(islice(recipients, _PART)):
        yield part


def _signs(runs: Runs, since: dict[bytes, float]) -> dict[int, list[tuple[float, int]]]:
    """The signs of life of recipients, each from a time on."""
    keys = np.array([short(digest) for digest in since], dtype=np.int64)
    times = np.array([int(time * 1000) for time in since.values()], dtype=np.int64)
    return runs.deliveries(keys, times)
