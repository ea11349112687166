"""Is every rule of a set alive, proved and undisputed? Rule files rot: these are the signs.

Stands here and not beside the rules, because only judging the examples shows which rule decides them.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

import msgspec

from prellbock.classify.classifier import Classifier, context_of
from prellbock.classify.masking import mask
from prellbock.events import DeliveryEvent
from prellbock.rules.model import Example, Place, Rule
from prellbock.rules.pattern import read

Kind = Literal[
    "exampleless",
    "unmatched_example",
    "lost_example",
    "counterexample",
    "dead",
    "shadowed",
    "conflicting",
    "duplicate_pattern",
    "missing_source",
    "disproved",
    "short_pattern",
    "untested_pattern",
    "foreign_example",
    "never_fired",
]


class Finding(msgspec.Struct, frozen=True):
    """One weakness of a rule: where, what, and what to do about it."""

    rule: str
    place: str
    kind: Kind
    text: str
    advice: str


class Trial(msgspec.Struct, frozen=True):
    """One example of a rule after judging it."""

    rule: str
    place: str
    example: Example
    counter: bool
    """A counterexample: the rule must not decide it."""
    category: str
    decided_by: str
    winner: str | None
    passed: bool


def event_of(example: Example, rule: Rule | None = None) -> DeliveryEvent:
    """An example as an event. What a rule's scope demands and the example leaves open is filled in from the rule."""
    reporter = rule.reporter if rule else None
    mx = example.mx
    if mx is None and (reporter == "remote" or (rule and rule.provider and not example.recipient)):
        mx = _mx_of(rule.provider[0]) if rule and rule.provider else "mx.example.net"
    return DeliveryEvent(
        response=example.text,
        mx=mx,
        recipient=example.recipient,
        status=example.status,
        smtp_code=example.smtp_code,
        stage=example.stage or (rule.stage[0] if rule and rule.stage else None),
        reporting_mta="mta.example.org" if reporter == "own" else None,
        sender="news@example.org" if reporter == "own" else None,
    )


def _mx_of(provider: str) -> str:
    from prellbock.providers import MX_SUFFIXES

    return f"mx.{MX_SUFFIXES[provider][0]}" if provider in MX_SUFFIXES else "mx.example.net"


def try_examples(classifier: Classifier) -> list[Trial]:
    """Judges every example and counterexample. An example passes if its own rule, or another of the same category,
    decides it; a counterexample if its rule does not."""
    rows = [
        (index, rule, example, counter)
        for index, rule in enumerate(classifier.ruleset.rules)
        for counter, examples in ((False, rule.examples), (True, rule.counterexamples))
        for example in examples
    ]
    verdicts, _ = classifier.judge_many([event_of(example, None if c else rule) for _, rule, example, c in rows])
    trials = []
    for (index, rule, example, counter), verdict in zip(rows, verdicts, strict=True):
        winner = verdict.rule if verdict.decided_by == "rule" else None
        passed = winner != rule.name if counter else verdict.category == rule.category and winner is not None
        place = str(classifier.ruleset.place(index))
        trials.append(Trial(rule.name, place, example, counter, verdict.category, verdict.decided_by, winner, passed))
    return trials


def lint(classifier: Classifier) -> list[Finding]:
    """Every finding, in the order of the rules."""
    trials: dict[str, list[Trial]] = defaultdict(list)
    for trial in try_examples(classifier):
        trials[trial.rule].append(trial)
    rules, place = classifier.ruleset.rules, classifier.ruleset.place
    findings: list[Finding] = []
    first_with: dict[tuple[object, ...], str] = {}
    for index, rule in enumerate(rules):
        findings += _of_rule(rule, place(index), trials[rule.name])
        findings += _short_patterns(rule, place(index))
        findings += _conflicts(classifier, index)
        scope = (rule.provider, rule.code, rule.stage, rule.reporter)
        for pattern in rule.match:
            other = first_with.setdefault((pattern, *scope), rule.name)
            if other != rule.name:
                text = f"pattern {pattern!r} stands in rule {other} too, with the same scope"
                findings.append(finding(rule, place(index), "duplicate_pattern", text, "Keep it in one of the two."))
    return findings


def finding(rule: Rule, place: Place, kind: Kind, text: str, advice: str) -> Finding:
    """A finding on a rule."""
    return Finding(rule.name, str(place), kind, text, advice)


_SHORTEST = 4
"""Characters; a shorter literal text stands inside many words and ids."""
_ANCHORED = re.compile(r"\\b|\\[\[\](){}<#]|[\^$]")


def _short_patterns(rule: Rule, place: Place) -> Iterator[Finding]:
    if rule.provider or rule.code or rule.stage:
        return
    for pattern in rule.match:
        if pattern.isascii() and read(pattern).literal_length < _SHORTEST and not _ANCHORED.search(pattern):
            text = f"pattern {pattern!r} holds fewer than {_SHORTEST} certain characters and is not anchored"
            yield finding(rule, place, "short_pattern", text, r"Anchor it with \b, lengthen it, or limit the rule.")


def _of_rule(rule: Rule, place: Place, trials: list[Trial]) -> Iterator[Finding]:
    if not rule.source:
        yield finding(rule, place, "missing_source", "has no source", "Say where the texts come from: source = ...")
    if not rule.examples:
        yield finding(rule, place, "exampleless", "has no example", "Add a real response: examples = [...]")
        return
    winners = []
    for trial in trials:
        if trial.counter:
            if not trial.passed:
                text = f"decides its own counterexample {trial.example.text!r}"
                yield finding(rule, place, "counterexample", text, "Narrow a pattern, or add to `unless`.")
            continue
        winners.append(trial.winner)
        if trial.winner is None:
            text = f"does not match its own example {trial.example.text!r} (template {mask(trial.example.text)!r})"
            advice = "Correct the pattern or the scope; patterns see the lower-case template."
            yield finding(rule, place, "unmatched_example", text, advice)
        elif not trial.passed:
            text = f"its example {trial.example.text!r} is decided by rule {trial.winner} as {trial.category}"
            yield finding(rule, place, "lost_example", text, "Narrow the other rule with `unless`, or set a priority.")
    if rule.name in winners:
        return
    others = {winner for winner in winners if winner}
    if winners and None not in winners and others:
        text = f"every example is won by {', '.join(sorted(others))}"
        yield finding(rule, place, "shadowed", text, "Delete the rule, or narrow the others.")
    else:
        text = "wins none of its own examples"
        yield finding(rule, place, "dead", text, "Correct its patterns or delete it.")


def _conflicts(classifier: Classifier, index: int) -> Iterator[Finding]:
    """Two categories for one example, decided by nothing but the order in the files."""
    matcher, rule = classifier.matcher, classifier.ruleset.rules[index]
    events = [event_of(example, rule) for example in rule.examples]
    told: set[str] = set()
    for event, found in zip(events, matcher.found([mask(event.response or "") for event in events]), strict=True):
        order = matcher.candidates(found, context_of(event))
        if len(order) < 2 or order[0] != index:
            continue
        mine = matcher.rank(index, found)
        for other in order[1:]:
            theirs, name = matcher.rank(other, found), matcher.rules[other].name
            if mine[:-1] != theirs[:-1]:
                break
            if matcher.rules[other].category != rule.category and name not in told:
                told.add(name)
                text = f"only the order in the files puts it before {name} on {event.response!r}"
                advice = "Give one of the two a priority, a narrower scope or an `unless`."
                yield finding(rule, classifier.ruleset.place(index), "conflicting", text, advice)
