"""Followers in SQLite: `prellbock.store.following.Follows`."""

from prellbock.store.following import Reached
from prellbock.store.sealing import Sealer
from prellbock.store.sqlite.opened import Opened

QUEUED_KEPT_SECONDS = 14 * 86400.0
"""No server tries longer; of a message that is never reported to have left its queue nothing is kept after that."""


class Following(Opened):
    """See `prellbock.store.following.Follows`."""

    def position_of(self, follower: str) -> str | None:
        """See `prellbock.store.following.Follows.position_of`."""
        with self._reading():
            row = self._db.execute("SELECT position FROM followed WHERE follower = ?", (follower,)).fetchone()
        return str(row[0]) if row else None

    def joins_of(self, follower: str) -> dict[str, bytes]:
        """See `prellbock.store.following.Follows.joins_of`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT id, box FROM queued WHERE follower = ? ORDER BY recorded, id", (follower,)
            ).fetchall()
        sealer = Sealer(self.secret)
        return {identity: sealer.open(box, f"queue {follower}") for identity, box in rows}

    def reach(self, reached: Reached, now: float) -> None:
        """See `prellbock.store.following.Follows.reach`."""
        with self._writing():
            self._write_reached(reached, now)

    def _write_reached(self, reached: Reached, now: float) -> None:
        """Inside the caller's transaction."""
        self._db.execute("INSERT OR REPLACE INTO followed VALUES (?, ?, ?)", (reached.follower, reached.position, now))
        gone = [(reached.follower, identity) for identity, content in reached.joins.items() if content is None]
        if gone:
            self._db.executemany("DELETE FROM queued WHERE follower = ? AND id = ?", gone)
        known = [(identity, content) for identity, content in reached.joins.items() if content is not None]
        if known:
            # Sealed: a sender may hold the address of a recipient (VERP).
            sealer = Sealer(self.secret)
            self._db.executemany(
                "INSERT OR REPLACE INTO queued VALUES (?, ?, ?, ?)",
                [
                    (reached.follower, identity, sealer.seal(content, f"queue {reached.follower}"), now)
                    for identity, content in known
                ],
            )

    def _forget_queued(self, now: float) -> None:
        """Part of the housekeeping; inside the caller's transaction."""
        self._db.execute("DELETE FROM queued WHERE recorded < ?", (now - QUEUED_KEPT_SECONDS,))
