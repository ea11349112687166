"""Logs that are a JSON object or a CSV row a line, read by a table: which of their fields is which of ours.

The tables of `halon`, `haraka` and `zonemta` are such mappings; another log needs no code but a TOML file
(``ingest --mapping FILE``):

    format = "json"                 # or "csv", whose first line names the columns
    name = "our-mta"
    [fields]                        # ours = theirs; the first that is there counts; a point goes into an object
    time = ["ts", "timestamp"]
    recipient = "rcpt"
    response = "result.text"
    [outcomes]                      # the value of the field `outcome` = what it means
    OK = "delivered"
    FAIL = "bounced"
    [categories]                    # the value of the field `category` = ours, where text and codes say nothing
    nouser = "unknown_recipient"
"""

import csv
import tomllib
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Literal, get_args

import msgspec
import orjson

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.logs.reading import Found, Reader, Setting
from prellbock.sources.logs.syslog import Clock
from prellbock.sources.record import RecordError
from prellbock.sources.webhooks.fields import Fields, answered, said
from prellbock.taxonomy import CATEGORIES

FIELDS = ("time", "recipient", "recipient_local", "recipient_domain", "outcome", "response", "smtp_code", "status",
          "mx", "sender", "stream", "campaign", "message_id", "attempt", "id", "category")  # fmt: skip
_MILLISECONDS = 1e11


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table."""

    name: str
    fields: Mapping[str, str | list[str]]
    outcomes: Mapping[str, Outcome]
    categories: Mapping[str, str] = {}
    format: Literal["json", "csv"] = "json"


class MappingError(ValueError):
    """A mapping cannot be used; the message says why."""


def load(path: Path) -> Table:
    """The mapping of a TOML file. Raises `MappingError`."""
    try:
        mapping = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Table)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise MappingError(f"{path}: {error}") from None
    for name in mapping.fields:
        if name not in FIELDS:
            raise MappingError(f"{path}: fields.{name} is not known: {', '.join(FIELDS)} are")
    for name in ("time", "recipient"):
        if name not in mapping.fields and "recipient_local" not in mapping.fields:
            raise MappingError(f"{path}: fields.{name} is missing")
    for word, category in mapping.categories.items():
        if category not in CATEGORIES:
            raise MappingError(f"{path}: categories.{word}: {category!r} is no category")
    for word, outcome in mapping.outcomes.items():
        if outcome not in get_args(Outcome):
            raise MappingError(f"{path}: outcomes.{word}: {outcome!r} is no outcome")
    return mapping


class Mapped:
    """Reads by a mapping."""

    def __init__(self, mapping: Table, setting: Setting) -> None:
        self._mapping = mapping
        self._paths = {
            name: [each.split(".") for each in ([given] if isinstance(given, str) else given)]
            for name, given in mapping.fields.items()
        }
        self._clock = Clock(setting.written, setting.zone or UTC)
        self._header: list[str] = []

    def read(self, lines: list[bytes]) -> Found:
        events: list[DeliveryEvent] = []
        bad: list[tuple[int, str]] = []
        for index, line in enumerate(lines):
            if not line.strip():
                continue
            try:
                record = self._record(line)
                if record is not None and (event := self._event(Fields(record))) is not None:
                    events.append(event)
            except orjson.JSONDecodeError as error:
                bad.append((index, f"not a JSON object on one line: {error}"))
            except (RecordError, csv.Error) as error:
                bad.append((index, str(error)))
        return Found(events, bad)

    def _record(self, line: bytes) -> Mapping[str, object] | None:
        if self._mapping.format == "json":
            found = orjson.loads(line)
            if not isinstance(found, dict):
                raise RecordError("not a JSON object")
            return found
        row = next(csv.reader([line.decode("utf-8", "replace")]))
        if not self._header:
            self._header = row
            return None
        return dict(zip(self._header, row, strict=False))

    def _event(self, record: Fields) -> DeliveryEvent | None:
        given = {name: self._at(record, name) for name in self._paths}
        outcome = self._mapping.outcomes.get(given.get("outcome") or "")
        if outcome is None:
            return None
        recipient = given.get("recipient")
        if recipient is None and given.get("recipient_domain"):
            recipient = f"{given.get('recipient_local')}@{given['recipient_domain']}"
        event = DeliveryEvent(
            time=self._time(given.get("time")),
            recipient=recipient,
            outcome=outcome,
            id=f"{self._mapping.name}:{given['id']}" if given.get("id") else None,
            mx=given.get("mx"),
            sender=given.get("sender"),
            stream=given.get("stream"),
            campaign=given.get("campaign"),
            message_id=given.get("message_id"),
            attempt=_whole(given.get("attempt")),
        )
        if outcome in ("bounced", "deferred"):
            answered(event, given.get("response"), _whole(given.get("smtp_code")), given.get("status"))
            if word := given.get("category"):
                said(event, self._mapping.name, word, self._mapping.categories.get(word))
        elif outcome == "complaint":
            event.feedback_type = "abuse"
        return event

    def _at(self, record: Fields, name: str) -> str | None:
        for path in self._paths[name]:
            inside = record
            for step in path[:-1]:
                inside = inside.at(step)
            if (found := inside.text(path[-1]) or next(iter(inside.texts(path[-1])), None)) is not None:
                return found
        return None

    def _time(self, text: str | None) -> float:
        if text is None:
            raise RecordError(f"time: missing; {self._mapping.fields.get('time')} holds none")
        if text.replace(".", "", 1).isdigit():
            number = float(text)
            return number / 1000 if number >= _MILLISECONDS else number
        return self._clock.of_iso(text)


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None


def reader_of(mapping: Table, setting: Setting) -> Reader:
    """A reader by this mapping."""
    return Mapped(mapping, setting)
