"""Lists page by page: a cursor is the key of the last item told, packed so that nobody builds on its form."""

import base64
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from litestar.params import QueryParameter

from prellbock.api.problems import ProblemError

T = TypeVar("T")

Cursor = Annotated[str | None, QueryParameter(max_length=1000, description="The `next` of the page before.")]


def write_cursor(*key: str | float | None) -> str:
    """The cursor after the item with this key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def read_cursor(text: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The key that a cursor holds; None at the beginning. Raises `ProblemError`."""
    if text is None:
        return None
    try:
        octets = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        found: tuple[Any, ...] = msgspec.json.decode(octets, type=tuple[kinds])  # type: ignore[valid-type]
    except (ValueError, msgspec.MsgspecError):
        raise ProblemError(400, "cursor: give one as you got it as `next`, or none") from None
    return found


def cut(items: Sequence[T], limit: int) -> tuple[list[T], bool]:
    """The first ``limit`` items, and whether there are more."""
    return list(items[:limit]), len(items) > limit
