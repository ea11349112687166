"""``/v1/reports/mails``: who gets a stream's report by mail, and what became of the last one."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, post, put
from litestar.params import FromPath, JSONBody

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import ProblemError
from prellbock.reporting.mailing import checked
from prellbock.reporting.month import MonthError, last_whole, month_of
from prellbock.reporting.words import Language
from prellbock.store.reports import Mailing, Sending
from prellbock.times import rfc3339


class WantedMail(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Who shall get the report of a stream, and when."""

    stream: str | None = None
    """null: all streams together."""
    recipients: list[str]
    day: Annotated[int, msgspec.Meta(ge=1, le=28)] = 1
    """Of the month after; sent from 06:00 UTC on."""
    language: Language = "en"
    paused: bool = False


class Asked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which month shall be sent."""

    month: str | None = None
    """Left out: the last that is over."""


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


class Mails(msgspec.Struct, frozen=True):
    """All that is sent by mail."""

    can_mail: bool
    """Whether a mail server is configured (``[mail]`` in ``guard.toml``)."""
    items: list[MailRecord]


@get("/v1/reports/mails", opt={NEEDS: "admin"})
async def list_report_mails(installation: Here) -> Mails:
    """Who gets reports by mail, and what became of the last one of each."""
    items = await installation.answering(installation.reports.report_mails)
    return Mails(installation.channels.mailbox is not None, [_record(each) for each in items])


@put("/v1/reports/mails", opt={NEEDS: "admin"})
async def put_report_mail(
    request: Request[Principal, Any, Any], data: JSONBody[WantedMail], access: Door, installation: Here
) -> MailRecord:
    """Sets up, or changes, the mail of a stream. Months that were due before are not made up for."""
    recipients = checked(data.recipients)
    stream = data.stream or None
    mailing = Mailing(
        stream=stream, recipients=recipients, day=data.day, language=data.language, paused=data.paused,
        changed=installation.clock(), creator=request.user.actor,
    )  # fmt: skip
    put_ = await installation.answering(installation.reports.put_report_mail, mailing)
    await access.record(
        request.user, "report.mail", str(put_.number), stream=stream, recipients=len(recipients), day=data.day,
        paused=data.paused,
    )  # fmt: skip
    return _record(put_)


@delete("/v1/reports/mails/{number:int}", opt={NEEDS: "admin"}, status_code=204)
async def remove_report_mail(
    request: Request[Principal, Any, Any], number: FromPath[int], access: Door, installation: Here
) -> None:
    """Nobody gets this report by mail any more."""
    mailing = await _known(installation, number)
    await installation.answering(installation.reports.remove_report_mail, number)
    await access.record(request.user, "report.unmail", str(number), stream=mailing.stream)


@post("/v1/reports/mails/{number:int}/send", opt={NEEDS: "admin"}, status_code=202)
async def send_report_mail(
    request: Request[Principal, Any, Any], number: FromPath[int], data: JSONBody[Asked], access: Door,
    installation: Here,
) -> MailRecord:  # fmt: skip
    """Sends a month's report (again) within seconds; what became of it stands in ``last``."""
    mailing = await _known(installation, number)
    try:
        month = last_whole(installation.clock()) if data.month is None else month_of(data.month)
    except MonthError as error:
        raise ProblemError(400, f"month: {error}") from None
    if month.begin >= installation.clock():
        raise ProblemError(400, f"month: {month} has not begun yet")
    await installation.answering(installation.reports.ask_report, number, str(month), installation.clock())
    await access.record(request.user, "report.send", str(number), stream=mailing.stream, month=str(month))
    return _record(await _known(installation, number))


async def _known(installation: Installation, number: int) -> Mailing:
    for each in await installation.answering(installation.reports.report_mails):
        if each.number == number:
            return each
    raise ProblemError(404, "there is no such mail; GET /v1/reports/mails names them")


def _record(mailing: Mailing) -> MailRecord:
    return MailRecord(
        number=mailing.number, stream=mailing.stream, recipients=[*mailing.recipients], day=mailing.day,
        language=mailing.language, paused=mailing.paused, last=None if mailing.last is None else _sending(mailing.last),
    )  # fmt: skip


def _sending(last: Sending) -> SendingRecord:
    return SendingRecord(
        month=last.month, attempts=last.attempts, sent=rfc3339(last.sent), error=last.error,
        due=rfc3339(last.due) if last.sent is None else None,
    )  # fmt: skip
