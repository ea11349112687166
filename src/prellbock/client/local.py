"""Asking a snapshot instead of the server, for senders that ask about every mail (docs/reference/snapshot.md)."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock

import numpy as np

from prellbock.addresses import canonical_many
from prellbock.client.model import Change, ProblemError
from prellbock.client.synchronous import Client
from prellbock.identity import Identity
from prellbock.snapshot import Allowed, Entry, Intent, Keys, Snapshot, SnapshotError, key_of, keys_of

MOST_NEWER = 100_000
"""Changes that are kept beside a snapshot; then a new one is fetched."""


class LocalAnswers:
    """Answers from one snapshot, with what has changed since. Safe to share between threads."""

    def __init__(self, identity: Identity, snapshot: Snapshot, clock: Callable[[], float] = time.time) -> None:
        self._identity, self._snapshot, self._clock = identity, snapshot, clock
        self._newer: dict[int, dict[str, Entry]] = {}
        self._of_domain: dict[str, int] = {}

    def may_mail(self, addresses: Sequence[str], *, stream: str | None = None, intent: Intent | None = None) -> Allowed:
        """For each address whether it may be mailed; False for a text that is no address."""
        names = canonical_many(addresses)
        keys = keys_of(self._identity.of_addresses(names))
        domains = self._in_trouble([name.rpartition("@")[2] for name in names])
        allowed = self.may_mail_keys(keys, stream=stream, intent=intent, domains=domains)
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

    def _in_trouble(self, domains: list[str]) -> Keys | None:
        """The keys of the domains, unless nothing is known of any of them, which is how it mostly is."""
        distinct = [*dict.fromkeys(domains)]
        known = self._of_domain
        for domain in distinct:
            if domain not in known:
                known[domain] = key_of(self._identity.of_domain(domain))
        newer, snapshot = self._newer, self._snapshot
        keys = np.fromiter((known[domain] for domain in distinct), np.uint64, len(distinct))
        if not snapshot.holds(keys).any() and not any(known[domain] in newer for domain in distinct):
            return None
        return np.fromiter((known[domain] for domain in domains), np.uint64, len(domains))


class LocalCheck(LocalAnswers):
    """May these be mailed? Answered from a file on this machine, kept up to date with `refresh`.

    A pause ends here when its time has come. What it cannot do is share a probe: after a pause everybody who asks is
    told yes, where the server would tell one campaign yes and the others to wait. Safe to share between threads.
    """

    def __init__(self, client: Client, path: Path, clock: Callable[[], float] = time.time) -> None:
        """Fetches the snapshot into a file, or takes the one that is there; raises `ProblemError`, `SnapshotError`."""
        self._client, self._path = client, path
        self._lock = Lock()
        self._tag = ""
        key = client.hash_key()
        self._key = key.key
        super().__init__(Identity(bytes.fromhex(key.secret)), self._opened() or self._fetched(), clock)
        self._cursor = self._snapshot.header.cursor
        self.refresh()

    def _opened(self) -> Snapshot | None:
        """The file that is there, where it can be used."""
        try:
            found = Snapshot.open(self._path)
        except (OSError, SnapshotError):
            return None
        return found if found.header.key == self._key else None

    def _fetched(self) -> Snapshot:
        """Writes the server's snapshot beside the file, then in its place."""
        part = self._path.with_name(f".{self._path.name}.part")
        tag = self._client.download_snapshot(part, self._tag)
        if tag is not None:
            self._tag = tag
            part.replace(self._path)
        found = Snapshot.open(self._path)
        if found.header.key != self._key:
            raise SnapshotError(f"the snapshot belongs to the key {found.header.key}, the server has {self._key}")
        return found

    def refresh(self) -> int:
        """Learns what has changed since the last time; how many changes these were. Raises `ProblemError`."""
        with self._lock:
            learned = 0
            while True:
                found = self._client.changes(self._cursor, limit=10_000)
                if found.restarted:
                    self._begin_anew()
                    continue
                self._learn(found.items)
                learned += len(found.items)
                self._cursor = found.cursor
                if not found.more:
                    break
            if len(self._newer) > MOST_NEWER:
                self._begin_anew()
            return learned

    def _begin_anew(self) -> None:
        self._snapshot, self._newer = self._fetched(), {}
        self._cursor = self._snapshot.header.cursor

    def _learn(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        newer = {key: dict(scopes) for key, scopes in self._newer.items()}
        for change in changes:
            key = int(change.hash[:16], 16)
            until = None if change.until is None else datetime.fromisoformat(change.until).timestamp()
            newer.setdefault(key, {})[change.scope] = Entry(key, change.status, change.scope, until)
        self._newer = newer


__all__ = ["LocalCheck", "ProblemError", "SnapshotError"]
