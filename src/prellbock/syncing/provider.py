"""What is to be known of a provider to read its lists."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from prellbock.syncing.calling import Calling

Row = dict[str, Any]
Page = tuple[str, list[Row]]
"""The name of its format (as in `suppression_lists.FORMATS`), and the entries as the provider writes them."""


class Provider(msgspec.Struct, frozen=True):
    """One system with suppression lists."""

    base: str
    """Where its API is, unless its customer is in another region."""
    headers: Callable[[str], dict[str, str]]
    """Of a request, from the key."""
    pages: Callable[[Calling, str], Iterator[Page]]
    """Every page of every list that withholds mail there, of this message stream or domain."""
    key: str
    """What kind of key it wants, and where that is found."""
    part: str = ""
    """What has to be named of an account: nothing, or a ``stream`` or ``domain``."""
