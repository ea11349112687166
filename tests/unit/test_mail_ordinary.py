"""Mails that are no reports: newsletters, receipts, replies, tickets, parcels ... in the words of bounces."""

import tomllib
from email.header import Header
from pathlib import Path

import pytest

from prellbock.sources.mail import read_mail

SOURCE = Path(__file__).parents[1] / "data" / "mails" / "ordinary.toml"
ORDINARY: dict[str, dict[str, list[list[str]]]] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))

HEADERS = {
    "newsletter": "Return-Path: <bounces@{host}>\nList-Unsubscribe: <https://{host}/u/1>, <mailto:unsubscribe@{host}>\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\nPrecedence: bulk\n",
    "receipt": "Return-Path: <orders@{host}>\nX-Mailer: Shopware\n",
    "parcel": "Return-Path: <bounce-4711@{host}>\nAuto-Submitted: auto-generated\n",
    "password": "Return-Path: <bounce@{host}>\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n",
    "reply": "Return-Path: <{who}>\nIn-Reply-To: <1@shop.example>\nReferences: <0@shop.example> <1@shop.example>\n"
    "User-Agent: Mozilla Thunderbird\n",
    "forward": "Return-Path: <{who}>\nX-Mailer: Microsoft Outlook 16.0\nThread-Index: AdXqZ\n",
    "list": "Return-Path: <list-bounces@lists.example>\nList-Id: <list.lists.example>\nList-Post:"
    " <mailto:list@lists.example>\nPrecedence: list\nSender: list-bounces@lists.example\n",
    "ticket": "Return-Path: <{who}>\nAuto-Submitted: auto-generated\nPrecedence: bulk\nX-Ticket: 4711\n",
    "machine": "Return-Path: <{who}>\nAuto-Submitted: auto-generated\n",
    "calendar": "Return-Path: <{who}>\nThread-Topic: Meeting\nX-MS-Has-Attach: yes\nIn-Reply-To: <1@company.example>\n",
    "person": "Return-Path: <{who}>\nUser-Agent: K-9 Mail\n",
    "phishing": "Return-Path: <www-data@hacked.example>\nX-PHP-Originating-Script: 33:mailer.php\n",
    "subscription": "Return-Path: <news-bounces@{host}>\nPrecedence: bulk\nX-Mailman-Version: 2.1\n",
    "social": "Return-Path: <notify@{host}>\nFeedback-ID: 1:social\n",
}

DSN = (
    "From: MAILER-DAEMON@mx.example.net\nTo: jane@example.org\nSubject: Undelivered Mail Returned to Sender\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="I"\n\n--I\n\nThis is the mail system.\n'
    "--I\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
    "Final-Recipient: rfc822; max@example.org\nAction: failed\nStatus: 5.1.1\n\n--I--\n"
)
INVITATION = (
    "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nATTENDEE;PARTSTAT=ACCEPTED:mailto:jane@example.org\n"
    "SUMMARY:Budget\nEND:VEVENT\nEND:VCALENDAR\n"
)
ROWS = [(kind, *row) for kind, table in ORDINARY.items() for row in table["mails"]]


def write(kind: str, sender: str, subject: str, text: str, shape: str) -> bytes:
    who = sender.rpartition("<")[2].rstrip(">")
    name = sender.rpartition("<")[0].strip()
    head = HEADERS[kind].format(host=who.rpartition("@")[2], who=who)
    coded = f"{Header(name, 'utf-8').encode()} <{who}>" if name else who
    head += f"From: {coded}\nTo: Jane <jane@shop.example>\nSubject: {Header(subject, 'utf-8').encode()}\n"
    head += f"Date: Tue, 3 Mar 2026 10:00:00 +0000\nMessage-ID: <{abs(hash(text))}@{who.rpartition('@')[2]}>\n"
    plain = f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    page = (
        "Content-Type: text/html; charset=utf-8\n\n<html><body><p>" + text.replace("\n", "<br>") + "</p></body></html>"
    )
    if shape == "html":
        return f"{head}MIME-Version: 1.0\n{page}".encode()
    if shape == "plain":
        return f"{head}MIME-Version: 1.0\n{plain}".encode()
    other = {
        "both": page,
        "attached report": f"Content-Type: message/rfc822\nContent-Disposition: attachment\n\n{DSN}",
        "invitation": f"Content-Type: text/calendar; method=REPLY\n\n{INVITATION}",
    }[shape]
    type_ = "multipart/alternative" if shape == "both" else "multipart/mixed"
    return (
        f'{head}MIME-Version: 1.0\nContent-Type: {type_}; boundary="O"\n\n--O\n{plain}\n--O\n{other}\n--O--\n'.encode()
    )


def shapes(kind: str) -> list[str]:
    more = {"reply": ["attached report"], "forward": ["attached report"], "ticket": ["attached report"],
            "list": ["attached report"], "calendar": ["invitation"]}  # fmt: skip
    return ["plain", "html", "both", *more.get(kind, [])]


def test_there_are_enough() -> None:
    assert len({(sender, subject, text) for _, sender, subject, text in ROWS}) >= 150


@pytest.mark.parametrize(("kind", "sender", "subject", "text"), ROWS)
def test_reports_nothing(kind: str, sender: str, subject: str, text: str) -> None:
    for shape in shapes(kind):
        assert read_mail(write(kind, sender, subject, text, shape)) == [], shape
