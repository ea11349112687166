"""Months' reports over HTTP and on the command line: the same figures as the dashboard's, on paper too."""

import json
import re
import subprocess
import sys

import httpx
from january import fill
from processes import Server

MONTH = "2026-01"
SPAN = {"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}


def test_a_months_report_tells_what_the_dashboard_tells(server: Server) -> None:
    fill(server)
    told = server.client.get(f"/v1/reports/{MONTH}").json()
    overview = server.client.get("/v1/overview", params=SPAN).json()["now"]
    for name in ("delivered", "bounced", "hard", "final", "deferred"):
        assert told["now"][name] == overview[name], name
    assert told["decided"]["suppressed"] == overview["suppressed"] == 3
    assert told["days"][4] == {
        "date": "2026-01-05", "final": 609, "bounced": 9, "hard": 9, "hard_rate": round(9 / 609, 6), "few": False,
        "over": True,
    }  # fmt: skip
    assert (told["days_over"], told["running"], told["stream"]) == (1, False, None)
    assert "@" not in json.dumps(told)
    order = server.client.get(f"/v1/reports/{MONTH}", params={"stream": "order"}).json()
    assert (order["now"]["bounced"], order["now"]["delivered"]) == (3, 0)


def test_it_is_the_same_on_paper_and_on_the_command_line(server: Server) -> None:
    fill(server)
    paper = server.client.get(f"/v1/reports/{MONTH}/pdf", params={"stream": "news", "language": "de"})
    assert paper.headers["content-type"] == "application/pdf"
    assert 'filename="report-2026-01-news.pdf"' in paper.headers["content-disposition"]
    assert paper.content.startswith(b"%PDF-")
    command = [sys.executable, "-m", "prellbock", "--data", str(server.data), "report", "--month", MONTH]
    line = subprocess.run([*command, "--format", "json"], capture_output=True, check=True).stdout
    told = server.client.get(f"/v1/reports/{MONTH}").json()
    assert {**json.loads(line), "made": None} == {**told, "made": None}
    text = subprocess.run([*command, "--language", "de"], capture_output=True, check=True, text=True).stdout
    assert re.match(r"Monatsbericht Januar 2026\nAlle Ströme\n", text)


def test_what_is_no_month_or_has_not_begun_is_refused(server: Server) -> None:
    for month in ("2026-1", "2999-01", "latest"):
        answer = server.client.get(f"/v1/reports/{month}")
        assert answer.status_code == 400, month
        assert "month" in answer.json()["detail"]
    assert server.client.get("/v1/reports/2020-02").json()["now"]["final"] == 0
    assert httpx.get(f"{server.address}/v1/reports/{MONTH}").status_code == 401


def test_a_link_leads_to_its_report_alone_until_it_is_revoked(server: Server) -> None:
    fill(server)
    made = server.client.post("/v1/reports/links", json={"month": MONTH, "stream": "news", "language": "de"}).json()
    assert made["link"].startswith(f"{server.address}/v1/reports/shared?key=")
    opened = httpx.get(made["link"])
    assert opened.headers["content-type"] == "application/pdf"
    assert opened.headers["referrer-policy"] == "no-referrer"
    assert opened.headers["cache-control"] == "private, no-store"
    assert opened.content.startswith(b"%PDF-")
    (listed,) = server.client.get("/v1/reports/links").json()
    assert listed == {**made, "link": None}
    secret = made["link"].partition("key=")[2]
    written = (server.data / "prellbock.sqlite3").read_bytes() + (server.data / "prellbock.sqlite3-wal").read_bytes()
    assert secret.encode() not in written
    assert secret not in server.said
    assert httpx.get(f"{made['link']}x").status_code == 410
    assert server.client.delete(f"/v1/reports/links/{made['number']}").status_code == 204
    assert httpx.get(made["link"]).status_code == 410
    assert server.client.delete(f"/v1/reports/links/{made['number']}").status_code == 404
    assert server.client.get("/v1/reports/links").json() == []
    audited = {each["action"]: each for each in server.client.get("/v1/audit").json()["items"]}
    assert secret not in json.dumps(audited)
    assert {"report.link", "report.revoke"} <= {*audited}


def test_links_and_mails_that_make_no_sense_are_refused(server: Server) -> None:
    links: list[dict[str, object]] = [
        {"month": "2999-01"}, {"month": "x"}, {"month": MONTH, "days": 0}, {"month": MONTH, "language": "fr"},
    ]  # fmt: skip
    mails: list[dict[str, object]] = [
        {"recipients": []}, {"recipients": ["nobody"]}, {"recipients": ["a@b.example\nBcc: c@d.example"]},
        {"recipients": ["a@b.example"], "day": 29},
    ]  # fmt: skip
    for body in links:
        assert server.client.post("/v1/reports/links", json=body).status_code == 400, body
    for body in mails:
        assert server.client.put("/v1/reports/mails", json=body).status_code == 400, body
    assert server.client.post("/v1/reports/mails/7/send", json={}).status_code == 404
