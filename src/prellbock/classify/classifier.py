"""Why did this message fail, and whose fault was that? Rules decide, else the text model, else the codes, else nobody.

Millions of responses are a few thousand templates, so a verdict is worked out once for a template and its context.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from msgspec.structs import replace

from prellbock.addresses import domain_of
from prellbock.classify.bounded import BoundedCache
from prellbock.classify.codes import is_permanent, is_specific
from prellbock.classify.decide import deciding_code, model_decides, model_forbids
from prellbock.classify.masking import mask, mask_many
from prellbock.classify.matcher import Context, Matcher
from prellbock.classify.model import Answer, TextModel, shipped_model
from prellbock.classify.outcomes import verdict_of_outcome
from prellbock.classify.reply import codes_of
from prellbock.classify.reporter import reporter_of
from prellbock.classify.said import with_word
from prellbock.classify.stage import stage_of
from prellbock.classify.urls import without_paths
from prellbock.events import DeliveryEvent, Stage, Verdict
from prellbock.providers import provider_of, provider_of_domain, provider_of_mx
from prellbock.rules.cached import default_cache_dir
from prellbock.rules.compile import compile_rules
from prellbock.rules.compile_changes import compile_over
from prellbock.rules.model import Reporter, Rule, RuleSet
from prellbock.rules.toml import read_default
from prellbock.taxonomy import FAULT_OF

_MEMO = 100_000


class Classifier:
    """Judges events with one rule set. Same event, same rules: same verdict. Safe to share between threads."""

    def __init__(
        self,
        ruleset: RuleSet,
        cache_dir: Path | None = None,
        *,
        model: Callable[[], TextModel] | None = None,
        base: RuleSet | None = None,
        alone: bool = False,
        least: float | None = None,
    ) -> None:
        """``cache_dir`` keeps the compiled rules between starts; None compiles anew. Raises `RuleError`.

        ``base``: rules of which these are a change; then only what is changed is compiled.
        ``model`` gives the text model when the first text asks for it; None does without. ``alone``: what neither rule
        nor model decides is left unclassified, whatever its code says. ``least`` (0 to 1): a confidence from which the
        model decides, instead of what its evaluation has justified.
        """
        self.ruleset = ruleset
        self.version = ruleset.version
        compiled = compile_over(base, ruleset, cache_dir) if base else compile_rules(ruleset, cache_dir)
        self.matcher = Matcher(compiled)
        self.model = model
        self.least = least
        self.alone = alone
        self._verdicts = _Verdicts(self.matcher.rules, codes=not alone)
        self._memo: dict[Key, Verdict] = {}
        self._mx_provider = _ProvidersOfMx(65_536)

    @classmethod
    def default(cls, cache_dir: Path | None = None) -> Self:
        """The shipped rules and text model; compiled rules are kept in ``cache_dir`` or the user's cache folder."""
        cache_dir = cache_dir or default_cache_dir()
        return cls(read_default(cache_dir), cache_dir, model=shipped_model)

    def classify(self, event: DeliveryEvent) -> Verdict:
        """The verdict on one event, with its template."""
        return self.classify_many([event])[0]

    def classify_many(self, events: Sequence[DeliveryEvent], *, templates: bool = True) -> list[Verdict]:
        """One verdict an event, in order; without ``templates`` that field stays None, which is faster."""
        verdicts, shown = self.judge_many(events)
        if not templates:
            return verdicts
        return [
            _with_template(verdict, template) if template else verdict
            for verdict, template in zip(verdicts, shown, strict=True)
        ]

    def judge_many(self, events: Sequence[DeliveryEvent]) -> tuple[list[Verdict], list[str]]:
        """Verdicts without templates (one object for many events), and the templates ("" where there is no text)."""
        templates = mask_many([event.response for event in events if event.response])
        if len(templates) < len(events):
            masked = iter(templates)
            templates = [next(masked) if event.response else "" for event in events]
        own = [event.outcome and verdict_of_outcome(event) for event in events]
        if not any(own):
            return self._judge(events, templates), templates
        unsure = [at for at, verdict in enumerate(own) if not verdict]
        judged = iter(self._judge([events[at] for at in unsure], [templates[at] for at in unsure]))
        return [verdict or next(judged) for verdict in own], templates

    def _judge(self, events: Sequence[DeliveryEvent], templates: list[str]) -> list[Verdict]:
        """The verdicts of rules and codes, each worked out once for its key."""
        if len(self._memo) > _MEMO:
            self._memo.clear()
        mx_provider, uses_reporter = self._mx_provider, self.matcher.uses_reporter
        keys: list[Key] = [
            (
                template,
                (event.mx and mx_provider[event.mx])
                or (event.recipient and provider_of_domain(domain_of(event.recipient)))
                or None,
                event.smtp_code,
                event.status,
                stage_of(event) if event.sender else event.stage,
                ("remote" if event.mx else reporter_of(event)) if uses_reporter else None,
            )
            for event, template in zip(events, templates, strict=True)
        ]
        found = list(map(self._memo.get, keys))
        if not all(found):
            fresh = self._judged(list(dict.fromkeys(key for key, known in zip(keys, found, strict=True) if not known)))
            found = [verdict or fresh[key] for key, verdict in zip(keys, found, strict=True)]
        for at, event in enumerate(events):
            if event.meta is not None:
                found[at] = with_word(event, found[at])  # type: ignore[arg-type]
        return found  # type: ignore[return-value]

    def _judged(self, keys: list["Key"]) -> dict["Key", Verdict]:
        """Verdicts of keys that are not remembered, remembered from now on."""
        fresh = dict(zip(keys, self.verdicts_of(keys), strict=True))
        self._memo |= fresh
        return fresh

    def verdicts_of(self, keys: Sequence["Key"], contexts: list[Context] | None = None) -> list[Verdict]:
        """The verdicts on templates in their contexts, for stored ones that are judged anew.

        ``contexts`` are those of `contexts_of`, where they are known already.
        """
        contexts = contexts_of(keys) if contexts is None else contexts
        winners = self.matcher.winners([key[0] for key in keys], contexts)
        verdicts = self._verdicts
        found = [verdicts[winner, context] for winner, context in zip(winners, contexts, strict=True)]
        if self.model is not None:
            unknown = [number for number, winner in enumerate(winners) if winner is None and keys[number][0]]
            if unknown:
                self._ask(self.model(), unknown, keys, contexts, found)
        return found

    def applies(self, keys: Sequence["Key"], contexts: list[Context]) -> list[bool]:
        """Whether any rule applies to the templates in their contexts (`contexts_of`)."""
        return [winner is not None for winner in self.matcher.winners([key[0] for key in keys], contexts)]

    def _ask(
        self, model: TextModel, unknown: list[int], keys: Sequence["Key"], contexts: list[Context], found: list[Verdict]
    ) -> None:
        """Puts into ``found`` what becomes of texts that no rule knows, where the model is sure or doubts a code."""
        texts = [without_paths(keys[at][0]) for at in unknown]
        answers = model.answers(texts, [contexts[at] for at in unknown], self.least)
        for at, answer in zip(unknown, answers, strict=True):
            verdict = found[at]
            if model_decides(answer, verdict, keys[at][4], beside_rules=bool(self.matcher.rules)):
                found[at] = _modelled(answer, model, verdict)
            elif model_forbids(answer, verdict):
                found[at] = Verdict("unclassified", "none", verdict.permanent, "none", provider=verdict.provider)


Key = tuple[str, str | None, int | None, str | None, Stage | None, Reporter | None]
"""What a verdict depends on: template, provider, reply code, enhanced code, stage, reporter."""


def rules_between(before: Classifier, after: Classifier) -> tuple[Rule, ...] | None:
    """The rules, under names that differ, that only one of two classifiers has; None where they differ in more."""
    if before.model is not after.model or before.least != after.least or before.alone != after.alone:
        return None
    rules, others = before.ruleset.rules, after.ruleset.rules
    if bool(rules) != bool(others):  # the model decides more where there are no rules at all
        return None
    named = {rule.name: rule for rule in others}
    common = {rule.name for rule in rules if named.get(rule.name) == rule}
    if [rule.name for rule in rules if rule.name in common] != [rule.name for rule in others if rule.name in common]:
        return None
    return tuple(
        replace(rule, name=f"{side}-{at}")
        for side, those in (("before", rules), ("after", others))
        for at, rule in enumerate(those)
        if rule.name not in common
    )


def contexts_of(keys: Sequence[Key]) -> list[Context]:
    """What is known of each besides its template; codes that are not given are read from it."""
    return [context_of_key(key) for key in keys]


def key_of(event: DeliveryEvent) -> Key:
    """What the verdict on an event depends on."""
    template = mask(event.response) if event.response else ""
    provider = provider_of(event.mx, event.recipient)
    stage = stage_of(event) if event.sender else event.stage
    return template, provider, event.smtp_code, event.status, stage, "remote" if event.mx else reporter_of(event)


def context_of_key(key: Key) -> Context:
    """What is known of a template besides its text; codes that are not given are read from it."""
    return Context(*_codes(key[0], key[2], key[3]), key[1], key[4], key[5])


def context_of(event: DeliveryEvent) -> Context:
    """What is known of an event besides its text; codes that are not given are read from the text."""
    template = mask(event.response) if event.response else ""
    codes = _codes(template, event.smtp_code, event.status)
    return Context(*codes, provider_of(event.mx, event.recipient), stage_of(event), reporter_of(event))


def _codes(template: str, smtp_code: int | None, status: str | None) -> tuple[int | None, str | None]:
    """The given codes, completed from the text; an enhanced code that says something beats an x.0.0."""
    if not template or (smtp_code is not None and is_specific(status)):
        return smtp_code, status
    text_code, text_status = codes_of(template)
    if not is_specific(status) and (status is None or is_specific(text_status)):
        status = text_status or status
    return smtp_code or text_code, status


def _with_template(verdict: Verdict, template: str) -> Verdict:
    return Verdict(
        verdict.category,
        verdict.fault,
        verdict.permanent,
        verdict.decided_by,
        verdict.rule,
        verdict.confidence,
        template,
        verdict.provider,
    )


def _modelled(answer: Answer, model: TextModel, verdict: Verdict) -> Verdict:
    fault = FAULT_OF[answer.category]
    return Verdict(
        answer.category, fault, verdict.permanent, "model", f"model-{model.version}", answer.confidence,
        provider=verdict.provider,
    )  # fmt: skip


class _ProvidersOfMx(BoundedCache[str, str | None]):
    def make(self, key: str) -> str | None:
        return provider_of_mx(key)


class _Verdicts(BoundedCache[tuple[int | None, Context], Verdict]):
    """The rule that decides and the context: the verdict, worked out once."""

    def __init__(self, rules: tuple[Rule, ...], *, codes: bool) -> None:
        super().__init__(_MEMO)
        self._rules = rules
        self._codes = codes

    def make(self, key: tuple[int | None, Context]) -> Verdict:
        winner, context = key
        permanent = is_permanent(context.smtp_code, context.status)
        rule = None if winner is None else self._rules[winner]
        code = deciding_code(rule, context) if self._codes else None
        if code is not None:
            fault = FAULT_OF[code.category]
            return Verdict(
                code.category, fault, permanent, "code", code.code, code.confidence, provider=context.provider
            )
        if rule is not None:
            return Verdict(
                rule.category, FAULT_OF[rule.category], permanent, "rule", rule.name, 1.0, provider=context.provider
            )
        return Verdict("unclassified", "none", permanent, "none", provider=context.provider)
