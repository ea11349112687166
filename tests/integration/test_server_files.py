"""``POST /v1/files``: whatever `prellbock ingest` reads as a file, told apart by its first octets."""

import gzip
from pathlib import Path

import httpx
import pytest
from processes import Server, dead

DATA = Path(__file__).parents[1] / "data"
MAIL = (DATA / "mails" / "mta" / "exim-unknown.eml").read_bytes()
CSV = b"time,recipient,response\n2026-01-05T08:00:00Z,u@example.com,550 5.1.1 User unknown\nyesterday,v@example.com,\n"
POSTFIX = (
    b"Jan  5 08:00:00 mx postfix/smtp[1]: 3D1A02F7C1: to=<u@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=1, "
    b"delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.1] said: 550 5.1.1 User unknown)\n"
)


@pytest.mark.parametrize(
    ("content", "new", "bad"),
    [(dead("gone@example.com").encode(), 2, []), (MAIL, 1, []), (CSV, 1, [3]), (POSTFIX, 1, [])],
    ids=["ndjson", "mail", "csv", "postfix"],
)
def test_a_file_is_recognised_packed_or_not(server: Server, content: bytes, new: int, bad: list[int]) -> None:
    told = server.client.post("/v1/files", content=content).raise_for_status().json()
    assert told["new"] == new
    assert [each["line"] for each in told["bad_lines"]] == bad
    again = server.client.post("/v1/files", content=gzip.compress(content)).raise_for_status().json()
    assert again["new"] == 0, "the same input again changes nothing"


def test_what_cannot_be_read_says_why(server: Server) -> None:
    told = server.client.post("/v1/files", content=b"\x00\x01 nothing that anybody writes").json()
    assert (told["new"], told["bad"]) == (0, 1)
    assert "not recognised" in told["bad_lines"][0]["what"]
    assert server.client.post("/v1/files?format=quux", content=b"x").status_code == 400
    assert server.client.post("/v1/files", content=b"\x28\xb5\x2f\xfd rest").status_code == 415
    broken = server.client.post("/v1/files", content=gzip.compress(CSV * 500)[:-40])
    assert broken.status_code == 400, broken.text
    assert httpx.post(f"{server.address}/v1/files", content=CSV).status_code == 401
    assert server.client.get("/ready").status_code == 200
