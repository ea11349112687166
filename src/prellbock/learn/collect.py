"""Where do labelled texts come from? Rules (examples, counterexamples, phrases), gathered files, the simulation."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.classify.lint import event_of
from prellbock.classify.masking import mask
from prellbock.classify.reply import codes_of
from prellbock.events import DeliveryEvent
from prellbock.learn.corpus import Labelled, Origin, read
from prellbock.learn.frames import Seen, framed
from prellbock.learn.phrases import phrases
from prellbock.providers import MX_SUFFIXES
from prellbock.rules.model import Example, Rule, RuleSet
from prellbock.simulate.replies import groups, replies, source_of
from prellbock.simulate.wording import fill

_PHRASES = 20
"""Phrases drawn from each pattern."""
_BITS = 0x5DEECE66D1234567
"""Fills the variable parts of simulated replies; they are masked again."""
_LANGUAGES = {
    "chinese": "zh", "czech": "cs", "dutch": "nl", "french": "fr", "german": "de", "italian": "it", "japanese": "ja",
    "korean": "ko", "polish": "pl", "portuguese": "pt", "russian": "ru", "spanish": "es", "turkish": "tr",
}  # fmt: skip


def examples_of(classifier: Classifier) -> Iterator[Labelled]:
    """Examples with their rule's category; counterexamples with what the rules say of them, where a rule does."""
    ruleset = classifier.ruleset
    for index, rule in enumerate(ruleset.rules):
        language = _language(ruleset, index)
        for example in rule.examples:
            yield _row(example, rule, rule.category, "example", language)
        for example in rule.counterexamples:
            verdict = classifier.classify(event_of(example))
            if verdict.decided_by == "rule":
                yield _row(example, rule, verdict.category, "counterexample", language)


def gathered(files: Iterable[Path]) -> Iterator[Labelled]:
    """Labelled files, each a batch."""
    for file in sorted(files):
        for row in read(file):
            tag = row.source.rpartition("(")[2].rstrip(")")
            language = tag if tag in _LANGUAGES.values() else row.language
            yield msgspec.structs.replace(row, origin="gathered", group=file.stem, language=language)


def simulated() -> Iterator[Labelled]:
    """The replies of the simulated servers."""
    for group in groups():
        for reply in replies(group, brand="gmx.net", brand_short="gmx"):
            text = fill(
                reply, _BITS, time="2026-01-05T08:00:00Z", rcpt="user@example.com", mx="mx.example.net",
                sender="news@example.org", last="451 4.3.0 Try again later", attempts="12",
            )  # fmt: skip
            yield Labelled(
                text=text, category=reply.category, origin="simulated", group=f"simulated {group}", stage=reply.stage,
                status=reply.status, source=source_of(group),
            )  # fmt: skip


def phrases_of(classifier: Classifier, real: Iterable[Labelled], most: int = _PHRASES) -> Iterator[Labelled]:
    """Phrases of all patterns as replies, with the category that the whole rule set gives them."""
    ruleset = classifier.ruleset
    seen = _codes(real)
    rows: list[Labelled] = []
    for index, rule in enumerate(ruleset.rules):
        for pattern in rule.match:
            chance = Random(f"{rule.name} {pattern}")
            for phrase in phrases(pattern, most):
                text = framed(phrase, rule, seen, chance)
                stage = rule.stage[0] if rule.stage else None
                rows.append(
                    Labelled(
                        text=text,
                        category=rule.category,
                        origin="phrase",
                        group=rule.name,
                        language=_language(ruleset, index),
                        mx=_mx(rule),
                        stage=stage,
                    )
                )
    events = [DeliveryEvent(response=row.text, mx=row.mx, stage=row.stage) for row in rows]
    known: set[tuple[str, str | None]] = set()
    for row, verdict in zip(rows, classifier.classify_many(events), strict=True):
        if verdict.decided_by == "rule" and (row.text, row.mx) not in known:
            known.add((row.text, row.mx))
            yield msgspec.structs.replace(row, category=verdict.category)


def _row(example: Example, rule: Rule, category: str, origin: Origin, language: str) -> Labelled:
    return Labelled(
        text=example.text, category=category, origin=origin, group=rule.name, language=language,
        mx=example.mx or _mx(rule), smtp_code=example.smtp_code, status=example.status,
        stage=example.stage or (rule.stage[0] if rule.stage else None), source=rule.source,
    )  # fmt: skip


def _mx(rule: Rule) -> str | None:
    suffixes = MX_SUFFIXES.get(rule.provider[0], ()) if rule.provider else ()
    return f"mx.{suffixes[0]}" if suffixes else None


def _language(ruleset: RuleSet, index: int) -> str:
    return _LANGUAGES.get(Path(ruleset.place(index).file).stem.removeprefix("language-"), "en")


def _codes(rows: Iterable[Labelled]) -> Seen:
    by_category = defaultdict(list)
    for row in rows:
        by_category[row.category].append(codes_of(mask(row.text)))
    return Seen(dict(by_category), [codes for found in by_category.values() for codes in found])
