"""One rule on its own, while it is being written: what it finds in stored templates, and what its examples say."""

from collections.abc import Sequence

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.classify.lint import Trial, try_examples
from prellbock.classify.masking import mask
from prellbock.classify.model import shipped_model
from prellbock.classify.normalise import normalise
from prellbock.drafting.found import CannotCompileError, Expressions, Span
from prellbock.drafting.rules import Rules
from prellbock.rules.cached import default_cache_dir
from prellbock.rules.changes import effective
from prellbock.rules.model import Rule, RuleError
from prellbock.rules.record import Mistake
from prellbock.store.figures import Template


class Hit(msgspec.Struct, frozen=True):
    """A stored template in which the rule finds something; offsets are characters of ``text``."""

    template: str
    text: str
    """Normalised: what rules are matched against."""
    sample: str | None
    provider: str | None
    count: int
    category: str
    """What it counts as now."""
    spans: list[Span]
    excepted: bool
    """An `unless` of the rule is found, too: it does not apply."""


class ExampleTried(msgspec.Struct, frozen=True):
    """An example, with where the rule's patterns match in it."""

    text: str
    counter: bool
    passed: bool
    category: str
    winner: str | None
    normalised: str
    spans: list[Span]


class Tried(msgspec.Struct, frozen=True):
    """What became of one rule: nothing but mistakes where it cannot be used."""

    mistakes: list[Mistake]
    examples: list[ExampleTried]
    hits: list[Hit]
    templates: int
    """How many stored templates it finds, the exceptions left aside."""
    failures: int
    """How many stored events had one of these."""


def try_rule(rule: Rule, others: Rules, templates: Sequence[Template], *, most: int) -> Tried:
    """Tries a rule among the others of its set (a rule of its name there is replaced)."""
    try:
        expressions = Expressions(rule)
        ruleset = effective(others.base, {**others.changes, rule.name: rule})
        classifier = Classifier(ruleset, default_cache_dir(), base=others.base, model=shipped_model)
    except RuleError as error:
        wrong = [each for each in error.problems if each.rule == rule.name] or list(error.problems)
        return Tried([Mistake(each.field or "match", each.text) for each in wrong], [], [], 0, 0)
    except CannotCompileError as error:
        return Tried([Mistake("match", f"cannot be compiled: {error}")], [], [], 0, 0)
    examples = [_example(trial, expressions) for trial in try_examples(classifier) if trial.rule == rule.name]
    hits: list[Hit] = []
    found = failures = 0
    for template in templates:
        text = normalise(template.text)
        spans = expressions.spans(text)
        if not any(not span.unless for span in spans):
            continue
        excepted = any(span.unless for span in spans)
        if not excepted:
            found, failures = found + 1, failures + template.count
        if len(hits) < most:
            key = f"{template.key & 0xFFFF_FFFF_FFFF_FFFF:016x}"
            hits.append(
                Hit(key, text, template.sample, template.provider, template.count, template.category, spans, excepted)
            )
    return Tried([], examples, hits, found, failures)


def _example(trial: Trial, expressions: Expressions) -> ExampleTried:
    text = normalise(mask(trial.example.text))
    return ExampleTried(
        trial.example.text, trial.counter, trial.passed, trial.category, trial.winner, text, expressions.spans(text)
    )
