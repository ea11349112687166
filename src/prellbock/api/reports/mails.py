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
from prellbock.reporting.mailing import ask
from prellbock.reporting.mailing import put as put_mailing
from prellbock.reporting.month import begun_month
from prellbock.reporting.shown import MailRecord, mail_record
from prellbock.reporting.words import Language
from prellbock.store.reports import Mailing


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


class Mails(msgspec.Struct, frozen=True):
    """All that is sent by mail."""

    can_mail: bool
    """Whether a mail server is configured (``[mail]`` in ``guard.toml``)."""
    items: list[MailRecord]


@get("/v1/reports/mails", opt={NEEDS: "admin"})
async def list_report_mails(installation: Here) -> Mails:
    """Who gets reports by mail, and what became of the last one of each."""
    items = await installation.answering(installation.reports.report_mails)
    return Mails(installation.channels.mailbox is not None, [mail_record(each) for each in items])


@put("/v1/reports/mails", opt={NEEDS: "admin"})
async def put_report_mail(
    request: Request[Principal, Any, Any], data: JSONBody[WantedMail], access: Door, installation: Here
) -> MailRecord:
    """Sets up, or changes, the mail of a stream. Months that were due before are not made up for."""
    put_ = await installation.answering(
        put_mailing, installation.reports, data.stream, data.recipients, day=data.day, language=data.language,
        paused=data.paused, now=installation.clock(), actor=request.user.actor,
    )  # fmt: skip
    await access.record(
        request.user, "report.mail", str(put_.number), stream=put_.stream, recipients=len(put_.recipients),
        day=data.day, paused=data.paused,
    )  # fmt: skip
    return mail_record(put_)


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
    month = begun_month(data.month, installation.clock())
    asked = await installation.answering(ask, installation.reports, number, month, installation.clock())
    await access.record(request.user, "report.send", str(number), stream=mailing.stream, month=str(month))
    return mail_record(asked)


async def _known(installation: Installation, number: int) -> Mailing:
    for each in await installation.answering(installation.reports.report_mails):
        if each.number == number:
            return each
    raise ProblemError(404, "there is no such mail; GET /v1/reports/mails names them")
