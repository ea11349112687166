"""Bars as SVG, so that a table of figures can be seen at a glance: no library, no colour alone carries a meaning."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_ROW, _LABEL, _BARS, _GAP, _TOP = 22, 130, 180, 60, 46


class Panel(NamedTuple):
    """One measure of everything: ``target`` is drawn as a line; ``least``: where the bars begin."""

    title: str
    values: Sequence[float]
    target: float
    form: str
    least: float = 0.0


def bars(names: Sequence[str], panels: Sequence[Panel], label: int = _LABEL) -> str:
    """Side by side for each measure a bar for each name; ``label`` is the width of the names."""
    width = label + len(panels) * (_BARS + _GAP) + 10
    height = _TOP + len(names) * _ROW + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for row, name in enumerate(names):
        parts.append(_text(label - 8, _TOP + row * _ROW + 14, name, "end"))
    for column, panel in enumerate(panels):
        parts += _panel(panel, label + column * (_BARS + _GAP))
    return "\n".join([*parts, "</svg>\n"])


def _panel(panel: Panel, left: int) -> list[str]:
    most = max(*panel.values, panel.target) or 1.0
    span = (most - panel.least) or 1.0

    def place(value: float) -> float:
        return round(max(value - panel.least, 0.0) / span * _BARS, 1)

    parts = [_text(left, 16, panel.title), _text(left, 32, f"target {panel.form.format(panel.target)}")]
    for row, value in enumerate(panel.values):
        top = _TOP + row * _ROW
        parts.append(f'<rect x="{left}" y="{top + 3}" width="{place(value)}" height="{_ROW - 8}" fill="#4878a8"/>')
        parts.append(_text(left + place(value) + 4, top + 14, panel.form.format(value)))
    x = left + place(panel.target)
    bottom = _TOP + len(panel.values) * _ROW
    parts.append(f'<line x1="{x}" x2="{x}" y1="{_TOP - 4}" y2="{bottom}" stroke="#b03030" stroke-dasharray="4 3"/>')
    return parts


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
