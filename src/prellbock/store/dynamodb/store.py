"""The store of the cloud functions: `prellbock.store.contract.Store` over S3 and DynamoDB.

It works on a copy: a SQLite file in a temporary folder, with the tables and the very statements of the embedded store,
that holds the base and those recipients that somebody asked for. Whoever writes holds the lease, has a copy as of the
latest commit, and changes it in transactions as the embedded store does. Then everything that was touched goes out as
one commit (`objects`): first the new objects, then the manifest under a condition, then the items. Killed before the
manifest, nothing has happened; killed after it, the next writer writes the items from the log.
"""

import math
import shutil
import sqlite3
import tempfile
import time
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.guard.buckets import Tally
from prellbock.guard.holding import Holding
from prellbock.guard.surge import MOST_ASKED, RUN, is_candidate
from prellbock.history.actions import Kind
from prellbock.history.judge import Standing
from prellbock.history.policy import Policy
from prellbock.identity import HASH_OCTETS, shorts
from prellbock.pipeline import Classifies, Prepared
from prellbock.store.contract import Acted, Erased, Part, Story
from prellbock.store.dynamodb.aging import EVERY_SECONDS, Limits, too_old
from prellbock.store.dynamodb.clients import S3, DynamoDB
from prellbock.store.dynamodb.failures import Failures
from prellbock.store.dynamodb.items import Items, Written, by_key, pk_of
from prellbock.store.dynamodb.kept import KeptInRows
from prellbock.store.dynamodb.layout import RAWS, SUSPECT_BUCKETS, Layout, Rows, pack, unpack
from prellbock.store.dynamodb.lease import Lease
from prellbock.store.dynamodb.objects import Objects
from prellbock.store.dynamodb.outbox import entries, entry
from prellbock.store.dynamodb.remembered import CloudMemory
from prellbock.store.dynamodb.shards import FOLD_AT, Shards
from prellbock.store.errors import StoreError
from prellbock.store.exports import Row
from prellbock.store.following import Reached
from prellbock.store.retention import DAY
from prellbock.store.sqlite.connection import SECRET, plain_errors
from prellbock.store.sqlite.store import SqliteStore

_LOOKED_THROUGH = "rows_looked_through"
"""Name of a setting: when everybody's rows were looked through for what is kept too long."""
MOST_LOADED = 200_000
"""Recipients in the copy from which on it is begun anew."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a store lies, and with what to reach it."""

    s3: S3
    dynamodb: DynamoDB
    bucket: str
    table: str
    prefix: str = ""
    """Begin of the names of all objects."""
    histories: Literal["items", "objects"] = "items"
    """Where recipients lie in a store that is made now: an item each (`items`), or few objects (`shards`)."""
    patience: float = 20.0
    """Seconds that a writer waits for another one."""
    fresh_seconds: float = 0.0
    """For so long a copy is taken to be current by who only reads."""
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


class DynamoStore(SqliteStore):
    """See `prellbock.store.contract.Store`. Safe to share between threads; one call runs at a time."""

    def __init__(self, place: Place, secret: bytes, *, addresses: str | None = None) -> None:
        """``secret``: 32 octets of the installation; ``addresses``: plain or hashed, chosen when the store is made.

        Raises `StoreError`.
        """
        self._place = place
        folder = Path(tempfile.mkdtemp(prefix="prellbock-"))
        self._removed = weakref.finalize(self, shutil.rmtree, folder, True)
        (folder / SECRET).write_bytes(secret)
        (folder / "runs").mkdir()
        self._together = 0
        self._scope: list[Collection[bytes]] = []
        super().__init__(folder, create=True)
        for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "secure_delete = ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._objects = Objects(place.s3, place.bucket, place.prefix, cache=folder / "runs",
                                sharded=place.histories == "objects")  # fmt: skip
        self._in_table = Items(place.dynamodb, place.table)
        self._in_objects = Shards(self._objects, place.dynamodb, place.table)
        self._lease = Lease(place.dynamodb, place.table, patience=place.patience, clock=place.clock, sleep=place.sleep)
        self._rows = KeptInRows(self._db)
        self._cloud = CloudMemory(self._db, self._objects, self._have)
        self._memory = self._cloud
        self._layout = Layout(self._db)
        self._tables = self._kept
        self._failures = Failures(self._db, self._objects)
        self._loaded: set[bytes] = set()
        self._loaded_here: set[bytes] = set()
        self._whole = False
        self._looked = 0.0
        self._applied = 0
        self._told_before = 0
        self._without_log = self._tidy = False
        self._layout.clean()
        with self._lock:
            self._refresh()
        chosen = self._setting("addresses")
        if chosen is not None and addresses is not None and chosen != addresses:
            self.close()
            raise StoreError(
                f"the store in {place.bucket} keeps addresses {chosen}, not {addresses}: this is chosen once, when the "
                "store is made"
            )
        self._addresses = chosen or addresses or "plain"
        self._plain = self._addresses == "plain"

    def _mode(self, wanted: str | None) -> str:
        return "plain"

    def close(self) -> None:
        """See `prellbock.store.contract.Store.close`."""
        super().close()
        self._removed()

    # --- what is in the copy

    @property
    def _items(self) -> Items | Shards:
        """Where recipients lie: chosen once, when the store was made."""
        return self._in_table if self._objects.manifest.shards is None else self._in_objects

    @contextmanager
    def narrowly(self, hashes: Collection[bytes] = ()) -> Iterator[None]:
        """Inside it only these recipients are asked for, and the base; outside of it everybody."""
        with self._lock:
            self._scope.append(hashes)
            try:
                yield
            finally:
                self._scope.pop()

    def _refresh(self, *, now: bool = True) -> None:
        """Brings the copy up to the latest commit. To be called outside of a transaction."""
        if not now and self._place.clock() - self._looked < self._place.fresh_seconds:
            return
        manifest = self._objects.look()
        self._looked = self._place.clock()
        if manifest is None or (manifest.commit, manifest.name) == self._known_commit:
            return
        known = self._objects.manifest
        changed = [part for part, name in manifest.parts.items() if known.parts.get(part) != name]
        octets = self._objects.get_parts(manifest.parts[part] for part in changed)
        new = [log for number, log in manifest.recent if number > known.commit]
        is_followed = known.commit > 0 and len(new) == manifest.commit - known.commit
        logs = [each for log in new for each in self._objects.written_by(log)] if is_followed else []
        with self._loading():
            if not is_followed and known.commit:
                self._layout.take_out_all()
                self._loaded.clear()
                self._whole = False
                changed = [*manifest.parts]
                octets |= self._objects.get_parts(n for n in manifest.parts.values() if n not in octets)
            for part in {*changed, *(part for part in known.parts if part not in manifest.parts)}:
                name, _, number = part.partition("/")
                self._layout.take_out_part(name, int(number))
            for part in changed:
                self._layout.bring_in(unpack(octets[manifest.parts[part]]))
            for each in by_key(logs).values():
                self._replace(each)
        self._objects.manifest = manifest
        self._memory.forget()

    @property
    def _known_commit(self) -> tuple[int, str]:
        return self._objects.manifest.commit, self._objects.manifest.name

    def _replace(self, each: Written) -> None:
        """Brings in what another writer wrote of a recipient, if it is in the copy."""
        kind, _, rest = each.pk.partition("#")
        digest = bytes.fromhex(rest) if kind == "r" else None
        if not self._whole and digest not in self._loaded:
            return
        self._layout.take_out_recipient(digest, None if digest is not None else int(rest))
        if each.rows is not None:
            self._layout.bring_in(unpack(each.rows))

    def _have(self, hashes: Collection[bytes]) -> None:
        """Brings recipients and domains to where they are looked up, those that are not there yet."""
        if self._kept is not self._rows:
            if hashes:
                self._have_in_tables(hashes)
        elif missing := self._rows.missing(hashes):
            self._rows.bring(missing, (unpack(rows) for _, rows in self._stored(missing)))

    def _stored(self, hashes: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
        return self._items.read([pk_of(digest, 0) for digest in hashes], consistent=True)

    def _have_in_tables(self, hashes: Collection[bytes]) -> None:
        """Brings recipients and domains into the copy."""
        self._give_up_rows()
        if self._whole:
            return
        missing = [digest for digest in hashes if digest not in self._loaded]
        if not missing:
            return
        with self._loading():
            self._layout.bring_in(*(unpack(rows) for _, rows in self._stored(missing)))
        self._loaded.update(missing)
        self._loaded_here.update(missing)

    def _have_all(self) -> None:
        self._give_up_rows()
        if self._whole:
            return
        with self._loading():
            # Those that are in the copy already may have changed in it.
            known = {pk_of(digest, 0) for digest in self._loaded}
            for key, rows in self._items.read_all():
                if key not in known:
                    self._layout.bring_in(unpack(rows))
        self._layout.make_lists()
        self._whole = True

    def _give_up_rows(self) -> None:
        """Recipients are looked up in the tables from here on, and what was changed of them comes there."""
        self._use_rows(False)
        if changed := [*self._rows.changed()]:
            with self._loading():
                for digest, _ in changed:
                    if digest in self._loaded:
                        self._layout.take_out_recipient(digest, None)
                self._layout.bring_in(*(rows for _, rows in changed))
            self._layout.touch(rows["recipients"][0][0] for _, rows in changed)
            self._layout.arrive(row[0] for row in self._rows.arrived)
            # Who was in the tables before this transaction is in them after it, however it ends.
            fresh = {digest for digest, _ in changed} - self._loaded
            self._loaded |= fresh
            self._loaded_here |= fresh
        self._rows.give_up()

    def _use_rows(self, use: bool) -> None:
        """Whether recipients are looked up and changed in their rows from here on, or in the tables."""
        self._kept = self._rows if use else self._tables
        self._cloud.look_at(self._rows if use else None)

    @contextmanager
    def _loading(self) -> Iterator[None]:
        is_inside = self._db.in_transaction
        if not is_inside:
            self._db.execute("BEGIN")
        self._layout.loading(True)
        try:
            yield
        except BaseException:
            if not is_inside and self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._layout.loading(False)
        if not is_inside:
            self._db.execute("COMMIT")

    def _have_scope(self) -> None:
        if self._scope:
            self._have({digest for hashes in self._scope for digest in hashes})
        else:
            self._have_all()

    # --- transactions

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, plain_errors(self._folder):
            if not self._together:
                self._refresh(now=False)
            self._have_scope()
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                if self._db.in_transaction:
                    self._db.execute("COMMIT")

    @contextmanager
    def _writing(self, *, dry_run: bool = False) -> Iterator[None]:
        if dry_run:
            with self._reading(), self._undone():
                yield
            return
        with self.together(), plain_errors(self._folder):
            self._lease.renew()
            self._have_scope()
            was_whole = self._whole
            self._loaded_here.clear()
            self._rows.begin()
            self._db.execute("BEGIN IMMEDIATE")
            try:
                if self._setting("addresses") is None:
                    self._set("addresses", self._addresses)
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._memory.forget()
                self._loaded -= self._loaded_here
                self._rows.roll_back()
                self._whole = was_whole
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def reading_base(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of what is about no recipient."""
        with self.narrowly(), self._reading():
            yield self._db

    @contextmanager
    def writing_base(self) -> Iterator[sqlite3.Connection]:
        """One transaction on what is about no recipient."""
        with self.narrowly(), self._writing():
            yield self._db

    @contextmanager
    def _undone(self) -> Iterator[None]:
        was_whole, self._loaded_here = self._whole, set()
        self._rows.begin()
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")
            self._loaded -= self._loaded_here
            self._rows.roll_back()
            self._whole = was_whole
            self._objects.fresh.clear()
            self._memory.forget()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All transactions inside are one commit at its end, or none of them happened."""
        with self._lock:
            if self._together:
                yield
                return
            self._lease.take()
            try:
                self._catch_up()
                self._told_before = self._newest_entry()
                self._together += 1
                try:
                    yield
                finally:
                    self._together -= 1
                self._commit()
            except BaseException:
                self._discard()
                raise
            finally:
                with suppress(Exception):  # The lease ends by itself.
                    self._lease.release(self._applied)

    def _catch_up(self) -> None:
        """The latest commit, with its items written, whoever has made it."""
        self._refresh()
        manifest = self._objects.manifest
        self._applied = self._lease.applied
        for number, log in manifest.recent:
            if number > self._applied:
                self._items.write(self._objects.written_by(log), number, self._place.clock())
                self._applied = number

    def _commit(self) -> None:
        layout = self._layout
        horizon = "DELETE FROM suspects WHERE bucket < (SELECT max(bucket) FROM suspects) - ?"
        self._db.execute(horizon, (SUSPECT_BUCKETS,))
        self._failures.keep([(self._rows.digest_of(row[1]), row) for row in self._rows.arrived])
        held = [*self._rows.changed()]
        touched = layout.touched()
        dirty = layout.dirty()
        if not held and not touched and not dirty and not self._tidy:
            self._rows.clear()
            return
        written = {each.pk: each for each in [*self._written_in_tables(touched), *self._written_in_rows(held)]}
        parts: dict[str, bytes | None] = {}
        for name, number in [*dirty, ("sqlite_sequence", 0)]:
            part = layout.part(name, number)
            parts[f"{name}/{number}"] = pack(part) if part[name] else None
        manifest = self._objects.commit(parts, [*written.values()], self._lease.renew, with_log=not self._without_log,
                                        tidy=self._tidy)  # fmt: skip
        layout.clean()
        # From here on it has happened. What fails now is done again by the next writer.
        self._items.write([*written.values()], manifest.commit, self._place.clock())
        self._applied = manifest.commit
        # Those of them that are in the tables, too, are as they were.
        if known := [digest for digest, _ in held if digest in self._loaded]:
            with self._loading():
                for digest in known:
                    self._replace(written[pk_of(digest, 0)])
        self._rows.clear()
        if len(self._loaded) > MOST_LOADED and not self._whole:
            self._discard()

    def _written_in_tables(self, touched: Sequence[int]) -> Iterator[Written]:
        for gone in self._layout.gone():
            yield Written(pk_of(gone, 0), None, [])
        told = entries(self._db, self._told_before)
        for number, digest, rows in self._layout.of_recipients(touched):
            if rows:
                out = told.get(number, [])
                yield Written(pk_of(digest, number), self._items.pack(rows, out), out)
            if digest is not None:
                self._loaded.add(digest)

    def _written_in_rows(self, held: Iterable[tuple[bytes, Rows]]) -> Iterator[Written]:
        packed, told_before = self._items.pack, self._told_before
        for digest, rows in held:
            out: list[bytes] = []
            # What is new in a ledger stands at its end.
            if (ledger := rows.get("ledger")) is not None and ledger[-1][0] > told_before:
                address = rows["recipients"][0][-1]
                out = [entry(address, digest, row) for row in ledger if row[0] > told_before]
            yield Written(pk_of(digest, 0), packed(rows, out), out)

    def _newest_entry(self) -> int:
        """The newest sequence number of the ledger."""
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ledger'").fetchone()
        return int(row[0]) if row else 0

    def _discard(self) -> None:
        """Forgets the copy: what is in it has not happened, or is too much."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        with self._loading():
            self._layout.take_out_all()
        self._layout.clean()
        self._objects.forget()
        self._loaded.clear()
        self._rows.clear()
        self._whole = False
        self._memory.forget()

    # --- the contract, where it differs

    def ingest(
        self,
        batch: Prepared,
        *,
        digest: bytes,
        source: str,
        classifier: Classifies | None = None,
        policy: Policy | None = None,
        now: float,
        actor: str = "ingest",
        announce: bool = True,
        reached: Reached | None = None,
        settled: bool = True,
    ) -> dict[str, int]:
        """See `prellbock.store.contract.Store.ingest`."""
        with self.narrowly():
            return super().ingest(
                batch, digest=digest, source=source, classifier=classifier, policy=policy, now=now, actor=actor,
                announce=announce, reached=reached, settled=settled,
            )  # fmt: skip

    def ingest_together(self, parts: Sequence[Part], *, now: float) -> list[dict[str, int]]:
        """See `prellbock.store.contract.Store.ingest_together`."""
        with self.narrowly():
            return super().ingest_together(parts, now=now)

    def _record(
        self, parts: Sequence[Part], *, classifier: Classifies | None, policy: Policy | None, now: float, actor: str,
        announce: bool, settled: bool,
    ) -> list[dict[str, int]]:  # fmt: skip
        # What was changed in the tables is not in the rows yet.
        self._use_rows(not self._whole and not self._layout.is_touched)
        try:
            self._have(self._named_in([part.batch for part in parts]))
            return super()._record(
                parts, classifier=classifier, policy=policy, now=now, actor=actor, announce=announce, settled=settled
            )
        finally:
            self._use_rows(False)

    def _named_in(self, batches: Sequence[Prepared]) -> list[bytes]:
        """The hashes of those for whom more than deliveries came."""
        named = {event.recipient for batch in batches for event in batch.others if event.recipient}
        return [self.identity.of_address(address) for address in named]

    def _watch(self, tally: Tally | None, policy: Policy, now: float, ruleset: str, *, keep_days: int,
               announce: bool) -> Collection[int]:  # fmt: skip
        if tally is not None:
            self._have_suspects(tally)
        return super()._watch(tally, policy, now, ruleset, keep_days=keep_days, announce=announce)

    def _have_suspects(self, tally: Tally) -> None:
        """Those whose failures may be an outage: the shield asks who of them was alive."""
        first = tally.oldest - 2 * RUN
        failed, delivered = tally.failed.copy(), tally.delivered.copy()
        for provider, category, bucket, count in self._db.execute(
            "SELECT provider, category, bucket, count FROM bucket_failed WHERE bucket > ?", (first,)
        ):
            failed[bucket, provider, category] += count
        for provider, bucket, count in self._db.execute(
            "SELECT provider, bucket, count FROM bucket_delivered WHERE bucket > ?", (first,)
        ):
            delivered[bucket, provider] += count
        asked = [
            (bucket, provider, category)
            for (bucket, provider, category), count in failed.items()
            if is_candidate(count, delivered[bucket, provider])
        ]
        if not asked:
            return
        (newest,) = self._db.execute("SELECT coalesce(max(bucket), 0) FROM suspects").fetchone()
        if min(bucket for bucket, _, _ in asked) < newest - SUSPECT_BUCKETS:
            self._have_all()
            return
        self._have({
            digest
            for place in asked
            for (digest,) in self._db.execute(
                "SELECT hash FROM suspects WHERE bucket = ? AND provider = ? AND category = ? ORDER BY time, key"
                " LIMIT ?",
                (*place, MOST_ASKED),
            )
        })  # fmt: skip

    def _know_all(self) -> None:
        self._have_all()

    def _release(self, holding: Holding, policy: Policy, now: float, ruleset: str = "") -> int:
        until = holding.until if holding.until is not None else 1 << 60
        waiting = {
            digest
            for (digest,) in self._db.execute(
                "SELECT hash FROM held JOIN whose USING (number) WHERE NOT (bucket > ? AND bucket <= ?)",
                (holding.after, until),
            )
        }  # fmt: skip
        if waiting:
            self._have_in_tables(waiting)
        return super()._release(holding, policy, now, ruleset)

    def settle(self, now: float) -> int:
        """See `prellbock.store.incidents.Guards.settle`."""
        with self.narrowly():
            with self._reading():
                if self._db.execute("SELECT 1 FROM held LIMIT 1").fetchone() is None:
                    return 0
            return super().settle(now)

    def announce(self, now: float, actor: str = "ingest") -> dict[str, int]:
        """See `prellbock.store.contract.Store.announce`."""
        with self.narrowly(), self._reading():
            nobody = self._db.execute("SELECT 1 FROM unannounced LIMIT 1").fetchone() is None
        if nobody:
            with self.narrowly():
                return super().announce(now, actor)
        return super().announce(now, actor)

    def _rejudge_all(self) -> None:
        with self.narrowly(), self._reading():
            nothing = self._db.execute("SELECT 1 FROM rejudging LIMIT 1").fetchone() is None
        if not nothing:
            super()._rejudge_all()

    def fold(self, least: int = FOLD_AT, *, with_logs: bool = True) -> bool:
        """Where recipients lie in objects: brings what at least so many commits have changed into them.

        Without ``with_logs`` these commits are named no more.
        """
        with self._lock:
            self._refresh()
            if self._objects.manifest.shards is None or (fold := self._in_objects.fold(least)) is None:
                return False
            with self.together():
                manifest = self._objects.manifest
                # Somebody may have folded meanwhile; then this one is worth nothing, and is swept.
                is_ours = manifest.shards == fold.before and manifest.folded < fold.until
                if is_ours:
                    self._objects.name_shards(fold.after, fold.until, with_logs=with_logs)
            return is_ours

    def maintain(self, now: float) -> None:
        """See `prellbock.store.contract.Store.maintain`. The filters are made anew, and old objects are deleted."""
        with self._lock:
            self.fold(least=1)
            try:
                with self.together(), self.narrowly():
                    super().maintain(now)
                    with self._writing():
                        self._cloud.rebuild_filters()
                    self._tidy = self._objects.is_scattered
            finally:
                self._tidy = False
            self._forget_old(now)
            self._objects.sweep(self._named())

    def _forget_responses(self, now: float) -> bool:
        # Most of them are not in the copy, whose row numbers say nothing about age: `_forget_old`.
        return False

    def _forget_old(self, now: float) -> None:
        """Takes out of everybody's rows what is kept too long, once a day."""
        days, raws = self.retention().get("responses"), now - self._kept_seconds("raws")
        words = -math.inf if days is None else now - days * DAY
        with self.narrowly(), self._reading():
            if now < float(self._setting(_LOOKED_THROUGH) or 0.0) + EVERY_SECONDS:
                return
            if days is None and self._setting(RAWS) is None:
                return
            (last,) = self._db.execute(
                "SELECT coalesce(max(batch), 0) FROM batches WHERE recorded < ?", (words,)
            ).fetchone()
        for page in too_old(self._items.read_all(), Limits(last, raws)):
            with self.narrowly(page), self._writing():
                self._have_in_tables(page)
                self._forget_words(last, raws)
        with self.narrowly(), self._writing():
            self._forget_words(last, raws)
            self._db.execute("UPDATE templates SET sample = NULL WHERE sample IS NOT NULL AND last < ?", (words,))
            self._set(_LOOKED_THROUGH, str(now))

    def _forget_words(self, last: int, raws: float) -> None:
        """Of those who are in the copy."""
        self._db.execute("UPDATE events SET response = NULL WHERE response IS NOT NULL AND batch <= ?", (last,))
        self._forget_raws(raws)

    def erase(
        self, address: str, *, forget: bool, actor: str, reason: str, policy: Policy, now: float, dry_run: bool = False
    ) -> Erased:
        """See `prellbock.store.contract.Store.erase`. The log of earlier commits and what they replaced goes, too."""
        if dry_run:
            return super().erase(
                address, forget=forget, actor=actor, reason=reason, policy=policy, now=now, dry_run=True
            )
        with self._lock:
            # What older objects hold of other parts moves, so that they can go as a whole.
            if self._objects.manifest.shards is not None:
                # Read once; what lies on the disk of this instance is not looked at when traces are sought.
                with self._reading():
                    self._in_objects.leave()
            self._without_log = self._tidy = True
            try:
                with self.together():
                    erased = super().erase(address, forget=forget, actor=actor, reason=reason, policy=policy, now=now)
                    with self.narrowly(), self._writing():
                        self._failures.forget(self.identity.of_address(address))
                        self._cloud.rebuild_filters(least=1)
            finally:
                self._without_log = self._tidy = False
            self.fold(least=1, with_logs=False)
            self._in_objects.leave()
            self._objects.sweep(self._named(), kept_commits=0)
        return erased

    def stored(self) -> Iterator[tuple[str, bytes]]:
        """Everybody of whom something is remembered, as it is stored: key and packed rows."""
        with self._lock:
            self._refresh()
            yield from self._items.read_all()

    def failures(self) -> tuple[int, list[list[Row]]] | None:
        """What failed and was not written out yet, by commit, with the number of the plan; None where nothing waits.

        Asked again before `failures_written`, it gives the same.
        """
        with self.narrowly():
            with self._reading():
                if self._db.execute("SELECT 1 FROM unexported LIMIT 1").fetchone() is None:
                    return None
            with self._writing():
                plan = self._failures.plan()
            if plan is None:
                return None
            with self._reading():
                return plan, list(self._failures.rows(plan))

    def failures_written(self, plan: int) -> None:
        """The files of a plan stand durably where they belong."""
        with self.narrowly(), self._writing():
            self._failures.over(plan)

    def _named(self) -> set[str]:
        """Objects that tables name."""
        named = {name for (name,) in self._db.execute("SELECT object FROM filters")} | self._failures.named()
        for column, table in (("keys", "counted"), ("keys", "deliveries"), ("times", "deliveries"),
                              ("messages", "deliveries")):  # fmt: skip
            for (stored,) in self._db.execute(f"SELECT {column} FROM {table}"):  # noqa: S608
                if stored[:1] == b"\1":
                    named.add(stored[1:].decode())
        return named

    def noted(self, hashes: bytes) -> NDArray[np.bool_]:
        """See `prellbock.store.contract.Store.noted`."""
        with self.narrowly(), self._reading():
            return self._cloud.noted_among(shorts(hashes))

    @property
    def policy(self) -> Policy:
        """See `prellbock.store.contract.Store.policy`."""
        with self.narrowly():
            return super().policy

    def policy_of(self, version: str) -> str | None:
        """See `prellbock.store.contract.Store.policy_of`."""
        with self.narrowly():
            return super().policy_of(version)

    @property
    def deliveries_since(self) -> float:
        """See `prellbock.store.contract.Store.deliveries_since`."""
        with self.narrowly():
            return super().deliveries_since

    def batch_done(self, digest: bytes) -> dict[str, int] | None:
        """See `prellbock.store.contract.Store.batch_done`."""
        with self.narrowly():
            return super().batch_done(digest)

    def cursor(self) -> int:
        """See `prellbock.store.contract.Store.cursor`."""
        with self.narrowly(), self._reading():
            return self._newest_entry()

    def standings_of(
        self, subjects: Sequence[tuple[bytes, str | None]], policy: Policy, *, as_of: float | None = None
    ) -> list[tuple[Standing, list[Standing], Standing]]:
        """See `prellbock.store.contract.Store.standings_of`."""
        domains = {domain for _, domain in subjects if domain is not None}
        with self.narrowly([*(digest for digest, _ in subjects), *map(self.identity.of_domain, domains)]):
            return super().standings_of(subjects, policy, as_of=as_of)

    def story(self, address: str, policy: Policy, *, as_of: float | None = None, events: int = 50) -> Story:
        """See `prellbock.store.contract.Store.story`."""
        with self.narrowly([self.identity.of_address(address)]):
            return super().story(address, policy, as_of=as_of, events=events)

    def act(
        self, addresses: Sequence[str], *, kind: Kind, scope: str, actor: str, reason: str, policy: Policy, now: float,
        once: bytes = b"",
    ) -> list[Acted]:  # fmt: skip
        """See `prellbock.store.contract.Store.act`."""
        hashes = self.identity.of_addresses(addresses)
        with self.narrowly([hashes[at : at + HASH_OCTETS] for at in range(0, len(hashes), HASH_OCTETS)]):
            return super().act(
                addresses, kind=kind, scope=scope, actor=actor, reason=reason, policy=policy, now=now, once=once
            )

    def lease(self, wanted: dict[bytes, float], now: float, holder: str, *, probes: bool = False) -> dict[bytes, float]:
        """See `prellbock.store.contract.Store.lease`."""
        with self.narrowly():
            return super().lease(wanted, now, holder, probes=probes)
