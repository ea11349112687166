"""Syncs in SQLite: `prellbock.store.syncs.Syncs`."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from prellbock.history.recipient import State, decode_state
from prellbock.store.sealing import Sealer
from prellbock.store.sqlite.memory import chunks
from prellbock.store.sqlite.opened import Opened
from prellbock.store.syncs import KnownEntry, Sync, SyncCounts, SyncOptions, SyncRun

RUNS_KEPT = 1000
"""Of each sync."""
_COLUMNS = (
    "sync, name, provider, part, base_url, private, options, box IS NOT NULL, schedule, paused, due, asked, failing,"
    " missed, success, failures, moved, created, creator"
)
_RUN = "run, begun, ended, state, why, counts"
_INTERRUPTED = "the run was interrupted; what it had done is kept, the next one goes on"
_OF_NAME = "(SELECT sync FROM syncs WHERE name = ?)"


class Syncing(Opened):
    """See `prellbock.store.syncs.Syncs`."""

    @property
    def keeps_addresses(self) -> bool:
        """See `prellbock.store.syncs.Syncs.keeps_addresses`."""
        return self._plain

    def syncs(self) -> list[Sync]:
        """See `prellbock.store.syncs.Syncs.syncs`."""
        with self._reading():
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM syncs ORDER BY name").fetchall()  # noqa: S608
            return [self._sync(row) for row in rows]

    def sync(self, name: str) -> Sync | None:
        """See `prellbock.store.syncs.Syncs.sync`."""
        with self._reading():
            return self._sync_of(name)

    def _sync_of(self, name: str) -> Sync | None:
        row = self._db.execute(f"SELECT {_COLUMNS} FROM syncs WHERE name = ?", (name,)).fetchone()  # noqa: S608
        return self._sync(row) if row else None

    def _sync(self, row: tuple[Any, ...]) -> Sync:
        number, name, provider, part, base_url, private, options, sealed, schedule, paused, due, asked, *rest = row
        failing, missed, success, failures, moved, created, creator = rest
        last = self._db.execute(
            f"SELECT {_RUN} FROM sync_runs WHERE sync = ? ORDER BY run DESC LIMIT 1",  # noqa: S608
            (number,),
        ).fetchone()
        return Sync(
            name=name, provider=provider, part=part, base_url=base_url, private=bool(private),
            options=msgspec.json.decode(options, type=SyncOptions), has_secret=bool(sealed), schedule=schedule,
            paused=bool(paused), due=due, asked=bool(asked), failing=failing, missed=missed, success=success,
            failures=failures, moved=moved, created=created, creator=creator, last=_run(last) if last else None,
        )  # fmt: skip

    def put_sync(self, sync: Sync, secret: bytes) -> bool:
        """See `prellbock.store.syncs.Syncs.put_sync`."""
        with self._writing():
            done = self._db.execute(
                "INSERT OR IGNORE INTO syncs (name, provider, part, base_url, private, options, box, schedule, paused,"
                " due, missed, created, creator) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?10, ?10, ?, ?)",
                (sync.name, sync.provider, sync.part, sync.base_url, sync.private, _text(sync.options),
                 self._sealed(sync.name, secret), sync.schedule, sync.paused, sync.due, sync.created, sync.creator),
            )  # fmt: skip
            return bool(done.rowcount)

    def change_sync(self, sync: Sync, secret: bytes | None) -> bool:
        """See `prellbock.store.syncs.Syncs.change_sync`."""
        with self._writing():
            done = self._db.execute(
                "UPDATE syncs SET base_url = ?2, private = ?3, options = ?4, box = coalesce(?5, box), schedule = ?6,"
                " paused = ?7, due = ?8, missed = ?8, failing = 0 WHERE name = ?1",
                (sync.name, sync.base_url, sync.private, _text(sync.options),
                 None if secret is None else self._sealed(sync.name, secret), sync.schedule, sync.paused, sync.due),
            )  # fmt: skip
            return bool(done.rowcount)

    def _sealed(self, name: str, secret: bytes) -> bytes:
        return Sealer(self.secret).seal(secret, f"sync {name}")

    def sync_secret(self, name: str) -> bytes | None:
        """See `prellbock.store.syncs.Syncs.sync_secret`."""
        with self._reading():
            row = self._db.execute("SELECT box FROM syncs WHERE name = ?", (name,)).fetchone()
        return None if row is None else Sealer(self.secret).open(row[0], f"sync {name}")

    def remove_sync(self, name: str) -> bool:
        """See `prellbock.store.syncs.Syncs.remove_sync`."""
        with self._writing():
            for table in ("sync_runs", "sync_entries"):
                self._db.execute(f"DELETE FROM {table} WHERE sync = {_OF_NAME}", (name,))  # noqa: S608
            return bool(self._db.execute("DELETE FROM syncs WHERE name = ?", (name,)).rowcount)

    def ask_sync(self, name: str) -> bool:
        """See `prellbock.store.syncs.Syncs.ask_sync`."""
        with self._writing():
            return bool(self._db.execute("UPDATE syncs SET asked = 1 WHERE name = ?", (name,)).rowcount)

    def due_syncs(self, now: float) -> list[str]:
        """See `prellbock.store.syncs.Syncs.due_syncs`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT name FROM syncs WHERE asked OR (NOT paused AND due <= ?) ORDER BY due, name", (now,)
            ).fetchall()
        return [name for (name,) in rows]

    def begin_sync(self, name: str, now: float, again: float) -> tuple[Sync, int] | None:
        """See `prellbock.store.syncs.Syncs.begin_sync`."""
        with self._writing():
            row = self._db.execute("SELECT sync FROM syncs WHERE name = ?", (name,)).fetchone()
            if row is None:
                return None
            (number,) = row
            self._db.execute(
                "UPDATE sync_runs SET state = 'failed', ended = ?, why = ? WHERE sync = ? AND state = 'running'",
                (now, _INTERRUPTED, number),
            )
            self._db.execute(
                "UPDATE syncs SET asked = 0, due = CASE WHEN schedule IS NOT NULL THEN ? END WHERE sync = ?",
                (again, number),
            )
            done = self._db.execute(
                "INSERT INTO sync_runs (sync, begun, state, counts) VALUES (?, ?, 'running', '{}')", (number, now)
            )
            self._db.execute(
                "DELETE FROM sync_runs WHERE sync = ?1 AND run NOT IN"
                " (SELECT run FROM sync_runs WHERE sync = ?1 ORDER BY run DESC LIMIT ?2)",
                (number, RUNS_KEPT),
            )
            sync = self._sync_of(name)
        assert done.lastrowid is not None
        return None if sync is None else (sync, done.lastrowid)

    def end_sync(
        self, name: str, run: int, counts: SyncCounts, now: float, due: float | None, *, why: str | None
    ) -> None:
        """See `prellbock.store.syncs.Syncs.end_sync`."""
        moved = counts.taken + counts.added + counts.removed
        with self._writing():
            self._db.execute(
                "UPDATE sync_runs SET state = ?, ended = ?, why = ?, counts = ? WHERE run = ?",
                ("done" if why is None else "failed", now, why, _text(counts), run),
            )
            if why is None:
                self._db.execute(
                    "UPDATE syncs SET failing = 0, success = ?2, moved = moved + ?3, due = ?4, missed = ?4"
                    " WHERE name = ?1",
                    (name, now, moved, due),
                )
            else:
                self._db.execute(
                    "UPDATE syncs SET failing = failing + 1, failures = failures + 1, moved = moved + ?2, due = ?3"
                    " WHERE name = ?1",
                    (name, moved, due),
                )

    def sync_runs(self, name: str, most: int = 100) -> list[SyncRun]:
        """See `prellbock.store.syncs.Syncs.sync_runs`."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT {_RUN} FROM sync_runs WHERE sync = {_OF_NAME} ORDER BY run DESC LIMIT ?",  # noqa: S608
                (name, most),
            ).fetchall()
        return [_run(row) for row in rows]

    def known_entries(self, name: str) -> list[KnownEntry]:
        """See `prellbock.store.syncs.Syncs.known_entries`."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT hash, list, since, side FROM sync_entries WHERE sync = {_OF_NAME}",  # noqa: S608
                (name,),
            ).fetchall()
        return [KnownEntry(*row) for row in rows]

    def note_entries(self, name: str, hashes: Collection[bytes], entries: Sequence[KnownEntry]) -> None:
        """See `prellbock.store.syncs.Syncs.note_entries`."""
        with self._writing():
            row = self._db.execute("SELECT sync FROM syncs WHERE name = ?", (name,)).fetchone()
            if row is None:
                return
            self._db.executemany(
                "DELETE FROM sync_entries WHERE sync = ? AND hash = ?", [(row[0], each) for each in hashes]
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO sync_entries VALUES (?, ?, ?, ?, ?)",
                [(row[0], each.hash, each.list, each.since, each.side) for each in entries],
            )

    def addresses_of(self, hashes: Collection[bytes]) -> Mapping[bytes, str]:
        """See `prellbock.store.syncs.Syncs.addresses_of`."""
        found: dict[bytes, str] = {}
        for marks, part in chunks(hashes):
            with self._reading():
                found.update(self._db.execute(
                    f"SELECT hash, address FROM recipients WHERE address IS NOT NULL AND hash IN ({marks})",  # noqa: S608
                    part,
                ))  # fmt: skip
        return found

    def states_of(self, hashes: Collection[bytes]) -> Mapping[bytes, State]:
        """See `prellbock.store.syncs.Syncs.states_of`."""
        found: dict[bytes, State] = {}
        for marks, part in chunks(hashes):
            with self._reading():
                rows = self._db.execute(
                    f"SELECT hash, state FROM states JOIN recipients USING (number) WHERE hash IN ({marks})",  # noqa: S608
                    part,
                ).fetchall()
            found.update((digest, decode_state(stored)) for digest, stored in rows)
        return found


def _run(row: tuple[Any, ...]) -> SyncRun:
    number, begun, ended, state, why, counts = row
    return SyncRun(number, begun, ended, state, why, msgspec.json.decode(counts, type=SyncCounts))


def _text(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode()
