"""How verdicts are written: what stands in every line of the same verdict is encoded once."""

from collections.abc import Sequence

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

_VARYING = ("response", "template", "explanation")
_LIMIT = 50_000
_encode = msgspec.json.Encoder().encode


class Renderer:
    """Turns events into NDJSON with the chosen fields."""

    def __init__(
        self, classifier: Classifier, fields: tuple[str, ...], crosswalk: Scheme | None = None, explain: bool = False
    ) -> None:
        self._classifier = classifier
        self._crosswalk = crosswalk
        self._fields = fields + (("crosswalk",) if crosswalk else ()) + (("explanation",) if explain else ())
        self._varying = tuple(field for field in self._fields if field in _VARYING)
        self._known: dict[int, tuple[Verdict, tuple[bytes, ...]]] = {}

    def lines(self, events: Sequence[DeliveryEvent]) -> bytes:
        """One line an event, in order."""
        verdicts, templates = self._classifier.judge_many(events)
        known, varying = self._known, self._varying
        if len(known) > _LIMIT:
            known.clear()
        out: list[bytes] = []
        for event, verdict, template in zip(events, verdicts, templates, strict=True):
            # By identity: equal verdicts are mostly the same object, and hashing one costs more than its line.
            entry = known.get(id(verdict))
            if entry is None or entry[0] is not verdict:
                entry = known[id(verdict)] = (verdict, self._pieces(verdict))
            if not varying:
                out.append(entry[1][0])
                continue
            for field, piece in zip(varying, entry[1], strict=False):
                out.append(piece)
                if field == "response":
                    out.append(_text(event.response))
                elif field == "template":
                    out.append(_text(template or None))
                else:
                    out.append(self._explanation(event))
            out.append(entry[1][-1])
        return b"".join(out)

    def _pieces(self, verdict: Verdict) -> tuple[bytes, ...]:
        """What stands before, between and behind the varying values of a line."""
        pieces = [b"{"]
        for number, field in enumerate(self._fields):
            pieces[-1] += (b"," if number else b"") + b'"' + field.encode() + b'":'
            if field in self._varying:
                pieces.append(b"")
            elif field == "crosswalk" and self._crosswalk:
                pieces[-1] += _encode(translate(verdict.category, self._crosswalk))
            else:
                pieces[-1] += _encode(getattr(verdict, field))
        pieces[-1] += b"}\n"
        return tuple(pieces)

    def _explanation(self, event: DeliveryEvent) -> bytes:
        from prellbock.classify.explain import explain

        return _encode(explain(self._classifier, event).matches)


def _text(text: str | None) -> bytes:
    try:
        return _encode(text)
    except UnicodeEncodeError:
        return _encode((text or "").encode("utf-8", "replace").decode())
