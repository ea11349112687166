"""A month's report by mail: once a month whatever happens, tried again when it fails, and an alarm meanwhile."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from january import fill
from processes import DEADLINE_SECONDS, Server
from test_alarms import AnyPort, Inbox

from prellbock.alarming.findings import mailings
from prellbock.alarming.looking import look
from prellbock.alarming.settings import Channels, Guarded
from prellbock.reporting.mailing import CLAIM_SECONDS, RETRY_SECONDS, send_due, wanted_month
from prellbock.sinks.mail import Mailbox
from prellbock.store.reports import Mailing
from prellbock.store.sqlite import SqliteStore

BOX = Mailbox(host="127.0.0.1", port=9, starttls=False, user=None, password=None, sender="p@shop.example", to=())
DAY = 86_400.0


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def mailing(**more: object) -> Mailing:
    given: dict[str, object] = {
        "stream": "news", "recipients": ("boss@shop.example",), "day": 2, "language": "de",
        "changed": at("2026-01-20 12:00"), "creator": "ada", **more,
    }  # fmt: skip
    return Mailing(**given)  # type: ignore[arg-type]


class Post:
    """Takes mails, or refuses them."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.error: str | None = None

    def __call__(self, box: Mailbox, mail: EmailMessage) -> str | None:
        self.mails.append(mail)
        return self.error


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "data", create=True) as made:
        yield made


def sent(store: SqliteStore, post: Post, now: float, box: Mailbox | None = BOX) -> list[tuple[str, str | None]]:
    done = send_due(store, store, box, public_url="https://b.example/", clock=lambda: now, send=post)
    return [(month, error) for _, month, error in done]


def test_it_goes_out_once_a_month_from_its_day_on(store: SqliteStore) -> None:
    store.put_report_mail(mailing())
    post = Post()
    assert sent(store, post, at("2026-01-25 00:00")) == [], "the mail was set up after December was due"
    assert sent(store, post, at("2026-02-02 05:59")) == []
    assert sent(store, post, at("2026-02-02 06:00")) == [("2026-01", None)]
    assert sent(store, post, at("2026-02-20 06:00")) == []
    assert sent(store, post, at("2026-04-01 06:00")) == [("2026-02", None)], "a server that was off sends the latest"
    first, second = post.mails
    assert first["To"] == "boss@shop.example"
    assert first["Subject"] == "Januar 2026: Mailbericht, news"
    assert first["Message-ID"] != second["Message-ID"]
    (paper,) = first.iter_attachments()
    assert paper.get_content_type() == "application/pdf"
    body = first.get_body(("plain",))
    assert body is not None
    assert "https://b.example/v1/reports/shared?key=" in body.get_content()


def test_two_servers_and_a_death_while_sending_make_one_mail(store: SqliteStore, tmp_path: Path) -> None:
    now = at("2026-02-02 06:00")
    store.put_report_mail(mailing())
    post = Post()
    with SqliteStore(tmp_path / "data") as other:
        first = send_due(store, store, BOX, public_url=None, clock=lambda: now, send=post)

        def meanwhile(box: Mailbox, mail: EmailMessage) -> str | None:
            assert sent(other, post, now) == [], "somebody else sends this month"
            raise SystemExit

        dying = send_due(store, store, BOX, public_url=None, clock=lambda: now, send=meanwhile)
        with pytest.raises(SystemExit):
            next(dying)
        assert [*first] == []
        assert sent(other, post, now + CLAIM_SECONDS - 1) == []
        assert sent(other, post, now + CLAIM_SECONDS) == [("2026-01", None)]
        assert sent(store, post, now + DAY) == []
    assert len(post.mails) == 1


def test_what_fails_is_tried_again_with_an_alarm_and_without_a_link_that_nobody_has(store: SqliteStore) -> None:
    now = at("2026-02-02 06:00")
    number = store.put_report_mail(mailing()).number
    post = Post()
    post.error = "the mail server answered 451"
    assert sent(store, post, now) == [("2026-01", post.error)]
    assert store.report_links(now) == []
    assert sent(store, post, now + RETRY_SECONDS[0] - 1) == []

    def asked() -> tuple[int, int]:
        found = look(store, Guarded(), Channels(), now, [mailings], mailings=store.report_mails())
        return len(found.raised), len(found.over)

    assert asked() == (1, 0)
    assert sent(store, post, now + RETRY_SECONDS[0]) == [("2026-01", post.error)]
    assert sent(store, post, now + 2 * RETRY_SECONDS[0]) == [], "the pauses grow"
    post.error = None
    assert sent(store, post, now + RETRY_SECONDS[0] + RETRY_SECONDS[1]) == [("2026-01", None)]
    assert asked() == (0, 1)
    assert len({mail["Message-ID"] for mail in post.mails}) == 1, "a mailbox knows the copies"
    assert len(store.report_links(now)) == 1
    assert store.ask_report(number, "2026-01", now)
    assert sent(store, post, now) == [("2026-01", None)], "a person may send it again"


def test_who_is_paused_or_removed_gets_nothing_and_no_server_is_told(store: SqliteStore) -> None:
    now, post = at("2026-02-02 06:00"), Post()
    store.put_report_mail(mailing(paused=True))
    assert sent(store, post, now) == []
    number = store.put_report_mail(mailing()).number
    assert [error for _, error in sent(store, post, now, None)] == [
        "no mail server is configured: add [mail] to guard.toml"
    ]
    assert store.remove_report_mail(number)
    assert not store.ask_report(number, "2026-01", now)
    assert sent(store, post, now + DAY) == []
    assert post.mails == []


@pytest.mark.parametrize(("now", "month"), [("2026-03-02 05:59", "2026-01"), ("2026-03-02 06:00", "2026-02")])
def test_the_month_that_is_due(now: str, month: str) -> None:
    assert str(wanted_month(mailing(), at(now))) == month


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    kept = Inbox()
    controller = AnyPort(kept, hostname="127.0.0.1", port=0)
    controller.start()
    yield kept, controller.found
    controller.stop()


def awaited(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_server_sends_it_through_its_mail_server(tmp_path: Path, inbox: tuple[Inbox, int]) -> None:
    kept, port = inbox
    data = tmp_path / "data"
    data.mkdir()
    (data / "guard.toml").write_text(
        f'[mail]\nto = ["ops@shop.example"]\nsender = "prellbock@shop.example"\nport = {port}\nstarttls = false\n'
    )
    server = Server(data)
    try:
        fill(server)
        put = server.client.put("/v1/reports/mails", json={"recipients": ["Boss@Shop.example"], "language": "en"})
        number = put.raise_for_status().json()["number"]
        assert server.client.get("/v1/reports/mails").json()["can_mail"]
        server.client.post(f"/v1/reports/mails/{number}/send", json={"month": "2026-01"}).raise_for_status()
        awaited(lambda: server.client.get("/v1/reports/mails").json()["items"][0]["last"]["sent"] is not None)
    finally:
        server.stop()
    (mail,) = [mail for mail in kept.mails if b"Subject: January 2026" in mail]
    assert b"To: boss@shop.example" in mail
    assert b"application/pdf" in mail
