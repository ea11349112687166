"""A link is 256 random bits, of which only the hash is stored: nobody guesses it, or reads it from a back-up."""

import hashlib
import secrets

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


def hash_of(secret: str) -> bytes:
    """What is stored of a secret."""
    return hashlib.blake2b(
        secret.encode("utf-8", "surrogateescape"), digest_size=32, person=b"prellbock-report"
    ).digest()
