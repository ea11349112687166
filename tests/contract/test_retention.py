"""What is kept for how long: chosen by people, followed by housekeeping, and nothing else is touched."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from prellbock.events import DeliveryEvent
from prellbock.identity import new_secret
from prellbock.kinds import SettingError
from prellbock.pipeline import prepare
from prellbock.store.dynamodb.memory import MemoryDynamoDB, MemoryS3
from prellbock.store.dynamodb.store import DynamoStore, Place
from prellbock.store.retention import DAY, KEPT, check
from prellbock.store.sqlite import SqliteStore

NOW = 1_800_000_000.0
TEXT = "550 5.1.1 <{}>: Recipient address rejected: User unknown"


@pytest.fixture(params=["sqlite", "items", "objects"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    if request.param == "sqlite":
        with SqliteStore(tmp_path / "data", create=True) as store:
            yield store
        return
    place = Place(s3=MemoryS3(), dynamodb=MemoryDynamoDB(), bucket="b", table="t", histories=request.param)
    with DynamoStore(place, new_secret()) as store:
        yield store


def failed(store: SqliteStore, address: str, now: float) -> None:
    event = DeliveryEvent(time=now, recipient=address, outcome="bounced", response=TEXT.format(address))
    store.ingest(prepare([event], store.identity), digest=address.encode(), source="test", now=now)


def words(store: SqliteStore, address: str) -> list[str | None]:
    return [each.response for each in store.story(address, store.policy).events]


def test_old_responses_lose_their_words_and_keep_their_verdicts(store: SqliteStore) -> None:
    failed(store, "old@example.com", NOW - 40 * DAY)
    failed(store, "new@example.com", NOW)
    before = store.story("old@example.com", store.policy)
    store.maintain(NOW)
    assert words(store, "old@example.com") == [TEXT.format("old@example.com")]
    store.change_retention({"responses": 30})
    store.maintain(NOW)
    assert words(store, "old@example.com") == [None]
    assert words(store, "new@example.com") == [TEXT.format("new@example.com")]
    after = store.story("old@example.com", store.policy)
    assert (after.standing, after.events[0].rule) == (before.standing, before.events[0].rule)
    # What came in earlier by its own time, and later by the clock, is kept as long as everything else.
    failed(store, "late@example.com", NOW)
    store.maintain(NOW + 20 * DAY)
    assert words(store, "late@example.com") != [None]
    store.maintain(NOW + 31 * DAY)
    assert words(store, "late@example.com") == words(store, "new@example.com") == [None]


def test_what_people_choose_is_kept_until_it_is_given_back(store: SqliteStore) -> None:
    store.change_retention({"raws": 14, "dead": 200})
    store.change_retention({"dead": None})
    assert store.retention() == {"raws": 14}


def test_it_tells_how_much_is_there(store: SqliteStore) -> None:
    failed(store, "old@example.com", NOW - 40 * DAY)
    held = store.holds()
    assert {*held} <= {*KEPT}
    assert (held["failures"].count, held["failures"].oldest) == (1, NOW - 40 * DAY)
    assert held["recipients"].count >= 1
    assert (held["raws"].count, held["raws"].oldest) == (0, None)


@pytest.mark.parametrize(("name", "days"), [("ledger", 30), ("nothing", 30), ("raws", 0.5), ("raws", 4000)])
def test_what_cannot_be_is_refused(name: str, days: float) -> None:
    with pytest.raises(SettingError, match=name):
        check(name, days)


def test_domains_that_are_not_recognised_are_counted(store: SqliteStore) -> None:
    for address in ("a@gmx.de", "b@shop.example", "c@shop.example", "d@other.example"):
        failed(store, address, NOW)
    looked_at, found = store.unrecognised(10)
    assert (looked_at, found) == (4, [("shop.example", 2), ("other.example", 1)])
