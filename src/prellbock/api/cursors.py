"""Cursors of lists and of the feed: where one stood, in a text that nobody else can make.

A cursor holds a sequence number of the ledger and the mark of that entry (`Store.mark_of`), signed with a key that is
derived from the installation's secret. So it holds after a restart and wherever the data folder is moved; and one that
stems from a ledger of which the restored back-up knows nothing is recognised, though the numbers are given again.
"""

import base64
import hashlib
import hmac
import struct
from typing import Literal

from prellbock.api.problems import ProblemError
from prellbock.store.contract import Store

Purpose = Literal["feed", "list"]

_BODY = struct.Struct(">Q8s")
_SIGNATURE_OCTETS = 8
_NO_MARK = bytes(8)


class Cursors:
    """Makes and reads the cursors of one installation."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(secret, person=b"prellbock-cursor").digest()

    def write(self, store: Store, seq: int, purpose: Purpose) -> str:
        """The cursor after the entry ``seq``; 0 is the beginning."""
        body = _BODY.pack(seq, (store.mark_of(seq) if seq else None) or _NO_MARK)
        return base64.urlsafe_b64encode(body + self._signature(body, purpose)).decode()

    def read(self, store: Store, text: str, purpose: Purpose) -> tuple[int, bool]:
        """The sequence number after which to go on, and whether that is the beginning because the ledger is another.

        Raises `ProblemError` for a text that this installation has not made.
        """
        try:
            octets = base64.urlsafe_b64decode(text.encode("ascii"))
        except ValueError:
            octets = b""
        body, signature = octets[: _BODY.size], octets[_BODY.size :]
        if len(body) < _BODY.size or not hmac.compare_digest(signature, self._signature(body, purpose)):
            raise ProblemError(400, f"this cursor was not made here for a {purpose}: give one as you got it, or none")
        seq, mark = _BODY.unpack(body)
        if seq and (store.mark_of(seq) or _NO_MARK) != mark:
            return 0, True
        return seq, False

    def _signature(self, body: bytes, purpose: Purpose) -> bytes:
        return hashlib.blake2b(body, key=self._key, person=purpose.encode(), digest_size=_SIGNATURE_OCTETS).digest()
