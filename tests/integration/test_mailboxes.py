"""IMAP and POP3 against a real server (Dovecot): nothing lost and nothing double, wherever the connection is cut."""

import imaplib
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cutting import cutting
from private_servers import free_port, running
from processes import Command
from reports import LETTER, report

from prellbock.doors.running import Running
from prellbock.doors.settings import AnyDoor, Imap, Pop3
from prellbock.doors.state import Shown
from prellbock.doors.storing import Storing
from prellbock.store.sqlite import SqliteStore

NOW = 1_800_000_000.0


class Box:
    """The mailbox, as its owner sees it."""

    def __init__(self, imap: int, pop3: int) -> None:
        self.ports: dict[str, int] = {"imap": imap, "pop3": pop3}

    def open(self) -> imaplib.IMAP4:
        box = imaplib.IMAP4("127.0.0.1", self.ports["imap"])
        box.login("bounces", "secret")
        return box

    def fill(self, *mails: bytes, flags: str = "") -> None:
        with self.open() as box:
            for mail in mails:
                status, told = box.append("INBOX", flags, "", mail)
                assert status == "OK", told

    def pour(self, mails: Iterable[bytes]) -> int:
        """Fills it with very many; returns their octets."""
        octets = 0
        with self.open() as box:
            for mail in mails:
                status, told = box.append("INBOX", "", "", mail)
                assert status == "OK", told
                octets += len(mail)
        return octets

    def subjects(self, folder: str = "INBOX") -> list[bytes]:
        """Subject and flags of all mails."""
        with self.open() as box:
            status, (count,) = box.select(f'"{folder}"', readonly=True)
            if status != "OK" or not int(count or 0):
                return []
            told = box.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
            return [each[1].partition(b":")[2].strip() for each in told if isinstance(each, tuple)]

    def empty(self) -> None:
        with self.open() as box:
            for folder in ("INBOX", "Prellbock", "Bounces & Übriges"):
                name = '"Bounces &- &ANw-briges"' if "&" in folder else folder
                status, (count,) = box.select(name)
                if status == "OK" and int(count or 0):
                    box.store("1:*", "+FLAGS", r"(\Deleted)")
                    box.expunge()


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    imap, pop3 = free_port(), free_port()
    with running("dovecot", tmp_path_factory.mktemp("dovecot"), imap, pop3=pop3):
        yield Box(imap, pop3)


@pytest.fixture
def box(dovecot: Box) -> Box:
    dovecot.empty()
    return dovecot


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "data", create=True) as found:
        yield found


def settings(box: Box, kind: str, port: int | None = None, **more: Any) -> AnyDoor:
    door: Callable[..., AnyDoor] = {"imap": Imap, "pop3": Pop3}[kind]
    return door(host="127.0.0.1", port=port or box.ports[kind], security="none", user="bounces",
                password="secret", **more)  # fmt: skip


def fetch(store: SqliteStore, door: AnyDoor) -> Shown:
    """The mailbox once."""
    mistakes: list[BaseException] = []
    working = Running(
        {"bounces": door}, Storing(store, lambda now: None, lambda: NOW), once=True,
        on_failure=lambda name, what, error: mistakes.append(error) if error else None,
    )  # fmt: skip
    working.start()
    working.join()
    assert not mistakes, mistakes
    return working.shown()[0]


def bounced(store: SqliteStore) -> int:
    return store.totals().get("events_bounced", 0)


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_what_reports_something_goes_and_the_rest_is_left_alone(box: Box, store: SqliteStore, kind: str) -> None:
    box.fill(report(1), LETTER, report(2))
    shown = fetch(store, settings(box, kind, after="delete"))
    assert shown.condition == "closed"
    assert (shown.arrivals, shown.counts["new"], shown.counts["not_a_report"]) == (3, 2, 1)
    assert box.subjects() == [b"hello"]
    box.fill(report(2), report(3))
    shown = fetch(store, settings(box, kind, after="delete"))
    # The letter is not read again; the mail that came again changes nothing.
    assert (shown.arrivals, shown.counts["new"]) == (2, 1)
    assert box.subjects() == [b"hello"]
    assert bounced(store) == 3


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_without_more_being_configured_nothing_in_the_mailbox_changes(box: Box, store: SqliteStore, kind: str) -> None:
    box.fill(report(1), LETTER)
    assert fetch(store, settings(box, kind)).arrivals == 2
    assert fetch(store, settings(box, kind)).arrivals == 0
    assert len(box.subjects()) == 2
    with box.open() as imap:
        imap.select("INBOX", readonly=True)
        assert imap.search(None, "UNSEEN")[1] == [b"1 2"] or kind == "pop3"


def test_mails_are_moved_to_a_folder_that_is_made(box: Box, store: SqliteStore) -> None:
    box.fill(report(1), LETTER)
    fetch(store, settings(box, "imap", after="move", move_to="Bounces & Übriges"))
    assert box.subjects() == [b"hello"]
    assert len(box.subjects("Bounces &- &ANw-briges")) == 1


def test_mails_that_somebody_has_marked_as_deleted_are_neither_read_nor_expunged(box: Box, store: SqliteStore) -> None:
    box.fill(report(1), flags=r"(\Deleted)")
    box.fill(report(2))
    fetch(store, settings(box, "imap", after="delete"))
    assert bounced(store) == 1
    assert len(box.subjects()) == 1


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_a_connection_cut_anywhere_loses_nothing_and_doubles_nothing(box: Box, store: SqliteStore, kind: str) -> None:
    """The cuts come ever later; each attempt goes on where the one before was cut."""
    mails = [report(number) for number in range(40)]
    box.fill(*mails, LETTER)
    octets = len(b"".join(mails))
    with cutting(box.ports[kind]) as proxy:
        for cut in (200, 2000, octets // 3, octets // 2, octets, octets + 3000):
            proxy.after = cut
            fetch(store, settings(box, kind, proxy.port, after="delete", timeout_seconds=5))
        proxy.after = None
        shown = fetch(store, settings(box, kind, proxy.port, after="delete"))
    assert proxy.cuts >= 4
    assert shown.condition == "closed"
    assert bounced(store) == 40
    assert box.subjects() == [b"hello"]
    assert fetch(store, settings(box, kind)).arrivals == 0


@pytest.mark.long
@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_ten_thousand_mails_over_a_connection_that_is_cut_again_and_again(
    box: Box, store: SqliteStore, kind: str
) -> None:
    count = 10_000
    octets = box.pour(report(number) for number in range(count))
    shares = (0.01, 0.1, 0.25, 0.4, 0.2)
    seen = []
    begin = time.perf_counter()
    with cutting(box.ports[kind]) as proxy:
        for share in shares:
            proxy.after = int(octets * share)
            fetch(store, settings(box, kind, proxy.port, after="delete"))
            seen.append(bounced(store))
        proxy.after = None
        shown = fetch(store, settings(box, kind, proxy.port, after="delete"))
    seconds = time.perf_counter() - begin
    print(f"{kind}: {count} mails, {proxy.cuts} cuts (stored after each: {seen}), {count / seconds:.0f} mails/s")
    assert proxy.cuts == len(shares)
    assert shown.condition == "closed"
    assert 0 < seen[1] < seen[-1] < count
    assert bounced(store) == count
    assert box.subjects() == []


def test_a_mail_that_cannot_be_read_is_set_apart_and_left(box: Box, store: SqliteStore) -> None:
    box.fill(b"no header at all\r\n", report(1))
    shown = fetch(store, settings(box, "imap", after="delete"))
    assert (shown.counts["apart"], shown.counts["new"]) == (1, 1)
    (apart,) = store.apart("imap:bounces", 10)
    assert "is not a mail" in apart.why
    assert apart.content == b"no header at all\r\n"
    assert box.subjects() == [b""]


def test_the_command_reads_configured_mailboxes_once(box: Box, command: Command) -> None:
    box.fill(report(1), report(2))
    command.data.mkdir()
    (command.data / "password").write_text("secret\n")
    (command.data / "prellbock.toml").write_text(
        f'[doors.bounces]\nkind = "imap"\nhost = "127.0.0.1"\nport = {box.ports["imap"]}\nsecurity = "none"\n'
        f'user = "bounces"\npassword_file = "{command.data}/password"\nafter = "delete"\n'
    )
    (counts,) = command.lines("fetch")
    assert (counts["read"], counts["new"]) == (2, 2)
    (again,) = command.lines("fetch", "bounces")
    assert again["read"] == 0
    shown = command.run("config", "show").stdout.decode()
    assert '"doors.bounces.password","value":"********"' in shown.replace(" ", "")


def test_two_unknown_doors_are_refused(command: Command) -> None:
    command.data.mkdir()
    done = command.run("fetch", "bounces", check=False)
    assert done.returncode == 2
    assert b"config example" in done.stderr


def test_wrong_passwords_and_missing_folders_are_told_in_words(box: Box, store: SqliteStore) -> None:
    shown = fetch(store, settings(box, "imap", folder="Nowhere"))
    assert shown.condition == "failing"
    assert "Nowhere" in str(shown.problem)
    wrong = Pop3(host="127.0.0.1", port=box.ports["pop3"], security="none", user="bounces", password="hunter2-wrong")
    shown = fetch(store, wrong)
    assert "POP3 at 127.0.0.1" in str(shown.problem)
    assert "hunter2" not in str(shown.problem)
