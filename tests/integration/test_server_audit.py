"""Every route that changes something writes into the audit log: asked for in turn, and none is left out."""

import contextlib
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from processes import DEADLINE_SECONDS, Server, dead
from test_server_roles import TABLE

from prellbock.api.app import create_app
from prellbock.api.auth.access import Access
from prellbock.api.installation import Installation
from prellbock.api.settings import Settings
from prellbock.store.sqlite import SqliteAccounts, SqliteStore

PASSWORD = "correct horse battery staple"
FRAMEWORK = {"GET /v1/schema", "GET /v1/schema/{path:str}"}
"""What the framework adds beside the document: its not-found page."""
NOT_CHANGES = {
    "POST /v1/events": "events are told of by the ledger, by whom they came in the batch",
    "POST /v1/mails": "as events",
    "POST /v1/files": "as events",
    "POST /v1/webhooks/{provider:str}/{name:str}": "as events",
    "POST /v1/check": "asks",
    "POST /v1/classify": "asks",
    "POST /v1/rules/try": "asks",
    "POST /v1/policies/try": "asks",
    "POST /v1/drafts/{identity:str}/replay": "asks",
    "DELETE /v1/replays/{identity:str}": "asks no more",
}
ELSEWHERE = {
    "POST /v1/syncs/{name:str}/run": "test_syncs.py",
    "POST /v1/syncs/{name:str}/dry-run": "test_syncs.py",
    "POST /v1/demo": "test_server_overview.py",
    "POST /v1/proposals/{key:str}/accept": "test_server_proposals.py",
    "POST /v1/proposals/{key:str}/reject": "test_server_proposals.py",
    "POST /v1/proposals/{key:str}/undo": "test_server_proposals.py",
    "POST /v1/incidents/{name:str}/judge": "test_server_incidents.py",
    "POST /v1/incidents/{name:str}/undo": "test_server_incidents.py",
    "POST /v1/sources": "test_server_webhooks.py",
    "POST /v1/sign-on/test": "test_oidc.py",
    "POST /v1/stops/{number:int}/lift": "test_server_roles.py",
    "PUT /v1/sources/{name:str}": "test_server_webhooks.py",
    "POST /v1/sources/{name:str}/secrets": "test_server_webhooks.py",
    "DELETE /v1/sources/{name:str}": "test_server_webhooks.py",
    "DELETE /v1/sources/apart/{number:int}": "test_server_apart.py",
    "PUT /v1/drafts/{identity:str}/rules/{name:str}": "test_server_rules.py",
    "DELETE /v1/drafts/{identity:str}/rules/{name:str}": "test_server_rules.py",
    "PUT /v1/drafts/{identity:str}/policy": "test_server_rules.py",
    "POST /v1/drafts/{identity:str}/review": "test_server_rules.py",
    "POST /v1/drafts/{identity:str}/renew": "test_server_rules.py",
    "POST /v1/drafts/{identity:str}/publish": "test_server_rules.py",
    "POST /v1/versions/{subject:str}/{number:int}/restore": "test_server_rules.py",
}
"""What needs a story of its own; that test goes through it."""


class Step(NamedTuple):
    """A change, and how the audit log calls it. ``{x}`` in path and body stands for what an answer before said."""

    route: str
    path: str
    body: Any
    action: str
    keep: str | None = None
    """A field of the answer that later steps need."""


STEPS = [
    Step("POST /v1/users", "/v1/users", {"name": "ada", "role": "admin"}, "user.create", "link"),
    Step("POST /setup", "/setup", "key={key}&name=ada&password=" + PASSWORD.replace(" ", "+"), "user.password"),
    Step("PATCH /v1/users/{name:str}", "/v1/users/ada", {"role": "admin", "link": True}, "user.change", "link"),
    Step("POST /v1/invitation", "/v1/invitation", {"key": "{key}", "name": "ada", "password": PASSWORD},
         "user.password"),
    Step("POST /v1/session", "/v1/session", {"name": "ada", "password": PASSWORD}, "session.begin", "csrf"),
    Step("POST /v1/tokens", "/v1/tokens", {"name": "shop", "scopes": ["check"]}, "token.create", "id"),
    Step("DELETE /v1/tokens/{identity:str}", "/v1/tokens/{id}", None, "token.revoke"),
    Step("POST /v1/destinations", "/v1/destinations", {"kind": "webhook", "name": "crm", "settings": {
        "url": "http://127.0.0.1:9/", "private": True}}, "destination.create"),
    Step("PATCH /v1/destinations/{name:str}", "/v1/destinations/crm", {"state": "paused"}, "destination.change"),
    Step("POST /v1/destinations/{name:str}/secrets", "/v1/destinations/crm/secrets", {"hold_hours": 1},
         "destination.secret"),
    Step("POST /v1/destinations/{name:str}/test", "/v1/destinations/crm/test", None, "destination.test"),
    Step("POST /v1/destinations/{name:str}/replay", "/v1/destinations/crm/replay", {"since": 0},
         "destination.replay"),
    Step("DELETE /v1/destinations/{name:str}", "/v1/destinations/crm", None, "destination.remove"),
    Step("POST /v1/syncs", "/v1/syncs", {
        "name": "list", "provider": "brevo", "secret": "k", "base_url": "http://127.0.0.1:9", "allow_private": True,
    }, "sync.create"),
    Step("PATCH /v1/syncs/{name:str}", "/v1/syncs/list", {"paused": True}, "sync.change"),
    Step("DELETE /v1/syncs/{name:str}", "/v1/syncs/list", None, "sync.remove"),
    Step("POST /v1/exports", "/v1/exports", {"name": "files", "what": "decisions", "to": {
        "kind": "directory", "path": "out"}}, "export.create"),
    Step("PATCH /v1/exports/{name:str}", "/v1/exports/files", {"paused": True}, "export.change"),
    Step("POST /v1/exports/{name:str}/run", "/v1/exports/files/run", None, "export.run"),
    Step("DELETE /v1/exports/{name:str}", "/v1/exports/files", None, "export.remove"),
    Step("POST /v1/reports/links", "/v1/reports/links", {"month": "2026-01"}, "report.link", "number"),
    Step("DELETE /v1/reports/links/{number:int}", "/v1/reports/links/{number}", None, "report.revoke"),
    Step("PUT /v1/reports/mails", "/v1/reports/mails", {"recipients": ["boss@example.com"], "paused": True},
         "report.mail", "number"),
    Step("POST /v1/reports/mails/{number:int}/send", "/v1/reports/mails/{number}/send", {"month": "2026-01"},
         "report.send"),
    Step("DELETE /v1/reports/mails/{number:int}", "/v1/reports/mails/{number}", None, "report.unmail"),
    Step("POST /v1/recipients/suppress", "/v1/recipients/suppress", {"addresses": ["u@example.com"], "reason": "x"},
         "recipient.suppress"),
    Step("POST /v1/recipients/release", "/v1/recipients/release", {"addresses": ["u@example.com"], "reason": "x"},
         "recipient.release"),
    Step("POST /v1/recipients/note", "/v1/recipients/note", {"addresses": ["u@example.com"], "reason": "x"},
         "recipient.note"),
    Step("POST /v1/decisions/undo", "/v1/decisions/undo", {"rule": "dead-twice", "reason": "x"}, "decisions.undo",
         "operation"),
    Step("POST /v1/decisions/redo", "/v1/decisions/redo", {"operation": "{operation}", "reason": "x"},
         "decisions.redo"),
    Step("POST /v1/recipients/release-all", "/v1/recipients/release-all",
         {"category": "unknown_recipient", "reason": "x"}, ""),
    Step("POST /v1/recipients/erase", "/v1/recipients/erase", {"addresses": ["u@example.com"], "reason": "x"},
         "recipient.erase"),
    Step("PUT /v1/templates/{key:str}/work", "/v1/templates/{template}/work", {"work": "ignore"}, "template.work"),
    Step("POST /v1/drafts", "/v1/drafts", {"subject": "rules", "title": "a try"}, "draft.begin", "id"),
    Step("PATCH /v1/drafts/{identity:str}", "/v1/drafts/{id}", {"title": "another"}, "draft.title"),
    Step("POST /v1/drafts/{identity:str}/import", "/v1/drafts/{id}/import",
         {"format": "kumomta", "content": "[rules]\nInvalidRecipient = ['^550 5\\.1\\.1 quux']\n"}, "draft.import"),
    Step("PUT /v1/alarms/limits", "/v1/alarms/limits", {"values": {"alarms.apart": 5}}, "alarm.limits"),
    Step("PUT /v1/retention", "/v1/retention", {"values": {"raws": 14}}, "retention.change"),
    Step("PUT /v1/review", "/v1/review", {"four_eyes": True}, "review.setting"),
    Step("DELETE /v1/drafts/{identity:str}", "/v1/drafts/{id}", None, "draft.discard"),
]  # fmt: skip


@contextlib.contextmanager
def application(folder: Path) -> Iterator[Litestar]:
    """The application itself, without a process around it."""

    class Nobody:
        is_alive = True

        def connect(self) -> socket.socket:
            raise AssertionError

    with SqliteStore(folder, create=True) as store, SqliteAccounts(folder) as accounts:
        here = Installation(store, store, store, Settings(), Nobody(), store.secret, folder=folder)
        yield create_app(Access(here, accounts, "x" * 43))


@pytest.fixture
def routes(tmp_path: Path) -> set[str]:
    """Every route of the application, as it answers."""
    with application(tmp_path) as app:
        return {
            f"{method} {route.path}"
            for route in app.routes
            if isinstance(route, HTTPRoute)
            for method in route.methods
            if method != "OPTIONS"
        } - FRAMEWORK


def test_the_table_of_roles_has_every_route_of_the_application(routes: set[str]) -> None:
    assert routes == {*TABLE}


def test_every_change_is_here(routes: set[str]) -> None:
    changes = {route for route in routes if not route.startswith(("GET", "HEAD"))}
    known = {*NOT_CHANGES, *ELSEWHERE, *(step.route for step in STEPS), "DELETE /v1/session"}
    assert changes - known == set()
    for route, file in ELSEWHERE.items():
        text = (Path(__file__).parent / file).read_text()
        assert "audit" in text, f"{route}: {file} does not look at the audit log"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("audit") / "data")
    yield server
    server.stop()


def filled(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], found[0]), value)
    if isinstance(value, dict):
        return {name: filled(each, known) for name, each in value.items()}
    return [filled(each, known) for each in value] if isinstance(value, list) else value


def newest(server: Server) -> dict[str, Any]:
    items = server.client.get("/v1/audit", params={"limit": 1}).json()["items"]
    return dict(items[0]) if items else {"seq": 0}


def test_each_change_is_written_down(shared: Server) -> None:
    known: dict[str, str] = {}
    assert shared.client.post("/v1/events", content=dead("gone@example.com")).json()["new"] == 2
    known["template"] = str(shared.client.get("/v1/templates").json()[0]["key"])
    for step in STEPS:
        before = newest(shared)["seq"]
        method = step.route.partition(" ")[0]
        body, path = filled(step.body, known), filled(step.path, known)
        if isinstance(body, str):
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = httpx.post(f"{shared.address}{path}", content=body, headers=form, timeout=DEADLINE_SECONDS)
        else:
            answer = shared.client.request(method, path, json=body) if body else shared.client.request(method, path)
        assert answer.status_code < 300, f"{step.route}: {answer.text}"
        if step.keep:
            value = str(answer.json()[step.keep])
            known["key" if step.keep == "link" else step.keep] = value.partition("key=")[2] or value
        written = newest(shared)
        assert written["seq"] > before, f"{step.route} is not in the audit log"
        assert written["action"] == step.action or not step.action, step.route
        assert written["by"]
        assert "example.com" not in str(written)
    signing_out_is_written_down(shared)


def signing_out_is_written_down(shared: Server) -> None:
    """By somebody whom the steps before have made, so it is no test by itself."""
    with httpx.Client(base_url=shared.address, timeout=DEADLINE_SECONDS) as client:
        csrf = client.post("/v1/session", json={"name": "ada", "password": PASSWORD}).json()["csrf"]
        assert client.delete("/v1/session", headers={"X-CSRF-Token": csrf}).status_code == 204
    assert newest(shared)["action"] == "session.end"
