"""Broken mails: wrong boundaries, encodings, charsets, cut ends, fields in the wrong place."""

import base64
import time

import pytest

from prellbock.sources.mail import read_mail
from prellbock.sources.mail.decoding import charset_decoded, text_of_html, transfer_decoded, words_decoded
from prellbock.sources.mail.dsn import parse_fields
from prellbock.sources.mail.message import Message

FIELDS = (
    "Reporting-MTA: dns; mx.example.net\n\n"
    "Final-Recipient: rfc822; jane@example.org\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n"
)


def report(body: str, boundary: str = "B", kind: str = "multipart/report; report-type=delivery-status") -> bytes:
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: b@shop.example\nSubject: Undelivered Mail\n"
        f'Content-Type: {kind}; boundary="{boundary}"\n\n{body}'
    ).encode()


def recipients(raw: bytes) -> list[tuple[str | None, str | None]]:
    return [(event.recipient, event.status) for event in read_mail(raw)]


JANE = [("jane@example.org", "5.1.1")]


def test_plain_report() -> None:
    assert recipients(report(f"--B\nContent-Type: message/delivery-status\n\n{FIELDS}\n--B--\n")) == JANE


def test_the_boundary_is_not_the_declared_one() -> None:
    assert recipients(report(f"--C\nContent-Type: message/delivery-status\n\n{FIELDS}\n--C--\n")) == JANE


def test_the_end_is_cut_off() -> None:
    assert recipients(report(f"--B\nContent-Type: message/delivery-status\n\n{FIELDS}")) == JANE


def test_fields_in_base64_and_quoted_printable() -> None:
    coded = base64.encodebytes(FIELDS.encode()).decode()
    part = "--B\nContent-Type: message/delivery-status\nContent-Transfer-Encoding:"
    assert recipients(report(f"{part} base64\n\n{coded}\n--B--\n")) == JANE
    quoted = FIELDS.replace("jane@", "jane=40")
    assert recipients(report(f"{part} quoted-printable\n\n{quoted}\n--B--\n")) == JANE


def test_multipart_mixed_as_opensmtpd_sends_it() -> None:
    raw = report(f"--B\nContent-Type: message/delivery-status\n\n{FIELDS}\n--B--\n", kind="multipart/mixed")
    assert recipients(raw) == JANE


def test_fields_in_the_text() -> None:
    raw = report("", kind="text/plain").replace(b'; boundary="B"', b"") + b"Technical report:\n\n" + FIELDS.encode()
    assert recipients(raw) == JANE


def test_the_returned_message_is_not_read_as_a_report() -> None:
    inner = "From: a@b.example\nContent-Type: multipart/report; boundary=I\n\n--I\nContent-Type:"
    f" message/delivery-status\n\n{FIELDS}--I--\n"
    other = FIELDS.replace("jane", "max")
    raw = report(
        f"--B\nContent-Type: message/delivery-status\n\n{other}\n--B\nContent-Type: message/rfc822\n\n{inner}\n--B--\n"
    )
    assert recipients(raw) == [("max@example.org", "5.1.1")]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("Final-Recipient: jane@example.org\nAction: failed\n", "jane@example.org"),
        ("Final-Recipient: <jane@example.org>\nAction: failed\n", "jane@example.org"),
        ("Final-Recipient: RFC822;@relay.example:jane@example.org\nAction: failed\n", "jane@example.org"),
        ("Original-Recipient: rfc822;Jane@Example.org\nAction: failed\n", "jane@example.org"),
        ("Final-Recipient: x400; /DD.RFC-822=jane(a)example.org/C=xx/\nAction: failed\n", "jane@example.org"),
        ("Final-Recipient: x400; C=xx;A=tele;DDA:RFC-822=jane(a)example.org;\nAction: failed\n", "jane@example.org"),
        ("Final-Recipient: rfc822;IMCEASMTP-jane+40example+2Eorg@ex.example\nAction: failed\n", "jane@example.org"),
        ("Final-Recipient: utf-8; j\\x{FC}rgen@example.org\nAction: failed\n", "jürgen@example.org"),
        ("Action: failed\n\nFinal-Recipient: rfc822; jane@example.org\nStatus: 5.0.0\n", "jane@example.org"),
        (
            "Reporting-MTA: dns; a\nFinal-Recipient: rfc822; jane@example.org (Jane)\nAction: failed\n",
            "jane@example.org",
        ),
    ],
)
def test_odd_recipient_fields(fields: str, expected: str) -> None:
    (block,) = parse_fields(fields)
    assert block.recipient == expected
    assert block.action == "failed"


def test_blocks_without_empty_lines_between() -> None:
    blocks = parse_fields(
        "Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Final-Recipient: rfc822; b@example.org\nAction: delayed\nStatus: 4.2.2\n"
    )
    assert [(block.recipient, block.action, block.status) for block in blocks] == [
        ("a@example.org", "failed", "5.1.1"),
        ("b@example.org", "delayed", "4.2.2"),
    ]


@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("error", "failed"),
        ("Failed (bad)", "failed"),
        ("delay", "delayed"),
        ("relayed (to x)", "relayed"),
        ("", "delayed"),
    ],
)
def test_actions(word: str, action: str) -> None:
    (block,) = parse_fields(f"Final-Recipient: rfc822; a@example.org\nAction: {word}\nStatus: 4.4.1\n")
    assert block.action == action


def test_a_broken_header_line_does_not_end_the_headers() -> None:
    mail = Message(b"From: a@b.example\nthis is no header\nSubject: x\n\nbody")
    assert mail.subject == "x"
    assert mail.text == "body"


def test_charsets() -> None:
    assert charset_decoded("Grüße".encode(), "us-ascii") == "Grüße"
    assert charset_decoded("Grüße".encode("latin-1"), "iso-8859-1") == "Grüße"
    assert charset_decoded("エラー".encode("iso-2022-jp"), "us-ascii") == "エラー"
    assert charset_decoded("エラー".encode("shift_jis"), "shift_jis") == "エラー"
    assert charset_decoded(b"\xff\xfe", "no-such-charset") == "ÿþ"
    for strange in ("rot13", "base64", "idna", "punycode", "unicode_escape", "\0", "a" * 100):
        assert charset_decoded(b"abc\xff", strange).startswith("abc")


def test_transfer_encodings() -> None:
    assert transfer_decoded(b"SGVsbG8\n", "base64") == b"Hello"
    assert transfer_decoded(b"SGVs!!bG8=", "BASE64 ") == b"Hello"
    assert transfer_decoded(b"a=3Db=\nc", "quoted-printable") == b"a=bc"


def test_encoded_words() -> None:
    assert words_decoded("=?utf-8?B?R3LDvMOf?= =?utf-8?Q?e_=21?=") == "Grüße !"
    assert words_decoded("=?utf-8?B?broken") == "=?utf-8?B?broken"


def test_html() -> None:
    page = "<html><style>p{}</style><p>Delivery failed</p>to <b>jane&#64;example.org</b><br>550&nbsp;no<!-- 421 -->"
    assert text_of_html(page).split("\n")[1:] == ["Delivery failed", "to jane@example.org", "550 no"]


REPEATED = (
    '<style>|<!--|=?utf-8?q?|--B\n|a@|<a@|550 |550-|(|"| \n|> x\n|Final-Recipient: x\n|Received: x\n|\nFrom |; a='
    "|&#|*|host |<<< |a: b\n|x@y.de\n|<x@y.de>:\n|----- x -----\n| Out: 550 x\n|>>> RCPT To:<|\t|-|550 a|5.1.1 "
    "|SMTP error from |<x@y.de>: 550 5.1.1\n"
)


@pytest.mark.parametrize("piece", REPEATED.split("|"))
def test_repetition_takes_no_time(piece: str) -> None:
    for kind in ("text/plain", "text/html", "multipart/report"):
        raw = report("", kind=kind) + piece.encode() * (400_000 // len(piece))
        begin = time.perf_counter()
        read_mail(raw)
        assert time.perf_counter() - begin < 5
