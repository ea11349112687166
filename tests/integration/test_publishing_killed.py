"""SIGKILL of a server that sends to a webhook, RabbitMQ and NATS while events come in.

Nothing is lost, what comes twice has the same id, and for each recipient the first arrivals come in order.
"""

import asyncio
import contextlib
import os
import random
import secrets
import signal
import subprocess
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import pytest
from brokers import MAKE, Queue, needs
from processes import DEADLINE_SECONDS, Server, dead
from receiving import Receiver

from prellbock.publishing.messages import identity_of
from prellbock.store.sqlite import SqliteStore

PEOPLE = 20
"""Of one round; each is first paused, then suppressed."""
Arrivals = list[tuple[str, dict[str, Any]]]
"""Ids and bodies, as they came."""


def bodies(rounds: int) -> list[str]:
    """What is ingested: of each round first the failure that pauses, then the one that suppresses."""
    found = []
    for number in range(rounds):
        lines = [dead(f"u{number}-{each}@example.com").splitlines(keepends=True) for each in range(PEOPLE)]
        found += ["".join(line[half] for line in lines) for half in (0, 1)]
    return found


def kill(server: Server) -> None:
    """All processes of a server at once, so that none can put anything in order."""
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(server.process.pid)], capture_output=True, text=True)
    for pid in [server.process.pid, *map(int, told.stdout.split())]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.process.wait()
    server.client.close()


def publish_through_kills(data: Path, queues: list[Queue], receiver: Receiver, kills: int) -> None:
    rng = random.Random(12)
    server = Server(data)
    for queue in queues:
        body = {"kind": queue.kind, "name": queue.kind, "settings": queue.settings, "secret": queue.secret}
        assert server.client.post("/v1/destinations", json=body).status_code == 201
    body = {"kind": "webhook", "name": "webhook", "settings": {"url": receiver.url, "private": True}}
    assert server.client.post("/v1/destinations", json=body).status_code == 201
    waiting = bodies(2 * kills + 2)
    for number in range(kills):
        left = len(waiting) // (kills - number + 1)

        def send(server: Server = server, count: int = left) -> None:
            with contextlib.suppress(httpx.TransportError):
                for _ in range(count):
                    assert server.client.post("/v1/events", content=waiting[0]).status_code == 200
                    del waiting[0]

        before = len(receiver.taken)
        sending = threading.Thread(target=send)
        sending.start()
        # In the middle of it: something has gone out, and something has still to go.
        enough = before + rng.randint(1, PEOPLE)
        end = time.monotonic() + DEADLINE_SECONDS
        while len(receiver.taken) < enough and (sending.is_alive() or time.monotonic() < end):
            time.sleep(0.002)
            assert time.monotonic() < end, server.said
        kill(server)
        sending.join()
        server = Server(data)
    for each in waiting:
        assert server.client.post("/v1/events", content=each).status_code == 200
    end = time.monotonic() + 3 * DEADLINE_SECONDS
    while any(each["backlog"] or each["waiting"] for each in server.client.get("/v1/destinations").json()):
        assert time.monotonic() < end, server.said
        time.sleep(0.05)
    server.stop()


def check(arrivals: Arrivals, expected: dict[str, tuple[str, int]]) -> None:
    assert {identity for identity, _ in arrivals} == {*expected}
    seen: dict[str, list[int]] = defaultdict(list)
    for identity in dict.fromkeys(identity for identity, _ in arrivals):
        recipient, seq = expected[identity]
        seen[recipient].append(seq)
    assert all(seqs == sorted(seqs) for seqs in seen.values())


@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=pytest.mark.long)])
@pytest.mark.timeout(1800)
def test_nothing_is_lost_and_only_the_same_comes_twice(kills: int, tmp_path: Path) -> None:
    for kind in ("rabbitmq", "nats"):
        needs(kind)

    async def through() -> None:
        queues = [await MAKE[kind](f"prellbock-{secrets.token_hex(6)}") for kind in ("rabbitmq", "nats")]
        receiver = Receiver()
        try:
            await asyncio.to_thread(publish_through_kills, tmp_path / "data", queues, receiver, kills)
            with SqliteStore(tmp_path / "data") as store:
                expected = {identity_of(each): (each.hash, each.seq) for each in store.outgoing(0, 1_000_000)}
            assert len(expected) == 2 * PEOPLE * (2 * kills + 2)
            check([(body["id"], body) for _, body in receiver.taken], expected)
            for queue in queues:
                assert queue.count is not None
                check(await queue.received(await queue.count()), expected)
        finally:
            receiver.close()
            for queue in queues:
                await queue.remove()

    asyncio.run(through())
