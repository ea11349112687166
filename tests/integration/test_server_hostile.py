"""Clients that are slow, cut off, wrong or greedy, and a full disk: a clear answer, nothing lost, the server is up."""

import gzip
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from processes import Server, dead, event, ndjson

HEAD_SECONDS, SILENT_SECONDS = 2.0, 2.0
LIMITS = f"""[limits]
head_seconds = {HEAD_SECONDS}
silent_seconds = {SILENT_SECONDS}
slowest = 1000
most_body = 200000
most_check_body = 10000
most_addresses = 100
"""
GOOD = ndjson(event("good@example.com", 1767600000, "delivered", id="good"))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "prellbock.toml").write_text(LIMITS)
    server = Server(folder / "data", "--config", str(folder / "prellbock.toml"))
    yield server
    assert server.stop() == 0
    assert "Traceback" not in server.said
    assert "mistake" not in server.said


@pytest.fixture(autouse=True)
def stays_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each case the server answers, and takes what is good."""
    yield
    if "shared" in request.fixturenames:
        server: Server = request.getfixturevalue("shared")
        assert httpx.get(f"{server.address}/ready").status_code == 200
        assert server.client.post("/v1/events", content=GOOD).json()["bad"] == 0


class Case(NamedTuple):
    """A request that is wrong, and its answer."""

    path: str
    body: bytes
    status: int
    detail: str
    headers: dict[str, str] = {}  # noqa: RUF012
    method: str = "POST"


BOMB = gzip.compress(b"x" * 10_000_000)
CASES = {
    "body too long": Case("/v1/events", b"x" * 200_001, 413, "send it in parts"),
    "unpacks to too much": Case("/v1/events", BOMB, 413, "unpacks to more than", {"Content-Encoding": "gzip"}),
    "gzip cut off": Case("/v1/events", gzip.compress(GOOD.encode())[:-9], 400, "gzip", {"Content-Encoding": "gzip"}),
    "no gzip": Case("/v1/events", GOOD.encode(), 400, "gzip", {"Content-Encoding": "gzip"}),
    "unknown packing": Case("/v1/events", GOOD.encode(), 415, "gzip or none", {"Content-Encoding": "zstd"}),
    "check too long": Case("/v1/check", b"a" * 10_001, 413, "in several requests"),
    "too many addresses": Case("/v1/check", b"a@b.c\n" * 101, 413, "100"),
    "not UTF-8 JSON": Case("/v1/check", b'{"addresses": ["\xff"]}', 400, "", {"Content-Type": "application/json"}),
    "JSON cut off": Case("/v1/check", b'{"addresses": ["a@b.c"', 400, "", {"Content-Type": "application/json"}),
    "JSON of another shape": Case("/v1/check", b"[1, 2]", 400, "", {"Content-Type": "application/json"}),
    "deep JSON": Case("/v1/check", b"[" * 9000, 400, "", {"Content-Type": "application/json"}),
    "a field that is not known": Case(
        "/v1/recipients/note", b'{"addresses": ["a@b.c"], "reason": "x", "why": 1}', 400, "why"
    ),
    "form instead of JSON": Case(
        "/v1/tokens", b"name=x", 400, "", {"Content-Type": "application/x-www-form-urlencoded"}
    ),
    "forged cursor": Case("/v1/changes?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", b"", 400, "cursor", method="GET"),
    "cursor of a page in the feed": Case("/v1/changes?cursor=%00%ff", b"", 400, "cursor", method="GET"),
    "forged page": Case("/v1/suppressions?limit=10&cursor=x", b"", 400, "cursor", method="GET"),
    "limit that is no number": Case("/v1/changes?limit=many", b"", 400, "limit", method="GET"),
    "limit beyond all measure": Case("/v1/audit?limit=100000", b"", 400, "limit", method="GET"),
    "time that is none": Case("/v1/suppressions?as_of=yesterday-ish", b"", 400, "as_of", method="GET"),
    "unknown route": Case("/v1/evnets", GOOD.encode(), 404, "docs/reference/http.md"),
    "wrong method": Case("/v1/events", b"", 405, "docs/reference/http.md", method="GET"),
    "wrong token": Case("/v1/events", GOOD.encode(), 401, "Authorization", {"Authorization": "Bearer wrong"}),
    "token in pieces": Case("/v1/events", GOOD.encode(), 401, "Authorization", {"Authorization": "Bearer a b c"}),
    "cookie of nobody": Case(
        "/v1/events", GOOD.encode(), 401, "Authorization", {"Authorization": "", "Cookie": "prellbock_session=x"}
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_wrong_requests(shared: Server, name: str) -> None:
    case = CASES[name]
    answer = shared.client.request(case.method, case.path, content=case.body, headers=case.headers)
    assert answer.status_code == case.status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == case.status
    assert case.detail in told["detail"]


def test_half_good_bodies_land_as_far_as_they_are_good(shared: Server) -> None:
    lines = [
        ndjson(event("one@example.com", 1767600000, "delivered", id="1")).encode(),
        b'{"time": 1767600000, "recipient": "two@exa\xffmple.com"}\n',
        b'{"time": 1767600000, "recipient": "cut@example.com"\n',
        b"\x00\x01\x02\n",
        ndjson(event("last@example.com", 1767600001, "delivered", id="2")).encode(),
    ]
    told = shared.client.post("/v1/events", content=b"".join(lines)).json()
    assert told["new"] == 2
    assert told["bad"] == len({bad["line"] for bad in told["bad_lines"]})
    assert {2, 3} <= {bad["line"] for bad in told["bad_lines"]}
    assert 1 not in {bad["line"] for bad in told["bad_lines"]}
    # A body that is refused in the middle keeps and tells what came before.
    long = b"".join(
        ndjson(event(f"n{n}@example.com", 1767600000 + n, "delivered", id=f"n{n}")).encode() for n in range(3000)
    )
    cut = shared.client.post("/v1/events", content=iter([long[:150_000], long[150_000:]]))
    assert cut.status_code == 413
    again = shared.client.post("/v1/events", content=long[: long.rindex(b"\n", 0, 150_000) + 1]).json()
    assert again["new"] + again["duplicate"] == again["read"]


def raw(server: Server) -> socket.socket:
    host, _, port = server.address.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=30)


def everything(connection: socket.socket) -> bytes:
    told = b""
    try:
        while piece := connection.recv(65536):
            told += piece
    except ConnectionResetError:
        pass
    return told


def head(server: Server, path: str, length: int, *more: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {server.token}", f"Content-Length: {length}"]
    return "\r\n".join([*lines, *more, "", ""]).encode()


def drip(connection: socket.socket, octets: bytes, seconds: float, rest: float = 0.2) -> None:
    """An octet now and then, until the other side has had enough."""
    end = time.monotonic() + seconds
    for octet in octets:
        if time.monotonic() > end:
            return
        try:
            connection.sendall(bytes([octet]))
        except OSError:
            return
        time.sleep(rest)


def problem_in(told: bytes, status: int) -> str:
    assert told.startswith(b"HTTP/1.1 %d " % status), told[:200]
    head_, _, body = told.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head_
    document = json.loads(body)
    assert document["status"] == status
    return str(document["detail"])


def test_who_never_says_anything_is_cut_off(shared: Server) -> None:
    with raw(shared) as connection:
        begin = time.monotonic()
        assert "did not come within" in problem_in(everything(connection), 408)
        assert time.monotonic() - begin < HEAD_SECONDS + 15


def test_a_head_that_drips(shared: Server) -> None:
    with raw(shared) as connection:
        begin = time.monotonic()
        drip(connection, b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-Slow: y\r\n" * 100, 20)
        told = everything(connection)
        assert time.monotonic() - begin < HEAD_SECONDS + 15
    assert "did not come within" in problem_in(told, 408)


def test_many_slow_heads_keep_nobody_out(shared: Server) -> None:
    slow = [raw(shared) for _ in range(200)]
    for connection in slow:
        connection.sendall(b"POST /v1/events HTTP/1.1\r\nHost: x\r\n")
    assert shared.client.post("/v1/check", content=b"a@example.com").status_code == 200
    for connection in slow:
        connection.close()


@pytest.mark.parametrize("path", ["/v1/events", "/v1/mails", "/v1/check", "/v1/recipients/note"])
def test_a_body_that_stops(shared: Server, path: str) -> None:
    with raw(shared) as connection:
        connection.sendall(head(shared, path, 5000, "Content-Type: application/json") + GOOD.encode())
        assert "nothing came for 2 s" in problem_in(everything(connection), 408)


@pytest.mark.parametrize("path", ["/v1/events", "/v1/check"])
def test_a_body_that_drips(shared: Server, path: str) -> None:
    with raw(shared) as connection:
        begin = time.monotonic()
        connection.sendall(head(shared, path, 5000))
        drip(connection, GOOD.encode() * 10, 20)
        told = everything(connection)
        assert time.monotonic() - begin < 20
    assert "octets a second" in problem_in(told, 408)


def test_the_rest_of_a_refused_body_is_not_waited_for(shared: Server) -> None:
    with raw(shared) as connection:
        begin = time.monotonic()
        connection.sendall(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n")
        drip(connection, b"x" * 100, 20)
        told = everything(connection)
        assert time.monotonic() - begin < 20
    assert told.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    "octets",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64), b"HELO mail.example.com\r\n\r\n",
     b"\0" * 64 + b"\r\n\r\n",
     b"GET  HTTP/1.1\r\n\r\n", b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
     b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
     b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
     b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_request(shared: Server, octets: bytes) -> None:
    with raw(shared) as connection:
        try:
            connection.sendall(octets)
        except OSError:
            return
        told = everything(connection)
    assert told.split(b" ")[1] in (b"400", b"401", b"408", b"431", b"501"), told[:200]
    assert b"application/problem+json" in told


@pytest.mark.parametrize("kind", ["length", "chunks"])
def test_connections_that_break_off(shared: Server, kind: str) -> None:
    with raw(shared) as connection:
        if kind == "length":
            connection.sendall(head(shared, "/v1/events", 5000) + GOOD.encode()[:50])
        else:
            lines = f"POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shared.token}\r\n"
            connection.sendall(f"{lines}Transfer-Encoding: chunked\r\n\r\n10\r\nabc".encode())


def test_a_slow_upload_does_not_hold_up_the_end(serve: Callable[..., Server]) -> None:
    server = serve()
    assert server.client.post("/v1/events", content=dead("kept@example.com")).json()["new"] == 2
    with raw(server) as connection, raw(server) as other:
        connection.sendall(head(server, "/v1/events", 100_000) + ndjson(event("half@example.com", 1767600000)).encode())
        other.sendall(head(server, "/v1/check", 100_000) + b"a@example.com\n")
        assert httpx.get(f"{server.address}/ready").status_code == 200
        begin = time.monotonic()
        server.process.terminate()
        assert "send the same body again" in problem_in(everything(connection), 503)
        assert server.process.wait(60) == 0
        assert time.monotonic() - begin < 50
    again = serve()
    assert again.client.post("/v1/events", content=dead("kept@example.com")).json()["duplicate"] == 2
    assert "Traceback" not in server.said


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MiB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], capture_output=True
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("a file system of its own can only be mounted by root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk(serve: Callable[..., Server], small_disk: Path) -> None:
    server = serve(data=small_disk / "data")
    kept: list[str] = []
    full = None
    for number in range(200):
        body = "".join(dead(f"d{number}-{n}@example.com") for n in range(200))
        answer = server.client.post("/v1/events", content=body)
        if answer.status_code != 200:
            full = answer
            break
        assert answer.json()["new"] == 400
        kept.append(body)
    assert full is not None
    assert kept
    assert (full.status_code, full.headers["content-type"]) == (503, "application/problem+json")
    assert "free some space" in full.json()["detail"]
    assert "nothing that was acknowledged is lost" in full.json()["detail"]
    assert httpx.get(f"{server.address}/health").status_code == 200
    ready = httpx.get(f"{server.address}/ready")
    assert (ready.status_code, ready.json()["store"]) == (503, "full")
    people = server.client.post(
        "/v1/recipients/suppress", json={"addresses": [f"x{n}@example.com" for n in range(900)], "reason": "x"}
    )
    assert people.status_code in (200, 503)
    assert server.client.post("/v1/check", content=b"d0-0@example.com").json()["may_mail"] is False
    # With space again it goes on, and everything that was acknowledged is there, once.
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    assert server.client.post("/v1/events", content=body).json()["bad"] == 0
    for each in kept:
        assert server.client.post("/v1/events", content=each).json()["duplicate"] == 400
    assert httpx.get(f"{server.address}/ready").status_code == 200
    assert "Traceback" not in server.said
    assert server.stop() == 0
