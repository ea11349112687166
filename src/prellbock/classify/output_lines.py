"""How verdicts are written: what stands in every line of the same verdict and template is encoded once."""

from collections.abc import Iterable, Sequence
from itertools import chain

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent, Verdict
from prellbock.taxonomy import Scheme, translate

FIELDS = (
    "response",
    "category",
    "fault",
    "permanent",
    "decided_by",
    "rule",
    "confidence",
    "template",
    "provider",
)
"""Every field of a line, in order."""

_VARYING = ("response", "explanation")
"""What differs from line to line; the rest follows from verdict and template, and of those there are few."""

_LIMIT = 50_000
_encoder = msgspec.json.Encoder()
_encode = _encoder.encode

_Pieces = tuple[bytes, ...]
"""What stands before, between and behind the values that differ from line to line."""


class Renderer:
    """Turns events into NDJSON with the chosen fields."""

    def __init__(
        self, classifier: Classifier, fields: tuple[str, ...], crosswalk: Scheme | None = None, explain: bool = False
    ) -> None:
        self._classifier = classifier
        self._crosswalk = crosswalk
        self._fields = fields + (("crosswalk",) if crosswalk else ()) + (("explanation",) if explain else ())
        self._shows_template = "template" in self._fields
        self._pieces: dict[tuple[int, str], _Pieces] = {}
        self._verdicts: dict[int, Verdict] = {}

    def lines(self, events: Sequence[DeliveryEvent]) -> bytes:
        """One line an event, in order."""
        verdicts, templates = self._classifier.judge_many(events)
        shown = templates if self._shows_template else [""] * len(templates)
        # By identity: equal verdicts are mostly the same object, and hashing one costs more than its line.
        keys = list(zip(map(id, verdicts), shown, strict=True))
        found = list(map(self._pieces.get, keys))
        if not all(found):
            self._learn(keys, verdicts)
            found = [self._pieces[key] for key in keys]
        columns: list[Iterable[bytes]] = list(zip(*found, strict=True))
        varying = [field for field in self._fields if field in _VARYING]
        for at, field in enumerate(varying):
            columns.insert(2 * at + 1, self._values(field, events))
        return b"".join(chain.from_iterable(zip(*columns, strict=True)))

    def _learn(self, keys: list[tuple[int, str]], verdicts: list[Verdict]) -> None:
        if len(self._pieces) > _LIMIT:
            self._pieces.clear()
            self._verdicts.clear()
        for key, verdict in zip(keys, verdicts, strict=True):
            if key not in self._pieces:
                # Held, so that no other verdict gets its identity.
                self._verdicts[key[0]] = verdict
                self._pieces[key] = self._encoded(verdict, key[1])

    def _encoded(self, verdict: Verdict, template: str) -> _Pieces:
        pieces = [b"{"]
        for number, field in enumerate(self._fields):
            pieces[-1] += (b"," if number else b"") + b'"' + field.encode() + b'":'
            if field in _VARYING:
                pieces.append(b"")
            elif field == "template":
                pieces[-1] += _text(template or None)
            elif field == "crosswalk" and self._crosswalk:
                pieces[-1] += _encode(translate(verdict.category, self._crosswalk))
            else:
                pieces[-1] += _encode(getattr(verdict, field))
        pieces[-1] += b"}\n"
        return tuple(pieces)

    def _values(self, field: str, events: Sequence[DeliveryEvent]) -> list[bytes]:
        if field == "explanation":
            from prellbock.classify.explain import explain

            return [_encode(explain(self._classifier, event).matches) for event in events]
        responses = [event.response for event in events]
        try:
            return _encoder.encode_lines(responses).split(b"\n")[:-1]
        except UnicodeEncodeError:
            return list(map(_text, responses))


def _text(text: str | None) -> bytes:
    try:
        return _encode(text)
    except UnicodeEncodeError:
        return _encode((text or "").encode("utf-8", "replace").decode())
