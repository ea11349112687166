"""``GET /v1/rules``: the rules of a version or draft, each with how it fares."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.pages import Cursor, cut, read_cursor, write_cursor
from prellbock.api.period import DAY
from prellbock.api.problems import ProblemError
from prellbock.classify.lint import lint
from prellbock.drafting import naming, rules
from prellbock.events import Stage
from prellbock.history.outcomes import Kinds
from prellbock.rules.changes import Origin, origin_of
from prellbock.rules.model import AdviceLanguage, Example, Reporter, Rule
from prellbock.store.contract import Store
from prellbock.taxonomy import FAULT_OF
from prellbock.times import rfc3339

_TREND_DAYS = 30
Limit = Annotated[int, QueryParameter(ge=1, le=2000, description="Rules at most.")]


class Outcome(msgspec.Struct, frozen=True):
    """What became of recipients whom the rule called dead: of the ``cases`` mailed again so many were ``alive``."""

    recipients: int
    cases: int
    alive: int
    low: float
    high: float
    offends: bool


class RuleFinding(msgspec.Struct, frozen=True):
    """A weakness that the linter has found."""

    kind: str
    text: str
    advice: str


class RuleShown(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, and how it fares on what is stored."""

    name: str
    category: str
    fault: str
    match: tuple[str, ...]
    unless: tuple[str, ...]
    provider: tuple[str, ...]
    code: tuple[str, ...]
    stage: tuple[Stage, ...]
    reporter: Reporter | None
    priority: int
    examples: tuple[Example, ...]
    counterexamples: tuple[Example, ...]
    source: str
    advice: dict[AdviceLanguage, str]
    origin: Origin
    hits: int
    """Stored events that it decided."""
    last_hit: str | None
    trend: list[int] | None = None
    """Events that it decided on each of the last 30 UTC days, oldest first; where it was asked for."""
    outcome: Outcome | None
    """Where it was asked for; of very much that is stored, as counted within the last hour (null until it is)."""
    findings: list[RuleFinding] | None
    """Where they were asked for."""


class RulePage(msgspec.Struct, frozen=True):
    """Rules in their order."""

    of: str
    version: str
    total: int
    """Rules that fit what was asked for."""
    items: list[RuleShown]
    next: str | None


@get("/v1/rules", opt={NEEDS: "read"})
async def list_rules(
    installation: Here,
    of: FromQuery[str] = "in-force",
    search: FromQuery[str | None] = None,
    category: FromQuery[str | None] = None,
    provider: FromQuery[str | None] = None,
    origin: FromQuery[Origin | None] = None,
    outcomes: FromQuery[bool] = False,
    findings: FromQuery[bool] = False,
    trend: FromQuery[bool] = False,
    limit: Limit = 500,
    cursor: Cursor = None,
) -> RulePage:
    """The rules of a version (``in-force``, ``shipped``, a number) or of a draft (its id), in their order."""
    store, after = installation.lists, read_cursor(cursor, int)
    kinds = await installation.hindsight.kinds() if outcomes else {}

    def page() -> RulePage:
        found = naming.rules_named(store, of)
        wanted = [
            (index, rule)
            for index, rule in enumerate(found.ruleset.rules)
            if (category is None or rule.category == category)
            and (provider is None or provider in rule.provider)
            and (origin is None or origin_of(rule.name, found.base, found.changes) == origin)
            and (not search or _mentions(rule, search.lower()))
        ]
        items, more = cut([each for each in wanted if after is None or each[0] > after[0]], limit)
        now = installation.clock() if trend else None
        shown = _shown(store, found, [rule for _, rule in items], kinds=kinds, findings=findings, trend=now)
        return RulePage(
            of, found.ruleset.version, len(wanted), shown, write_cursor(items[-1][0]) if more and items else None
        )

    return await installation.answering(page)


@get("/v1/rules/{name:str}", opt={NEEDS: "read"})
async def read_rule(installation: Here, name: FromPath[str], of: FromQuery[str] = "in-force") -> RuleShown:
    """One rule with everything that is known of it."""
    store, kinds = installation.lists, await installation.hindsight.kinds()

    def shown() -> RuleShown:
        found = naming.rules_named(store, of)
        rule = found.ruleset.named(name)
        if rule is None:
            raise ProblemError(404, f"there is no rule {name[:80]!r} in {of[:40]}; GET /v1/rules lists them")
        return _shown(store, found, [rule], kinds=kinds, findings=True, trend=installation.clock())[0]

    return await installation.answering(shown)


@dataclass(frozen=True)
class _Linted:
    """Rules that are the same where their version is."""

    version: str
    found: rules.Rules = field(compare=False)


@lru_cache(maxsize=2)
def _weak(linted: _Linted) -> dict[str, list[RuleFinding]]:
    """What the linter finds, by rule. It takes seconds, and what is in force is asked for again and again."""
    weak: dict[str, list[RuleFinding]] = {}
    for each in lint(rules.classifier_of(linted.found)):
        weak.setdefault(each.rule, []).append(RuleFinding(each.kind, each.text, each.advice))
    return weak


def _mentions(rule: Rule, words: str) -> bool:
    texts = (rule.name, rule.category, rule.source, *rule.match, *rule.unless, *(e.text for e in rule.examples))
    return any(words in text.lower() for text in texts)


def _shown(
    store: Store, found: rules.Rules, wanted: list[Rule], *, kinds: Kinds, findings: bool, trend: float | None
) -> list[RuleShown]:
    """``trend`` is the present time where the days before it are asked for."""
    hits = store.rule_hits()
    span = [] if trend is None else [trend // DAY * DAY - DAY * back for back in range(_TREND_DAYS - 1, -1, -1)]
    days = store.rule_days(span[0]) if span else {}
    weak = _weak(_Linted(found.ruleset.version, found)) if findings else {}
    shown = []
    for rule in wanted:
        count, last = hits.get(rule.name, (0, None))
        kind = kinds.get(("rule", rule.name))
        outcome = None
        if kind is not None:
            outcome = Outcome(kind.recipients, kind.cases, kind.alive, *kind.interval, kind.offends)
        shown.append(
            RuleShown(
                **{field: getattr(rule, field) for field in Rule.__struct_fields__},
                fault=FAULT_OF[rule.category],
                origin=origin_of(rule.name, found.base, found.changes),
                hits=count,
                last_hit=rfc3339(last),
                trend=[days.get(rule.name, {}).get(day, 0) for day in span] if span else None,
                outcome=outcome,
                findings=weak.get(rule.name, []) if findings else None,
            )
        )
    return shown
