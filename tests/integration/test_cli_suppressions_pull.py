"""Pulling lists from providers: against a local server that speaks the pages of their APIs."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from processes import Command

KEY = "k-secret"
WHEN = "2026-01-05T08:00:00Z"
UNIX = 1767600000
HEADERS = {
    "postmark": ("X-Postmark-Server-Token", KEY),
    "sendgrid": ("Authorization", f"Bearer {KEY}"),
    "mailgun": ("Authorization", "Basic YXBpOmstc2VjcmV0"),
    "brevo": ("Api-Key", KEY),
}
OF = {"postmark": ("--of", "outbound"), "mailgun": ("--of", "mg.example.com"), "sendgrid": (), "brevo": ()}


class Account:
    """One provider's account: lists by path, small pages, and troubles on demand."""

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.troubles: list[tuple[int, dict[str, str]]] = []
        self.fail_after: int | None = None
        self.asked = 0
        self.next_server = ""
        account = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                account.asked += 1
                name, value = HEADERS[account.provider]
                code, body = 200, b"{}"
                headers: dict[str, str] = {}
                if self.headers.get(name) != value:
                    code = 401
                elif account.troubles:
                    code, headers = account.troubles.pop(0)
                elif account.fail_after is not None and account.asked > account.fail_after:
                    code, headers = 429, {"Retry-After": "9999"}
                else:
                    body = json.dumps(account.answer(self.path)).encode()
                self.send_response(code)
                for each in headers.items():
                    self.send_header(*each)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, target: str) -> Any:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        rows = self.lists.get(parts.path, [])
        if self.provider == "postmark":
            return {"Suppressions": rows}
        offset = int(query.get("offset", "0"))
        page = rows[offset : offset + 2]
        if self.provider == "sendgrid":
            return page
        if self.provider == "brevo":
            return {"contacts": page, "count": len(rows)} if page else {"count": len(rows)}
        following = f"{self.next_server or self.url}{parts.path}?offset={offset + len(page)}"
        return {"items": page, "paging": {"next": following}}


def filled(account: Account) -> None:
    gone = [f"gone{number}@example.com" for number in range(3)]
    unknown = "550 5.1.1 User unknown"
    blocked = "550 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org"
    if account.provider == "postmark":
        row: dict[str, Any] = {"Origin": "Recipient", "CreatedAt": WHEN}
        account.lists["/message-streams/outbound/suppressions/dump"] = [
            *({**row, "EmailAddress": a, "SuppressionReason": "HardBounce"} for a in gone),
            {**row, "EmailAddress": "angry@example.com", "SuppressionReason": "SpamComplaint"},
        ]
    elif account.provider == "sendgrid":
        row = {"created": UNIX, "status": "5.1.1", "reason": unknown}
        account.lists["/v3/suppression/bounces"] = [
            *({**row, "email": a} for a in gone),
            {"created": UNIX, "status": "5.7.1", "reason": blocked, "email": "fine@example.com"},
        ]
        account.lists["/v3/suppression/blocks"] = [{**row, "email": "block@example.com"}]
        account.lists["/v3/suppression/spam_reports"] = [
            {"created": UNIX, "email": "angry@example.com", "ip": "192.0.2.1"}
        ]
    elif account.provider == "mailgun":
        when = "Mon, 05 Jan 2026 08:00:00 UTC"
        account.lists["/v3/mg.example.com/bounces"] = [
            {"address": a, "code": "550", "error": unknown, "created_at": when} for a in gone
        ]
        account.lists["/v3/mg.example.com/complaints"] = [{"address": "angry@example.com", "created_at": when}]
    else:
        account.lists["/v3/smtp/blockedContacts"] = [
            {"email": a, "senderEmail": "", "blockedAt": WHEN, "reason": {"code": code, "message": code}}
            for a, code in [*((a, "hardBounce") for a in gone), ("angry@example.com", "contactFlaggedAsSpam")]
        ]


@pytest.fixture(params=list(HEADERS))
def account(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setenv("PRELLBOCK_SYNC_KEY", KEY)
    made = Account(request.param)
    filled(made)
    yield made
    made.server.shutdown()
    made.server.server_close()


def words(account: Account) -> tuple[str, ...]:
    of = OF[account.provider]
    return ("suppressions", "pull", account.provider, *of, "--base-url", account.url, "--allow-private")


def statuses(command: Command) -> dict[str, str]:
    return {line["address"]: line["status"] for line in command.lines("suppressions")}


EXPECTED = {**{f"gone{number}@example.com": "suppressed" for number in range(3)}, "angry@example.com": "complained"}


def test_every_page_of_every_list_and_twice_is_once(account: Account, command: Command) -> None:
    account.troubles = [(429, {"Retry-After": "0"}), (503, {"Retry-After": "0"})]
    (first,) = command.lines(*words(account))
    assert (first["new"], first["imported"], first["complaint"]) == (first["read"], 3, 1)
    assert first["set_aside"] == (1 if account.provider == "sendgrid" else 0)
    assert statuses(command) == EXPECTED
    listed = command.run("suppressions").stdout
    (second,) = command.lines(*words(account))
    assert second["new"] == 0
    assert command.run("suppressions").stdout == listed


def test_what_was_released_here_stays_released(account: Account, command: Command) -> None:
    command.run(*words(account))
    command.run("release", "gone0@example.com", "--reason", "called", "--by", "ada")
    command.run(*words(account))
    assert "gone0@example.com" not in statuses(command)


def test_a_run_broken_off_keeps_its_pages_and_goes_on(account: Account, command: Command) -> None:
    account.fail_after = 0 if account.provider == "postmark" else 1
    done = command.run(*words(account), check=False)
    assert done.returncode == 1
    assert b"run it again later" in done.stderr
    account.fail_after = None
    if account.provider != "postmark":
        assert len(statuses(command)) == 2
    command.run(*words(account))
    assert statuses(command) == EXPECTED


def test_a_wrong_key_says_what_to_do(account: Account, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRELLBOCK_SYNC_KEY", "wrong-secret")
    done = command.run(*words(account), check=False)
    assert done.returncode == 1
    assert b"refuses the key (401): it must be" in done.stderr
    assert b"wrong-secret" not in done.stderr + done.stdout
    assert account.asked == 1


def test_private_addresses_only_where_allowed(account: Account, command: Command) -> None:
    done = command.run(*words(account)[:-1], check=False)
    assert done.returncode == 2
    assert account.asked == 0


@pytest.mark.parametrize("account", ["mailgun"], indirect=True)
def test_a_link_to_another_server_is_not_followed(account: Account, command: Command) -> None:
    account.next_server = "http://127.0.0.2:9"
    done = command.run(*words(account), check=False)
    assert done.returncode == 1
    assert b"must not see the key" in done.stderr
