"""How numbers and dates are written in a language: English 1,234.5 and 2 October, German 1.234,5 and 2. Oktober."""

from datetime import UTC, datetime

import msgspec

from prellbock.reporting.month import Month
from prellbock.reporting.words import Language, Words, words_of

_MINUS = "\u2212"
_PERCENT: dict[Language, str] = {"en": "%", "de": "\u00a0%"}


class Locale(msgspec.Struct, frozen=True):
    """Words and numbers of one language."""

    language: Language

    @property
    def words(self) -> Words:
        """Its texts."""
        return words_of(self.language)

    def count(self, number: int) -> str:
        """A whole number with separators of thousands."""
        return self._point(f"{number:,}")

    def percent(self, share: float | None, digits: int = 2) -> str:
        """A share (0 to 1) in percent; a dash where there is none."""
        return "–" if share is None else self._point(f"{share * 100:,.{digits}f}") + _PERCENT[self.language]

    def points(self, change: float) -> str:
        """A difference of shares in percentage points, with its sign."""
        text = self._point(f"{abs(change) * 100:.2f}")
        return f"{_MINUS if change < 0 else '+'}{text}" if change and text.strip("0.,") else f"±{text}"

    def change(self, now: int, before: int) -> str:
        """By how many percent a count has changed; a dash where there was nothing before."""
        if not before:
            return "–"
        change = (now - before) / before
        sign = "±" if round(change * 100) == 0 else _MINUS if change < 0 else "+"
        return f"{sign}{self.percent(abs(change), 0)}"

    def month(self, month: Month) -> str:
        """Its name and year."""
        return f"{self.words.months[month.number - 1]} {month.year}"

    def date(self, date: str) -> str:
        """``2026-10-02`` as day and month."""
        _, month, day = (int(part) for part in date.split("-"))
        return f"{day}{'.' if self.language == 'de' else ''} {self.words.months[month - 1]}"

    def moment(self, time: str | float | None) -> str:
        """Date and time of day in UTC, of RFC 3339 or Unix seconds."""
        if time is None:
            return "–"
        at = datetime.fromisoformat(time) if isinstance(time, str) else datetime.fromtimestamp(time, UTC)
        return f"{self.date(at.date().isoformat())} {at.year}, {at:%H:%M}"

    def _point(self, text: str) -> str:
        return text.translate(str.maketrans(",.", ".,")) if self.language == "de" else text
