"""What do people say of rules that were proposed? Accepted ones become rules, rejected ones are not shown again."""

from typing import Literal

import msgspec


class Opinion(msgspec.Struct, frozen=True):
    """``time`` is Unix seconds UTC; ``draft`` is where an accepted rule went."""

    state: Literal["accepted", "rejected"]
    actor: str
    reason: str
    time: float
    draft: str | None = None
