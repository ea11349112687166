"""``prellbock report``: a month's figures for people who never sign in."""

import os
import sys
import time
from pathlib import Path
from typing import Literal

import click
import msgspec

from prellbock.cli.shell import data_option, opened
from prellbock.history.languages import chosen
from prellbock.reporting.collect import report_on
from prellbock.reporting.month import MonthError, last_whole, month_of
from prellbock.reporting.pdf import PdfError, pdf
from prellbock.reporting.report import Report
from prellbock.reporting.text import text
from prellbock.reporting.words import LANGUAGES, Language

Format = Literal["json", "pdf", "text"]


@click.command()
@click.option("--month", help="Such as 2026-10.  [default: the last that is over]")
@click.option("--stream", help="Only this kind of mail.  [default: all together]")
@click.option("--format", "format_", type=click.Choice(["json", "pdf", "text"]), default="text", show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), help="Of paper and text.  [default: that of LANG]")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of stdout.")
@data_option
def report(
    month: str | None, stream: str | None, format_: Format, language: Language | None, out: Path | None, data: Path
) -> None:
    """Writes a month's report: rates against the CSA limit, causes, providers, what was done.

    No recipient is named. A PDF needs the extra `reports`.
    """
    now = time.time()
    speaks: Language = language or ("de" if chosen(os.environ) == "de" else "en")
    try:
        wanted = last_whole(now) if month is None else month_of(month)
        with opened(data) as store:
            found = report_on(store, wanted, stream, now)
        octets = _octets(format_, found, speaks)
    except MonthError as error:
        raise click.BadParameter(str(error), param_hint="--month") from None
    except PdfError as error:
        raise click.ClickException(str(error)) from None
    if out is not None:
        out.write_bytes(octets)
    elif format_ == "pdf" and sys.stdout.isatty():
        raise click.UsageError("a PDF is nothing for a terminal: name a file with --out")
    else:
        sys.stdout.buffer.write(octets)
        sys.stdout.flush()


def _octets(format_: Format, found: Report, language: Language) -> bytes:
    if format_ == "json":
        return msgspec.json.encode(found) + b"\n"
    return pdf(found, language) if format_ == "pdf" else text(found, language).encode()
