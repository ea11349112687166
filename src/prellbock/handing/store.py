"""The command's end: a store that is read here and written by the server, as long as there is one."""

import contextlib
import socket
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, TypeVar, cast

import msgspec

from prellbock import __version__
from prellbock.handing.calls import (
    Act,
    Announce,
    Answer,
    Call,
    Done,
    Hello,
    Ingest,
    Maintain,
    Reach,
    SetApart,
    Settle,
    Undo,
    read,
    write,
)
from prellbock.handing.place import connect
from prellbock.history.actions import Kind
from prellbock.history.policy import Policy
from prellbock.identity import new_secret
from prellbock.pipeline import Classifies, Prepared
from prellbock.store.apart import Apart
from prellbock.store.contract import Acted, Chosen, Part
from prellbock.store.errors import StoreError
from prellbock.store.following import Reached
from prellbock.store.sqlite import SqliteStore

T = TypeVar("T")


class HandedStore(SqliteStore):
    """Reads by itself; `ingest`, `announce`, `set_apart`, `maintain`, `act`, `undo` and `redo` are done by the server.

    If the server goes away, the call is done again here, under SQLite's lock: a batch is known by its digest and a
    decision of people by a name that it bears, so nothing is done twice.
    """

    def __init__(self, folder: Path, there: socket.socket, *, addresses: str | None = None) -> None:
        """``there``: a connection that has been greeted. Raises `StoreError`."""
        self._there: socket.socket | None = there
        self._file = cast(BinaryIO, there.makefile("rwb", 1 << 20))
        self._own: SqliteStore | None = None
        super().__init__(folder, read_only=True, addresses=addresses)

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
        settled: bool = True,
        reached: Reached | None = None,
    ) -> dict[str, int]:
        """See `prellbock.store.contract.Store.ingest`; rules and policy are those in force."""
        if self._own is None:
            known = self.batch_done(digest)
            if known is not None and reached is None:
                return known
            call = Ingest(batch, digest, source, now, actor, announce, settled, reached)
            answer: dict[str, int] | None = self._asked(call, dict[str, int])
            if answer is not None:
                return answer
            # The server may have recorded it and gone before it could say so: then these are the counts.
            with self._reading():
                if (counts := self._counts_of(digest)) is not None:
                    return counts
        return self._alone().ingest(
            batch, digest=digest, source=source, now=now, actor=actor, announce=announce, settled=settled,
            reached=reached,
        )  # fmt: skip

    def ingest_together(self, parts: Sequence[Part], *, now: float) -> list[dict[str, int]]:
        """See `prellbock.store.contract.Store.ingest_together`; the server takes one after the other."""
        return [
            self.ingest(part.batch, digest=part.digest, source=part.source, now=now, settled=False) for part in parts
        ]

    def reach(self, reached: Reached, now: float) -> None:
        """See `prellbock.store.following.Follows.reach`."""
        if self._asked(Reach(reached, now), bool) is None:
            self._alone().reach(reached, now)

    def set_apart(self, found: Sequence[Apart]) -> None:
        """See `prellbock.store.apart.SetsApart.set_apart`."""
        if self._asked(SetApart(list(found)), bool) is None:
            self._alone().set_apart(found)

    def settle(self, now: float) -> int:
        """See `prellbock.store.incidents.Guards.settle`."""
        answer: int | None = self._asked(Settle(now), int)
        return answer if answer is not None else self._alone().settle(now)

    def announce(self, now: float, actor: str = "ingest") -> dict[str, int]:
        """See `prellbock.store.contract.Store.announce`."""
        answer: dict[str, int] | None = self._asked(Announce(now, actor), dict[str, int])
        return answer if answer is not None else self._alone().announce(now, actor)

    def maintain(self, now: float) -> None:
        """See `prellbock.store.contract.Store.maintain`."""
        if self._asked(Maintain(now), bool) is None:
            self._alone().maintain(now)

    def act(
        self,
        addresses: Sequence[str],
        *,
        kind: Kind,
        scope: str,
        actor: str,
        reason: str,
        policy: Policy,
        now: float,
        once: bytes = b"",
    ) -> list[Acted]:
        """See `prellbock.store.contract.Store.act`."""
        call = Act(once or new_secret(), list(addresses), kind, scope, actor, reason, now)
        done: Done | None = self._asked(call, Done)
        if done is not None:
            return done[1]
        return self._alone().act(
            addresses, kind=kind, scope=scope, actor=actor, reason=reason, policy=policy, now=now, once=call.once
        )

    def undo(
        self,
        chosen: Chosen,
        *,
        actor: str,
        reason: str,
        policy: Policy,
        now: float,
        dry_run: bool = False,
        once: bytes = b"",
    ) -> Done:
        """See `prellbock.store.contract.Store.undo`."""
        call = Undo(once or new_secret(), False, chosen, actor, reason, now, dry_run, None)
        done: Done | None = self._asked(call, Done)
        if done is not None:
            return done
        return self._alone().undo(
            chosen, actor=actor, reason=reason, policy=policy, now=now, dry_run=dry_run, once=call.once
        )

    def redo(
        self,
        chosen: Chosen,
        *,
        actor: str,
        reason: str,
        policy: Policy,
        now: float,
        dry_run: bool = False,
        operation: int | None = None,
        once: bytes = b"",
    ) -> Done:
        """See `prellbock.store.contract.Store.redo`."""
        call = Undo(once or new_secret(), True, chosen, actor, reason, now, dry_run, operation)
        done: Done | None = self._asked(call, Done)
        if done is not None:
            return done
        return self._alone().redo(
            chosen, actor=actor, reason=reason, policy=policy, now=now, dry_run=dry_run, operation=operation,
            once=call.once,
        )  # fmt: skip

    def _asked(self, call: Call, kind: Any) -> Any:
        """The server's answer; None once it has gone. Raises `StoreError` where it says so."""
        if self._there is None:
            return None
        try:
            write(self._file, call)
            answer = read(self._file, Answer)
        except OSError:
            answer = None
        if answer is None:
            self._leave()
            return None
        if answer.problem is not None:
            raise StoreError(answer.problem)
        return msgspec.msgpack.decode(answer.value, type=kind)

    def _alone(self) -> SqliteStore:
        """The store as it is written here, without the server."""
        if self._own is None:
            self._own = SqliteStore(self._folder, create=True)
        return self._own

    def _leave(self) -> None:
        if self._there is not None:
            self._there.close()
            self._there = None
            with contextlib.suppress(OSError):
                self._file.close()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._leave()
        if self._own is not None:
            self._own.close()
        super().__exit__(kind, error, at)


def handed(folder: Path, *, addresses: str | None = None) -> HandedStore | None:
    """The store of a folder that a server of the same version serves; None where there is none."""
    there = connect(folder)
    if there is None:
        return None
    file = cast(BinaryIO, there.makefile("rwb", 0))
    try:
        write(file, Hello(__version__))
        greeted = read(file, Hello)
    except (OSError, msgspec.MsgspecError):
        greeted = None
    if greeted != Hello(__version__):
        file.close()
        there.close()
        return None
    return HandedStore(folder, there, addresses=addresses)
