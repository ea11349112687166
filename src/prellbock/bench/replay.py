"""How fast does a draft show what it would change? On 10 million stored events: 500,000 failures, 20,000 templates.

The store is made once and kept in the folder of temporary files (``PRELLBOCK_BENCH_EVENTS`` makes a smaller one). The
yardstick is a loop of `hashlib.blake2b` over a million short texts, timed beside every figure.
"""

import hashlib
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from prellbock.bench import Figure, Figures
from prellbock.drafting import drafts, rules
from prellbock.drafting.exactly import counted
from prellbock.drafting.moves import moving_recipients, rule_moves, some_of, status_moves, verdict_moves
from prellbock.events import DeliveryEvent
from prellbock.pipeline import prepare
from prellbock.rules.model import Example, Rule
from prellbock.sources.batch import digest_of
from prellbock.store.sqlite import SqliteStore

EVENTS = 10_000_000
FAILURES = 0.05
"""Share of the events."""
TEMPLATES = 20_000
_BATCH = 50_000
_BEGIN = 1_767_600_000.0
_DAYS = 30
_DAY = 86_400.0
_LETTERS = "bcdfghklmnprstvz"
_REPLIES = (
    "550 5.1.1 User unknown",
    "552 5.2.2 Mailbox full",
    "550 5.7.1 Message rejected as spam",
    "554 5.7.1 blocked using a blocklist",
    "451 4.7.1 try again later, rate limited",
    "550 nothing that any rule would know",
)
_DOMAINS = ("gmail.com", "outlook.com", "gmx.de", "web.de", "t-online.de", "yahoo.com", "example.com", "example.org")

T = TypeVar("T")


def run() -> Figures:
    """Takes minutes the first time. Seconds are those that somebody waits."""
    events = int(os.environ.get("PRELLBOCK_BENCH_EVENTS", EVENTS))
    folder = Path(tempfile.gettempdir()) / f"prellbock-bench-replay-{events}"
    _fill(folder, events)
    with SqliteStore(folder) as store:
        figures: Figures = {}
        for name, rule in (("few", _rule("zbzb")), ("many", _rule("User unknown")), ("all", _rule("wurzel"))):
            figures |= _measured(store, folder, name, rule)
    return figures


def _rule(words: str) -> Rule:
    """A rule that takes the templates with these words from whoever has them now."""
    return Rule("bench", "policy", (words.lower(),), examples=(Example(f"550 {words}"),), priority=100)


def _measured(store: SqliteStore, folder: Path, name: str, rule: Rule) -> Figures:
    now = _BEGIN + _DAYS * _DAY
    draft = rules.begin(store, "bench", "bench", now)
    try:
        rules.edit(store, draft.id, {rule.name: rule}, "bench", now)
        made, compiling = _timed(lambda: rules.classifier_of(rules.of_draft(store, drafts.draft_of(store, draft.id))))
        _ = store.classifier
        (judgements, moves), judging = _timed(lambda: rule_moves(store, made))
        told, counting = _timed(lambda: verdict_moves(judgements, moves))
        touched, finding = _timed(lambda: moving_recipients(store, judgements, moves))
        some = some_of(touched)
        first, sampling = _timed(lambda: status_moves(len(touched), len(some), store.rejudged(some, moves), now))
        figures: Figures = {
            f"compile the draft, {name}": _seconds(compiling),
            f"verdict changes, {name}": _seconds(
                compiling + judging + counting, 2.0, f"{told.moved:,} of {told.judged:,} move"
            ),
            f"first answer, {name}": _seconds(
                finding + sampling, None, f"{len(some):,} of {len(touched):,} recipients judged anew"
            ),
        }
        if not first.exact:
            _, exactly = _timed(lambda: counted(folder, touched, moves, now))
            figures[f"exact statuses, {name}"] = _seconds(exactly, 30.0, f"{len(touched):,} recipients, two processes")
    finally:
        store.remove_draft(draft.id)
    return figures


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    begin = time.perf_counter()
    return work(), time.perf_counter() - begin


def _seconds(value: float, target: float | None = None, note: str = "") -> Figure:
    _, yardstick = _timed(_yardstick)
    figure: Figure = {"value": value, "unit": "s", "ratio": value / yardstick, "of": "a million blake2b"}
    if target is not None:
        note = f"{note}; target {target:g} s on an idle machine"
    return {**figure, "note": note} if note else figure


def _yardstick() -> None:
    for number in range(1_000_000):
        hashlib.blake2b(b"%d" % number, digest_size=16).digest()


def _fill(folder: Path, events: int) -> None:
    """Brings the events in; what was brought in before a kill is not repeated."""
    with SqliteStore(folder, create=True) as store:
        for number in range(0, events, _BATCH):
            digest = digest_of(f"bench {number}".encode())
            if store.batch_done(digest) is None:
                batch = prepare(list(_events(number, min(_BATCH, events - number), events)), store.identity)
                store.ingest(batch, digest=digest, source="bench", now=_BEGIN + _DAYS * _DAY)


def _events(first: int, size: int, total: int) -> Iterator[DeliveryEvent]:
    """Events in the order of time; whoever fails, fails with one of the templates, the first of which are common."""
    chance = random.Random(first)  # noqa: S311 -- made-up events
    people = total // 20
    for number in range(first, first + size):
        at = _BEGIN + number / total * _DAYS * _DAY
        person = chance.randrange(people)
        recipient = f"p{person}@{_DOMAINS[person % len(_DOMAINS)]}"
        if chance.random() >= FAILURES:
            yield DeliveryEvent(id=str(number), time=at, recipient=recipient, outcome="delivered")
            continue
        template = min(int(TEMPLATES * chance.random() ** 2), TEMPLATES - 1)
        text = f"{_REPLIES[template % len(_REPLIES)]} {_word(template)}"
        yield DeliveryEvent(
            id=str(number), time=at, recipient=recipient, outcome="deferred" if text.startswith("4") else "bounced",
            response=text, message_id=str(number),
        )  # fmt: skip


def _word(number: int) -> str:
    """A made-up word of letters alone, so that no mask takes it."""
    return "".join(_LETTERS[number >> shift & 15] for shift in (0, 4, 8, 12)) + "wurzel"
