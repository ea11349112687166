"""The listener of a real server: what it answers with 250 is stored, and survives a kill at any moment."""

import os
import re
import signal
import smtplib
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import DEADLINE_SECONDS, Server
from reports import LETTER, report


def listening(serve: Callable[..., Server], data: Path, *keys: str) -> Server:
    data.mkdir(exist_ok=True)
    (data / "prellbock.toml").write_text(
        "\n".join(["[doors.bounces]", 'kind = "listener"', "port = 0", *keys]), encoding="utf-8"
    )
    return serve(data=data)


def door(server: Server) -> dict[str, object]:
    """How it is, once it is open."""
    end = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < end:
        (found,) = server.client.get("/v1/sources/doors").json()
        if found["condition"] == "open":
            return dict(found)
        time.sleep(0.05)
    raise AssertionError(found)


def port(server: Server) -> int:
    return int(str(door(server)["at"]).rpartition(":")[2])


def counts(server: Server) -> dict[str, int]:
    text = server.client.get("/metrics").text
    return {
        name: int(float(count)) for name, count in re.findall(r'prellbock_events_total\{outcome="(\w+)"} (\S+)', text)
    }


def test_each_recipient_is_answered_and_the_report_is_stored(serve: Callable[..., Server], tmp_path: Path) -> None:
    server = listening(serve, tmp_path / "data")
    with smtplib.LMTP("127.0.0.1", port(server)) as lmtp:
        # smtplib knows of one answer only.
        lmtp.ehlo_or_helo_if_needed()
        lmtp.mail("")
        assert [lmtp.rcpt(f"b{number}@news.example")[0] for number in (1, 2)] == [250, 250]
        assert lmtp.docmd("data")[0] == 354
        lmtp.send(report(1) + b"\r\n.\r\n")
        assert [lmtp.getreply()[0] for _ in range(2)] == [250, 250]
        assert lmtp.sendmail("", ["b1@news.example"], report(2)) == {}
        # The MTA did not hear our answer: it sends the mail again.
        assert lmtp.sendmail("", ["b1@news.example"], report(2)) == {}
        assert lmtp.sendmail("a@customer.example", ["b1@news.example"], LETTER) == {}
    assert counts(server) == {"bounced": 2}
    text = server.client.get("/metrics").text
    assert 'prellbock_door_open{door="bounces",kind="listener"} 1.0' in text


def test_who_is_not_here_and_what_reports_nothing_is_refused(serve: Callable[..., Server], tmp_path: Path) -> None:
    server = listening(
        serve, tmp_path / "data", 'protocol = "smtp"', 'recipients = ["bounces+*@news.example"]', 'others = "refuse"'
    )
    with smtplib.SMTP("127.0.0.1", port(server)) as smtp:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            smtp.sendmail("", ["other@news.example"], report(1))
        assert refused.value.recipients["other@news.example"][0] == 550
        with pytest.raises(smtplib.SMTPDataError) as letter:
            smtp.sendmail("a@customer.example", ["bounces+7@news.example"], LETTER)
        assert letter.value.smtp_code == 550
        smtp.sendmail("", ["Bounces+7@news.example"], report(1))
    assert counts(server) == {"bounced": 1}


def test_mails_that_come_together_survive_a_kill_once_they_are_answered(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    """Several clients deliver; the server is killed; each sends again what was not answered with 250."""
    data = tmp_path / "data"
    server = listening(serve, data)
    answered: set[int] = set()
    where = [port(server)]

    def deliver(numbers: list[int]) -> None:
        for number in numbers:
            try:
                with smtplib.LMTP("127.0.0.1", where[0], timeout=DEADLINE_SECONDS) as lmtp:
                    lmtp.sendmail("", ["b@news.example"], report(number))
            except (OSError, smtplib.SMTPException):
                continue
            answered.add(number)

    everything = range(1, 61)
    threads = [threading.Thread(target=deliver, args=([*everything][begin::6],)) for begin in range(6)]
    for thread in threads:
        thread.start()
    while len(answered) < 15:
        time.sleep(0.005)
    os.kill(server.process.pid, signal.SIGKILL)
    for thread in threads:
        thread.join()
    assert 15 <= len(answered) < 60
    server = serve(data=data)
    where[0] = port(server)
    before = len(answered)
    assert before <= counts(server)["bounced"]
    deliver([number for number in everything if number not in answered])
    assert len(answered) == 60
    assert counts(server) == {"bounced": 60}


def test_what_cannot_be_stored_now_stays_with_the_sender(serve: Callable[..., Server], tmp_path: Path) -> None:
    server = listening(serve, tmp_path / "data")
    where = port(server)
    database = tmp_path / "data" / "prellbock.sqlite3"
    with smtplib.LMTP("127.0.0.1", where) as lmtp:
        lmtp.sendmail("", ["b@news.example"], report(1))
        broken = sqlite3.connect(database)
        broken.execute("CREATE TRIGGER no BEFORE INSERT ON batches BEGIN SELECT RAISE(ABORT, 'no'); END")
        broken.commit()
        with pytest.raises(smtplib.SMTPDataError) as later:
            lmtp.sendmail("", ["b@news.example"], report(2))
        assert later.value.smtp_code == 451
        broken.execute("DROP TRIGGER no")
        broken.commit()
        broken.close()
        lmtp.sendmail("", ["b@news.example"], report(2))
    assert counts(server) == {"bounced": 2}
    assert door(server)["condition"] == "open"
