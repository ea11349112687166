"""Why did this message fail, and whose fault was that? Rules over the text decide, else the codes, else nobody."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from prellbock.classify.bounded import BoundedCache
from prellbock.classify.codes import by_code, is_permanent, is_specific
from prellbock.classify.masking import mask
from prellbock.classify.matcher import Context, Matcher
from prellbock.classify.outcomes import verdict_of_outcome
from prellbock.classify.reply import codes_of
from prellbock.classify.reporter import reporter_of
from prellbock.events import DeliveryEvent, Verdict
from prellbock.providers import provider_of, provider_of_mx
from prellbock.rules.compile import compile_rules, default_cache_dir
from prellbock.rules.model import RuleSet
from prellbock.rules.toml import read_default
from prellbock.taxonomy import FAULT_OF

_MEMO = 200_000


class Classifier:
    """Judges events with one rule set. Same event, same rules: same verdict. Safe to share between threads."""

    def __init__(self, ruleset: RuleSet, cache_dir: Path | None = None) -> None:
        """``cache_dir`` keeps the compiled rules between starts; None compiles anew. Raises `RuleError`."""
        self.ruleset = ruleset
        self.version = ruleset.version
        self.matcher = Matcher(compile_rules(ruleset, cache_dir))
        self._memo = _Verdicts(self.matcher)
        self._mx_provider = _ProvidersOfMx(65_536)

    @classmethod
    def default(cls, cache_dir: Path | None = None) -> Self:
        """The shipped rules; compiled rules are kept in ``cache_dir`` or the user's cache folder."""
        return cls(read_default(), cache_dir or default_cache_dir())

    def classify(self, event: DeliveryEvent) -> Verdict:
        """The verdict on one event, with its template."""
        return self.classify_many([event])[0]

    def classify_many(self, events: Sequence[DeliveryEvent], *, templates: bool = True) -> list[Verdict]:
        """One verdict an event, in order. Without ``templates`` that field stays None, which is twice as fast."""
        given = [verdict_of_outcome(event) if event.outcome else None for event in events]
        texts = [
            event.response if verdict is None and event.response else ""
            for event, verdict in zip(events, given, strict=True)
        ]
        states = self.matcher.states(texts)
        memo, mx_provider, uses_reporter = self._memo, self._mx_provider, self.matcher.uses_reporter
        patterns = self.matcher.patterns
        found: list[Verdict] = []
        for event, text, state, verdict in zip(events, texts, states, given, strict=True):
            if verdict is None:
                smtp_code, status = event.smtp_code, event.status
                if text and (smtp_code is None or not is_specific(status)):
                    text_code, text_status = codes_of(text)
                    smtp_code = smtp_code or text_code
                    if text_status and (status is None or is_specific(text_status)):
                        status = text_status
                verdict = memo[
                    patterns(state),
                    smtp_code,
                    status,
                    (event.mx and mx_provider[event.mx])
                    or (event.recipient and provider_of(None, event.recipient))
                    or None,
                    event.stage,
                    reporter_of(event) if uses_reporter else None,
                ]
            if templates and event.response:
                verdict = _with_template(verdict, event.response)
            found.append(verdict)
        return found


def context_of(event: DeliveryEvent) -> Context:
    """What is known of an event besides its text; codes that are not given are read from the text."""
    smtp_code, status = event.smtp_code, event.status
    if event.response:
        text_code, text_status = codes_of(event.response)
        smtp_code = smtp_code or text_code
        if not is_specific(status) and text_status and (status is None or is_specific(text_status)):
            status = text_status
    return Context(smtp_code, status, provider_of(event.mx, event.recipient), event.stage, reporter_of(event))


def _with_template(verdict: Verdict, response: str) -> Verdict:
    return Verdict(
        verdict.category,
        verdict.fault,
        verdict.permanent,
        verdict.decided_by,
        verdict.rule,
        verdict.confidence,
        mask(response),
        verdict.provider,
    )


class _ProvidersOfMx(BoundedCache[str, str | None]):
    def make(self, key: str) -> str | None:
        return provider_of_mx(key)


class _Verdicts(BoundedCache[tuple[frozenset[int], int | None, str | None, str | None, object, object], Verdict]):
    """Patterns found and context: the verdict. A few thousand of them serve millions of responses."""

    def __init__(self, matcher: Matcher) -> None:
        super().__init__(_MEMO)
        self._matcher = matcher

    def make(self, key: tuple[frozenset[int], int | None, str | None, str | None, object, object]) -> Verdict:
        found, context = key[0], Context(*key[1:])  # type: ignore[arg-type]
        permanent = is_permanent(context.smtp_code, context.status)
        winners = self._matcher.candidates(found, context)
        rule = self._matcher.rules[winners[0]] if winners else None
        code = by_code(context.smtp_code, context.status) if rule is None or rule.category == "expired" else None
        if code is not None and (rule is None or code.category != "expired"):
            fault = FAULT_OF[code.category]
            return Verdict(
                code.category, fault, permanent, "code", code.code, code.confidence, provider=context.provider
            )
        if rule is not None:
            return Verdict(
                rule.category, FAULT_OF[rule.category], permanent, "rule", rule.name, 1.0, provider=context.provider
            )
        return Verdict("unclassified", "none", permanent, "none", provider=context.provider)
