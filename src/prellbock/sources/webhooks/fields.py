"""A JSON object of somebody else, read tolerantly: what is missing, empty or of another type is None."""

import json
import re
from collections.abc import Iterable, Mapping

import orjson

from prellbock.events import DeliveryEvent
from prellbock.sources.mail.dates import time_of
from prellbock.sources.mail.replies import cause
from prellbock.sources.record import RecordError, instant
from prellbock.sources.webhooks.call import UnreadableError

STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_FRACTION = re.compile(r"(\.\d{6})\d+")
"""Nanoseconds, which `datetime` does not read."""


class Fields:
    """An object and what stands in it."""

    def __init__(self, record: Mapping[str, object]) -> None:
        self.record = record

    def text(self, *names: str) -> str | None:
        """The first of the fields that holds text or a number, as text without blanks around it."""
        for name in names:
            value = self.record.get(name)
            if isinstance(value, str):
                if found := value.strip():
                    return found
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                return str(value)
        return None

    def whole(self, *names: str) -> int | None:
        """A whole number, also one that is written as text."""
        found = self.text(*names)
        return int(found) if found is not None and found.isascii() and found.isdigit() and len(found) < 19 else None

    def true(self, name: str) -> bool:
        """Whether the field is true; some write it as text."""
        return self.record.get(name) in (True, "true", "True", 1)

    def at(self, name: str) -> "Fields":
        """The object in a field; an empty one where there is none."""
        value = self.record.get(name)
        return Fields(value) if isinstance(value, dict) else Fields({})

    def all(self, name: str) -> list["Fields"]:
        """The objects of a list."""
        value = self.record.get(name)
        return [Fields(each) for each in value if isinstance(each, dict)] if isinstance(value, list) else []

    def texts(self, name: str) -> list[str]:
        """The texts of a list, or the only one that stands there without a list."""
        value = self.record.get(name)
        given = value if isinstance(value, list) else [value]
        return [each.strip() for each in given if isinstance(each, str) and each.strip()]

    def time(self, *names: str) -> float | None:
        """A time in Unix seconds, or as text after RFC 3339 or RFC 5322. Raises `RecordError` if it is neither."""
        found = self.text(*names)
        return None if found is None else moment(found)

    def labels(self, *names: str) -> dict[str, str]:
        """What the sender has attached to the message: fields of objects, of JSON in a text, or a list of tags."""
        labels: dict[str, str] = {}
        for name in names:
            value = self.record.get(name)
            if isinstance(value, str) and value[:1] in "[{":
                try:
                    value = json.loads(value)
                except (ValueError, RecursionError):
                    continue
            if isinstance(value, dict):
                for key, held in value.items():
                    one = held[0] if isinstance(held, list) and held else held
                    if isinstance(one, str | int | float):
                        labels[str(key)] = str(one)
            elif isinstance(value, list):
                labels.update((name, str(one)) for one in value[:1] if isinstance(one, str | int))
            elif isinstance(value, str) and value:
                labels[name] = value
        return labels


def moment(text: str) -> float:
    """A time as Unix seconds, from any of the forms that providers use. Raises `RecordError`."""
    try:
        return instant(_FRACTION.sub(r"\1", text))
    except RecordError:
        if (found := time_of(text)) is not None:
            return found
        raise


def json_value(body: bytes) -> object:
    """What a JSON text holds; halves of characters are replaced. Raises `UnreadableError`."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        why = str(error)
    try:
        # The standard library bears what orjson refuses: half a surrogate pair, octets that are no UTF-8.
        held = json.loads(body.decode("utf-8", "replace"), parse_constant=lambda name: None)
        return orjson.loads(json.dumps(held, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise UnreadableError(f"the body is not JSON ({why})") from None


def json_items(body: bytes) -> list[Mapping[str, object]]:
    """The objects of a body that is a JSON array, or one object alone. Raises `UnreadableError`."""
    found = json_value(body)
    items = [item for item in (found if isinstance(found, list) else [found]) if isinstance(item, dict)]
    if len(items) != (len(found) if isinstance(found, list) else 1):
        raise UnreadableError("the body must be a JSON object or an array of objects")
    return list(items)


def said(
    event: DeliveryEvent, by: str, word: str, category: str | None = None, *, permanent: bool | None = None
) -> DeliveryEvent:
    """Notes what the provider itself calls the event; it decides where neither text nor code says anything.

    ``permanent``: whether the answering server has refused for good, where the provider says so without a reply.
    """
    meta = event.meta = event.meta or {}
    meta["said_by"], meta["said"] = by, word
    if category is not None:
        meta["said_category"] = category
    if permanent is not None:
        meta["said_permanent"] = permanent
    return event


def answered(
    event: DeliveryEvent, text: str | None, code: int | None = None, status: str | None = None
) -> DeliveryEvent:
    """Puts the answer of a server into an event: its text as it was, and its codes, where the provider tells none.

    ``code`` and ``status`` that are none (0, 498 without an answer, ``5``) are left out.
    """
    text = (text or "").strip()
    if text[:5].lower() == "smtp;":
        text = text[5:].strip()
    reply = cause(text) if text else None
    event.response = text or None
    event.smtp_code = code if code is not None and 200 <= code <= 599 else reply.code if reply else None
    event.status = status if status and STATUS.fullmatch(status) else reply.status if reply else None
    return event


def first_address(texts: Iterable[str]) -> str | None:
    """The first address of ``Name <address>`` texts."""
    for text in texts:
        return text.rpartition("<")[2].rstrip("> ") if "<" in text else text
    return None
