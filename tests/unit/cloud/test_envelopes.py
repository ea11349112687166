"""Envelopes of every format and name: what `prellbock ingest` reads as a file is read from the bucket, too."""

import gzip
import json
from typing import Any
from urllib.parse import quote_plus

import pytest
from cloud import BUCKET, NOW, Cloud, Context

from prellbock.functions.aws import ingest

EVENT = {"id": "1", "time": NOW - 3600, "recipient": "u@example.com", "response": "550 5.1.1 User unknown"}
NDJSON = json.dumps(EVENT).encode() + b"\n"
CSV = b"time,recipient,response,outcome\n2027-01-15T07:00:00Z,u@example.com,550 5.1.1 User unknown,bounced\n"
POSTFIX = (
    b"2027-01-15T07:00:00.000000+00:00 mx1 postfix/smtp[123]: 4A1B2C3D4E: to=<u@example.com>, "
    b"relay=mx.example.com[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=5.1.1, status=bounced "
    b"(host mx.example.com[192.0.2.1] said: 550 5.1.1 User unknown (in reply to RCPT TO command))\n"
)
MAIL = b"""From: MAILER-DAEMON@mx.example.net
To: bounces@example.net
Subject: Undelivered Mail Returned to Sender
Date: Fri, 15 Jan 2027 07:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; u@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b--
"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ndjson", NDJSON), ("a.csv", CSV), ("a.log", POSTFIX), ("a.eml", MAIL),
        # The content tells the format where the name says nothing.
        ("a", NDJSON), ("b", CSV), ("c", POSTFIX), ("d", MAIL),
        ("a.ndjson.gz", gzip.compress(NDJSON)), ("a.csv.gz", gzip.compress(CSV)), ("a.log.gz", gzip.compress(POSTFIX)),
        ("a.eml.gz", gzip.compress(MAIL)), ("no-gz-in-the-name", gzip.compress(NDJSON)),
        # Names that are none for files, or are written otherwise in a notification.
        ("2027/ä ö+%20&=?.ndjson", NDJSON), ("x" * 900 + ".ndjson", NDJSON), ("a/..", NDJSON), ("ü" * 400, NDJSON),
    ],
)  # fmt: skip
def test_every_format_is_read_under_any_name(name: str, content: bytes) -> None:
    cloud = Cloud()
    message = cloud.put(name, content)
    assert ingest.handle({"Records": [notified(message)]}, Context(), cloud.wire()) == {"batchItemFailures": []}
    assert [(each[0], each[-1]) for each in cloud.wire().store.by_category()] == [("unknown_recipient", 1)]
    assert not [key for _, key in cloud.s3.objects if key.startswith("rejected/")]


def notified(message: dict[str, Any]) -> dict[str, Any]:
    """As S3 writes a key: like a form, blanks as a plus sign."""
    body = json.loads(message["body"])
    for record in body["Records"]:
        record["s3"]["object"]["key"] = quote_plus(record["s3"]["object"]["key"], safe="/")
    return {**message, "body": json.dumps(body)}


def test_a_folder_made_in_the_console_is_no_envelope(capsys: pytest.CaptureFixture[str]) -> None:
    cloud = Cloud()
    assert ingest.handle({"Records": [cloud.put("2027/", b"")]}, Context(), cloud.wire()) == {"batchItemFailures": []}
    assert "error" not in capsys.readouterr().out
    assert [key for (bucket, key) in cloud.s3.objects if bucket == BUCKET and key.startswith("rejected/")] == []
