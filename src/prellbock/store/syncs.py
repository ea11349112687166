"""Suppression lists of providers that are kept alike with ours: which, what both had at the last sync, and what became
of each run. Times are Unix seconds UTC."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from prellbock.history.recipient import State

RunState = Literal["running", "done", "failed"]
Wanted = Literal["both", "in", "out"]
Side = Literal["in", "out", "sending", "left"]


class KnownEntry(msgspec.Struct, frozen=True):
    """An entry of a list that both had: the hash of the address, see `prellbock.syncing.merging.Known`."""

    hash: bytes
    list: str
    since: float
    side: Side


class SyncOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What of both lists is kept alike."""

    direction: Wanted = "both"
    scope: str = "marketing"
    """The stream or stream group whose complaints and unsubscribes belong to that account."""
    paused: bool = False
    """Whether who is paused is also written there."""
    per_second: float | None = None
    """Requests at most; None: as many as the provider allows everybody."""


class SyncCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has done."""

    there: int = 0
    """Entries read."""
    here: int = 0
    """Recipients whose mail is withheld here."""
    taken: int = 0
    """Entries brought in."""
    added: int = 0
    """Written there."""
    removed: int = 0
    """Removed there."""
    conflicts: int = 0
    refused: int = 0
    """Addresses that the provider did not take."""
    unreadable: int = 0
    """Entries there that say nothing usable."""
    impossible: int = 0
    """What nobody can write or remove there."""


class SyncRun(msgspec.Struct, frozen=True):
    """One run."""

    number: int
    begun: float
    ended: float | None
    state: RunState
    why: str | None
    counts: SyncCounts


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """One list of one account."""

    name: str
    provider: str
    part: str
    """The domain, message stream or region."""
    base_url: str
    """Empty: that of the provider."""
    private: bool
    options: SyncOptions = SyncOptions()
    has_secret: bool = False
    schedule: str | None = None
    paused: bool = False
    due: float | None = None
    asked: bool = False
    failing: int = 0
    """Runs in a row that failed."""
    missed: float | None = None
    """Since when a run is due that has not succeeded."""
    success: float | None = None
    failures: int = 0
    moved: int = 0
    """Entries brought in, written and removed, ever."""
    created: float
    creator: str
    last: SyncRun | None = None


class Syncs(Protocol):
    """What a store does that keeps lists alike."""

    @property
    def keeps_addresses(self) -> bool:
        """Whether addresses are stored; hashes alone can be written nowhere."""
        ...

    def syncs(self) -> list[Sync]:
        """All, by name."""
        ...

    def sync(self, name: str) -> Sync | None:
        """One of them."""
        ...

    def put_sync(self, sync: Sync, secret: bytes) -> bool:
        """Enters a new one. False if there is one of this name."""
        ...

    def change_sync(self, sync: Sync, secret: bytes | None) -> bool:
        """Writes base URL, options, schedule and whether it is paused; a secret of None stays as it is."""
        ...

    def sync_secret(self, name: str) -> bytes | None:
        """The key of its account."""
        ...

    def remove_sync(self, name: str) -> bool:
        """Takes it away with its runs and what is known of its entries; both lists stay as they are."""
        ...

    def ask_sync(self, name: str) -> bool:
        """Lets it run soon. False if there is none."""
        ...

    def due_syncs(self, now: float) -> list[str]:
        """Those that are to run now."""
        ...

    def begin_sync(self, name: str, now: float, again: float) -> tuple[Sync, int] | None:
        """A run begins: its sync and its number; None if there is no such sync.

        Whoever calls it holds the lock of the sync: runs that are said to go on were killed. If this one is killed, it
        is due again at ``again``.
        """
        ...

    def end_sync(
        self, name: str, run: int, counts: SyncCounts, now: float, due: float | None, *, why: str | None
    ) -> None:
        """The run ended: well, or for the reason ``why``."""
        ...

    def sync_runs(self, name: str, most: int = 100) -> list[SyncRun]:
        """Its runs, the newest first."""
        ...

    def known_entries(self, name: str) -> list[KnownEntry]:
        """What both had at the last sync."""
        ...

    def note_entries(self, name: str, hashes: Collection[bytes], entries: Sequence[KnownEntry]) -> None:
        """From now on of these addresses just these entries are known."""
        ...

    def addresses_of(self, hashes: Collection[bytes]) -> Mapping[bytes, str]:
        """The addresses behind hashes; who was erased is left out."""
        ...

    def states_of(self, hashes: Collection[bytes]) -> Mapping[bytes, State]:
        """What is remembered of these; those of whom nothing is are left out."""
        ...
