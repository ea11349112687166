"""The worker's end of a command that hands its input over: its calls, one after the other."""

import socket
import threading
from contextlib import suppress
from typing import Any, BinaryIO, cast

import msgspec

from prellbock import __version__
from prellbock.api.logs import MISTAKE, log
from prellbock.handing.calls import (
    Act,
    Announce,
    Answer,
    Call,
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
from prellbock.store.errors import StoreError
from prellbock.store.sqlite import SqliteStore


class Calls:
    """All commands that are connected now."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._connected: set[socket.socket] = set()
        self._stopping = False

    def stop(self) -> None:
        """Lets each end the call it is in; what comes after it the command does by itself."""
        with self._lock:
            self._stopping = True
            for there in self._connected:
                with suppress(OSError):
                    there.shutdown(socket.SHUT_RD)

    def take(self, there: socket.socket) -> None:
        """One command, until it goes or the server stops."""
        with there, cast(BinaryIO, there.makefile("rwb", 1 << 20)) as file:
            with self._lock:
                if self._stopping:
                    return
                self._connected.add(there)
            try:
                greeted = read(file, Hello)
                write(file, Hello(__version__))
                if greeted != Hello(__version__):
                    return
                while (call := read(file, Call)) is not None:
                    write(file, self._answer(call))
            except (OSError, msgspec.MsgspecError):
                return
            finally:
                with self._lock:
                    self._connected.discard(there)

    def _answer(self, call: Call) -> Answer:
        try:
            return Answer(msgspec.Raw(msgspec.msgpack.encode(self._done(call))))
        except StoreError as error:
            log.error("store", problem=str(error))
            return Answer(_NOTHING, str(error))
        except Exception:
            log.exception("mistake")
            return Answer(_NOTHING, MISTAKE)

    def _done(self, call: Call) -> Any:
        store = self._store
        match call:
            case Ingest():
                return store.ingest(
                    call.batch,
                    digest=call.digest,
                    source=call.source,
                    now=call.now,
                    actor=call.actor,
                    announce=call.announce,
                    settled=call.settled,
                    reached=call.reached,
                )
            case Reach():
                store.reach(call.reached, call.now)
                return True
            case SetApart():
                store.set_apart(call.found)
                return True
            case Announce():
                return store.announce(call.now, call.actor)
            case Settle():
                return store.settle(call.now)
            case Maintain():
                store.maintain(call.now)
                return True
            case Act():
                return None, store.act(
                    call.addresses,
                    kind=call.kind,
                    scope=call.scope,
                    actor=call.actor,
                    reason=call.reason,
                    policy=store.policy,
                    now=call.now,
                    once=call.once,
                )
            case Undo():
                who: dict[str, Any] = {
                    "actor": call.actor, "reason": call.reason, "policy": store.policy, "now": call.now,
                    "dry_run": call.dry_run, "once": call.once,
                }  # fmt: skip
                if call.again:
                    return store.redo(call.chosen, operation=call.operation, **who)
                return store.undo(call.chosen, **who)


_NOTHING = msgspec.Raw(msgspec.msgpack.encode(None))
