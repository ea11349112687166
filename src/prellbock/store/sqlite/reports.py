"""Links and mails of reports in SQLite: `prellbock.store.reports.Reports`."""

import json
from typing import Any

from prellbock.store.reports import Link, Mailing, Sending
from prellbock.store.sqlite.opened import Opened

_LINK = "link, month, stream, language, created, creator, expires, revoked"
_ADD = " ".join((
    "INSERT INTO report_links (hash, month, stream, language, created, creator, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
    "RETURNING", _LINK,
))  # fmt: skip
_REVOKE = " ".join((
    "UPDATE report_links SET revoked = ?2 WHERE link = ?1 AND revoked IS NULL AND expires > ?2 RETURNING", _LINK,
))  # fmt: skip
_MAIL = "mail, stream, recipients, day, language, paused, changed, creator"
_KEPT_SECONDS = 400 * 86_400.0
"""What is known of links that do not hold any more, and of mails that were sent."""


class Reporting(Opened):
    """See `prellbock.store.reports.Reports`."""

    def add_report_link(self, hash_: bytes, link: Link) -> Link:
        """See `prellbock.store.reports.Reports.add_report_link`."""
        with self._writing():
            self._db.execute("DELETE FROM report_links WHERE expires < ?", (link.created - _KEPT_SECONDS,))
            row = self._db.execute(
                _ADD,
                (hash_, link.month, link.stream or "", link.language, link.created, link.creator, link.expires),
            ).fetchone()
        return _link(row)

    def report_link(self, hash_: bytes, now: float) -> Link | None:
        """See `prellbock.store.reports.Reports.report_link`."""
        with self._reading():
            row = self._db.execute(
                f"SELECT {_LINK} FROM report_links WHERE hash = ? AND expires > ? AND revoked IS NULL",  # noqa: S608
                (hash_, now),
            ).fetchone()
        return _link(row) if row else None

    def report_links(self, now: float) -> list[Link]:
        """See `prellbock.store.reports.Reports.report_links`."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT {_LINK} FROM report_links WHERE expires > ? AND revoked IS NULL ORDER BY link DESC",  # noqa: S608
                (now,),
            ).fetchall()
        return [_link(row) for row in rows]

    def revoke_report_link(self, number: int, now: float) -> Link | None:
        """See `prellbock.store.reports.Reports.revoke_report_link`."""
        with self._writing():
            row = self._db.execute(_REVOKE, (number, now)).fetchone()
        return _link(row) if row else None

    def report_mails(self) -> list[Mailing]:
        """See `prellbock.store.reports.Reports.report_mails`."""
        with self._reading():
            return self._mailings()

    def put_report_mail(self, mailing: Mailing) -> Mailing:
        """See `prellbock.store.reports.Reports.put_report_mail`."""
        with self._writing():
            self._db.execute(
                "INSERT INTO report_mails (stream, recipients, day, language, paused, changed, creator)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (stream) DO UPDATE SET recipients = ?2, day = ?3,"
                " language = ?4, paused = ?5, changed = ?6",
                (mailing.stream or "", json.dumps(mailing.recipients), mailing.day, mailing.language, mailing.paused,
                 mailing.changed, mailing.creator),
            )  # fmt: skip
            return next(each for each in self._mailings() if each.stream == mailing.stream)

    def remove_report_mail(self, number: int) -> bool:
        """See `prellbock.store.reports.Reports.remove_report_mail`."""
        with self._writing():
            self._db.execute("DELETE FROM report_sendings WHERE mail = ?", (number,))
            return bool(self._db.execute("DELETE FROM report_mails WHERE mail = ?", (number,)).rowcount)

    def ask_report(self, number: int, month: str, now: float) -> bool:
        """See `prellbock.store.reports.Reports.ask_report`."""
        with self._writing():
            done = self._db.execute(
                "INSERT INTO report_sendings (mail, month, due) SELECT mail, ?2, ?3 FROM report_mails WHERE mail = ?1"
                " ON CONFLICT (mail, month) DO UPDATE SET due = ?3, attempts = 0, sent = NULL, error = NULL",
                (number, month, now),
            )
            return bool(done.rowcount)

    def due_reports(self, now: float) -> list[tuple[Mailing, str]]:
        """See `prellbock.store.reports.Reports.due_reports`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT mail, month FROM report_sendings WHERE sent IS NULL AND due <= ? ORDER BY due", (now,)
            ).fetchall()
            known = {each.number: each for each in self._mailings()} if rows else {}
        return [(known[mail], month) for mail, month in rows]

    def claim_report(self, number: int, month: str, now: float, until: float) -> bool:
        """See `prellbock.store.reports.Reports.claim_report`."""
        with self._writing():
            done = self._db.execute(
                "INSERT INTO report_sendings (mail, month, due, attempts) SELECT mail, ?2, ?4, 1 FROM report_mails"
                " WHERE mail = ?1 ON CONFLICT (mail, month) DO UPDATE SET due = ?4, attempts = attempts + 1"
                " WHERE sent IS NULL AND due <= ?3",
                (number, month, now, until),
            )
            return bool(done.rowcount)

    def report_sent(self, number: int, month: str, now: float, *, error: str | None, retry: float) -> None:
        """See `prellbock.store.reports.Reports.report_sent`."""
        with self._writing():
            self._db.execute(
                "UPDATE report_sendings SET sent = CASE WHEN ?4 IS NULL THEN ?3 END, error = ?4, due = ?5"
                " WHERE mail = ?1 AND month = ?2",
                (number, month, now, error, retry),
            )
            self._db.execute("DELETE FROM report_sendings WHERE mail = ? AND sent < ?", (number, now - _KEPT_SECONDS))

    def _mailings(self) -> list[Mailing]:
        rows = self._db.execute(f"SELECT {_MAIL} FROM report_mails ORDER BY stream").fetchall()  # noqa: S608
        return [self._mailing(row) for row in rows]

    def _mailing(self, row: tuple[Any, ...]) -> Mailing:
        number, stream, recipients, day, language, paused, changed, creator = row
        last = self._db.execute(
            "SELECT month, due, attempts, sent, error FROM report_sendings WHERE mail = ?"
            " ORDER BY sent IS NULL AND error IS NOT NULL DESC, month DESC LIMIT 1",
            (number,),
        ).fetchone()
        sending = None
        if last is not None:
            month, due, attempts, sent, error = last
            sending = Sending(month=month, due=due, attempts=attempts, sent=sent, error=error)
        return Mailing(
            number=number, stream=stream or None, recipients=tuple(json.loads(recipients)), day=day, language=language,
            paused=bool(paused), changed=changed, creator=creator, last=sending,
        )  # fmt: skip


def _link(row: tuple[Any, ...]) -> Link:
    number, month, stream, language, created, creator, expires, revoked = row
    return Link(
        number=number, month=month, stream=stream or None, language=language, created=created, creator=creator,
        expires=expires, revoked=revoked,
    )  # fmt: skip
