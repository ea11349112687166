"""All destinations of a data folder: each has a task of its own, so one that hangs delays nobody else."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from prellbock.kinds import SettingError
from prellbock.publishing.kinds import KINDS, Webhook, settings_of
from prellbock.publishing.outbox import Outbox
from prellbock.publishing.requesting import Post, Requesting
from prellbock.publishing.streaming import Streaming
from prellbock.sinks.answer import Answer
from prellbock.sinks.brokers.broker import Broker, BrokerError, RefusedError
from prellbock.sinks.message import CONTENT_TYPE, Message
from prellbock.sinks.webhook import HEADERS, TIMEOUT_SECONDS, Signer, headers_of, signer_of
from prellbock.store.destinations import Destination, Publishes
from prellbock.store.errors import StoreError

if TYPE_CHECKING:
    from prellbock.sinks.posting import Posting

_LOOK_SECONDS = 1.0
"""How often is looked for what people have changed."""
_LOOK_UPS = 64
"""Names that are looked up at the same time."""
_AGAIN_SECONDS = 5.0
"""A destination whose task has failed is begun again after so long."""

Tell = Callable[[str, str, str], None]
"""Told what happened: a sentence, the name of the destination, why."""


def source_of(store: Publishes) -> str:
    """Names the installation in messages, without telling anything about it."""
    return f"/prellbock/{store.identity.of_domain('prellbock.invalid').hex()[:12]}"


class Publisher:
    """Sends decisions to all active destinations."""

    def __init__(self, store: Publishes, tell: Tell, clock: Callable[[], float] = time.time) -> None:
        """``store`` is used from one thread at a time; ``tell`` hears what an operator should know."""
        self._store, self._tell, self._clock = store, tell, clock
        self._running: dict[str, tuple[int, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Sends until it is cancelled; progress is written before it returns. Raises `StoreError`."""
        # Names are looked up in threads; a slow name server must not keep others from theirs.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_LOOK_UPS, "lookup"))
        from prellbock.sinks.posting import Posting

        with ThreadPoolExecutor(1, "outbox") as executor:
            outbox = Outbox(self._store, source_of(self._store), executor)
            async with Posting(timeout=TIMEOUT_SECONDS) as posting:
                current = asyncio.create_task(outbox.keep_current())
                try:
                    while not current.done():
                        await self._arrange(outbox, posting)
                        await asyncio.wait({current}, timeout=_LOOK_SECONDS)
                    await current
                finally:
                    current.cancel()
                    await self._end([task for _, task in self._running.values()])
                    await outbox.flush()

    async def _arrange(self, outbox: Outbox, posting: "Posting") -> None:
        """Begins, ends and renews tasks so that they are what people want."""
        wanted = {each.name: each for each in await outbox.asking(self._store.destinations) if each.state == "active"}
        changed = [
            name
            for name, (generation, task) in self._running.items()
            if name not in wanted or wanted[name].generation != generation or task.done()
        ]
        ended = [self._running.pop(name)[1] for name in changed]
        await self._end(ended)
        if ended:
            # What they have done counts before anything of it is begun again.
            await outbox.flush()
            wanted = {
                each.name: each for each in await outbox.asking(self._store.destinations) if each.state == "active"
            }
        for name, destination in wanted.items():
            if name not in self._running:
                work = self._work(destination, outbox, posting)
                self._running[name] = (destination.generation, asyncio.create_task(work))

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, destination: Destination, outbox: Outbox, posting: "Posting") -> None:
        name = destination.name
        try:
            secrets = await outbox.asking(lambda: self._store.destination_secrets(name, self._clock()))
            settings = settings_of(destination.kind, destination.settings)
            if isinstance(settings, Webhook):
                post = posting_to(posting, settings, secrets, self._clock)
                await Requesting(destination, outbox, post, self._clock).run()
            else:
                connect = KINDS[destination.kind].connect
                assert connect is not None
                secret = secrets[0].decode() if secrets else None
                await Streaming(destination, outbox, lambda: connect(settings, secret), self._clock).run()
        except (SettingError, StoreError) as error:
            self._tell("a destination cannot be used", name, str(error))
            await asyncio.sleep(_AGAIN_SECONDS)


def posting_to(posting: "Posting", settings: Webhook, secrets: list[bytes], clock: Callable[[], float]) -> Post:
    """What posts a message to a webhook, signed with every secret that holds."""
    signers = [signer_of(secret.decode()) for secret in secrets]

    async def post(message: Message) -> Answer:
        headers = _headers(signers, message, clock())
        return await posting.post(settings.url, headers, message.body, private=settings.private)

    return post


def headers_now(store: Publishes, destination: Destination, message: Message, now: float) -> dict[str, str] | None:
    """The headers of an attempt at ``now`` (Unix seconds), signed; None for queues."""
    if destination.kind != "webhook":
        return None
    signers = [signer_of(secret.decode()) for secret in store.destination_secrets(destination.name, now)]
    return {**HEADERS, **_headers(signers, message, now)}


def _headers(signers: Sequence[Signer], message: Message, now: float) -> dict[str, str]:
    return headers_of(signers, message.id, message.body, now, CONTENT_TYPE)


async def try_destination(store: Publishes, destination: Destination, message: Message) -> Answer:
    """Sends one message now, whatever else waits; nothing of it is remembered. Raises `SettingError`."""
    secrets = store.destination_secrets(destination.name, time.time())
    settings = settings_of(destination.kind, destination.settings)
    if isinstance(settings, Webhook):
        from prellbock.sinks.posting import Posting

        async with Posting(timeout=TIMEOUT_SECONDS) as posting:
            return await posting_to(posting, settings, secrets, time.time)(message)
    connect = KINDS[destination.kind].connect
    assert connect is not None
    return await _tried(connect(settings, secrets[0].decode() if secrets else None), message)


async def _tried(broker: Broker, message: Message) -> Answer:
    begun = time.monotonic()
    try:
        await broker.put([message])
    except (BrokerError, RefusedError) as error:
        return Answer(None, str(error), time.monotonic() - begun)
    finally:
        await broker.close()
    return Answer(200, "confirmed", time.monotonic() - begun)
