"""What do the imports of foreign rule files share? Patterns made ours, refusals with their line, and TOML written out.

Foreign systems match a whole reply (``550 5.1.1 User unknown``) and take the first rule that matches. Ours know codes
as fields of a rule and see lower-case text; so a code at the beginning of a pattern becomes the rule's `code`, and the
order becomes `priority`.
"""

import json
import re
from collections.abc import Iterable, Sequence

import msgspec

from prellbock.rules.pattern import read
from prellbock.rules.tokens import PatternError

HIGHEST = 100
"""Greatest priority; a file with more groups than this keeps the order of the first hundred."""

_CODE_CLASSES = {r"\d": "x", "[0-9]": "x", "[45]": "x", ".": "x"}
_REPLY = re.compile(r"\^?([245])(\\d|\d|x|\[0-9\]|\.)(\\d|\d|x|\[0-9\]|\.)(?=[ .\-\\(\[$]|$)")
_ANY_REPLY = re.compile(r"\^(?:\\d\{3\}|\\d\\d\\d|\[45\]\\d\\d|\[45\]\\d\{2\})(?=[ .\-\\(\[$]|$)")
_ENHANCED = re.compile(r"\^?([245]|\[45\]|\\d)\\\.(\d{1,3}|\\d)\\\.(\d{1,3}|\\d\+?)(?!\d)")
_GAP = re.compile(r"^(?:\\s|[ .-]|\[ -\]|[*+?])+")


class Refusal(msgspec.Struct, frozen=True):
    """A foreign pattern that cannot become a rule: its line, its text, why, and what to write instead."""

    line: int
    pattern: str
    text: str


class ForeignRule(msgspec.Struct, frozen=True):
    """A pattern made ours. ``group`` is the foreign class, in the order in which groups first appear."""

    line: int
    group: str
    category: str
    pattern: str
    code: str | None


def adapted(pattern: str) -> tuple[str, str | None]:
    """The pattern in our form, and the code that stood at its beginning. Raises `PatternError`.

    ``^550.+User Unknown`` becomes ``user unknown`` for code 550; ``^550 5\\.1\\.1 x`` takes the narrower 5.1.1.
    """
    text = _lower(pattern.removeprefix("(?i)"))
    code = None
    if text.startswith("^"):
        if found := _ANY_REPLY.match(text):
            text = _GAP.sub("", text[found.end() :])
        elif found := _REPLY.match(text):
            code = found[1] + "".join(_CODE_CLASSES.get(digit, digit) for digit in found.groups()[1:])
            text = _GAP.sub("", text[found.end() :])
        if found := _ENHANCED.match(text):
            code = ".".join(_CODE_CLASSES.get(part.rstrip("+"), part) for part in found.groups())
            text = _GAP.sub("", text[found.end() :])
    if not text:
        raise PatternError(
            1,
            "only a code stands here; leave it out: Prellbock reads codes itself where no rule matches the text "
            "(`prellbock classify --fields by_code` shows what they mean)",
        )
    read(text)
    return text, code


def _lower(pattern: str) -> str:
    r"""Lower case, except for escapes such as ``\S``; an escaped slash is a slash."""
    return re.sub(r"\\(.)|[^\\]", lambda part: _unescaped(part[0]), pattern, flags=re.DOTALL)


def _unescaped(part: str) -> str:
    if not part.startswith("\\"):
        return part.lower()
    return "/" if part == "\\/" else part


def as_toml(rules: Iterable[ForeignRule], source: str, prefix: str) -> str:
    """Rules of our own kind as TOML: one a group and code, the earlier group with the higher priority."""
    tables: dict[tuple[str, str | None], list[ForeignRule]] = {}
    seen: set[tuple[str, str | None]] = set()
    for rule in rules:
        if (rule.pattern, rule.code) not in seen:
            seen.add((rule.pattern, rule.code))
            tables.setdefault((rule.group, rule.code), []).append(rule)
    order = list(dict.fromkeys(group for group, _ in tables))
    return "\n".join(
        _table(
            f"{prefix}-{_name(group)}" + (f"-{code}" if code else ""),
            patterns,
            max(1, min(HIGHEST, len(order)) - order.index(group)),
            source,
        )
        for (group, code), patterns in tables.items()
    )


def _table(name: str, rules: Sequence[ForeignRule], priority: int, source: str) -> str:
    patterns = "\n".join(f"    {_quoted(rule.pattern)}," for rule in rules)
    code = f'code = ["{rules[0].code}"]\n' if rules[0].code else ""
    return (
        f'[[rule]]\nname = "{name}"\ncategory = "{rules[0].category}"\nmatch = [\n{patterns}\n]\n{code}'
        f"priority = {priority}\nexamples = []\nsource = {json.dumps(source, ensure_ascii=False)}\n"
    )


def _name(group: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", group)
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "class"


def _quoted(pattern: str) -> str:
    if "'" in pattern or any(ord(char) < 32 for char in pattern):
        return json.dumps(pattern, ensure_ascii=False)
    return f"'{pattern}'"
