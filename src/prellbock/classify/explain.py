"""Why this verdict, in words and in full? Every rule that matched, where, why the one above it won; what to do."""

import re

import hyperscan
import msgspec

from prellbock.classify.classifier import Classifier, context_of
from prellbock.classify.codes import by_code
from prellbock.classify.decide import deciding_code
from prellbock.classify.details import Details, details_of
from prellbock.classify.masking import mask
from prellbock.classify.matcher import Context, Rank, applies
from prellbock.classify.model import Reason
from prellbock.classify.normalise import normalise
from prellbock.classify.phrasebook import Language, advice, sentence
from prellbock.events import DeliveryEvent, Verdict
from prellbock.rules.trials import compile_some
from prellbock.taxonomy import FAULT_OF


class Found(msgspec.Struct, frozen=True):
    """A rule that matched. ``begin`` and ``end`` are character offsets in the normalised text."""

    rule: str
    category: str
    place: str
    pattern: str
    matched: str
    """The part of the normalised text that the pattern found."""
    begin: int
    end: int
    result: str
    """``wins``, or the reason why it does not."""


class Guess(msgspec.Struct, frozen=True):
    """What the text model says of a reply that no rule knows."""

    model: str
    """Its version."""
    category: str
    confidence: float
    decides: bool
    """Sure enough by what evaluation has justified."""
    words: tuple[Reason, ...]
    """The runs of words that speak most for the category, or against it."""


class Explanation(msgspec.Struct, frozen=True):
    """A verdict, what was looked at, and all rules that matched: the winner first, then the others by rank."""

    verdict: Verdict
    sentence: str
    """What happened, in one plain sentence."""
    advice: str
    """What to do about it: the rule's own advice, else the category's."""
    matched: str | None
    """The part of the text that decided; None where no rule did."""
    by_code: str | None
    """The category that the codes alone would have given; None where they mean nothing certain."""
    text: str
    """The normalised template: what the rules were matched against."""
    smtp_code: int | None
    status: str | None
    matches: tuple[Found, ...]
    reason: str
    details: Details
    model: Guess | None
    """None where a rule decides, or there is no model."""


_REASONS: dict[str, str] = {
    "known": "knows more (a cause beats 'given up after retrying', and that beats a single telling word)",
    "priority": "has a higher priority",
    "harmless": "does not blame the recipient, and between different faults that wins",
    "scope": "is limited more narrowly by provider, code, stage or reporter",
    "literal": "matched a longer literal text",
    "order": "stands earlier in the rule files",
}


def explain(classifier: Classifier, event: DeliveryEvent, language: Language = "en") -> Explanation:
    """Judges one event once more and tells how. Slow (it compiles the matching patterns): for people, one at a time.

    ``language`` is that of sentence and advice; the rest is the same in both.
    """
    verdict = classifier.classify(event)
    template = mask(event.response or "")
    text = normalise(template)
    context = context_of(event)
    matcher = classifier.matcher
    tables = matcher.compiled.tables
    found = matcher.found([template])[0]
    order = matcher.candidates(found, context)
    code = deciding_code(matcher.rules[order[0]] if order else None, context)
    spans = _spans(text, tuple(tables.patterns[number] for number in sorted(found)))
    matches = []
    rest = [
        index for index in range(len(matcher.rules)) if index not in order and not found.isdisjoint(tables.match[index])
    ]
    for index in [*order, *rest]:
        rule = matcher.rules[index]
        if code is not None and index in order:
            result = f"knows less than the code {code.code}"
        elif index in order:
            result = _result(
                index, order, matcher.rank(index, found), matcher.rank(order[0], found), matcher.rules[order[0]].name
            )
        elif not applies(rule, context):
            result = "does not apply: provider, code, stage or reporter do not fit"
        else:
            result = "does not apply: one of its `unless` patterns matched"
        number = max(found.intersection(tables.match[index]), key=lambda one: (tables.literal_lengths[one], -one))
        pattern = tables.patterns[number]
        begin, end = spans.get(pattern, (0, 0))
        place = str(matcher.compiled.ruleset.place(index))
        matches.append(Found(rule.name, rule.category, place, pattern, text[begin:end], begin, end, result))
    guess = None if order else _guess(classifier, template, context)
    alone = by_code(context.smtp_code, context.status)
    details = details_of(event, verdict)
    return Explanation(
        verdict=verdict,
        sentence=sentence(verdict.category, verdict.provider, language, msgspec.structs.asdict(details)),
        advice=advice_on(classifier, verdict, language),
        matched=matches[0].matched if verdict.decided_by == "rule" and matches else None,
        by_code=alone.category if alone else None,
        text=text,
        smtp_code=context.smtp_code,
        status=context.status,
        matches=tuple(matches),
        reason=_reason(verdict, guess),
        details=details,
        model=guess,
    )


def advice_on(classifier: Classifier, verdict: Verdict, language: Language) -> str:
    """What to do about a verdict: what its rule says, else what its category says."""
    if verdict.decided_by == "rule" and verdict.rule is not None:
        rule = classifier.ruleset.named(verdict.rule)
        if rule is not None and (own := rule.advice.get(language)):
            return own
    return advice(verdict.category, language)


def _result(index: int, order: list[int], rank: Rank, best: Rank, winner: str) -> str:
    if index == order[0]:
        return "wins"
    for field, mine, theirs in zip(Rank._fields, rank, best, strict=True):
        if mine != theirs:
            return f"loses against {winner}, which {_REASONS[field]}"
    raise AssertionError("two rules cannot stand at the same place")


def _guess(classifier: Classifier, template: str, context: Context) -> Guess | None:
    if classifier.model is None or not template:
        return None
    model = classifier.model()
    answer = model.answers([template], [context])[0]
    words = tuple(model.reasons(template, context, answer.category))
    return Guess(model.version, answer.category, answer.confidence, answer.decides, words)


def _reason(verdict: Verdict, guess: Guess | None) -> str:
    if verdict.decided_by == "model" and guess is not None:
        words = ", ".join(f"'{reason.words}'" for reason in guess.words[:4] if reason.weight > 0)
        return (
            f"no rule matched the text; model {guess.model} takes it for {verdict.category} with confidence "
            f"{verdict.confidence:.2f}, most of all because of {words}"
        )
    if verdict.decided_by == "rule":
        return f"rule {verdict.rule} matched the text"
    if verdict.decided_by == "code":
        return f"no rule knows the cause; {verdict.rule} means {verdict.category} (fault: {FAULT_OF[verdict.category]})"
    return "no rule matched the text, and the codes mean nothing certain"


def _spans(text: str, patterns: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Per pattern the first match in characters. A second scan: start offsets are too slow for the first one."""
    if not patterns:
        return {}
    data = text.encode()
    first: dict[str, tuple[int, int]] = {}

    def on_match(number: int, begin: int, end: int, flags: int, context: object) -> None:
        known = first.get(patterns[number])
        if known is None or begin < known[0]:
            first[patterns[number]] = (begin, end)

    try:
        compile_some(patterns, offsets=True).scan(data, on_match)
    except hyperscan.error:
        # "Pattern is too large": some have too many repetitions to know where their matches begin.
        first = {pattern: found.span() for pattern in patterns if (found := _searched(pattern, data))}
    return {
        pattern: (len(data[:begin].decode("utf-8", "ignore")), len(data[:end].decode("utf-8", "ignore")))
        for pattern, (begin, end) in first.items()
    }


def _searched(pattern: str, data: bytes) -> re.Match[bytes] | None:
    """The same match without Hyperscan, whose dialect is a part of Python's; slower, for one text at a time."""
    return re.search(pattern.encode(), data, re.MULTILINE)
