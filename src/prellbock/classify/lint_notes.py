"""What could be better in a rule set and is no mistake: unproved and far-reaching patterns, rules that never fire."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from prellbock.classify.classifier import Classifier, context_of
from prellbock.classify.lint import Finding, event_of, finding
from prellbock.classify.masking import mask
from prellbock.events import DeliveryEvent


def notes(classifier: Classifier) -> list[Finding]:
    """What could be better and is no mistake, in the order of the rules: patterns that no example of their rule
    reaches, and patterns that find examples of other categories and lose them only by rank."""
    matcher = classifier.matcher
    rules, place = classifier.ruleset.rules, classifier.ruleset.place
    foreign = _foreign_examples(classifier)
    found: list[Finding] = []
    for index, rule in enumerate(rules):
        reached = frozenset[int]().union(*matcher.found([mask(example.text) for example in rule.examples]))
        for pattern, identifier in zip(rule.match, matcher.compiled.tables.match[index], strict=True):
            if identifier not in reached:
                text, advice = f"no example reaches pattern {pattern!r}", "Add a real response that it finds."
                found.append(finding(rule, place(index), "untested_pattern", text, advice))
            if others := foreign.get((index, identifier)):
                shown = ", ".join(f"{name} ({count})" for name, count in others.most_common(4))
                text = f"pattern {pattern!r} also finds {others.total()} examples of other categories: {shown}"
                advice = "They are decided otherwise by rank alone; narrow the pattern if it need not find them."
                found.append(finding(rule, place(index), "foreign_example", text, advice))
    return found


def _foreign_examples(classifier: Classifier) -> dict[tuple[int, int], Counter[str]]:
    """All examples against all rules: per rule and pattern the rules of other categories whose examples it finds."""
    matcher, rules = classifier.matcher, classifier.ruleset.rules
    rows = [(rule, event_of(example, rule)) for rule in rules for example in rule.examples]
    touched: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for (owner, event), seen in zip(
        rows, matcher.found([mask(event.response or "") for _, event in rows]), strict=True
    ):
        for index in matcher.candidates(seen, context_of(event)):
            if rules[index].category != owner.category:
                for identifier in seen.intersection(matcher.compiled.tables.match[index]):
                    touched[index, identifier][owner.name] += 1
    return touched


def never_fired(classifier: Classifier, hits: Mapping[str, int]) -> list[Finding]:
    """Rules that decided nothing of a stored history; ``hits``: rule and number of replies it decided."""
    place = classifier.ruleset.place
    return [
        finding(
            rule,
            place(index),
            "never_fired",
            f"decided none of {sum(hits.values()):,} replies that rules decided in the stored history",
            "Nothing to do if the provider is rare; else see with --explain which rule takes its replies.",
        )
        for index, rule in enumerate(classifier.ruleset.rules)
        if not hits.get(rule.name)
    ]


def hits_of(classifier: Classifier, replies: Iterable[tuple[DeliveryEvent, int]]) -> dict[str, int]:
    """How many stored replies each rule decides: events with the number of times they were seen."""
    rows = list(replies)
    verdicts, _ = classifier.judge_many([event for event, _ in rows])
    hits: Counter[str] = Counter()
    for verdict, (_, count) in zip(verdicts, rows, strict=True):
        if verdict.decided_by == "rule" and verdict.rule is not None:
            hits[verdict.rule] += count
    return hits
