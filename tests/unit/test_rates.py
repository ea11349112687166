"""The rates that the package brings along are those that `prellbock cost` counts."""

import re
from pathlib import Path

import msgspec
import pytest

from prellbock.api.examples import examples
from prellbock.cost import prices, stack
from prellbock.cost.rates import derive
from prellbock.rates import Rates, shipped

SCALING = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "scaling.md"


@pytest.mark.long
def test_the_shipped_rates_are_renewed() -> None:
    found, known = derive(stack.load(), prices.load(None)), shipped()
    assert (found.region, found.dated) == (known.region, known.dated), "run scripts/scaling-page"
    for name in ("million_delivered", "million_others", "day"):
        # Part of it is time of this machine's processor.
        assert getattr(found, name) == pytest.approx(getattr(known, name), rel=0.2), "run scripts/scaling-page"


def test_costs_add_up() -> None:
    rates = shipped()
    assert rates.of(0, 0, 1) == rates.day
    assert rates.of(2_000_000, 1_000_000, 0) == pytest.approx(2 * rates.million_delivered + rates.million_others)
    # Five million an hour at 95 %, all day: what the page of the figures says.
    said = re.findall(r"^EUR ([\d.]+) a day, ", SCALING.read_text("utf-8"), re.MULTILINE)
    assert rates.of(114_000_000, 6_000_000, 1) == pytest.approx(float(said[1]), rel=0.1)


def test_the_example_of_the_interface_has_them() -> None:
    answer = msgspec.json.decode(examples()["cost"].answer)
    assert msgspec.convert(answer["rates"], Rates) == shipped()
