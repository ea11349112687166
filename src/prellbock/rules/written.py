"""Rules as TOML: what `prellbock.rules.toml` reads comes out as it was, comments and their lines apart."""

import json
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from prellbock.rules.model import Example, Rule

_ONE_LINE = 90
"""Characters up to which a list stands on one line."""


def to_toml(rules: Iterable[Rule]) -> str:
    """The rules as ``[[rule]]`` tables, in their order."""
    return "\n".join(_table(rule) for rule in rules)


def _table(rule: Rule) -> str:
    lines = ["[[rule]]"]
    for field, value in msgspec.structs.asdict(rule).items():
        if field in ("name", "category", "match") or value not in ((), {}, None, 0, ""):
            lines.append(f"{field} = {_value(value)}")
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Example):
        if value == Example(value.text):
            return _quoted(value.text)
        return _inline({name: part for name, part in msgspec.structs.asdict(value).items() if part is not None})
    if isinstance(value, Mapping):
        return _inline(value)
    if isinstance(value, Sequence):
        items = [_value(item) for item in value]
        line = f"[{', '.join(items)}]"
        return line if len(line) <= _ONE_LINE else "[\n" + "".join(f"  {item},\n" for item in items) + "]"
    return str(value)


def _inline(values: Mapping[str, object]) -> str:
    return f"{{{', '.join(f'{name} = {_value(value)}' for name, value in values.items())}}}"


def _quoted(text: str) -> str:
    """A literal string where that is possible: patterns then stand as they are."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
