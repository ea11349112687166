"""How are rules written down? As ``[[rule]]`` tables in TOML files; every mistake is reported with its line.

A rule::

    [[rule]]
    name = "google-unknown"
    category = "unknown_recipient"
    match = ["the email account that you tried to reach does not exist"]
    provider = "google"
    code = ["550", "5.1.x"]
    examples = ["550-5.1.1 The email account that you tried to reach does not exist"]
    source = "https://support.google.com/a/answer/3726730"
"""

import contextlib
import re
import tomllib
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path
from typing import get_args

import msgspec

from prellbock import __version__
from prellbock.events import STAGES
from prellbock.providers import PROVIDERS
from prellbock.rules.cached import keep, load
from prellbock.rules.lines import LineFinder
from prellbock.rules.model import (
    AdviceLanguage,
    Example,
    Place,
    Problem,
    Reporter,
    Rule,
    RuleError,
    RuleSet,
    default_folder,
)
from prellbock.rules.pattern import PatternError, read
from prellbock.taxonomy import CATEGORIES

_CODE = re.compile(r"[245](?:\d\d|\dx|xx)|[245]\.(?:\d{1,3}|x)\.(?:\d{1,3}|x)|x\.\d{1,3}\.(?:\d{1,3}|x)")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_FIELDS = Rule.__struct_fields__
_REQUIRED = ("name", "category", "match")


class _FieldError(ValueError):
    """A field's value cannot be used; ``value`` is the part of it by which its line is found."""

    def __init__(self, text: str, value: object = None) -> None:
        super().__init__(text)
        self.value = value


def read_default(cache_dir: Path | None = None) -> RuleSet:
    """The rules that are shipped; no rules at all if the folder is missing."""
    return read_folder(default_folder(), cache_dir, missing_ok=True)


def read_folder(folder: Path, cache_dir: Path | None = None, *, missing_ok: bool = False) -> RuleSet:
    """All ``*.toml`` files of a folder, by name. Raises `RuleError` naming everything that is wrong in any of them.

    What was read without a mistake is kept in ``cache_dir`` and not checked again until a file changes.
    """
    if not folder.is_dir() and not missing_ok:
        raise RuleError([Problem(Place(str(folder), 0), None, None, "there is no such folder")])
    return read_files(sorted(folder.glob("*.toml")), cache_dir)


def read_files(files: Iterable[Path], cache_dir: Path | None = None) -> RuleSet:
    """Rules of several files in that order. Raises `RuleError`."""
    texts = []
    for file in files:
        try:
            texts.append((str(file), file.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise RuleError([Problem(Place(str(file), 0), None, None, f"cannot be read: {error}")]) from error
    if cache_dir is None:
        return read_texts(texts)
    key = blake2b(msgspec.msgpack.encode((__version__, texts)), digest_size=16).hexdigest()
    file = cache_dir / f"rules-{key}.msgpack"
    if content := load(file):
        with contextlib.suppress(msgspec.MsgspecError):
            return msgspec.msgpack.decode(content, type=RuleSet)
    ruleset = read_texts(texts)
    keep(file, msgspec.msgpack.encode(ruleset))
    return ruleset


def read_texts(texts: Iterable[tuple[str, str]]) -> RuleSet:
    """Rules of TOML texts, given as (file name, text). Raises `RuleError`."""
    rules: list[Rule] = []
    places: list[Place] = []
    problems: list[Problem] = []
    for file, text in texts:
        lines = LineFinder(text)
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found[1]) if found else lines.count
            problems.append(Problem(Place(file, line), None, None, f"this is not valid TOML: {error}"))
            continue
        for key in document.keys() - {"rule"}:
            problems.append(Problem(Place(file, lines.key(key)), None, key, "only [[rule]] tables belong here"))
        tables = document.get("rule", [])
        if not isinstance(tables, list):
            problems.append(Problem(Place(file, lines.rule(0)), None, None, "write [[rule]] with two brackets"))
            continue
        for number, table in enumerate(tables):
            found_rule = _rule(file, lines, number, table, problems)
            if found_rule is not None:
                rules.append(found_rule)
                places.append(Place(file, lines.rule(number)))
    _refuse_duplicates(rules, places, problems)
    if problems:
        raise RuleError(problems)
    return RuleSet(tuple(rules), tuple(places))


def _rule(file: str, lines: LineFinder, number: int, table: object, problems: list[Problem]) -> Rule | None:
    place = Place(file, lines.rule(number))
    if not isinstance(table, dict):
        problems.append(Problem(place, None, None, "a rule must be a [[rule]] table"))
        return None
    name = table.get("name")
    shown = name if isinstance(name, str) else None
    before = len(problems)
    for field in _REQUIRED:
        if field not in table:
            problems.append(Problem(place, shown, field, f"is missing; write {field} = ..."))
    values: dict[str, object] = {}
    for field, value in table.items():
        try:
            if field not in _READERS:
                near = get_close_matches(field, _FIELDS, 1)
                raise _FieldError("there is no such field" + (f"; did you mean {near[0]}?" if near else ""))
            values[field] = _READERS[field](value)
        except _FieldError as wrong:
            at = Place(file, lines.field(number, field, wrong.value))
            problems.append(Problem(at, shown, field, str(wrong)))
    return Rule(**values) if len(problems) == before else None  # type: ignore[arg-type]


def _refuse_duplicates(rules: list[Rule], places: list[Place], problems: list[Problem]) -> None:
    first: dict[str, Place] = {}
    for rule, place in zip(rules, places, strict=True):
        if rule.name in first:
            text = f"another rule of this name stands at {first[rule.name]}; every rule needs its own"
            problems.append(Problem(place, rule.name, "name", text))
        first.setdefault(rule.name, place)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _FieldError(f"must be a text in quotes, not {value!r}")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        raise _FieldError(f"must be a text or a list of texts, not {value!r}")
    for item in value:
        if not isinstance(item, str):
            raise _FieldError(f"must be a list of texts, but holds {item!r}", item)
    return tuple(value)


def _name(value: object) -> str:
    text = _text(value)
    if not _NAME.fullmatch(text):
        raise _FieldError(f"{text!r} is no name; use lower-case letters, digits, dots and hyphens")
    return text


def _category(value: object) -> str:
    text = _text(value)
    if text not in CATEGORIES:
        near = get_close_matches(text, CATEGORIES, 1)
        raise _FieldError(
            f"there is no category {text!r}; "
            + (f"did you mean {near[0]}?" if near else f"there are {', '.join(CATEGORIES)}")
        )
    return text


def _patterns(value: object) -> tuple[str, ...]:
    patterns = _texts(value)
    for pattern in patterns:
        if not pattern:
            raise _FieldError("an empty pattern matches everything; leave it out", pattern)
        try:
            read(pattern)
        except PatternError as error:
            raise _FieldError(f"pattern {pattern!r}, {error}", pattern) from error
    return patterns


def _match(value: object) -> tuple[str, ...]:
    patterns = _patterns(value)
    if not patterns:
        raise _FieldError("must hold at least one pattern")
    return patterns


def _codes(value: object) -> tuple[str, ...]:
    for code in _texts(value):
        if not _CODE.fullmatch(code):
            raise _FieldError(
                f"{code!r} is no code; write a reply code or an enhanced code, e.g. 550, 5xx, 5.1.1, 5.1.x", code
            )
    return _texts(value)


def _providers(value: object) -> tuple[str, ...]:
    for name in _texts(value):
        if not _NAME.fullmatch(name):
            raise _FieldError(f"{name!r} is no name of a provider; they are lower case, e.g. google", name)
        if name not in PROVIDERS:
            near = get_close_matches(name, PROVIDERS, 3)
            advice = f"did you mean {' or '.join(near)}?" if near else "prellbock.providers lists them"
            raise _FieldError(f"there is no provider {name!r}; {advice}", name)
    return _texts(value)


def _stages(value: object) -> tuple[str, ...]:
    for stage in _texts(value):
        if stage not in STAGES:
            raise _FieldError(f"there is no stage {stage!r}; there are {', '.join(STAGES)}", stage)
    return _texts(value)


def _reporter(value: object) -> str:
    if value not in get_args(Reporter):
        raise _FieldError(f"must be one of {', '.join(get_args(Reporter))}, not {value!r}")
    return str(value)


def _priority(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -100 <= value <= 100:
        raise _FieldError(f"must be a whole number from -100 to 100, not {value!r}")
    return value


def _examples(value: object) -> tuple[Example, ...]:
    if not isinstance(value, list):
        raise _FieldError(f"must be a list of texts or of tables with text = ..., not {value!r}")
    return tuple(_example(item) for item in value)


def _example(item: object) -> Example:
    if isinstance(item, str):
        return Example(item)
    if not isinstance(item, dict):
        raise _FieldError(f"must be a text or a table with text = ..., not {item!r}", item)
    text = item.get("text")
    if unknown := item.keys() - set(Example.__struct_fields__):
        raise _FieldError(
            f"an example has no field {min(unknown)}; there are {', '.join(Example.__struct_fields__)}", text
        )
    if not isinstance(text, str):
        raise _FieldError("an example needs text = ...")
    code = item.get("smtp_code")
    if code is not None and (not isinstance(code, int) or not 200 <= code <= 599):
        raise _FieldError(f"smtp_code of an example must be a number from 200 to 599, not {code!r}", text)
    for field in ("mx", "recipient", "status", "stage"):
        if not isinstance(item.get(field, ""), str):
            raise _FieldError(f"{field} of an example must be a text, not {item[field]!r}", text)
    if item.get("stage", "rcpt") not in STAGES:
        raise _FieldError(f"there is no stage {item['stage']!r}; there are {', '.join(STAGES)}", text)
    return Example(**item)


def _advice(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or value.keys() != set(get_args(AdviceLanguage)):
        raise _FieldError('must be {en = "...", de = "..."}, the same in both languages')
    return {language: _text(text) for language, text in value.items()}


_READERS: dict[str, Callable[[object], object]] = {
    "name": _name,
    "category": _category,
    "match": _match,
    "unless": _patterns,
    "provider": _providers,
    "code": _codes,
    "stage": _stages,
    "reporter": _reporter,
    "priority": _priority,
    "examples": _examples,
    "counterexamples": _examples,
    "source": _text,
    "advice": _advice,
}
