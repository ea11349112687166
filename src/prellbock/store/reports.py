"""Links to reports, who gets reports by mail, and what became of each mail. Times are Unix seconds UTC.

A month is written as ``2026-10``; ``stream`` None is all streams together.
"""

from typing import Protocol

import msgspec


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A way to one report that needs no account. ``number`` 0: not stored yet."""

    number: int = 0
    month: str
    stream: str | None
    language: str
    created: float
    creator: str
    expires: float
    revoked: float | None = None


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """The mail of one month."""

    month: str
    due: float
    """When it is tried next, while it is not sent."""
    attempts: int
    sent: float | None = None
    error: str | None = None
    """Why the last attempt failed; names no address."""


class Mailing(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets a stream's report by mail. ``number`` 0: not stored yet."""

    number: int = 0
    stream: str | None
    recipients: tuple[str, ...]
    day: int
    """Of the month after the reported one, 1 to 28."""
    language: str
    paused: bool = False
    changed: float
    """Months that were due before are not made up for."""
    creator: str
    last: Sending | None = None
    """The newest month's; while one fails, that one."""


class Reports(Protocol):
    """What is remembered about reports."""

    def add_report_link(self, hash_: bytes, link: Link) -> Link:
        """Remembers a link by the hash of its secret; returns it with its number."""
        ...

    def report_link(self, hash_: bytes, now: float) -> Link | None:
        """The link with this hash, unless it has expired or was revoked."""
        ...

    def report_links(self, now: float) -> list[Link]:
        """Those that hold, the newest first."""
        ...

    def revoke_report_link(self, number: int, now: float) -> Link | None:
        """The link holds no more; None if there is none that held."""
        ...

    def report_mails(self) -> list[Mailing]:
        """All, by stream."""
        ...

    def put_report_mail(self, mailing: Mailing) -> Mailing:
        """Sets up, or changes, the mail of a stream."""
        ...

    def remove_report_mail(self, number: int) -> bool:
        """False if there is none."""
        ...

    def ask_report(self, number: int, month: str, now: float) -> bool:
        """The report of a month shall be sent (again) at once; False if there is no such mailing."""
        ...

    def due_reports(self, now: float) -> list[tuple[Mailing, str]]:
        """Mailings with the months that were begun, or asked for, and are due."""
        ...

    def claim_report(self, number: int, month: str, now: float, until: float) -> bool:
        """Whether the caller is to send this month now; nobody else is told so before ``until``, whatever happens."""
        ...

    def report_sent(self, number: int, month: str, now: float, *, error: str | None, retry: float) -> None:
        """What became of an attempt: without ``error`` the month is done."""
        ...
