"""A report for a terminal of 80 columns."""

import textwrap

from prellbock.reporting.locale import Locale
from prellbock.reporting.page import Chart, Table, page_of
from prellbock.reporting.report import Report
from prellbock.reporting.words import Language

_WIDTH = 80
_BAR = 40


def text(report: Report, language: Language) -> str:
    """The same as on paper, in plain characters."""
    page = page_of(report, Locale(language))
    lines = [page.title, page.subtitle, "=" * max(len(page.title), len(page.subtitle)), ""]
    for sentence in page.lead:
        lines += textwrap.wrap(sentence, _WIDTH)
    lines += [""] if page.tiles else []
    for tile in page.tiles:
        lines += textwrap.wrap(f"{tile.label}: {tile.value} ({'; '.join(tile.notes)})", _WIDTH, subsequent_indent="  ")
    if page.chart is not None:
        lines += _head(page.chart.title) + _bars(page.chart)
    for table in page.tables:
        lines += _head(table.title) + _rows(table)
        for note in table.notes:
            lines += textwrap.wrap(note, _WIDTH)
    for listed in page.lists:
        lines += _head(listed.title)
        for time, what in listed.items:
            lines += textwrap.wrap(f"{time}  {what}".strip(), _WIDTH, subsequent_indent="  ")
    lines.append("")
    for each in (*page.closing, page.made):
        lines += textwrap.wrap(each, _WIDTH)
    return "\n".join(lines) + "\n"


def _head(title: str) -> list[str]:
    return ["", title, "-" * len(title)]


def _bars(chart: Chart) -> list[str]:
    lines = []
    for bar in chart.bars:
        if bar.rate is None:
            lines.append(f"{bar.label:>3}")
            continue
        length = round(min(bar.rate, chart.top) / chart.top * _BAR)
        mark = f"  {chart.over_label}" if bar.over else ""
        lines.append(f"{bar.label:>3} {('.' if bar.few else '#') * length}{mark}")
    return [*lines, chart.limit_label, *textwrap.wrap(chart.few_label or "", _WIDTH)]


def _rows(table: Table) -> list[str]:
    texts = 2 if table.marks else 1
    rows = [table.head, *table.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.head))]
    rest = _WIDTH - sum(widths[1:]) - 2 * (len(widths) - 1)
    if rest < widths[0]:
        # A long name of a figure is cut before the names of the rows are.
        longest = max(range(texts, len(widths)), key=lambda column: widths[column])
        body = max(len(row[longest]) for row in table.rows)
        widths[longest] = max(body, widths[longest] - (widths[0] - rest))
    lines = []
    for row in rows:
        cells = []
        for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
            short = cell if len(cell) <= width else f"{cell[: width - 1]}…"
            cells.append(f"{short:<{width}}" if column < texts else f"{short:>{width}}")
        lines.append("  ".join(cells).rstrip())
    return lines
