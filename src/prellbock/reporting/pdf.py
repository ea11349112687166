"""A report as PDF: A4, tagged after PDF/UA-1, with title and language; made by Typst (an extra)."""

from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from prellbock.reporting.locale import Locale
from prellbock.reporting.page import page_of
from prellbock.reporting.report import Report
from prellbock.reporting.words import Language

if TYPE_CHECKING:
    import typst

_FOLDER = Path(str(files("prellbock.reporting")))
_one_at_a_time = Lock()
_fonts: "list[typst.Fonts]" = []


class PdfError(Exception):
    """Typst is not installed, or could not make the paper; the message says what to do."""


def pdf(report: Report, language: Language) -> bytes:
    """The report on paper; the same report gives the same bytes. Raises `PdfError`."""
    try:
        import typst
    except ImportError:
        raise PdfError("a PDF needs Typst: pip install 'prellbock[reports]'") from None
    content = msgspec.json.encode(page_of(report, Locale(language))).decode()
    with _one_at_a_time:
        if not _fonts:
            _fonts.append(
                typst.Fonts(
                    include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FOLDER / "fonts")]
                )
            )
        try:
            made = typst.compile(
                (_FOLDER / "report.typ").read_bytes(), font_paths=_fonts[0], format="pdf",
                sys_inputs={"page": content}, pdf_standards="ua-1",
            )  # fmt: skip
        except typst.TypstError as error:
            raise PdfError(f"the PDF could not be made: {error.message}") from error
    assert isinstance(made, bytes)
    return made
