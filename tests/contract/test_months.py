"""What a store tells for a month's report, of every kind of store: decisions by kind, outages, what was published."""

from datetime import UTC, datetime

import pytest
from test_incidents import HOUR, OUTAGE, put, world
from test_store import MakeStore, classifier, make_store, subjects  # noqa: F401

from prellbock.classify.classifier import Classifier
from prellbock.history.actions import Kind
from prellbock.reporting.collect import report_on
from prellbock.reporting.month import MonthError, month_at
from prellbock.store.figures import Decisions

MONTH = month_at(OUTAGE)
LATER = MONTH.end + 40 * 86_400.0


def test_decisions_outages_and_streams_of_a_month(make_store: MakeStore, classifier: Classifier) -> None:  # noqa: F811
    store = make_store()
    put(store, classifier, world(bad_list=False), "all", now=LATER)
    acts: tuple[tuple[Kind, float], ...] = (("suppress", OUTAGE), ("release", OUTAGE + HOUR))
    for kind, now in acts:
        store.act(["hand@gmail.com"], kind=kind, scope="", actor="ada", reason="asked", policy=store.policy, now=now)
    decided = store.decided(since=MONTH.begin, until=MONTH.end)
    assert Decisions("suppressed", None, 1) in decided
    assert [(each.what, each.count) for each in decided if each.what in ("revived", "released")] == [("released", 1)]
    assert store.decided(since=MONTH.end, until=LATER) == []
    found = report_on(store, MONTH, "newsletter", LATER)
    assert (found.decided.suppressed, found.decided.released) == (1, 1)
    (outage,) = found.incidents
    assert (outage.provider, outage.category, outage.by_hand) == ("google", "unknown_recipient", False)
    assert [line.provider for line in found.providers] == ["google"]
    day = datetime.fromtimestamp(OUTAGE, UTC).date().isoformat()
    assert found.worst is None or found.worst.date == day
    assert max(found.days, key=lambda each: each.hard).date == day
    assert report_on(store, MONTH, "other", LATER).now.final == 0


def test_a_month_that_has_not_begun_has_no_report(make_store: MakeStore) -> None:  # noqa: F811
    with pytest.raises(MonthError):
        report_on(make_store(), MONTH, None, MONTH.begin)
