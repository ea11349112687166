"""Rules that never decide, because one of another mind takes all that they match."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from prellbock.learn.revising.grounds import Grounds, Idea
from prellbock.learn.why import Why

_LEAST = 5
"""Stored responses that a rule must have lost."""
_AGREED = 0.9
"""Share of them in which the text model must be of the loser's mind where no labelled text speaks for it."""
_HIGHEST = 100


def reorder(grounds: Grounds) -> Iterator[Idea]:
    """Raises the priority of the loser above that of the winner."""
    for name, cases in sorted(grounds.reached.items()):
        lost = [at for at in cases if at in grounds.stored and grounds.verdicts[at].decided_by == "rule"]
        winners = Counter({name_: grounds.responses(ats) for name_, ats in _by_winner(grounds, lost).items()})
        if name in winners or len(winners) != 1 or grounds.responses(lost) < _LEAST:
            continue
        (winner,) = winners
        loser, other = grounds.rules[name], grounds.rules[winner]
        if loser.category == other.category or loser.is_last_resort or other.priority >= _HIGHEST:
            continue
        if not _is_right(grounds, lost, cases, loser.category):
            continue
        why = Why("takes_all", {"winner": winner, "responses": winners[winner], "category": other.category})
        yield Idea("reorder", (name, winner), {name: msgspec.structs.replace(loser, priority=other.priority + 1)}, why)


def _by_winner(grounds: Grounds, cases: list[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at in cases:
        found.setdefault(grounds.verdicts[at].rule or "", []).append(at)
    return found


def _is_right(grounds: Grounds, lost: list[int], cases: list[int], category: str) -> bool:
    labels = [(grounds.verdicts[at].category, grounds.cases[at].accepted) for at in cases if at in grounds.labelled]
    if any(said not in accepted and category in accepted for said, accepted in labels):
        return True
    agreed = [at for at, said in zip(lost, grounds.answers(lost), strict=True) if said.category == category]
    return grounds.responses(agreed) >= _AGREED * grounds.responses(lost)
