"""How long does a page of the GUI wait for the server, with 10 million stored events? Every question that a page asks.

The store is made once and kept (`prellbock.bench.filled`). The server is a real one on loopback. Each question is asked
by itself, some rounds, and then all of a page at the same time, as a browser does on six connections: that is the line
of the page. Told are the median and the slowest but a twentieth. The yardstick is an echo over loopback, timed between
the rounds: what else the machine does slows both.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from urllib.parse import urlencode

from prellbock.bench import Figure, Figures
from prellbock.bench.api import Server, serving
from prellbock.bench.echo import Echo, echo
from prellbock.bench.filled import DAY, END, filled, word

ROUNDS = 20
TARGET_MS = 200
"""What somebody waits at most, on an idle machine."""
_CONNECTIONS = 6
_TIMES = {"24 h": 1, "7 d": 7, "30 d": 30}
_FILTERS: dict[str, dict[str, str]] = {
    "": {},
    ", one stream": {"stream": "newsletter"},
    ", one provider": {"provider": "gmx"},
}

Question = tuple[str, dict[str, object]]
"""Path and parameters."""
_KINDS = "outcome,category,fault"


def _dashboard(days: int, where: dict[str, str]) -> list[Question]:
    # As from a browser, the time ends where nobody cut the figures.
    until, since, before = (END - 1234.5 - back * days * DAY for back in (0, 1, 2))
    asked: dict[str, object] = {"since": since, "until": until, **where}
    step = "hour" if days <= 7 else "day"
    return [
        ("/v1/overview", asked),
        ("/v1/statistics", {**asked, "by": _KINDS, "step": step}),
        ("/v1/statistics", {**asked, "by": f"{_KINDS},provider"}),
        ("/v1/statistics", {**where, "since": before, "until": since, "by": f"{_KINDS},provider"}),
        ("/v1/statistics", {**asked, "by": "stream,outcome", "step": step}),
        ("/v1/templates/frequent", {**asked, "limit": 8}),
        ("/v1/campaigns", asked),
        ("/v1/incidents", {"limit": 50}),
        ("/v1/statistics", {"by": "stream,provider", "since": "2000-01-01"}),
    ]


def _searches() -> dict[str, list[Question]]:
    asked: dict[str, object] = {"since": END - 1234.5 - 30 * DAY, "until": END - 1234.5}
    narrowed: dict[str, dict[str, object]] = {
        "all": {},
        "a frequent category": {"category": "mailbox_full"},
        "a category that never was": {"category": "virus"},
        "a stream and a category": {"stream": "order", "category": "rate_limited"},
        "a campaign": {"campaign": f"newsletter-{int(END // DAY) - 20}"},
        "words of many templates": {"q": "mailbox full"},
        "a rare word": {"q": word(17)},
        "a word that never was": {"q": "no such words"},
        "an address": {"q": "p77@t-online.de"},
    }
    return {
        f"responses, {name}": [
            ("/v1/responses", {**asked, **more, "limit": 100}),
            ("/v1/responses/facets", {**asked, **more}),
        ]
        for name, more in narrowed.items()
    }


def pages() -> dict[str, list[Question]]:
    """By name of the page, what it asks when it is opened."""
    rules = {"of": "in-force", "outcomes": "true", "limit": 2000}
    return {
        **{
            f"dashboard, {name}{filtered}": _dashboard(days, where)
            for name, days in _TIMES.items()
            for filtered, where in _FILTERS.items()
        },
        **_searches(),
        "templates": [("/v1/templates/work", {"work": "qualify", "limit": 50})],
        "templates, a word": [("/v1/templates/work", {"work": "qualify", "search": word(17), "limit": 50})],
        "rules": [("/v1/rules", {**rules, "trend": "true"}), ("/v1/drafts", {"subject": "rules"}),
                  ("/v1/versions/rules", {})],
        "rules, findings": [("/v1/rules", {**rules, "findings": "true"})],
        "recipients": [("/v1/recipients", {"limit": 100})],
        "recipients, suppressed": [("/v1/recipients", {"status": "suppressed", "limit": 100})],
        "recipients, a provider and category": [
            ("/v1/recipients", {"provider": "freenet", "category": "mailbox_full", "limit": 100})
        ],
        "recipients, a category that never was": [("/v1/recipients", {"category": "virus", "limit": 100})],
        "recipients, a prefix": [("/v1/recipients", {"prefix": "p4711", "limit": 100})],
        "recipients, a domain that never was": [("/v1/recipients", {"domain": "nowhere.example", "limit": 100})],
        "a recipient": [("/v1/recipients/p77@t-online.de", {"language": "de"})],
        "incidents": [("/v1/incidents", {"limit": 100}), ("/v1/alarms", {"standing": "true", "limit": 100})],
        "policies": [("/v1/policies", {}), ("/v1/policies/worth", {}), ("/v1/drafts", {"subject": "policy"})],
    }  # fmt: skip


def run() -> Figures:
    """Takes some minutes, the first time many."""
    folder = filled()
    figures: Figures = {}
    with serving(folder) as server, echo() as reference, ThreadPoolExecutor(_CONNECTIONS) as pool:
        for name, questions in pages().items():
            for question in dict.fromkeys(f"{path}?{urlencode(more)}" for path, more in questions):
                label = question if len(question) < 60 else f"{question[:57]}..."
                if len(questions) > 1:
                    figures[f"{name}: {label}"] = _timed(server, [question], reference, pool)
            asked = [f"{path}?{urlencode(more)}" for path, more in questions]
            figures[name] = _timed(server, asked, reference, pool)
    return figures


def _timed(server: Server, questions: list[str], reference: Echo, pool: ThreadPoolExecutor) -> Figure:
    taken, echoed = list[float](), list[float]()
    for _ in range(ROUNDS):
        echoed.append(reference.seconds() * 1000)
        begin = time.perf_counter()
        list(pool.map(lambda question: _ask(server, question), questions))
        taken.append((time.perf_counter() - begin) * 1000)
    slow = quantiles(taken, n=20)[18]
    return {
        "value": median(taken), "unit": "ms", "ratio": median(taken) / median(echoed), "of": "echo",
        "note": f"p95 {slow:.0f} ms" + ("; target 200 ms on an idle machine" if slow > TARGET_MS else ""),
    }  # fmt: skip


def _ask(server: Server, question: str) -> None:
    connection = server.connect()
    try:
        connection.request("GET", question, headers=server.headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{question}: {answer.status} {content[:200]!r}")
        json.loads(content)
    finally:
        connection.close()
