"""``/v1/responses``: what was answered, searched and narrowed down; one of them with its explanation."""

import base64
import struct
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get
from litestar.params import FromPath, FromQuery, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.period import Since, Until, period
from prellbock.api.problems import ProblemError
from prellbock.classify.explain import explain
from prellbock.classify.phrasebook import LANGUAGES
from prellbock.classify.provider_pages import PAGES
from prellbock.events import DeliveryEvent
from prellbock.events import Outcome as OutcomeOfEvent
from prellbock.store.responses import Facet, Response, Sought
from prellbock.times import rfc3339

_PLACE = struct.Struct(">dq")
_KEYS = 1 << 64

Text = Annotated[str | None, QueryParameter(max_length=500, description="Words of the response, all of them.")]
Template = Annotated[str | None, QueryParameter(description="Key of a template, as `GET /v1/templates` tells it.")]
Fault = Literal["recipient", "domain", "sender", "message", "transport", "none"]
Outcome = Annotated[str | None, QueryParameter(description="bounced, deferred, complaint ...")]
By = Annotated[str | None, QueryParameter(description="Who decided: rule, code, model or none.")]
Limit = Annotated[int, QueryParameter(ge=1, le=500, description="Responses at most.")]
Cursor = Annotated[str | None, QueryParameter(max_length=64, description="The `next` of the page before.")]
Words = Annotated[str, QueryParameter(description="Of the sentences for people.")]


class ShownResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered about one message; ``key`` and ``template`` are hexadecimal."""

    key: str
    time: str | None
    address: str | None
    hash: str | None
    outcome: str
    category: str
    fault: str
    permanent: bool | None
    decided_by: str
    rule: str | None
    provider: str | None
    stream: str | None
    campaign: str | None
    status: str | None
    smtp_code: int | None
    template: str | None
    text: str | None
    """The response with its variable parts masked."""


class ResponsePage(msgspec.Struct, frozen=True):
    """The newest first."""

    items: list[ShownResponse]
    next: str | None
    """Ask with it as ``cursor`` for the next page; null at the end."""


class Value(msgspec.Struct, frozen=True):
    """How many responses have this value."""

    value: str
    count: int


class Facets(msgspec.Struct, frozen=True):
    """By what a search can be narrowed down; counted in the newest responses that fit."""

    counted: int
    facets: dict[str, list[Value]]


class Matched(msgspec.Struct, frozen=True):
    """A rule that matched, and why it does not decide."""

    rule: str
    category: str
    matched: str
    result: str


class ResponseDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One response, why it was judged so, and what to do."""

    response: ShownResponse
    raw: str | None
    """As it came; null where it is not kept, and for who may only read."""
    raw_is: Literal["shown", "not kept", "not allowed"]
    sentence: str
    advice: str
    matched: str | None
    """The part of the text that decided."""
    by_code: str | None
    """What the code alone would have said."""
    reason: str
    judged_now: str
    """The category by the rules in force now; another one than stored, if they have changed since."""
    matches: list[Matched]
    details: dict[str, Any]
    page: str | None


@get("/v1/responses", opt={NEEDS: "read"})
async def responses(
    installation: Here,
    since: Since = None,
    until: Until = None,
    q: Text = None,
    template: Template = None,
    category: FromQuery[str | None] = None,
    fault: FromQuery[Fault | None] = None,
    provider: FromQuery[str | None] = None,
    rule: FromQuery[str | None] = None,
    stream: FromQuery[str | None] = None,
    campaign: FromQuery[str | None] = None,
    outcome: Outcome = None,
    decided_by: By = None,
    permanent: FromQuery[bool | None] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> ResponsePage:
    """Every event of a time that is not a delivery, masked, the newest first."""
    sought = _sought(
        installation, since, until, q, template, category=category, fault=fault, provider=provider, rule=rule,
        stream=stream, campaign=campaign, outcome=outcome, decided_by=decided_by, permanent=permanent,
    )  # fmt: skip
    after = None if cursor is None else _place(cursor)
    found = await installation.answering(installation.figures.responses, sought, after=after, most=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    cut = None if last is None else base64.urlsafe_b64encode(_PLACE.pack(last.time, last.key)).decode()
    return ResponsePage([_shown(each) for each in found[:limit]], cut)


@get("/v1/responses/facets", opt={NEEDS: "read"})
async def response_facets(
    installation: Here,
    since: Since = None,
    until: Until = None,
    q: Text = None,
    template: Template = None,
    category: FromQuery[str | None] = None,
    fault: FromQuery[Fault | None] = None,
    provider: FromQuery[str | None] = None,
    rule: FromQuery[str | None] = None,
    stream: FromQuery[str | None] = None,
    campaign: FromQuery[str | None] = None,
    outcome: Outcome = None,
    decided_by: By = None,
    permanent: FromQuery[bool | None] = None,
) -> Facets:
    """How the responses that fit divide by fault, category, provider, rule, stream and so on."""
    sought = _sought(
        installation, since, until, q, template, category=category, fault=fault, provider=provider, rule=rule,
        stream=stream, campaign=campaign, outcome=outcome, decided_by=decided_by, permanent=permanent,
    )  # fmt: skip
    counted, found = await installation.answering(installation.figures.facets, sought)
    return Facets(counted, {facet: _values(found, facet) for facet in found})


@get("/v1/responses/{key:str}", opt={NEEDS: "read"})
async def response(
    request: Request[Principal, Any, Any], installation: Here, key: FromPath[str], language: Words = "en"
) -> ResponseDetail:
    """One response with its explanation. As it came it is shown to who may edit, and where it is kept."""
    if language not in LANGUAGES:
        raise ProblemError(400, f"language: {', '.join(LANGUAGES)} are known")
    found = await installation.answering(installation.lists.response, _key(key, "the path"))
    if found is None:
        raise ProblemError(404, "there is no such response")
    may_see = "edit" in request.user.scopes
    return await installation.answering(_detail, installation, found, may_see, language)


def _detail(installation: Installation, found: Response, may_see: bool, language: str) -> ResponseDetail:
    event = DeliveryEvent(
        time=found.time, recipient=found.address, response=found.response or found.text or "",
        outcome=msgspec.convert(found.outcome, OutcomeOfEvent),
        status=found.status, smtp_code=found.smtp_code, stream=found.stream,
    )  # fmt: skip
    words = next(each for each in LANGUAGES if each == language)
    told = explain(installation.classifier, event, words)
    return ResponseDetail(
        response=_shown(found),
        raw=found.response if may_see else None,
        raw_is="not allowed" if not may_see else "not kept" if found.response is None else "shown",
        sentence=told.sentence,
        advice=told.advice,
        matched=told.matched,
        by_code=told.by_code,
        reason=told.reason,
        judged_now=told.verdict.category,
        matches=[Matched(each.rule, each.category, each.matched, each.result) for each in told.matches],
        details={name: value for name, value in msgspec.to_builtins(told.details).items() if value},
        page=PAGES.get(found.provider or ""),
    )


def _sought(
    installation: Installation,
    since: str | None,
    until: str | None,
    q: str | None,
    template: str | None,
    **others: Any,
) -> Sought:
    begin, end = period(since, until, installation.clock())
    return Sought(
        since=begin,
        until=end,
        text=q.strip() or None if q is not None else None,
        template=None if template is None else _key(template, "template"),
        **others,
    )


def _key(text: str, what: str) -> int:
    """A signed 64-bit key from its 16 hexadecimal digits."""
    try:
        number = int(text, 16)
    except ValueError:
        number = -1
    if not 0 <= number < _KEYS:
        raise ProblemError(400, f"{what}: a key has 16 hexadecimal digits")
    return number - _KEYS if number >= _KEYS // 2 else number


def _hexadecimal(key: int) -> str:
    return f"{key & (_KEYS - 1):016x}"


def _place(cursor: str) -> tuple[float, int]:
    try:
        time, key = _PLACE.unpack(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (ValueError, struct.error):
        raise ProblemError(400, "cursor: give the `next` of the page before as you got it, or none") from None
    return time, key


def _values(found: dict[Facet, list[tuple[str, int]]], facet: Facet) -> list[Value]:
    return [Value(value, count) for value, count in found[facet][:50]]


def _shown(found: Response) -> ShownResponse:
    return ShownResponse(
        key=_hexadecimal(found.key),
        time=rfc3339(found.time),
        address=found.address,
        hash=found.hash,
        outcome=found.outcome,
        category=found.category,
        fault=found.fault,
        permanent=found.permanent,
        decided_by=found.decided_by,
        rule=found.rule,
        provider=found.provider,
        stream=found.stream,
        campaign=found.campaign,
        status=found.status,
        smtp_code=found.smtp_code,
        template=None if found.template is None else _hexadecimal(found.template),
        text=found.text,
    )
