"""A real provider of OpenID Connect on loopback (`tests/oidc`), behind a relay with which a test plays the attacker."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

HERE = Path(__file__).parent / "oidc"
NODE = Path(sys.executable).parent / "node"
CLIENT, CLIENT_SECRET = "prellbock", "the secret that the provider knows us by"

Change = Callable[[dict[str, Any]], None]
"""Changes the answer of the token endpoint on its way to us."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    upstream = ""
    relay: "Provider"


class _Relay(BaseHTTPRequestHandler):
    server: _Server

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # The name under which it was asked stays, so that the provider's own links lead here.
        headers = {name: value for name, value in self.headers.items() if name.lower() != "accept-encoding"}
        relay = self.server.relay
        try:
            answer = httpx.request(self.command, relay.upstream + self.path, content=body, headers=headers, timeout=20)
        except httpx.TransportError:
            self.close_connection = True
            return
        content = answer.content
        path = urlsplit(self.path).path
        if (change := relay.changes.get(path)) is not None and answer.status_code == 200:
            told = json.loads(content)
            change(told)
            content = json.dumps(told).encode()
        relay.asked.append(path)
        self.send_response(answer.status_code)
        for name, value in answer.headers.multi_items():
            if name not in ("content-length", "transfer-encoding", "connection", "content-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _pass_on  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class Provider:
    """The provider; its issuer is the relay's address, which stays the same when it is started again."""

    def __init__(self, folder: Path) -> None:
        if not (HERE / "node_modules").is_dir() or not NODE.exists():
            pytest.skip("service: the provider of tests/oidc is not installed (make test does it)")
        self._accounts = folder / "accounts.json"
        self.changes: dict[str, Change] = {}
        self.asked: list[str] = []
        """Paths in the order in which they were asked for."""
        self.upstream = ""
        self._relay = _Server(("127.0.0.1", 0), _Relay)
        self._relay.relay = self
        threading.Thread(target=self._relay.serve_forever, daemon=True).start()
        self.issuer = f"http://127.0.0.1:{self._relay.server_address[1]}"
        self._process: subprocess.Popen[str] | None = None
        self.key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "first"}, private=True)

    def start(self, application: str) -> None:
        """For an application at this address."""
        self._application = application
        client = {
            "client_id": CLIENT,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [f"{application}/v1/session/oidc/callback"],
            "post_logout_redirect_uris": [f"{application}/"],
            "scope": "openid profile email groups",
        }
        settings = {
            "issuer": self.issuer,
            "clients": [client, {**client, "client_id": "other"}],
            "accounts": str(self._accounts),
            "jwks": {"keys": [self.key.as_dict(private=True)]},
        }
        self._process = subprocess.Popen(
            [NODE, "provider.mjs"],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(settings) + "\n")
        self._process.stdin.flush()
        self.upstream = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def rotate(self, kid: str) -> None:
        """Starts again with another key."""
        self.stop()
        self.key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": kid}, private=True)
        self.start(self._application)

    def accounts(self, **accounts: dict[str, Any]) -> None:
        """Who can sign in, and what is said of them."""
        self._accounts.write_text(json.dumps(accounts))

    def stop(self) -> None:
        if self._process is not None:
            self._process.communicate("")
            self._process = None
        self.upstream = "http://127.0.0.1:9"

    def close(self) -> None:
        self.stop()
        self._relay.shutdown()
        self._relay.server_close()
        while Browser.opened:
            Browser.opened.pop().close()


class Browser:
    """Follows redirects one by one, as a browser would, and signs in at the provider's page."""

    opened: ClassVar[list[httpx.Client]] = []
    """To be closed when the test ends."""

    def __init__(self, application: str) -> None:
        self.application = application
        self.client = httpx.Client(timeout=30)
        self.opened.append(self.client)

    def leave(self, return_to: str | None = None) -> httpx.Response:
        """The first step: towards the provider."""
        params = {} if return_to is None else {"return_to": return_to}
        return self.client.get(f"{self.application}/v1/session/oidc", params=params)

    def until_back(self, name: str, return_to: str | None = None) -> str:
        """The address with which the provider sends the browser back."""
        url = self.leave(return_to).headers["location"]
        for _ in range(12):
            if url.startswith(f"{self.application}/v1/session/oidc/callback"):
                return url
            answer = self.client.get(url)
            if answer.status_code == 200:
                answer = self.client.post(url, data={"prompt": "login", "login": name, "password": "any"})
            assert answer.is_redirect, answer.text
            url = str(httpx.URL(url).join(answer.headers["location"]))
        raise AssertionError(f"never came back, last to {url}")

    def sign_in(self, name: str, return_to: str | None = None) -> httpx.Response:
        """What our server answers in the end."""
        return self.client.get(self.until_back(name, return_to))

    def myself(self) -> Any:
        """Who our server takes us for."""
        answer = self.client.get(f"{self.application}/v1/session")
        return answer.json() if answer.status_code == 200 else None
