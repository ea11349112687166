"""Events over HTTP: counted once, streamed, and never lost once they are acknowledged."""

import gzip
import http.client
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import Command, Server, dead, event, ndjson


def events(count: int, begin: int = 0) -> Iterator[bytes]:
    """Deliveries to many, and now and then a bounce."""
    for number in range(begin, begin + count):
        outcome = "bounced" if number % 20 == 0 else "delivered"
        made = event(f"r{number % 30_000}@example{number % 7}.com", 1767600000 + number, outcome, id=f"e{number}")
        yield json.dumps(made).encode() + b"\n"


def test_the_same_body_again_changes_nothing(server: Server) -> None:
    body = dead("gone@example.com") + ndjson(event("here@example.com", 1767600000, "delivered"))
    first = server.client.post("/v1/events", content=body).json()
    assert (first["read"], first["new"], first["failed"], first["delivered"]) == (3, 3, 2, 1)
    list_before = server.client.get("/v1/suppressions").text
    assert json.loads(list_before)["address"] == "gone@example.com"
    second = server.client.post("/v1/events", content=body).json()
    assert (second["read"], second["new"], second["duplicate"], second["bad"]) == (3, 0, 3, 0)
    assert server.client.get("/v1/suppressions").text == list_before


def test_command_line_and_server_say_the_same(tmp_path: Path, server: Server) -> None:
    body = b"".join(events(5000)) + b"nonsense\n"
    other = Command(tmp_path / "other")
    printed = json.loads(other.run("ingest", "-", stdin=body, check=False).stdout.splitlines()[-1])
    answered = server.client.post("/v1/events", content=body).json()
    assert answered.pop("bad_lines")[0]["line"] == 5001
    assert answered == printed


def test_a_hundred_thousand_events_are_streamed(server: Server) -> None:
    counts = server.client.post("/v1/events", content=events(100_000)).json()
    assert (counts["read"], counts["new"], counts["failed"], counts["bad"]) == (100_000, 100_000, 5000, 0)
    packed = gzip.compress(b"".join(events(100_000)), 1)
    again = server.client.post("/v1/events", content=packed, headers={"Content-Encoding": "gzip"}).json()
    assert (again["new"], again["duplicate"]) == (0, 100_000)


def test_bad_lines_are_named_and_cost_nothing_but_themselves(server: Server) -> None:
    lines = ['{"time": 1767600000}', "no json", '{"time": "soon", "recipient": "a@b.de", "outcome": "delivered"}']
    body = ndjson(event("ok@example.com", 1767600000, "delivered")) + "\n" + "\n".join(lines) + "\n"
    answer = server.client.post("/v1/events", content=body)
    counts = answer.json()
    assert (answer.status_code, counts["new"], counts["bad"]) == (200, 1, 3)
    assert [bad["line"] for bad in counts["bad_lines"]] == [3, 4, 5]
    assert "recipient: missing" in counts["bad_lines"][0]["what"]
    many = server.client.post("/v1/events", content="bad\n" * 1234).json()
    assert (many["bad"], len(many["bad_lines"])) == (1234, 100)
    assert "prellbock_bad_lines_total 1237.0" in server.client.get("/metrics").text


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"not gzip\n", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b"".join(events(3)))[:-20], {"Content-Encoding": "gzip"}, 400),
        (b"{}\n", {"Content-Encoding": "br"}, 415),
    ],
)
def test_a_body_that_cannot_be_unpacked(server: Server, body: bytes, headers: dict[str, str], status: int) -> None:
    answer = server.client.post("/v1/events", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert server.client.get("/health").status_code == 200


def test_a_body_that_is_announced_as_too_long_is_refused_unread(server: Server) -> None:
    host = server.address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.putrequest("POST", "/v1/events")
    connection.putheader("Authorization", f"Bearer {server.token}")
    connection.putheader("Content-Length", str(1 << 40))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert "in parts" in json.loads(answer.read())["detail"]
    connection.close()


def test_a_connection_that_breaks_off_leaves_whole_lines_only(server: Server) -> None:
    host = server.address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    body = b"".join(events(1000))
    connection.putrequest("POST", "/v1/events")
    connection.putheader("Authorization", f"Bearer {server.token}")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders()
    connection.send(body[: len(body) // 2])
    connection.close()
    counts = server.client.post("/v1/events", content=body).json()
    assert (counts["new"] + counts["duplicate"], counts["bad"]) == (1000, 0)
    assert 'prellbock_events_total{outcome="delivered"} 950.0' in server.client.get("/metrics").text


def test_look_ups_go_on_while_a_body_is_read(server: Server) -> None:
    release = threading.Event()
    counts: list[dict[str, int]] = []

    def slow() -> Iterator[bytes]:
        yield b"".join(events(60_000))
        assert release.wait(60)
        yield b"".join(events(10, begin=60_000))

    def send() -> None:
        counts.append(server.client.post("/v1/events", content=slow()).json())

    sending = threading.Thread(target=send)
    sending.start()
    for _ in range(20):
        assert server.client.post("/v1/check", json={"addresses": ["a@example.com"]}).status_code == 200
    assert not counts
    release.set()
    sending.join(60)
    assert counts[0]["new"] == 60_010


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_loses_nothing_acknowledged(serve: Callable[..., Server], number: int) -> None:
    server = serve()
    acknowledged = 0
    endless = threading.Event()
    answers: list[dict[str, object]] = []

    def endlessly() -> Iterator[bytes]:
        begin = 1_000_000
        while not endless.is_set():
            yield b"".join(events(5000, begin))
            begin += 5000

    def send() -> None:
        try:
            answers.append(server.client.post("/v1/events", content=endlessly()).json())
        except Exception:  # the connection may end before the body does
            answers.append({})

    for part in range(5):
        acknowledged += server.client.post("/v1/events", content=b"".join(events(2000, part * 2000))).json()["new"]
    sending = threading.Thread(target=send)
    sending.start()
    while "prellbock_batches_total 6.0" not in server.client.get("/metrics").text:
        pass
    server.process.send_signal(number)
    assert server.process.wait(60) == 0, server.said
    endless.set()
    sending.join(60)
    assert acknowledged == 10_000
    assert "stopped" in server.said

    again = serve()
    counts = again.client.post("/v1/events", content=b"".join(events(10_000))).json()
    assert (counts["new"], counts["duplicate"]) == (0, 10_000)
    if answers[0]:
        assert answers[0]["status"] == 503
        told = answers[0]["new"]
        assert isinstance(told, int)
        assert told > 0
        kept = again.client.post("/v1/events", content=b"".join(events(told, 1_000_000))).json()
        assert kept["new"] == 0


def test_a_silent_client_does_not_hold_up_the_end(server: Server) -> None:
    connection = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=60)
    connection.putrequest("POST", "/v1/events")
    connection.putheader("Authorization", f"Bearer {server.token}")
    connection.putheader("Content-Length", "1000000")
    connection.endheaders()
    connection.send(b"".join(events(100)))
    assert server.client.get("/metrics").status_code == 200
    begin = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - begin < 20
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["new"]) == (503, 0)
    connection.close()


def test_a_byte_order_mark_before_the_first_event(server: Server) -> None:
    body = b"\xef\xbb\xbf" + ndjson(event("u@example.com", "2026-01-05T08:00:00Z")).encode()
    answer = server.client.post("/v1/events", content=body).json()
    assert (answer["new"], answer["bad"]) == (1, 0)
