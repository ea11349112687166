"""What is a rule? Patterns, the replies they apply to, the category they mean, and examples that prove it."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Literal

import msgspec

from prellbock.events import Stage

Reporter = Literal["own", "remote"]
"""Who wrote the text: our own outgoing system, or a server of the recipient's side."""

LAST_RESORT = -50
"""The greatest priority of a rule that decides only where nothing else does."""

AdviceLanguage = Literal["en", "de"]


class Example(msgspec.Struct, frozen=True, omit_defaults=True):
    """A response and what is known about it; fields as in `prellbock.events.DeliveryEvent`."""

    text: str
    mx: str | None = None
    recipient: str | None = None
    status: str | None = None
    smtp_code: int | None = None
    stage: Stage | None = None


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """If one of ``match`` is found in the normalised text, none of ``unless`` is, and the scope fits: the category.

    ``code`` holds reply codes and enhanced codes in which x stands for any digits (``550``, ``5xx``, ``5.1.x``);
    one of them must fit. Empty lists do not restrict. ``priority`` is -100 to 100.
    """

    name: str
    category: str
    match: tuple[str, ...]
    unless: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    stage: tuple[Stage, ...] = ()
    reporter: Reporter | None = None
    priority: int = 0
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[Example, ...] = ()
    source: str = ""
    """Where the facts come from: an address, an RFC section, or an observation."""
    advice: dict[AdviceLanguage, str] = {}
    """What to do about this very reply, by language, where that is more than what its category says."""

    @property
    def is_last_resort(self) -> bool:
        """A single telling word, for texts that nothing else knows: priority -50 or less, not `expired`."""
        return self.priority <= LAST_RESORT and self.category != "expired"

    @property
    def scope(self) -> int:
        """How many of provider, code, stage and reporter restrict the rule; the narrower rule is the better one."""
        return bool(self.provider) + bool(self.code) + bool(self.stage) + (self.reporter is not None)


class Place(msgspec.Struct, frozen=True):
    """Where a rule stands; ``line`` counts from 1, and 0 means the whole file or folder."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class RuleSet(msgspec.Struct, frozen=True):
    """Rules in their order (files by name, then as written) and where each one stands."""

    rules: tuple[Rule, ...]
    places: tuple[Place, ...] = ()
    """One a rule, or empty where the rules do not come from files."""
    proved: bool = False
    """Every pattern is known to compile: the tests compile the shipped rules. Others are compiled when loaded."""

    @property
    def version(self) -> str:
        """12 hexadecimal digits that change whenever any rule changes."""
        return blake2b(msgspec.msgpack.encode(self.rules), digest_size=6).hexdigest()

    def named(self, name: str) -> Rule | None:
        """The rule of that name."""
        return next((rule for rule in self.rules if rule.name == name), None)

    def place(self, index: int) -> Place:
        """Where the rule of that index stands."""
        return self.places[index] if self.places else Place("<rules>", index + 1)


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong in a rule set: where, in which rule and field, and what to do."""

    place: Place
    rule: str | None
    field: str | None
    text: str

    def __str__(self) -> str:
        where = f"{self.place}: "
        if self.rule is not None:
            where += f"rule {self.rule!r}: "
        return where + (f"{self.field}: " if self.field else "") + self.text


class RuleError(ValueError):
    """A rule set cannot be used; ``problems`` names everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def default_folder() -> Path:
    """The folder of the rules that are shipped."""
    return Path(__file__).parent / "default"
