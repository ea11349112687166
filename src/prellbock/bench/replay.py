"""How fast does a draft show what it would change? On 10 million stored events: 500,000 failures, 20,000 templates.

The store is made once and kept in the folder of temporary files (``PRELLBOCK_BENCH_EVENTS`` makes a smaller one). The
yardstick is a loop of `hashlib.blake2b` over a million short texts, timed beside every figure.
"""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from prellbock.bench import Figure, Figures
from prellbock.bench.filled import END, filled
from prellbock.collecting import BATCHES, settled
from prellbock.drafting import drafts, rules
from prellbock.drafting.exactly import counted
from prellbock.drafting.moves import moving_recipients, rule_moves, some_of, status_moves, verdict_moves
from prellbock.rules.model import Example, Rule
from prellbock.store.sqlite import SqliteStore

T = TypeVar("T")


def run() -> Figures:
    """Takes minutes the first time. Seconds are those that somebody waits."""
    folder = filled()
    with SqliteStore(folder) as store:
        # As in the process of the server that answers such questions.
        settled(BATCHES)
        figures: Figures = {}
        for name, rule in (("few", _rule("zbzb")), ("many", _rule("User unknown")), ("all", _rule("wurzel"))):
            figures |= _measured(store, folder, name, rule)
    return figures


def _rule(words: str) -> Rule:
    """A rule that takes the templates with these words from whoever has them now."""
    return Rule("bench", "policy", (words.lower(),), examples=(Example(f"550 {words}"),), priority=100)


def _measured(store: SqliteStore, folder: Path, name: str, rule: Rule) -> Figures:
    now = END
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
