"""What doors have set apart, in SQLite: `prellbock.store.apart.SetsApart`."""

import hashlib
from collections.abc import Sequence

from prellbock.store.apart import Apart
from prellbock.store.sqlite.opened import Opened
from prellbock.store.sqlite.write import NAMES


class KeptApart(Opened):
    """See `prellbock.store.apart.SetsApart`."""

    def set_apart(self, found: Sequence[Apart]) -> None:
        """See `prellbock.store.apart.SetsApart.set_apart`."""
        with self._writing():
            self._db.executemany(
                "INSERT OR IGNORE INTO apart (door, place, why, digest, content, recorded) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        each.door,
                        NAMES.sub("{address}", each.place),
                        NAMES.sub("{address}", each.why),
                        _digest(each),
                        each.content if self._plain else None,
                        each.recorded,
                    )
                    for each in found
                ],
            )

    def apart(self, door: str | None, most: int) -> list[Apart]:
        """See `prellbock.store.apart.SetsApart.apart`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT number, door, place, why, recorded, content FROM apart WHERE ?1 IS NULL OR door = ?1 "
                "ORDER BY number DESC LIMIT ?2",
                (door, most),
            ).fetchall()
        return [
            Apart(number=number, door=of, place=place, why=why, recorded=recorded, content=content)
            for number, of, place, why, recorded, content in rows
        ]

    def apart_counts(self, since: float) -> dict[str, int]:
        """See `prellbock.store.apart.SetsApart.apart_counts`."""
        with self._reading():
            return dict(
                self._db.execute("SELECT door, count(*) FROM apart WHERE recorded >= ? GROUP BY door", (since,))
            )

    def drop_apart(self, numbers: Sequence[int]) -> int:
        """See `prellbock.store.apart.SetsApart.drop_apart`."""
        with self._writing():
            done = self._db.executemany("DELETE FROM apart WHERE number = ?", [(number,) for number in numbers])
        return done.rowcount

    def _forget_apart(self, before: float) -> None:
        """Part of the housekeeping; inside the caller's transaction."""
        self._db.execute("DELETE FROM apart WHERE recorded < ?", (before,))


def _digest(each: Apart) -> bytes:
    what = each.content if each.content is not None else f"{each.place} {each.why}".encode()
    return hashlib.blake2b(what, digest_size=16).digest()
