"""Which files of a folder are read, and what is said of those that cannot be."""

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from prellbock.sources.files import Bad, mails
from prellbock.sources.registry import read

NOW = 1_800_000_000.0
EVENT = b'{"time":1767600000,"recipient":"%s@example.com","outcome":"bounced"}\n'
MAIL = (Path(__file__).parents[1] / "data" / "mails" / "real" / "lhost-postfix-13.eml").read_bytes()


def told(path: Path, format_: str = "auto") -> tuple[list[str], dict[str, str]]:
    """The recipients that were read, and what is wrong with which path."""
    batches = list(read(str(path), format_, NOW))
    recipients = [str(event.recipient).partition("@")[0] for batch in batches for event in batch.events]
    return recipients, {bad.place: bad.what for batch in batches for bad in batch.bad}


@pytest.mark.parametrize("suffix", [".ndjson", "", ".eml", ".ndjson.gz"])
def test_a_file_that_may_not_be_read_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    for name in ("a.ndjson", f"b{suffix}", "c.ndjson"):
        (tmp_path / name).write_bytes(EVENT % name[:1].encode())
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked" / "d.ndjson").write_bytes(EVENT % b"d")
    opened, gzip_opened, listed = Path.open, gzip.open, Path.iterdir

    def refuse(path: Path) -> None:
        if path.name in (f"b{suffix}", "locked"):
            raise PermissionError(13, "Permission denied", str(path))

    def open_(path: Path, *args: Any, **more: Any) -> Any:
        refuse(path)
        return opened(path, *args, **more)

    def gzip_open(path: Path, *args: Any, **more: Any) -> Any:
        refuse(path)
        return gzip_opened(path, *args, **more)

    def iterdir(path: Path) -> Any:
        refuse(path)
        return listed(path)

    monkeypatch.setattr(Path, "open", open_)
    monkeypatch.setattr(gzip, "open", gzip_open)
    monkeypatch.setattr(Path, "iterdir", iterdir)
    recipients, wrong = told(tmp_path)
    assert recipients == ["a", "c"]
    assert set(wrong) == {str(tmp_path / f"b{suffix}"), str(tmp_path / "locked")}
    assert all("check its permissions" in what for what in wrong.values())


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for folder in ("cur", "new", "tmp", ".Sub/cur", ".Sub/new", ".Sub/tmp", "cur/nested"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / f"{folder.replace('/', '-')}.host").write_bytes(
            MAIL.replace(b"kijitora", os.urandom(4).hex().encode())
        )
    for name in ("dovecot-uidlist", "subscriptions", "maildirfolder", ".Sub/maildirfolder", "dovecot.index.cache"):
        (tmp_path / name).write_bytes(b"3 V1\n")
    return tmp_path


def test_a_maildir_is_read_as_parse_reads_it(maildir: Path) -> None:
    recipients, wrong = told(maildir)
    assert wrong == {}
    assert len(recipients) == 2 * len(list(mails([str(maildir)]))) == 2 * 5


def test_a_maildir_within_a_folder_and_what_else_is_there(
    maildir: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("folder")
    maildir.rename(folder / "box")
    (folder / "events.ndjson").write_bytes(EVENT % b"e")
    os.mkfifo(folder / "fifo")
    (folder / "dangling").symlink_to(folder / "nowhere")
    recipients, wrong = told(folder)
    assert len(recipients) == 11
    by_parse = {bad.source: bad.why for bad in mails([str(folder)]) if isinstance(bad, Bad)}
    assert wrong == {path: why for path, why in by_parse.items() if "events" not in path}
    assert set(wrong) == {str(folder / "fifo"), str(folder / "dangling")}


def test_an_empty_maildir_is_no_mistake_and_an_empty_folder_is(tmp_path: Path) -> None:
    assert told(tmp_path)[1] == {str(tmp_path): "the directory holds no file"}
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    assert told(tmp_path) == ([], {})


@pytest.mark.parametrize("name", ["a.eml.gz", "a.mbox.gz", "a.gz", "cur/a"])
def test_packed_mails(tmp_path: Path, name: str) -> None:
    (tmp_path / "cur").mkdir()
    (tmp_path / "new").mkdir() if "/" in name else (tmp_path / "cur").rmdir()
    (tmp_path / name).write_bytes(gzip.compress(MAIL))
    assert told(tmp_path) == (["kijitora", "noraneko"], {})
    assert len(list(mails([str(tmp_path)]))) == 1
    (tmp_path / name).write_bytes(gzip.compress(MAIL)[:200])
    (_, wrong) = told(tmp_path)
    assert list(wrong) == [str(tmp_path / name)]


BOX = b"".join(b"From a@b.example Mon Sep 20 19:29:2%d 2021\n%s\n\n" % (n, MAIL) for n in range(3))


def test_of_a_packed_file_that_is_cut_everything_whole_is_read(tmp_path: Path) -> None:
    """Stored blocks: as many octets before the cut can be unpacked as are there."""
    box = tmp_path / "box.mbox.gz"
    box.write_bytes(gzip.compress(BOX, 0)[: 2 * len(BOX) // 3 + 100])
    found = list(mails([str(box)]))
    assert [each.source for each in found] == [f"{box}#1", f"{box}#2", str(box)]
    assert isinstance(found[2], Bad)
    assert "cannot be unpacked to its end" in found[2].why
    head = b"time,recipient,outcome\n"
    rows = [b"1767600000,u%d@example.com,bounced\n" % n for n in range(100)]
    for name, whole in {"a.ndjson.gz": [EVENT % b"u" for _ in range(100)], "a.csv.gz": [head, *rows]}.items():
        kept = len(b"".join(whole[:50])) + 5
        (tmp_path / name).write_bytes(gzip.compress(b"".join(whole), 0)[: 15 + kept])
        recipients, wrong = told(tmp_path / name)
        assert len(recipients) == (49 if "csv" in name else 50)
        assert list(wrong) == [str(tmp_path / name)]


def test_the_content_tells_what_is_packed(tmp_path: Path) -> None:
    for name in ("a", "a.gz", "a.ndjson", "a.ndjson.gz"):
        (tmp_path / name).write_bytes(gzip.compress(EVENT % b"e"))
        assert told(tmp_path / name) == (["e"], {})


def test_semicolons_are_recognised(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("Zeit;time;email;reason\n1;1767600000;u@example.com;550 5.1.1 x\n")
    assert told(tmp_path / "list") == (["u"], {})
