"""Which entries move, and where? Two lists and what both had at the last sync decide it; pure, one address at a time.

What is new on one side is done on the other. What a person released here is removed there, if the release is younger
than the entry. Everywhere else withholding wins over mailing: what vanishes there is written there again, since a page
that was lost looks like a removal, and nobody is released here because of a list. What was sent from here is known
when it is read again, and is no news.
"""

from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

Side = Literal["in", "out", "sending", "left"]
"""Where an entry that both have came from. ``sending``: it is being written there, and perhaps was; ``left``: it stands
there for a reason that withholds nothing here, and is left alone."""
Direction = Literal["in", "out"]
Action = Literal["add", "remove"]
Reason = Literal[
    "new_there", "new_here", "released_here", "put_back", "cannot_be_removed", "cannot_be_written",
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


class Released(msgspec.Struct, frozen=True):
    """When somebody last released a recipient here, or the recipient gave a consent: Unix seconds, 0 for never."""

    failures: float = 0.0
    """Of what suppresses."""
    scope: float = 0.0
    """Of complaints and unsubscribes in the scope of the account."""

    def of(self, status: str) -> float:
        """What answers an entry of this status."""
        return self.scope if status in ("complained", "unsubscribed") else self.failures


NEVER = Released()


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
    theirs: Sequence[Theirs], known: Sequence[Known], ours: Collection[str], released: Released, can: Can,
    *, taken: bool, writes: bool = True, reads: bool = True,
) -> Decided:  # fmt: skip
    """Decides about one address. ``ours``: the statuses that withhold mail here; empty: none does.

    ``taken``: what is new there has been brought in already, and ``ours`` is what became of it. ``writes``, ``reads``:
    the directions that are wanted.
    """
    before = {each.list: each for each in known}
    moves: list[Move] = []
    after: list[Known] = []
    for each in theirs:
        old = before.get(each.list)
        is_released = released.of(each.status) >= each.since + NO_OLDER
        if is_released and not ours:
            # The later decision of a person wins.
            moves += _removal(each, can, writes, conflict=old is None)
            if not writes or (each.list, each.status) in can.keeps:
                after.append(Known(each.list, each.since, "left"))
        elif old is not None and not _is_news(each, old, ours):
            if not ours and old.side in ("out", "sending"):
                # It was written for a reason that no longer holds here: a pause that ended, a delivery.
                moves += _removal(each, can, writes)
            else:
                after.append(old if old.side != "sending" else Known(each.list, each.since, "out"))
        elif reads and not taken and each.status not in ours:
            moves.append(Move("in", "add", each.list, each.status, "new_there"))
        elif reads:
            after.append(Known(each.list, each.since, "in" if ours else "left"))
    if theirs or not ours:
        if not ours and not can.shows_written and writes:
            # What was written there is seen nowhere, and still has to go.
            there = {each.list for each in theirs}
            hidden = [each for each in known if each.side in ("out", "sending") and each.list not in there]
            moves += [Move("out", "remove", each.list, "suppressed", "released_here") for each in hidden]
        return Decided(tuple(moves), tuple(after))
    return _missing_there(known, ours, can, writes=writes)


def _is_news(entry: Theirs, old: Known, ours: Collection[str]) -> bool:
    """Whether an entry is another one than that of the last sync."""
    if old.side in ("out", "sending"):
        # Whatever it is called there, it is ours; but a complaint came from the recipient.
        return entry.status == "complained" and "complained" not in ours
    return entry.since >= old.since + NO_OLDER


def _missing_there(known: Sequence[Known], ours: Collection[str], can: Can, *, writes: bool) -> Decided:
    """It is withheld here and stands on no list there."""
    sides = {each.side for each in known}
    if not writes or (not can.shows_written and sides and sides <= {"out"}):
        return Decided((), tuple(known))
    status = next((each for each in STRICTEST if each in ours), "suppressed")
    name = can.writes.get(status)
    if name is None:
        return Decided((Move("out", "add", "", status, "cannot_be_written", possible=False),), ())
    is_conflict = bool(sides & {"in", "out"})
    move = Move("out", "add", name, status, "put_back" if is_conflict else "new_here", conflict=is_conflict)
    return Decided((move,), (Known(name, 0.0, "out"),))


def _removal(entry: Theirs, can: Can, writes: bool, *, conflict: bool = False) -> list[Move]:
    if not writes:
        return []
    if (entry.list, entry.status) in can.keeps:
        return [Move("out", "remove", entry.list, entry.status, "cannot_be_removed", conflict, possible=False)]
    return [Move("out", "remove", entry.list, entry.status, "released_here", conflict)]
