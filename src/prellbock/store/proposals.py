"""What do people say of rules that were proposed? Accepted ones become rules, rejected ones are not shown again."""

from typing import Literal

import msgspec

from prellbock.rules.model import Rule


class Opinion(msgspec.Struct, frozen=True):
    """``time`` is Unix seconds UTC; ``draft`` is where an accepted rule went."""

    state: Literal["accepted", "rejected"]
    actor: str
    reason: str
    time: float
    draft: str | None = None
    category: str = ""
    """The category that was proposed for the ``families``: neither is proposed again in other words."""
    families: tuple[str, ...] = ()
    rule: Rule | None = None
    """What was accepted or rejected; None in what was said before it was kept."""
    edits: dict[str, Rule | None] = {}
    """Of a change of rules: what it makes of each, by name; None: no more."""
    kind: str = "add"
