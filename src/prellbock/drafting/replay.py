"""What would a draft change of what is stored? The verdicts that move, and the recipients whose status would."""

import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from prellbock.addresses import domain_of
from prellbock.drafting import policies, rules
from prellbock.drafting.exactly import counted, untold
from prellbock.drafting.moves import (
    StatusMoves,
    VerdictMoves,
    moving_recipients,
    rule_moves,
    some_of,
    status_moves,
    verdict_moves,
)
from prellbock.history.judge import Standing, scoped, standing
from prellbock.history.policy import Policy
from prellbock.providers import provider_of_domain
from prellbock.store.contract import Store
from prellbock.store.judgements import Touched
from prellbock.store.revisions import Draft, Subject

MOST_KEPT = 100
"""Replays that are remembered."""
_TELL_EACH = 10_000
"""Recipients after which it is told how far a count is."""


class Replayed(msgspec.Struct, frozen=True):
    """What a draft would change. ``seconds`` is the time that the figures took."""

    id: str
    draft: str
    revision: int
    subject: Subject
    state: Literal["running", "done", "failed", "cancelled"]
    verdicts: VerdictMoves | None
    statuses: StatusMoves | None
    seconds: float = 0.0
    judged: int = 0
    """Of the recipients touched so many are judged by the exact count; meaningful while it is ``running``."""


def replay(
    store: Store, draft: Draft, now: float, *, exactly_in: Path | None = None,
    tell: Callable[[int, int], None] = untold,
) -> Replayed:  # fmt: skip
    """Judges the stored history by what is in force and by the draft. Raises `DraftError`.

    Of very many recipients a sample is judged (``state`` is ``running`` then), unless all are to be: ``exactly_in`` is
    the data folder, which several processes read then, and ``tell`` hears how many are judged, and of how many.
    """
    begin = time.perf_counter()
    if draft.subject == "policy":
        new = policies.read(draft.content)
        verdicts, statuses = None, _of_policy(store, new, now, exactly=exactly_in is not None, tell=tell)
    else:
        judgements, moves = rule_moves(store, rules.classifier_of(rules.of_draft(store, draft)))
        verdicts = verdict_moves(judgements, moves)
        touched = moving_recipients(store, judgements, moves)
        if exactly_in is not None:
            statuses = counted(exactly_in, touched, moves, now, tell)
        else:
            some = some_of(touched)
            statuses = status_moves(len(touched), len(some), store.rejudged(some, moves), now)
    return Replayed(
        f"r{secrets.token_hex(6)}", draft.id, draft.revision, draft.subject,
        "done" if statuses.exact else "running", verdicts, statuses, time.perf_counter() - begin,
        statuses.touched if statuses.exact else 0,
    )  # fmt: skip


def _of_policy(
    store: Store, new: Policy, now: float, *, exactly: bool, tell: Callable[[int, int], None]
) -> StatusMoves:  # fmt: skip
    numbers = store.remembered()
    looked_at = numbers if exactly else some_of(numbers)
    old = store.policy

    def found() -> Iterator[Touched]:
        for judged, each in enumerate(store.histories(looked_at)):
            if judged % _TELL_EACH == 0:
                tell(judged, len(looked_at))
            domain, state = each.is_domain, each.state
            nothing: list[Standing] = []
            yield Touched(
                each.address, each.hash, provider_of_domain(domain_of(each.address)) if each.address else None,
                standing(state, old, domain=domain), nothing if domain else scoped(state, old),
                standing(state, new, domain=domain), nothing if domain else scoped(state, new),
            )  # fmt: skip

    return status_moves(len(numbers), len(looked_at), found(), now)


class Replays:
    """The latest replays, by id."""

    def __init__(self) -> None:
        self._kept: dict[str, Replayed] = {}

    def keep(self, replayed: Replayed) -> Replayed:
        """Remembers one; of very many the oldest are forgotten."""
        self._kept[replayed.id] = replayed
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return replayed

    def get(self, identity: str) -> Replayed | None:
        """One that is remembered."""
        return self._kept.get(identity)
