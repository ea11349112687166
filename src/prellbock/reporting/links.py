"""A link is 256 random bits, of which only the hash is stored: nobody guesses it, or reads it from a back-up."""

import hashlib
import secrets

from prellbock.kinds import SettingError
from prellbock.reporting.month import Month
from prellbock.store.reports import Link, Reports

PATH = "/v1/reports/shared"
USUAL_DAYS = 30
LONGEST_DAYS = 366
_DAY = 86_400.0


def make_link(
    reports: Reports, month: Month, stream: str | None, language: str, *, days: int, now: float, creator: str
) -> tuple[Link, str]:
    """A new link to one report, and its path with the secret, which is told only once."""
    secret = secrets.token_urlsafe(32)
    link = Link(
        month=str(month), stream=stream, language=language, created=now, creator=creator, expires=now + days * _DAY
    )
    return reports.add_report_link(hash_of(secret), link), f"{PATH}?key={secret}"


def revoke_link(reports: Reports, number: int, now: float) -> Link:
    """The link leads nowhere any more. Raises `SettingError` where there is none that holds."""
    link = reports.revoke_report_link(number, now) if 0 < number < 2**63 else None
    if link is None:
        raise SettingError(f"there is no link {number} that holds; `prellbock report-links list` names those that do")
    return link


def hash_of(secret: str) -> bytes:
    """What is stored of a secret."""
    return hashlib.blake2b(
        secret.encode("utf-8", "surrogateescape"), digest_size=32, person=b"prellbock-report"
    ).digest()
