"""Erasing a person leaves nothing that says who it was, and nobody is mailed against their will afterwards."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_actions import U, act
from test_store import NOW, T0, MakeStore, bounced, classifier, delivered, make_store, put

from prellbock.addresses import domain_of
from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.history.policy import DEFAULT
from prellbock.store.contract import Erased, Store

__all__ = ["classifier", "make_store"]


def erase(store: Store, address: str = U, *, forget: bool = False, dry_run: bool = False) -> Erased:
    return store.erase(
        address, forget=forget, actor="dpo", reason="asked for it", policy=DEFAULT, now=NOW, dry_run=dry_run
    )


def status(store: Store, address: str = U) -> str:
    digest = store.identity.of_address(address)
    return store.standings_of([(digest, domain_of(address))], DEFAULT)[0][0].status


def marks(store: Store, address: str = U) -> list[tuple[str, str]]:
    digest = store.identity.of_address(address)
    return [(mark.status, mark.scope) for mark in store.standings_of([(digest, domain_of(address))], DEFAULT)[0][1]]


def said(store: Store, address: str = U) -> str:
    story = store.story(address, DEFAULT)
    return f"{story.events} {story.ledger} {story.actions} {story.last_delivery}"


def test_who_is_suppressed_stays_so_as_a_bare_hash(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, [bounced(1, 0), bounced(2, 2)])
    act(store, "note", at=NOW)
    erased = erase(store)
    assert (erased.found, erased.kept, erased.traces) == (True, ["suppressed:all"], [])
    assert status(store) == "suppressed"
    (line,) = store.withheld(NOW, DEFAULT)
    assert line.address is None
    assert "User unknown" not in said(store)
    assert "because" not in said(store)
    put(store, classifier, [delivered(3, 5)], "later")
    assert status(store) == "suppressed"
    act(store, "release", at=NOW)
    assert status(store) == "deliverable"


def test_forgetting_leaves_nothing(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(
        store, classifier, [bounced(1, 0), bounced(2, 2), delivered(3, 1), bounced(4, 1, recipient="other@example.com")]
    )
    erased = erase(store, forget=True)
    assert (erased.found, erased.kept, erased.traces) == (True, [], [])
    assert list(store.withheld(NOW, DEFAULT)) == []
    assert said(store) == "[] [] [] None"
    assert not erase(store, forget=True).found
    assert store.story("other@example.com", DEFAULT).events


def test_complaint_and_unsubscribe_stay_in_their_scope(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, [DeliveryEvent(id="c", time=T0, recipient=U, outcome="complaint", stream="newsletter")])
    assert marks(store) == [("complained", "marketing")]
    assert erase(store).kept == ["complained:marketing"]
    assert marks(store) == [("complained", "marketing")]
    assert status(store) == "deliverable"
    (line,) = store.withheld(NOW, DEFAULT)
    assert (line.address, line.status, line.scope) == (None, "complained", "marketing")
    put(store, classifier, [DeliveryEvent(id="d", time=T0 + 9, recipient=U, outcome="consent")], "later")
    assert marks(store) == []


def test_a_pause_is_not_kept(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, [bounced(1, 0)])
    assert status(store) == "paused"
    assert erase(store).kept == []
    assert status(store) == "deliverable"


def test_the_same_input_again_brings_nobody_back(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    events = [bounced(1, 0), bounced(2, 2), delivered(3, 1)]
    put(store, classifier, events)
    erase(store, forget=True)
    put(store, classifier, events[:1], "cut anew")
    put(store, classifier, events[1:], "cut anew, second part")
    assert said(store) == "[] [] [] None"
    assert status(store) == "deliverable"


def test_words_of_others_about_the_person_are_masked(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    other = bounced(1, 0, "other@example.com")
    text = f"550 5.1.1 alias of {U.upper()}: User unknown"
    put(store, classifier, [msgspec.structs.replace(other, response=text), bounced(2, 0)])
    assert erase(store, forget=True).traces == []
    (event,) = store.story("other@example.com", DEFAULT).events
    assert event.response == "550 5.1.1 alias of {address}: User unknown"


def test_a_dry_run_tells_and_changes_nothing(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, [bounced(1, 0), bounced(2, 2)])
    before = said(store)
    told = erase(store, dry_run=True)
    assert told.found
    assert told.kept == ["suppressed:all"]
    assert said(store) == before
    assert told.removed == erase(store).removed


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["bounce", "delivery", "unsubscribe"])), max_size=12),
    forget=st.booleans(),
)
def test_whatever_happened_no_trace_is_left_and_others_are_as_they_were(
    make_store: MakeStore, classifier: Classifier, days: list[tuple[int, str]], forget: bool
) -> None:
    store = make_store()
    events = []
    for number, (day, kind) in enumerate(days):
        for who in (U, "other@example.com"):
            if kind == "bounce":
                events.append(bounced(number * 2 + (who != U), day, recipient=who))
            elif kind == "delivery":
                events.append(delivered(number * 2 + (who != U), day, recipient=who))
            else:
                at = T0 + day * 86400.0
                events.append(
                    DeliveryEvent(id=f"u{number}{who}", time=at, recipient=who, outcome="unsubscribe", stream="news")
                )
    put(store, classifier, events)
    was, marked = status(store), marks(store)
    other = said(store, "other@example.com")
    erased = erase(store, forget=forget)
    assert erased.traces == []
    assert said(store, "other@example.com") == other
    assert status(store) == ("suppressed" if was == "suppressed" and not forget else "deliverable")
    assert marks(store) == ([] if forget else marked)


@pytest.mark.parametrize("forget", [False, True])
def test_nothing_is_known_of_a_stranger(make_store: MakeStore, forget: bool) -> None:
    assert erase(make_store(), "nobody@example.com", forget=forget) == Erased("nobody@example.com", False, [], {}, [])
