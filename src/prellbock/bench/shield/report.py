"""The page on which the figures of the shield are kept: one table, and bars."""

from collections.abc import Sequence

from prellbock.bench import Figures
from prellbock.bench.decisions.plot import Panel, bars
from prellbock.bench.shield.found import Found
from prellbock.bench.shield.hit import Hit


def page(hits: Sequence[Hit], found: Sequence[Found], figures: Figures, recipients: int, days: int, events: int) -> str:
    """The reference page, Markdown."""
    rows = "\n".join(
        f"| `{hit.policy}` | {hit.suppressed_off:,} | {hit.suppressed_on:,} | {hit.withheld_off:,.1f} |"
        f" {hit.withheld_on:,.1f} | {hit.withheld_on / hit.withheld_off if hit.withheld_off else 0:.2%} |"
        for hit in hits
    )
    others = "\n".join(
        f"| {name} | {figure['value']:,.2f} {figure['unit']} | {_target(figure.get('target'))} |"
        for name, figure in figures.items()
        if "living" not in name
    )
    windows = "\n".join(f"- `{each.window.name}`{'' if each.truth is not None else ': no outage'}" for each in found)
    return f"""# What the outage shield is worth

<!-- Made by `prellbock bench shield --recipients {recipients} --report docs/reference`. -->

A simulated world of {recipients:,} recipients, {days} days and {events:,} events, with the outages of Gmail (14 and 15
December 2020) and Apple (26 April 2021) at their weekdays and hours, and three campaigns of ten times the usual volume
to an old list that really is bad. {hits[0].hit if hits else 0:,} living recipients got a refusal from an outage.
Counted is what becomes of them *because of it*: in comparison with a world in which the refused mails were never sent.

| policy | suppressed, off | suppressed, on | days withheld, off | days withheld, on | on / off |
|---|---|---|---|---|---|
{rows}

Targets: suppressed with the shield on 0 (`suppress-at-first`: 1 in 10,000); days withheld at most a tenth.

![Living recipients suppressed and days withheld, shield off and on](shield.svg)

| | measured | target |
|---|---|---|
{others}

The traffic is that of a sender who stops nothing, and the shield sees all of it; what each policy would have withheld
is taken out of the life of those who were hit. Incidents found:

{windows}
"""


def _target(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def picture(hits: Sequence[Hit]) -> str:
    """The bars, SVG."""
    names, suppressed, withheld = list[str](), list[float](), list[float]()
    for hit in hits:
        names += [f"{hit.policy}, off", f"{hit.policy}, on"]
        suppressed += [hit.suppressed_off, hit.suppressed_on]
        withheld += [hit.withheld_off, hit.withheld_on]
    return bars(
        names,
        [
            Panel("living suppressed because of the outages", suppressed, 0, "{:,.0f}"),
            Panel("living recipient-days withheld", withheld, max(withheld, default=0) / 10, "{:,.0f}"),
        ],
        label=190,
    )
