from datetime import UTC, datetime

import pytest

from prellbock.simulate.outages import OptionError, Outage, outage, seconds

START = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "expected"), [("6h41m", 24_060), ("3d", 259_200), ("36h", 129_600), ("90m", 5_400), ("1d2h3m4s", 93_784)]
)
def test_spans(span: str, expected: int) -> None:
    assert seconds(span) == expected


@pytest.mark.parametrize(
    "text",
    [
        "google@3d+6h41m",
        "google@72h+6h41m",
        "google@2026-01-08T00:00:00Z+6h41m",
        "google@2026-01-08T01:00:00+01:00+6h41m",
    ],
)
def test_one_outage_in_four_spellings(text: str) -> None:
    assert outage(text, START) == Outage("google", 259_200, 283_260)


@pytest.mark.parametrize(
    ("text", "helpful"),
    [
        ("gogle@3d+6h", "google"),
        ("google@3d", "google@3d\\+6h41m"),
        ("google@3d+six", "6h41m"),
        ("google@soon+6h", "RFC 3339"),
        ("google@2026-01-08T00:00:00+6h", "RFC 3339"),
        ("google@3d+0h", "no time"),
    ],
)
def test_a_wrong_outage_is_told_what_is_right(text: str, helpful: str) -> None:
    with pytest.raises(OptionError, match=helpful):
        outage(text, START)
