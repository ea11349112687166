"""The configured sources in SQLite: `prellbock.store.sources.Sources`."""

import json
import sqlite3
from collections.abc import Mapping

from prellbock.store.sealing import Sealer
from prellbock.store.sources import Brought, Held, Raw, Source
from prellbock.store.sqlite.opened import Opened

"""For so long raw objects are kept."""

_COLUMNS = "name, provider, options, created, creator, awaits"


class Configured(Opened):
    """See `prellbock.store.sources.Sources`."""

    def sources(self) -> list[Source]:
        """See `prellbock.store.sources.Sources.sources`."""
        with self._reading():
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM sources ORDER BY name").fetchall()  # noqa: S608
            return [_source(self._db, row) for row in rows]

    def source(self, name: str) -> Source | None:
        """See `prellbock.store.sources.Sources.source`."""
        with self._reading():
            row = self._db.execute(f"SELECT {_COLUMNS} FROM sources WHERE name = ?", (name,)).fetchone()  # noqa: S608
            return _source(self._db, row) if row else None

    def put_source(self, source: Source, secret: bytes | None) -> bool:
        """See `prellbock.store.sources.Sources.put_source`."""
        with self._writing():
            done = self._db.execute(
                "INSERT OR IGNORE INTO sources VALUES (?, ?, ?, ?, ?, ?)",
                (source.name, source.provider, json.dumps(dict(source.options)), source.created, source.creator,
                 source.awaits),
            )  # fmt: skip
            if done.rowcount and secret is not None:
                self._put_secret(source.name, secret, source.created)
            return bool(done.rowcount)

    def change_source(self, name: str, options: Mapping[str, str], awaits: float | None) -> bool:
        """See `prellbock.store.sources.Sources.change_source`."""
        with self._writing():
            done = self._db.execute(
                "UPDATE sources SET options = ?, awaits = ? WHERE name = ?", (json.dumps(dict(options)), awaits, name)
            )
            return bool(done.rowcount)

    def add_secret(self, name: str, secret: bytes, now: float, until: float) -> bool:
        """See `prellbock.store.sources.Sources.add_secret`."""
        with self._writing():
            if not self._db.execute("SELECT 1 FROM sources WHERE name = ?", (name,)).fetchone():
                return False
            self._db.execute("DELETE FROM source_secrets WHERE source = ? AND until <= ?", (name, now))
            self._db.execute(
                "UPDATE source_secrets SET until = min(coalesce(until, ?2), ?2) WHERE source = ?1", (name, until)
            )
            self._put_secret(name, secret, now)
        return True

    def _put_secret(self, name: str, secret: bytes, now: float) -> None:
        box = Sealer(self.secret).seal(secret, f"source {name}")
        self._db.execute("INSERT INTO source_secrets (source, box, created) VALUES (?, ?, ?)", (name, box, now))

    def secrets_of(self, name: str, now: float) -> list[bytes]:
        """See `prellbock.store.sources.Sources.secrets_of`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT box FROM source_secrets WHERE source = ? AND (until IS NULL OR until > ?) ORDER BY number DESC",
                (name, now),
            ).fetchall()
        sealer = Sealer(self.secret)
        return [sealer.open(box, f"source {name}") for (box,) in rows]

    def remove_source(self, name: str) -> bool:
        """See `prellbock.store.sources.Sources.remove_source`."""
        with self._writing():
            self._db.execute("DELETE FROM source_secrets WHERE source = ?", (name,))
            return bool(self._db.execute("DELETE FROM sources WHERE name = ?", (name,)).rowcount)

    def raws(self, source: str, most: int) -> list[Raw]:
        """See `prellbock.store.sources.Sources.raws`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT time, source, raw FROM raws WHERE source = ? ORDER BY recorded DESC, key LIMIT ?",
                (source, most),
            ).fetchall()
        return [Raw(*row) for row in rows]

    def brought(self, since: float) -> dict[str, Brought]:
        """See `prellbock.store.sources.Sources.brought`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT name, (SELECT sum(counts ->> 'read') FROM batches WHERE source = label AND recorded >= ?1),"
                " (SELECT count(*) FROM apart WHERE door = label AND recorded >= ?1)"
                " FROM (SELECT name, 'webhook:' || provider || '/' || name AS label FROM sources)",
                (since,),
            ).fetchall()
        return {name: Brought(read or 0, bad) for name, read, bad in rows}

    def _forget_raws(self, before: float) -> None:
        """Part of the housekeeping; inside the caller's transaction."""
        self._db.execute("DELETE FROM raws WHERE recorded < ?", (before,))


def _source(db: sqlite3.Connection, row: tuple[str, str, str, float, str, float | None]) -> Source:
    name, provider, options, created, creator, awaits = row
    (seen,) = db.execute(
        "SELECT max(recorded) FROM batches WHERE source = ?", (name_of_batches(provider, name),)
    ).fetchone()
    held = db.execute(
        "SELECT number, created, until FROM source_secrets WHERE source = ? ORDER BY number DESC", (name,)
    )
    return Source(
        name=name,
        provider=provider,
        options=json.loads(options),
        created=created,
        creator=creator,
        awaits=awaits,
        seen=seen,
        secrets=tuple(Held(*each) for each in held),
    )


def name_of_batches(provider: str, name: str) -> str:
    """What the batches of a source are called."""
    return f"webhook:{provider}/{name}"
