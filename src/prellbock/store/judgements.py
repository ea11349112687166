"""What a change of rules is tried on: every template in its context, with what was made of it.

A part of the contract of every store.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

import msgspec

from prellbock.classify.classifier import Key
from prellbock.events import DecidedBy, Stage
from prellbock.history.judge import Standing
from prellbock.history.recipient import State
from prellbock.rules.model import Reporter


class Judged(msgspec.Struct, frozen=True, gc=False):
    """A template in its context, what was made of it, and how many stored events were judged so."""

    key: int
    text: str
    """The template."""
    provider: str | None
    smtp_code: int | None
    status: str | None
    stage: Stage | None
    reporter: Reporter | None
    category: str
    permanent: bool | None
    decided_by: DecidedBy
    rule: str | None
    ruleset: str
    """Version of the rules that judged so last; empty where that is not known."""
    count: int

    @property
    def basis(self) -> Key:
        """What the verdict depends on: the template in its context."""
        return self.text, self.provider, self.smtp_code, self.status, self.stage, self.reporter


class Become(msgspec.Struct, frozen=True):
    """What is made of a judgement by other rules."""

    category: str
    decided_by: DecidedBy
    rule: str | None


class Touched(msgspec.Struct, frozen=True):
    """A recipient with another history: its standing, complaints and unsubscribes before and after."""

    address: str | None
    hash: str
    provider: str | None
    """Who answered in the latest event that moves."""
    before: Standing
    marks_before: list[Standing]
    after: Standing
    marks_after: list[Standing]


class Known(msgspec.Struct, frozen=True):
    """A recipient or domain with its history."""

    hash: str
    """Keyed hash of the address, hexadecimal."""
    address: str | None
    """Canonical address or ``@domain``; None in hashed mode."""
    is_domain: bool
    state: State


Moves = Mapping[int, Become]
"""Key of a judgement to what becomes of it."""


class Judgements(Protocol):
    """The judgements of one installation."""

    def judgements(self) -> list[Judged]:
        """All that stand for at least one event."""
        ...

    def touched_by(self, keys: Collection[int]) -> list[int]:
        """The numbers of the recipients with events of these judgements, in ascending order."""
        ...

    def rejudged(self, numbers: Collection[int], moves: Moves) -> Iterator[Touched]:
        """How these recipients would stand if the judgements moved; nothing is changed."""
        ...

    def remembered(self) -> list[int]:
        """The numbers of all recipients and domains with a history, in ascending order."""
        ...

    def histories(self, numbers: Collection[int]) -> Iterator[Known]:
        """These recipients and domains with their histories."""
        ...
