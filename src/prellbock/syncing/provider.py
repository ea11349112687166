"""What is to be known of a provider to read its lists, and to write to them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import msgspec

from prellbock.syncing.calling import Calling
from prellbock.syncing.merging import Can

Row = dict[str, Any]
Page = tuple[str, list[Row]]
"""The name of its format (as in `suppression_lists.FORMATS`), and the entries as the provider writes them."""
Refused = dict[str, str]
"""Addresses that were not taken, with the reason."""
Writes = Callable[[Calling, str, str, str, Sequence[str]], Refused]
"""Gets the stream or domain, the list, the status, and addresses, at most `Provider.batch` of them."""


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """One system with suppression lists."""

    title: str
    source: str = ""
    """How the sources of its entries begin; empty: with the title."""
    base: str
    """Where its API is, unless its customer is in another region; empty where every customer has a server."""
    headers: Callable[[str], dict[str, str]] = lambda key: {}
    """Of a request, from the key."""
    auth: Callable[[str, str], httpx.Auth | None] = lambda key, part: None
    """What signs requests, from the key and the part, where a header is not enough. Raises `SyncError`."""
    pages: Callable[[Calling, str], Iterator[Page]]
    """Every page of every list that withholds mail there, of this message stream or domain."""
    key: str
    """What kind of key it wants, and where that is found."""
    part: str = ""
    """What has to be named of an account: nothing, or a ``stream``, ``domain`` or ``region``."""
    can: Can
    add: Writes
    remove: Writes
    batch: int = 1
    """Addresses of one request that writes."""
    per_second: float = 10.0
    """Requests, at most; what the provider documents, else what is safe."""
