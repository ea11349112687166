"""Running the application in this process until it is told to stop."""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from prellbock.alarming.settings import AlarmSettingsError
from prellbock.alarming.settings import read as read_guarded
from prellbock.api.alarming import watch
from prellbock.api.app import create_app
from prellbock.api.auth.access import Access
from prellbock.api.auth.setup import first_link
from prellbock.api.configuration.model import Configuration
from prellbock.api.connections import protocol
from prellbock.api.doors.parent import keep_open
from prellbock.api.due import keep_exporting, keep_syncing
from prellbock.api.handing import Handing
from prellbock.api.headers import secured
from prellbock.api.installation import Installation
from prellbock.api.lock import ServeError, alone
from prellbock.api.observed import observed
from prellbock.api.patience import patient
from prellbock.api.publishing import keep_publishing
from prellbock.api.reports.sending import keep_mailing
from prellbock.api.snapshot import keep_current
from prellbock.api.traces import tracing
from prellbock.api.worker.parent import Worker
from prellbock.collecting import settled
from prellbock.store.sqlite import SqliteAccounts, SqliteStore

if TYPE_CHECKING:
    from prellbock.api.auth.oidc.provider import Provider

_FIGURES = 2
"""Counts that run at the same time: SQLite needs a processor for each."""


class _Server(uvicorn.Server):
    """Leaves the signals to `run`: uvicorn would raise them again, and a server that was told to stop ends with 0."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def run(
    folder: Path,
    token: str,
    *,
    listening: socket.socket,
    on_start: Callable[[str, str | None], None],
    configuration: Configuration | None = None,
) -> None:
    """Serves a data folder at a socket of `listen` until SIGTERM or SIGINT, which let running batches finish.

    ``on_start`` gets the address, such as ``http://127.0.0.1:8025``, and
    the path with which the first admin signs up, as long as there is none. Raises `ServeError`, `StoreError`.
    """
    configuration = configuration or Configuration()
    settings = configuration.limits
    try:
        guarded = read_guarded(folder)
    except AlarmSettingsError as error:
        raise ServeError(str(error)) from error
    with ExitStack() as open_things:
        open_things.enter_context(alone(folder))
        store = open_things.enter_context(SqliteStore(folder, create=True))
        worker = open_things.enter_context(closing(Worker(folder, configuration)))
        lookups = open_things.enter_context(SqliteStore(folder, read_only=True))
        lists = open_things.enter_context(SqliteStore(folder, read_only=True))
        figures = [open_things.enter_context(SqliteStore(folder, read_only=True)) for _ in range(_FIGURES)]
        traced = open_things.enter_context(closing(tracing(configuration.traces, "server")))
        installation = Installation(
            store, lookups, lists, settings, worker, store.secret, folder=folder, tracing=traced, outbox=store,
            exports=store, syncs=store, reports=store, figures=figures, guarded=guarded,
        )  # fmt: skip
        open_things.callback(installation.close)
        access = Access(
            installation,
            open_things.enter_context(SqliteAccounts(folder)),
            token,
            provider=_provider(configuration, installation),
            public_url=configuration.serve.public_url,
        )
        hand_over = open_things.enter_context(Handing(folder, worker))
        link = first_link(access.accounts, installation.clock())
        asyncio.run(_serve(access, listening, hand_over, configuration, lambda address: on_start(address, link)))


def _provider(configuration: Configuration, installation: Installation) -> "Provider | None":
    """OpenID Connect is imported only where it is wanted."""
    if configuration.oidc.issuer is None:
        return None
    from prellbock.api.auth.oidc.provider import Provider

    return Provider(configuration.oidc, installation.clock)


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections; ``port`` 0 takes any that is free. Raises `ServeError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ServeError(f"{host} is no address of this machine ({error.strerror}): choose another --host") from error
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(1024)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            what = f"port {port} on {host} is in use: is Prellbock running already? Choose another with --port"
        elif error.errno == errno.EACCES:
            what = f"no permission to use port {port}: choose one above 1023 with --port"
        else:
            what = f"cannot listen on {host} port {port} ({error.strerror}): choose another --host or --port"
        raise ServeError(what) from error
    return listening


async def _serve(
    access: Access,
    listening: socket.socket,
    hand_over: Handing,
    configuration: Configuration,
    on_start: Callable[[str], None],
) -> None:
    installation = access.installation
    app = patient(create_app(access), installation.settings)
    server = _Server(
        uvicorn.Config(
            observed(secured(app), installation.tracing, access=configuration.log.access),
            http=protocol(installation.settings),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=installation.settings.stop_seconds,
        )
    )

    def stop() -> None:
        # A second signal does not wait for the clients any more; batches are finished all the same.
        server.force_exit = server.should_exit
        server.should_exit = True
        installation.stop()
        hand_over.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    host, port = listening.getsockname()[:2]
    settled()
    # The socket listens already: who connects from now on is answered.
    on_start(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
    hand_over.start()
    lasting = [
        asyncio.create_task(watch(installation)),
        asyncio.create_task(keep_current(installation)),
        asyncio.create_task(keep_publishing(installation.folder)),
        asyncio.create_task(keep_exporting(installation)),
        asyncio.create_task(keep_syncing(installation)),
        asyncio.create_task(keep_mailing(access)),
        asyncio.create_task(keep_open(installation, configuration)),
    ]
    try:
        await server.serve(sockets=[listening])
    finally:
        for task in lasting:
            task.cancel()
        await asyncio.wait(lasting)
