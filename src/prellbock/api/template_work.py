"""``/v1/templates/work``: templates as work: what nothing classifies first; keep, ignore, or begin a rule."""

from collections import defaultdict
from typing import Annotated, Any

import msgspec
from litestar import Request, get, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.pages import Cursor, cut, read_cursor, write_cursor
from prellbock.api.problems import ProblemError
from prellbock.drafting import naming
from prellbock.drafting.proposal import Proposal, propose
from prellbock.store.contract import Store
from prellbock.store.templates import Queued, TemplateDay, Wanted, Work
from prellbock.taxonomy import FAULT_OF
from prellbock.times import rfc3339

_DAY = 86400
_HALF = 1 << 63
Limit = Annotated[int, QueryParameter(ge=1, le=500, description="Templates at most.")]
Days = Annotated[int, QueryParameter(ge=1, le=366, description="Days of the trend.")]


class Daily(msgspec.Struct, frozen=True):
    """How often on a UTC day."""

    day: str
    count: int


class ByProvider(msgspec.Struct, frozen=True):
    """How often from a provider (null: not known), within the days of the trend."""

    provider: str | None
    count: int


class TemplateShown(msgspec.Struct, frozen=True, kw_only=True):
    """A template with its state of work."""

    key: str
    text: str
    category: str
    fault: str
    provider: str | None
    count: int
    first: str | None
    last: str | None
    trend: list[Daily]
    """Every day of those asked for, oldest first."""
    providers: list[ByProvider]
    samples: list[str]
    """As they came; none in hashed mode."""
    work: Work
    by: str | None
    time: str | None
    note: str | None


class TemplatePage(msgspec.Struct, frozen=True):
    """What nothing classifies first, then the most frequent first."""

    items: list[TemplateShown]
    next: str | None


class WorkWanted(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be done with a template."""

    work: Work
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


@get("/v1/templates/work", opt={NEEDS: "read"})
async def template_queue(
    installation: Here,
    work: FromQuery[Work | None] = None,
    category: FromQuery[str | None] = None,
    provider: FromQuery[str | None] = None,
    search: FromQuery[str | None] = None,
    days: Days = 30,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> TemplatePage:
    """Templates with trend, providers and a sample; ``work``: only those to ``qualify``, to ``keep`` or ``ignore``."""
    store, after = installation.lists, read_cursor(cursor, int, int, int)
    wanted = Wanted(work=work, category=category, provider=provider, search=search)

    def page() -> TemplatePage:
        found, more = cut(store.template_queue(wanted, after=after, most=limit + 1), limit)
        shown = _shown(store, [each for _, each in found], installation.clock(), days)
        return TemplatePage(shown, write_cursor(*found[-1][0]) if more else None)

    return await installation.answering(page)


@get("/v1/templates/{key:str}", opt={NEEDS: "read"})
async def read_template(installation: Here, key: FromPath[str], days: Days = 30) -> TemplateShown:
    """One template with up to 20 of its latest responses."""
    store = installation.lists

    def found() -> TemplateShown:
        template = _named(store, key)
        (shown,) = _shown(store, [template], installation.clock(), days)
        return msgspec.structs.replace(shown, samples=store.template_samples(template.key, 20) or shown.samples)

    return await installation.answering(found)


@put("/v1/templates/{key:str}/work", opt={NEEDS: "edit"})
async def set_template_work(
    request: Request[Principal, Any, Any], installation: Here, access: Door, key: FromPath[str],
    data: JSONBody[WorkWanted],
) -> TemplateShown:  # fmt: skip
    """Says whether a template is to be qualified, kept as it is, or ignored; who and when is remembered."""
    store, who, now = installation.store, request.user.actor, installation.clock()

    def changed() -> TemplateShown:
        template = _named(store, key)
        store.set_template_work(template.key, data.work, who, " ".join(data.note.split()), now)
        return _shown(store, [_named(store, key)], now, 30)[0]

    shown = await installation.answering(changed)
    await access.record(request.user, "template.work", key, work=data.work)
    return shown


@get("/v1/templates/{key:str}/proposal", opt={NEEDS: "read"})
async def propose_rule(installation: Here, key: FromPath[str], of: FromQuery[str] = "in-force") -> Proposal:
    """The beginning of a rule for a template: a free name in the rules ``of``, a pattern, an example; no category."""
    store = installation.lists

    def made() -> Proposal:
        names = {rule.name for rule in naming.rules_named(store, of).ruleset.rules}
        return propose(_named(store, key), names)

    return await installation.answering(made)


def _named(store: Store, key: str) -> Queued:
    try:
        number = int(key, 16) if len(key) <= 16 else -1
    except ValueError:
        number = -1
    signed = number - 2 * _HALF if number >= _HALF else number
    found = store.template_queue(Wanted(key=signed), after=None, most=1) if number >= 0 else []
    if not found:
        raise ProblemError(404, f"there is no template {key[:40]!r}; GET /v1/templates/work lists them")
    return found[0][1]


def _shown(store: Store, found: list[Queued], now: float, days: int) -> list[TemplateShown]:
    today = now // _DAY * _DAY
    span = [today - _DAY * back for back in range(days - 1, -1, -1)]
    counted: dict[int, list[TemplateDay]] = defaultdict(list)
    for each in store.template_days([template.key for template in found], span[0]):
        counted[each.key].append(each)
    shown = []
    for template in found:
        by_day: dict[float, int] = defaultdict(int)
        by_provider: dict[str | None, int] = defaultdict(int)
        for each in counted[template.key]:
            by_day[each.day] += each.count
            by_provider[each.provider] += each.count
        shown.append(
            TemplateShown(
                key=f"{template.key & (2 * _HALF - 1):016x}", text=template.text, category=template.category,
                fault=FAULT_OF[template.category], provider=template.provider, count=template.count,
                first=rfc3339(template.first), last=rfc3339(template.last),
                trend=[Daily((rfc3339(day) or "")[:10], by_day[day]) for day in span],
                providers=[ByProvider(*each) for each in sorted(by_provider.items(), key=lambda one: -one[1])],
                samples=[template.sample] if template.sample else [], work=template.work, by=template.actor,
                time=rfc3339(template.time), note=template.note or None,
            )
        )  # fmt: skip
    return shown
