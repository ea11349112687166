"""Rules that outcomes or labels contradict: they call dead who is delivered to soon after, or what people call else."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from prellbock.history.outcomes import OFFENDING
from prellbock.learn.revising.grounds import Grounds, Idea
from prellbock.learn.why import Why
from prellbock.taxonomy import DEAD

LEAST_CASES = 10
"""Recipients mailed again after a verdict, below which outcomes contradict nothing."""
LEAST_LABELS = 3
_SURE = 0.5
"""Share of the responses and confidence of the model for which a rule gets the model's category."""
_BY_PEOPLE = ("label", "outcome")
"""Labels of this installation; those of the package have had their say in the shipped rules."""


def correct(grounds: Grounds) -> Iterator[Idea]:
    """Gives the rule another category: what the labels say, or the text model, else that the text says nothing."""
    for name, rule in grounds.rules.items():
        count = grounds.history.outcomes.get(name)
        if rule.category in DEAD and count is not None and count.offends and count.cases >= LEAST_CASES:
            low, _ = count.interval
            least = round(max(low, OFFENDING), 4)
            why = Why("alive_again", {"cases": count.cases, "alive": count.alive, "least": least})
            category = _alive(grounds, name)
            yield Idea("correct", (name,), {name: msgspec.structs.replace(rule, category=category)}, why)
            continue
        labels = [
            grounds.cases[at] for at in grounds.won.get(name, ())
            if at in grounds.labelled and grounds.cases[at].origin in _BY_PEOPLE
        ]  # fmt: skip
        wrong = [case for case in labels if rule.category not in case.accepted]
        votes = Counter(category for case in wrong for category in case.accepted)
        if len(wrong) >= LEAST_LABELS and 2 * len(wrong) > len(labels):
            category, said = max(votes.items(), key=lambda each: (each[1], each[0]))
            why = Why("labels_differ", {"said": said, "labels": len(labels), "category": category})
            yield Idea("correct", (name,), {name: msgspec.structs.replace(rule, category=category)}, why)


def _alive(grounds: Grounds, name: str) -> str:
    """What else than dead the model reads in the stored responses of a rule; ``unclassified`` where it is not sure."""
    cases = [at for at in grounds.won.get(name, ()) if at in grounds.stored]
    votes: Counter[str] = Counter()
    for at, said in zip(cases, grounds.answers(cases), strict=True):
        if said.confidence >= _SURE and said.category not in DEAD:
            votes[said.category] += grounds.cases[at].count
    best = max(votes, key=lambda category: (votes[category], category), default="unclassified")
    return best if votes[best] > _SURE * grounds.responses(cases) else "unclassified"
