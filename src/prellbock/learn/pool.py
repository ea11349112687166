"""What could a new rule decide? Stored texts that no rule knows, with what the text model expects of each.

Texts that a rule of last resort decides are among them: such a rule is a single telling word, and whatever says more
comes before it.
"""

import re
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.classify.classifier import Classifier, context_of
from prellbock.classify.features import features_of
from prellbock.classify.matcher import Context
from prellbock.classify.model import TextModel
from prellbock.classify.normalise import normalise
from prellbock.events import DeliveryEvent
from prellbock.learn.families import Families

TEMPLATES = 20_000
"""Templates of a store that are looked at, what nothing classifies first, then the most frequent."""

_CODES = re.compile(r"(?<![\w.])(?:[245][0-5]\d|[245]\.\d{1,3}\.\d{1,3})(?![\w.])")


class Seen(msgspec.Struct, frozen=True):
    """A template that was met, and how often."""

    text: str
    count: int = 1
    mx: str | None = None
    provider: str | None = None


class Pooled(msgspec.Struct, frozen=True):
    """A text that a new rule could decide."""

    seen: Seen
    searched: str
    """What phrases are looked for in; codes are left out."""
    context: Context
    before: str
    """The category as things are."""
    family: str
    shares: dict[str, float]
    """What the text model expects: category and its share, 0 to 1; small ones are left out."""

    def gain(self, category: str) -> float:
        """How much likelier that category is than what is said now, -1 to 1."""
        return self.shares.get(category, 0.0) - self.shares.get(self.before, 0.0)


_LEAST_SHARE = 0.002


def pool(classifier: Classifier, model: TextModel, seen: Sequence[Seen]) -> list[Pooled]:
    """The texts among ``seen`` that no rule knows, or only one of last resort."""
    events = [DeliveryEvent(response=each.text, mx=each.mx) for each in seen]
    verdicts = classifier.classify_many(events)
    last = {rule.name for rule in classifier.ruleset.rules if rule.is_last_resort}
    chosen = [
        at for at, said in enumerate(verdicts)
        if seen[at].text and (said.decided_by != "rule" or said.rule in last)
    ]  # fmt: skip
    if not chosen:
        return []
    templates = [verdicts[at].template or "" for at in chosen]
    contexts = [_context(seen[at], events[at]) for at in chosen]
    shares = model.probabilities(features_of(templates, contexts))
    families = Families()
    families.add(templates)
    named = families.named()
    return [
        Pooled(seen[at], searched(seen[at].text), context, verdicts[at].category, named[template], _shares(model, row))
        for at, template, context, row in zip(chosen, templates, contexts, shares, strict=True)
    ]


def _context(seen: Seen, event: DeliveryEvent) -> Context:
    context = context_of(event)
    return context if context.provider or not seen.provider else context._replace(provider=seen.provider)


def _shares(model: TextModel, row: NDArray[np.float32]) -> dict[str, float]:
    return {model.about.classes[at]: float(row[at]) for at in np.flatnonzero(row >= _LEAST_SHARE).tolist()}


def searched(text: str) -> str:
    """A text as patterns see it, a sign in place of each code."""
    return " ".join(_CODES.sub(" \0 ", normalise(text)).split())
