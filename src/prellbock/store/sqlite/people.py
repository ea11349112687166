"""The part of the store that people use to decide: actions, and the ledger with undo and redo."""

import struct
from collections.abc import Iterator, Sequence

import msgspec

from prellbock.history.actions import Kind
from prellbock.history.policy import Policy
from prellbock.identity import short
from prellbock.store.contract import Acted, Chosen, Decided, Erased
from prellbock.store.sqlite.actions import Person, act
from prellbock.store.sqlite.announce import PAGE
from prellbock.store.sqlite.connection import plain_errors
from prellbock.store.sqlite.decisions import chosen_rows
from prellbock.store.sqlite.erase import erase
from prellbock.store.sqlite.once import Done, Once
from prellbock.store.sqlite.traces import traces
from prellbock.store.sqlite.undo import redo, undo
from prellbock.store.sqlite.write import NAMES


class People(Once):
    """See `prellbock.store.contract.Store`."""

    def act(
        self, addresses: Sequence[str], *, kind: Kind, scope: str, actor: str, reason: str, policy: Policy, now: float,
        once: bytes = b"",
    ) -> list[Acted]:  # fmt: skip
        """See `prellbock.store.contract.Store.act`."""
        person = self._person(actor, reason, policy, now)
        with self._writing():
            if (told := self._answered(once)) is not None:
                return told[1]
            done = act(
                self._db, self._memory, self.identity, addresses, kind=kind, scope=scope, person=person,
                plain=self._plain,
            )  # fmt: skip
            self._answer(once, (None, done), now)
            return done

    def undo(
        self, chosen: Chosen, *, actor: str, reason: str, policy: Policy, now: float, dry_run: bool = False,
        once: bytes = b"",
    ) -> Done:  # fmt: skip
        """See `prellbock.store.contract.Store.undo`."""
        with self._writing(dry_run=dry_run):
            if (told := self._answered(once)) is not None:
                return told
            done = undo(self._db, self._memory, chosen, self._person(actor, reason, policy, now))
            self._answer(once, done, now)
            return done

    def redo(
        self, chosen: Chosen, *, actor: str, reason: str, policy: Policy, now: float, dry_run: bool = False,
        operation: int | None = None, once: bytes = b"",
    ) -> Done:  # fmt: skip
        """See `prellbock.store.contract.Store.redo`."""
        with self._writing(dry_run=dry_run):
            if (told := self._answered(once)) is not None:
                return told
            done = redo(self._db, self._memory, chosen, self._person(actor, reason, policy, now), operation)
            self._answer(once, done, now)
            return done

    def erase(
        self, address: str, *, forget: bool, actor: str, reason: str, policy: Policy, now: float, dry_run: bool = False
    ) -> Erased:
        """See `prellbock.store.contract.Store.erase`."""
        digest = self.identity.of_address(address)
        with self._writing(dry_run=dry_run):
            self._forget_answers(now + 1)
            erased = erase(self._db, self._memory, address, digest, Person(actor, reason, policy, now), forget=forget)
        if dry_run:
            return erased
        keys = () if erased.kept else (digest, struct.pack("<q", short(digest)))
        found = self._traces(address, keys)
        if found:
            # Pages that were freed before may hold old copies: the file is written anew.
            found = self._traces(address, keys, "VACUUM")
        return msgspec.structs.replace(erased, traces=found)

    def _traces(self, address: str, keys: tuple[bytes, ...], *first: str) -> list[str]:
        with self._lock, plain_errors(self._folder):
            for statement in (*first, "PRAGMA wal_checkpoint(TRUNCATE)"):
                self._db.execute(statement)
        return traces(self._folder, address, keys)

    def _person(self, actor: str, reason: str, policy: Policy, now: float) -> Person:
        return Person(actor, reason if self._plain else NAMES.sub("{address}", reason), policy, now)

    def decisions(self, chosen: Chosen, *, after: int = 0) -> Iterator[Decided]:
        """See `prellbock.store.contract.Store.decisions`."""
        while True:
            with self._reading():
                rows = chosen_rows(self._db, chosen, after=after, most=PAGE)
            yield from (row.decided for row in rows)
            if len(rows) < PAGE:
                return
            after = rows[-1].entry.seq
