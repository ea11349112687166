"""Limits of alarms as people change them while the server runs."""

import msgspec
import pytest

from prellbock.alarming.limits import LIMITS, LimitError, check, overlaid, value_of
from prellbock.alarming.settings import Guarded

SETTINGS = Guarded()


def names(where: object, way: str = "") -> set[str]:
    """Every number of the settings, by its place."""
    found: set[str] = set()
    for field in where.__struct_fields__:  # type: ignore[attr-defined]
        value = getattr(where, field)
        if isinstance(value, msgspec.Struct):
            found |= names(value, f"{way}{field}.")
        elif isinstance(value, int | float):
            found.add(way + field)
    return found


def test_every_limit_of_the_file_can_be_changed() -> None:
    assert names(SETTINGS) == {limit.name for limit in LIMITS}


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_what_was_changed_holds_and_keeps_its_kind(limit: object) -> None:
    name: str = limit.name  # type: ignore[attr-defined]
    changed = overlaid(SETTINGS, {name: 1.0, "alarms.of_an_older_version": 3.0})
    assert value_of(changed, name) == 1.0
    assert overlaid(changed, {name: value_of(SETTINGS, name)}) == SETTINGS
    assert msgspec.convert(msgspec.to_builtins(changed), Guarded) == changed, "counts stay whole numbers"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("alarms.hard_bounce_share", 1.5, "0 to 1"),
        ("alarms.hard_bounce_share", -0.1, "0 to 1"),
        ("alarms.apart", 0.5, "whole"),
        ("alarms.silence_hours", 1e9, "from 0"),
        ("alarms.silence_hours", float("nan"), "from 0"),
        ("webhook.url", 1, "no limit"),
    ],
)
def test_what_a_limit_cannot_be_is_said(name: str, value: float, said: str) -> None:
    with pytest.raises(LimitError, match=said):
        check(name, value)
