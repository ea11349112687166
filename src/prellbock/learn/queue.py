"""Whose label would help most? The families of templates about which the model doubts and that come often.

The doubt of a template is the entropy of the model's shares, as a part of the greatest possible one (Settles 2009,
uncertainty sampling); weighed by how many responses its family has, because one label serves all of them.
"""

from collections import defaultdict
from collections.abc import Sequence

import msgspec
import numpy as np

from prellbock.classify.classifier import Classifier, context_of
from prellbock.classify.features import features_of
from prellbock.classify.model import TextModel
from prellbock.events import DeliveryEvent
from prellbock.learn.families import Families, template_id
from prellbock.learn.pool import Seen

MOST = 10
_GUESSES = 3


class Question(msgspec.Struct, frozen=True):
    """A template that somebody should label; its family learns with it."""

    template: str
    """Its key, as in ``/v1/templates``."""
    text: str
    help: float
    """Responses of the family, weighed by doubt: what the questions are ordered by."""
    doubt: float
    """0 to 1; 1 is no idea at all."""
    responses: int
    """Of the family."""
    templates: int
    decided: str
    """The verdict as it is now."""
    guesses: dict[str, float]
    """The likeliest categories by the model, and their shares."""


def queue(classifier: Classifier, model: TextModel, seen: Sequence[Seen], most: int = MOST) -> list[Question]:
    """At most so many questions, the most helpful first, one of each family; none of what a rule decides."""
    events = [DeliveryEvent(response=each.text, mx=each.mx) for each in seen]
    verdicts = classifier.classify_many(events)
    open_ = [at for at, said in enumerate(verdicts) if said.decided_by != "rule" and events[at].response]
    if not open_:
        return []
    texts = [verdicts[at].template or "" for at in open_]
    shares = model.probabilities(features_of(texts, [context_of(events[at]) for at in open_]))
    doubts = -(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=1) / np.log(shares.shape[1])
    families = Families()
    families.add(texts)
    named = families.named()
    grouped: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        grouped[named[text]].append(number)
    found = []
    for members in grouped.values():
        asked = max(members, key=lambda number: (seen[open_[number]].count, float(doubts[number]), texts[number]))
        responses = sum(seen[open_[number]].count for number in members)
        help_ = sum(seen[open_[number]].count * float(doubts[number]) for number in members)
        best = np.argsort(-shares[asked], kind="stable")[:_GUESSES]
        found.append(
            Question(
                template=template_id(texts[asked]), text=seen[open_[asked]].text, help=round(help_, 3),
                doubt=round(float(doubts[asked]), 4), responses=responses, templates=len(members),
                decided=verdicts[open_[asked]].category,
                guesses={model.about.classes[at]: round(float(shares[asked, at]), 4) for at in best},
            )
        )  # fmt: skip
    return sorted(found, key=lambda each: (-each.help, each.template))[:most]
