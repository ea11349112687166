"""How well does a classifier do on labelled texts? By everything it knows, or by the text model alone."""

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.classify.model import TextModel
from prellbock.events import Verdict
from prellbock.learn.corpus import Labelled
from prellbock.rules.model import RuleSet
from prellbock.taxonomy import DEAD, FAULT_OF


class Score(msgspec.Struct, frozen=True):
    """Shares are 0 to 1; None where there is nothing to share."""

    texts: int
    category: float
    fault: float
    unclassified: float
    """Left unclassified although the label names a cause."""
    false_dead: int
    """Living recipients called dead."""
    decided_by: dict[str, int]
    misses: tuple[tuple[str, str, str], ...] = ()
    """What it is, what was said, the text."""


class Alone(msgspec.Struct, frozen=True):
    """The model without rules and codes."""

    full: Score
    """It must answer every text."""
    coverage: float
    """Share of texts that it answers when it may abstain."""
    decided_category: float | None
    """Of these the share that is right."""
    decided_false_dead: int


def score(classifier: Classifier, rows: Sequence[Labelled]) -> Score:
    """At least one text."""
    return scored(rows, classifier.classify_many([row.event for row in rows], templates=False))


def score_alone(model: Callable[[], TextModel], rows: Sequence[Labelled]) -> Alone:
    """Rules off: the model must answer everything, and then only what it is sure of. At least one text."""
    nothing = RuleSet(())
    events = [row.event for row in rows]
    full = Classifier(nothing, model=model, alone=True, least=0.0).classify_many(events, templates=False)
    sure = Classifier(nothing, model=model, alone=True).classify_many(events, templates=False)
    decided = [(row, said) for row, said in zip(rows, sure, strict=True) if said.decided_by == "model"]
    right = sum(said.category in row.accepted for row, said in decided)
    return Alone(
        full=scored(rows, full),
        coverage=round(len(decided) / len(rows), 4),
        decided_category=round(right / len(decided), 4) if decided else None,
        decided_false_dead=sum(_is_false_dead(row, said) for row, said in decided),
    )


def scored(rows: Sequence[Labelled], verdicts: Sequence[Verdict]) -> Score:
    """At least one text, and as many verdicts."""
    pairs = list(zip(rows, verdicts, strict=True))
    right = sum(said.category in row.accepted for row, said in pairs)
    faults = sum(said.fault in {FAULT_OF[name] for name in row.accepted} for row, said in pairs)
    silent = sum(said.category == "unclassified" and "unclassified" not in row.accepted for row, said in pairs)
    return Score(
        texts=len(rows),
        category=round(right / len(rows), 4),
        fault=round(faults / len(rows), 4),
        unclassified=round(silent / len(rows), 4),
        false_dead=sum(_is_false_dead(row, said) for row, said in pairs),
        decided_by=dict(sorted(Counter(said.decided_by for said in verdicts).items())),
        misses=tuple(
            (row.category, said.category, row.text) for row, said in pairs if said.category not in row.accepted
        ),
    )


def _is_false_dead(row: Labelled, said: Verdict) -> bool:
    return said.category in DEAD and not row.accepted & DEAD
