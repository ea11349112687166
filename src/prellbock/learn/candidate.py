"""What is a proposal of the machine? A rule, or a change of rules, with what speaks for and against it."""

from typing import Literal

import msgspec

from prellbock.learn.why import Why
from prellbock.rules.model import Rule

Kind = Literal["add", "merge", "generalise", "reorder", "retire", "correct"]

MOST_EXAMPLES = 5
"""Texts of a kind that a proposal shows."""


class Candidate(msgspec.Struct, frozen=True):
    """A rule that is proposed, and what speaks for it."""

    key: str
    """12 hexadecimal digits of what it says; the same proposal has the same key."""
    rule: Rule
    support: int
    """Responses that it would newly decide."""
    templates: int
    precision: float
    """Estimated, 0 to 1."""
    labelled: int
    """Labelled texts that it finds."""
    labelled_right: int
    collisions: tuple[str, ...]
    """Labelled texts that it finds and that mean something else."""
    recommended: bool
    families: tuple[str, ...]
    before: dict[str, int]
    """Verdicts on what it finds, by category, as things are; responses."""
    after: dict[str, int]
    kind: Kind = "add"
    why: str = ""
    """In an English sentence; empty where the figures say everything."""
    reason: Why | None = None
    """The same as code and values."""
    edits: dict[str, Rule | None] = {}
    """Of a change: the rules as they shall be, by name; None: no more. ``rule`` is the first, or the one that goes."""
    labelled_right_before: int = 0
    """How many of ``labelled`` are judged rightly as things are."""
    texts: tuple[str, ...] = ()
    """Of a change: stored responses that would be judged otherwise."""

    @property
    def changes(self) -> dict[str, Rule | None]:
        """What acceptance does to the rules."""
        return self.edits or {self.rule.name: self.rule}
