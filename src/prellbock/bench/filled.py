"""A store of many events, made once and kept: what the figures of replay and of the GUI are measured on.

10 million events over 36 days up to `END`: 500,000 failures and deferrals in some 20,000 templates, of eight providers,
five streams and a campaign for each day and stream of marketing, about 500,000 people. They come in by the real
``prellbock ingest``, from a pipe; an ingest that was broken off goes on where it ended.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

EVENTS = 10_000_000
FAILURES = 0.05
"""Share of the events."""
TEMPLATES = 20_000
DAY = 86_400.0
DAYS = 36
END = 1_770_000_000.0
"""The newest event is at most this old (Unix seconds UTC)."""
_CHUNK = 50_000
_LETTERS = "bcdfghklmnprstvz"
_REPLIES = (
    "550 5.1.1 User unknown",
    "552 5.2.2 Mailbox full",
    "550 5.7.1 Message rejected as spam",
    "554 5.7.1 blocked using a blocklist",
    "451 4.7.1 try again later, rate limited",
    "550 nothing that any rule would know",
    "550 5.2.1 The email account that you tried to reach is disabled",
    "421 4.7.0 temporarily deferred due to user complaints",
    "550 5.7.26 This mail is unauthenticated",
    "452 4.2.2 mailbox over quota",
    "550 5.4.1 Recipient address rejected: access denied",
    "554 5.3.4 message too large",
    "450 4.2.0 greylisted, please try again",
)
_DOMAINS = (
    "gmail.com", "outlook.com", "gmx.de", "web.de", "t-online.de", "yahoo.com", "icloud.com", "freenet.de",
    "example.com", "example.org",
)  # fmt: skip
_STREAMS = ("newsletter", "promotions", "order", "service", "password")
_MARKETING = 2
"""So many of the streams, the first, are sent as campaigns."""


def size() -> int:
    """How many events: ``PRELLBOCK_BENCH_EVENTS``, else `EVENTS`."""
    return int(os.environ.get("PRELLBOCK_BENCH_EVENTS", EVENTS))


def filled() -> Path:
    """The data folder: ``PRELLBOCK_BENCH_STORE``, else one among the temporary files; filled if it is not yet."""
    usual = Path(tempfile.gettempdir()) / f"prellbock-bench-{size()}"
    folder = Path(os.environ.get("PRELLBOCK_BENCH_STORE", usual))
    mark = folder / "bench.json"
    meant = {"events": size()}
    if not mark.exists() or json.loads(mark.read_text()) != meant:
        _fill(folder)
        mark.write_text(json.dumps(meant))
    return folder


def _fill(folder: Path) -> None:
    command = [sys.executable, "-m", "prellbock", "--data", str(folder), "ingest", "--format", "ndjson", "-"]
    ingest = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert ingest.stdin is not None
    with get_context("spawn").Pool(1) as pool, ingest.stdin:
        total = size()
        pieces = [(first, min(_CHUNK, total - first), total) for first in range(0, total, _CHUNK)]
        for lines in pool.imap(_lines, pieces):
            ingest.stdin.write(lines)
    if ingest.wait():
        raise RuntimeError(f"ingest into {folder} ended with exit code {ingest.returncode}")


def _lines(piece: tuple[int, int, int]) -> bytes:
    return "".join(events(*piece)).encode()


def events(first: int, size: int, total: int) -> Iterator[str]:
    """Lines of NDJSON in the order of time; whoever fails, fails with one of the templates, the first being common."""
    chance = random.Random(first)  # noqa: S311 -- made-up events
    people = total // 20 or 1
    for number in range(first, first + size):
        at = END - DAYS * DAY + number / total * DAYS * DAY
        person = chance.randrange(people)
        kind = min(int(len(_STREAMS) * chance.random() ** 2), len(_STREAMS) - 1)
        campaign = f',"campaign":"{_STREAMS[kind]}-{int(at // DAY)}"' if kind < _MARKETING else ""
        about = (
            f'{{"id":"{number}","time":{at:.3f},"recipient":"p{person}@{_DOMAINS[person % len(_DOMAINS)]}",'
            f'"stream":"{_STREAMS[kind]}"{campaign},"message_id":"m{number}"'
        )
        if chance.random() >= FAILURES:
            yield f'{about},"outcome":"delivered"}}\n'
            continue
        template = min(int(TEMPLATES * chance.random() ** 2), TEMPLATES - 1)
        text = f"{_REPLIES[template % len(_REPLIES)]} {word(template)}"
        outcome = "deferred" if text.startswith("4") else "bounced"
        yield f'{about},"outcome":"{outcome}","response":"{text}"}}\n'


def word(number: int) -> str:
    """A made-up word of letters alone, so that no mask takes it."""
    return "".join(_LETTERS[number >> shift & 15] for shift in (0, 4, 8, 12)) + "wurzel"
