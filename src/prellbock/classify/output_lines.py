"""How verdicts are written: what stands in every line of the same verdict and template is encoded once."""

from collections.abc import Iterable, Sequence
from itertools import chain

import msgspec

from prellbock.classify.classifier import Classifier, context_of
from prellbock.classify.codes import by_code
from prellbock.classify.details import DETAILS, Details, details_of
from prellbock.classify.explain import advice_on, explain
from prellbock.classify.phrasebook import Language, sentence
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
"""The fields of a line, in order, where none are chosen."""

MORE_FIELDS = ("by_code", "sentence", "advice", *DETAILS)
"""Fields that are only printed when asked for: each text is read once more for them."""

_VARYING = frozenset({"response", "explanation", "by_code", "sentence", *DETAILS})
"""What differs from line to line; the rest follows from verdict and template, and of those there are few."""

_READ_AGAIN = frozenset({"sentence", *DETAILS})
_LIMIT = 50_000
_encoder = msgspec.json.Encoder()
_encode = _encoder.encode

_Pieces = tuple[bytes, ...]
"""What stands before, between and behind the values that differ from line to line."""


class Renderer:
    """Turns events into NDJSON with the chosen fields."""

    def __init__(
        self,
        classifier: Classifier,
        fields: tuple[str, ...],
        taxonomy: Scheme | None = None,
        explain: bool = False,
        language: Language = "en",
    ) -> None:
        self._classifier = classifier
        self._language: Language = language
        self._taxonomy = taxonomy
        self._fields = fields + (("taxonomy",) if taxonomy else ()) + (("explanation",) if explain else ())
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
        details = list(map(details_of, events, verdicts)) if not _READ_AGAIN.isdisjoint(varying) else []
        for at, field in enumerate(varying):
            columns.insert(2 * at + 1, self._values(field, events, verdicts, details))
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
            elif field == "advice":
                pieces[-1] += _encode(advice_on(self._classifier, verdict, self._language))
            elif field == "taxonomy" and self._taxonomy:
                pieces[-1] += _encode(translate(verdict.category, self._taxonomy))
            else:
                pieces[-1] += _encode(getattr(verdict, field))
        pieces[-1] += b"}\n"
        return tuple(pieces)

    def _values(
        self, field: str, events: Sequence[DeliveryEvent], verdicts: list[Verdict], details: list[Details]
    ) -> list[bytes]:
        if field == "explanation":
            return [_encode(self._explanation(event)) for event in events]
        if field == "by_code":
            return [_encode(_by_code(event)) for event in events]
        if field == "sentence":
            return [
                _encode(sentence(verdict.category, verdict.provider, self._language, msgspec.structs.asdict(known)))
                for verdict, known in zip(verdicts, details, strict=True)
            ]
        if field in DETAILS:
            return [_text(getattr(known, field)) for known in details]
        responses = [event.response for event in events]
        try:
            return _encoder.encode_lines(responses).split(b"\n")[:-1]
        except UnicodeEncodeError:
            return list(map(_text, responses))

    def _explanation(self, event: DeliveryEvent) -> dict[str, object]:
        told = explain(self._classifier, event, self._language)
        return {name: getattr(told, name) for name in told.__struct_fields__ if name != "verdict"}


def _by_code(event: DeliveryEvent) -> str | None:
    context = context_of(event)
    code = by_code(context.smtp_code, context.status)
    return code.category if code else None


def _text(value: str | int | None) -> bytes:
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return _encode(str(value).encode("utf-8", "replace").decode())
