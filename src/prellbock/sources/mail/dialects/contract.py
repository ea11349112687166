"""What is a dialect? One way in which one mail system tells people, not machines, what became of a message."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from prellbock.events import Action, Stage
from prellbock.sources.mail.notice import Notice


class Finding(msgspec.Struct, kw_only=True):
    """What a notice says of one recipient.

    ``text`` is the cause as it stands there, wrappers such as ``host x said:`` included; `replies.cause` unwraps it.
    """

    recipient: str | None
    text: str
    mx: str | None = None
    action: Action = "failed"
    stage: Stage | None = None
    status: str | None = None
    final: bool = False
    """The message is no longer tried, even where the fields for machines say ``delayed``."""


class Dialect(Protocol):
    """Recognises and reads one kind of notice."""

    @property
    def name(self) -> str: ...

    @property
    def signs(self) -> tuple[str, ...]:
        """Words in lower case, one of which stands in every notice of this dialect; without any it is always asked."""
        ...

    def read(self, notice: Notice) -> Sequence[Finding]:
        """What the notice says, one finding a recipient; nothing where the notice is not of this dialect."""
        ...
