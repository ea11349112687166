"""Tallies equal a recount of the stored rows, whatever came twice, late, or was erased or judged anew."""

import sqlite3
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from test_store import DAY, NOW, T0

from prellbock.drafting import rules
from prellbock.events import DeliveryEvent
from prellbock.pipeline import prepare
from prellbock.rules.model import Example, Rule
from prellbock.sources.batch import digest_of
from prellbock.store.figures import StreamTally, Tally
from prellbock.store.responses import Campaign
from prellbock.store.sqlite import SqliteStore

TEXTS = (
    "550 5.1.1 User unknown",
    "552 5.2.2 Mailbox full",
    "550 The gremlins of the wurzel have spoken",
    "450 greylisted",
)
WURZEL = Rule(
    "wurzel",
    "unknown_recipient",
    ("gremlins of the wurzel",),
    examples=(Example(TEXTS[2]),),
    source="a test",
    priority=9,
)
HARD_FAULTS = ("recipient", "domain")
Row = tuple[int | None, int, float, str | None, str | None, bool]

reports = st.builds(
    lambda person, at, text, message, stream, provider, campaign: DeliveryEvent(
        time=T0 + at, recipient=person and f"{person}@example.com", response=TEXTS[text],
        outcome="deferred" if text == 3 else "bounced", message_id=message, stream=stream, mx=provider,
        campaign=campaign,
    ),
    st.sampled_from(("ann", "bob", "cis", None)),
    st.floats(0, 3 * DAY),
    st.integers(0, 3),
    st.sampled_from(("m1", "m2", "m3", None)),
    st.sampled_from(("news", "order", None)),
    st.sampled_from(("mx00.gmx.net", "gmail-smtp-in.l.google.com", None)),
    st.sampled_from(("spring", None)),
)  # fmt: skip
steps = st.lists(
    st.one_of(st.lists(reports, max_size=12), st.sampled_from(("again", "erase", "rules"))), min_size=1, max_size=6
)
times = st.tuples(st.floats(0, 3 * DAY), st.floats(1, 3 * DAY))


def rows_of(folder: Path) -> list[Row]:
    with sqlite3.connect(folder / "prellbock.sqlite3") as db:
        found = db.execute(
            "SELECT number, message, time, stream, provider, permanent, fault FROM events WHERE outcome = 'bounced'"
        ).fetchall()
    db.close()
    return [(*row[:5], row[5] == 1 and row[6] in HARD_FAULTS) for row in found]


def recounted(rows: list[Row], seconds: int) -> Counter[int]:
    """By begin of the piece, how many different mails."""
    mails = {(int(time // seconds) * seconds, number, message) for number, message, time, *_ in rows}
    return Counter(piece for piece, _, _ in mails)


def follow(store: SqliteStore, done: list[object]) -> None:
    stored: list[list[DeliveryEvent]] = []
    for number, what in enumerate(done):
        if isinstance(what, list):
            stored.append(what)
            store.ingest(prepare(what, store.identity), digest=digest_of(b"%d" % number), source="test", now=NOW)
        elif what == "again" and stored:
            twice = [*stored[-1], *stored[0]]
            store.ingest(prepare(twice, store.identity), digest=digest_of(b"%d" % number), source="test", now=NOW)
        elif what == "erase":
            store.erase("ann@example.com", forget=False, actor="test", reason="", policy=store.policy, now=NOW)
        elif what == "rules" and store.in_force("rules") == 0:
            draft = rules.begin(store, "test", "test", NOW)
            rules.edit(store, draft.id, {WURZEL.name: WURZEL}, "test", NOW)
            rules.publish(store, draft.id, "test", NOW)


@settings(max_examples=15, deadline=None)
@given(steps, times)
def test_tallies_are_a_recount(done: list[object], time: tuple[float, float]) -> None:
    since, until = T0 + time[0], T0 + time[0] + time[1]
    with TemporaryDirectory() as place, SqliteStore(Path(place), create=True) as store:
        follow(store, done)
        rows = [row for row in rows_of(Path(place)) if since <= row[2] < until]
        for seconds in (3600, 86400):
            for stream, provider in ((None, None), ("news", None), (None, "gmx"), ("order", "google")):
                fitting = [row for row in rows if stream in (None, row[3]) and provider in (None, row[4])]
                bounced, hard = recounted(fitting, seconds), recounted([row for row in fitting if row[5]], seconds)
                told = store.tallies(since=since, until=until, seconds=seconds, stream=stream, provider=provider)
                assert [Tally(each.time, each.bounced, each.hard) for each in told if each.bounced] == [
                    Tally(float(piece), bounced[piece], hard[piece]) for piece in sorted(bounced)
                ]
            streams = []
            for name in {row[3] for row in rows}:
                of_it = [row for row in rows if row[3] == name]
                hard_of_it = recounted([row for row in of_it if row[5]], seconds)
                streams.append(StreamTally(name, recounted(of_it, seconds).total(), hard_of_it.total()))
            found = store.stream_tallies(since=since, until=until, seconds=seconds, provider=None)
            assert found == sorted(streams, key=lambda each: (-each.bounced, each.stream or ""))


@settings(max_examples=10, deadline=None)
@given(steps, times)
def test_daily_counts_and_campaigns_are_a_recount(done: list[object], time: tuple[float, float]) -> None:
    since, until = T0 + time[0], T0 + time[0] + time[1]
    with TemporaryDirectory() as place, SqliteStore(Path(place), create=True) as store:
        follow(store, done)
        with sqlite3.connect(Path(place) / "prellbock.sqlite3") as db:
            kinds = db.execute(
                "SELECT rule, stream, count(*), max(CAST(time / 3600 AS INTEGER)) FROM events"
                " WHERE CAST(time / 3600 AS INTEGER) >= ? AND time < ? GROUP BY rule, stream",
                (int(since // 3600), -(-until // 3600) * 3600),
            ).fetchall()
            hits = db.execute(
                "SELECT rule, count(*), max(CAST(time / 3600 AS INTEGER)) * 3600.0 FROM events"
                " WHERE rule IS NOT NULL GROUP BY rule"
            ).fetchall()
            days = db.execute(
                "SELECT rule, CAST(time / 86400 AS INTEGER) * 86400.0, count(*) FROM events WHERE rule IS NOT NULL"
                " GROUP BY 1, 2"
            ).fetchall()
            campaigns = db.execute(
                "SELECT campaign, stream, min(time), count(*) FROM events WHERE campaign IS NOT NULL AND time >= ?"
                " AND time < ? GROUP BY 1, 2 ORDER BY 3, 1",
                (since, until),
            ).fetchall()
        db.close()
        counted = store.counts(since=since, until=until, by=["rule", "stream"], seconds=None)
        assert {(each.rule, each.stream): each.count for each in counted} == {
            (rule, stream): count for rule, stream, count, _ in kinds
        }
        # By stream alone they are read from the roll-ups without rule and provider.
        streams = Counter[str | None]()
        for _, stream, count, _ in kinds:
            streams[stream] += count
        for seconds in (None, 3600, 86400):
            told = Counter[str | None]()
            for each in store.counts(since=since, until=until, by=["stream"], seconds=seconds):
                told[each.stream] += each.count
            assert told == streams
        by_day = store.counts(since=since, until=until, by=[], seconds=86400)
        assert sum(each.count for each in by_day) == sum(row[2] for row in kinds)
        assert store.rule_hits() == {rule: (count, last) for rule, count, last in hits}
        assert {(rule, day): n for rule, found in store.rule_days(0).items() for day, n in found.items()} == {
            (rule, day): n for rule, day, n in days
        }
        assert store.campaigns(since=since, until=until, stream=None, provider=None) == [
            Campaign(*row) for row in campaigns
        ]


def test_one_message_to_many_recipients_is_many_failures() -> None:
    """Without a message id a message is known by its sender and stream, which all recipients of a stream share."""
    with TemporaryDirectory() as place, SqliteStore(Path(place), create=True) as store:
        events = [
            DeliveryEvent(time=T0 + n, recipient=f"p{n}@example.com", response=TEXTS[0], outcome="bounced",
                          stream="news")
            for n in range(7)
        ]  # fmt: skip
        store.ingest(prepare(events, store.identity), digest=digest_of(b"1"), source="test", now=NOW)
        (told,) = store.tallies(since=T0, until=T0 + DAY, seconds=86400, stream=None, provider=None)
        assert (told.bounced, told.hard) == (7, 7)
