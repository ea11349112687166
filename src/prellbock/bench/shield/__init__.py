"""What is the outage shield worth? A world of 90 days with the outages of Gmail 2020 and Apple 2021, shield on and off.

The traffic is that of a sender who stops nothing; each policy then decides which of the mails of those hit would have
been sent. A campaign of ten times the usual volume goes to an old list that really is bad, three times.
"""

from datetime import UTC, datetime
from pathlib import Path

from prellbock.bench import Figure, Figures
from prellbock.bench.shield.cost import measured
from prellbock.bench.shield.found import Found, incidents
from prellbock.bench.shield.hit import POLICIES, Hit, damage
from prellbock.bench.shield.report import page, picture
from prellbock.bench.shield.watched import watch
from prellbock.guard.buckets import time_of
from prellbock.simulate.outages import outage
from prellbock.simulate.world import START, Scenario, World

DAYS = 90
RECIPIENTS = 1_000_000
EVENTS_EACH = 20
OUTAGES = ("google@42d22h16m+2h22m", "google@43d19h38m+4h19m", "apple@70d11h+6h")
"""Gmail: Monday and Tuesday, 14 December 2020 22:16 to 00:38 and 15 December 19:38 to 23:57 UTC. Apple: Monday,
26 April 2021, 11:00 to 17:00 UTC. The same weekdays and hours."""
NOTICED_MINUTES, COST_US, TENTH = 20.0, 1.0, 0.1


def run(recipients: int = RECIPIENTS, folder: Path | None = None) -> Figures:
    """Figures; with ``folder`` also a page (shield.md) and a plot (shield.svg)."""
    start = START
    scenario = Scenario(
        responses=recipients * EVENTS_EACH, recipients=recipients, days=DAYS, seed=1, start=start,
        outages=tuple(outage(text, start) for text in OUTAGES),
    )  # fmt: skip
    world = World(scenario)
    watched = watch(world)
    found = incidents(world, watched)
    hits = [damage(world, watched, found, name) for name in POLICIES]
    figures = _figures(world, found, hits)
    figures.update(measured())
    if folder is not None:
        (folder / "shield.md").write_text(
            page(hits, found, figures, recipients, DAYS, watched.events), encoding="utf-8"
        )
        (folder / "shield.svg").write_text(picture(hits), encoding="utf-8")
    return figures


def _figures(world: World, found: list[Found], hits: list[Hit]) -> Figures:
    figures: Figures = {}
    for number, truth in enumerate(world.scenario.outages):
        delays = [
            (time_of(each.noticed + 1) - world.start_second - truth.begin) / 60
            for each in found
            if each.window.provider == truth.provider and each.truth == number
        ]
        begun = datetime.fromtimestamp(world.start_second + truth.begin, UTC)
        name = f"{truth.provider} {begun:%d %B %H:%M} noticed after"
        figures[name] = {"value": min(delays, default=1e9), "unit": "minutes", "target": NOTICED_MINUTES}
    figures["incidents without an outage"] = _figure(sum(each.truth is None for each in found), "", 0)
    for hit in hits:
        name = hit.policy
        figures[f"{name} living suppressed, off"] = {"value": hit.suppressed_off, "unit": "recipients"}
        figures[f"{name} living suppressed, on"] = _figure(
            hit.suppressed_on, "recipients", world.size / 10_000 if name == "suppress-at-first" else 0
        )
        figures[f"{name} living days withheld, off"] = {"value": hit.withheld_off, "unit": "days"}
        figures[f"{name} living days withheld, on"] = _figure(hit.withheld_on, "days", TENTH * hit.withheld_off)
    return figures


def _figure(value: float, unit: str, target: float) -> Figure:
    return {"value": value, "unit": unit, "target": target}
