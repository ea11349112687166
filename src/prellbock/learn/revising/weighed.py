"""What would a change of rules do? Both rule sets judge every text that it can reach; what does harm is dropped."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.events import Verdict
from prellbock.identity import template_key
from prellbock.learn.candidate import Candidate
from prellbock.learn.revising.correct import correct
from prellbock.learn.revising.generalise import generalise
from prellbock.learn.revising.grounds import Grounds, Idea
from prellbock.learn.revising.merge import merge
from prellbock.learn.revising.reorder import reorder
from prellbock.learn.revising.retire import retire
from prellbock.rules.cached import default_cache_dir
from prellbock.rules.model import RuleSet
from prellbock.taxonomy import DEAD

KINDS: tuple[Callable[[Grounds], Iterator[Idea]], ...] = (correct, reorder, generalise, merge, retire)
"""The most urgent first."""
MOST = 20
"""Ideas of a kind that are tried at a time: each compiles a rule set, which takes some 50 ms."""
_MOST_EXAMPLES = 5


class Tried(msgspec.Struct, frozen=True):
    """A case that a change reaches, with both verdicts."""

    at: int
    before: Verdict
    after: Verdict

    @property
    def moves(self) -> bool:
        return self.before.category != self.after.category


def revisions(grounds: Grounds) -> list[Candidate]:
    """Changes of rules that do no harm on labelled texts, the most urgent kind first; none without a history."""
    if not grounds.stored:
        return []
    ideas = (idea for kind in KINDS for idea in islice(kind(grounds), MOST))
    return [found for idea in ideas if (found := _weighed(grounds, idea)) is not None]


def tried(grounds: Grounds, idea: Idea) -> list[Tried]:
    """Everything that the change can reach."""
    reached = {at for name in idea.edits for at in grounds.reached.get(name, ())}
    for name, rule in idea.edits.items():
        before = grounds.rules[name].match
        for pattern in rule.match if rule else ():
            if pattern not in before:
                reached.update(grounds.matching(pattern))
    rules = (idea.edits.get(rule.name, rule) for rule in grounds.classifier.ruleset.rules)
    changed = RuleSet(tuple(rule for rule in rules if rule is not None))
    classifier = Classifier(
        changed, default_cache_dir(), base=grounds.classifier.ruleset, model=grounds.classifier.model
    )
    cases = sorted(reached)
    after = classifier.verdicts_of([grounds.cases[at].key for at in cases])
    return [Tried(at, grounds.verdicts[at], said) for at, said in zip(cases, after, strict=True)]


def _weighed(grounds: Grounds, idea: Idea) -> Candidate | None:
    """The proposal; None where it changes nothing that it should, or something that it should not."""
    found = tried(grounds, idea)
    stored = [each for each in found if each.at in grounds.stored]
    labelled = [each for each in found if each.at in grounds.labelled and _is_about(each, idea)]
    # The examples of a rule that is corrected say what it used to say.
    proof = [each for each in labelled if not (idea.kind == "correct" and grounds.cases[each.at].rule in idea.edits)]
    right_before = sum(each.before.category in grounds.cases[each.at].accepted for each in proof)
    right = sum(each.after.category in grounds.cases[each.at].accepted for each in proof)
    lost = [each for each in proof if _is_lost(grounds, each)]
    if not _is_good(grounds, idea, stored, lost):
        return None
    concerned = [each for each in stored if _is_about(each, idea)]
    before, after = Counter[str](), Counter[str]()
    for each in concerned:
        before[each.before.category] += grounds.cases[each.at].count
        after[each.after.category] += grounds.cases[each.at].count
    moved = [grounds.cases[each.at].text for each in stored if each.moves]
    main = idea.edits[idea.about[0]] or grounds.rules[idea.about[0]]
    return Candidate(
        key=f"{template_key(' '.join((idea.kind, *idea.about))) & 0xFFFF_FFFF_FFFF:012x}",
        rule=main, support=grounds.responses(each.at for each in stored if each.moves), templates=len(moved),
        precision=round((right + 1) / (len(proof) + 2), 4), labelled=len(proof), labelled_right=right,
        collisions=tuple(grounds.cases[each.at].text for each in lost[:_MOST_EXAMPLES]),
        recommended=idea.kind in ("merge", "retire", "generalise") and right >= max(right_before, 1),
        families=(), before=dict(before), after=dict(after), kind=idea.kind, edits=idea.edits,
        why=idea.why.sentence, reason=idea.why, labelled_right_before=right_before, texts=tuple(moved[:_MOST_EXAMPLES]),
    )  # fmt: skip


def _is_about(each: Tried, idea: Idea) -> bool:
    """Whether a rule that changes decides, before or after."""
    return each.before.rule in idea.edits or each.after.rule in idea.edits or each.moves


def _is_lost(grounds: Grounds, each: Tried) -> bool:
    accepted = grounds.cases[each.at].accepted
    return each.before.category in accepted and each.after.category not in accepted


def _is_good(grounds: Grounds, idea: Idea, stored: Sequence[Tried], lost: Sequence[Tried]) -> bool:
    moved = [each for each in stored if each.moves]
    condemned = [
        each for each in moved if each.after.category in DEAD and each.before.category not in DEAD
    ]  # fmt: skip
    match idea.kind:
        case "correct":
            # What happened weighs more than a label, and the category must follow.
            return not condemned
        case "reorder":
            return bool(moved) and not lost
        case "generalise":
            known = [each for each in moved if each.before.decided_by == "rule"]
            return not lost and not known and any(each.before.rule != each.after.rule for each in stored)
        case "merge":
            decided = any(each.before.rule in idea.edits for each in stored)
            known = [each for each in moved if each.before.decided_by == "rule"]
            return decided and not lost and not known
        case "retire":
            return not lost and not moved
