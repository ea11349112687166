"""What is done to many events at once is what is done to each: the plain ways stand here, the fast ones must agree."""

import io
import json
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from prellbock.events import Columns, DeliveryEvent, columns
from prellbock.identity import Identity
from prellbock.ingest import made_with, make_ready
from prellbock.pipeline import prepared
from prellbock.pipeline.prepared import Prepared, prepare
from prellbock.sources import ndjson
from prellbock.sources.record import FUTURE_SECONDS, RecordError, finish, instant
from prellbock.sources.records import finish_many

NOW = 1_800_000_000.0
_IDENTITY = Identity(bytes(range(32)))
_SEED = _IDENTITY._seed

_WILD = st.text(max_size=8) | st.text("%s\0\n<> \t\udc80ä", max_size=6)
_TEXTS = st.none() | _WILD | st.sampled_from(["%", "%(x)s", "None", "", "news", "a\0b"])
_ADDRESSES = st.sampled_from(
    ["u@example.com", "U@Example.COM", "v@example.org", " <w@example.com> ", "grün@example.com", "u@Bücher.DE",
     '"a b"@example.com', "\u212a@example.com", "a\nb@c.de", "x@y\nz@w", "nobody", "", "@", f"u@{'a' * 300}.de",
     f"{'l' * 64}@{'.'.join(['d' * 60] * 4)}", f"{'l' * 65}@example.com", "Σ@example.com", "İ@example.com"]
)  # fmt: skip
_MESSAGE_IDS = st.none() | st.sampled_from(["<a@b>", "< a@b >", "a@b>", " <a@b>", "<", "<>", "a\t", "\t<a@b>"]) | _WILD
_TIMES = st.one_of(
    st.integers(0, 10**12).map(lambda milliseconds: milliseconds / 1000),
    st.floats(),
    st.sampled_from([0.0, -0.0, 0.0004, 0.0005, 1e11, 99999999999.9999, 1e300, 1_767_600_000.01368, 0.1 + 0.2]),
    st.sampled_from([-0.0011, 0.0, 0.0004, 0.0006, 0.002]).map(lambda seconds: NOW + FUTURE_SECONDS + seconds),
)
_TIME_TEXTS = st.sampled_from(["2026-01-05T08:00:00Z", "1767600000.5", "2026-01-05", "nan", "yesterday", "9e99"])
_OUTCOMES = st.sampled_from(["delivered"] * 6 + ["bounced", "deferred", "complaint", "feedback", "open"])
_META = st.sampled_from([{}, {"a": 1}, {"a": 2**64}, {"feedback_type": " Opt-Out "}, {"b": [None, -(2**63)]}])


def _events(**fields: st.SearchStrategy[object]) -> st.SearchStrategy[DeliveryEvent]:
    common: dict[str, Any] = {
        "time": _TIMES, "recipient": _ADDRESSES, "outcome": _OUTCOMES, "id": st.none(), "response": _TEXTS,
        "status": st.sampled_from([None, None, "5.1.1", "2.0.0"]), "smtp_code": st.sampled_from([None, 250, 550]),
        "stage": st.sampled_from([None, "rcpt"]), "mx": _TEXTS, "sender": _TEXTS, "stream": _TEXTS,
        "campaign": _TEXTS, "message_id": _MESSAGE_IDS, "attempt": st.sampled_from([None, 0, 1, 2**31 - 1]),
        "feedback_type": st.sampled_from([None, None, "abuse", "OPT-OUT"]),
    }  # fmt: skip
    return st.builds(DeliveryEvent, **{**common, **fields})


_UNCHECKED = _events(
    time=_TIMES | _TIME_TEXTS | st.none() | st.integers(-1, 10**12),
    recipient=st.none() | _ADDRESSES | _WILD,
    outcome=st.none() | _OUTCOMES,
    status=st.sampled_from([None, "5.1.1", "5.1", "nonsense", ""]),
    smtp_code=st.sampled_from([None, 199, 200, 599, 600, -1]),
    attempt=st.sampled_from([None, -1, 0, 2**31 - 1, 2**31]),
    meta=st.none() | _META,
)
_KEYED = _events(
    time=st.none() | _TIMES,
    recipient=st.none() | _ADDRESSES | _WILD,
    id=st.none() | _WILD,
    smtp_code=st.none() | st.integers(200, 599),
    attempt=st.none() | st.integers(0, 3),
)


def _text(event: DeliveryEvent) -> str:
    """What the key of an event is made from. Keys are stored: this must never change."""
    if event.id is not None:
        return f"{event.id}\0{event.recipient}\0{event.outcome}"
    return (
        f"{event.time}\0{event.recipient}\0{event.outcome}\0{event.message_id}\0{event.attempt}\0{event.response}\0"
        f"{event.status}\0{event.smtp_code}\0{event.stage}\0{event.mx}\0{event.stream}\0{event.campaign}\0"
        f"{event.sender}\0{event.feedback_type}"
    )


def _hash(text: str) -> int:
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"), _SEED)


def _finished(events: Sequence[DeliveryEvent], now: float) -> dict[int, str]:
    errors: dict[int, str] = {}
    for place, event in enumerate(events):
        try:
            event.time = instant(event.time)
            finish(event, now)
        except RecordError as error:
            errors[place] = str(error)
    return errors


def _copies(events: Sequence[DeliveryEvent]) -> list[DeliveryEvent]:
    return [msgspec.structs.replace(event) for event in events]


def test_columns_are_the_fields_in_their_order() -> None:
    assert Columns._fields == DeliveryEvent.__struct_fields__ == ndjson._Line.__struct_fields__
    events = [DeliveryEvent(time=1.0, recipient="a@b"), DeliveryEvent(meta={})]
    assert (columns(events).time, columns(events).meta) == ((1.0, None), (None, {}))


@given(st.lists(_KEYED, max_size=6) | st.lists(st.just(DeliveryEvent(time=-0.0)), max_size=2))
def test_keys_of_many_are_made_from_the_text_of_each(events: list[DeliveryEvent]) -> None:
    assert _IDENTITY.of_events(events) == [_hash(_text(event)) - 2**63 for event in events]


@given(st.lists(_MESSAGE_IDS, max_size=6))
def test_keys_of_messages(message_ids: list[str | None]) -> None:
    plain = [_hash(each.strip("<> \t")) & 0xFFFF_FFFE if each else 0 for each in message_ids]
    assert _IDENTITY.of_delivered_messages(message_ids).tolist() == plain


@given(st.lists(_UNCHECKED | _events(), max_size=8))
def test_many_are_checked_as_each(events: list[DeliveryEvent]) -> None:
    one_by_one, together = _copies(events), _copies(events)
    errors = _finished(one_by_one, NOW)
    assert {place: str(error) for place, error in finish_many(together, NOW).items()} == errors
    assert [event for place, event in enumerate(together) if place not in errors] == [
        event for place, event in enumerate(one_by_one) if place not in errors
    ]


_LINES = st.one_of(
    (_UNCHECKED | _events()).map(
        lambda event: json.dumps(
            {key: value for key, value in msgspec.structs.asdict(event).items() if value is not None}
        ).encode()
    ),
    st.sampled_from([b"", b" \t", b"\r", b"{}", b"nonsense", b"[1]", b'{"time": "x', b'{"recipient": 5}', b"\xff"]),
    st.binary(max_size=12).map(lambda octets: octets.replace(b"\n", b"")),
)


def _line_by_line(chunk: bytes) -> tuple[list[DeliveryEvent], list[str], list[str]]:
    events: list[DeliveryEvent] = []
    places: list[str] = []
    named: list[str] = []
    for number, text in enumerate(chunk.split(b"\n"), 1):
        if not text.strip():
            continue
        try:
            event = ndjson._decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError):
            places.append(f"f:{number}")
            continue
        errors = _finished([event], NOW)
        if errors:
            places.append(f"f:{number}")
            named += errors.values()
        else:
            events.append(event)
    return events, places, named


@given(st.lists(_LINES, max_size=8), st.sampled_from([1, 60, 200, 1 << 18]), st.sampled_from([b"", b"\n"]))
def test_lines_are_read_as_each_by_itself(lines: list[bytes], piece: int, end: bytes) -> None:
    chunk = b"\n".join(lines) + end
    events, places, named = _line_by_line(chunk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ndjson, "_PIECE_OCTETS", piece)
        batch = ndjson.decode(chunk, "f", NOW)
    assert batch.events == events
    assert [bad.place for bad in batch.bad] == places
    assert [bad.what for bad in batch.bad if bad.what in named] == named


@given(st.lists(_LINES, max_size=8), st.sampled_from([1, 60, 200, 1 << 18]))
def test_what_is_made_while_lines_are_decoded_is_what_is_made_afterwards(lines: list[bytes], piece: int) -> None:
    chunk = b"\n".join(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ndjson, "_PIECE_OCTETS", piece)
        at_once = ndjson.decode(chunk, "f", NOW, make=made_with(_IDENTITY))
    afterwards = ndjson.decode(chunk, "f", NOW)
    assert at_once.events == []
    assert (at_once.bad, at_once.digest) == (afterwards.bad, afterwards.digest)
    assert make_ready(at_once, _IDENTITY) == make_ready(afterwards, _IDENTITY)


def test_an_event_on_several_lines_is_not_torn_between_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "_PIECE_OCTETS", 100)
    event = b'{\n"time": 1767600000,\n"recipient": "u@example.com",\n"outcome": "bounced",\n"meta": {}\n}\n'
    (batch,) = ndjson.read(io.BytesIO(event * 20), "f", NOW)
    assert (len(batch.events), batch.bad) == (20, [])


def _prepared(events: Sequence[DeliveryEvent]) -> Prepared:
    delivered = [event for event in events if event.outcome == "delivered" and event.recipient]
    others = [event for event in events if event.outcome != "delivered" or not event.recipient]
    names = [str(event.recipient) for event in delivered]
    kinds = [(name.rpartition("@")[2], event.mx, event.stream) for name, event in zip(names, delivered, strict=True)]
    campaigns = [event.campaign or None for event in delivered]
    different = list(dict.fromkeys(kinds))
    named = [name for name in dict.fromkeys(campaigns) if name]
    messages = [_IDENTITY.of_delivered_messages([event.message_id])[0] for event in delivered]
    return Prepared(
        size=len(events),
        others=others,
        other_keys=[_IDENTITY.of_event(event) for event in others],
        ids=np.array([_IDENTITY.of_event(event) for event in delivered], dtype=np.int64).tobytes(),
        times=np.array([event.time for event in delivered], dtype=np.float64).tobytes(),
        hashes=b"".join(map(_IDENTITY.of_address, names)),
        messages=np.array(messages, dtype=np.uint32).tobytes(),
        names="\n".join(names),
        kind_of=np.array([different.index(kind) for kind in kinds], dtype=np.int64).tobytes(),
        kinds=different,
        campaigns=named,
        campaign_of=np.array([named.index(name) if name else -1 for name in campaigns] if named else [], dtype=np.int64)
        .tobytes(),
    )  # fmt: skip


@given(
    st.lists(_events(id=st.none() | st.just("a"), recipient=st.none() | _ADDRESSES, campaign=st.none()), max_size=8)
    | st.lists(_events(recipient=st.none() | _ADDRESSES), max_size=8),
    st.sampled_from([1, 3, 512]),
)
def test_what_is_prepared_does_not_depend_on_blocks(events: list[DeliveryEvent], block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepared, "_BLOCK", block)
        assert prepare(events, _IDENTITY) == _prepared(events)
