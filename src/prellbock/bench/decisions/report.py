"""The page on which the figures of all policies are kept: a table, and bars."""

from collections.abc import Sequence

from prellbock.bench import Figures
from prellbock.bench.decisions.obeyed import Score
from prellbock.bench.decisions.plot import Panel, bars

SUPPRESSED, WITHHELD, FOUND = 1.0, 1.0, 0.99
"""Targets: living recipients suppressed per 10,000, recipient-days withheld per 1,000, share of the dead found."""


def page(scores: Sequence[Score], figures: Figures, recipients: int, days: int, responses: int) -> str:
    """The reference page, Markdown."""
    rows = "\n".join(
        f"| `{s.policy}` | {s.suppressed_per_10000:.2f} | {s.suppressed_wrongly / max(s.living, 1) * 10_000:.2f} |"
        f" {s.withheld_per_1000:.3f} | {s.found:.2%} | {s.mails_to_dead:,} |"
        for s in scores
    )
    costs = "\n".join(
        f"| {name.replace('_', ' ')} | {figure['value']:.1f} {figure['unit']} | {figure.get('target', '')} |"
        for name, figure in figures.items()
        if figure["unit"] in ("octets", "us")
    )
    return f"""# What the policies are worth

<!-- Made by `prellbock bench decisions --recipients {recipients} --report docs/reference`. -->

A simulated world of {recipients:,} recipients, {days} days and {responses:,} events, whose truth is known, without an
outage of a provider; a sender that obeys the policy. How it is measured stands in `src/prellbock/bench/decisions`.

| policy | suppressed, alive, per 10,000 | alive when decided | living days withheld, per 1,000 | dead found | mails |
|---|---|---|---|---|---|
| *target* | ≤ {SUPPRESSED:g} | | ≤ {WITHHELD:g} | ≥ {FOUND:.0%} | |
{rows}

*Dead found*: paused or suppressed by their third failed mail; *mails*: all that failed because nobody is there.
*Suppressed though alive* counts everybody who was suppressed and alive at the same time, those included who were
rightly suppressed and came back later: nobody writes to them any more, so nobody notices.

![The three measures of every policy](decisions.svg)

## What a history costs

| | measured | target |
|---|---|---|
{costs}

Octets are those of the stored history; times are of the processor, for one more event and its judgement by the default
policy. *Daily* means {300} days with a failure each, without a delivery.
"""


def picture(scores: Sequence[Score]) -> str:
    """The bars, SVG."""
    return bars(
        [score.policy for score in scores],
        [
            Panel(
                "suppressed though alive, per 10,000", [s.suppressed_per_10000 for s in scores], SUPPRESSED, "{:.2f}"
            ),
            Panel("living days withheld, per 1,000", [s.withheld_per_1000 for s in scores], WITHHELD, "{:.3f}"),
            Panel("dead found by the third mail", [s.found for s in scores], FOUND, "{:.1%}"),
        ],
    )
