"""Reading events: what is right comes through, what is wrong is named with file and line."""

import io

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.sources import csv_events, ndjson
from prellbock.sources.record import RecordError, instant

NOW = 1_800_000_000.0


def line(**fields: object) -> bytes:
    return orjson.dumps({"time": 1_767_600_000, "recipient": "u@example.com", "outcome": "bounced", **fields}) + b"\n"


def test_an_event_comes_through_in_its_stored_form() -> None:
    text = line(time="2026-01-05T09:00:00.1234+01:00", recipient="<U@Bücher.de>", message_id="<m@x>", outcome=None,
                response="550 5.1.1 User unknown")  # fmt: skip
    (event,) = ndjson.decode(text, "f", NOW).events
    assert (event.time, event.recipient) == (1_767_600_000.123, "u@xn--bcher-kva.de")
    assert (event.message_id, event.outcome) == ("m@x", "bounced")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b"{", "not a JSON object"),
        (b"[]", "object"),
        (b"nonsense", "not a JSON object"),
        (b'{"recipient":"u@example.com","outcome":"bounced"}', "time: missing"),
        (line(time="yesterday"), "time: 'yesterday'"),
        (line(time="2026-01-05T08:00:00"), "no zone"),
        (line(time=1_767_600_000_000), "milliseconds by mistake"),
        (line(time=NOW + 90_000), "in the future"),
        (line(recipient=None), "recipient: missing"),
        (line(recipient="nobody"), "recipient: 'nobody'"),
        (line(outcome="vanished"), "outcome"),
        (line(outcome=None), "outcome: missing"),
        (line(status="banana"), "status: 'banana'"),
        (line(smtp_code=99), "smtp_code: 99"),
        (line(outcome=None, smtp_code=99999, response="550 x"), "smtp_code: 99999"),
        (line(outcome=None, smtp_code=-1, response="550 x"), "smtp_code: -1"),
        (line(outcome=None, status="9.9.9", response="550 x"), "status: '9.9.9'"),
        (line(attempt="three"), "attempt"),
        (b'{"time":1,"recipient":"\xff@x.de"}', "UTF-8"),
        (b"[" * 5000, "object"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_kept(text: bytes, named: str) -> None:
    batch = ndjson.decode(b"\n" + line() + text.rstrip(b"\n") + b"\n" + line(id="x"), "file.ndjson", NOW)
    assert len(batch.events) == 2
    ((place, what),) = [(bad.place, bad.what) for bad in batch.bad]
    assert place == "file.ndjson:3"
    assert named in what


@pytest.mark.parametrize("in_meta", [False, True])
@pytest.mark.parametrize("told", ["complaint", "feedback"])
@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("abuse", "complaint"),
        ("fraud", "complaint"),
        ("opt-out", "unsubscribe"),
        ("not-spam", "feedback"),
        ("Auth-Failure", "feedback"),
        ("virus", "feedback"),
        ("something-new", None),
        (7, None),
    ],
)
def test_the_type_of_feedback_says_what_it_is(kind: object, outcome: str | None, told: str, in_meta: bool) -> None:
    if kind == 7 and not in_meta:
        return
    field = {"meta": {"feedback_type": kind}} if in_meta else {"feedback_type": kind}
    (event,) = ndjson.decode(line(outcome=told, **field), "f", NOW).events
    assert event.outcome == (outcome or told)
    assert event.feedback_type == (kind.lower() if isinstance(kind, str) else None)


def test_lines_are_cut_into_batches_at_their_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "BATCH_OCTETS", 100)
    lines = [line(id=str(n)) for n in range(50)]
    batches = list(ndjson.read(io.BytesIO(b"".join(lines)), "f", NOW))
    assert len(batches) > 10
    assert [event.id for batch in batches for event in batch.events] == [str(n) for n in range(50)]


def test_a_line_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "LINE_OCTETS", 1000)
    monkeypatch.setattr(ndjson, "BATCH_OCTETS", 100)
    for text in (b"x" * 5000 + b"\n" + line() + b"y" * 2000, b"x" * 1001 + b"\n" + line() + b"y" * 1001):
        batches = list(ndjson.read(io.BytesIO(text), "f", NOW))
        assert [bad.place for batch in batches for bad in batch.bad] == ["f:1", "f:3"]
        assert sum(len(batch.events) for batch in batches) == 1
        assert max(batch.octets for batch in batches) < 1500


@given(st.lists(st.binary(max_size=60) | st.sampled_from([line(), line(id="a"), line(time=-1), b"{}\n"])))
def test_any_bytes_end_in_events_or_named_lines(parts: list[bytes]) -> None:
    data = b"".join(parts)
    written = sum(1 for text in data.split(b"\n") if text.strip())
    batches = list(ndjson.read(io.BytesIO(data), "f", NOW))
    assert sum(len(batch.events) + len(batch.bad) for batch in batches) == written
    for batch in batches:
        assert all(bad.place.startswith("f:") and bad.what for bad in batch.bad)


def test_a_byte_order_mark_at_the_beginning_is_no_mistake() -> None:
    (batch,) = ndjson.read(io.BytesIO(b"\xef\xbb\xbf" + line(id="a") + line(id="b")), "f", NOW)
    assert ([event.id for event in batch.events], batch.bad) == (["a", "b"], [])
    assert all(not one.bad for one in ndjson.read(io.BytesIO(b"\xef\xbb\xbf"), "f", NOW))


@pytest.mark.parametrize("bad", [b"", b"nonsense\n"])
@pytest.mark.parametrize("more", [0, 1])
def test_the_longest_line_is_the_same_whatever_stands_beside_it(bad: bytes, more: int) -> None:
    empty = len(line(response="")) - 1
    long = line(response="x" * (ndjson.LINE_OCTETS - empty + more))
    assert len(long) - 1 == ndjson.LINE_OCTETS + more
    batch = ndjson.decode(line() * 3 + long + bad + line() * 3, "f", NOW)
    assert len(batch.events) == 7 - more
    assert [one.place for one in batch.bad if "longer" in one.what] == ["f:4"] * more


CSV = b"Timestamp,E-Mail,Reason,ignored\n2026-01-05T08:00:00Z,u@example.com,550 5.1.1 no such user,x\n"


def test_csv_columns_are_found_by_name_under_common_names() -> None:
    (batch,) = csv_events.read(io.BytesIO(b"\xef\xbb\xbf" + CSV), "f.csv", NOW)
    (event,) = batch.events
    assert (event.recipient, event.outcome, event.time) == ("u@example.com", "bounced", 1_767_600_000.0)


def test_csv_rows_that_are_wrong_are_named() -> None:
    rows = CSV + b"then,u@example.com,550 x,\n\n1767600000,nobody,550 x,\n1767600000,v@example.com,550 x,\n"
    (batch,) = csv_events.read(io.BytesIO(rows), "f.csv", NOW)
    assert [event.recipient for event in batch.events] == ["u@example.com", "v@example.com"]
    assert [bad.place for bad in batch.bad] == ["f.csv:3", "f.csv:5"]


def test_csv_without_the_columns_is_refused_with_an_example() -> None:
    (batch,) = csv_events.read(io.BytesIO(b"a,b\n1,2\n"), "f.csv", NOW)
    assert "time,recipient" in batch.bad[0].what


ROW = "2026-01-05T08:00:00Z,u{n}@example.com,{said}\n"
HEAD = "time,recipient,response\n"


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ('"550 no such user', ["u1", "u3", "u4", "u5"]),
        ('"550 ""no"" such user', ["u1", "u3", "u4", "u5"]),
        ('"550 no such user\nsecond line, of it"', ["u1", "u2", "u3", "u4", "u5"]),
    ],
)
@pytest.mark.parametrize("others", ["550 x", '"550 x, y"'])
def test_a_quote_that_is_not_closed_costs_its_line_alone(said: str, read: list[str], others: str) -> None:
    rows = [ROW.format(n=n, said=said if n == 2 else others) for n in range(1, 6)]
    (batch,) = csv_events.read(io.BytesIO((HEAD + "".join(rows)).encode()), "f.csv", NOW)
    assert [str(event.recipient).partition("@")[0] for event in batch.events] == read
    assert [bad.place for bad in batch.bad] == ["f.csv:3"] * (5 - len(read))
    assert all("a quote is not closed" in bad.what and "lines 3 to" in bad.what for bad in batch.bad)


@pytest.mark.parametrize("number", [1, 2, 150, 400])
def test_no_row_is_lost_behind_a_quote_wherever_it_stands(number: int) -> None:
    rows = [ROW.format(n=n, said='"550 x' if n == number else "550 x") for n in range(1, 401)]
    (batch,) = csv_events.read(io.BytesIO((HEAD + "".join(rows)).encode()), "f.csv", NOW)
    assert len(batch.events) == 399
    assert [bad.place for bad in batch.bad] == [f"f.csv:{number + 1}"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_other_delimiters(delimiter: str) -> None:
    rows = delimiter.join(["time", '"recipient"', "response"]) + "\n"
    rows += delimiter.join(["1767600000", "u@example.com", '"550 5.1.1, no; such"']) + "\n"
    (batch,) = csv_events.read(io.BytesIO(rows.encode()), "f.csv", NOW)
    (event,) = batch.events
    assert (event.recipient, event.response) == ("u@example.com", "550 5.1.1, no; such")


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_as_csv_never_raise(data: bytes, with_header: bool) -> None:
    for batch in csv_events.read(io.BytesIO((CSV if with_header else b"") + data), "f", NOW):
        assert all(bad.what for bad in batch.bad)


@given(st.floats(0.001, 9e10))
def test_times_are_milliseconds(value: float) -> None:
    moment = instant(value)
    assert abs(moment - value) <= 0.00051
    assert instant(moment) == moment


@given(st.datetimes(timezones=st.timezones()))
def test_rfc_3339_texts(moment: object) -> None:
    text = moment.isoformat()  # type: ignore[attr-defined]
    seconds = moment.timestamp()  # type: ignore[attr-defined]
    if 0 < seconds < 1e11:
        assert instant(text) == pytest.approx(seconds, abs=0.001)
    else:
        with pytest.raises(RecordError):
            instant(text)


@pytest.mark.parametrize("second", range(60))
def test_the_fast_way_for_common_texts_says_the_same(second: int) -> None:
    for minute in ("2026-02-28T23:59", "2024-02-29T00:00"):
        assert instant(f"{minute}:{second:02d}Z") == instant(f"{minute}:{second:02d}+00:00")


@pytest.mark.parametrize(
    "text", ["2026-01-05T08:00:60Z", "2026-13-05T08:00:00Z", "2026-01-05T25:00:00Z", "20260105", ""]
)
def test_times_that_are_none(text: str) -> None:
    if text == "20260105":
        assert instant(text) == 20260105.0
    else:
        with pytest.raises(RecordError):
            instant(text)
