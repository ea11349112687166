"""Which rules are missing? Phrases that texts without a rule share, judged by labelled history before anybody is asked.

Templates that no rule decides are put into families and read by the text model; where it has an idea, they are the
*pool*. A candidate is a phrase of one to four words (or the skeleton of a family: shared words with gaps) found there.
Its precision is the share of right ones among the labelled texts that it finds, two imagined ones added of which the
share is right that the model gives the pool's. Candidates are taken greedily, the one that newly decides most first.
They get a low priority, so that no verdict of a rule that exists changes.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Literal

import msgspec

from prellbock.classify.classifier import Classifier, context_of
from prellbock.classify.model import TextModel
from prellbock.classify.normalise import normalise
from prellbock.events import DeliveryEvent
from prellbock.identity import template_key
from prellbock.learn.corpus import Labelled
from prellbock.learn.families import Families
from prellbock.learn.skeleton import skeleton
from prellbock.rules.model import Example, Rule
from prellbock.taxonomy import DEAD, FAULT_OF

PRIORITY = -40
"""Below every rule that somebody wrote, above those of last resort."""
RECOMMENDED = 0.9
RECOMMENDED_DEAD = 0.97
"""Estimated precision from which a candidate may be accepted; of categories that withhold mail more."""
_SURE = 0.3
"""Confidence of the model from which a template is in the pool."""
_IMAGINED = 2
_PROOF = 3
"""Labelled texts that a rule which withholds mail must have found rightly; others one."""
_LONGEST = 4
_LETTERS = 7
"""Fewest letters of a phrase."""
_MOST_EXAMPLES = 5
_WORD = re.compile(r"[^\W_]+")
_CODES = re.compile(r"(?<![\w.])(?:[245][0-5]\d|[245]\.\d{1,3}\.\d{1,3})(?![\w.])")
_SPECIAL = re.compile(r"([\\^$.\[\]|()?*+{}-])")
_DIGIT = re.compile(r"\d")


Kind = Literal["add", "merge", "generalise", "reorder", "retire", "correct"]


class Seen(msgspec.Struct, frozen=True):
    """A template that was met, and how often."""

    text: str
    count: int = 1
    mx: str | None = None
    provider: str | None = None


class Candidate(msgspec.Struct, frozen=True):
    """A rule that is proposed, and what speaks for it."""

    key: str
    """12 hexadecimal digits of what it says; the same proposal has the same key."""
    rule: Rule
    support: int
    """Responses that it would newly decide."""
    templates: int
    precision: float
    """Estimated, 0 to 1."""
    labelled: int
    """Labelled texts that it finds."""
    labelled_right: int
    collisions: tuple[str, ...]
    """Labelled texts that it finds and that mean something else."""
    recommended: bool
    families: tuple[str, ...]
    before: dict[str, int]
    """Verdicts on what it finds, by category, as things are; responses."""
    after: dict[str, int]
    kind: Kind = "add"
    why: str = ""
    """In a sentence; empty where the figures say everything."""
    edits: dict[str, Rule | None] = {}
    """Of a change: the rules as they shall be, by name; None: no more. ``rule`` is the first, or the one that goes."""
    labelled_right_before: int = 0
    """How many of ``labelled`` are judged rightly as things are."""
    texts: tuple[str, ...] = ()
    """Of a change: stored responses that would be judged otherwise."""

    @property
    def changes(self) -> dict[str, Rule | None]:
        """What acceptance does to the rules."""
        return self.edits or {self.rule.name: self.rule}


def propose(
    classifier: Classifier, model: TextModel, seen: Sequence[Seen], labelled: Iterable[Labelled], *, most: int = 1000
) -> list[Candidate]:
    """The candidates, the most useful first. ``labelled`` are texts whose category is known, of any origin."""
    pool = _pool(classifier, model, seen)
    if not pool:
        return []
    history = [(_searched(row.text), row.accepted, row.text) for row in labelled]
    phrases = _phrases_of(pool)
    known: dict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    for text, accepted, _ in history:
        for phrase in _phrases(text) & phrases.keys():
            total[phrase] += 1
            known[phrase].update(accepted)
    found: list[Candidate] = []
    open_ = set(range(len(pool)))
    judged = _judged(pool, phrases, known, total)
    # Lazily greedy: what a candidate newly decides only ever shrinks, so an old figure is an upper bound.
    heap: list[tuple[float, float, int, str]] = [
        (-_worth(pool, each.members), -each.precision, -len(each.phrase), each.phrase) for each in judged
    ]
    by_phrase = {each.phrase: each for each in judged}
    heapify(heap)
    while heap and len(found) < most:
        bound, precision, length, phrase = heappop(heap)
        each = by_phrase[phrase]
        worth = _worth(pool, each.members & open_)
        if worth == 0:
            continue
        if worth < -bound:
            heappush(heap, (-worth, precision, length, phrase))
            continue
        members = [pool[at] for at in sorted(each.members)]
        right = known[phrase][each.category]
        pattern = rf"\b{_escaped(phrase)}\b"
        found.append(_made(pattern, each.category, each.precision, members, total[phrase], right, history))
        open_ -= each.members
    return found + _skeletons([pool[at] for at in sorted(open_)], history)


class _Pooled(msgspec.Struct, frozen=True):
    seen: Seen
    searched: str
    category: str
    confidence: float
    before: str
    family: str

    @property
    def weight(self) -> float:
        return 1.0 + 0.01 * min(self.seen.count, 100)


def _pool(classifier: Classifier, model: TextModel, seen: Sequence[Seen]) -> list[_Pooled]:
    events = [DeliveryEvent(response=each.text, mx=each.mx) for each in seen]
    verdicts = classifier.classify_many(events)
    unknown = [
        number for number, verdict in enumerate(verdicts) if verdict.decided_by != "rule" and events[number].response
    ]
    templates = [verdicts[number].template or "" for number in unknown]
    answers = model.answers(templates, [context_of(events[number]) for number in unknown])
    families = Families()
    families.add(templates)
    named = families.named()
    return [
        _Pooled(
            seen[number], _searched(seen[number].text), answer.category, answer.confidence, verdicts[number].category,
            named[template],
        )
        for number, template, answer in zip(unknown, templates, answers, strict=True)
        if answer.confidence >= _SURE and answer.category != "unclassified"
    ]  # fmt: skip


def _searched(text: str) -> str:
    return " ".join(_CODES.sub(" \0 ", normalise(text)).split())


def _phrases(text: str) -> set[str]:
    """Runs of words between which stands one blank and nothing else, as they stand in the text."""
    words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    found = set()
    for start in range(len(words)):
        for end in range(start, min(start + _LONGEST, len(words))):
            if end > start and text[words[end - 1][1] : words[end][0]] != " ":
                break
            phrase = text[words[start][0] : words[end][1]]
            if len(phrase) >= _LETTERS and not _DIGIT.search(phrase) and "qzx7k" not in phrase:
                found.add(phrase)
    return found


def _phrases_of(pool: Sequence[_Pooled]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for number, each in enumerate(pool):
        for phrase in _phrases(each.searched):
            found[phrase].add(number)
    return found


class _Phrase(msgspec.Struct, frozen=True):
    phrase: str
    category: str
    precision: float
    members: set[int]


def _judged(
    pool: Sequence[_Pooled], phrases: Mapping[str, set[int]], known: Mapping[str, Counter[str]], total: Counter[str]
) -> list[_Phrase]:
    """The phrases that are good enough to be shown."""
    found = []
    for phrase, members in phrases.items():
        votes: dict[str, float] = defaultdict(float)
        for name, count in known[phrase].items() if phrase in known else ():
            votes[name] += count
        for at in members:
            votes[pool[at].category] += pool[at].confidence
        category = max(votes, key=lambda name: (votes[name], name))
        right = known[phrase][category] if phrase in known else 0
        precision = _precision(right, total[phrase], category, [pool[at] for at in members])
        if total[phrase] + len(members) >= 2 and precision >= _wanted(category) and category != "unclassified":
            found.append(_Phrase(phrase, category, precision, members))
    return found


def _precision(right: int, labelled: int, category: str, members: Sequence[_Pooled]) -> float:
    mean = sum(each.confidence for each in members if each.category == category) / len(members)
    return (right + _IMAGINED * mean) / (labelled + _IMAGINED)


def _worth(pool: Sequence[_Pooled], members: Iterable[int]) -> float:
    return round(sum(pool[at].weight for at in members), 6)


def _wanted(category: str) -> float:
    """Estimated precision from which a candidate is shown at all."""
    return 0.9 if FAULT_OF[category] in ("recipient", "domain") else 0.8


def _skeletons(rest: Sequence[_Pooled], history: Sequence[tuple[str, frozenset[str], str]]) -> list[Candidate]:
    """Families of which no phrase was good enough: what all their members share, with gaps."""
    families: dict[tuple[str, str], list[_Pooled]] = defaultdict(list)
    for each in rest:
        families[each.family, each.category].append(each)
    found = []
    for (_, category), members in sorted(families.items()):
        pattern = skeleton([each.seen.text for each in members])
        if pattern is None:
            continue
        expression = re.compile(pattern)
        hits = [accepted for text, accepted, _ in history if expression.search(text)]
        right = sum(category in accepted for accepted in hits)
        precision = _precision(right, len(hits), category, members)
        found.append(_made(pattern, category, precision, members, len(hits), right, history))
    return sorted(found, key=lambda each: (-each.support, each.key))


def _made(
    pattern: str, category: str, precision: float, members: Sequence[_Pooled], labelled: int, right: int,
    history: Sequence[tuple[str, frozenset[str], str]],
) -> Candidate:  # fmt: skip
    collisions = _collisions(pattern, category, history)
    fatal = category in DEAD and any(not accepted & DEAD for accepted in collisions.values())
    providers = {each.seen.provider for each in members if each.seen.provider}
    narrow = (
        len(providers) == 1 and len(members) > 1 and precision < RECOMMENDED and all(m.seen.provider for m in members)
    )
    key = f"{template_key(f'{category} {pattern}') & 0xFFFF_FFFF_FFFF:012x}"
    support = sum(each.seen.count for each in members)
    texts = list(dict.fromkeys(each.seen.text for each in members))
    withholds = FAULT_OF[category] in ("recipient", "domain")
    wanted = RECOMMENDED_DEAD if withholds else RECOMMENDED
    proved = right >= (_PROOF if withholds else 1)
    rule = Rule(
        name=f"proposed-{key}", category=category, match=(pattern,), priority=PRIORITY,
        provider=tuple(providers) if narrow else (),
        examples=tuple(Example(text) for text in texts[:_MOST_EXAMPLES]), source="proposed from stored responses",
    )  # fmt: skip
    before: Counter[str] = Counter()
    for each in members:
        before[each.before] += each.seen.count
    return Candidate(
        key=key, rule=rule, support=support, templates=len(texts), precision=round(precision, 4), labelled=labelled,
        labelled_right=right, collisions=tuple(collisions)[:_MOST_EXAMPLES],
        recommended=precision >= wanted and proved and not fatal,
        families=tuple(sorted({each.family for each in members})),
        before=dict(before), after={category: support},
    )  # fmt: skip


def _collisions(
    pattern: str, category: str, history: Sequence[tuple[str, frozenset[str], str]]
) -> dict[str, frozenset[str]]:
    expression = re.compile(pattern)
    return {
        text: accepted
        for searched, accepted, text in history
        if category not in accepted and expression.search(searched)
    }


def _escaped(phrase: str) -> str:
    return _SPECIAL.sub(r"\\\1", phrase)
