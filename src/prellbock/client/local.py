"""Asking a snapshot instead of the server, for senders that ask about every mail (docs/reference/snapshot.md)."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock

import numpy as np

from prellbock.addresses import AddressError, canonical
from prellbock.client.model import Change, ProblemError
from prellbock.client.synchronous import Client
from prellbock.identity import Identity
from prellbock.snapshot import Allowed, Entry, Intent, Keys, Snapshot, SnapshotError, keys_of

MOST_NEWER = 100_000
"""Changes that are kept beside a snapshot; then a new one is fetched."""


class LocalCheck:
    """May these be mailed? Answered from a file on this machine, kept up to date with `refresh`.

    A pause ends here when its time has come. What it cannot do is share a probe: after a pause everybody who asks is
    told yes, where the server would tell one campaign yes and the others to wait. Safe to share between threads.
    """

    def __init__(self, client: Client, path: Path, clock: Callable[[], float] = time.time) -> None:
        """Fetches the snapshot into a file, or takes the one that is there; raises `ProblemError`, `SnapshotError`."""
        self._client, self._path, self._clock = client, path, clock
        self._lock = Lock()
        self._tag = ""
        key = client.hash_key()
        self._identity = Identity(bytes.fromhex(key.secret))
        self._key = key.key
        self._of_domain: dict[str, np.uint64] = {}
        if not self._has_file():
            self._fetch()
        self.refresh()

    def _has_file(self) -> bool:
        try:
            self._take(Snapshot.open(self._path))
        except (OSError, SnapshotError):
            return False
        return True

    def _take(self, snapshot: Snapshot) -> None:
        if snapshot.header.key != self._key:
            raise SnapshotError(f"the snapshot belongs to the key {snapshot.header.key}, the server has {self._key}")
        self._snapshot, self._newer = snapshot, dict[int, dict[str, Entry]]()
        self._cursor = snapshot.header.cursor

    def _fetch(self) -> None:
        """Writes the server's snapshot beside the file, then in its place."""
        part = self._path.with_name(f".{self._path.name}.part")
        tag = self._client.download_snapshot(part, self._tag)
        if tag is not None:
            self._tag = tag
            part.replace(self._path)
            self._take(Snapshot.open(self._path))

    def refresh(self) -> int:
        """Learns what has changed since the last time; how many changes these were. Raises `ProblemError`."""
        with self._lock:
            learned = 0
            while True:
                found = self._client.changes(self._cursor, limit=10_000)
                if found.restarted:
                    self._fetch()
                    continue
                self._learn(found.items)
                learned += len(found.items)
                self._cursor = found.cursor
                if not found.more:
                    break
            if len(self._newer) > MOST_NEWER:
                self._fetch()
            return learned

    def _learn(self, changes: Sequence[Change]) -> None:
        newer = {key: dict(scopes) for key, scopes in self._newer.items()} if changes else self._newer
        for change in changes:
            key = int(change.hash[:16], 16)
            until = None if change.until is None else datetime.fromisoformat(change.until).timestamp()
            newer.setdefault(key, {})[change.scope] = Entry(key, change.status, change.scope, until)
        self._newer = newer

    def may_mail(self, addresses: Sequence[str], *, stream: str | None = None, intent: Intent | None = None) -> Allowed:
        """For each address whether it may be mailed; False for a text that is no address."""
        names = [*map(_canonical, addresses)]
        domains = np.fromiter((self._domain(name) for name in names), np.uint64, len(names))
        allowed = self.may_mail_keys(
            keys_of(self._identity.of_addresses(names)), stream=stream, intent=intent, domains=domains
        )
        if "" in names:
            allowed &= np.fromiter(map(bool, names), np.bool_, len(names))
        return allowed

    def may_mail_keys(
        self, keys: Keys, *, stream: str | None = None, intent: Intent | None = None, domains: Keys | None = None
    ) -> Allowed:
        """The same for keys (`prellbock.snapshot.keys_of` of hashes), and keys of domains where these are known."""
        return self._snapshot.may_mail(
            keys, self._clock(), stream=stream, intent=intent, domains=domains, newer=self._newer
        )

    def _domain(self, name: str) -> np.uint64:
        domain = name.rpartition("@")[2]
        found = self._of_domain.get(domain)
        if found is None:
            found = self._of_domain[domain] = np.uint64(int.from_bytes(self._identity.of_domain(domain)[:8], "big"))
        return found


def _canonical(address: str) -> str:
    try:
        return canonical(address)
    except AddressError:
        return ""


__all__ = ["LocalCheck", "ProblemError", "SnapshotError"]
