"""No bytes make the reader raise or hang: random ones, and real mails cut, flipped, doubled and stuffed."""

import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prellbock.sources.mail import read_mail

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "data" / "mails").rglob("*.eml"))]
PIECES = [
    b"\n\n",
    b"--",
    b"<",
    b'"',
    b"@",
    b"a@b.",
    b":",
    b"=?utf-8?q?",
    b"550 ",
    b"(",
    b" ",
    b"\x00",
    b"\xff",
    b"\r",
    b"\x1b$B",
]
SECONDS = 5.0

RELAXED = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def read(raw: bytes) -> None:
    begin = time.perf_counter()
    for event in read_mail(raw):
        assert event.outcome is not None
        assert event.status is None or event.status[0] in "245"
        assert event.smtp_code is None or 200 <= event.smtp_code <= 599
        assert event.recipient is None or "@" in event.recipient
    assert time.perf_counter() - begin < SECONDS


@RELAXED
@given(st.binary(max_size=5000))
def test_random_bytes(raw: bytes) -> None:
    read(raw)


@RELAXED
@given(st.text(max_size=3000))
def test_random_text_below_a_report_head(text: str) -> None:
    head = b"Return-Path: <>\nFrom: MAILER-DAEMON@a.example\nSubject: Undelivered Mail\n\n"
    read(head + text.encode("utf-8", "surrogatepass"))


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    raw = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(raw)))
        end = min(len(raw), at + draw(st.sampled_from([1, 4, 60, 1500])))
        way = draw(st.sampled_from(["cut", "flip", "double", "insert", "end"]))
        if way == "cut":
            del raw[at:end]
        elif way == "flip":
            for place in range(at, end):
                raw[place] ^= draw(st.sampled_from([1, 2, 16, 128]))
        elif way == "double":
            raw[at:at] = raw[at:end] * draw(st.sampled_from([1, 3, 40]))
        elif way == "insert":
            raw[at:at] = draw(st.sampled_from(PIECES)) * draw(st.sampled_from([1, 3, 2000]))
        else:
            del raw[at:]
    return bytes(raw)


@RELAXED
@given(mutated())
def test_mutated_mails(raw: bytes) -> None:
    read(raw)
