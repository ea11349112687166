"""What is the text model trained on? Labelled replies, one JSON object a line, each with where its label comes from."""

import time
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Literal

import msgspec

from prellbock.classify.classifier import context_of
from prellbock.classify.masking import mask
from prellbock.classify.matcher import Context
from prellbock.events import DeliveryEvent, Stage
from prellbock.taxonomy import CATEGORIES

Origin = Literal["example", "counterexample", "gathered", "simulated", "phrase", "label", "outcome"]
"""Examples of rules; texts that were gathered and labelled before any rule saw them; replies of the simulation; phrases
that a rule's pattern can match; labels given by people here; what became of the recipient."""

_INVENTED = frozenset({"sceptic", "languages"})
"""Batches that were written to find holes; nobody sent such texts."""

FOLDER = Path(__file__).parent / "data"
FILES = ("replies.jsonl", "empty.jsonl", "phrases.jsonl")
"""Replies somebody has seen (`learn collect` writes them), texts that say nothing, phrases of the rules' patterns."""


class Labelled(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, forbid_unknown_fields=True):
    """A reply and its category; ``alt`` names categories that are also right."""

    text: str
    category: str
    alt: tuple[str, ...] = ()
    origin: Origin = "label"
    group: str = ""
    """The rule it belongs to, or the batch it was gathered in."""
    language: str = "en"
    mx: str | None = None
    provider: str = ""
    """Who runs the server, in the words of whoever labelled the text, where that is more than the host tells."""
    smtp_code: int | None = None
    status: str | None = None
    stage: Stage | None = None
    source: str = ""

    @property
    def accepted(self) -> frozenset[str]:
        return frozenset({self.category, *self.alt})

    @property
    def is_typical(self) -> bool:
        """Does it stand for what servers answer? Examples of rules do not: they show where a rule is hard to write."""
        return self.origin in ("gathered", "label", "outcome") and self.group not in _INVENTED

    @property
    def event(self) -> DeliveryEvent:
        return DeliveryEvent(
            response=self.text, mx=self.mx, smtp_code=self.smtp_code, status=self.status, stage=self.stage
        )

    @property
    def template(self) -> str:
        return mask(self.text)

    @property
    def context(self) -> Context:
        return context_of(self.event)


class LabelError(ValueError):
    """A line of labelled texts that cannot be used: file, line, what is wrong."""


_FOREIGN = {"mx_host": "mx", "lang": "language"}
"""Other names under which labelled texts come."""


def read(file: Path) -> Iterator[Labelled]:
    """The texts of one file. Fields that are not known are passed over. Raises `LabelError`, or OSError."""
    known = set(Labelled.__struct_fields__)
    for number, line in enumerate(file.read_bytes().split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            found = msgspec.json.decode(line, type=dict[str, object])
            if "mx_host" in found or "." not in str(found.get("mx") or "."):
                found["provider"] = found.pop("mx", None) or ""
            for name, ours in _FOREIGN.items():
                if name in found:
                    found[ours] = found.pop(name)
            row = msgspec.convert({name: found[name] for name in found if name in known}, Labelled)
        except msgspec.MsgspecError as error:
            raise LabelError(f'{file}:{number}: {error}; write {{"text": ..., "category": ...}}') from error
        for category in row.accepted:
            if category not in CATEGORIES:
                raise LabelError(f"{file}:{number}: there is no category {category!r}")
        yield row


def shipped() -> list[Labelled]:
    """The labelled texts of the package, real ones first."""
    return [row for name in FILES for row in read(FOLDER / name)]


def rules_of_shipped() -> str:
    """Version of the rules that the texts of the package were collected from."""
    return (FOLDER / "rules").read_text("utf-8").strip()


def write(file: Path, rows: Iterable[Labelled]) -> None:
    file.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def digest(rows: Iterable[Labelled]) -> str:
    """12 hexadecimal digits that change with any text or label."""
    made = blake2b(digest_size=6)
    for row in rows:
        made.update(msgspec.msgpack.encode(row))
    return made.hexdigest()


def stamp(rows: Iterable[Labelled]) -> dict[str, str]:
    """What a measurement with these texts says of itself: their digest, and the date (UTC)."""
    return {"data": digest(rows), "date": time.strftime("%Y-%m-%d", time.gmtime())}
