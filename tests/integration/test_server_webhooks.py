"""Webhooks of providers: set up by an admin, verified, stored, and told what is wrong."""

import asyncio
import base64
import json
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from processes import Command, Server

from prellbock.api.app import create_app
from prellbock.api.auth.access import Access
from prellbock.api.configuration.model import Configuration
from prellbock.api.installation import Installation
from prellbock.api.outside import Fetch, OutsideError
from prellbock.api.traces import tracing
from prellbock.api.worker.parent import Worker
from prellbock.store.sqlite import SqliteAccounts, SqliteStore

sys.path.append(str(Path(__file__).parent.parent / "unit" / "webhooks"))
from webhook_signing import NOW, TOPIC, rsa_key, sns_message

DAY = 86_400


def bounce(address: str = "bounce@example.com", day: int = 0) -> dict[str, Any]:
    moment = time.strftime("%Y-%m-%dT08:00:00Z", time.gmtime(1_767_600_000 + day * DAY))
    return {
        "RecordType": "Bounce",
        "ID": 901542550 + day,
        "Type": "HardBounce",
        "MessageID": f"2706ee8a-{day}",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": address,
        "BouncedAt": moment,
    }


def added(server: Server, provider: str = "postmark", name: str = "shop", **more: object) -> dict[str, Any]:
    answer = server.client.post("/v1/sources", json={"provider": provider, "name": name, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def sent(server: Server, source: dict[str, Any], secret: str, item: object) -> httpx.Response:
    return httpx.post(server.address + source["path"], json=item, auth=("postmark", secret), timeout=60)


def test_two_bounces_of_two_days_suppress(server: Server) -> None:
    source = added(server)
    assert source["path"] == "/v1/webhooks/postmark/shop"
    for day in (0, 3):
        answer = sent(server, source, source["secret"], bounce(day=day))
        assert answer.status_code == 200, answer.text
        assert answer.json()["failed"] == 1
    told = server.client.post("/v1/check", content="bounce@example.com\n").json()
    assert told["may_mail"] is False
    assert told["status"] == "suppressed"
    again = sent(server, source, source["secret"], bounce(day=3)).json()
    assert (again["new"], again["duplicate"]) == (0, 1)
    changed = sent(server, source, source["secret"], {**bounce(day=3), "NewField": {"x": 1}}).json()
    assert (changed["new"], changed["duplicate"]) == (0, 1)


def test_what_is_wrong_is_told(server: Server) -> None:
    source = added(server)
    for headers, status in (({}, 401), ({"authorization": "Bearer wrong"}, 401), ({"authorization": "Basic ???"}, 401)):
        answer = httpx.post(server.address + source["path"], json=bounce(), headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert "secret" in answer.json()["detail"] or "base64" in answer.json()["detail"]
    # The operator's token is no secret of a source.
    assert server.client.post(source["path"], json=bounce()).status_code == 401
    assert sent(server, {"path": "/v1/webhooks/postmark/other"}, source["secret"], bounce()).status_code == 404
    assert sent(server, {"path": "/v1/webhooks/brevo/shop"}, source["secret"], bounce()).status_code == 404
    secret = {"authorization": f"Bearer {source['secret']}"}
    answer = httpx.post(server.address + source["path"], content=b"{", headers=secret)
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")
    assert httpx.get(server.address + source["path"], headers=secret).status_code == 405
    assert httpx.head(server.address + source["path"]).status_code == 200
    answer = httpx.post(server.address + source["path"], content=b" " * (33 << 20), headers=secret, timeout=60)
    assert answer.status_code == 413
    counts = httpx.post(
        server.address + source["path"], json=[bounce(), {**bounce(), "Email": "somebody else"}], headers=secret
    )
    assert (counts.json()["new"], counts.json()["bad"]) == (1, 1)
    assert "somebody else" not in server.said


def test_what_cannot_be_stored_now_is_to_be_sent_again(server: Server) -> None:
    source = added(server)
    with closing(sqlite3.connect(server.data / "prellbock.sqlite3", isolation_level=None)) as database:
        database.execute("ALTER TABLE batches RENAME TO taken_away")
        answer = sent(server, source, source["secret"], bounce())
        assert 500 <= answer.status_code < 600, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        database.execute("ALTER TABLE taken_away RENAME TO batches")
    again = sent(server, source, source["secret"], bounce())
    assert (again.status_code, again.json()["new"], again.json()["failed"]) == (200, 1, 1)


def test_an_object_that_cannot_be_used_is_set_apart_and_the_rest_is_stored(server: Server) -> None:
    source = added(server, "sparkpost")
    good = {"msys": {"message_event": {
        "type": "bounce", "event_id": "92356927693813856", "timestamp": "1767600000", "rcpt_to": "kim@example.com",
        "raw_reason": "550 5.1.1 no such user", "bounce_class": "10",
    }}}  # fmt: skip
    broken = {"msys": {"message_event": {"type": "bounce", "event_id": "2", "timestamp": "never", "rcpt_to": "x"}}}
    for _ in range(2):
        answer = httpx.post(
            server.address + source["path"], json=[good, broken], auth=("sparkpost", source["secret"]), timeout=60
        )
        assert (answer.status_code, answer.json()["bad"]) == (200, 1), answer.text
    [apart] = server.client.get("/v1/sources/apart").json()
    assert (apart["door"], apart["place"]) == ("webhook:sparkpost/shop", "#2")
    assert json.loads(apart["content"]) == broken


def test_sources_tell_what_they_brought_of_late(server: Server) -> None:
    made = added(server)
    assert sent(server, made, made["secret"], bounce()).status_code == 200
    assert sent(server, made, made["secret"], {**bounce(day=1), "Email": 7}).status_code in (200, 400)
    [shown] = server.client.get("/v1/sources").json()
    assert (shown["events"], shown["bad"]) == (1, 1)


def test_a_secret_is_changed_without_a_gap(server: Server) -> None:
    source = added(server)
    renewed = server.client.post("/v1/sources/shop/secrets", json={"hold_hours": 1}).json()
    assert renewed["secret"] not in (None, source["secret"])
    assert [each["until"] is None for each in renewed["secrets"]] == [True, False]
    for secret in (source["secret"], renewed["secret"]):
        assert sent(server, source, secret, bounce()).status_code == 200
    last = server.client.post("/v1/sources/shop/secrets", json={"hold_hours": 0}).json()
    assert sent(server, source, source["secret"], bounce()).status_code == 401
    assert sent(server, source, renewed["secret"], bounce()).status_code == 401
    assert sent(server, source, last["secret"], bounce()).status_code == 200


def test_secrets_are_never_shown_again_nor_stored_as_they_are(server: Server) -> None:
    given = "thought out by somebody, long enough"
    source = added(server, secret=given)
    assert source["secret"] is None
    made = added(server, name="other")["secret"]
    listed = server.client.get("/v1/sources").text
    server.stop()
    stored = b"".join(path.read_bytes() for path in server.data.iterdir() if path.name.startswith("prellbock.sqlite3"))
    for secret in (given, made):
        assert secret not in listed
        assert secret.encode() not in stored
        assert secret not in server.said


def test_only_an_admin_sets_sources_up(server: Server) -> None:
    token = server.client.post("/v1/tokens", json={"name": "shop", "scopes": ["ingest", "edit", "publish", "read"]})
    key = {"Authorization": f"Bearer {token.json()['token']}"}
    assert httpx.get(f"{server.address}/v1/sources", headers=key).status_code == 403
    assert httpx.post(f"{server.address}/v1/sources", headers=key, json={}).status_code == 403
    added(server)
    assert server.client.delete("/v1/sources/shop").status_code == 204
    assert server.client.delete("/v1/sources/shop").status_code == 404
    actions = [entry["action"] for entry in server.client.get("/v1/audit").json()["items"]]
    assert actions[:2] == ["source.remove", "source.create"]


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        ({"provider": "nobody", "name": "x"}, "not known"),
        ({"provider": "postmark", "name": "Not So"}, "lower-case"),
        ({"provider": "postmark", "name": "x", "secret": "short"}, "16 characters"),
        ({"provider": "sendgrid", "name": "x"}, "verification key"),
        ({"provider": "sendgrid", "name": "x", "secret": "no key at all"}, "verification key"),
        ({"provider": "ses", "name": "x"}, "topic"),
        ({"provider": "postmark", "name": "x", "options": {"colour": "red"}}, "colour"),
    ],
)
def test_a_source_that_cannot_work_is_not_made(server: Server, wanted: dict[str, object], what: str) -> None:
    answer = server.client.post("/v1/sources", json=wanted)
    assert answer.status_code == 400
    assert what in answer.json()["detail"]


def test_raw_objects_stay_where_addresses_do(command: Command, serve: Callable[..., Server]) -> None:
    (made,) = command.lines("sources", "add", "postmark", "shop", "--option", "stream=newsletter")
    server = serve(data=command.data)
    assert sent(server, made, made["secret"], bounce()).status_code == 200
    (kept,) = server.client.get("/v1/sources/shop/raw").json()
    assert json.loads(kept["raw"]) == bounce()
    assert json.loads(command.lines("sources", "raw", "shop")[0]["raw"]) == bounce()
    (listed,) = command.lines("sources", "list")
    assert listed["seen"]
    assert "secret" not in listed
    server.stop()
    command.run("erase", "bounce@example.com", "--reason", "asked")
    with sqlite3.connect(command.data / "prellbock.sqlite3") as db:
        assert db.execute("SELECT count(*) FROM raws").fetchone() == (0,)


def test_hashed_stores_keep_no_raw_object(command: Command, serve: Callable[..., Server]) -> None:
    command.run("ingest", "-", "--addresses", "hashed", "--format", "ndjson",
                stdin='{"time": 1767600000, "recipient": "a@example.com", "outcome": "delivered"}\n')  # fmt: skip
    (made,) = command.lines("sources", "add", "postmark", "shop")
    server = serve(data=command.data)
    assert sent(server, made, made["secret"], bounce()).status_code == 200
    assert server.client.get("/v1/sources/shop/raw").json() == []
    server.stop()
    stored = b"".join(path.read_bytes() for path in server.data.iterdir() if path.name.startswith("prellbock.sqlite3"))
    assert b"bounce@example.com" not in stored


def _inside(data: Path, fetch: Fetch, work: Callable[[httpx.AsyncClient, SqliteStore], Awaitable[None]]) -> None:
    """The application in this process, which asks ``fetch`` what it would ask Amazon; its clock stands at `NOW`."""
    configuration = Configuration()
    with ExitStack() as opened:
        store = opened.enter_context(SqliteStore(data, create=True))
        worker = opened.enter_context(closing(Worker(data, configuration)))
        lookups = opened.enter_context(SqliteStore(data, read_only=True))
        traced = opened.enter_context(closing(tracing(configuration.traces, "server")))
        installation = Installation(
            store, lookups, lookups, configuration.limits, worker, store.secret, lambda: NOW, folder=data,
            tracing=traced,
        )  # fmt: skip
        opened.callback(installation.close)
        access = Access(installation, opened.enter_context(SqliteAccounts(data)), "operator")
        transport = httpx.ASGITransport(create_app(access, fetch))  # type: ignore[arg-type]

        async def run() -> None:
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                await work(client, store)

        asyncio.run(run())


def test_a_subscription_is_confirmed_only_when_expected(command: Command) -> None:
    asked: list[str] = []

    async def fetch(address: str) -> bytes:
        asked.append(address)
        return rsa_key()[1] if address.endswith(".pem") else b"<ConfirmSubscriptionResponse/>"

    async def work(client: httpx.AsyncClient, store: SqliteStore) -> None:
        admin = {"Authorization": "Bearer operator"}
        path = "/v1/webhooks/ses/prod"
        wanted = {"provider": "ses", "name": "prod", "options": {"topic": TOPIC}}
        assert (await client.post("/v1/sources", json=wanted, headers=admin)).status_code == 201
        address = f"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=1"
        confirm = sns_message("SubscriptionConfirmation", Token="1", SubscribeURL=address)
        forged = {**confirm, "Signature": base64.b64encode(b"x" * 256).decode()}
        assert (await client.post(path, json=forged)).status_code == 401
        assert address not in asked
        answer = await client.post(path, json=confirm)
        assert answer.json() == {"status": "confirmed"}
        assert asked.count(address) == 1
        # Whoever holds the same message later cannot make the server ask again.
        answer = await client.post(path, json=confirm)
        assert answer.status_code == 403
        assert "--await-confirmation" in answer.json()["detail"]
        assert asked.count(address) == 1
        told = {
            "eventType": "Bounce",
            "bounce": {
                "bounceType": "Permanent",
                "bouncedRecipients": [
                    {"emailAddress": "jane@example.com", "diagnosticCode": "smtp; 550 5.1.1 Unknown"}
                ],
            },
            "mail": {"messageId": "m", "timestamp": "2026-09-20T12:00:00.000Z"},
        }
        notice = sns_message(version="1", Message=json.dumps(told))
        assert (await client.post(path, json=notice)).json()["failed"] == 1
        assert (await client.post(path, json=notice)).json()["new"] == 0
        assert sum(address.endswith(".pem") for address in asked) == 1
        elsewhere = {**notice, "SigningCertURL": "https://127.0.0.1/SimpleNotificationService-0123456789abcdef.pem"}
        assert (await client.post(path, json=elsewhere)).status_code == 401
        assert sum(address.endswith(".pem") for address in asked) == 1

    _inside(command.data, fetch, work)


def test_what_cannot_be_checked_now_is_to_be_sent_again(command: Command) -> None:
    async def fetch(address: str) -> bytes:
        raise OutsideError("sns.eu-west-1.amazonaws.com cannot be asked")

    async def work(client: httpx.AsyncClient, store: SqliteStore) -> None:
        wanted = {"provider": "ses", "name": "prod", "options": {"topic": TOPIC}}
        await client.post("/v1/sources", json=wanted, headers={"Authorization": "Bearer operator"})
        answer = await client.post("/v1/webhooks/ses/prod", json=sns_message())
        assert answer.status_code == 503
        assert "certificate" in answer.json()["detail"]

    _inside(command.data, fetch, work)


def test_event_grid_shakes_hands(server: Server) -> None:
    source = added(server, "azure", "acs")
    address = f"{server.address}{source['path']}?key={source['secret']}"
    asked = [{"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": "C0DE"}}]
    assert httpx.post(address, json=asked).json() == {"validationResponse": "C0DE"}
    origin = {"WebHook-Request-Origin": "eventgrid.azure.net"}
    assert httpx.options(address, headers=origin).headers["webhook-allowed-origin"] == "eventgrid.azure.net"
    assert httpx.post(server.address + source["path"], json=asked).status_code == 401
    assert httpx.options(server.address + source["path"], headers=origin).status_code == 401
