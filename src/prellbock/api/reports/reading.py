"""``/v1/reports/{month}``: a month's figures of one stream or of all, as JSON or on paper."""

from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import ProblemError
from prellbock.reporting.collect import report_on
from prellbock.reporting.month import month_of
from prellbock.reporting.pdf import PdfError, pdf
from prellbock.reporting.report import Report
from prellbock.reporting.words import Language

PDF = "application/pdf"
_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""Viewers of browsers are plug-ins with styles of their own; nothing else is needed to show a PDF."""
Spoken = Annotated[Language, QueryParameter(name="language", description="Of the paper.")]


@get("/v1/reports/{month:str}", opt={NEEDS: "read"})
async def month_report(month: FromPath[str], installation: Here, stream: FromQuery[str | None] = None) -> Report:
    """A month's figures, such as ``2026-10``, of one stream or of all together; no recipient is named."""
    return await found(installation, month, stream)


@get("/v1/reports/{month:str}/pdf", opt={NEEDS: "read"}, media_type=PDF)
async def month_paper(
    month: FromPath[str], installation: Here, stream: FromQuery[str | None] = None, language: Spoken = "en"
) -> Response[bytes]:
    """The same as PDF: A4, tagged, its text selectable. 501: the extra ``reports`` is not installed."""
    told = await found(installation, month, stream)
    try:
        octets = await installation.answering(pdf, told, language)
    except PdfError as error:
        raise ProblemError(501, str(error)) from None
    return paper(octets, told)


async def found(installation: Installation, month: str, stream: str | None) -> Report:
    """The report. Raises `MonthError`."""
    return await installation.answering(report_on, installation.figures, month_of(month), stream, installation.clock())


def paper(octets: bytes, report: Report) -> Response[bytes]:
    """A PDF that a browser shows and saves under a name that says what it is."""
    shown = f'inline; filename="{file_name(report)}"'
    headers = {
        "Content-Disposition": shown,
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": _POLICY,
    }
    return Response(octets, media_type=PDF, headers=headers)


def file_name(report: Report) -> str:
    """``report-2026-10-newsletter.pdf``; of the stream only what is safe in a name."""
    stream = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in report.stream or "all")
    return f"report-{report.month}-{stream[:60]}.pdf"
