"""How sure is the model, and what does it take for what? Two pictures (SVG) of the answers on texts left out."""

from html import escape

import numpy as np

from prellbock.learn.figures import Answered, Figures
from prellbock.learn.justify import right

_STYLE = '<style>text{font:11px sans-serif;fill:#333}</style><rect width="100%" height="100%" fill="#fff"/>'
_SIDE = 320
_MARGIN = 56
_CELL = 17
_NAMES = 150


def calibration(figures: Figures) -> str:
    """Share of right answers over confidence; a dot's area is its number of texts, the line is what should be."""
    most = max(each.texts for each in figures.bins)

    def place(x: float, y: float) -> tuple[float, float]:
        return _MARGIN + x * _SIDE, 20 + (1 - y) * _SIDE

    parts = [_line(place(0, 0), place(1, 1), "#999"), _line(place(0, 0), place(1, 0)), _line(place(0, 0), place(0, 1))]
    for mark in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        x, y = place(mark, 0)
        parts.append(f'<text x="{x:.0f}" y="{y + 16:.0f}" text-anchor="middle">{mark:.1f}</text>')
        x, y = place(0, mark)
        parts.append(f'<text x="{x - 8:.0f}" y="{y + 4:.0f}" text-anchor="end">{mark:.1f}</text>')
    for each in figures.bins:
        x, y = place(each.confidence, each.right)
        radius = 3 + 11 * (each.texts / most) ** 0.5
        told = f"<title>{each.texts} texts, confidence {each.confidence:.2f}, right {each.right:.2f}</title>"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#2b6cb0" fill-opacity=".6">{told}</circle>'
        )
    middle = _MARGIN + _SIDE / 2
    parts.append(f'<text x="{middle:.0f}" y="{_SIDE + 56}" text-anchor="middle">confidence</text>')
    parts.append(f'<text x="14" y="{20 + _SIDE / 2:.0f}" transform="rotate(-90 14 {20 + _SIDE / 2:.0f})" '
                 'text-anchor="middle">share of right answers</text>')  # fmt: skip
    return _drawing(_SIDE + _MARGIN + 24, _SIDE + 68, parts)


def confusion(answers: Answered) -> str:
    """One row a category, one column an answer; an accepted answer stands in the diagonal. Darker: a larger share."""
    chosen = answers.shares.argmax(axis=1)
    good = right(answers.rows, answers.classes, chosen)
    names = answers.classes
    counts = np.zeros((len(names), len(names)), dtype=int)
    for row, said, fine in zip(answers.rows, chosen.tolist(), good.tolist(), strict=True):
        is_ = names.index(row.category)
        counts[is_, is_ if fine else said] += 1
    parts = []
    for index, name in enumerate(names):
        at = _NAMES + index * _CELL
        parts.append(f'<text x="{_NAMES - 6}" y="{at + 12}" text-anchor="end">{escape(name)}</text>')
        parts.append(
            f'<text x="{at + 12}" y="{_NAMES - 6}" transform="rotate(-90 {at + 12} {_NAMES - 6})">{escape(name)}</text>'
        )
        total = max(1, int(counts[index].sum()))
        for column in np.flatnonzero(counts[index]).tolist():
            count = int(counts[index, column])
            colour = "#2b6cb0" if column == index else "#c53030"
            told = f"<title>{escape(name)} called {escape(names[column])}: {count} of {total}</title>"
            parts.append(
                f'<rect x="{_NAMES + column * _CELL}" y="{at}" width="{_CELL - 1}" height="{_CELL - 1}" '
                f'fill="{colour}" fill-opacity="{0.15 + 0.85 * count / total:.2f}">{told}</rect>'
            )
    side = _NAMES + len(names) * _CELL + 8
    return _drawing(side, side, parts)


def _line(start: tuple[float, float], end: tuple[float, float], colour: str = "#333") -> str:
    return f'<line x1="{start[0]:.0f}" y1="{start[1]:.0f}" x2="{end[0]:.0f}" y2="{end[1]:.0f}" stroke="{colour}"/>'


def _drawing(width: int, height: int, parts: list[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    return "\n".join([head + _STYLE, *parts, "</svg>"]) + "\n"
