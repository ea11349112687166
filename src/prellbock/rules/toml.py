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
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from typing import get_args

import msgspec

from prellbock import __version__
from prellbock.events import STAGES
from prellbock.rules import fields
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
from prellbock.rules.pattern import read
from prellbock.rules.tokens import PatternError

_CODE = re.compile(r"[245](?:\d\d|\dx|xx)|[245]\.(?:\d{1,3}|x)\.(?:\d{1,3}|x)|x\.\d{1,3}\.(?:\d{1,3}|x)")
REQUIRED = ("name", "category", "match")


def read_default(cache_dir: Path | None = None) -> RuleSet:
    """The rules that are shipped; no rules at all if the folder is missing."""
    return msgspec.structs.replace(read_folder(default_folder(), cache_dir, missing_ok=True), proved=True)


def read_folder(folder: Path, cache_dir: Path | None = None, *, missing_ok: bool = False) -> RuleSet:
    """All ``*.toml`` files of a folder, by name. Raises `RuleError` naming everything that is wrong in any of them.

    What was read without a mistake is kept in ``cache_dir`` and not checked again until a file changes.
    """
    if not folder.is_dir() and not missing_ok:
        raise RuleError([Problem(Place(str(folder), 0), None, None, "there is no such folder")])
    ruleset = read_files(sorted(folder.glob("*.toml")), cache_dir)
    if not ruleset.rules and not missing_ok:
        what = "there is no [[rule]] in any *.toml file of this folder; is it the right one?"
        raise RuleError([Problem(Place(str(folder), 0), None, None, what)])
    return ruleset


def read_files(files: Iterable[Path], cache_dir: Path | None = None) -> RuleSet:
    """Rules of several files in that order. Raises `RuleError`."""
    texts = []
    for file in files:
        try:
            texts.append((str(file), file.read_text(encoding="utf-8")))
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            what = f"octet 0x{error.object[error.start]:02x} is not UTF-8; save the file as UTF-8"
            raise RuleError([Problem(Place(str(file), before.count(b"\n") + 1), None, None, what)]) from error
        except OSError as error:
            what = f"cannot be read: {error.strerror}; check its permissions"
            raise RuleError([Problem(Place(str(file), 0), None, None, what)]) from error
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
    for file, content in texts:
        lines = LineFinder(content)
        document = fields.document(file, content, lines, problems)
        if document is None:
            continue
        for key in document.keys() - {"rule"}:
            problems.append(Problem(Place(file, lines.key(key)), None, key, "only [[rule]] tables belong here"))
        for number, table in enumerate(fields.rule_tables(file, document, lines, problems)):
            values = fields.read_rule(file, lines, number, table, readers=READERS, required=REQUIRED, problems=problems)
            if values is not None:
                rules.append(Rule(**values))  # type: ignore[arg-type]
                places.append(Place(file, lines.rule(number)))
    _refuse_duplicates(rules, places, problems)
    if problems:
        raise RuleError(problems)
    return RuleSet(tuple(rules), tuple(places))


def _refuse_duplicates(rules: list[Rule], places: list[Place], problems: list[Problem]) -> None:
    first: dict[str, Place] = {}
    for rule, place in zip(rules, places, strict=True):
        if rule.name in first:
            text = f"another rule of this name stands at {first[rule.name]}; every rule needs its own"
            problems.append(Problem(place, rule.name, "name", text))
        first.setdefault(rule.name, place)


def _patterns(value: object) -> tuple[str, ...]:
    patterns = fields.texts(value)
    for pattern in patterns:
        if not pattern:
            raise fields.FieldError("an empty pattern matches everything; leave it out", pattern)
        try:
            read(pattern)
        except PatternError as error:
            raise fields.FieldError(f"pattern {pattern!r}, {error}", pattern) from error
    return patterns


def _match(value: object) -> tuple[str, ...]:
    patterns = _patterns(value)
    if not patterns:
        raise fields.FieldError("must hold at least one pattern")
    return patterns


def _codes(value: object) -> tuple[str, ...]:
    for code in fields.texts(value):
        if not _CODE.fullmatch(code):
            raise fields.FieldError(
                f"{code!r} is no code; write a reply code or an enhanced code, e.g. 550, 5xx, 5.1.1, 5.1.x", code
            )
    return fields.texts(value)


def _stages(value: object) -> tuple[str, ...]:
    for stage in fields.texts(value):
        if stage not in STAGES:
            raise fields.FieldError(f"there is no stage {stage!r}; there are {', '.join(STAGES)}", stage)
    return fields.texts(value)


def _reporter(value: object) -> str:
    if value not in get_args(Reporter):
        raise fields.FieldError(f"must be one of {', '.join(get_args(Reporter))}, not {value!r}")
    return str(value)


def _priority(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -100 <= value <= 100:
        raise fields.FieldError(f"must be a whole number from -100 to 100, not {value!r}")
    return value


def _examples(value: object) -> tuple[Example, ...]:
    if not isinstance(value, list):
        raise fields.FieldError(f"must be a list of texts or of tables with text = ..., not {value!r}")
    return tuple(_example(item) for item in value)


def _example(item: object) -> Example:
    if isinstance(item, str):
        return Example(item)
    if not isinstance(item, dict):
        raise fields.FieldError(f"must be a text or a table with text = ..., not {item!r}", item)
    text = item.get("text")
    if unknown := item.keys() - set(Example.__struct_fields__):
        raise fields.FieldError(
            f"an example has no field {min(unknown)}; there are {', '.join(Example.__struct_fields__)}", text
        )
    if not isinstance(text, str):
        raise fields.FieldError("an example needs text = ...")
    code = item.get("smtp_code")
    if code is not None and (not isinstance(code, int) or not 200 <= code <= 599):
        raise fields.FieldError(f"smtp_code of an example must be a number from 200 to 599, not {code!r}", text)
    for field in ("mx", "recipient", "status", "stage"):
        if not isinstance(item.get(field, ""), str):
            raise fields.FieldError(f"{field} of an example must be a text, not {item[field]!r}", text)
    if item.get("stage", "rcpt") not in STAGES:
        raise fields.FieldError(f"there is no stage {item['stage']!r}; there are {', '.join(STAGES)}", text)
    return Example(**item)


def _advice(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or value.keys() != set(get_args(AdviceLanguage)):
        raise fields.FieldError('must be {en = "...", de = "..."}, the same in both languages')
    return {language: fields.text(text) for language, text in value.items()}


READERS: dict[str, Callable[[object], object]] = {
    "name": fields.name,
    "category": fields.category,
    "match": _match,
    "unless": _patterns,
    "provider": fields.providers,
    "code": _codes,
    "stage": _stages,
    "reporter": _reporter,
    "priority": _priority,
    "examples": _examples,
    "counterexamples": _examples,
    "source": fields.text,
    "advice": _advice,
}
