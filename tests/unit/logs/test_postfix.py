# ruff: noqa: E501 -- lines of logs are as long as they are
"""Postfix. Lines: docs/integrations of SEKOIA-IO (bounced, deferred), the Postfix documentation, and own systems."""

from datetime import UTC, datetime

from log_reading import WRITTEN, events, lines

from prellbock.classify.classifier import Classifier
from prellbock.sources.logs.joins import Joins

LOG = """\
Nov  9 10:00:00 mx postfix/pickup[77]: 3D770111AF50: uid=1000 from=<news>
Nov  9 10:00:00 mx postfix/cleanup[80]: 3D770111AF50: message-id=<20251109100000.3D770111AF50@mx.example.com>
Nov  9 10:00:00 mx postfix/qmgr[90]: 3D770111AF50: from=<news@example.com>, size=1234, nrcpt=3 (queue active)
Nov  9 10:00:01 mx postfix/smtp[123]: 3D770111AF50: to=<u@corp.example>, relay=mx.corp.example[192.0.2.1]:25, delay=1.2, \
delays=1.1/0/0.03/0, dsn=5.1.1, status=bounced (host mx.corp.example[192.0.2.1] said: 550 5.1.1 <u@corp.example>: Recipient \
address rejected: User unknown (in reply to RCPT TO command))
Nov  9 10:00:02 mx postfix/smtp[123]: 3D770111AF50: to=<v@corp.example>, orig_to=<alias@example.com>, \
relay=mx.corp.example[192.0.2.1]:25, conn_use=2, delay=1.2, delays=1.1/0/0.03/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)
Nov  9 10:00:03 mx postfix/smtp[123]: 3D770111AF50: to=<w@slow.example>, relay=none, delay=89758, \
delays=89758/0.02/0/0, dsn=4.4.1, status=deferred (delivery temporarily suspended: connect to mail.slow.example[192.0.2.9]:25: \
Connection timed out)
"""


def test_what_became_of_each_recipient() -> None:
    bounced, sent, deferred = events("postfix", LOG)
    assert (bounced.outcome, bounced.recipient, bounced.status, bounced.mx) == (
        "bounced", "u@corp.example", "5.1.1", "mx.corp.example",
    )  # fmt: skip
    assert bounced.stage == "rcpt"
    assert bounced.sender == "news@example.com"
    assert bounced.message_id == "20251109100000.3D770111AF50@mx.example.com"
    assert bounced.time == datetime(2025, 11, 9, 10, 0, 1, tzinfo=UTC).timestamp()
    assert (sent.outcome, sent.recipient) == ("delivered", "alias@example.com")
    assert (deferred.outcome, deferred.mx) == ("deferred", None)
    verdicts = Classifier.default().classify_many([bounced, deferred])
    assert [each.category for each in verdicts] == ["unknown_recipient", "network"]


def test_expired_gives_up_whoever_was_deferred() -> None:
    more = (
        LOG
        + "Nov 14 10:00:00 mx postfix/qmgr[90]: 3D770111AF50: from=<news@example.com>, status=expired, returned to sender\n"
    )
    last = lines("postfix", more, written=WRITTEN + 2 * 86_400)[0][-1]
    assert (last.outcome, last.recipient) == ("bounced", "w@slow.example")
    assert last.response is not None
    assert "Connection timed out" in last.response


def test_years_are_those_before_the_file_was_written() -> None:
    told = lines("postfix", LOG.replace("Nov  9", "Dec 31"))[0]
    assert {event.time for event in told if event.time and event.time < datetime(2025, 1, 2, tzinfo=UTC).timestamp()}
    assert all(datetime.fromtimestamp(event.time or 0, UTC).year == 2024 for event in told)
    leap = "Feb 29 10:00:00 mx postfix/smtp[1]: 3D770111AF50: to=<u@corp.example>, relay=none, delay=1, dsn=5.4.4, status=bounced (x)\n"
    found, bad = lines("postfix", leap, written=1_690_000_000.0)
    assert found == []
    assert "no time" in bad[0].what
    assert bad[0].place == "log:1"


def test_times_after_rfc_3339_need_no_year() -> None:
    told = events(
        "postfix",
        LOG.replace("Nov  9 10:00:0", "2025-11-09T10:00:0").replace(" mx postfix", ".123456+01:00 mx postfix"),
    )
    assert told[0].time == datetime(2025, 11, 9, 9, 0, 1, 123000, tzinfo=UTC).timestamp()


def test_a_filter_on_this_machine_is_no_delivery() -> None:
    text = LOG.replace(
        "relay=mx.corp.example[192.0.2.1]:25, conn_use=2", "relay=127.0.0.1[127.0.0.1]:10024, conn_use=2"
    )
    assert [event.outcome for event in events("postfix", text)] == ["bounced", "deferred"]


def test_a_message_that_left_is_forgotten() -> None:
    joins = Joins()
    lines("postfix", LOG, joins)
    assert len(joins) == 1
    lines("postfix", "Nov  9 10:00:04 mx postfix/qmgr[90]: 3D770111AF50: removed\n", joins)
    assert len(joins) == 0


def test_memory_is_bounded() -> None:
    joins = Joins(most=100)
    text = "".join(
        f"Nov  9 10:00:00 mx postfix/qmgr[90]: 3D77{n:08X}: from=<a@example.com>, size=1, nrcpt=1 (queue active)\n"
        for n in range(1000)
    )
    lines("postfix", text, joins)
    assert len(joins) == 100
    assert len(joins.changes()) == 1000


def test_a_line_that_is_cut_is_named_and_the_rest_is_read() -> None:
    text = (
        LOG
        + "Nov  9 10:00:05 mx postfix/smtp[1]: 3D770111AF50: to=<z@corp.example>, relay=none, delay=1, status=bounced (x)\n"
    )
    found, bad = lines("postfix", text)
    assert len(found) == 3
    assert [each.place for each in bad] == ["log:7"]


def test_the_same_lines_twice_have_the_same_ids() -> None:
    assert [event.id for event in events("postfix", LOG)] == [event.id for event in events("postfix", LOG)]
