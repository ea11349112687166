"""What comes in is judged on the rows of recipients as they are stored, with the same end as in tables."""

import json
from typing import Any, Literal

import pytest
from cloud import NOW, Cloud, Context, lines, parts, seen, stored

from prellbock.events import DeliveryEvent
from prellbock.functions.aws import ingest
from prellbock.history.actions import Kind
from prellbock.pipeline import prepare
from prellbock.sources.batch import digest_of
from prellbock.store.dynamodb.layout import EARLIER, OF_RECIPIENT
from prellbock.store.dynamodb.store import DynamoStore
from prellbock.store.sqlite.kept import EVENT_COLUMNS

Histories = Literal["items", "objects"]
_WHOSE = "SELECT coalesce(r.address, lower(hex(r.hash))) FROM recipients AS r WHERE r.number = "
_BY_CHANCE = {"row", "number", "batch"}


def table(store: DynamoStore, name: str) -> list[tuple[Any, ...]]:
    """Its rows, with whom they are about instead of a random number."""
    columns = [column for _, column, *_ in store._db.execute(f"PRAGMA table_info({name})")]
    shown = [
        f"({_WHOSE}{name}.number)" if column == "number" else column
        for column in columns
        if column == "number" or column not in _BY_CHANCE
    ]
    return sorted(store._db.execute(f"SELECT {', '.join(shown)} FROM {name}"), key=repr)


@pytest.fixture(scope="module")
def traffic() -> list[bytes]:
    with_words = (
        b'{"time":1767700000,"recipient":"w@example.net","outcome":"bounced","response":"550 5.1.1 no",'
        b'"meta":{"raw":"as it came"}}\n'
    )
    return [with_words, *parts(lines(4_000, seed=11), 500)]


@pytest.mark.parametrize("histories", ["items", "objects"])
def test_rows_and_tables_end_alike(histories: Histories, traffic: list[bytes]) -> None:
    ends: list[DynamoStore] = []
    for in_tables in (False, True):
        cloud = Cloud(histories)
        here = cloud.wire()
        for number, content in enumerate([*traffic, traffic[3]]):
            if in_tables:
                # Who has asked for everybody has them in the tables.
                list(here.store.withheld(NOW, here.store.policy))
                assert here.store._whole
            record = cloud.put(str(number), content)
            assert ingest.handle({"Records": [record]}, Context(), here) == {"batchItemFailures": []}
        fresh = cloud.wire().store
        list(fresh.withheld(NOW, fresh.policy))
        ends.append(fresh)
    rows, tables = ends
    assert seen(rows, NOW) == seen(tables, NOW)
    for name in (*OF_RECIPIENT, "openings", "suspects", "whose", "templates", "failed"):
        assert table(rows, name) == table(tables, name), name
    assert rows.cursor() == tables.cursor() > 10
    assert len(table(rows, "suspects")) > 2
    assert [row[-3:] for row in table(rows, "raws")] == [row[-3:] for row in table(tables, "raws")] != []
    failures = [
        sorted((row[1:] for some in (store.failures() or (0, []))[1] for row in some), key=repr) for store in ends
    ]
    assert failures[0] == failures[1]
    assert len(failures[0]) > 100


def test_a_transaction_that_fails_takes_nothing_with_it_that_came_before() -> None:
    for gives_up in (False, True):
        cloud = Cloud("objects")
        store = cloud.wire().store

        def bring(name: str, *addresses: str, store: DynamoStore = store) -> None:
            events = [
                DeliveryEvent(id=name, time=NOW - 1e6, recipient=address, outcome="bounced", response="550 5.1.1 no")
                for address in addresses
            ]
            store.ingest(prepare(events, store.identity), digest=digest_of(name.encode()), source=name, now=NOW)

        def fail(*_: Any, store: DynamoStore = store, gives_up: bool = gives_up) -> int:
            if gives_up:
                store._have_all()
            raise ValueError("on purpose")

        with store.together():
            bring("first", "a@example.net", "b@example.net")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(store, "_release", fail)
                with pytest.raises(ValueError, match="on purpose"):
                    bring("second", "b@example.net", "c@example.net")
            bring("third", "a@example.net")
        fresh = cloud.wire().store
        withheld = sorted(w.address or "" for w in fresh.withheld(NOW - 9.9e5, fresh.policy))
        assert withheld == ["a@example.net", "b@example.net"]
        counts = {address: len(fresh.story(address, fresh.policy).events) for address in
                  ("a@example.net", "b@example.net", "c@example.net")}  # fmt: skip
        assert counts == {"a@example.net": 2, "b@example.net": 1, "c@example.net": 0}
        kept = fresh.failures()
        assert kept is not None
        assert len([row for rows in kept[1] for row in rows]) == 3


def test_who_is_looked_at_between_two_batches_is_as_both_have_left_him() -> None:
    cloud = Cloud("items")
    store = cloud.wire().store
    address = "u@example.net"
    for number in range(3):
        event = DeliveryEvent(
            id=f"e{number}", time=NOW - 1e6 + number * 86400, recipient=address, outcome="bounced",
            response="550 5.1.1 no", message_id=f"m{number}",
        )  # fmt: skip
        store.ingest(prepare([event], store.identity), digest=digest_of(str(number).encode()), source="test", now=NOW)
        assert len(store.story(address, store.policy).events) == number + 1
        assert len(cloud.wire().store.story(address, store.policy).events) == number + 1


@pytest.mark.parametrize("histories", ["items", "objects"])
def test_words_of_old_responses_are_forgotten_of_everybody(histories: Histories) -> None:
    cloud = Cloud(histories)
    for name, age in (("old", 40.0), ("new", 1.0)):
        cloud.now = NOW - age * 86400
        event = {
            "time": cloud.now, "recipient": f"{name}@example.net", "outcome": "bounced",
            "response": f"550 5.1.1 word-{name}", "meta": {"raw": f"raw-{name}"},
        }  # fmt: skip
        ingest.handle({"Records": [cloud.put(name, json.dumps(event).encode())]}, Context(), cloud.wire())
    cloud.now = NOW
    assert any(b"word-old" in octets for octets in told(cloud))
    here = cloud.wire().store
    here.change_retention({"responses": 30})
    # Nobody is in the copy of an instance that has just begun.
    store = cloud.wire().store
    store.maintain(NOW)
    fresh = cloud.wire().store
    assert [each.response for each in fresh.story("old@example.net", fresh.policy).events] == [None]
    assert [each.response for each in fresh.story("new@example.net", fresh.policy).events] == ["550 5.1.1 word-new"]
    assert [row[-2] for row in table_of_all(fresh, "raws")] == ["raw-new"]
    # Once a day: what has become too old meanwhile waits for the next one.
    store.maintain(NOW + 40 * 86400)
    last = cloud.wire().store
    assert [each.response for each in last.story("new@example.net", last.policy).events] == [None]
    assert table_of_all(last, "raws") == []


def told(cloud: Cloud) -> list[bytes]:
    items = [bytes(item["rows"]["B"]) for item in cloud.dynamodb.items.values() if "rows" in item]
    return [*stored(cloud), *items]


def table_of_all(store: DynamoStore, name: str) -> list[tuple[Any, ...]]:
    list(store.withheld(NOW, store.policy))
    return table(store, name)


def test_the_columns_of_events_are_those_of_the_table() -> None:
    store = Cloud().wire().store
    assert store._layout.columns["events"] == tuple(f'"{name}"' for name in EVENT_COLUMNS)


def test_of_a_suspect_the_earliest_failure_is_named() -> None:
    db = Cloud().wire().store._db
    for time, key in ((50.0, 7), (40.0, 9), (40.0, 8), (60.0, 1)):
        db.execute(f"INSERT INTO suspects VALUES (0, 'p', 'c', x'00', ?, ?) {EARLIER}", (time, key))
    assert db.execute("SELECT time, key FROM suspects").fetchall() == [(40.0, 8)]


def test_who_was_in_the_tables_is_followed_after_a_transaction_that_failed() -> None:
    cloud = Cloud("objects")
    here, other = cloud.wire().store, cloud.wire().store

    def bring(name: str) -> None:
        event = DeliveryEvent(
            id=name, time=NOW - 10, recipient="u@example.net", outcome="bounced", response="550 5.1.1 no"
        )
        here.ingest(prepare([event], here.identity), digest=digest_of(name.encode()), source=name, now=NOW)

    def act(store: DynamoStore, kind: Kind, now: float) -> None:
        store.act(["u@example.net"], kind=kind, scope="", actor="t", reason="asked", policy=store.policy, now=now)

    def fail(*_: Any) -> int:
        here._have_all()
        raise ValueError("on purpose")

    act(here, "suppress", NOW)
    assert here.story("u@example.net", here.policy).standing.status == "suppressed"
    with here.together():
        bring("first")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(here, "_release", fail)
            with pytest.raises(ValueError, match="on purpose"):
                bring("second")
    act(other, "release", NOW + 1)
    assert [list(store.withheld(NOW + 2, store.policy)) for store in (here, other, cloud.wire().store)] == [[], [], []]


def test_words_are_forgotten_while_what_is_read_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prellbock.store.dynamodb.aging.PAGE", 2)
    cloud = Cloud("objects")
    cloud.now = NOW - 40 * 86400
    store = cloud.wire().store
    store.change_retention({"responses": 30})
    for name in range(7):
        event = DeliveryEvent(
            id=f"e{name}", time=cloud.now, recipient=f"u{name}@example.net", outcome="bounced",
            response="550 5.1.1 word",
        )  # fmt: skip
        batch = prepare([event], store.identity)
        store.ingest(batch, digest=digest_of(b"%d" % name), source="test", now=cloud.now)
        if name == 2:
            # Of these three the last one shares its page with somebody whom no fold has seen.
            store.fold(least=1)
    fresh = cloud.wire().store
    fresh._forget_old(NOW)
    last = cloud.wire().store
    for name in range(7):
        assert [each.response for each in last.story(f"u{name}@example.net", last.policy).events] == [None]


def test_what_is_about_nobody_is_asked_without_reading_everybody() -> None:
    store = Cloud("items").wire().store
    assert store.policy.version
    assert store.policy_of("no such version") is None
    assert store.batch_done(b"no such batch") is None
    assert store.deliveries_since == 0.0
    assert not store._whole
