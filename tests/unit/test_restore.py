"""Restoring is measured on texts that nothing has seen: no family of near-duplicates stands on both sides."""

from prellbock.learn.corpus import shipped
from prellbock.learn.families import Families
from prellbock.learn.restore import halves


def test_near_duplicates_are_on_one_side() -> None:
    rows = [row for row in shipped() if row.origin == "gathered"][:600]
    shown, unseen = halves(rows)
    assert len(shown) + len(unseen) == len(rows)
    assert min(len(shown), len(unseen)) > len(rows) / 4
    families = Families()
    families.add(row.template for row in rows)
    named = families.named()
    assert not {named[row.template] for row in shown} & {named[row.template] for row in unseen}
