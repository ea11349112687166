"""Changes that are sent twice with the same ``Idempotency-Key``: made once, whatever happens in between."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.routes import HTTPRoute
from processes import DEADLINE_SECONDS, Server, dead
from test_server_audit import NOT_CHANGES, application
from test_server_roles import EVERYBODY, OPEN, TABLE

from prellbock.api.repeats import takes_a_key

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
NOTE = {"addresses": ["u@example.com"], "reason": "called us"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("repeats") / "data")
    yield server
    server.stop()


def note(server: Server, key: str, body: dict[str, Any] = NOTE, **more: str) -> httpx.Response:
    headers = {"Idempotency-Key": key, **more}
    return server.client.post("/v1/recipients/note", json=body, headers=headers)


def changes(server: Server) -> int:
    items = server.client.get("/v1/audit", params={"limit": 1}).json()["items"]
    return int(items[0]["seq"]) if items else 0


def is_repeated(answer: httpx.Response) -> bool:
    return bool(answer.headers.get("idempotent-replayed") == "true")


def test_the_second_answer_is_the_first_and_nothing_is_done_again(shared: Server) -> None:
    first = note(shared, KEY)
    assert first.status_code == 200
    assert not is_repeated(first)
    done = changes(shared)
    for given in (KEY, f'"{KEY}"'):
        again = note(shared, given)
        assert is_repeated(again)
        assert (again.status_code, again.content) == (200, first.content)
        assert again.headers["content-type"] == first.headers["content-type"]
    assert changes(shared) == done
    assert not is_repeated(note(shared, "another"))
    assert changes(shared) == done + 1


def test_another_request_with_the_same_key_is_refused(shared: Server) -> None:
    assert note(shared, "other-body").status_code == 200
    done = changes(shared)
    other = note(shared, "other-body", {**NOTE, "reason": "wrote to us"})
    assert other.status_code == 422
    assert other.headers["content-type"] == "application/problem+json"
    assert "new key" in other.json()["detail"]
    headers = {"Idempotency-Key": "other-body"}
    assert shared.client.post("/v1/recipients/release", json=NOTE, headers=headers).status_code == 422
    assert changes(shared) == done


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, '"', 'half"', "\x7f"])
def test_keys_that_are_none(shared: Server, key: str) -> None:
    refused = note(shared, key)
    assert refused.status_code == 400
    assert "Idempotency-Key" in refused.json()["detail"]


def test_what_was_refused_may_be_tried_again(shared: Server) -> None:
    assert note(shared, "refused", {**NOTE, "reason": " "}).status_code == 400
    assert note(shared, "refused", {**NOTE, "addresses": []}).status_code == 400
    assert not is_repeated(note(shared, "refused"))
    assert is_repeated(note(shared, "refused"))


def test_a_key_belongs_to_who_sends_it(shared: Server) -> None:
    body = {"name": "shop", "scopes": ["edit"]}
    made = shared.client.post("/v1/tokens", json=body, headers={"Idempotency-Key": "shop"})
    again = shared.client.post("/v1/tokens", json=body, headers={"Idempotency-Key": "shop"})
    assert made.status_code == 201
    assert (again.status_code, again.json()) == (201, made.json())
    assert len([token for token in shared.client.get("/v1/tokens").json() if token["name"] == "shop"]) == 1
    mine = note(shared, "whose")
    theirs = note(shared, "whose", Authorization=f"Bearer {made.json()['token']}")
    assert theirs.status_code == 200
    assert not is_repeated(theirs)
    assert is_repeated(note(shared, "whose"))
    assert mine.json() == note(shared, "whose").json()
    # Who may not do it any more gets no answer of old, either.
    shared.client.delete(f"/v1/tokens/{made.json()['id']}")
    assert note(shared, "whose", Authorization=f"Bearer {made.json()['token']}").status_code == 401


def test_answers_without_a_body_and_with_an_etag(shared: Server) -> None:
    headers = {"Idempotency-Key": "draft"}
    begun = shared.client.post("/v1/drafts", json={"subject": "rules", "title": "a try"}, headers=headers)
    again = shared.client.post("/v1/drafts", json={"subject": "rules", "title": "a try"}, headers=headers)
    assert again.status_code == begun.status_code == 201
    assert again.headers["etag"] == begun.headers["etag"]
    path = f"/v1/drafts/{begun.json()['id']}"
    gone = [shared.client.delete(path, headers={"Idempotency-Key": "discard"}) for _ in range(2)]
    assert [(answer.status_code, answer.content, is_repeated(answer)) for answer in gone] == [
        (204, b"", False), (204, b"", True),
    ]  # fmt: skip
    assert shared.client.delete(path).status_code == 404


def test_many_at_once_make_one_change(shared: Server) -> None:
    done = changes(shared)

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=shared.address, headers=shared.key, timeout=DEADLINE_SECONDS) as client:
            headers = {"Idempotency-Key": "at-once"}
            return await asyncio.gather(
                *(client.post("/v1/recipients/note", json=NOTE, headers=headers) for _ in range(20))
            )

    answers = asyncio.run(ask())
    assert changes(shared) == done + 1
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len([answer for answer in answers if answer.status_code == 200 and not is_repeated(answer)]) == 1


def test_while_it_is_worked_on(shared: Server) -> None:
    """The body of the first is still on its way when the second comes."""

    async def ask() -> tuple[httpx.Response, httpx.Response]:
        begun, second = asyncio.Event(), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b'{"addresses": ["u@example.com"],'
            begun.set()
            await second.wait()
            yield b'"reason": "slow"}'

        async with httpx.AsyncClient(base_url=shared.address, headers=shared.key, timeout=DEADLINE_SECONDS) as client:
            headers = {"Idempotency-Key": "slow", "Content-Type": "application/json"}
            first = asyncio.create_task(client.post("/v1/recipients/note", content=slowly(), headers=headers))
            await begun.wait()
            other = await client.post("/v1/recipients/note", json=NOTE, headers=headers)
            second.set()
            return await first, other

    first, other = asyncio.run(ask())
    assert other.status_code == 409
    assert other.headers["retry-after"] == "1"
    assert first.status_code == 200


def test_it_holds_over_a_restart_and_names_nobody_in_the_store(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    first = note(server, KEY, {**NOTE, "addresses": ["hidden-person@example.com"]})
    token = server.client.post("/v1/tokens", json={"name": "x", "scopes": ["check"]}, headers={"Idempotency-Key": "t"})
    assert token.status_code == 201
    server.stop()
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "prellbock.sqlite3")) as db:
        rows = db.execute("SELECT name, fingerprint, answer FROM repeats").fetchall()
    assert len(rows) == 2
    for row in rows:
        stored = b"".join(row)
        for secret in (b"hidden-person", token.json()["token"].encode(), KEY.encode()):
            assert secret not in stored
    server = Server(tmp_path / "data")
    try:
        done = changes(server)
        again = note(server, KEY, {**NOTE, "addresses": ["hidden-person@example.com"]})
        assert is_repeated(again)
        assert again.content == first.content
        assert changes(server) == done
        # Erasing somebody forgets what was told of them.
        erased = {"addresses": ["hidden-person@example.com"], "forget": True}
        assert server.client.post("/v1/recipients/erase", json=erased).status_code == 200
        with contextlib.closing(sqlite3.connect(tmp_path / "data" / "prellbock.sqlite3")) as db:
            assert db.execute("SELECT count(*) FROM repeats").fetchone() == (0,)
    finally:
        server.stop()


def test_events_need_no_key(shared: Server) -> None:
    headers = {"Idempotency-Key": "events"}
    body = dead("twice@example.com").encode()
    first = shared.client.post("/v1/events", content=body, headers=headers)
    again = shared.client.post("/v1/events", content=body, headers=headers)
    assert first.json()["new"] == 2
    assert again.json()["new"] == 0
    assert not is_repeated(again)


def test_every_change_takes_a_key(tmp_path: Path) -> None:
    with application(tmp_path) as app:
        takes = {
            f"{method} {route.path}"
            for route in app.routes
            if isinstance(route, HTTPRoute)
            for method, (handler, _) in route.route_handler_map.items()
            if method != "OPTIONS" and takes_a_key(handler, method)
        }
    unknown = {route for route, needed in TABLE.items() if needed in (OPEN, EVERYBODY)}
    changing = {route for route in TABLE if not route.startswith(("GET", "HEAD"))}
    assert takes == changing - {*NOT_CHANGES} - unknown - {"POST /v1/recipients/erase"}


def test_a_server_that_died_before_it_could_keep_the_answer(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    first = note(server, KEY)
    server.stop()
    # What is stored when it dies between the change and the keeping of its answer.
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "prellbock.sqlite3", isolation_level=None)) as db:
        assert db.execute("DELETE FROM repeats").rowcount == 1
    server = Server(tmp_path / "data")
    try:
        again = note(server, KEY)
        assert not is_repeated(again)
        assert again.json() == first.json()
        assert len(server.client.get("/v1/recipients/u@example.com").json()["actions"]) == 1
    finally:
        server.stop()
