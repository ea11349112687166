"""Destinations and deliveries in SQLite: `prellbock.store.destinations.Publishes`."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from prellbock.store.destinations import (
    Delivery,
    DeliveryState,
    Destination,
    DestinationState,
    Outgoing,
    Progress,
    Wanted,
)
from prellbock.store.sealing import Sealer
from prellbock.store.sources import Held
from prellbock.store.sqlite.opened import Opened

_COLUMNS = (
    "name, kind, settings, wanted, state, why, cursor, generation, created, creator, failing, taken,"
    " (SELECT count(*) FROM outgoing d WHERE d.destination = destinations.destination AND d.state = 'waiting'),"
    " (SELECT count(*) FROM outgoing d WHERE d.destination = destinations.destination AND d.state = 'dead'),"
    " keep_days, dropped,"
    " (SELECT min(recorded) FROM (SELECT * FROM (SELECT recorded FROM ledger"
    " JOIN recipients ON recipients.number = ledger.number WHERE seq > destinations.cursor ORDER BY seq LIMIT 1)"
    " UNION ALL SELECT recorded FROM outgoing d JOIN ledger USING (seq)"
    " WHERE d.destination = destinations.destination AND d.state = 'waiting'))"
)
_DELIVERY = "seq, state, attempts, begun, last, due, code, answer, seconds"
_NUMBER = "(SELECT destination FROM destinations WHERE name = ?)"
_NEWEST = (
    "(SELECT events.{} FROM json_each(ledger.evidence) JOIN events ON events.key = value"
    " ORDER BY events.time DESC LIMIT 1)"
)
_OUTGOING = " ".join((
    "SELECT seq, ledger.number, recorded, scope, status, address, hash, ledger.time, before, since, until,",
    f"category, rule, source, policy, actor, {_NEWEST.format('stream')}, {_NEWEST.format('provider')}",
    "FROM ledger JOIN recipients ON recipients.number = ledger.number",
))  # fmt: skip


class Sending(Opened):
    """See `prellbock.store.destinations.Publishes`."""

    def destinations(self) -> list[Destination]:
        """See `prellbock.store.destinations.Publishes.destinations`."""
        with self._reading():
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM destinations ORDER BY name").fetchall()  # noqa: S608
            return [self._destination(row) for row in rows]

    def destination(self, name: str) -> Destination | None:
        """See `prellbock.store.destinations.Publishes.destination`."""
        with self._reading():
            row = self._db.execute(f"SELECT {_COLUMNS} FROM destinations WHERE name = ?", (name,)).fetchone()  # noqa: S608
            return self._destination(row) if row else None

    def _destination(self, row: tuple[Any, ...]) -> Destination:
        name, kind, settings, wanted, *rest = row
        secrets = self._db.execute(
            f"SELECT secret, created, until FROM destination_secrets WHERE destination = {_NUMBER}"  # noqa: S608
            " ORDER BY secret DESC",
            (name,),
        ).fetchall()
        fields = ("state", "why", "cursor", "generation", "created", "creator", "failing", "taken", "waiting", "dead",
                  "keep_days", "dropped", "oldest")  # fmt: skip
        return Destination(
            name=name, kind=kind, settings=json.loads(settings), wanted=msgspec.json.decode(wanted, type=Wanted),
            secrets=tuple(Held(*each) for each in secrets), **dict(zip(fields, rest, strict=True)),
        )  # fmt: skip

    def put_destination(self, destination: Destination, secret: bytes | None) -> bool:
        """See `prellbock.store.destinations.Publishes.put_destination`."""
        with self._writing():
            done = self._db.execute(
                "INSERT OR IGNORE INTO destinations (name, kind, settings, wanted, state, why, cursor, created,"
                " creator, keep_days) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (destination.name, destination.kind, json.dumps(dict(destination.settings)), _text(destination.wanted),
                 destination.state, destination.why, destination.cursor, destination.created, destination.creator,
                 destination.keep_days),
            )  # fmt: skip
            if done.rowcount and secret is not None:
                self._put_destination_secret(destination.name, secret, destination.created)
            return bool(done.rowcount)

    def change_destination(
        self, name: str, settings: Mapping[str, object], wanted: Wanted, state: DestinationState, why: str | None,
        keep_days: float | None,
    ) -> bool:  # fmt: skip
        """See `prellbock.store.destinations.Publishes.change_destination`."""
        with self._writing():
            done = self._db.execute(
                "UPDATE destinations SET settings = ?, wanted = ?, state = ?, why = ?, generation = generation + 1,"
                " failing = CASE WHEN ?3 = 'active' THEN NULL ELSE failing END, keep_days = ?5 WHERE name = ?6",
                (json.dumps(dict(settings)), _text(wanted), state, why, keep_days, name),
            )
            return bool(done.rowcount)

    def add_destination_secret(self, name: str, secret: bytes, now: float, until: float) -> bool:
        """See `prellbock.store.destinations.Publishes.add_destination_secret`."""
        with self._writing():
            if not self._db.execute("SELECT 1 FROM destinations WHERE name = ?", (name,)).fetchone():
                return False
            self._db.execute(
                f"DELETE FROM destination_secrets WHERE destination = {_NUMBER} AND until <= ?",  # noqa: S608
                (name, now),
            )
            self._db.execute(
                "UPDATE destination_secrets SET until = min(coalesce(until, ?2), ?2) WHERE destination ="
                " (SELECT destination FROM destinations WHERE name = ?1)",
                (name, until),
            )
            self._put_destination_secret(name, secret, now)
            self._db.execute("UPDATE destinations SET generation = generation + 1 WHERE name = ?", (name,))
        return True

    def _put_destination_secret(self, name: str, secret: bytes, now: float) -> None:
        self._db.execute(
            f"INSERT INTO destination_secrets (destination, box, created) VALUES ({_NUMBER}, ?, ?)",  # noqa: S608
            (name, Sealer(self.secret).seal(secret, f"destination {name}"), now),
        )

    def destination_secrets(self, name: str, now: float) -> list[bytes]:
        """See `prellbock.store.destinations.Publishes.destination_secrets`."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT box FROM destination_secrets WHERE destination = {_NUMBER}"  # noqa: S608
                " AND (until IS NULL OR until > ?) ORDER BY secret DESC",
                (name, now),
            ).fetchall()
        sealer = Sealer(self.secret)
        return [sealer.open(box, f"destination {name}") for (box,) in rows]

    def remove_destination(self, name: str) -> bool:
        """See `prellbock.store.destinations.Publishes.remove_destination`."""
        with self._writing():
            for table in ("outgoing", "destination_secrets"):
                self._db.execute(f"DELETE FROM {table} WHERE destination = {_NUMBER}", (name,))  # noqa: S608
            return bool(self._db.execute("DELETE FROM destinations WHERE name = ?", (name,)).rowcount)

    # --- the outbox

    def newest_outgoing(self) -> int:
        """See `prellbock.store.destinations.Publishes.newest_outgoing`."""
        with self._reading():
            row = self._db.execute(
                "SELECT seq FROM ledger JOIN recipients ON recipients.number = ledger.number ORDER BY seq DESC LIMIT 1"
            ).fetchone()
        return int(row[0]) if row else 0

    def outgoing(self, after: int, most: int) -> list[Outgoing]:
        """See `prellbock.store.destinations.Publishes.outgoing`."""
        with self._reading():
            rows = self._db.execute(f"{_OUTGOING} WHERE seq > ? ORDER BY seq LIMIT ?", (after, most)).fetchall()
        return [self._outgoing(row) for row in rows]

    def outgoing_of(self, seqs: Sequence[int]) -> list[Outgoing]:
        """See `prellbock.store.destinations.Publishes.outgoing_of`."""
        with self._reading():
            rows = self._db.execute(
                f"{_OUTGOING} WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq",  # noqa: S608
                (json.dumps([*seqs]),),
            ).fetchall()
        return [self._outgoing(row) for row in rows]

    def _outgoing(self, row: tuple[Any, ...]) -> Outgoing:
        seq, number, recorded, scope, status, address, digest, time, before, *rest = row
        since, until, category, rule, source, policy, actor, stream, provider = rest
        mark = mark_of_row(self.secret, (number, recorded, scope, status))
        return Outgoing(
            seq, mark.hex(), address, digest.hex(), scope, time, recorded, before, status, since, until, category,
            rule, source, policy, actor, stream, provider,
        )  # fmt: skip

    def progressed(self, progress: Sequence[Progress]) -> None:
        """See `prellbock.store.destinations.Publishes.progressed`."""
        with self._writing():
            for each in progress:
                row = self._db.execute("SELECT destination FROM destinations WHERE name = ?", (each.name,)).fetchone()
                if row is None:
                    continue
                self._db.execute(
                    "UPDATE destinations SET cursor = ?, failing = ?, taken = coalesce(?, taken),"
                    " state = CASE WHEN ?4 IS NULL THEN state ELSE 'disabled' END,"
                    " why = CASE WHEN state = 'active' THEN coalesce(?4, ?7, CASE WHEN ?2 IS NOT NULL THEN why END)"
                    " ELSE why END"
                    ", dropped = dropped + ?8 WHERE destination = ?5 AND generation = ?6",
                    (
                        each.cursor,
                        each.failing,
                        each.taken,
                        each.disabled,
                        row[0],
                        each.generation,
                        each.trouble,
                        each.dropped,
                    ),
                )
                self._db.executemany(
                    "INSERT INTO outgoing VALUES (?1, ?2, ?3, 1, ?4, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET"
                    " state = excluded.state, attempts = attempts + 1, last = excluded.last, due = excluded.due,"
                    " code = excluded.code, answer = excluded.answer, seconds = excluded.seconds"
                    # What was done before people asked for it again does not answer that.
                    " WHERE state <> 'waiting' OR attempts > 0 OR due < excluded.last",
                    [
                        (row[0], done.seq, done.state, done.at, done.due, done.code, done.answer, done.seconds)
                        for done in each.attempts
                    ],
                )

    def open_deliveries(self, name: str) -> list[Delivery]:
        """See `prellbock.store.destinations.Publishes.open_deliveries`."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT {_DELIVERY} FROM outgoing WHERE destination = {_NUMBER} AND (state = 'waiting' OR seq >"  # noqa: S608
                " (SELECT cursor FROM destinations WHERE name = ?1)) ORDER BY seq",
                (name,),
            ).fetchall()
        return [Delivery(*row) for row in rows]

    def deliveries(
        self, name: str, *, state: DeliveryState | None = None, before: int | None = None, most: int = 100
    ) -> list[Delivery]:
        """See `prellbock.store.destinations.Publishes.deliveries`."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT {_DELIVERY} FROM outgoing WHERE destination = {_NUMBER} AND (?2 IS NULL OR state = ?2)"  # noqa: S608
                " AND (?3 IS NULL OR seq < ?3) ORDER BY seq DESC LIMIT ?4",
                (name, state, before, most),
            ).fetchall()
        return [Delivery(*row) for row in rows]

    def replay(self, name: str, *, seqs: Sequence[int] | None, since: int | None, now: float) -> int:
        """See `prellbock.store.destinations.Publishes.replay`."""
        with self._writing():
            self._db.execute("UPDATE destinations SET generation = generation + 1 WHERE name = ?", (name,))
            if since is not None:
                self._db.execute("UPDATE destinations SET cursor = min(cursor, ?) WHERE name = ?", (since, name))
                self._db.execute(
                    f"DELETE FROM outgoing WHERE destination = {_NUMBER} AND seq > ?",  # noqa: S608
                    (name, since),
                )
                (count,) = self._db.execute("SELECT count(*) FROM ledger WHERE seq > ?", (since,)).fetchone()
                return int(count)
            if seqs is None:
                done = self._db.execute(
                    f"UPDATE outgoing SET state = 'waiting', attempts = 0, due = ? WHERE destination = {_NUMBER}"  # noqa: S608
                    " AND state = 'dead'",
                    (now, name),
                )
                return done.rowcount
            known = self._db.execute(
                "SELECT seq FROM ledger WHERE seq IN (SELECT value FROM json_each(?))", (json.dumps([*seqs]),)
            ).fetchall()
            self._db.executemany(
                f"INSERT INTO outgoing VALUES ({_NUMBER}, ?2, 'waiting', 0, ?3, ?3, ?3, NULL, NULL, NULL)"  # noqa: S608
                " ON CONFLICT DO UPDATE SET state = 'waiting', attempts = 0, due = excluded.due",
                [(name, seq, now) for (seq,) in known],
            )
            return len(known)

    def _forget_deliveries(self, taken_before: float, dead_before: float) -> None:
        """Part of the housekeeping; inside the caller's transaction."""
        self._db.execute(
            "DELETE FROM outgoing WHERE (state = 'taken' AND last < ?) OR (state = 'dead' AND last < ?)",
            (taken_before, dead_before),
        )


def mark_of_row(secret: bytes, row: tuple[Any, ...]) -> bytes:
    """8 octets of a ledger entry's (number, recorded, scope, status)."""
    return hashlib.blake2b(repr(row).encode(), digest_size=8, key=secret).digest()


def _text(wanted: Wanted) -> str:
    return msgspec.json.encode(wanted).decode()
