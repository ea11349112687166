"""Which rules are missing? Phrases of texts that no rule knows, judged by labelled texts and by the text model.

A candidate is a phrase of one to four words that stands in the *pool* (`pool`), or the skeleton of a family: shared
words with gaps. Its precision is the share of right ones among the labelled texts in which it stands (`evidence`) and
the texts of the pool, of which the model's shares count; two imagined texts are added of which fewer are right than
the model says of the pool. Candidates are taken greedily, the one that makes most texts of the pool likelier to be
judged rightly first. A phrase that is not sure enough is narrowed to the provider or code of its texts where that
makes it surer.

The proposed rules get a low priority, so that no verdict of a rule that exists changes, except of last resort; among
themselves the surer ones stand before the others.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import msgspec

from prellbock.classify.matcher import Context
from prellbock.classify.model import TextModel
from prellbock.identity import template_key
from prellbock.learn.candidate import MOST_EXAMPLES, Candidate
from prellbock.learn.evidence import Evidence, LeftOver
from prellbock.learn.pool import Pooled, Seen, pool
from prellbock.learn.skeleton import escaped, skeleton
from prellbock.learn.wordings import phrases_of
from prellbock.rules.model import Example, Rule
from prellbock.taxonomy import DEAD, FAULT_OF

PRIORITIES = ((0.95, -36), (0.85, -41), (0.0, -46))
"""Estimated precision and priority: below every rule that somebody wrote, above those of last resort."""
RECOMMENDED = 0.65
"""Estimated precision from which a candidate may be accepted unseen. A wrong category costs three texts left
unclassified (`classify.model`), so where two thirds are right it costs no more than silence; `prellbock learn restore`
prints how estimates compare with the truth."""
RECOMMENDED_RECIPIENT = 0.8
"""The same for what can withhold mail from somebody."""
RECOMMENDED_DEAD = 0.9
"""The same for what calls somebody dead."""
SHOWN = 0.5
"""Estimated precision from which a candidate is shown at all."""
_PROOF = 3
"""Labelled texts that a rule which withholds mail must have found rightly."""
_ALONE = 20
"""Responses of a template that make it worth a rule of its own."""
_IMAGINED = 2.0
_TRUST = 0.7
"""How far the model is believed about the imagined texts: on texts whose rules it was not taught it is too sure."""
_NARROWER = 0.05
"""By so much a narrower scope must raise the precision."""
_LEAST_GAIN = 0.05


def propose(model: TextModel, seen: Sequence[Seen], labelled: LeftOver, *, most: int = 1000) -> list[Candidate]:
    """The candidates, the most useful first. ``labelled`` are texts whose category is known, of any origin."""
    return propose_from(pool(labelled.classifier, model, seen), labelled, most=most)


def propose_from(texts: Sequence[Pooled], labelled: LeftOver, *, most: int = 1000) -> list[Candidate]:
    """The same for a pool whose shares come from elsewhere."""
    if not texts:
        return []
    holding: dict[str, set[int]] = defaultdict(set)
    for at, each in enumerate(texts):
        for phrase in phrases_of(each.searched):
            holding[phrase].add(at)
    evidence = Evidence(labelled, holding.keys())
    found = _chosen(texts, _phrases(texts, holding, evidence), most)
    covered = {at for each in found for at in each.members}
    rest = [at for at in range(len(texts)) if at not in covered]
    found += _skeletons(texts, rest, evidence)
    return [_candidate(texts, _narrowed(texts, each, evidence), evidence) for each in found]


class _Scope(NamedTuple):
    provider: str | None = None
    code: str | None = None

    def fits(self, context: Context) -> bool:
        if self.provider is not None and context.provider != self.provider:
            return False
        return self.code is None or self.code in (context.status, str(context.smtp_code))


class _Judged(msgspec.Struct, frozen=True):
    """A pattern, the category that it seems to mean, and what speaks for that."""

    pattern: str
    category: str
    precision: float
    members: frozenset[int]
    """Texts of the pool."""
    labelled: int
    """Texts of the evidence."""
    scope: _Scope = _Scope()


def _phrases(texts: Sequence[Pooled], holding: Mapping[str, set[int]], evidence: Evidence) -> Iterator[_Judged]:
    """The phrases that are sure enough to be shown."""
    for phrase, members in holding.items():
        labelled = evidence.holding(phrase)
        if len(members) + labelled.bit_count() < 2 and sum(texts[at].seen.count for at in members) < _ALONE:
            continue
        pattern = rf"\b{escaped(phrase)}\b"
        judged = _judged(texts, pattern, frozenset(members), labelled, evidence)
        if judged is not None and judged.precision >= SHOWN:
            yield judged


def _judged(
    texts: Sequence[Pooled], pattern: str, members: frozenset[int], labelled: int, evidence: Evidence
) -> _Judged | None:
    """With the likeliest category; None where that is none."""
    votes = {name: evidence.weight(evidence.meaning(labelled, name)) for name in evidence.categories(labelled)}
    for at in members:
        for name, share in texts[at].shares.items():
            votes[name] = votes.get(name, 0.0) + share
    category = max(votes, key=lambda name: (votes[name], name))
    if category == "unclassified":
        return None
    return _Judged(pattern, category, _precision(texts, category, members, labelled, evidence), members, labelled)


def _precision(
    texts: Sequence[Pooled], category: str, members: Iterable[int], labelled: int, evidence: Evidence
) -> float:
    shares = [texts[at].shares.get(category, 0.0) for at in members]
    right = evidence.weight(evidence.meaning(labelled, category)) + sum(shares)
    imagined = _IMAGINED * _TRUST * sum(shares) / len(shares)
    return (right + imagined) / (evidence.weight(labelled) + len(shares) + _IMAGINED)


def _chosen(texts: Sequence[Pooled], judged: Iterable[_Judged], most: int) -> list[_Judged]:
    """Greedily. What a candidate gains only ever shrinks, so an old figure is an upper bound."""
    offered = list(judged)
    open_ = set(range(len(texts)))
    heap = [(-_gain(texts, each, open_), -each.precision, each.pattern, at) for at, each in enumerate(offered)]
    heapify(heap)
    found: list[_Judged] = []
    while heap and len(found) < most:
        bound, precision, pattern, at = heappop(heap)
        gain = _gain(texts, offered[at], open_)
        if gain < _LEAST_GAIN:
            continue
        if gain < -bound - 1e-9:
            heappush(heap, (-gain, precision, pattern, at))
            continue
        found.append(offered[at])
        open_ -= offered[at].members
    return found


def _gain(texts: Sequence[Pooled], judged: _Judged, open_: set[int]) -> float:
    """Texts that it makes likelier to be judged rightly; frequent ones count up to twice as much as others."""
    total = 0.0
    for at in judged.members & open_:
        total += texts[at].gain(judged.category) * (1.0 + 0.01 * min(texts[at].seen.count, 100))
    return total


def _skeletons(texts: Sequence[Pooled], rest: Sequence[int], evidence: Evidence) -> list[_Judged]:
    """Families of which no phrase was sure enough: what all their members share, with gaps."""
    families: dict[str, list[int]] = defaultdict(list)
    for at in rest:
        families[texts[at].family].append(at)
    found = []
    for _, members in sorted(families.items()):
        pattern = skeleton([texts[at].seen.text for at in members])
        if pattern is None:
            continue
        judged = _judged(texts, pattern, frozenset(members), evidence.matching(pattern), evidence)
        if judged is not None and judged.precision >= SHOWN:
            found.append(judged)
    return sorted(found, key=lambda each: (-sum(texts[at].seen.count for at in each.members), each.pattern))


def _narrowed(texts: Sequence[Pooled], judged: _Judged, evidence: Evidence) -> _Judged:
    """Scoped to what all its texts have in common, where that makes it surer and it was not sure enough."""
    if judged.precision >= _wanted(judged.category) or len(judged.members) < 2:
        return judged
    contexts = [texts[at].context for at in judged.members]
    scopes = [
        _Scope(provider=_common([each.provider for each in contexts])),
        _Scope(code=_common([each.status or str(each.smtp_code or "") or None for each in contexts])),
    ]
    best = judged
    for scope in scopes:
        if scope != _Scope():
            labelled = evidence.within(judged.labelled, scope.fits)
            precision = _precision(texts, judged.category, judged.members, labelled, evidence)
            if precision >= best.precision + _NARROWER:
                best = msgspec.structs.replace(judged, precision=precision, labelled=labelled, scope=scope)
    return best


def _common(values: Sequence[str | None]) -> str | None:
    return values[0] if len(set(values)) == 1 else None


def _wanted(category: str) -> float:
    if category in DEAD:
        return RECOMMENDED_DEAD
    return RECOMMENDED_RECIPIENT if FAULT_OF[category] in ("recipient", "domain") else RECOMMENDED


def _candidate(texts: Sequence[Pooled], judged: _Judged, evidence: Evidence) -> Candidate:
    category, pattern = judged.category, judged.pattern
    members = [texts[at] for at in sorted(judged.members)]
    right = evidence.meaning(judged.labelled, category)
    others = evidence.texts(judged.labelled & ~right)
    fatal = category in DEAD and any(not row.accepted & DEAD for row in others)
    proved = FAULT_OF[category] not in ("recipient", "domain") or right.bit_count() >= _PROOF
    scope = "" if judged.scope == _Scope() else f" {judged.scope.provider} {judged.scope.code}"
    key = f"{template_key(f'{category} {pattern}{scope}') & 0xFFFF_FFFF_FFFF:012x}"
    support = sum(each.seen.count for each in members)
    found = list(dict.fromkeys(each.seen.text for each in members))
    rule = Rule(
        name=f"proposed-{key}", category=category, match=(pattern,),
        priority=next(priority for least, priority in PRIORITIES if judged.precision >= least),
        provider=(judged.scope.provider,) if judged.scope.provider else (),
        code=(judged.scope.code,) if judged.scope.code else (),
        examples=tuple(Example(text) for text in found[:MOST_EXAMPLES]), source="proposed from stored responses",
    )  # fmt: skip
    before: Counter[str] = Counter()
    for each in members:
        before[each.before] += each.seen.count
    return Candidate(
        key=key, rule=rule, support=support, templates=len(found), precision=round(judged.precision, 4),
        labelled=judged.labelled.bit_count(), labelled_right=right.bit_count(),
        collisions=tuple(row.text for row in others[:MOST_EXAMPLES]),
        recommended=judged.precision >= _wanted(category) and proved and not fatal,
        families=tuple(sorted({each.family for each in members})), before=dict(before), after={category: support},
    )  # fmt: skip
