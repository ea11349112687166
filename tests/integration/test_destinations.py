"""Decisions go out: to webhooks, signed, in order for each recipient, through failures and kills, never lost."""

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from brokers import needs
from processes import DEADLINE_SECONDS, Command, Server, dead
from receiving import Receiver

from prellbock.alarming.findings import destinations
from prellbock.alarming.looking import look
from prellbock.alarming.settings import Channels, Guarded
from prellbock.publishing.outbox import Outbox
from prellbock.publishing.requesting import Requesting
from prellbock.sinks.answer import Answer
from prellbock.sinks.message import Message
from prellbock.sinks.webhook import headers_of, signer_of
from prellbock.store.destinations import Destination, Progress, Wanted
from prellbock.store.sqlite import SqliteStore


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "data")
    yield server
    server.stop()


def until(holds: Callable[[], object], what: str = "") -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < end, what or "it did not become so"
        time.sleep(0.02)


def add(server: Server, name: str, url: str, **more: Any) -> dict[str, Any]:
    body = {"kind": "webhook", "name": name, "settings": {"url": url, "private": True}, **more}
    answer = server.client.post("/v1/destinations", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def shown(server: Server, name: str) -> dict[str, Any]:
    found: dict[str, Any]
    [found] = [each for each in server.client.get("/v1/destinations").json() if each["name"] == name]
    return found


def suppress(server: Server, *addresses: str) -> None:
    body = {"addresses": [*addresses], "reason": "asked by phone"}
    answer = server.client.post("/v1/recipients/suppress", json=body)
    assert answer.status_code == 200, answer.text


def die(server: Server, *addresses: str) -> None:
    """Two decisions for each: paused, and suppressed."""
    for half in (0, 1):
        lines = [dead(address).splitlines(keepends=True)[half] for address in addresses]
        answer = server.client.post("/v1/events", content="".join(lines))
        assert answer.status_code == 200, answer.text


def test_a_decision_is_posted_signed_as_a_cloud_event(server: Server, receiver: Receiver) -> None:
    made = add(server, "crm", receiver.url + "/hook")
    die(server, "kim@example.com")
    until(lambda: len(receiver.taken) == 2)
    assert [body["data"]["status"] for _, body in receiver.taken] == ["paused", "suppressed"]
    path, headers, raw = receiver.requests[-1]
    body = receiver.taken[-1][1]
    assert (path, headers["Content-Type"]) == ("/hook", "application/cloudevents+json")
    assert body["specversion"] == "1.0" and body["type"] == "io.prellbock.recipient.suppressed"
    assert body["id"] == headers["webhook-id"]
    assert body["data"]["address"] == "kim@example.com" and body["data"]["category"] == "unknown_recipient"
    stamp = int(headers["webhook-timestamp"])
    expected = headers_of([signer_of(made["secret"])], body["id"], raw, stamp)
    assert headers["webhook-signature"] == expected["webhook-signature"]
    assert headers["User-Agent"].startswith("Prellbock/") and headers["Accept-Encoding"] == "identity"
    until(lambda: shown(server, "crm")["backlog"] == 0)
    [second, first] = server.client.get("/v1/destinations/crm/deliveries").json()["items"]
    assert (first["state"], first["attempts"], first["code"]) == ("taken", 1, 204)
    one = server.client.get(f"/v1/destinations/crm/deliveries/{second['seq']}").json()
    assert one["body"] == body
    moment = int(one["headers"]["webhook-timestamp"])
    signed = headers_of([signer_of(made["secret"])], body["id"], raw, moment, headers["Content-Type"])
    assert {name.lower() for name in one["headers"]} <= {name.lower() for name in headers}
    assert signed.items() <= one["headers"].items()


def test_only_what_is_wanted_goes_out(server: Server, receiver: Receiver) -> None:
    add(server, "all", receiver.url + "/all")
    add(server, "some", receiver.url + "/some", wanted={"statuses": ["suppressed"]})
    die(server, "kim@example.com")
    until(lambda: len(receiver.taken) == 3)
    until(lambda: shown(server, "some")["backlog"] == 0)
    assert sorted(path for path, _ in receiver.taken) == ["/all", "/all", "/some"]


def test_a_hanging_receiver_delays_nobody_else(server: Server, receiver: Receiver) -> None:
    receiver.behave = lambda path, body: None if path == "/hangs" else 204
    add(server, "hangs", receiver.url + "/hangs")
    add(server, "works", receiver.url + "/works")
    suppress(server, *(f"u{n}@example.com" for n in range(30)))
    until(lambda: len(receiver.taken) == 30)
    assert {path for path, _ in receiver.taken} == {"/works"}
    until(lambda: shown(server, "works")["backlog"] == 0)
    assert shown(server, "hangs")["backlog"] == 30


def test_what_fails_is_tried_again_with_the_same_id_and_in_order_for_each_recipient(
    server: Server, receiver: Receiver
) -> None:
    broken = {"kim@example.com"}
    receiver.behave = lambda path, body: 500 if body["data"]["address"] in broken else 204
    add(server, "crm", receiver.url)
    die(server, "kim@example.com", "lee@example.com")
    until(lambda: len(receiver.taken) == 2)
    until(lambda: shown(server, "crm")["waiting"] == 1)
    tried = [httpx.Response(200, content=raw).json() for _, _, raw in receiver.requests]
    assert [b["data"]["status"] for b in tried if b["data"]["address"] == "kim@example.com"] == ["paused"]
    broken.clear()
    # The schedule's first pause is five seconds.
    until(lambda: len(receiver.taken) == 4)
    kim = [body for _, body in receiver.taken if body["data"]["address"] == "kim@example.com"]
    assert [body["data"]["status"] for body in kim] == ["paused", "suppressed"]
    assert kim[0]["id"] in [b["id"] for b in tried]
    until(lambda: shown(server, "crm")["waiting"] == 0)


def test_gone_disables_and_resuming_revives(server: Server, receiver: Receiver) -> None:
    receiver.behave = lambda path, body: 410
    add(server, "crm", receiver.url)
    suppress(server, "kim@example.com")
    until(lambda: shown(server, "crm")["state"] == "disabled")
    assert "410" in shown(server, "crm")["why"]
    receiver.behave = lambda path, body: 204
    answer = server.client.patch("/v1/destinations/crm", json={"state": "active"})
    assert answer.status_code == 200 and answer.json()["state"] == "active"
    assert server.client.post("/v1/destinations/crm/replay", json={"since": -1}).status_code == 400
    server.client.post("/v1/destinations/crm/replay", json={"since": 0})
    until(lambda: len(receiver.taken) == 1)


def test_what_waits_goes_at_once_where_people_resume(server: Server, receiver: Receiver) -> None:
    """They have repaired something; the next attempt of the schedule might be hours away."""
    receiver.behave = lambda path, body: 500
    add(server, "crm", receiver.url)
    suppress(server, "kim@example.com", "lee@example.com")
    until(lambda: [each["attempts"] for each in deliveries(server, "crm")] == [2, 2])
    receiver.behave = lambda path, body: 204
    for state in ("paused", "active"):
        assert server.client.patch("/v1/destinations/crm", json={"state": state}).status_code == 200
    until(lambda: len(receiver.taken) == 2)


def deliveries(server: Server, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.client.get(f"/v1/destinations/{name}/deliveries").json()["items"]
    return found


def test_redirects_are_not_followed(server: Server, receiver: Receiver) -> None:
    receiver.behave = lambda path, body: 302 if path == "/old" else 204
    receiver.headers = {"Location": receiver.url + "/new?token=secret"}
    add(server, "crm", receiver.url + "/old")
    suppress(server, "kim@example.com")
    until(lambda: shown(server, "crm")["waiting"] == 1)
    assert {path for path, _, _ in receiver.requests} == {"/old"}
    [waiting] = deliveries(server, "crm")
    assert waiting["code"] == 302 and waiting["answer"].startswith(f"it redirects to {receiver.url}/new, which is not")


def test_what_cannot_be_sent_again_is_named(server: Server, receiver: Receiver) -> None:
    add(server, "crm", receiver.url)
    nothing = server.client.post("/v1/destinations/crm/replay", json={"seqs": [1]})
    assert nothing.status_code == 400 and "nothing was decided yet" in nothing.json()["detail"]
    suppress(server, "kim@example.com", "lee@example.com")
    until(lambda: len(receiver.taken) == 2)
    answer = server.client.post("/v1/destinations/crm/replay", json={"seqs": [2, 7, 1 << 70]})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(f"seq 7, {1 << 70}: ") and "1 to 2" in answer.json()["detail"]
    assert server.client.post("/v1/destinations/crm/replay", json={"seqs": [2], "since": 0}).status_code == 400
    assert server.client.post("/v1/destinations/crm/replay", json={"seqs": [2]}).json() == {"messages": 1}
    until(lambda: len(receiver.taken) == 3)


def test_a_new_secret_signs_beside_the_old_one(server: Server, receiver: Receiver) -> None:
    old = add(server, "crm", receiver.url)["secret"]
    new = server.client.post("/v1/destinations/crm/secrets", json={}).json()["secret"]
    suppress(server, "kim@example.com")
    until(lambda: receiver.taken)
    _, headers, raw = receiver.requests[0]
    signers = [signer_of(new), signer_of(old)]
    expected = headers_of(signers, headers["webhook-id"], raw, int(headers["webhook-timestamp"]))
    assert headers["webhook-signature"] == expected["webhook-signature"]


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"url": "http://hooks.example.com/"}, "https"),
        ({"url": "https://127.0.0.1/"}, "not on the internet"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "not on the internet"),
        ({"url": "https://localhost/"}, "not on the internet"),
        ({"url": "https://user:pw@hooks.example.com/"}, "user"),
        ({"url": "https://2130706433/"}, "not on the internet"),
        ({"url": "https://hooks.example.com/", "colour": "red"}, "colour"),
        ({"url": "https://hooks.example.com/", "private": "yes"}, "private: write true or false"),
        ({}, "url"),
    ],
)
def test_what_cannot_be_a_webhook_is_told(server: Server, settings: dict[str, Any], complaint: str) -> None:
    answer = server.client.post("/v1/destinations", json={"kind": "webhook", "name": "crm", "settings": settings})
    assert answer.status_code == 400 and complaint in answer.json()["detail"], answer.text


def test_a_name_that_leads_to_a_private_address_is_not_reached(server: Server, receiver: Receiver) -> None:
    """What the name leads to is checked when it is reached, not only when it is written down."""
    port = receiver.url.rpartition(":")[2]
    body = {"kind": "webhook", "name": "crm", "settings": {"url": f"https://ip6-loopback:{port}/"}}
    assert server.client.post("/v1/destinations", json=body).status_code == 201
    answer = server.client.post("/v1/destinations/crm/test").json()
    assert not answer["taken"] and answer["code"] is None
    assert not receiver.requests


def test_pausing_keeps_what_is_decided_meanwhile(server: Server, receiver: Receiver) -> None:
    add(server, "crm", receiver.url)
    server.client.patch("/v1/destinations/crm", json={"state": "paused", "reason": "they move house"})
    suppress(server, "kim@example.com")
    until(lambda: shown(server, "crm")["backlog"] == 1)
    server.client.patch("/v1/destinations/crm", json={"state": "active"})
    until(lambda: len(receiver.taken) == 1)


@pytest.mark.parametrize("kind", ["webhook", "redis"])
def test_what_is_too_old_is_left_out_and_counted(kind: str, server: Server, receiver: Receiver) -> None:
    settings: dict[str, Any] = {"url": receiver.url, "private": True}
    body: dict[str, Any] = {"kind": "webhook", "name": "crm", "settings": settings}
    if kind == "redis":
        needs("redis")
        body |= {"kind": "redis", "settings": {"stream": server.data.as_posix()}, "secret": "redis://127.0.0.1:6379/0"}
    assert server.client.post("/v1/destinations", json=body).status_code == 201
    server.client.patch("/v1/destinations/crm", json={"state": "paused", "reason": "they move house"})
    suppress(server, "kim@example.com")
    until(lambda: shown(server, "crm")["oldest"])
    decided = datetime.fromisoformat(shown(server, "crm")["oldest"]).timestamp()
    until(lambda: time.time() > decided + 1)
    assert shown(server, "crm")["dropped"] == 0
    server.client.patch("/v1/destinations/crm", json={"state": "active", "keep_days": 0.5 / 86_400})
    until(lambda: shown(server, "crm")["dropped"] == 1)
    server.client.patch("/v1/destinations/crm", json={"keep_days": 0})
    suppress(server, "lee@example.com")
    until(lambda: shown(server, "crm")["backlog"] == 0)
    row = shown(server, "crm")
    assert (row["keep_days"], row["oldest"], row["dropped"]) == (None, None, 1)
    if kind == "webhook":
        assert [body["data"]["address"] for _, body in receiver.taken] == ["lee@example.com"]
    text = server.client.get("/metrics").text
    assert 'prellbock_destination_dropped_total{name="crm"} 1.0' in text
    assert 'prellbock_destination_oldest_seconds{name="crm"} 0.0' in text
    answer = server.client.patch("/v1/destinations/crm", json={"keep_days": -1})
    assert answer.status_code == 400 and "keep_days" in answer.json()["detail"]


def test_a_destination_that_fails_or_falls_behind_is_an_alarm(tmp_path: Path) -> None:
    now = 1_800_000_000.0
    with SqliteStore(tmp_path / "data", create=True) as store:
        store.put_destination(Destination(name="crm", kind="webhook", settings={}, created=now), None)

        def alarms(later: float) -> tuple[list[str], list[str]]:
            changed = look(store, Guarded(), Channels(), now + later, [destinations], outbox=store)
            return [each.subject for each in changed.raised], [each.subject for each in changed.over]

        def progress(failing: float | None, disabled: str | None = None) -> None:
            store.progressed([Progress("crm", 1, 0, failing=failing, disabled=disabled)])

        progress(now)
        assert alarms(599) == ([], [])
        assert alarms(600) == (["crm"], [])
        assert alarms(900) == ([], [])
        progress(None)
        assert alarms(1000) == ([], ["crm"])
        progress(None, "the receiver answered 410 Gone")
        assert alarms(1001) == (["crm"], [])
        [standing] = store.alarms(standing=True)
        assert standing.details["why"] == "the receiver answered 410 Gone"
        store.change_destination("crm", {}, Wanted(), "paused", "known", None)
        assert alarms(1002) == ([], ["crm"])


def test_a_destination_that_has_not_got_an_old_decision_is_an_alarm(tmp_path: Path) -> None:
    command = Command(tmp_path / "data")
    command.run("suppress", "kim@example.com", "--reason", "asked by phone")
    with SqliteStore(tmp_path / "data") as store:
        now = time.time()
        store.put_destination(Destination(name="crm", kind="webhook", settings={}), None)
        for later, expected in ((3500.0, []), (3700.0, ["crm"])):
            changed = look(store, Guarded(), Channels(), now + later, [destinations], outbox=store)
            assert [each.subject for each in changed.raised] == expected
        store.progressed([Progress("crm", 1, store.cursor())])
        changed = look(store, Guarded(), Channels(), now + 3800, [destinations], outbox=store)
        assert [each.subject for each in changed.over] == ["crm"]


def test_a_killed_publisher_goes_on_where_it_was_and_only_repeats_itself(server: Server, receiver: Receiver) -> None:
    add(server, "crm", receiver.url)
    addresses = [f"u{n}@example.com" for n in range(60)]
    kills = 0
    for number, address in enumerate(addresses):
        suppress(server, address)
        if number % 12 == 6:
            kills += _kill_publisher(server)
    until(lambda: {body["data"]["address"] for _, body in receiver.taken} == {*addresses}, server.said)
    assert kills == 5
    ids: dict[str, set[str]] = {}
    for _, body in receiver.taken:
        ids.setdefault(body["data"]["address"], set()).add(body["id"])
    assert all(len(each) == 1 for each in ids.values())


def test_the_outbox_waits_where_the_newest_decision_is_of_somebody_erased(tmp_path: Path) -> None:
    """Else a publisher would look for it again and again without a pause."""
    command = Command(tmp_path / "data")
    command.run("suppress", "kim@example.com", "--reason", "asked by phone")
    command.run("suppress", "lee@example.com", "--reason", "asked by phone")
    with SqliteStore(tmp_path / "data") as store:
        [kim, lee] = store.outgoing(0, 10)
        assert store.newest_outgoing() == store.cursor() == lee.seq
    command.run("erase", "lee@example.com", "--forget")
    with SqliteStore(tmp_path / "data") as store:
        [left] = store.outgoing(0, 10)
        assert left == kim
        assert store.newest_outgoing() == kim.seq < store.cursor()


def test_nothing_goes_out_about_somebody_erased_while_it_waits(tmp_path: Path) -> None:
    """What waits for another attempt is in memory, for days where it must be; erasing reaches it all the same."""
    command = Command(tmp_path / "data")
    command.run("suppress", "kim@example.com", "--reason", "asked by phone")
    command.run("suppress", "lee@example.com", "--reason", "asked by phone")
    now, tried = [time.time()], []

    async def publish(store: SqliteStore, executor: Executor) -> None:
        outbox = Outbox(store, "/prellbock/test", executor)
        failed = asyncio.Event()

        async def post(message: Message) -> Answer:
            tried.append(json.loads(message.body)["data"]["address"])
            if tried[-1] == "kim@example.com":
                failed.set()
                return Answer(503, "later", 0.0)
            await failed.wait()
            command.run("erase", "kim@example.com", "--forget")
            now[0] += 600.0
            return Answer(204, "", 0.0)

        found = store.destination("crm")
        assert found is not None
        tasks = [
            asyncio.create_task(Requesting(found, outbox, post, lambda: now[0]).run()),
            asyncio.create_task(outbox.keep_current()),
        ]

        async def given_up() -> None:
            while not await outbox.asking(lambda: store.deliveries("crm", state="dead")):
                await asyncio.sleep(0.02)

        await asyncio.wait_for(given_up(), DEADLINE_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    with SqliteStore(tmp_path / "data") as store, ThreadPoolExecutor(1) as executor:
        store.put_destination(Destination(name="crm", kind="webhook", settings={"url": "https://a.example"}), None)
        asyncio.run(publish(store, executor))
        [dead] = store.deliveries("crm", state="dead")
    assert dead.answer == "the recipient was erased before it was taken"
    assert tried == ["kim@example.com", "lee@example.com"]


def _kill_publisher(server: Server) -> int:
    def found() -> list[int]:
        told = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(server.process.pid)], capture_output=True, text=True
        )
        return [int(line.split()[0]) for line in told.stdout.splitlines() if "prellbock.publishing.child" in line]

    until(found)
    os.kill(found()[0], signal.SIGKILL)
    return 1


def test_the_command_line_does_the_same(tmp_path: Path, receiver: Receiver) -> None:
    command = Command(tmp_path / "data")
    for line in dead("kim@example.com").splitlines(keepends=True):
        command.run("ingest", "-", stdin=line)
    [made] = command.lines(
        "destinations", "add", "webhook", "crm", "--set", f"url={receiver.url}", "--set", "private=true",
        "--set", "signature=ed25519", "--from-the-beginning",
    )  # fmt: skip
    assert made["secret"].startswith("whsk_") and made["public_key"].startswith("whpk_")
    [tried] = command.lines("destinations", "test", "crm")
    assert tried["taken"] and receiver.taken[0][1]["type"] == "io.prellbock.test"
    server = Server(tmp_path / "data")
    until(lambda: len(receiver.taken) == 3)
    server.stop()
    rows = command.lines("destinations", "deliveries", "crm", "--body")
    assert [row["body"]["data"]["status"] for row in rows] == ["suppressed", "paused"]
    assert rows[0]["headers"]["webhook-id"] == rows[0]["body"]["id"]
    refused = command.run("destinations", "replay", "crm", "--seq", "99", check=False)
    assert refused.returncode == 1 and b"seq 99" in refused.stderr and b"1 to 2" in refused.stderr
    assert command.lines("destinations", "replay", "crm") == [{"messages": 0}]
    assert command.run("destinations", "remove", "none", check=False).returncode == 1
