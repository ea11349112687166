"""Every route with every role, every scope, and without any: who may do what."""

import contextlib
import re
from collections.abc import Iterator

import httpx
import pytest
from processes import Server, sign_up

from prellbock.api.auth.scopes import OF_ROLE, ROLES, SCOPES, Scope

OPEN, EVERYBODY = "open", "everybody"
TABLE = {
    "GET /health": OPEN,
    "HEAD /health": OPEN,
    "GET /": OPEN,
    "GET /{path:path}": OPEN,
    "GET /v1/invitation": OPEN,
    "POST /v1/invitation": OPEN,
    "GET /ready": OPEN,
    "HEAD /ready": OPEN,
    "GET /setup": OPEN,
    "POST /setup": OPEN,
    "POST /v1/session": OPEN,
    "GET /v1/session/ways": OPEN,
    "GET /v1/session/oidc": OPEN,
    "GET /v1/session/oidc/callback": OPEN,
    "GET /v1/session": EVERYBODY,
    "GET /v1/schema/openapi.json": EVERYBODY,
    "GET /metrics": "read",
    "POST /v1/events": "ingest",
    "POST /v1/mails": "ingest",
    "POST /v1/files": "ingest",
    "POST /v1/demo": "admin",
    "POST /v1/check": "check",
    "GET /v1/key": "feed",
    "GET /v1/suppressions": "feed",
    "GET /v1/snapshot": "feed",
    "GET /v1/changes": "feed",
    "GET /v1/recipients/{address:str}": "read",
    "POST /v1/recipients/suppress": "edit",
    "POST /v1/recipients/release": "edit",
    "POST /v1/recipients/note": "edit",
    "POST /v1/recipients/erase": "admin",
    "GET /v1/decisions": "read",
    "POST /v1/decisions/undo": "edit",
    "POST /v1/decisions/redo": "edit",
    "POST /v1/classify": "read",
    "GET /v1/statistics": "read",
    "GET /v1/cost": "read",
    "GET /v1/incidents": "read",
    "GET /v1/incidents/{name:str}": "read",
    "GET /v1/incidents/{name:str}/held": "read",
    "GET /v1/incidents/{name:str}/otherwise": "read",
    "POST /v1/incidents/{name:str}/judge": "edit",
    "POST /v1/incidents/{name:str}/undo": "edit",
    "GET /v1/alarms": "read",
    "GET /v1/alarms/limits": "read",
    "PUT /v1/alarms/limits": "admin",
    "GET /v1/stops": "feed",
    "POST /v1/stops/{number:int}/lift": "edit",
    "GET /v1/overview": "read",
    "GET /v1/reports/{month:str}": "read",
    "GET /v1/reports/{month:str}/pdf": "read",
    "GET /v1/reports/shared": OPEN,
    "GET /v1/reports/links": "edit",
    "POST /v1/reports/links": "edit",
    "DELETE /v1/reports/links/{number:int}": "edit",
    "GET /v1/reports/mails": "admin",
    "PUT /v1/reports/mails": "admin",
    "DELETE /v1/reports/mails/{number:int}": "admin",
    "POST /v1/reports/mails/{number:int}/send": "admin",
    "GET /v1/news": "read",
    "GET /v1/templates": "read",
    "GET /v1/responses": "read",
    "GET /v1/responses/facets": "read",
    "GET /v1/responses/{key:str}": "read",
    "GET /v1/recipients": "read",
    "POST /v1/recipients/release-all": "edit",
    "GET /v1/templates/work": "read",
    "GET /v1/templates/frequent": "read",
    "GET /v1/campaigns": "read",
    "GET /v1/templates/{key:str}": "read",
    "PUT /v1/templates/{key:str}/work": "edit",
    "GET /v1/templates/{key:str}/proposal": "read",
    "GET /v1/drift": "read",
    "GET /v1/learning/queue": "read",
    "GET /v1/learning/thresholds": "read",
    "GET /v1/learning/model": "read",
    "GET /v1/proposals": "read",
    "GET /v1/proposals/{key:str}": "read",
    "POST /v1/proposals/{key:str}/accept": "edit",
    "POST /v1/proposals/{key:str}/reject": "edit",
    "POST /v1/proposals/{key:str}/undo": "edit",
    "GET /v1/rules": "read",
    "GET /v1/rules/{name:str}": "read",
    "POST /v1/rules/try": "read",
    "GET /v1/policies": "read",
    "GET /v1/policies/worth": "read",
    "GET /v1/policies/{name:str}": "read",
    "POST /v1/policies/try": "read",
    "GET /v1/drafts": "read",
    "POST /v1/drafts": "edit",
    "GET /v1/drafts/{identity:str}": "read",
    "PATCH /v1/drafts/{identity:str}": "edit",
    "DELETE /v1/drafts/{identity:str}": "edit",
    "PUT /v1/drafts/{identity:str}/rules/{name:str}": "edit",
    "DELETE /v1/drafts/{identity:str}/rules/{name:str}": "edit",
    "PUT /v1/drafts/{identity:str}/policy": "edit",
    "POST /v1/drafts/{identity:str}/import": "edit",
    "GET /v1/drafts/{identity:str}/lint": "read",
    "GET /v1/drafts/{identity:str}/test": "read",
    "POST /v1/drafts/{identity:str}/replay": "read",
    "GET /v1/replays/{identity:str}": "read",
    "DELETE /v1/replays/{identity:str}": "read",
    "POST /v1/drafts/{identity:str}/review": "edit",
    "POST /v1/drafts/{identity:str}/renew": "edit",
    "POST /v1/drafts/{identity:str}/publish": "publish",
    "GET /v1/versions/{subject:str}": "read",
    "GET /v1/versions/{subject:str}/diff": "read",
    "GET /v1/versions/{subject:str}/export": "read",
    "POST /v1/versions/{subject:str}/{number:int}/restore": "publish",
    "GET /v1/review": "read",
    "PUT /v1/review": "admin",
    "GET /v1/sources/providers": "admin",
    "GET /v1/sources": "admin",
    "POST /v1/sources": "admin",
    "PUT /v1/sources/{name:str}": "admin",
    "POST /v1/sources/{name:str}/secrets": "admin",
    "DELETE /v1/sources/{name:str}": "admin",
    "GET /v1/sources/{name:str}/raw": "admin",
    "GET /v1/sources/doors": "read",
    "GET /v1/sources/apart": "admin",
    "DELETE /v1/sources/apart/{number:int}": "admin",
    "GET /v1/destinations/kinds": "admin",
    "GET /v1/destinations": "admin",
    "POST /v1/destinations": "admin",
    "PATCH /v1/destinations/{name:str}": "admin",
    "POST /v1/destinations/{name:str}/secrets": "admin",
    "DELETE /v1/destinations/{name:str}": "admin",
    "POST /v1/destinations/{name:str}/test": "admin",
    "GET /v1/destinations/{name:str}/deliveries": "admin",
    "GET /v1/destinations/{name:str}/deliveries/{seq:int}": "admin",
    "POST /v1/destinations/{name:str}/replay": "admin",
    "GET /v1/syncs/providers": "admin",
    "GET /v1/syncs": "admin",
    "POST /v1/syncs": "admin",
    "GET /v1/syncs/{name:str}": "admin",
    "PATCH /v1/syncs/{name:str}": "admin",
    "DELETE /v1/syncs/{name:str}": "admin",
    "POST /v1/syncs/{name:str}/run": "admin",
    "POST /v1/syncs/{name:str}/dry-run": "admin",
    "GET /v1/syncs/{name:str}/runs": "admin",
    "GET /v1/exports/kinds": "admin",
    "GET /v1/schedule": "admin",
    "GET /v1/exports": "admin",
    "POST /v1/exports": "admin",
    "GET /v1/exports/{name:str}": "admin",
    "PATCH /v1/exports/{name:str}": "admin",
    "DELETE /v1/exports/{name:str}": "admin",
    "POST /v1/exports/{name:str}/run": "admin",
    "GET /v1/exports/{name:str}/runs": "admin",
    "GET /v1/exports/{name:str}/runs/{run:int}": "admin",
    "POST /v1/webhooks/{provider:str}/{name:str}": OPEN,
    "HEAD /v1/webhooks/{provider:str}/{name:str}": OPEN,
    "GET /v1/users": "admin",
    "POST /v1/users": "admin",
    "PATCH /v1/users/{name:str}": "admin",
    "GET /v1/tokens": "admin",
    "POST /v1/tokens": "admin",
    "DELETE /v1/tokens/{identity:str}": "admin",
    "GET /v1/audit": "admin",
    "GET /v1/retention": "read",
    "PUT /v1/retention": "admin",
    "GET /v1/providers": "read",
    "GET /v1/sign-on": "admin",
    "POST /v1/sign-on/test": "admin",
    # At the end: it ends the session with which the others are asked.
    "DELETE /v1/session": EVERYBODY,
}
"""What each route needs, written down once more, so that a slip is seen; test_server_audit.py: none is missing."""
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("roles") / "data")
    yield server
    server.stop()


def ask(client: httpx.Client, route: str) -> httpx.Response:
    method, path = route.split()
    path = re.sub(r"\{\w+:int\}", "7", re.sub(r"\{\w+:str\}", "nobody", path))
    return client.request(method, path, headers={"Accept": "application/json"})


def is_let_in(answer: httpx.Response) -> bool:
    if answer.status_code in (401, 403):
        assert answer.headers["content-type"] == "application/problem+json"
        return False
    assert answer.status_code < 500, answer.text
    return True


def signed_in(server: Server, role: str) -> httpx.Client:
    link = server.client.post("/v1/users", json={"name": f"the-{role}", "role": role}).json()["link"]
    sign_up(server, link, f"the-{role}", PASSWORD)
    client = httpx.Client(base_url=server.address, timeout=60)
    session = client.post("/v1/session", json={"name": f"the-{role}", "password": PASSWORD})
    assert session.json()["role"] == role
    client.headers["X-CSRF-Token"] = session.json()["csrf"]
    return client


@pytest.mark.parametrize("role", ROLES)
def test_roles(shared: Server, role: str) -> None:
    with contextlib.closing(signed_in(shared, role)) as client:
        for route, needed in TABLE.items():
            allowed = needed in (OPEN, EVERYBODY) or needed in OF_ROLE[role]  # type: ignore[index]
            # Without it nothing that changes anything is done, and before anything else is looked at.
            if client.headers.get("X-CSRF-Token") and allowed and needed != OPEN and not route.startswith("GET"):
                with httpx.Client(base_url=shared.address, cookies=client.cookies, timeout=60) as bare:
                    assert "x-csrf-token" in ask(bare, route).json()["detail"], route
            assert is_let_in(ask(client, route)) == allowed, route
        assert ask(client, "GET /v1/session").status_code == 401


@pytest.mark.parametrize("scope", SCOPES)
def test_scopes_of_tokens(shared: Server, scope: Scope) -> None:
    made = shared.client.post("/v1/tokens", json={"name": f"only {scope}", "scopes": [scope]}).json()
    with httpx.Client(
        base_url=shared.address, headers={"Authorization": f"Bearer {made['token']}"}, timeout=60
    ) as client:
        for route, needed in TABLE.items():
            assert is_let_in(ask(client, route)) == (needed in (OPEN, EVERYBODY, scope)), route
        assert client.get("/v1/session").json()["scopes"] == [scope]
        assert shared.client.delete(f"/v1/tokens/{made['id']}").status_code == 204
        assert client.get("/v1/session").status_code == 401
    listed = {token["id"]: token for token in shared.client.get("/v1/tokens").json()}
    assert listed[made["id"]]["revoked"]
    assert listed[made["id"]]["token"] is None


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", "Basic eDp4", "Bearer \xff"])
def test_nobody(shared: Server, given: str | None) -> None:
    headers = httpx.Headers({} if given is None else {"Authorization": given}, encoding="latin-1")
    with httpx.Client(base_url=shared.address, headers=headers, timeout=60) as client:
        for route, needed in TABLE.items():
            answer = ask(client, route)
            assert is_let_in(answer) == (needed == OPEN) or route == "POST /v1/session", route
            if answer.status_code == 401 and needed != OPEN:
                assert answer.headers["www-authenticate"].startswith("Bearer")


def test_every_answer_has_the_headers_that_keep_browsers_out(shared: Server) -> None:
    for path in ("/health", "/v1/check", "/nothing", "/setup", "/v1/tokens"):
        answer = shared.client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" not in answer.headers
        assert "server" not in answer.headers
