"""One run of a sync: their list is read, what is new is brought in, then both are made alike, part by part.

Every part is noted when it is done, and what is written there is noted beforehand: whoever is killed in between has
lost nothing, and the next run goes on. The state of both lists decides, not how one got there.
"""

import contextlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec

from prellbock.addresses import AddressError, canonical
from prellbock.ingest import ingest, make_ready
from prellbock.kinds import SettingError
from prellbock.naming import missing
from prellbock.scheduled import RETRY_SECONDS, alone, due_after_failure, next_due
from prellbock.sinks.reaching import UrlError
from prellbock.sources.batch import Batch, digest_of
from prellbock.sources.record import RecordError
from prellbock.store.contract import Store
from prellbock.store.errors import StoreError
from prellbock.store.exports import Exports, Plan
from prellbock.store.syncs import KnownEntry, Sync, SyncCounts, SyncRun, Syncs
from prellbock.syncing import provider_named
from prellbock.syncing.calling import Calling, RefusedError, SyncError
from prellbock.syncing.connecting import connect
from prellbock.syncing.merging import NEVER, Decided, Known, Move, Released, Theirs, decide
from prellbock.syncing.provider import Provider
from prellbock.syncing.reading import read

FOLDER = "syncing"
"""In the data folder: locks."""
PART = 1000
"""Addresses that are decided or noted together."""
_STATUS = {"imported": "suppressed", "complaint": "complained", "unsubscribe": "unsubscribed"}


class KeepsAlike(Store, Syncs, Exports, Protocol):
    """A store that syncs need."""


class Seen(msgspec.Struct, frozen=True):
    """A move with its address: what a dry run tells."""

    address: str
    move: Move


class _Side(msgspec.Struct):
    """What is known of one address while a run goes on."""

    address: str
    theirs: list[Theirs] = []
    known: list[Known] = []
    ours: set[str] = set()
    spelled: str = ""
    """As the other list writes it."""


def run(store: KeepsAlike, keeping: Syncs, data: Path, name: str, clock: Callable[[], float]) -> SyncRun:
    """Runs a sync now; returns what became of it. ``store`` reads and brings in, ``keeping`` keeps what is known.

    Raises `BusyError`, `SettingError` where there is no such sync, `StoreError`.
    """
    with alone(data / FOLDER, "sync", name):
        begun = keeping.begin_sync(name, clock(), clock() + RETRY_SECONDS[0])
        if begun is None:
            raise SettingError(missing("sync", name))
        sync, number = begun
        work = _Work(store, keeping, sync, clock)
        why: str | None = None
        try:
            work.run()
        except (SyncError, UrlError, RecordError, StoreError) as error:
            why = str(error)
        except Exception as error:
            keeping.end_sync(
                name, number, work.counts(), clock(), _next(sync, clock(), failed=True),
                why=f"{type(error).__name__}: this is a fault of Prellbock",
            )  # fmt: skip
            raise
        keeping.end_sync(name, number, work.counts(), clock(), _next(sync, clock(), failed=why is not None), why=why)
    return next(each for each in keeping.sync_runs(name) if each.number == number)


def dry_run(store: KeepsAlike, sync: Sync, clock: Callable[[], float]) -> Iterator[Seen]:
    """What a run would do; nothing is stored, and nothing written there. Raises `SyncError`, `RecordError`."""
    yield from _Work(store, store, sync, clock).seen()


def _next(sync: Sync, now: float, *, failed: bool) -> float | None:
    return due_after_failure(sync.schedule, sync.failing, now) if failed else next_due(sync.schedule, now)


class _Work:
    """What one run knows."""

    def __init__(self, store: KeepsAlike, keeping: Syncs, sync: Sync, clock: Callable[[], float]) -> None:
        self._store, self._keeping, self._sync, self._clock = store, keeping, sync, clock
        self._provider: Provider = provider_named(sync.provider)
        self._counts: Counter[str] = Counter()
        self._sides: dict[bytes, _Side] = {}
        self._erased: set[bytes] = set()
        """Who was erased here, and is still named there: nothing about them is brought in again."""

    def counts(self) -> SyncCounts:
        return SyncCounts(**self._counts)

    def seen(self) -> Iterator[Seen]:
        with self._connected() as call:
            self._read(call)
        self._look_here()
        for digest, decided in self._decisions(self._sides, taken=False):
            if address := self._sides[digest].address:
                yield from (Seen(address, move) for move in decided.moves)

    def run(self) -> None:
        with self._connected() as call:
            batches = self._read(call)
            self._look_here()
            self._take(batches)
            self._write(call)

    def _connected(self) -> Calling:
        secret = self._keeping.sync_secret(self._sync.name)
        if secret is None:
            raise SyncError("its key is gone: set it again")
        return connect(
            self._provider, secret.decode(), self._sync.part, self._sync.base_url, private=self._sync.private,
            per_second=self._sync.options.per_second,
        )  # fmt: skip

    # --- both sides

    def _read(self, call: Calling) -> list[Batch]:
        """Their list, as batches of events, and by address."""
        for entry in self._keeping.known_entries(self._sync.name):
            side = self._sides.setdefault(entry.hash, _Side("", [], []))
            side.known.append(Known(entry.list, entry.since, entry.side))
        batches: list[Batch] = []
        for name, rows in self._provider.pages(call, self._sync.part):
            now = int(self._clock() * 1000) / 1000
            spelled = _spellings(rows)
            for batch in read([(name, rows)], call.host, now):
                for event in batch.events:
                    if event.recipient is None or event.time is None:
                        continue
                    if event.outcome != "imported" and event.stream is None:
                        event.stream = self._sync.options.scope
                    side = self._side(event.recipient)
                    side.spelled = spelled.get(event.recipient, "")
                    since = event.time
                    if since == now:
                        # An entry without a date began when it was first seen.
                        since = next((each.since for each in side.known if each.list == name), now)
                        event.id = f"sync:{self._sync.name}:{name}:{since}:{event.outcome}"
                    status = _STATUS.get(event.outcome or "", "suppressed")
                    # A list that names somebody twice: the latest entry.
                    same = next((each for each in side.theirs if each.list == name), None)
                    if same is None or same.since < since:
                        side.theirs = [each for each in side.theirs if each is not same]
                        side.theirs.append(Theirs(name, status, since))
                self._counts["there"] += len(batch.events)
                self._counts["unreadable"] += len(batch.bad)
                batches.append(batch)
        return batches

    def _side(self, address: str) -> _Side:
        digest = self._store.identity.of_address(address)
        side = self._sides.setdefault(digest, _Side(address, [], []))
        side.address = address
        return side

    def _look_here(self) -> None:
        """Who is withheld here, as far as that belongs to this account."""
        for side in self._sides.values():
            side.ours = set()
        now, options = self._clock(), self._sync.options
        found: dict[bytes, set[str]] = {}
        names: dict[bytes, str] = {}
        rows = self._store.exported("suppressions", "full", Plan(0, 1 << 62, now))
        with contextlib.closing(rows):
            for _, address, hexadecimal, status, scope, *_ in rows:
                key = bytes.fromhex(str(hexadecimal))
                # Who was erased is only recognised, where the other list still names the person; domains are not meant.
                if str(address or "").startswith("@") or (address is None and key not in self._sides):
                    continue
                if address is None and self._keeping.keeps_addresses:
                    self._erased.add(key)
                wanted = {"all": status == "suppressed" or (status == "paused" and options.paused)}
                if not wanted.get(str(scope), str(scope) == options.scope):
                    continue
                found.setdefault(key, set()).add(str(status))
                names[key] = str(address or self._sides[key].address)
        self._counts["here"] = len(found)
        nameless = [digest for digest, side in self._sides.items() if not side.address]
        for digest, address in self._keeping.addresses_of(nameless).items():
            self._sides[digest].address = address
        for key, statuses in found.items():
            side = self._sides.setdefault(key, _Side(names[key], [], []))
            side.address = names[key]
            side.ours = statuses

    def _decisions(self, digests: Iterable[bytes], *, taken: bool) -> Iterator[tuple[bytes, Decided]]:
        options, waiting = self._sync.options, iter(digests)
        while part := list(islice(waiting, PART)):
            alone = [each for each in part if not self._sides[each].ours and self._sides[each].theirs]
            released = self._released(alone)
            for digest in part:
                side = self._sides[digest]
                yield digest, decide(
                    side.theirs, side.known, side.ours, released.get(digest, NEVER), self._provider.can, taken=taken,
                    writes=options.direction != "in", reads=options.direction != "out" and digest not in self._erased,
                )  # fmt: skip

    def _released(self, digests: Collection[bytes]) -> dict[bytes, Released]:
        policy, scope = self._store.policy, self._sync.options.scope
        found: dict[bytes, Released] = {}
        for digest, state in self._keeping.states_of(digests).items():
            everything = state.consents.get("")
            of_scope = [
                *([everything.time] if everything else []),
                *(mark.time for stream, mark in state.consents.items() if stream and policy.scope_of(stream) == scope),
                *(mark.time for name, mark in state.releases.items() if name and policy.scope_of(name) == scope),
            ]
            found[digest] = Released(state.released, max(of_scope, default=0.0))
        return found

    # --- what follows

    def _take(self, batches: list[Batch]) -> None:
        """Brings in what is new there; who is new is then looked for here again."""
        new: dict[bytes, set[str]] = {}
        for digest, decided in self._decisions(self._sides, taken=False):
            if lists := {each.list for each in decided.moves if (each.direction, each.action) == ("in", "add")}:
                new[digest] = lists
        if not new:
            return
        wanted = []
        for batch in batches:
            events = [
                event for event in batch.events
                if event.recipient is not None and self._store.identity.of_address(event.recipient) in new
            ]  # fmt: skip
            if events:
                # The same page may bring in others next time: a batch is known by those who are in it.
                told = [f"{event.recipient} {event.outcome} {event.time}".encode() for event in events]
                wanted.append(Batch(batch.source, events, [], digest_of(b"sync", *told)))
        done = ingest(
            (make_ready(batch, self._store.identity) for batch in wanted), store=self._store, now=self._clock(),
            on_bad=lambda bad: None,
        )  # fmt: skip
        self._counts["taken"] += done["new"]
        self._look_here()

    def _write(self, call: Calling) -> None:
        """Makes both alike; what needs nothing is only noted."""
        groups: dict[tuple[str, str, str], list[tuple[bytes, Decided]]] = defaultdict(list)
        quiet: list[tuple[bytes, Decided]] = []
        for digest, decided in self._decisions(list(self._sides), taken=True):
            # Who was erased has no address any more to write or take away.
            doing = [move for move in decided.moves if move.possible and self._sides[digest].address]
            self._counts["impossible"] += len(decided.moves) - len(doing)
            self._counts["conflicts"] += sum(move.conflict for move in decided.moves)
            if not doing:
                if list(decided.known) != self._sides[digest].known:
                    quiet.append((digest, decided))
                continue
            for move in doing:
                groups[move.action, move.list, move.status].append((digest, decided))
        self._note(quiet)
        for (action, name, status), members in groups.items():
            for start in range(0, len(members), self._provider.batch):
                part = members[start : start + self._provider.batch]
                sides = [self._sides[digest] for digest, _ in part]
                # What stands there is taken away as it is written there.
                addresses = [(action == "remove" and side.spelled) or side.address for side in sides]
                if action == "add":
                    self._note(part, sending=True)
                    self._added(call, name, status, part, addresses)
                else:
                    refused = self._refused(self._provider.remove, call, name, status, addresses)
                    self._counts["removed"] += len(part) - len(refused)
                    self._note([each for each, address in zip(part, addresses, strict=True) if address not in refused])

    def _added(
        self, call: Calling, name: str, status: str, part: list[tuple[bytes, Decided]], addresses: list[str]
    ) -> None:
        refused = self._refused(self._provider.add, call, name, status, addresses)
        if not self._provider.can.shows_written:
            # One that a killed run was writing is there because of us.
            begun = {
                side.address
                for side in (self._sides[digest] for digest, _ in part)
                if any((each.list, each.side) == (name, "sending") for each in side.known)
            }
            self._counts["refused"] -= len(begun & {*refused})
            refused = {address: why for address, why in refused.items() if address not in begun}
        self._counts["added"] += len(part) - len(refused)
        now = self._clock()
        taken = [digest for (digest, _), address in zip(part, addresses, strict=True) if address not in refused]
        self._keeping.note_entries(
            self._sync.name, [digest for digest, _ in part], [KnownEntry(digest, name, now, "out") for digest in taken]
        )

    def _refused(
        self, write: Callable[[Calling, str, str, str, Sequence[str]], dict[str, str]], call: Calling, name: str,
        status: str, addresses: Sequence[str],
    ) -> dict[str, str]:  # fmt: skip
        """Writes; where a whole part is refused, each address for itself, so that one bad one stops nobody else."""
        try:
            refused = write(call, self._sync.part, name, status, addresses)
        except RefusedError as error:
            if len(addresses) == 1:
                refused = {addresses[0]: str(error)}
            else:
                refused = {}
                for each in addresses:
                    refused.update(self._refused(write, call, name, status, [each]))
                return refused
        self._counts["refused"] += len(refused)
        return refused

    def _note(self, part: Sequence[tuple[bytes, Decided]], *, sending: bool = False) -> None:
        for start in range(0, len(part), PART):
            some = part[start : start + PART]
            entries = [
                KnownEntry(digest, each.list, each.since, "sending" if sending else each.side)
                for digest, decided in some
                for each in decided.known
            ]
            self._keeping.note_entries(self._sync.name, [digest for digest, _ in some], entries)


def _spellings(rows: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Addresses of a page that are not written canonically, by their canonical form."""
    found: dict[str, str] = {}
    for row in rows:
        for value in row.values():
            if isinstance(value, str) and "@" in value:
                with contextlib.suppress(AddressError):
                    if (address := canonical(value)) != value:
                        found[address] = value
    return found
