"""Restoring is measured on texts that were not used: no family, or no template, on both sides; or as a stream comes."""

import pytest

from prellbock.learn.corpus import shipped
from prellbock.learn.families import Families
from prellbock.learn.restore import Way, parted

ROWS = [row for row in shipped() if row.origin == "gathered"][:600]


def _families() -> dict[str, str]:
    families = Families()
    families.add(row.template for row in ROWS)
    return families.named()


@pytest.mark.parametrize(
    ("way", "named"), [("families", _families()), ("texts", {row.template: row.template for row in ROWS})]
)
def test_nothing_stands_on_both_sides(way: Way, named: dict[str, str]) -> None:
    shown, unseen = parted(ROWS, way, 1)
    assert len(shown) + len(unseen) == len(ROWS)
    assert min(len(shown), len(unseen)) > len(ROWS) / 4
    assert not {named[row.template] for row in shown} & {named[row.template] for row in unseen}


def test_in_a_stream_wordings_come_again() -> None:
    shown, unseen = parted(ROWS, "stream", 1)
    assert len(shown) == len(unseen)
    known = {row.text for row in shown}
    assert sum(row.text in known for row in unseen) > len(unseen) / 2
    assert parted(ROWS, "stream", 1) == (shown, unseen) != parted(ROWS, "stream", 2)
