"""What do receiving servers really say? Tables of replies beside this file, grouped by who answers.

The wording follows the public page that each group names, shortened or varied where the page only describes a reply;
the variable parts are braces, filled by `prellbock.simulate.wording`. A reply of several lines is written as a log
joins it, with the code repeated.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from prellbock.events import STAGES, Stage
from prellbock.taxonomy import CATEGORIES

FILES = ("freemail.toml", "german.toml", "servers.toml")

_CODES = re.compile(r"(?P<code>[245]\d\d)[ -](?:(?P<status>[245]\.\d{1,3}\.\d{1,3})\b)?")


class Reply(NamedTuple):
    """One text of a receiving server, or of the sending one where nobody answered (``smtp_code`` is None)."""

    category: str
    stage: Stage | None
    """The command that was answered; None for a report that came later, or where nobody answered."""
    text: str
    status: str | None
    smtp_code: int | None
    permanent: bool


@cache
def _groups() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name in FILES:
        found.update(tomllib.loads((resources.files(__name__) / name).read_text("utf-8")))
    return found


def source_of(group: str) -> str:
    """The page that the wording of a group follows."""
    return str(_groups()[group]["source"])


def groups() -> tuple[str, ...]:
    """The names of all groups."""
    return tuple(_groups())


def replies(*names: str, **brand: str) -> tuple[Reply, ...]:
    """The replies of groups; ``brand`` replaces braces that stand for who answers."""
    return tuple(_reply(row, brand) for name in names for row in _groups()[name]["replies"])


def _reply(row: list[str], brand: dict[str, str]) -> Reply:
    category, command, text = row[:3]
    assert category in CATEGORIES, f"{category} is no category: {text}"
    stage = next((stage for stage in STAGES if stage == command), None)
    assert stage or not command, f"{command} is no SMTP command: {text}"
    for name, value in brand.items():
        text = text.replace(f"{{{name}}}", value)
    found = _CODES.match(text)
    status = row[3] if len(row) == 4 else found["status"] if found else None
    code = int(found["code"]) if found else None
    permanent = code >= 500 if code else bool(status and status.startswith("5"))
    return Reply(category, stage, text, status, code, permanent)
