"""How fast are the doors? Lines of logs into checked events on one core, and a webhook's batch of 1,000 events.

The yardstick of the logs is `json.loads` of KumoMTA's lines; that of the webhook is the same batch's `json.loads`.
A log of Postfix has seven lines a message (connect, client, message-id, from, one recipient, removed, disconnect),
one of KumoMTA one line an event. The webhook's batch is read, judged and recorded in a fresh store with SQLite's
`synchronous = FULL`."""

import io
import json
import tempfile
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from prellbock.bench import Figures
from prellbock.bench.timing import interleaved
from prellbock.classify.classifier import Classifier
from prellbock.ingest import ingest, make_ready
from prellbock.sources.logs import batches
from prellbock.sources.logs.order import LOGS
from prellbock.sources.logs.reading import Setting
from prellbock.sources.webhooks.call import Call
from prellbock.sources.webhooks.order import PROVIDERS
from prellbock.sources.webhooks.provider import read
from prellbock.store.sqlite import SqliteStore

LINES = 70_000
EVENTS = 1000
_WRITTEN = 1_763_000_000.0
LINES_PER_SECOND = 100_000.0
BATCH_SECONDS = 0.05


def run() -> Figures:
    """Takes some seconds."""
    postfix, kumomta = _postfix(LINES // 7), _kumomta(LINES)
    rows = kumomta.split(b"\n")[:-1]

    def reading(format_: str, text: bytes) -> Callable[[], object]:
        def work() -> object:
            setting = Setting(_WRITTEN, UTC)
            found = batches.read(io.BytesIO(text), "log", _WRITTEN, lambda: LOGS[format_].begin(setting), b"")
            return sum(len(batch.events) for batch in found)

        return work

    taken = interleaved(
        {
            "loads": lambda: [json.loads(row) for row in rows],
            "postfix": reading("postfix", postfix),
            "kumomta": reading("kumomta", kumomta),
        }
    )
    loads = LINES / taken["loads"]
    rate = {name: LINES / taken[name] for name in ("postfix", "kumomta")}
    batch = {name: _webhook(share) for name, share in (("webhook", 20), ("webhook_bounces", 1))}
    return {
        "json_loads": {"value": loads, "unit": "lines/s"},
        "postfix": {"value": rate["postfix"], "unit": "lines/s", "ratio": rate["postfix"] / loads, "of": "json_loads",
                    "note": f"{LINES_PER_SECOND:,.0f} lines/s on one core are asked for"},
        "kumomta": {"value": rate["kumomta"], "unit": "lines/s", "ratio": rate["kumomta"] / loads, "of": "json_loads",
                    "note": f"{LINES_PER_SECOND:,.0f} lines/s on one core are asked for"},
        "webhook": {"value": batch["webhook"] * 1000, "unit": "ms", "target": BATCH_SECONDS * 1000,
                    "note": "1,000 events of SendGrid, one in 20 a bounce: read, judged and recorded"},
        "webhook_bounces": {"value": batch["webhook_bounces"] * 1000, "unit": "ms",
                            "note": "1,000 bounces of as many people, each of them a decision"},
    }  # fmt: skip


def _webhook(share: int) -> float:
    """Processor seconds for a batch of events of new recipients, of which one in ``share`` is a bounce."""
    classifier, number = Classifier.default(), 0
    with tempfile.TemporaryDirectory() as folder, SqliteStore(Path(folder), create=True) as store:

        def work() -> None:
            nonlocal number
            number += 1
            body = json.dumps([_event(number * EVENTS + each, share) for each in range(EVENTS)]).encode()
            batch = read(PROVIDERS["sendgrid"], Call(body=body), "webhook:sendgrid/bench", {}, _WRITTEN)
            counts = ingest(
                [make_ready(batch, store.identity)], store=store, classifier=classifier, now=_WRITTEN,
                on_bad=lambda bad: None, maintain=False, alone=True,
            )  # fmt: skip
            assert counts["new"] == EVENTS

        work()
        return interleaved({"batch": work})["batch"]


def _event(number: int, share: int) -> dict[str, object]:
    common = {
        "email": f"user{number}@example.com",
        "timestamp": 1_762_000_000 + number % 1000,
        "sg_event_id": f"event-{number}",
        "smtp-id": f"<{number}@example.com>",
    }
    if number % share:
        return {**common, "event": "delivered", "response": "250 2.0.0 OK"}
    return {
        **common,
        "event": "bounce",
        "status": "5.1.1",
        "type": "bounce",
        "reason": f"550 5.1.1 <user{number}@example.com>: Recipient address rejected: User unknown",
    }


def _postfix(messages: int) -> bytes:
    lines = []
    for number in range(messages):
        head, identity = f"Nov  9 10:{number // 60 % 60:02d}:{number % 60:02d} mx postfix", f"4{number:09X}"
        outcome = (
            "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued)"
            if number % 20
            else f"dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.1] said: 550 5.1.1 <u{number}@example.com>: "
            "User unknown (in reply to RCPT TO command))"
        )
        lines += [
            f"{head}/smtpd[1]: connect from app.example.com[192.0.2.7]",
            f"{head}/smtpd[1]: {identity}: client=app.example.com[192.0.2.7]",
            f"{head}/cleanup[2]: {identity}: message-id=<{number}@example.com>",
            f"{head}/qmgr[3]: {identity}: from=<news@example.com>, size=12345, nrcpt=1 (queue active)",
            f"{head}/smtp[4]: {identity}: to=<u{number}@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=1.2, "
            f"delays=0.1/0/0.5/0.6, {outcome}",
            f"{head}/qmgr[3]: {identity}: removed",
            f"{head}/smtpd[1]: disconnect from app.example.com[192.0.2.7] ehlo=1 mail=1 rcpt=1 data=1 commands=4",
        ]
    return ("\n".join(lines) + "\n").encode()


def _kumomta(records: int) -> bytes:
    lines = []
    for number in range(records):
        bounced = number % 20 == 0
        record = {
            "type": "Bounce" if bounced else "Delivery",
            "id": f"{number:032x}",
            "sender": "news@example.com",
            "recipient": f"u{number}@example.com",
            "queue": "spring:tenant@example.com",
            "site": "unspecified->(alt1|alt2)?.mx.example.com@smtp_client",
            "size": 12345,
            "response": {
                "code": 550 if bounced else 250,
                "enhanced_code": {"class": 5 if bounced else 2, "subject": 1 if bounced else 0, "detail": int(bounced)},
                "content": "User unknown" if bounced else "OK",
                "command": ".",
            },
            "peer_address": {"name": "mx.example.com.", "addr": "192.0.2.1"},
            "timestamp": 1_762_000_000,
            "event_time": 1_762_000_000.5,
            "created": 1_762_000_000,
            "num_attempts": 0,
            "bounce_classification": "InvalidRecipient" if bounced else "Uncategorized",
            "egress_pool": "pool",
            "egress_source": "source",
            "headers": {"Message-ID": f"<{number}@example.com>"},
            "meta": {},
        }
        lines.append(json.dumps(record))
    return ("\n".join(lines) + "\n").encode()
