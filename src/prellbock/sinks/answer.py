"""What a receiver of webhooks answers."""

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """What a receiver said, or why it said nothing (``code`` None)."""

    code: int | None
    text: str
    seconds: float
    retry_after: float | None = None
    """Seconds that it asks to be left alone for."""

    @property
    def is_taken(self) -> bool:
        """Whether it has the message."""
        return self.code is not None and 200 <= self.code < 300
