"""``/v1/reports/links``: ways to one report each, for people without an account; and where such a link leads."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.cookies import origin_of
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS, OPEN
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.api.reports.reading import PDF, found, paper
from prellbock.reporting.links import LONGEST_DAYS, PATH, USUAL_DAYS, hash_of, make_link
from prellbock.reporting.month import begun_month
from prellbock.reporting.pdf import PdfError, pdf
from prellbock.reporting.shown import LinkRecord, link_record
from prellbock.reporting.text import text
from prellbock.reporting.words import Language

Secret = Annotated[str, QueryParameter(max_length=200, description="The secret of the link.")]
_PRIVATE = {
    "Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow",
}  # fmt: skip


class NewLink(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """To which report a link shall lead, and for how long."""

    month: str
    stream: str | None = None
    """null: all streams together."""
    language: Language = "en"
    days: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_DAYS)] = USUAL_DAYS


@get("/v1/reports/links", opt={NEEDS: "edit"})
async def list_report_links(installation: Here) -> list[LinkRecord]:
    """Links that hold, the newest first; their secrets are not known any more."""
    links = await installation.answering(installation.reports.report_links, installation.clock())
    return [link_record(each) for each in links]


@post("/v1/reports/links", opt={NEEDS: "edit"})
async def add_report_link(
    request: Request[Principal, Any, Any], data: JSONBody[NewLink], access: Door, installation: Here
) -> LinkRecord:
    """Makes a link to one report that needs no account, until it expires or is revoked."""
    month = begun_month(data.month, installation.clock())
    link, path = await installation.answering(
        make_link, installation.reports, month, data.stream, data.language, days=data.days,
        now=installation.clock(), creator=request.user.actor,
    )  # fmt: skip
    await access.record(
        request.user, "report.link", str(link.number), month=link.month, stream=link.stream, expires=link.expires
    )
    return link_record(link, f"{origin_of(request, access)}{path}")


@delete("/v1/reports/links/{number:int}", opt={NEEDS: "edit"}, status_code=204)
async def revoke_report_link(
    request: Request[Principal, Any, Any], number: FromPath[int], access: Door, installation: Here
) -> None:
    """The link leads nowhere any more."""
    link = None
    if 0 < number < 2**63:
        link = await installation.answering(installation.reports.revoke_report_link, number, installation.clock())
    if link is None:
        raise ProblemError(404, "there is no such link that holds; GET /v1/reports/links names them")
    await access.record(request.user, "report.revoke", str(number), month=link.month, stream=link.stream)


@get(PATH, opt={OPEN: True}, media_type=PDF)
async def shared_report(installation: Here, key: Secret) -> Response[bytes]:
    """Where a link leads: the report as PDF, as text where no PDF can be made. 410: it has expired or was revoked."""
    link = await installation.answering(installation.reports.report_link, hash_of(key), installation.clock())
    if link is None:
        raise ProblemError(410, "this link has expired or was revoked: ask whoever sent it for another one")
    told = await found(installation, link.month, link.stream)
    language: Language = "de" if link.language == "de" else "en"
    try:
        answer = paper(await installation.answering(pdf, told, language), told)
    except PdfError:
        answer = Response(text(told, language).encode(), media_type="text/plain; charset=utf-8")
    answer.headers.update(_PRIVATE)
    return answer
