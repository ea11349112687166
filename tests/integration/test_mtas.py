"""End to end with real mail servers: their bounces come in by the listener while their log is followed.

Log and bounce tell of the same message; it is one failure, and its recipient is judged by what the refusing server
said.
"""

import os
import re
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from private_servers import free_port, running
from processes import DEADLINE_SECONDS, Server

REFUSALS = {
    "dead": "550 5.1.1 <{rcpt}>: Recipient address rejected: User unknown in virtual mailbox table",
    "full": "552 5.2.2 The mailbox of <{rcpt}> is over its quota",
    "blocked": "550 5.7.1 Service unavailable; client [192.0.2.25] blocked using bl.example",
    "later": "451 4.7.1 Greylisted, please try again in 300 seconds",
}
"""What the receiving server answers to RCPT TO, by local part."""
STATUS = {"dead": "paused", "full": "watched", "blocked": "deliverable", "later": "deliverable", "alive": "deliverable"}
"""What follows from one message: who is dead is paused; the sender and transport are nobody's fault."""
CATEGORY = {"dead": "unknown_recipient", "full": "mailbox_full", "blocked": "reputation", "later": "greylisted"}
BOUNCED = ("dead", "full", "blocked")
DOMAIN = "customer.example"


class Refusing:
    """The receiving server."""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = REFUSALS.get(address.partition("@")[0])
        if refusal is not None:
            return refusal.format(rcpt=address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return "250 2.0.0 OK: queued"


@pytest.fixture
def sink() -> Iterator[int]:
    port = free_port()
    controller = Controller(Refusing(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


@contextmanager
def following(server: Server, system: str, log: Path) -> Iterator[None]:
    """The log while it is written, handed to the server."""
    process = subprocess.Popen(
        [sys.executable, "-m", "prellbock", "--data", str(server.data), "ingest", "--follow", "--format", system,
         str(log)], stdout=subprocess.DEVNULL,
    )  # fmt: skip
    yield
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(DEADLINE_SECONDS) == 0


def awaited(what: Callable[[], Any], wanted: Any) -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while (found := what()) != wanted:
        assert time.monotonic() < end, found
        time.sleep(0.1)


def send(port: int) -> None:
    """A message to each recipient."""
    for name in STATUS:
        with smtplib.SMTP("127.0.0.1", port, timeout=DEADLINE_SECONDS) as smtp:
            smtp.sendmail(
                "news@bounces.shop.example",
                f"{name}@{DOMAIN}",
                f"From: Shop <news@shop.example>\r\nTo: {name}@{DOMAIN}\r\nSubject: Your order\r\n"
                f"Message-ID: <{name}.4711@shop.example>\r\n\r\nThank you for your order.\r\n",
            )


def events(server: Server) -> dict[str, int]:
    text = server.client.get("/metrics").text
    found = re.findall(r'prellbock_events_total\{outcome="(\w+)"} (\S+)', text)
    return {name: int(float(count)) for name, count in found if name != "delivered"}


@pytest.mark.parametrize("system", ["postfix", "exim"])
def test_each_message_is_one_failure_though_log_and_bounce_tell_it(
    serve: Callable[..., Server], tmp_path: Path, sink: int, system: str
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    listener = free_port()
    (data / "prellbock.toml").write_text(f'[doors.bounces]\nkind = "listener"\nport = {listener}\n')
    server = serve(data=data)
    awaited(lambda: server.client.get("/v1/sources/doors").json()[0]["condition"], "open")
    port, folder = free_port(), tmp_path / system
    with (
        running(system, folder, port, sink=sink, listener=listener),
        following(server, system, folder / "mainlog"),
    ):
        send(port)
        awaited(lambda: server.client.get("/v1/sources/doors").json()[0]["arrivals"], len(BOUNCED))
        # The bounces, and from the log these, the deferral and the delivery.
        awaited(lambda: events(server), {"bounced": 2 * len(BOUNCED), "deferred": 1})
    for name, status in STATUS.items():
        # An hour later, when the outage shield has judged the minutes of the failures.
        story = server.client.get(f"/v1/recipients/{name}@{DOMAIN}", params={"as_of": time.time() + 3600}).json()
        assert story["status"] == status, (name, story)
        told = [event for event in story["evidence"] if event["outcome"] != "delivered"]
        assert {event["category"] for event in told} == ({CATEGORY[name]} if name in CATEGORY else set())
        # Two reports of one message.
        assert len(told) == (2 if name in BOUNCED else 1 if name == "later" else 0), (name, told)
    now = server.client.get("/v1/overview").json()["now"]
    assert (now["bounced"], now["hard"]) == (len(BOUNCED), 2)
