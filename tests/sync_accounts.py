"""Accounts at mail providers, as small servers on loopback that speak the parts of their APIs that syncs use."""

import base64
import json
import threading
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

KEYS = {
    "postmark": "k-secret", "sendgrid": "k-secret", "mailgun": "k-secret", "brevo": "k-secret",
    "listmonk": "api:k-secret", "ses": "AKIDEXAMPLE:k-secret",
}  # fmt: skip
PARTS = {"postmark": "outbound", "mailgun": "mg.example.com", "ses": "eu-central-1"}
PAGE = 3
"""Entries of a page, however many are asked for: more than one page is what usually goes wrong."""
DEAD = {
    "postmark": ("postmark", "HardBounce"), "sendgrid": ("bounces", ""), "mailgun": ("bounces", ""),
    "brevo": ("brevo", "hardBounce"), "listmonk": ("listmonk", ""), "ses": ("ses", "BOUNCE"),
}  # fmt: skip
"""The list of a dead address, and how the entry says so."""
ANGRY = {
    "postmark": ("postmark", "SpamComplaint"), "sendgrid": ("spam_reports", ""), "mailgun": ("complaints", ""),
    "brevo": ("brevo", "contactFlaggedAsSpam"), "ses": ("ses", "COMPLAINT"),
}  # fmt: skip


class TroubleError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Account:
    """One account: ``lists`` has address → (since, reason). ``refuses``: addresses that it does not take."""

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.lists: dict[str, dict[str, tuple[float, str]]] = {}
        self.refuses: set[str] = set()
        self.troubles: list[tuple[int, dict[str, str]]] = []
        self.writes = 0
        self.hang_after: int | None = None
        self.hanging = threading.Event()
        self.let_go = threading.Event()
        self.most = 0
        """The largest number of addresses of one write."""
        account = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self) -> None:
                size = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(size)) if size else None
                status, answer = 200, None
                headers: dict[str, str] = {}
                if not account.knows(self.headers):
                    status = 403
                elif account.troubles:
                    status, headers = account.troubles.pop(0)
                else:
                    try:
                        answer = account.answer(self.command, self.path, body)
                    except TroubleError as trouble:
                        status = trouble.status
                octets = b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status if octets or status != 200 else 204)
                for each in headers.items():
                    self.send_header(*each)
                self.send_header("content-length", str(len(octets)))
                self.end_headers()
                self.wfile.write(octets)

            do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815 -- the names that the library calls

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()

    def knows(self, headers: Any) -> bool:
        key = KEYS[self.provider]
        given = headers.get("authorization") or ""
        if self.provider == "ses":
            # The signature itself is botocore's; that there is one over host and date is what can be seen here.
            return given.startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") and "/eu-central-1/ses/" in given
        return bool({
            "postmark": headers.get("x-postmark-server-token") == key, "sendgrid": given == f"Bearer {key}",
            "mailgun": given == "Basic " + base64.b64encode(f"api:{key}".encode()).decode(),
            "brevo": headers.get("api-key") == key, "listmonk": given == f"token {key}",
        }[self.provider])  # fmt: skip

    # --- what a test does there

    def put(self, where: tuple[str, str], *addresses: str, since: float | None = None) -> None:
        """Somebody else's entry."""
        for address in addresses:
            self.lists.setdefault(where[0], {})[address] = (time.time() - 60 if since is None else since, where[1])

    def drop(self, *addresses: str) -> None:
        """Somebody takes it off."""
        for entries in self.lists.values():
            for address in addresses:
                entries.pop(address, None)

    @property
    def withheld(self) -> set[str]:
        return {address for entries in self.lists.values() for address in entries}

    # --- the API

    def answer(self, method: str, target: str, body: Any) -> Any:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        found: Any = getattr(self, f"_{self.provider}")(method, unquote(parts.path), query, body)
        return found

    def _taken(self, name: str, addresses: list[str], reason: str = "") -> None:
        self.most = max(self.most, len(addresses))
        if self.refuses & {*addresses}:
            raise TroubleError(400)
        for address in addresses:
            self.lists.setdefault(name, {})[address] = (time.time(), reason)
        self._written()

    def _gone(self, name: str, addresses: list[str]) -> None:
        self.most = max(self.most, len(addresses))
        entries = self.lists.setdefault(name, {})
        missing = [address for address in addresses if entries.pop(address, None) is None]
        self._written()
        if missing and len(addresses) == 1:
            raise TroubleError(404)

    def _written(self) -> None:
        self.writes += 1
        if self.hang_after is not None and self.writes >= self.hang_after:
            self.hanging.set()
            self.let_go.wait(30)

    def _rows(self, name: str) -> list[tuple[str, float, str]]:
        return [(address, *entry) for address, entry in sorted(self.lists.get(name, {}).items())]

    def _postmark(self, method: str, path: str, _: Any, body: Any) -> Any:
        base = "/message-streams/outbound/suppressions"
        if method == "GET":
            assert path == f"{base}/dump"
            return {"Suppressions": [
                {"EmailAddress": address, "SuppressionReason": reason, "Origin": "Recipient", "CreatedAt": iso(since)}
                for address, since, reason in self._rows("postmark")
            ]}  # fmt: skip
        given = [each["EmailAddress"] for each in body["Suppressions"]]
        if len(given) > 50:
            raise TroubleError(422)
        self.most = max(self.most, len(given))
        answers = []
        for address in given:
            entry = self.lists.setdefault("postmark", {}).get(address)
            failed = address in self.refuses or (path.endswith("/delete") and entry and entry[1] == "SpamComplaint")
            if not failed and path == f"{base}/delete":
                self.lists["postmark"].pop(address, None)
            elif not failed:
                self.lists["postmark"][address] = (time.time(), "ManualSuppression")
            answers.append({"EmailAddress": address, "Status": "Failed" if failed else "Suppressed", "Message": "no"})
        self._written()
        return {"Suppressions": answers}

    def _sendgrid(self, method: str, path: str, query: Any, body: Any) -> Any:
        name = path.rpartition("/")[2]
        if path == "/v3/asm/suppressions/global":
            return self._taken("unsubscribes", body["recipient_emails"])
        if path.startswith("/v3/asm/suppressions/global/"):
            return self._gone("unsubscribes", [name])
        if method == "DELETE":
            return self._gone(name, body["emails"])
        start = int(query["offset"])
        return [
            {"created": int(since), "email": address, "reason": "550 5.1.1 User unknown", "status": "5.1.1"}
            for address, since, _ in self._rows(name)[start : start + PAGE]
        ]

    def _mailgun(self, method: str, path: str, query: Any, body: Any) -> Any:
        _, _, domain, name, *rest = path.split("/")
        assert domain == "mg.example.com"
        if method == "POST":
            if len(body) > 1000:
                raise TroubleError(400)
            return self._taken(name, [each["address"] for each in body])
        if method == "DELETE":
            return self._gone(name, rest)
        start = int(query.get("offset", "0"))
        page = self._rows(name)[start : start + PAGE]
        items = [
            {"address": address, "code": "550", "error": "User unknown", "tags": ["*"],
             "created_at": format_datetime(datetime.fromtimestamp(since, UTC))}
            for address, since, _ in page
        ]  # fmt: skip
        return {"items": items, "paging": {"next": f"{self.url}/v3/{domain}/{name}?offset={start + len(page)}"}}

    def _brevo(self, method: str, path: str, query: Any, body: Any) -> Any:
        if method == "GET" and path.startswith("/v3/contacts/"):
            name = path.rpartition("/")[2]
            if name not in self.lists.get("contacts", {}):
                raise TroubleError(404)
            return {"email": name, "emailBlacklisted": True}
        if path == "/v3/contacts":
            if body["emailBlacklisted"]:
                return self._taken("contacts", [body["email"]])
            self.lists.setdefault("contacts", {}).pop(body["email"], None)
            return self._written()
        if method == "DELETE":
            return self._gone("brevo", [path.rpartition("/")[2]])
        start = int(query["offset"])
        rows = [
            {
                "email": address,
                "senderEmail": "",
                "blockedAt": iso(since),
                "reason": {"code": reason, "message": reason},
            }
            for address, since, reason in self._rows("brevo")[start : start + PAGE]
        ]
        count = len(self._rows("brevo"))
        return {"contacts": rows, "count": count} if rows else {"count": count}

    def _listmonk(self, method: str, path: str, query: Any, body: Any) -> Any:
        if method == "GET":
            asked = query["query"]
            rows = self._rows("listmonk")
            if "IN (" in asked:
                wanted = {each.strip(" '").replace("''", "'") for each in asked.partition("IN (")[2][:-1].split(",")}
                rows = [row for row in [*rows, *self._rows("enabled")] if row[0] in wanted]
            else:
                assert asked == "subscribers.status = 'blocklisted'"
            size, page = int(query["per_page"]), int(query["page"])
            return {"data": {"results": [
                {"id": self._number(address), "email": address, "name": "N", "status": "blocklisted",
                 "lists": [{"id": 7}], "attribs": {"city": "X"}, "updated_at": iso(since)}
                for address, since, _ in rows[(page - 1) * size : page * size]
            ]}}  # fmt: skip
        if path == "/api/subscribers/blocklist":
            names = [each for each in [*self.lists.get("enabled", {}), *self.lists.get("listmonk", {})]
                     if self._number(each) in body["ids"]]  # fmt: skip
            for each in names:
                self.lists.setdefault("enabled", {}).pop(each, None)
            return self._taken("listmonk", names)
        if method == "POST":
            if body["email"] in self.lists.get("enabled", {}):
                raise TroubleError(409)
            return self._taken("listmonk", [body["email"]])
        assert (body["lists"], body["attribs"], body["status"]) == ([7], {"city": "X"}, "enabled")
        return self._gone("listmonk", [body["email"]])

    @staticmethod
    def _number(address: str) -> int:
        return int.from_bytes(address.encode()) % 1_000_000_007

    def _ses(self, method: str, path: str, query: Any, body: Any) -> Any:
        if method == "PUT":
            return self._taken("ses", [body["EmailAddress"]], body["Reason"])
        if method == "DELETE":
            return self._gone("ses", [path.rpartition("/")[2]])
        start = int(query.get("NextToken", "0"))
        rows = self._rows("ses")
        answer: dict[str, Any] = {"SuppressedDestinationSummaries": [
            {"EmailAddress": address, "Reason": reason, "LastUpdateTime": since}
            for address, since, reason in rows[start : start + PAGE]
        ]}  # fmt: skip
        return {**answer, "NextToken": str(start + PAGE)} if start + PAGE < len(rows) else answer


def iso(since: float) -> str:
    return datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
