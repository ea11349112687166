"""The price table: every price has its date and source, and a table that cannot be used says why."""

import re
from pathlib import Path

import pytest

from prellbock.cost.prices import PricesError, load


def test_every_price_is_dated_and_names_its_source() -> None:
    prices = load()
    assert prices.region == "eu-central-1"
    for price in prices.price.values():
        assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", price.dated)
        assert price.source.startswith("https://")


def test_the_table_of_the_checkout_is_the_one_that_is_packaged() -> None:
    shipped = Path(__file__).parents[3] / "infra" / "prices.toml"
    assert load(shipped) == load()


def test_what_is_free_is_left_out_only_where_asked() -> None:
    prices = load()
    free = prices.price["sqs_requests"].free
    assert prices.euros("sqs_requests", free) > 0
    assert prices.euros("sqs_requests", free, free=True) == 0
    assert prices.euros("sqs_requests", free + 1_000_000, free=True) == pytest.approx(0.4 * prices.currency.eur_per_usd)


@pytest.mark.parametrize(
    ("content", "said"), [("", "provider"), ("region = 1", "region"), ("[price.x]\nusd = ", "Invalid")]
)
def test_a_table_that_cannot_be_used_is_named_with_its_fault(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(content)
    with pytest.raises(PricesError, match=rf"mine\.toml.*({said}|missing|expected|Expected|TOML|value)"):
        load(file)


def test_a_unit_without_a_price_names_the_section_to_add() -> None:
    with pytest.raises(PricesError, match=r"\[price\.stones\]"):
        load().euros("stones", 1)
