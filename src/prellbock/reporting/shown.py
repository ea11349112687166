"""Links and mails of reports as every interface writes them: times are RFC 3339, secrets are told once."""

import msgspec

from prellbock.store.reports import Link, Mailing, Sending
from prellbock.times import rfc3339


class LinkRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A link that holds."""

    number: int
    month: str
    stream: str | None
    language: str
    created: str | None
    by: str
    expires: str | None
    link: str | None = None
    """Its address; told only once, when it is made."""


class SendingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The mail of one month."""

    month: str
    attempts: int
    sent: str | None
    error: str | None
    due: str | None
    """When it is tried (again); null once it is sent."""


class MailRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets a stream's report by mail."""

    number: int
    stream: str | None
    recipients: list[str]
    day: int
    language: str
    paused: bool
    last: SendingRecord | None
    """The newest month's, or the one that fails."""


def link_record(link: Link, address: str | None = None) -> LinkRecord:
    """``address``: where it leads, with its secret."""
    return LinkRecord(
        number=link.number, month=link.month, stream=link.stream, language=link.language,
        created=rfc3339(link.created), by=link.creator, expires=rfc3339(link.expires), link=address,
    )  # fmt: skip


def mail_record(mailing: Mailing) -> MailRecord:
    """One mailing."""
    return MailRecord(
        number=mailing.number, stream=mailing.stream, recipients=[*mailing.recipients], day=mailing.day,
        language=mailing.language, paused=mailing.paused, last=None if mailing.last is None else _sending(mailing.last),
    )  # fmt: skip


def _sending(last: Sending) -> SendingRecord:
    return SendingRecord(
        month=last.month, attempts=last.attempts, sent=rfc3339(last.sent), error=last.error,
        due=rfc3339(last.due) if last.sent is None else None,
    )  # fmt: skip
