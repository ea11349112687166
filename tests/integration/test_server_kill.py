"""SIGKILL of a server under load: nothing acknowledged is lost, nothing is counted twice, no decision comes twice."""

import json
import random
import signal
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from processes import Server, dead, ndjson

BODIES = 40
PEOPLE = 100
"""Recipients of one body; each is suppressed."""


def body(number: int) -> str:
    alive = [
        {
            "time": 1767600000 + n,
            "recipient": f"a{number}-{n}@example.com",
            "outcome": "delivered",
            "id": f"{number}-{n}",
        }
        for n in range(500)
    ]
    return ndjson(*alive) + "".join(dead(f"d{number}-{n}@example.com") for n in range(PEOPLE))


def killed_again_and_again(serve: Callable[..., Server], data: Path, kills: int) -> None:
    rng = random.Random(7)
    waiting = [*range(BODIES)]
    acknowledged: set[int] = set()
    done = 0
    while waiting:
        server = serve(data=data)

        def send(server: Server = server) -> None:
            while waiting:
                number = waiting[0]
                try:
                    answer = server.client.post("/v1/events", content=body(number))
                except httpx.TransportError:
                    return
                assert answer.status_code == 200, answer.text
                acknowledged.add(number)
                waiting.remove(number)

        sending = threading.Thread(target=send)
        sending.start()
        if done < kills:
            # Somewhere within the work that is left between this kill and the others.
            enough = len(acknowledged) + rng.randint(0, max(1, (BODIES - len(acknowledged)) // (kills - done + 1)))
            while sending.is_alive() and len(acknowledged) < enough:
                sending.join(0.01)
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            done += 1
        sending.join()
        server.stop()
    assert acknowledged == {*range(BODIES)}
    assert done == kills


def stands(server: Server) -> None:
    """Everything is there once."""
    for number in range(BODIES):
        counts = server.client.post("/v1/events", content=body(number)).json()
        assert counts["new"] == 0
    text = server.client.get("/metrics").text
    assert f'prellbock_events_total{{outcome="delivered"}} {BODIES * 500}.0' in text
    assert f'prellbock_events_total{{outcome="bounced"}} {BODIES * PEOPLE * 2}.0' in text
    listed = [json.loads(line) for line in server.client.get("/v1/suppressions").text.splitlines()]
    assert len(listed) == len({entry["address"] for entry in listed}) == BODIES * PEOPLE
    with sqlite3.connect(server.data / "prellbock.sqlite3") as db:
        (twice,) = db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM ledger GROUP BY number, scope, before, status, since"
            " HAVING count(*) > 1)"
        ).fetchone()
        assert twice == 0
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.long)])
def test_killed_under_load(serve: Callable[..., Server], tmp_path: Path, kills: int) -> None:
    killed_again_and_again(serve, tmp_path / "data", kills)
    stands(serve(data=tmp_path / "data"))
