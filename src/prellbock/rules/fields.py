"""Reading the fields of a ``[[rule]]`` table: what several kinds of rules share. Every reader raises `FieldError`."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from prellbock.providers import PROVIDERS
from prellbock.rules.lines import LineFinder
from prellbock.rules.model import Place, Problem
from prellbock.taxonomy import CATEGORIES

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")

Readers = Mapping[str, Callable[[object], object]]
"""Field → function that checks its value and gives it as the model wants it."""


class FieldError(ValueError):
    """A field's value cannot be used; ``value`` is the part of it by which its line is found."""

    def __init__(self, text: str, value: object = None) -> None:
        super().__init__(text)
        self.value = value


def document(file: str, content: str, lines: LineFinder, problems: list[Problem]) -> dict[str, object] | None:
    """The tables of a TOML text; None, with a problem added, where it is not TOML."""
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else lines.count
        problems.append(Problem(Place(file, line), None, None, f"this is not valid TOML: {error}"))
        return None


def rule_tables(file: str, found: dict[str, object], lines: LineFinder, problems: list[Problem]) -> list[object]:
    """The ``[[rule]]`` tables of a document."""
    tables = found.get("rule", [])
    if not isinstance(tables, list):
        problems.append(Problem(Place(file, lines.rule(0)), None, None, "write [[rule]] with two brackets"))
        return []
    return tables


def read_rule(
    file: str,
    lines: LineFinder,
    number: int,
    table: object,
    *,
    readers: Readers,
    required: Sequence[str],
    problems: list[Problem],
) -> dict[str, object] | None:
    """The values of one ``[[rule]]`` table; None, with problems added, where anything is wrong with it."""
    place = Place(file, lines.rule(number))
    if not isinstance(table, dict):
        problems.append(Problem(place, None, None, "a rule must be a [[rule]] table"))
        return None
    called = table.get("name")
    shown = called if isinstance(called, str) else None
    before = len(problems)
    for field in required:
        if field not in table:
            problems.append(Problem(place, shown, field, f"is missing; write {field} = ..."))
    values: dict[str, object] = {}
    for field, value in table.items():
        try:
            values[field] = read_field(field, value, readers)
        except FieldError as wrong:
            at = Place(file, lines.field(number, field, wrong.value))
            problems.append(Problem(at, shown, field, str(wrong)))
    return values if len(problems) == before else None


def read_field(field: str, value: object, readers: Readers) -> object:
    """One value, by the reader of its field."""
    if field not in readers:
        near = get_close_matches(field, readers, 1)
        raise FieldError("there is no such field" + (f"; did you mean {near[0]}?" if near else ""))
    return readers[field](value)


def text(value: object) -> str:
    if not isinstance(value, str):
        raise FieldError(f"must be a text in quotes, not {value!r}")
    return value


def texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        raise FieldError(f"must be a text or a list of texts, not {value!r}")
    for item in value:
        if not isinstance(item, str):
            raise FieldError(f"must be a list of texts, but holds {item!r}", item)
    return tuple(value)


def name(value: object) -> str:
    found = text(value)
    if not _NAME.fullmatch(found):
        raise FieldError(f"{found!r} is no name; use lower-case letters, digits, dots and hyphens", found)
    return found


def category(value: object) -> str:
    found = text(value)
    if found not in CATEGORIES:
        near = get_close_matches(found, CATEGORIES, 1)
        raise FieldError(
            f"there is no category {found!r}; "
            + (f"did you mean {near[0]}?" if near else f"there are {', '.join(CATEGORIES)}"),
            found,
        )
    return found


def providers(value: object) -> tuple[str, ...]:
    for found in texts(value):
        if not _NAME.fullmatch(found):
            raise FieldError(f"{found!r} is no name of a provider; they are lower case, e.g. google", found)
        if found not in PROVIDERS:
            near = get_close_matches(found, PROVIDERS, 3)
            advice = f"did you mean {' or '.join(near)}?" if near else "prellbock.providers lists them"
            raise FieldError(f"there is no provider {found!r}; {advice}", found)
    return texts(value)
