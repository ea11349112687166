"""``api``: the application of the server, behind a function URL.

The store is the cloud's; bodies of events are judged by this function itself, in a thread. Large or steady input
belongs into envelopes (`ingest`), which cost a hundredth.
"""

import asyncio
import socket
import tempfile
import threading
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from prellbock.api.app import create_app
from prellbock.api.auth.access import Access
from prellbock.api.auth.setup import first_link
from prellbock.api.configuration.model import Configuration
from prellbock.api.headers import secured
from prellbock.api.installation import Installation
from prellbock.api.traces import tracing
from prellbock.api.worker.child import Worker
from prellbock.api.worker.reading import Told
from prellbock.api.worker.taker import Taker
from prellbock.functions.aws import asgi
from prellbock.functions.aws.reporting import say
from prellbock.functions.aws.settings import SettingsError
from prellbock.functions.aws.wiring import API_FRESH_SECONDS, Wired, wired
from prellbock.store.dynamodb.accounts import DynamoAccounts

Event = dict[str, Any]


class Here:
    """Takes bodies in this process; the reader, a process of its own, starts with the first of them."""

    def __init__(self, wired: Wired, configuration: Configuration) -> None:
        self._wired, self._configuration = wired, configuration
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._reader: Taker | None = None

    @property
    def is_alive(self) -> bool:
        return True

    def connect(self) -> socket.socket:
        """A socket for one body."""
        here, there = socket.socketpair()
        threading.Thread(target=self._taking().take, args=(there,), daemon=True).start()
        return here

    def close(self) -> None:
        """Ends the reader."""
        if self._reader is not None:
            self._reader.close()

    def _taking(self) -> Worker:
        with self._lock:
            if self._worker is None:
                told = msgspec.msgpack.encode(Told(self._configuration, self._wired.secret))
                self._reader = Taker("prellbock.api.worker.reading", [], told)
                with closing(tracing(self._configuration.traces, "worker")) as traced:
                    # Housekeeping reads everybody's history while the client waits, and is the business of `schedule`.
                    self._worker = Worker(
                        self._wired.store, self._reader, self._configuration.limits, traced, maintains=False
                    )
            return self._worker


class Serving:
    """The application of one function instance."""

    def __init__(self, here: Wired) -> None:
        """Raises `SettingsError`, `StoreError`."""
        if here.settings.operator_token_arn is None:
            raise SettingsError("the environment variable PRELLBOCK_OPERATOR_TOKEN_ARN is missing: deploy again")
        configuration = Configuration()
        store, takes = here.store, Here(here, configuration)
        installation = Installation(
            store, store, store, configuration.limits, takes, here.secret, here.clock,
            folder=Path(tempfile.mkdtemp(prefix="prellbock-api-")),
        )  # fmt: skip
        accounts = DynamoAccounts(store)
        access = Access(
            installation, accounts, here.secret_text(here.settings.operator_token_arn),
            public_url=here.settings.public_url,
        )  # fmt: skip
        self._application = secured(create_app(access))
        self._loop = asyncio.new_event_loop()
        self._accounts, self._clock = accounts, here.clock
        self._closing = (self._loop.close, installation.close, takes.close, store.close)

    def close(self) -> None:
        """Ends everything; a function instance never does."""
        for close in self._closing:
            close()

    def invite(self) -> str | None:
        """The path with which the first admin signs up, as long as there is none."""
        return first_link(self._accounts, self._clock())

    def answer(self, event: Event) -> Event:
        """One request."""
        return asgi.call(self._application, event, self._loop)


def handler(event: Event, context: object) -> Event:
    """The function. ``{"task": "invite"}``, which no URL can send, gives the link of the first admin."""
    return handle(event, context, _serving())


def handle(event: Event, context: object, serving: Serving) -> Event:
    """A request of the URL, or an invocation by the operator."""
    if event.get("task") == "invite" and "requestContext" not in event:
        return {"path": serving.invite()}
    return serving.answer(event)


@lru_cache(1)
def _serving() -> Serving:
    made = Serving(wired(API_FRESH_SECONDS))
    say("started")
    return made
