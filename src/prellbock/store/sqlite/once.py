"""Calls that may come twice: whoever made one and lost its answer makes it again, and gets the answer that was lost."""

import msgspec

from prellbock.store.contract import Acted
from prellbock.store.sqlite.opened import Opened

Done = tuple[int | None, list[Acted]]


class Once(Opened):
    """To be used inside a transaction. An empty name is none."""

    def _answered(self, once: bytes) -> Done | None:
        """What was answered to the call of this name."""
        row = self._db.execute("SELECT answer FROM answered WHERE call = ?", (once,)).fetchone() if once else None
        if row is None:
            return None
        operation, done = msgspec.msgpack.decode(row[0], type=Done)
        return operation, [msgspec.structs.replace(acted, address=self._address_of(acted.hash)) for acted in done]

    def _answer(self, once: bytes, done: Done, now: float) -> None:
        """Remembers it, without the addresses: they stand in one place only."""
        if once:
            operation, acted = done
            bare = [msgspec.structs.replace(each, address=None) for each in acted]
            self._db.execute(
                "INSERT INTO answered VALUES (?, ?, ?)", (once, msgspec.msgpack.encode((operation, bare)), now)
            )

    def _forget_answers(self, before: float) -> None:
        self._db.execute("DELETE FROM answered WHERE time < ?", (before,))
        self._db.execute("DELETE FROM repeats WHERE time < ?", (before,))

    def _address_of(self, hash_: str) -> str | None:
        row = self._db.execute("SELECT address FROM recipients WHERE hash = ?", (bytes.fromhex(hash_),)).fetchone()
        return row[0] if row else None
