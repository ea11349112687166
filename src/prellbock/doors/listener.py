"""A listener for an MTA: LMTP (RFC 2033) or SMTP (RFC 5321). A mail is answered with 250 once it is stored for good.

Mails that come while others are being recorded are recorded together, so many at once cost few transactions. What
cannot be stored now is answered with 451, and the MTA keeps it in its queue. Nothing here sends mail: what is refused
is refused while the MTA is connected.
"""

import asyncio
import fnmatch
import os
import socket
import ssl
from contextlib import suppress
from pathlib import Path

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from prellbock.doors.arrival import Arrival, Fate
from prellbock.doors.failing import DoorError
from prellbock.doors.keeper import Keeper
from prellbock.doors.settings import Listener
from prellbock.store.errors import StoreError

MAILS = 200
"""Mails of one transaction, at most."""
OCTETS = 16 << 20
"""Octets of one transaction, about."""
CONNECTIONS = 100
"""Of more at once the MTA is asked to wait."""
_SILENT_SECONDS = 300.0
"""RFC 5321 section 4.5.3.2 lets a client wait so long."""
_LINE_OCTETS = 1 << 20

_STORED = "250 2.0.0 stored"
_TRY_AGAIN = "451 4.3.0 cannot be stored now, try again later"
_NO_REPORT = "550 5.7.1 this address takes reports of mail servers only"
_NOT_HERE = "550 5.1.1 <{}>: no such recipient here"


def open_door(settings: Listener, keeper: Keeper) -> None:
    """Listens until the door has to end. Raises `DoorError`."""
    asyncio.run(_serve(settings, keeper))


async def _serve(settings: Listener, keeper: Keeper) -> None:
    gathering = _Gathering(keeper)
    tls = _tls(settings)
    connections: set[SMTP] = set()

    def connection() -> SMTP:
        kind = _Lmtp if settings.protocol == "lmtp" else _Smtp
        return kind(
            _Handler(settings, gathering),
            connections,
            hostname=socket.getfqdn(),
            ident="Prellbock",
            data_size_limit=settings.most_octets,
            enable_SMTPUTF8=True,
            timeout=_SILENT_SECONDS,
            tls_context=tls,
        )

    loop = asyncio.get_running_loop()
    try:
        if settings.socket is not None:
            Path(settings.socket).unlink(missing_ok=True)
            server: asyncio.Server = await loop.create_unix_server(connection, settings.socket)
            # The MTA is another user; who may come here, the permissions of the folder say.
            os.chmod(settings.socket, 0o666)  # noqa: PTH101, S103
            at = settings.socket
        else:
            server = await loop.create_server(connection, settings.host, settings.port)
            host, port = server.sockets[0].getsockname()[:2]
            at = f"{host}:{port}"
    except OSError as error:
        where = settings.socket or f"{settings.host} port {settings.port}"
        raise DoorError(f"cannot listen on {where}: {error.strerror}") from error
    keeper.opened(f"{settings.protocol}:{at}")
    recording = asyncio.create_task(gathering.record())
    try:
        await asyncio.to_thread(keeper.stopping.wait)
    finally:
        server.close()
        await gathering.end(recording)
        for each in list(connections):
            if each.transport is not None:
                each.transport.close()
        if settings.socket is not None:
            Path(settings.socket).unlink(missing_ok=True)


def _tls(settings: Listener) -> ssl.SSLContext | None:
    if settings.certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.certificate, settings.key)
    except (OSError, ssl.SSLError) as error:
        raise DoorError(f"{settings.certificate}: the certificate cannot be used: {error}") from error
    return context


class _Connection(SMTP):
    """Limits how many there are, and takes long lines, as real mails have them."""

    line_length_limit = _LINE_OCTETS

    def __init__(self, handler: "_Handler", connections: set[SMTP], **options: object) -> None:
        super().__init__(handler, **options)  # type: ignore[arg-type]
        self._connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self._connections) >= CONNECTIONS and isinstance(transport, asyncio.WriteTransport):
            transport.write(b"421 4.3.2 too many connections, try again later\r\n")
            transport.close()
            return
        self._connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self._connections:
            self._connections.discard(self)
            super().connection_lost(error)


class _Smtp(_Connection):
    pass


class _Lmtp(_Connection, LMTP):
    pass


class _Handler:
    """Answers the commands of one connection."""

    def __init__(self, settings: Listener, gathering: "_Gathering") -> None:
        self._settings, self._gathering = settings, gathering

    async def handle_RCPT(  # noqa: N802 -- names of aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuses who is not configured."""
        if not _is_here(address, self._settings.recipients):
            return _NOT_HERE.format(address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """One answer, or in LMTP one for each recipient."""
        try:
            fate = await self._gathering.take(_mail(envelope))
            refuses = self._settings.others == "refuse"
            answer = _NO_REPORT if refuses and fate == "nothing" else _STORED
        except StoreError:
            answer = _TRY_AGAIN
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if isinstance(server, LMTP) else answer


def _is_here(address: str, patterns: list[str]) -> bool:
    name = address.lower()
    return not patterns or any(fnmatch.fnmatchcase(name, pattern.lower()) for pattern in patterns)


def _mail(envelope: Envelope) -> bytes:
    """The mail under the header fields that a delivery adds (RFC 5321 section 4.4): our return path may stand there."""
    content = envelope.original_content or b""
    lines = [f"Return-Path: <{(envelope.mail_from or '').strip('<>')}>"]
    lines += [f"Delivered-To: {address}" for address in envelope.rcpt_tos]
    return b"".join(f"{line}\r\n".encode() for line in lines) + content


class _Gathering:
    """Mails that wait for being recorded, and how they are told that they were."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._waiting: asyncio.Queue[tuple[Arrival, asyncio.Future[Fate]] | None] = asyncio.Queue()

    async def take(self, content: bytes) -> Fate:
        """Returns once the mail is stored. Raises `StoreError`."""
        told: asyncio.Future[Fate] = asyncio.get_running_loop().create_future()
        await self._waiting.put((Arrival("mail", content, self._keeper.storing.clock()), told))
        return await told

    async def end(self, recording: "asyncio.Task[None]") -> None:
        """Records what has come, then ends."""
        await self._waiting.put(None)
        await recording
        # Their connections are about to answer.
        await asyncio.sleep(0)

    async def record(self) -> None:
        """Records what waits, again and again."""
        while (first := await self._waiting.get()) is not None:
            group = [first]
            octets = len(first[0].content)
            while len(group) < MAILS and octets < OCTETS and not self._waiting.empty():
                if (more := self._waiting.get_nowait()) is None:
                    self._waiting.put_nowait(None)
                    break
                group.append(more)
                octets += len(more[0].content)
            await self._store(group)

    async def _store(self, group: list[tuple[Arrival, "asyncio.Future[Fate]"]]) -> None:
        try:
            taken = await asyncio.to_thread(self._keeper.take, [arrival for arrival, _ in group])
        except Exception as error:
            # Whatever it is, the MTA still has the mails.
            self._keeper.failed(f"mails are answered with 451: {error}")
            for _, told in group:
                with suppress(asyncio.InvalidStateError):
                    told.set_exception(StoreError(str(error)))
            return
        for (_, told), fate in zip(group, taken.fates, strict=True):
            with suppress(asyncio.InvalidStateError):
                told.set_result(fate)
