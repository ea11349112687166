"""In which line of a TOML file does a value stand? tomllib does not say, so the text is read once more."""

import re

_HEADER = re.compile(r"\s*\[\[?\s*rule\s*\]\]?")
_SUBTABLE = re.compile(r"\s*\[\[?\s*rule\s*\.\s*\"?([\w-]+)")
_KEY = re.compile(r"\s*\"?([\w-]+)\"?\s*(?:\.[^=]*)?=")


class LineFinder:
    """Finds rules, fields and values of one file; lines count from 1. Where it is unsure, the rule's own line."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._rules: list[int] = []
        self._fields: list[dict[str, int]] = []
        self._top: dict[str, int] = {}
        quoted = ""
        for number, line in enumerate(self._lines, 1):
            if not quoted:
                self._note(number, line)
            for marks in ('"""', "'''"):
                if quoted in ("", marks) and line.count(marks) % 2:
                    quoted = "" if quoted else marks

    def _note(self, number: int, line: str) -> None:
        if _HEADER.match(line):
            self._rules.append(number)
            self._fields.append({})
        elif found := _SUBTABLE.match(line) or _KEY.match(line):
            (self._fields[-1] if self._fields else self._top).setdefault(found[1], number)

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def key(self, name: str) -> int:
        """The line of a key or table outside every rule."""
        for number, line in enumerate(self._lines, 1):
            if re.match(rf"\s*\[*\s*\"?{re.escape(name)}\b", line):
                return number
        return self._top.get(name, 1)

    def rule(self, number: int) -> int:
        """The line of the header of that rule, counted from 0."""
        return self._rules[number] if number < len(self._rules) else 1

    def field(self, number: int, field: str, value: object = None) -> int:
        """The line of a field of that rule, or of one of its values where it stands on a line of its own."""
        if number >= len(self._fields):
            return 1
        begin = self._fields[number].get(field, self.rule(number))
        if not isinstance(value, str):
            return begin
        end = self.rule(number + 1) if number + 1 < len(self._rules) else self.count + 1
        for line in range(begin, end):
            if value in self._lines[line - 1] or value.replace("\\", "\\\\") in self._lines[line - 1]:
                return line
        return begin
