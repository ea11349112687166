"""Which entries move, and where? Two lists and what both had at the last sync decide it; pure, one address at a time.

What changed on one side alone is done on the other. Where both changed, withholding wins over mailing, unless a person
released here, or a newer consent came, after the entry was made there. A complaint and an unsubscribe are never taken
back because they vanished there. What was sent from here is known when it is read again, and is no news.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

Side = Literal["in", "out", "sending", "left"]
"""Where an entry that both have came from. ``sending``: it is being written there, and perhaps was; ``left``: it stands
there for a reason that withholds nothing here, and is left alone."""
Direction = Literal["in", "out"]
Action = Literal["add", "remove"]
Reason = Literal[
    "new_there", "new_here", "released_here", "released_later_here", "removed_there", "put_back", "cannot_be_removed",
    "cannot_be_written",
]  # fmt: skip
STRICTEST = ("complained", "unsubscribed", "suppressed", "paused")
NO_OLDER = 1.0
"""Seconds by which an entry must be younger to be another one: providers cut fractions off."""


class Theirs(msgspec.Struct, frozen=True):
    """An entry of a list there: what it means here, and since when (Unix seconds)."""

    list: str
    status: str
    since: float


class Known(msgspec.Struct, frozen=True):
    """An entry that both had at the last sync."""

    list: str
    since: float
    side: Side


class Ours(msgspec.Struct, frozen=True):
    """What withholds mail here."""

    statuses: frozenset[str]
    borrowed: bool
    """It rests on what came from there alone."""


class Can(msgspec.Struct, frozen=True):
    """What a provider lets others do."""

    writes: dict[str, str]
    """Status to the list that takes it."""
    keeps: frozenset[tuple[str, str]] = frozenset()
    """List and status that nobody can remove there."""
    shows_written: bool = True
    """Whether what was written is read back in one of its lists."""


class Move(msgspec.Struct, frozen=True):
    """Something to be done: ``in``: here; ``out``: there. ``conflict``: both sides had changed."""

    direction: Direction
    action: Action
    list: str
    status: str
    reason: Reason
    conflict: bool = False
    possible: bool = True
    """False: it would have to be done, and the provider does not let us."""


class Decided(msgspec.Struct, frozen=True):
    """What is to be done about one address, and what is known of it when that is done."""

    moves: tuple[Move, ...]
    known: tuple[Known, ...]


def decide(
    theirs: Sequence[Theirs], known: Sequence[Known], ours: Ours | None, released: float, can: Can,
    *, taken: bool, writes: bool = True, reads: bool = True,
) -> Decided:  # fmt: skip
    """Decides about one address. ``released``: when somebody last released it here, or it gave a consent; 0: never.

    ``taken``: what is new there has been brought in already, and ``ours`` is what became of it. ``writes``, ``reads``:
    the directions that are wanted.
    """
    before = {each.list: each for each in known}
    there = {each.list: each for each in theirs}
    moves: list[Move] = []
    after: dict[str, Known] = {}
    for each in theirs:
        old = before.get(each.list)
        if old is not None and not (old.side in ("in", "left") and each.since > old.since + NO_OLDER):
            after[each.list] = old if old.side != "sending" else Known(each.list, each.since, "out")
        elif released >= each.since and ours is None:
            moves += _removal(each, can, "released_later_here", writes, conflict=True)
            if not writes or (each.list, each.status) in can.keeps:
                after[each.list] = Known(each.list, each.since, "left")
        elif not reads:
            after[each.list] = Known(each.list, each.since, "in" if ours else "left")
        elif not taken and not (ours and each.status in ours.statuses):
            moves.append(Move("in", "add", each.list, each.status, "new_there"))
        else:
            after[each.list] = Known(each.list, each.since, "in" if ours else "left")
    if any(move.direction == "in" for move in moves):
        return Decided(tuple(moves), tuple(after.values()))
    if ours is None:
        for name, old in list(after.items()):
            if name in before and old.side != "left":
                moves += _removal(there[name], can, "released_here", writes)
                if not writes or (name, there[name].status) in can.keeps:
                    continue
                del after[name]
        if not can.shows_written and writes:
            # What was written there is seen nowhere, and still has to go.
            hidden = [each for each in known if each.side in ("out", "sending") and each.list not in there]
            moves += [Move("out", "remove", each.list, "suppressed", "released_here") for each in hidden]
        return Decided(tuple(moves), tuple(after.values()))
    if there:
        return Decided((), tuple(after.values()))
    return _missing_there(known, ours, can, writes=writes, reads=reads)


def _missing_there(known: Sequence[Known], ours: Ours, can: Can, *, writes: bool, reads: bool) -> Decided:
    """It is withheld here and stands on no list there."""
    sides = {each.side for each in known}
    if not can.shows_written and sides and sides <= {"out"}:
        return Decided((), tuple(known))
    if sides == {"in"} and ours.borrowed and ours.statuses == {"suppressed"} and reads:
        return Decided((Move("in", "remove", known[0].list, "suppressed", "removed_there"),), ())
    status = next((each for each in STRICTEST if each in ours.statuses), "suppressed")
    name = can.writes.get(status)
    if not writes:
        return Decided((), ())
    if name is None:
        return Decided((Move("out", "add", "", status, "cannot_be_written", possible=False),), ())
    is_conflict = bool(sides & {"in", "out"})
    move = Move("out", "add", name, status, "put_back" if is_conflict else "new_here", conflict=is_conflict)
    return Decided((move,), (Known(name, 0.0, "out"),))


def _removal(entry: Theirs, can: Can, reason: Reason, writes: bool, *, conflict: bool = False) -> list[Move]:
    if not writes:
        return []
    if (entry.list, entry.status) in can.keeps:
        return [Move("out", "remove", entry.list, entry.status, "cannot_be_removed", conflict, possible=False)]
    return [Move("out", "remove", entry.list, entry.status, reason, conflict)]
