"""Signing in with OpenID Connect against somebody who tampers with what comes back: nobody gets in."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from processes import Server
from provider import CLIENT, CLIENT_SECRET, Browser, Provider

Made = tuple[Server, Provider]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder: Path = tmp_path_factory.mktemp("oidc")
    provider = Provider(folder)
    provider.accounts(ada={"preferred_username": "ada", "groups": ["staff"]}, eve={"preferred_username": "eve"})
    config = folder / "prellbock.toml"
    config.write_text(
        f'[oidc]\nissuer = "{provider.issuer}"\nclient_id = "{CLIENT}"\nclient_secret = "{CLIENT_SECRET}"\n'
        'scopes = ["profile", "groups"]\nroles = { staff = "editor" }\nskew_seconds = 30\n'
    )
    config.chmod(0o600)
    server = Server(folder / "data", "--config", str(config))
    provider.start(server.address)
    yield server, provider
    server.stop()
    provider.close()


@pytest.fixture(autouse=True)
def honest(both: Made) -> Iterator[None]:
    """After each case everything works as before."""
    yield
    both[1].changes.clear()


def plain(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


def unsigned(claims: dict[str, Any], header: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    head = f"{plain(json.dumps(header).encode())}.{plain(json.dumps(claims).encode())}"
    return f"{head}.{plain(sign(head.encode()))}"


CLAIMS: dict[str, Callable[[dict[str, Any]], object]] = {
    "wrong nonce": lambda c: c.update(nonce="of another sign-in"),
    "no nonce": lambda c: c.pop("nonce"),
    "wrong audience": lambda c: c.update(aud="other"),
    "audience is a list without us": lambda c: c.update(aud=["other", "others"]),
    "two audiences, and nobody it was given to": lambda c: c.update(aud=[CLIENT, "other"]),
    "given to another": lambda c: c.update(azp="other"),
    "no audience": lambda c: c.pop("aud"),
    "audience is no text": lambda c: c.update(aud={"prellbock": 1}),
    "expired": lambda c: c.update(exp=int(time.time()) - 31),
    "never expires": lambda c: c.pop("exp"),
    "expiry is no number": lambda c: c.update(exp="tomorrow"),
    "of the future": lambda c: c.update(iat=int(time.time()) + 300),
    "not yet valid": lambda c: c.update(nbf=int(time.time()) + 300),
    "of another issuer": lambda c: c.update(iss="https://other.example"),
    "no issuer": lambda c: c.pop("iss"),
    "nobody": lambda c: c.pop("sub"),
    "an empty subject": lambda c: c.update(sub=""),
    "a subject without end": lambda c: c.update(sub="x" * 300),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_claims_that_are_refused_though_the_signature_is_right(both: Made, case: str) -> None:
    server, provider = both

    def forge(told: dict[str, Any]) -> None:
        claims = claims_of(told["id_token"])
        CLAIMS[case](claims)
        told["id_token"] = jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, provider.key)

    refused(server, provider, forge)


def _none(claims: dict[str, Any], key: RSAKey) -> str:
    return unsigned(claims, {"alg": "none"}, lambda head: b"")


def _with_secret(claims: dict[str, Any], key: RSAKey) -> str:
    def sign(head: bytes) -> bytes:
        return hmac.digest(CLIENT_SECRET.encode(), head, hashlib.sha256)

    return unsigned(claims, {"alg": "HS256", "kid": key.kid}, sign)


def _with_public_key(claims: dict[str, Any], key: RSAKey) -> str:
    def sign(head: bytes) -> bytes:
        return hmac.digest(key.as_pem(private=False), head, hashlib.sha256)

    return unsigned(claims, {"alg": "HS256", "kid": key.kid}, sign)


def _other_key(claims: dict[str, Any], key: RSAKey, kid: str | None = None) -> str:
    other = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": kid or "unknown"}, claims, other)


def _key_within(claims: dict[str, Any], key: RSAKey) -> str:
    other = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "jwk": other.as_dict(private=False), "jku": "https://evil.example/jwks"}
    return jwt.encode(header, claims, other)


SIGNATURES: dict[str, Callable[[dict[str, Any], RSAKey], str]] = {
    "none": _none,
    "None in other letters": lambda claims, key: unsigned(claims, {"alg": "nOnE", "kid": key.kid}, lambda head: b""),
    "with our own secret": _with_secret,
    "with the public key as a secret": _with_public_key,
    "with an unknown key": _other_key,
    "with an unknown key of a known name": lambda claims, key: _other_key(claims, key, key.kid),
    "with a key that comes along": _key_within,
    "with another kind of key": lambda claims, key: jwt.encode(
        {"alg": "ES256", "kid": key.kid}, claims, ECKey.generate_key("P-256")
    ),
    "cut off": lambda claims, key: jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key).rpartition(".")[0] + ".",
    "no token at all": lambda claims, key: "",
    "garbage": lambda claims, key: "a.b.c",
    "without end": lambda claims, key: "a" * 100_000,
}


@pytest.mark.parametrize("case", SIGNATURES)
def test_signatures_that_are_refused(both: Made, case: str) -> None:
    server, provider = both

    def forge(told: dict[str, Any]) -> None:
        told["id_token"] = SIGNATURES[case](claims_of(told["id_token"]), provider.key)

    refused(server, provider, forge)


def refused(server: Server, provider: Provider, forge: Callable[[dict[str, Any]], None]) -> None:
    provider.changes["/token"] = forge
    browser = Browser(server.address)
    answer = browser.sign_in("ada")
    assert answer.status_code == 403, answer.text
    assert browser.myself() is None
    assert "prellbock_session" not in str(answer.headers)


def test_clocks_may_differ_a_little(both: Made) -> None:
    server, provider = both

    def old(told: dict[str, Any]) -> None:
        claims = claims_of(told["id_token"]) | {"exp": int(time.time()) - 10, "iat": int(time.time()) + 15}
        told["id_token"] = jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, provider.key)

    provider.changes["/token"] = old
    assert Browser(server.address).sign_in("ada").status_code == 303


def test_who_is_told_of_elsewhere_is_somebody_else(both: Made) -> None:
    server, provider = both
    provider.changes["/me"] = lambda told: told.update(sub="eve")
    assert Browser(server.address).sign_in("ada").status_code == 403


def test_an_answer_is_good_once_and_in_its_browser_alone(both: Made) -> None:
    server, _ = both
    browser, thief = Browser(server.address), Browser(server.address)
    back = browser.until_back("ada")
    assert thief.client.get(back).status_code == 400
    assert browser.client.get(back).status_code == 303
    assert browser.client.get(back).status_code == 400
    # Nor does the code of one sign-in end another: it is bound to who has begun it.
    first, second = browser.until_back("ada"), thief.until_back("eve")
    code = httpx.URL(first).params["code"]
    mixed = httpx.URL(second).copy_set_param("code", code)
    assert thief.client.get(mixed).status_code == 403
    assert thief.myself() is None


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"iss": "https://other.example"}, 403),
        ({"iss": None}, 403),
        ({"state": "x" * 43}, 400),
        ({"state": None}, 400),
        ({"state": "x" * 3000}, 400),
        ({"code": None}, 403),
        ({"code": "x" * 43}, 403),
        ({"error": "access_denied", "error_description": "<script>alert(1)</script>"}, 403),
    ],
    ids=str,
)
def test_answers_of_somebody_else(both: Made, change: dict[str, str | None], status: int) -> None:
    server, _ = both
    browser = Browser(server.address)
    url = httpx.URL(browser.until_back("ada"))
    for name, value in change.items():
        url = url.copy_remove_param(name) if value is None else url.copy_set_param(name, value)
    answer = browser.client.get(url)
    assert answer.status_code == status, answer.text
    assert "<script" not in answer.text
    assert browser.myself() is None


@pytest.mark.parametrize(
    "return_to",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "evil.example",
     "/\t/evil.example", "/a\r\nSet-Cookie: x=y", "javascript:alert(1)", "/" + "x" * 3000, " /a", "/ä"],
)  # fmt: skip
def test_nobody_is_led_to_another_site(both: Made, return_to: str) -> None:
    answer = Browser(both[0].address).leave(return_to)
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_beginning_again_and_again_ends(both: Made) -> None:
    server, _ = both
    browser = Browser(server.address)
    codes = [browser.leave().status_code for _ in range(200)]
    assert set(codes) == {303, 429}
    assert server.client.get("/health").status_code == 200
    assert "Traceback" not in server.said
