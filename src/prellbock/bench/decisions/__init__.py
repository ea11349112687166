"""Are decisions right, and what do they cost? Every preset in a simulated world of 90 days whose truth is known."""

import gc
from pathlib import Path

from prellbock.bench import Figure, Figures
from prellbock.bench.decisions import cost
from prellbock.bench.decisions.happened import Event, happened
from prellbock.bench.decisions.obeyed import scores
from prellbock.bench.decisions.report import FOUND, SUPPRESSED, WITHHELD, page, picture
from prellbock.history.policy import preset, presets
from prellbock.simulate.world import Scenario, World

DAYS = 90
RECIPIENTS = 20_000
EVENTS_EACH = 20
"""Events per recipient: a newsletter a week, and some other mail."""
OCTETS, FAILURE_US, DELIVERY_US = 400.0, 20.0, 5.0
"""Targets: the stored history, microseconds for judging a failure and a delivery."""


def run(recipients: int = RECIPIENTS, folder: Path | None = None) -> Figures:
    """Scores of all presets, sizes and times; with ``folder`` also a page (decisions.md) and a plot (decisions.svg)."""
    scenario = Scenario(responses=recipients * EVENTS_EACH, recipients=recipients, days=DAYS, seed=1)
    world = World(scenario)
    histories = list(happened(world))
    found = scores(world, histories, [preset(name) for name in presets()])
    figures: Figures = {}
    for score in found:
        name = score.policy
        figures[f"{name} suppressed though alive"] = _figure(score.suppressed_per_10000, "per 10,000", SUPPRESSED)
        figures[f"{name} living days withheld"] = _figure(score.withheld_per_1000, "per 1,000", WITHHELD)
        figures[f"{name} dead found"] = _figure(score.found * 100, "%", FOUND * 100)
    figures.update(_costs([events for _, events in histories]))
    if folder is not None:
        text = page(found, figures, recipients, DAYS, scenario.responses)
        (folder / "decisions.md").write_text(text, encoding="utf-8")
        (folder / "decisions.svg").write_text(picture(found), encoding="utf-8")
    return figures


def _costs(histories: list[list[Event]]) -> Figures:
    sizes = sorted(cost.octets(cost.remembered(events)) for events in histories)
    figures = {
        "history, median": _figure(sizes[len(sizes) // 2], "octets", OCTETS),
        "history, 99 in 100": _figure(sizes[int(len(sizes) * 0.99)], "octets", OCTETS),
        "history, largest": _figure(sizes[-1], "octets", OCTETS),
        "history, daily for years": _figure(cost.octets(cost.failing_daily(1000, "mailbox_full")), "octets", OCTETS),
        "history, daily, four streams": _figure(
            cost.octets(cost.failing_daily(1000, "mailbox_full", ("newsletter", "order", "shipping", "account"))),
            "octets", OCTETS,
        ),
    }  # fmt: skip
    # The simulated world is large and stays: looking for garbage in it is no part of judging.
    gc.collect()
    gc.freeze()
    failure, delivery = cost.of_world(histories)
    figures["failure"] = _figure(failure * 1e6, "us", FAILURE_US)
    figures["delivery"] = _figure(delivery * 1e6, "us", DELIVERY_US)
    for category in ("unknown_recipient", "mailbox_full", "recipient_refused"):
        failure, delivery = cost.of_long_history(category)
        figures[f"failure, daily {category}"] = _figure(failure * 1e6, "us", FAILURE_US)
        figures[f"delivery, daily {category}"] = _figure(delivery * 1e6, "us", DELIVERY_US)
    gc.unfreeze()
    return figures


def _figure(value: float, unit: str, target: float) -> Figure:
    return {"value": value, "unit": unit, "target": target}
