"""What do the machine-readable fields of a delivery status notification say, recipient by recipient?

RFC 3464 (the fields), RFC 6522 (multipart/report), RFC 6533 (international addresses), and what is sent in their name:
recipient blocks not parted by an empty line, fields in the text part, missing address types, comments, and
``Action: error``.
"""

import re
from collections.abc import Iterator
from typing import Final

from prellbock.events import Action
from prellbock.sources.mail.address_text import typed_address
from prellbock.sources.mail.message import Message, Part
from prellbock.sources.mail.replies import one_line, status_in

MAX_RECIPIENTS = 200_000
"""More than any real report has; what it costs to hold them is what bounds them."""
MAX_FIELDS = 200
"""Names of one group of fields."""
MAX_VALUE_CHARS = 8000
MAX_STATUS_BYTES = 64 * 1024 * 1024
_CHUNK_CHARS = 64 * 1024

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{2,40})[ \t]*:[ \t]*(.*)")
_RECIPIENT_FIELDS = ("final-recipient", "original-recipient", "x-actual-recipient")
_KNOWN = frozenset(
    [
        "final-recipient",
        "original-recipient",
        "x-actual-recipient",
        "action",
        "status",
        "remote-mta",
        "diagnostic-code",
        "last-attempt-date",
        "will-retry-until",
        "final-log-id",
        "reporting-mta",
        "received-from-mta",
        "dsn-gateway",
        "arrival-date",
        "original-envelope-id",
        "x-display-name",
        "x-supplementary-info",
        "localized-reason",
    ]
)
_PER_RECIPIENT = frozenset(
    ["final-recipient", "original-recipient", "action", "status", "remote-mta", "diagnostic-code", "last-attempt-date"]
)
_TYPE = re.compile(r"[A-Za-z][\w.-]{0,40}[ \t]*;[ \t]*")
_USUAL_TYPES = frozenset({"dns", "smtp", "SMTP", "DNS", "X-Postfix", "unix"})
_ACTIONS: tuple[tuple[str, Action], ...] = (
    ("fail", "failed"),
    ("error", "failed"),
    ("undeliver", "failed"),
    ("delay", "delayed"),
    ("deliver", "delivered"),
    ("relay", "relayed"),
    ("expand", "expanded"),
)

Fields = dict[str, str]


class Block:
    """What a DSN says of one recipient, with the per-message fields it stands under."""

    def __init__(self, fields: Fields, message: Fields) -> None:
        self.fields: Final = fields
        self.message: Final = message

    @property
    def recipient(self) -> str | None:
        """Canonical Final-Recipient, else Original-Recipient."""
        return next((found for name in _RECIPIENT_FIELDS if (found := self.address(name)) is not None), None)

    @property
    def original(self) -> str | None:
        """Canonical Original-Recipient."""
        return self.address("original-recipient")

    def address(self, name: str) -> str | None:
        """An address field of this block."""
        value = self.fields.get(name)
        return typed_address(value) if value else None

    @property
    def action(self) -> Action | None:
        """The action, with its comments and misspellings read; from the class of the status where it is missing."""
        word = self.fields.get("action", "").lower()
        found = next((action for begin, action in _ACTIONS if word.startswith(begin)), None)
        if found is None and (status := self.status) is not None:
            return {"2": "delivered", "4": "delayed", "5": "failed"}.get(status[0])  # type: ignore[return-value]
        return found

    @property
    def status(self) -> str | None:
        """The Status field (RFC 3464 section 2.3.4) without its comment."""
        return status_in(self.fields.get("status", ""))

    @property
    def diagnostic(self) -> str:
        """Diagnostic-Code without its type, on one line."""
        return one_line(_untyped(self.fields.get("diagnostic-code", "")))

    def name(self, field: str) -> str | None:
        """A name-valued field (``dns; mx.example.com (comment)``): the first word after the type."""
        words = _untyped(self.fields.get(field) or self.message.get(field) or "").split()
        word = words[0].strip("()[]<>").rstrip(".").lower() if words else ""
        return word if 1 <= len(word) <= 255 else None


def read_blocks(mail: Message) -> list[Block]:
    """The recipient blocks of every delivery-status part of a mail, in order."""
    blocks: list[Block] = []
    for part in mail.walk():
        if _is_status_part(part):
            blocks += parse_fields(part.text_of(MAX_STATUS_BYTES))
    if len(blocks) < MAX_RECIPIENTS:
        return blocks
    mail.lose(f"reports {MAX_RECIPIENTS} recipients or more; those behind are left out")
    return blocks[:MAX_RECIPIENTS]


def read_pasted(text: str, lowered: str) -> list[Block]:
    """DSN fields that stand within the text for people (Amazon WorkMail and copies of reports)."""
    if "final-recipient" not in lowered:
        return []
    return [block for block in parse_fields(text, known_only=True) if block.recipient and "action" in block.fields]


def parse_fields(text: str, known_only: bool = False) -> list[Block]:
    """Recipient blocks of the text of a delivery-status part. Empty lines are taken for advice only."""
    message: Fields = {}
    groups: list[Fields] = []
    for group in _groups(text, known_only):
        if any(name in group for name in _RECIPIENT_FIELDS):
            if groups and not any(name in groups[-1] for name in _RECIPIENT_FIELDS):
                # Fields such as Action that stood in a paragraph of their own before the recipient.
                groups[-1] = {**groups[-1], **group}
            else:
                groups.append(group)
        elif groups and groups[-1].keys().isdisjoint(group):
            groups[-1].update(group)
        elif not groups and ("action" in group or "diagnostic-code" in group):
            groups.append(group)
        elif len(message) < MAX_FIELDS:
            message.update(group)
        if len(groups) >= MAX_RECIPIENTS:
            break
    return [Block(fields=group, message=_with_own(message, group)) for group in groups]


def _untyped(value: str) -> str:
    """What stands behind the type of a field."""
    kind, semicolon, rest = value.partition(";")
    if not semicolon:
        return value
    if kind in _USUAL_TYPES:
        return rest.lstrip(" \t")
    match = _TYPE.match(value)
    return value if match is None else value[match.end() :]


def _with_own(message: Fields, group: Fields) -> Fields:
    """The per-message fields; those that stand among the fields of a recipient are his."""
    if group.keys() <= _PER_RECIPIENT:
        return message
    return message | {name: value for name, value in group.items() if name not in _PER_RECIPIENT}


def _groups(text: str, known_only: bool) -> Iterator[Fields]:
    """Groups of fields: what stands between empty lines, and what begins with a field that was there already."""
    current: Fields = {}
    name = ""
    for line in _lines(text):
        if not line or line.isspace():
            if current:
                yield current
                current = {}
            name = ""
            continue
        head, _, value = line.partition(":")
        key = head.lower()
        if key not in _KNOWN:
            match = None if line[0] in " \t" else _FIELD.match(line)
            key, value = (match[1].lower(), match[2]) if match else ("", "")
            if match is None or (known_only and key not in _KNOWN):
                if name and not (known_only and match is not None):
                    _go_on(current, name, line)
                elif match is not None:
                    name = ""
                continue
        if key in current and key in _PER_RECIPIENT:
            if key == "diagnostic-code":
                _go_on(current, key, value)
                name = key
                continue
            yield current
            current = {}
        if len(current) < MAX_FIELDS or key in current:
            name = key
            current[key] = value.strip()[:MAX_VALUE_CHARS]
    if current:
        yield current


def _go_on(fields: Fields, name: str, text: str) -> None:
    so_far = fields[name]
    if len(so_far) < MAX_VALUE_CHARS:
        fields[name] = f"{so_far} {text.strip()}"[:MAX_VALUE_CHARS]


def _lines(text: str) -> Iterator[str]:
    """The lines of a text; of a long one no more than a piece is cut up at a time."""
    begin = 0
    while len(text) - begin > _CHUNK_CHARS:
        end = text.find("\n", begin + _CHUNK_CHARS)
        if end < 0:
            break
        yield from text[begin:end].split("\n")
        begin = end + 1
    yield from text[begin:].split("\n")


def _is_status_part(part: Part) -> bool:
    if part.parts:
        return False
    if part.type in STATUS_TYPES:
        return True
    if part.type not in {"text/plain", "application/octet-stream", "text/delivery-status", "message/report"}:
        return False
    head = part.beginning(4000).lstrip()
    if not head[:21].lower().startswith((b"reporting-mta:", b"original-envelope-id:", b"x-")):
        return False
    head = head.lower()
    return b"reporting-mta:" in head and b"final-recipient:" in head
