"""POP3 (RFC 1939): reads a mailbox; what is stored is then deleted, everything else is left alone.

A POP3 server deletes when the session ends as it should, and numbers mails anew in each. So we remember the unique-ids
(UIDL) of the mails that were read and still lie there, as short hashes. A session that is cut has deleted nothing; the
next one deletes what is stored and reads on with what is not.
"""

import contextlib
import hashlib
import poplib
import ssl
import time
from collections.abc import Iterator, Sequence

import msgspec

from prellbock.doors.arrival import Arrival
from prellbock.doors.encryption import context
from prellbock.doors.failing import DoorError
from prellbock.doors.keeper import Keeper
from prellbock.doors.settings import Pop3
from prellbock.sources.files import MAX_MAIL_BYTES

MAILS = 200
"""Mails of one transaction, at most."""
OCTETS = 16 << 20
"""Octets of one transaction, about."""
# The module takes lines of 2,048 octets at most; real mails have longer ones.
setattr(poplib, "_MAXLINE", 1 << 20)  # noqa: B010 -- nothing that its types know
_ERRORS = (poplib.error_proto, OSError)


class Position(msgspec.Struct):
    """Short hashes of unique-ids: of mails that are ``stored`` and shall go, and of those that are ``left`` alone."""

    stored: list[str] = []
    left: list[str] = []


class _Listed(msgspec.Struct, frozen=True):
    number: int
    key: str
    size: int


def open_door(settings: Pop3, keeper: Keeper) -> None:
    """Empties the mailbox again and again, until the door has to end. Raises `DoorError`, `StoreError`."""
    while True:
        try:
            pop = _connected(settings)
            try:
                _empty(pop, settings, keeper)
            finally:
                pop.close()
        except _ERRORS as error:
            raise DoorError(f"POP3 at {settings.host}: {_plain(error)}") from error
        keeper.opened()
        if keeper.once or not keeper.wait(settings.poll_seconds):
            return


def _empty(pop: poplib.POP3, settings: Pop3, keeper: Keeper) -> None:
    """One session."""
    listed = _listed(pop)
    known = keeper.position
    position = msgspec.json.decode(known, type=Position) if known else Position()
    there = {each.key for each in listed}
    # What is no longer there need not be remembered.
    stored, left = there & set(position.stored), there & set(position.left)
    for each in listed:
        if each.key in stored:
            pop.dele(each.number)
    fresh = [each for each in listed if each.key not in stored and each.key not in left]
    for group in _groups(fresh):
        if keeper.stopping.is_set():
            break
        arrivals = [Arrival(str(each.number), _mail(pop, each), time.time()) for each in group]
        taken = keeper.take(arrivals)
        goes = [each for each, fate in zip(group, taken.fates, strict=True) if fate == "used" and _deletes(settings)]
        stored |= {each.key for each in goes}
        left |= {each.key for each in group} - stored
        keeper.reach(_told(stored, left))
        for each in goes:
            pop.dele(each.number)
    pop.quit()
    keeper.reach(_told(set(), left))


def _deletes(settings: Pop3) -> bool:
    return settings.after == "delete"


def _told(stored: set[str], left: set[str]) -> str:
    return msgspec.json.encode(Position(sorted(stored), sorted(left))).decode()


def _listed(pop: poplib.POP3) -> list[_Listed]:
    sizes = dict(map(_pair, pop.list()[1]))
    return [
        _Listed(int(number), hashlib.blake2b(key, digest_size=8).hexdigest(), int(sizes.get(number, b"0")))
        for number, key in map(_pair, pop.uidl()[1])
    ]


def _pair(line: bytes) -> tuple[bytes, bytes]:
    first, _, second = line.partition(b" ")
    return first, second.split(b" ")[0]


def _groups(listed: Sequence[_Listed]) -> Iterator[list[_Listed]]:
    group: list[_Listed] = []
    octets = 0
    for each in listed:
        if group and (len(group) >= MAILS or octets + each.size > OCTETS):
            yield group
            group, octets = [], 0
        group.append(each)
        octets += each.size
    if group:
        yield group


def _mail(pop: poplib.POP3, each: _Listed) -> bytes:
    return b"\r\n".join(pop.retr(each.number)[1])[:MAX_MAIL_BYTES] + b"\r\n"


def _connected(settings: Pop3) -> poplib.POP3:
    pop: poplib.POP3
    if settings.security == "tls":
        pop = poplib.POP3_SSL(
            settings.host, settings.port or 995, timeout=settings.timeout_seconds, context=context(settings.ca_file)
        )
    else:
        pop = poplib.POP3(settings.host, settings.port or 110, timeout=settings.timeout_seconds)
    try:
        if settings.security == "starttls":
            pop.stls(context(settings.ca_file))
        pop.user(settings.user)
        pop.pass_(settings.password or "")
    except _ERRORS:
        with contextlib.suppress(OSError):
            pop.close()
        raise
    return pop


def _plain(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or error}): is the certificate good, and security right?"
    if isinstance(error, OSError):
        return f"{error.strerror or error or type(error).__name__}"
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said) or "the connection was cut"
