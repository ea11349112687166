"""What a unit costs: infra/prices.toml, which the package brings along."""

from importlib.resources import files
from pathlib import Path

import msgspec


class PricesError(ValueError):
    """A price table that cannot be used; says what is wrong and where."""


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """US dollars for ``per`` units, without VAT."""

    usd: float
    per: float
    dated: str
    """Year and month."""
    listed: bool
    """Whether it stood in a price-list file of the provider; else it was read from the page named as its source."""
    source: str
    free: float = 0.0
    """Units a month that cost nobody anything."""


class Currency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How dollars become euros."""

    eur_per_usd: float
    dated: str
    source: str


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The price table of one region."""

    provider: str
    region: str
    dated: str
    currency: Currency
    price: dict[str, Price]

    def euros(self, unit: str, count: float, *, free: bool = False) -> float:
        """What so many units a month cost; ``free``: beyond those that are free. Raises `PricesError`."""
        if unit not in self.price:
            raise PricesError(f"the price table has no price for {unit}: add a section [price.{unit}]")
        price = self.price[unit]
        billed = max(0.0, count - price.free) if free else count
        return billed / price.per * price.usd * self.currency.eur_per_usd


def load(file: Path | None = None) -> Prices:
    """The table in ``file``, else the one that came with Prellbock. Raises `PricesError`."""
    name = str(file) if file else "prices.toml"
    try:
        text = file.read_text("utf-8") if file else files(__package__).joinpath("prices.toml").read_text("utf-8")
        prices = msgspec.toml.decode(text, type=Prices)
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as error:
        raise PricesError(f"{name}: {error}; see infra/prices.toml for what a price table holds") from error
    for unit, price in prices.price.items():
        if price.per <= 0 or price.usd < 0:
            raise PricesError(f"{name}: [price.{unit}]: per must be above 0 and usd not below 0")
    return prices
