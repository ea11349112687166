"""Why a draft cannot be changed or published."""

from typing import Literal

Why = Literal["missing", "stale", "conflict", "refused"]


class DraftError(Exception):
    """``why``: what was named is not there; it is no longer as the caller thinks; others have published something that
    stands against it; or what was written must not be. ``more`` are details."""

    def __init__(self, why: Why, detail: str, **more: object) -> None:
        super().__init__(detail)
        self.why, self.detail, self.more = why, detail, more
