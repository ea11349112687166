"""Alarms from outside: what is wrong is found, told once to who is to know, and told again when it is over."""

import asyncio
import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from processes import Server, event, ndjson

from prellbock.alarming.findings import doors
from prellbock.alarming.looking import Changed, deliver, look
from prellbock.alarming.settings import AlarmSettingsError, read
from prellbock.classify.classifier import Classifier
from prellbock.doors.state import State
from prellbock.ingest import ingest, make_ready
from prellbock.sinks.webhook import headers_of, signer_of
from prellbock.sources import ndjson as source
from prellbock.sources.batch import Bad
from prellbock.store.apart import Apart
from prellbock.store.sqlite import SqliteStore
from prellbock.times import rfc3339

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1_780_000_000.0


class Receiver:
    """A webhook endpoint on loopback; ``broken`` makes it answer 500."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.broken = False
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                number, stamp = self.headers["webhook-id"], int(self.headers["webhook-timestamp"])
                expected = headers_of([signer_of(SECRET)], number, body, stamp)
                assert self.headers["webhook-signature"] == expected["webhook-signature"]
                if not receiver.broken:
                    receiver.taken.append(json.loads(body))
                self.send_response(500 if receiver.broken else 204)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Inbox:
    """Keeps what is mailed to it."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        return "250 OK"


class AnyPort(Controller):
    """A server at any free port; it is reached at that to see whether it runs."""

    @property
    def found(self) -> int:
        assert isinstance(self.server, asyncio.Server)
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        with socket.create_connection(("127.0.0.1", self.found), 5) as connection:
            connection.recv(1024)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.close()


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    inbox = Inbox()
    controller = AnyPort(inbox, hostname="127.0.0.1", port=0)
    controller.start()
    yield inbox, controller.found
    controller.stop()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "data", create=True) as store:
        yield store


def configure(folder: Path, receiver: Receiver, port: int) -> None:
    secret = folder / "hook"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    (folder / "guard.toml").write_text(
        f'[webhook]\nurl = "{receiver.url}"\nsecret_file = "hook"\n'
        f'[mail]\nto = ["ops@shop.example"]\nsender = "prellbock@shop.example"\nport = {port}\nstarttls = false\n'
    )


def put(store: SqliteStore, *lines: dict[str, object], now: float = NOW) -> None:
    file = io.BytesIO(ndjson(*lines).encode())
    batches = (make_ready(batch, store.identity) for batch in source.read(file, "test", now))

    def bad(each: Bad) -> None:
        raise AssertionError(each.what)

    ingest(batches, store=store, classifier=Classifier.default(), now=now, on_bad=bad)


def refused(
    count: int, response: str, *, campaign: str = "spring", begin: float = NOW - 3600
) -> list[dict[str, object]]:
    return [
        event(f"u{n}@big.example", rfc3339(begin + n) or "", response=response, campaign=campaign,
              message_id=f"{campaign}{n}@shop.example", stream="newsletter")
        for n in range(count)
    ]  # fmt: skip


def kinds(store: SqliteStore) -> set[str]:
    return {each.kind for each in store.alarms(standing=True)}


LISTED = "550 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org"


def test_a_blocklist_stops_a_campaign_and_is_told_once(
    store: SqliteStore, tmp_path: Path, receiver: Receiver, inbox: tuple[Inbox, int]
) -> None:
    box, port = inbox
    configure(tmp_path / "data", receiver, port)
    settings, channels = read(tmp_path / "data")
    put(store, *refused(300, LISTED))
    receiver.broken = True
    changed = look(store, settings, channels, NOW)
    assert {each.kind for each in changed.raised} == {"stop", "sender_blocked"}
    (blocked,) = [each for each in changed.raised if each.kind == "sender_blocked"]
    assert blocked.details["affected_ip"] == "192.0.2.7"
    assert "spamhaus" in str(blocked.details["blocklist"])
    (stop,) = store.stops()
    assert (stop.campaign, stop.domain, stop.reason, stop.messages) == ("spring", "big.example", "domain", 300)

    assert deliver(store, channels, NOW) == (2, 2), "mail is sent, the webhook answers 500"
    receiver.broken = False
    assert deliver(store, channels, NOW + 1) == (0, 0), "not before its time"
    assert deliver(store, channels, NOW + 6) == (2, 0)
    assert look(store, settings, channels, NOW + 60).raised == [], "the same is one alarm"
    assert deliver(store, channels, NOW + 60) == (0, 0)
    assert {each["type"] for each in receiver.taken} == {"alarm.raised"}
    assert {each["data"]["kind"] for each in receiver.taken} == {"stop", "sender_blocked"}

    mails = [message_from_bytes(mail, policy=default) for mail in box.mails]
    assert {mail["To"] for mail in mails} == {"ops@shop.example"}
    told = "".join(map(json.dumps, receiver.taken)) + "".join(str(mail) for mail in mails)
    assert "192.0.2.7" in told
    assert "u1@" not in told, "no recipient leaves"

    store.lift(stop.number, actor="anna", reason="delisted", now=NOW + 90)
    over = look(store, settings, channels, NOW + 2 * 86400).over
    assert {each.kind for each in over} == {"stop", "sender_blocked"}
    assert deliver(store, channels, NOW + 2 * 86400) == (4, 0)
    assert kinds(store) == set()
    assert look(store, settings, channels, NOW + 2 * 86400 + 5).raised == [], "what was lifted stays lifted"


def test_hard_bounces_texts_that_nobody_understands_and_silence(store: SqliteStore, tmp_path: Path) -> None:
    settings, channels = read(tmp_path / "data")
    good = [
        event(f"v{n}@gmail.com", rfc3339(NOW - 7200 + n) or "", "delivered", message_id=f"g{n}", stream="newsletter",
              mx="gmail-smtp-in.l.google.com")
        for n in range(1000)
    ]  # fmt: skip
    bad = [
        event(f"w{n}@gmail.com", rfc3339(NOW - 3600 + 60 * n) or "", message_id=f"b{n}", stream="newsletter",
              mx="gmail-smtp-in.l.google.com")
        for n in range(11)
    ]  # fmt: skip
    odd = [
        event(f"x{n}@odd.example", rfc3339(NOW - 600) or "", response="550 zxqv wllkj", message_id=f"o{n}",
              stream="order")
        for n in range(600)
    ]  # fmt: skip
    put(store, *good, *bad, *odd)
    raised = look(store, settings, channels, NOW).raised
    (rate,) = [each for each in raised if each.kind == "hard_bounces"]
    assert (rate.details["provider"], rate.details["stream"], rate.details["hard"]) == ("google", "newsletter", 11)
    assert rate.value == pytest.approx(11 / 1011, abs=1e-5)
    assert "unclassified" in {each.kind for each in raised}

    for day in (1, 2, 3):
        put(store, event("y@gmail.com", rfc3339(NOW + day * 86400) or "", "delivered", message_id=f"d{day}"),
            now=NOW + day * 86400)  # fmt: skip
    assert "silence" not in kinds(store)
    look(store, settings, channels, NOW + 5 * 86400)
    assert kinds(store) == {"silence"}, "the others are over"
    put(store, event("y@gmail.com", rfc3339(NOW + 5 * 86400) or "", "delivered", message_id="d5"), now=NOW + 5 * 86400)
    look(store, settings, channels, NOW + 5 * 86400 + 60)
    assert kinds(store) == set()


def test_what_doors_set_apart(store: SqliteStore, tmp_path: Path) -> None:
    settings, channels = read(tmp_path / "data")
    store.set_apart([
        Apart(door="imap:bounces", place=str(number), why="is not a mail", recorded=NOW - number * 3600, content=None)
        for number in (1, 2, 30)
    ])  # fmt: skip
    (alarm,) = look(store, settings, channels, NOW).raised
    assert (alarm.kind, alarm.subject, alarm.value) == ("apart", "imap:bounces", 2), "those of the last 24 hours"
    assert look(store, settings, channels, NOW + 60).raised == []
    (over,) = look(store, settings, channels, NOW + 2 * 86400).over
    assert over.kind == "apart"


def test_limits_that_people_change_hold_before_the_file(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "data" / "guard.toml").write_text("[alarms]\napart = 5\n")
    settings, channels = read(tmp_path / "data")
    store.set_apart([Apart(door="imap:bounces", place="1", why="is not a mail", recorded=NOW, content=None)])
    assert look(store, settings, channels, NOW).raised == [], "five, says the file"
    store.change_limits({"alarms.apart": 1, "breaker.share": 0.5})
    assert [each.kind for each in look(store, settings, channels, NOW).raised] == ["apart"]
    store.change_limits({"alarms.apart": None})
    assert [each.kind for each in look(store, settings, channels, NOW).over] == ["apart"]
    assert store.limits_changed() == {"breaker.share": 0.5}


def test_limits_over_http(server: Server) -> None:
    def found(name: str) -> dict[str, Any]:
        items = server.client.get("/v1/alarms/limits").json()["items"]
        return next(dict(item) for item in items if item["name"] == name)

    share = "alarms.hard_bounce_share"
    assert (found(share)["value"], found(share)["changed"]) == (0.01, False)
    answer = server.client.put("/v1/alarms/limits", json={"values": {share: 0.008, "alarms.apart": 3}})
    assert answer.status_code == 200
    assert (found(share)["value"], found(share)["changed"], found(share)["file"]) == (0.008, True, 0.01)
    for values in ({share: 2}, {"alarms.apart": 0.5, share: 0.1}, {"webhook.url": 1}, {}, {share: "much"}):
        assert server.client.put("/v1/alarms/limits", json={"values": values}).status_code == 400
    assert found(share)["value"] == 0.008, "nothing of what was refused is kept"
    assert server.client.put("/v1/alarms/limits", json={"values": {share: None}}).status_code == 200
    assert found(share)["changed"] is False


def test_a_door_that_fails_for_long(store: SqliteStore, tmp_path: Path) -> None:
    settings, channels = read(tmp_path / "data")
    state = State("bounces", "imap", NOW)
    state.failed("connection refused", NOW)

    def asked(now: float) -> Changed:
        return look(store, settings, channels, now, [doors], doors=[state.shown()])

    assert asked(NOW + 300).raised == [], "a restart of a mail server is nothing to wake people for"
    state.failed("still refused", NOW + 500)
    (alarm,) = asked(NOW + 601).raised
    assert (alarm.kind, alarm.subject, alarm.details["problem"]) == ("door", "imap:bounces", "still refused")
    # Who does not ask how doors are does not end the alarm.
    assert look(store, settings, channels, NOW + 602).over == []
    state.opened(NOW + 700)
    (over,) = asked(NOW + 701).over
    assert over.kind == "door"


def test_an_unusable_file_is_refused(tmp_path: Path) -> None:
    for text, what in (
        ("[alarms]\nhard_bounce_shar = 1", "hard_bounce_shar"),
        ('[webhook]\nurl = "http://far.example/"\nsecret_file = "s"', "https"),
        ('[webhook]\nurl = "https://far.example/"\nsecret_file = "missing"', "missing"),
        ('[mail]\nto = []\nsender = "a@b.example"', "names nobody"),
    ):
        (tmp_path / "guard.toml").write_text(text)
        with pytest.raises(AlarmSettingsError, match=what):
            read(tmp_path)
    (tmp_path / "open").write_text(SECRET)
    (tmp_path / "open").chmod(0o644)
    (tmp_path / "guard.toml").write_text('[webhook]\nurl = "https://far.example/"\nsecret_file = "open"')
    with pytest.raises(AlarmSettingsError, match="chmod 600"):
        read(tmp_path)


def test_the_server_looks_by_itself(server: Server) -> None:
    lines = refused(300, LISTED, begin=time.time() - 3600)
    assert server.client.post("/v1/events", content=ndjson(*lines)).json()["new"] == 300
    deadline = time.monotonic() + 60
    while not (stops := server.client.get("/v1/stops").json()["items"]) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert (stops[0]["campaign"], stops[0]["domain"], stops[0]["share"]) == ("spring", "big.example", 1.0)
    assert server.client.get("/v1/changes").json()["stops"] == stops
    alarms = server.client.get("/v1/alarms", params={"standing": "true"}).json()["items"]
    assert "stop" in {each["kind"] for each in alarms}
    lifted: httpx.Response = server.client.post(f"/v1/stops/{stops[0]['stop']}/lift", json={"reason": "delisted"})
    assert lifted.json()["lifted_reason"] == "delisted"
    assert server.client.get("/v1/stops").json()["items"] == []
    assert server.client.post("/v1/stops/999/lift", json={"reason": "x"}).status_code == 404


def test_new_words_of_a_provider_are_an_alarm_until_they_are_usual(store: SqliteStore, tmp_path: Path) -> None:
    settings, channels = read(tmp_path / "data")
    day = 86400.0

    def said(days: range, response: str) -> list[dict[str, object]]:
        return [
            event(f"u{n}@gmx.example", rfc3339(NOW + each * day + n) or "", response=response, mx="mx1.gmx.net",
                  message_id=f"{each}x{n}@shop.example")
            for each in days for n in range(40)
        ]  # fmt: skip

    put(store, *said(range(-40, -7), "452 4.2.2 u@gmx.example mailbox is over quota"))
    assert "drift" not in {each.kind for each in look(store, settings, channels, NOW - 8 * day).raised}
    put(store, *said(range(-6, 0), "554 5.7.9 u@gmx.example: words that nobody had seen before"))
    raised = {each.subject: each for each in look(store, settings, channels, NOW).raised if each.kind == "drift"}
    alarm = raised["provider_wording: gmx"]
    assert alarm.value == 1.0
    assert "words that nobody had seen before" in str(alarm.details["sample_1"])
    assert "u@gmx" not in json.dumps(alarm.details), "no recipient leaves"
    put(store, *said(range(30), "554 5.7.9 u@gmx.example: words that nobody had seen before"), now=NOW + 30 * day)
    over = {each.subject for each in look(store, settings, channels, NOW + 30 * day).over if each.kind == "drift"}
    assert over == set(raised)
