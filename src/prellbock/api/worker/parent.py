"""The server's side of the worker: starts it, hands bodies over with back-pressure, starts it again if it dies."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
from litestar.exceptions import InternalServerException

from prellbock.api.configuration.model import Configuration, Oidc
from prellbock.api.patience import SlowClientError
from prellbock.api.worker.frames import BODY, BROKEN_OFF, CALLS, END, LENGTH, Failure, Outcome, Task, frame
from prellbock.api.worker.taker import Taker

_MOST_HELD = 1 << 20
"""Octets of a body that wait for the worker."""
_DIED = "the process that writes has died (out of memory?); send the same body again, nothing is counted twice"


class Body:
    """A body on its way to the worker."""

    def __init__(self, chunks: AsyncIterator[bytes], *, most: int) -> None:
        self._chunks, self._most = chunks, most
        self._sending: asyncio.Task[None] | None = None
        self._stopped = False

    def interrupt(self) -> None:
        """Ends the reading: the server stops."""
        self._stopped = True
        if self._sending is not None:
            self._sending.cancel()

    async def send(self, there: socket.socket, task: Task) -> Outcome:
        """Sends everything and waits for what became of it."""
        reader, writer = await asyncio.open_connection(sock=there)
        writer.transport.set_write_buffer_limits(_MOST_HELD)
        broken: list[Failure] = []
        outcome = asyncio.create_task(_outcome(reader))
        self._sending = asyncio.create_task(self._send_all(writer, task, broken))
        if self._stopped:
            self._sending.cancel()
        try:
            # The worker may know the outcome before the end: it has refused the rest.
            await asyncio.wait((outcome, self._sending), return_when=asyncio.FIRST_COMPLETED)
            if not outcome.done() and self._stopped:
                broken.append(Failure(503, "the server is stopping; send the same body again once it is back"))
                writer.write(BROKEN_OFF)
            told = await outcome
        except (asyncio.IncompleteReadError, ConnectionError):
            told = Outcome({}, [], Failure(503, _DIED))
        finally:
            self._sending.cancel()
            outcome.cancel()
            writer.close()
        return Outcome(told.counts, told.bad_lines, broken[0]) if broken and told.failure else told

    async def _send_all(self, writer: asyncio.StreamWriter, task: Task, broken: list[Failure]) -> None:
        """The task and the body in frames; what breaks the body off is put into ``broken``."""
        try:
            writer.write(frame(msgspec.json.encode(task)))
            taken = 0
            async for chunk in self._chunks:
                taken += len(chunk)
                if taken > self._most:
                    broken.append(Failure(413, f"the body is longer than {self._most:,} octets; send it in parts"))
                    break
                if chunk:
                    writer.writelines((LENGTH.pack(len(chunk)), chunk))
                    await writer.drain()
        except SlowClientError as error:
            broken.append(Failure(error.status, error.detail))
        except InternalServerException:
            broken.append(Failure(400, "the connection broke off; send the same body again"))
        except ConnectionError:
            return  # the worker has closed: what it had to say is being read
        writer.write(BROKEN_OFF if broken else END)


async def _outcome(reader: asyncio.StreamReader) -> Outcome:
    (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
    return msgspec.json.decode(await reader.readexactly(length), type=Outcome)


class Worker:
    """The process, as the server knows it."""

    def __init__(self, folder: Path, configuration: Configuration) -> None:
        # Of signing in and of doors it need not know anything.
        told = msgspec.json.encode(msgspec.structs.replace(configuration, oidc=Oidc(), doors={}))
        self._process = Taker("prellbock.api.worker.child", [str(folder)], told)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def connect(self) -> socket.socket:
        """A socket for one body; a worker that has died is started again."""
        here, there = socket.socketpair()
        with there:
            self._process.give(BODY, there)
        return here

    def hand(self, there: socket.socket) -> None:
        """Gives the connection of a command to the worker."""
        with there:
            self._process.give(CALLS, there)

    @property
    def is_alive(self) -> bool:
        """Whether it runs; `connect` starts it again if not."""
        return self._process.is_alive

    def close(self) -> None:
        """Lets it finish what it has, and waits for that."""
        self._process.close()
