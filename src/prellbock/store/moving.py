"""Which stored verdicts move when other rules come into force?"""

from collections.abc import Sequence

from prellbock.classify.classifier import Classifier, Key, contexts_of, rules_between
from prellbock.classify.matcher import Context
from prellbock.events import Verdict
from prellbock.rules.model import RuleSet
from prellbock.store.judgements import Become, Judged

_MOST_CHANGED = 200
"""Rules; where more are changed, to compile and to try them by themselves saves nothing."""


def moves_of(judgements: Sequence[Judged], before: Classifier, after: Classifier) -> dict[int, Become]:
    """Which judgements move when ``after`` comes into force in place of ``before``.

    Mostly that is where the new verdict is another than the stored one. Of what was stored before contexts were kept,
    or with names taken out (hashed mode), the stored verdict may not come out again; there it must differ from what
    ``before`` says, too.
    """
    keys = [each.basis for each in judgements]
    contexts = contexts_of(keys)
    changed = _concerned(judgements, keys, contexts, before, after)
    became = []
    for at, new in zip(changed, _verdicts(after, changed, keys, contexts), strict=True):
        each = judgements[at]
        if (new.category, new.decided_by, new.rule) != (each.category, each.decided_by, each.rule):
            became.append((at, Become(new.category, new.decided_by, new.rule)))
    moves: dict[int, Become] = {}
    doubtful = []
    names = {rule.name for rule in before.ruleset.rules}
    for at, become in became:
        is_new = become.decided_by == "rule" and become.rule not in names
        if is_new or _is_of_others(judgements[at], before):
            moves[judgements[at].key] = become
        else:
            doubtful.append((at, become))
    olds = _verdicts(before, [at for at, _ in doubtful], keys, contexts)
    for (at, become), old in zip(doubtful, olds, strict=True):
        if become != Become(old.category, old.decided_by, old.rule):
            moves[judgements[at].key] = become
    return moves


def _verdicts(
    classifier: Classifier, which: list[int], keys: Sequence[Key], contexts: Sequence[Context]
) -> list[Verdict]:
    return classifier.verdicts_of([keys[at] for at in which], [contexts[at] for at in which])


def _is_of_others(each: Judged, before: Classifier) -> bool:
    """Whether rules that are known, and not those in force, judged so."""
    return each.ruleset not in ("", before.version)


def _concerned(
    judgements: Sequence[Judged], keys: list[Key], contexts: list[Context], before: Classifier, after: Classifier
) -> list[int]:
    """Whose verdict may move: where it is one of other rules, or a rule that is changed applies.

    Of all others both classifiers say the same, so they need not be asked: to try some rules costs a tenth.
    """
    changed = rules_between(before, after)
    if changed is None or len(changed) > _MOST_CHANGED:
        return [*range(len(judgements))]
    applies = Classifier(RuleSet(changed)).applies(keys, contexts) if changed else [False] * len(keys)
    return [at for at, each in enumerate(judgements) if applies[at] or _is_of_others(each, before)]
