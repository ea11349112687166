"""A snapshot answers as the server does, about everybody, every kind of mail, and at any later time."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_rejudging import put, world
from test_store import DAY, NOW, T0, MakeStore, make_store  # noqa: F401

from prellbock.events import DeliveryEvent
from prellbock.history.check import answer
from prellbock.history.policy import preset_text
from prellbock.identity import HASH_OCTETS
from prellbock.snapshot import Entry, Intent, Snapshot, SnapshotError, keys_of, pack
from prellbock.store.contract import Store
from prellbock.store.sqlite import SqliteStore

PEOPLE = [f"u{n}@{domain}" for n in range(25) for domain in ("example.com", "example.org", "dead.example")]
INTENTS: tuple[Intent | None, ...] = (None, "requested")
STREAMS = (None, "", "newsletter", "Order Confirmation", "order-confirmation", "news", "password-reset")


def more(seed: int) -> list[DeliveryEvent]:
    """Complaints, unsubscribes, and a domain that cannot be reached."""
    chance = random.Random(seed)
    events = [
        DeliveryEvent(
            id=f"c{n}",
            time=T0 + chance.random() * 60 * DAY,
            recipient=chance.choice(PEOPLE),
            outcome=chance.choice(("complaint", "unsubscribe", "consent")),
            stream=chance.choice(STREAMS),
        )
        for n in range(60)
    ]
    events += [
        DeliveryEvent(
            id=f"d{n}", time=T0 + n * 2 * DAY, recipient=f"u{n % 9}@dead.example", outcome="bounced",
            response="connect to dead.example[192.0.2.1]:25: Connection timed out", message_id=f"d{n}",
        )
        for n in range(30)
    ]  # fmt: skip
    return events


def packed(store: Store, now: float) -> Snapshot:
    policy = store.policy
    return Snapshot(
        pack(store.withheld_now(now), key=store.identity.key_id, cursor="", made=now,
             critical=policy.critical_streams, marketing=policy.marketing_streams)
    )  # fmt: skip


def asked(store: Store, now: float, stream: str | None, intent: Intent | None) -> list[bool]:
    subjects = [(store.identity.of_address(name), name.rpartition("@")[2]) for name in PEOPLE]
    return [
        answer(personal, marks, domain, policy=store.policy, now=now, stream=stream, intent=intent).may_mail
        for personal, marks, domain in store.standings_of(subjects, store.policy)
    ]


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000), st.sampled_from(("default", "csa-3", "suppress-at-first")))
def test_the_same_answers(tmp_path_factory: pytest.TempPathFactory, seed: int, policy: str) -> None:
    with SqliteStore(tmp_path_factory.mktemp("snapshot"), create=True) as store:
        put(store, [*world(seed, 150), *more(seed)])
        store.use_policy(preset_text(policy), NOW, "me")
        made = T0 + 60 * DAY
        snapshot = packed(store, made)
        keys = keys_of(store.identity.of_addresses(PEOPLE))
        domains = keys_of(b"".join(store.identity.of_domain(name.rpartition("@")[2]) for name in PEOPLE))
        for now in (made, made + 5 * DAY, made + 29 * DAY, made + 61 * DAY):
            for stream in STREAMS:
                for intent in INTENTS:
                    found = snapshot.may_mail(keys, now, stream=stream, intent=intent, domains=domains)
                    assert found.tolist() == asked(store, now, stream, intent)


def test_what_has_changed_since_stands_instead(make_store: MakeStore) -> None:  # noqa: F811
    store = make_store()
    put(store, world(1))
    snapshot = packed(store, NOW)
    held = next(iter(store.withheld(NOW, store.policy)))
    key = np.array([int(held.hash[:16], 16)], dtype=np.uint64)
    assert not snapshot.may_mail(key, NOW)[0]
    (entry,) = snapshot.entries_of(int(key[0]))
    assert (entry.status, entry.scope) == (held.status, "all")
    assert held.address is not None
    store.act([held.address], kind="release", scope="", actor="me", reason="x", policy=store.policy, now=NOW)
    (change,) = [each for each in store.changes(held.seq) if each.hash == held.hash]
    newer = {int(key[0]): {"all": Entry(int(key[0]), change.status, "all", None)}}
    assert snapshot.may_mail(key, NOW, newer=newer)[0]


def test_what_is_damaged_is_not_believed(make_store: MakeStore, tmp_path: Path) -> None:  # noqa: F811
    store = make_store()
    put(store, world(1))
    octets = pack(store.withheld_now(NOW), key="k", cursor="", made=NOW, critical=(), marketing=())
    assert Snapshot(octets).header.entries > 3
    file = tmp_path / "snapshot"
    for wrong in (b"", octets[:-1], octets + b"x", octets[:60] + b"~" + octets[61:], b"x" * HASH_OCTETS, octets[:5]):
        file.write_bytes(wrong)
        with pytest.raises(SnapshotError, match="again"):
            Snapshot.open(file)
    file.write_bytes(octets[:8] + b"\x09" + octets[9:])
    with pytest.raises(SnapshotError, match="version 9"):
        Snapshot.open(file)
