"""Signing in with OpenID Connect at a real provider, as a browser does it."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from processes import Server, sign_up
from provider import CLIENT, CLIENT_SECRET, Browser, Provider

Start = Callable[..., Server]

ROLES = 'roles = { staff = "editor", boss = "admin" }'


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    started = Provider(tmp_path)
    started.accounts(
        ada={
            "preferred_username": "ada",
            "groups": ["cooks", "staff"],
            "email": "a@id.example",
            "email_verified": True,
        },
        bob={
            "preferred_username": "bob",
            "groups": ["staff", "boss"],
            "email": "b@id.example",
            "email_verified": False,
        },
        eve={"preferred_username": "eve", "groups": ["cooks"]},
    )
    yield started
    started.close()


@pytest.fixture
def begin(serve: Start, provider: Provider, tmp_path: Path) -> Callable[..., Server]:
    """Starts a server that knows the provider, and the provider that knows the server."""

    def start(lines: str = ROLES, name: str = "data") -> Server:
        secret = tmp_path / "client_secret"
        secret.write_text(CLIENT_SECRET + "\n")
        config = tmp_path / f"{name}.toml"
        config.write_text(
            f'[oidc]\nissuer = "{provider.issuer}"\nclient_id = "{CLIENT}"\nclient_secret_file = "{secret}"\n'
            f'scopes = ["profile", "email", "groups"]\n{lines}\n'
        )
        server = serve("--config", str(config), data=tmp_path / name)
        provider.stop()
        provider.start(server.address)
        return server

    return start


def audited(server: Server) -> list[tuple[str, str]]:
    items = server.client.get("/v1/audit").json()["items"]
    return [(item["action"], item["subject"]) for item in reversed(items)]


def test_in_and_out_again(begin: Start, provider: Provider) -> None:
    server = begin()
    browser = Browser(server.address)
    ways = browser.client.get(f"{server.address}/v1/session/ways").json()
    assert ways == {"password": True, "oidc": {"label": "Single sign-on", "path": "/v1/session/oidc"}}
    answer = browser.sign_in("ada", "/recipients?tab=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/recipients?tab=2")
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("prellbock_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    me = browser.myself()
    assert (me["name"], me["role"]) == ("ada", "editor")
    assert audited(server) == [("user.create", "ada"), ("user.identify", "ada"), ("session.begin", "ada")]
    # Who can sign in with the provider needs no link to become the first admin.
    out = browser.client.delete(f"{server.address}/v1/session", headers={"X-CSRF-Token": me["csrf"]})
    assert out.status_code == 200
    there = out.json()["redirect"]
    assert there.startswith(f"{provider.issuer}/session/end?client_id={CLIENT}&post_logout_redirect_uri=")
    assert browser.client.get(there).status_code == 200
    assert browser.myself() is None
    assert server.stop() == 0


def test_roles_follow_the_groups_at_every_sign_in(begin: Start, provider: Provider) -> None:
    server = begin()
    bob = Browser(server.address)
    bob.sign_in("bob")
    assert bob.myself()["role"] == "admin"
    assert bob.client.get(f"{server.address}/v1/users").status_code == 200
    refused = Browser(server.address).sign_in("eve")
    assert refused.status_code == 403
    assert "none of the groups" in refused.text
    assert "script-src" not in refused.headers["content-security-policy"]
    assert [user["name"] for user in server.client.get("/v1/users").json()] == ["bob"]
    provider.accounts(bob={"preferred_username": "robert", "groups": "staff"})
    again = Browser(server.address)
    again.sign_in("bob")
    # The subject says who it is; a name that has changed there makes nobody new.
    assert (again.myself()["name"], again.myself()["role"]) == ("bob", "editor")
    provider.accounts(bob={"preferred_username": "robert", "groups": []})
    assert Browser(server.address).sign_in("bob").status_code == 403
    server.client.patch("/v1/users/bob", json={"disabled": True})
    provider.accounts(bob={"preferred_username": "robert", "groups": ["boss"]})
    disabled = Browser(server.address).sign_in("bob")
    assert disabled.status_code == 403
    assert "disabled" in disabled.text
    assert again.myself() is None


def test_only_users_who_were_made_before(begin: Start, provider: Provider) -> None:
    server = begin('create_users = false\ndefault_role = "viewer"')
    refused = Browser(server.address).sign_in("ada")
    assert refused.status_code == 403
    assert "an admin has to make a user" in refused.text
    server.client.post("/v1/users", json={"name": "ada", "role": "publisher"})
    browser = Browser(server.address)
    assert browser.sign_in("ada").status_code == 303
    assert browser.myself()["role"] == "publisher"
    # Another person who calls himself so at the provider is not the one who is bound already.
    provider.accounts(mallory={"preferred_username": "ada"})
    assert "signs in in another way" in Browser(server.address).sign_in("mallory").text
    # Nor does a name lead to somebody who has a password.
    link = server.client.post("/v1/users", json={"name": "root", "role": "admin"}).json()["link"]
    sign_up(server, link, "root", "correct horse battery staple")
    provider.accounts(mallory={"preferred_username": "root"})
    assert Browser(server.address).sign_in("mallory").status_code == 403
    provider.accounts(mallory={"preferred_username": "<script>alert(1)</script>"})
    odd = Browser(server.address).sign_in("mallory")
    assert odd.status_code == 403
    assert "<script" not in odd.text


def test_names_by_mail_only_where_it_is_verified_and_roles_at_the_end_of_a_path(
    begin: Start, provider: Provider
) -> None:
    server = begin('name_claim = "email"\nroles_claim = "realm_access.roles"\nroles = { bounces = "viewer" }')
    groups = {"realm_access": {"roles": ["bounces"]}}
    provider.accounts(
        ada={"email": "a@id.example", "email_verified": True, **groups},
        bob={"email": "a@id.example", "email_verified": False, **groups},
    )
    assert "not verified" in Browser(server.address).sign_in("bob").text
    browser = Browser(server.address)
    browser.sign_in("ada")
    assert (browser.myself()["name"], browser.myself()["role"]) == ("a@id.example", "viewer")


def test_keys_that_the_provider_changes(begin: Start, provider: Provider) -> None:
    server = begin()
    assert Browser(server.address).sign_in("ada").status_code == 303
    fetched = time.monotonic()
    assert provider.asked.count("/jwks") == 1
    assert Browser(server.address).sign_in("bob").status_code == 303
    assert provider.asked.count("/jwks") == 1
    provider.rotate("second")
    time.sleep(max(0.0, fetched + 5.5 - time.monotonic()))
    assert Browser(server.address).sign_in("ada").status_code == 303
    assert provider.asked.count("/jwks") == 2


def test_an_admin_sees_how_it_is_configured_and_tests_it(begin: Start, provider: Provider) -> None:
    server = begin()
    shown = server.client.get("/v1/sign-on").json()
    assert (shown["issuer"], shown["secret"], shown["roles"]) == (
        provider.issuer,
        True,
        {"staff": "editor", "boss": "admin"},
    )
    assert shown["redirect"] == f"{server.address}/v1/session/oidc/callback"
    assert CLIENT_SECRET not in json.dumps(shown)
    tested = server.client.post("/v1/sign-on/test").json()
    assert tested["works"] and provider.issuer in tested["told"]
    provider.stop()
    # Nothing that was remembered hides that it is down.
    tested = server.client.post("/v1/sign-on/test").json()
    assert not tested["works"] and tested["told"]
    assert audited(server) == [("sign-on.test", "oidc"), ("sign-on.test", "oidc")]


def test_a_provider_that_is_down_or_calls_itself_otherwise(begin: Start, provider: Provider) -> None:
    server = begin()
    provider.changes["/.well-known/openid-configuration"] = lambda told: told.update(issuer="https://other.example")
    other = Browser(server.address).leave()
    assert (other.status_code, other.headers["content-type"]) == (502, "application/problem+json")
    assert "oidc.issuer" in other.json()["detail"]
    provider.changes.clear()
    browser = Browser(server.address)
    back = browser.until_back("ada")
    provider.stop()
    assert browser.client.get(back).status_code == 502
    assert server.client.get("/health").status_code == 200
    assert "Traceback" not in server.said


def test_without_a_provider(server: Server) -> None:
    assert server.client.get("/v1/session/ways").json() == {"password": True, "oidc": None}
    assert server.client.get("/v1/sign-on").json()["configured"] is False
    assert server.client.post("/v1/sign-on/test").status_code == 404
    for path in ("/v1/session/oidc", "/v1/session/oidc/callback?code=a&state=b"):
        assert server.client.get(path).status_code == 404


def test_nothing_of_it_comes_into_the_log(begin: Start, provider: Provider) -> None:
    tokens: list[dict[str, Any]] = []
    provider.changes["/token"] = lambda told: tokens.append(dict(told))
    server = begin(f'{ROLES}\n[log]\nlevel = "debug"\nformat = "json"')
    browser = Browser(server.address)
    back = browser.until_back("ada")
    assert browser.client.get(back).status_code == 303
    assert browser.client.get(back).status_code == 400
    Browser(server.address).sign_in("eve")
    secrets = [value for told in tokens for value in told.values() if isinstance(value, str) and len(value) > 16]
    secrets += [CLIENT_SECRET, *(part.partition("=")[2] for part in back.partition("?")[2].split("&")[:2])]
    secrets += [*browser.client.cookies.values()]
    assert len(secrets) > 5
    said = server.said
    assert all(json.loads(line) for line in said.splitlines())
    assert '"outcome": "refused"' in said
    for secret in secrets:
        assert secret not in said
    metrics = server.client.get("/metrics").text
    assert not any(secret in metrics for secret in secrets)
