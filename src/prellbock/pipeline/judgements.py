"""Which template, in which context, was judged how? What a change of rules is tried on, instead of on every event."""

import msgspec
import xxhash

from prellbock.classify.reporter import reporter_of
from prellbock.classify.stage import stage_of
from prellbock.events import DeliveryEvent, Verdict
from prellbock.pipeline.result import Judgement

_SIGN = 1 << 63
_encode = msgspec.msgpack.Encoder().encode


def judgement_of(event: DeliveryEvent, verdict: Verdict, template: int | None) -> Judgement | None:
    """None where the event has no text, or its outcome alone says what it is: rules change nothing there."""
    if template is None or (verdict.rule is not None and verdict.rule.startswith("outcome:")):
        return None
    return Judgement(
        template,
        verdict.provider,
        event.smtp_code,
        event.status,
        stage_of(event) if event.sender else event.stage,
        "remote" if event.mx else reporter_of(event),
        verdict.category,
        verdict.permanent,
        verdict.decided_by,
        verdict.rule,
    )


def key_of(judgement: Judgement) -> int:
    """The key of a judgement: the same in every installation."""
    return xxhash.xxh3_64_intdigest(_encode(judgement)) - _SIGN


class Judgements:
    """The judgements of one batch, counted."""

    def __init__(self) -> None:
        self._keys: dict[Judgement, int] = {}
        self._counts: dict[int, int] = {}

    def add(self, judgement: Judgement | None) -> int | None:
        """Counts one; its key."""
        if judgement is None:
            return None
        key = self._keys.get(judgement)
        if key is None:
            key = self._keys[judgement] = key_of(judgement)
            self._counts[key] = 0
        self._counts[key] += 1
        return key

    def counted(self) -> dict[int, tuple[Judgement, int]]:
        """By key, each with its count."""
        return {key: (judgement, self._counts[key]) for judgement, key in self._keys.items()}
