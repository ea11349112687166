"""What is kept for how long: all kinds, of which people change some. A part of the contract of every store."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from prellbock.kinds import SettingError
from prellbock.store.apart import KEPT_SECONDS as APART_SECONDS
from prellbock.times import rfc3339

DAY = 86_400.0
LEAST_DAYS, MOST_DAYS = 1.0, 3650.0


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of what is stored."""

    name: str
    days: float | None
    """Unless people say otherwise; None: as long as nobody erases it."""
    is_chosen: bool = False
    """Whether people may choose how long."""
    is_personal: bool = False
    """Whether a person can be told from it: erasing somebody takes it at once, however long it is kept."""
    fields: tuple[str, ...]
    """What stands in it."""


KEPT: dict[str, Kept] = {
    each.name: each
    for each in (
        Kept(name="recipients", days=None, is_personal=True, fields=("address", "hash", "state")),
        Kept(name="ledger", days=None, fields=("status", "scope", "time", "category", "rule", "evidence", "by")),
        Kept(name="failures", days=None, fields=("time", "outcome", "category", "rule", "provider", "stream",
                                                 "campaign", "status", "template")),
        Kept(name="responses", days=None, is_chosen=True, is_personal=True, fields=("response",)),
        Kept(name="templates", days=None, fields=("text", "category", "provider", "count", "sample")),
        Kept(name="deliveries", days=35, is_personal=True, fields=("recipient", "day")),
        Kept(name="counted", days=2, fields=("event",)),
        Kept(name="raws", days=30, is_chosen=True, is_personal=True, fields=("body",)),
        Kept(name="apart", days=APART_SECONDS / DAY, is_chosen=True, is_personal=True, fields=("content", "why")),
        Kept(name="queued", days=14, is_personal=True, fields=("message",)),
        Kept(name="taken", days=7, is_chosen=True, fields=("decision", "answer")),
        Kept(name="dead", days=90, is_chosen=True, fields=("decision", "answer")),
        Kept(name="campaigns", days=35, fields=("campaign", "count")),
        Kept(name="notices", days=35, fields=("alarm",)),
        Kept(name="audit", days=None, fields=("who", "action", "subject", "time")),
    )
}  # fmt: skip
"""Every kind by its name. `responses`: what servers answered, word for word; its template and verdict stay."""


class KeptShown(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of what is stored, as every interface writes it."""

    name: str
    fields: list[str]
    personal: bool
    """Whether a person can be told from it."""
    days: float | None
    """How long it is kept; null: until somebody is erased."""
    default: float | None
    chosen: bool
    """Whether people may choose how long."""
    count: int | None
    """How much of it is there: of ledger and failures at most so many; null: not counted."""
    oldest: str | None


class Holds(msgspec.Struct, frozen=True):
    """How much of one kind is there."""

    count: int
    """Of `ledger` and `failures` the newest number: at most so many."""
    oldest: float | None
    """Unix seconds."""


def check(name: str, days: float | None) -> None:
    """Raises `SettingError` where a kind may not be kept so; None gives it back to its default."""
    known = KEPT.get(name)
    chosen = ", ".join(each.name for each in KEPT.values() if each.is_chosen)
    if known is None or not known.is_chosen:
        raise SettingError(f"{name[:40]!r} cannot be changed: {chosen} can")
    if days is not None and not LEAST_DAYS <= days <= MOST_DAYS:
        raise SettingError(f"{name}: {LEAST_DAYS:.0f} to {MOST_DAYS:.0f} days, or null for the default")


class Retains(Protocol):
    """What a store does that forgets by itself."""

    @property
    def keeps_addresses(self) -> bool:
        """False: in hashed mode no address is stored, and no response as it came."""
        ...

    def retention(self) -> dict[str, float]:
        """For how many days each kind is kept that people have chosen a time for."""
        ...

    def change_retention(self, values: Mapping[str, float | None]) -> None:
        """Chooses for some kinds; None gives one back to its default. Housekeeping follows it."""
        ...

    def holds(self) -> dict[str, Holds]:
        """How much of each kind is there."""
        ...


def choose(store: Retains, values: Mapping[str, float | None]) -> None:
    """Chooses for some kinds how many days they are kept; None gives one back to its default. Raises `SettingError`."""
    for name, days in values.items():
        check(name, days)
    store.change_retention(values)


def kept(store: Retains) -> list[KeptShown]:
    """Every kind, and how much of it is there now."""
    chosen, holds = store.retention(), store.holds()
    return [
        KeptShown(
            name=each.name, fields=[*each.fields], personal=each.is_personal, days=chosen.get(each.name, each.days),
            default=each.days, chosen=each.is_chosen, count=holds[each.name].count if each.name in holds else None,
            oldest=rfc3339(holds[each.name].oldest) if each.name in holds else None,
        )
        for each in KEPT.values()
    ]  # fmt: skip
