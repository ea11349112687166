"""IMAP (RFC 9051, 3501): reads a folder; what is stored is then deleted or moved, everything else is left alone.

Where we stand is the UID of the last mail that was read, with the UIDVALIDITY under which it holds; and which mails are
stored and not yet away. That is recorded once the mails are stored, so a connection that is cut at any moment loses
nothing, counts nothing twice, and leaves nothing behind. Mails are fetched with ``BODY.PEEK``: nothing becomes *seen*.
"""

import base64
import contextlib
import imaplib
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from prellbock.doors.arrival import Arrival
from prellbock.doors.encryption import context
from prellbock.doors.failing import DoorError
from prellbock.doors.keeper import Keeper
from prellbock.doors.settings import Imap
from prellbock.sources.files import MAX_MAIL_BYTES

MAILS = 200
"""Mails of one transaction, at most."""
OCTETS = 16 << 20
"""Octets of one transaction, about."""
_UIDS_ASKED = 20_000
"""Numbers that are searched at once: a line of an answer has a limited length."""
_ITEM = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')
_ERRORS = (imaplib.IMAP4.error, OSError)


class Position(msgspec.Struct):
    """``validity`` and ``read`` after RFC 9051 section 2.3.1.1; ``stored`` are mails that have yet to go."""

    validity: int = 0
    read: int = 0
    stored: list[int] = []


def open_door(settings: Imap, keeper: Keeper) -> None:
    """Empties the folder again and again, until the door has to end. Raises `DoorError`, `StoreError`."""
    try:
        with contextlib.closing(_Folder(settings)) as folder:
            folder.open()
            while True:
                _empty(folder, settings, keeper)
                keeper.opened()
                if keeper.once or not keeper.wait(settings.poll_seconds):
                    return
                folder.look_again()
    except _ERRORS as error:
        raise DoorError(f"IMAP at {settings.host}, folder {settings.folder}: {_plain(error)}") from error


def _empty(folder: "_Folder", settings: Imap, keeper: Keeper) -> None:
    known = keeper.position
    position = msgspec.json.decode(known, type=Position) if known else Position()
    if position.validity != folder.validity:
        position = Position(folder.validity)
    goes = settings.after != "keep"
    if position.stored:
        folder.remove(position.stored)
        position.stored = []
        keeper.reach(msgspec.json.encode(position).decode())
    for uids in _parts(folder.after(position.read)):
        for group in folder.groups(uids):
            if keeper.stopping.is_set():
                return
            mails = folder.fetch(group)
            # Stored first, whatever they are; which of them reported something is known only then.
            taken = keeper.take(mails)
            position.read = group[-1]
            if goes:
                fates = zip(mails, taken.fates, strict=True)
                position.stored = [int(mail.place) for mail, fate in fates if fate == "used"]
            keeper.reach(msgspec.json.encode(position).decode())
            if position.stored:
                folder.remove(position.stored)
                position.stored = []
                keeper.reach(msgspec.json.encode(position).decode())


def _parts(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(uids), MAILS):
        yield uids[begin : begin + MAILS]


class _Folder:
    """The folder, selected."""

    def __init__(self, settings: Imap) -> None:
        self._settings = settings
        self._imap = _connected(settings)
        self._can: frozenset[str] = frozenset()
        self.validity = 0
        self._next = 1

    def open(self) -> None:
        """Learns what the server can, and selects the folder."""
        # Before the login servers tell only a part (RFC 9051 section 6.2.3).
        told = self._said(self._imap.capability(), "CAPABILITY")
        self._can = frozenset(b" ".join(each for each in told if each).decode("ascii", "replace").upper().split())
        self.look_again()

    def look_again(self) -> None:
        """Learns what is new."""
        self._said(self._imap.select(_quoted(self._settings.folder)), "SELECT")
        self.validity = int(self._untagged("UIDVALIDITY") or 0)
        self._next = int(self._untagged("UIDNEXT") or 0)

    def _untagged(self, name: str) -> bytes | None:
        values = self._imap.response(name)[1]
        return values[-1] if values else None

    def after(self, read: int) -> list[int]:
        """The mails after a UID that nobody has marked as deleted, in their order."""
        found: list[int] = []
        end = self._next or 2**32
        if not self._next:
            # A server that does not tell what comes next gets one question.
            return sorted(uid for uid in self._search(f"{read + 1}:*") if uid > read)
        for begin in range(read + 1, end, _UIDS_ASKED):
            found += self._search(f"{begin}:{min(begin + _UIDS_ASKED, end) - 1}")
        return sorted(found)

    def _search(self, uids: str) -> list[int]:
        (answer,) = self._said(self._imap.uid("SEARCH", f"UID {uids} UNDELETED"), "SEARCH")[:1] or [b""]
        return [int(uid) for uid in (answer or b"").split()]

    def groups(self, uids: Sequence[int]) -> Iterator[list[int]]:
        """Cuts them so that a group has about `OCTETS`."""
        told = self._said(self._imap.uid("FETCH", _set(uids), "(UID RFC822.SIZE)"), "FETCH")
        sizes: dict[int, int] = {}
        for line in told:
            if isinstance(line, bytes) and (number := _ITEM.search(line)) and (size := _SIZE.search(line)):
                sizes[int(number[1])] = int(size[1])
        group: list[int] = []
        octets = 0
        for uid in uids:
            if group and octets + sizes.get(uid, 0) > OCTETS:
                yield group
                group, octets = [], 0
            group.append(uid)
            octets += sizes.get(uid, 0)
        if group:
            yield group

    def fetch(self, uids: Sequence[int]) -> list[Arrival]:
        """The mails, those that somebody took away meanwhile left out; of one too long its beginning."""
        part = f"(UID INTERNALDATE BODY.PEEK[]<0.{MAX_MAIL_BYTES}>)"
        told = self._said(self._imap.uid("FETCH", _set(uids), part), "FETCH")
        mails = []
        for index, item in enumerate(told):
            if not isinstance(item, tuple):
                continue
            # What the server tells of a mail stands before its text, or after it.
            rest = told[index + 1] if index + 1 < len(told) else b""
            about = item[0] + (rest if isinstance(rest, bytes) else b"")
            if uid := _ITEM.search(about):
                mails.append(Arrival(uid[1].decode(), item[1], _kept(about)))
        return mails

    def remove(self, uids: Sequence[int]) -> None:
        """Moves or deletes them. Mails that others have marked stay, also where the server knows no UIDPLUS."""
        for part in _parts(uids):
            if self._settings.after == "move":
                self._move(_set(part))
            else:
                self._delete(_set(part))

    def _move(self, uids: str) -> None:
        target = _quoted(self._settings.move_to)
        verb = "MOVE" if "MOVE" in self._can else "COPY"
        status, _ = self._imap.uid(verb, uids, target)
        if status != "OK":
            # It may be missing (TRYCREATE, RFC 9051 section 6.4.7); if it is there, this says no.
            self._imap.create(target)
            self._said(self._imap.uid(verb, uids, target), verb)
        if verb == "COPY":
            self._delete(uids)

    def _delete(self, uids: str) -> None:
        self._said(self._imap.uid("STORE", uids, "+FLAGS.SILENT", r"(\Deleted)"), "STORE")
        if "UIDPLUS" in self._can:
            self._said(self._imap.uid("EXPUNGE", uids), "EXPUNGE")

    def _said(self, answer: tuple[str, Sequence[Any]], command: str) -> Sequence[Any]:
        status, told = answer
        if status != "OK":
            why = told[-1].decode("utf-8", "replace") if told and isinstance(told[-1], bytes) else status
            raise DoorError(
                f"IMAP at {self._settings.host}, folder {self._settings.folder}: {command} was refused: {why[:200]}"
            )
        return told

    def close(self) -> None:
        """Says goodbye."""
        with contextlib.suppress(*_ERRORS):
            self._imap.logout()
        with contextlib.suppress(OSError):
            self._imap.shutdown()


def _connected(settings: Imap) -> imaplib.IMAP4:
    imap: imaplib.IMAP4
    if settings.security == "tls":
        imap = imaplib.IMAP4_SSL(
            settings.host, settings.port or 993, ssl_context=context(settings.ca_file), timeout=settings.timeout_seconds
        )
    else:
        imap = imaplib.IMAP4(settings.host, settings.port or 143, timeout=settings.timeout_seconds)
    try:
        if settings.security == "starttls":
            imap.starttls(context(settings.ca_file))
        imap.login(settings.user, settings.password or "")
    except _ERRORS:
        imap.shutdown()
        raise
    return imap


def _quoted(name: str) -> str:
    """A name of a folder in modified UTF-7 (RFC 3501 section 5.1.3), quoted."""
    coded = re.sub("&|[^\x20-\x7e]+", lambda part: "&-" if part[0] == "&" else _utf7(part[0]), name)
    escaped = coded.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _utf7(text: str) -> str:
    return "&" + base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"


def _set(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _kept(about: bytes) -> float:
    if found := _DATE.search(about):
        with contextlib.suppress(ValueError):
            return parsedate_to_datetime(found[1].decode("ascii", "replace").strip().replace("-", " ", 2)).timestamp()
    return time.time()


def _plain(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or error}): is the certificate good, and security right?"
    if isinstance(error, OSError):
        return f"{error.strerror or error or type(error).__name__}"
    text = str(error)
    return text[2:-1] if text.startswith("b'") else text or type(error).__name__
