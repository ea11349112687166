"""Rules that have decided nothing for long, and without which others would say the same.

The same of what: of their examples, and of phrases that their patterns can match, so that no word is lost that no
example shows.
"""

from collections.abc import Callable, Iterator, Sequence

from prellbock.classify.classifier import context_of_key, key_of
from prellbock.classify.lint import event_of
from prellbock.learn.phrases import phrases
from prellbock.learn.revising.grounds import DAY, Grounds, Idea
from prellbock.learn.why import Why
from prellbock.rules.model import Example, Rule

IDLE_DAYS = 90
"""So long a rule must have decided nothing, and so long a history must be."""
_PHRASES = 8
"""Of each pattern."""


def retire(grounds: Grounds) -> Iterator[Idea]:
    """One a rule; what two rules can do for each other only one of them is retired for."""
    history = grounds.history
    if history.days < IDLE_DAYS:
        return
    begin = history.newest - IDLE_DAYS * DAY
    idle = [rule for rule in grounds.rules.values() if history.hits.get(rule.name, (0, 0.0))[1] < begin]
    idle = [rule for rule, covers in zip(idle, _covers(grounds, idle, _examples), strict=True) if all(covers)]
    gone: set[str] = set()
    for rule, covers in zip(idle, _covers(grounds, idle, _words), strict=True):
        # For every text it decides, somebody else of the same mind must be left.
        if rule.examples and all(set(others) - gone for others in covers):
            gone.add(rule.name)
            others = sorted({next(name for name in each if name not in gone) for each in covers})
            hits, _ = history.hits.get(rule.name, (0, 0.0))
            why = Why("idle", {"responses": hits, "days": IDLE_DAYS, "others": ", ".join(others[:5])})
            yield Idea("retire", (rule.name,), {rule.name: None}, why)


def _examples(rule: Rule) -> Sequence[Example]:
    return rule.examples


def _words(rule: Rule) -> Sequence[Example]:
    return [*rule.examples, *(Example(text) for pattern in rule.match for text in phrases(pattern, _PHRASES))]


def _covers(
    grounds: Grounds, rules: Sequence[Rule], texts: Callable[[Rule], Sequence[Example]]
) -> Iterator[list[list[str]]]:
    """For each rule, for each of its texts, the other rules that could decide it as it does."""
    matcher = grounds.classifier.matcher
    rows = [[key_of(event_of(example, rule)) for example in texts(rule)] for rule in rules]
    found = iter(matcher.found([key[0] for keys in rows for key in keys]))
    for rule, keys in zip(rules, rows, strict=True):
        orders = [matcher.candidates(next(found), context_of_key(key)) for key in keys]
        yield [_before_another(rule, [matcher.rules[index] for index in order]) for order in orders]


def _before_another(rule: Rule, order: list[Rule]) -> list[str]:
    """The rules of the same category that stand before the first of another one."""
    names = []
    for other in order:
        if other.name == rule.name:
            continue
        if other.category != rule.category:
            break
        names.append(other.name)
    return names
