"""Users: the first admin, passwords, sessions, and the log of what was changed."""

import json
import re
import sqlite3
from collections.abc import Callable

import httpx
import pytest
from processes import Server, sign_up

PASSWORD = "correct horse battery staple"


def first_link(server: Server) -> str:
    found = re.search(r"open http://\S+?(/setup\?key=\S+) once", server.said)
    assert found, server.said
    return found[1]


def test_the_first_admin_comes_by_a_link_that_works_once(serve: Callable[..., Server]) -> None:
    server = serve()
    link = first_link(server)
    assert 'name="password"' in httpx.get(server.address + link).text
    assert "12 characters" in sign_up(server, link, "ada", "too short", status=400)
    assert "letters" in sign_up(server, link, "<b>", PASSWORD, status=400)
    assert "admin" in sign_up(server, link, "ada", PASSWORD)
    assert "used already" in sign_up(server, link, "eve", PASSWORD, status=410)
    assert httpx.get(server.address + link).status_code == 410
    with httpx.Client(base_url=server.address) as client:
        told = client.post("/v1/session", json={"name": "ada", "password": PASSWORD}).json()
        assert (told["name"], told["role"]) == ("ada", "admin")
        assert client.get("/v1/users").json()[0]["name"] == "ada"
    server.stop()
    assert "/setup?key=" not in serve().said


def test_without_anybody_each_start_makes_a_new_link(serve: Callable[..., Server]) -> None:
    server = serve()
    old = first_link(server)
    server.stop()
    server = serve()
    assert first_link(server) != old
    assert httpx.get(server.address + old).status_code == 410


def test_no_secret_is_stored(server: Server) -> None:
    link = first_link(server)
    sign_up(server, link, "ada", PASSWORD)
    token = server.client.post("/v1/tokens", json={"name": "shop", "scopes": ["check"]}).json()["token"]
    with httpx.Client(base_url=server.address) as client:
        csrf = client.post("/v1/session", json={"name": "ada", "password": PASSWORD}).json()["csrf"]
        cookie = client.cookies["prellbock_session"]
    assert csrf
    server.stop()
    stored = b"".join(path.read_bytes() for path in server.data.iterdir() if path.name.startswith("prellbock.sqlite3"))
    for secret in (PASSWORD, token, cookie, link.partition("=")[2]):
        assert secret.encode() not in stored
        assert secret not in server.said.replace(link, "")
    with sqlite3.connect(server.data / "prellbock.sqlite3") as db:
        assert db.execute("SELECT password FROM users").fetchone()[0].startswith("$argon2id$")


def test_cookies_are_out_of_reach_and_sessions_end(server: Server) -> None:
    sign_up(server, first_link(server), "ada", PASSWORD)
    with httpx.Client(base_url=server.address) as client:
        answer = client.post("/v1/session", json={"name": "ada", "password": PASSWORD})
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert client.get("/v1/session").json()["name"] == "ada"
        stolen = dict(client.cookies)
        client.delete("/v1/session", headers={"X-CSRF-Token": answer.json()["csrf"]})
        assert httpx.get(f"{server.address}/v1/session", cookies=stolen).status_code == 401
    over_tls = httpx.post(
        f"{server.address}/v1/session",
        json={"name": "ada", "password": PASSWORD},
        headers={"X-Forwarded-Proto": "https"},
    )
    assert "secure" in over_tls.headers["set-cookie"].lower()


def test_a_form_of_another_site_cannot_sign_in(server: Server) -> None:
    answer = httpx.post(f"{server.address}/v1/session", data={"name": "ada", "password": PASSWORD})
    assert answer.status_code in (400, 415)


def test_wrong_passwords_are_slowed_down(server: Server) -> None:
    sign_up(server, first_link(server), "ada", PASSWORD)

    def attempt(name: str, password: str) -> httpx.Response:
        return httpx.post(f"{server.address}/v1/session", json={"name": name, "password": password}, timeout=60)

    unknown, wrong = attempt("nobody", PASSWORD), attempt("ada", "wrong")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.json() == wrong.json()
    for _ in range(8):
        assert attempt("ada", "wrong").status_code == 401
    limited = attempt("ada", PASSWORD)
    assert limited.status_code == 429
    assert int(limited.headers["retry-after"]) > 0
    # The operator is not held up by it.
    assert server.client.get("/v1/users").status_code == 200


def test_users_change_and_the_last_admin_stays(server: Server) -> None:
    sign_up(server, first_link(server), "ada", PASSWORD)
    link = server.client.post("/v1/users", json={"name": "bob", "role": "viewer"}).json()["link"]
    assert server.client.post("/v1/users", json={"name": "bob", "role": "viewer"}).status_code == 409
    assert "another name" in sign_up(server, link, "eve", PASSWORD, status=400)
    sign_up(server, link, "bob", PASSWORD)
    for change in ({"role": "viewer"}, {"disabled": True}):
        assert server.client.patch("/v1/users/ada", json=change).status_code == 409
    with httpx.Client(base_url=server.address) as bob:
        bob.post("/v1/session", json={"name": "bob", "password": PASSWORD})
        assert bob.get("/v1/users").status_code == 403
        assert server.client.patch("/v1/users/bob", json={"role": "admin"}).json()["role"] == "admin"
        assert bob.get("/v1/users").status_code == 200
        assert server.client.patch("/v1/users/ada", json={"role": "viewer"}).status_code == 200
        again = server.client.patch("/v1/users/bob", json={"link": True}).json()["link"]
        sign_up(server, again, "bob", PASSWORD + "!")
        assert bob.get("/v1/users").status_code == 401
    assert server.client.patch("/v1/users/eve", json={}).status_code == 404
    log = server.client.get("/v1/audit").json()
    assert [(entry["by"], entry["action"], entry["subject"]) for entry in log["items"]][:2] == [
        ("bob", "user.password", "bob"),
        ("operator token", "user.change", "bob"),
    ]
    assert PASSWORD not in json.dumps(log)


def test_the_audit_log_comes_in_pages(server: Server) -> None:
    for number in range(5):
        server.client.post("/v1/tokens", json={"name": f"t{number}", "scopes": ["check"]})
    first = server.client.get("/v1/audit", params={"limit": 3}).json()
    second = server.client.get("/v1/audit", params={"limit": 3, "before": first["next"]}).json()
    names = [entry["details"]["name"] for entry in first["items"] + second["items"]]
    assert names == ["t4", "t3", "t2", "t1", "t0"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "body", [{}, {"name": "", "scopes": ["check"]}, {"name": "x", "scopes": []}, {"name": "x", "scopes": ["root"]},
             {"name": "x", "scopes": ["check"], "days": 0}, {"name": "x", "scopes": ["check"], "more": 1}],
)  # fmt: skip
def test_a_token_that_cannot_be_made(server: Server, body: dict[str, object]) -> None:
    answer = server.client.post("/v1/tokens", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert server.client.get("/v1/tokens").json() == []
