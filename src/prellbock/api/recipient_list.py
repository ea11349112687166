"""``GET /v1/recipients``: recipients by status, provider, beginning of the address; and releasing many at once."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromQuery, JSONBody, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.pages import Cursor, cut, read_cursor, write_cursor
from prellbock.api.problems import ProblemError
from prellbock.api.recipients import MOST_REASON
from prellbock.sources.record import RecordError, asked
from prellbock.store.people import Listed, Releases, Sought, Status
from prellbock.times import rfc3339

Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="Recipients at most.")]
Prefix = Annotated[str | None, QueryParameter(max_length=320, description="How the address begins.")]


class RecipientShown(msgspec.Struct, frozen=True, kw_only=True):
    """A recipient in a list."""

    address: str | None
    hash: str
    provider: str | None
    status: str
    since: str | None
    until: str | None
    category: str | None
    rule: str | None
    marks: list[str]
    """Complaints and unsubscribes that hold: status and scope."""


class RecipientPage(msgspec.Struct, frozen=True):
    """Recipients, in no order that means anything."""

    items: list[RecipientShown]
    next: str | None


class Meant(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Who is to be released, and why. At least one field must say who; only those paused or suppressed are."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_REASON)]
    dry_run: bool = False
    """Only say what would happen."""
    status: Status | None = None
    provider: str | None = None
    category: str | None = None
    rule: str | None = None
    prefix: str | None = None
    domain: str | None = None
    since: str | float | None = None
    """Their status began then or later."""
    until: str | float | None = None


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, or would be; the first 20 of those meant."""

    dry_run: bool
    matched: int
    released: int
    by_status: dict[str, int]
    by_category: dict[str, int]
    by_provider: dict[str, int]
    items: list[RecipientShown]


@get("/v1/recipients", opt={NEEDS: "read"})
async def list_recipients(
    installation: Here,
    status: FromQuery[Status | None] = None,
    provider: FromQuery[str | None] = None,
    category: FromQuery[str | None] = None,
    rule: FromQuery[str | None] = None,
    prefix: Prefix = None,
    domain: FromQuery[str | None] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> RecipientPage:
    """Recipients of whom something is remembered. ``prefix`` and ``domain`` find nobody where addresses are hashed."""
    store, after = installation.lists, read_cursor(cursor, int)
    sought = Sought(
        status=status, provider=provider, category=category, rule=rule, prefix=_lower(prefix), domain=_lower(domain)
    )

    def page() -> RecipientPage:
        found, more = cut(store.recipients(sought, after=after[0] if after else -1, most=limit + 1), limit)
        now = installation.clock()
        return RecipientPage([_shown(each, now) for each in found], write_cursor(found[-1].number) if more else None)

    return await installation.answering(page)


@post("/v1/recipients/release-all", opt={NEEDS: "edit"}, status_code=200)
async def release_all(
    request: Request[Principal, Any, Any], installation: Here, access: Door, data: JSONBody[Meant]
) -> Released:
    """Releases everybody meant who is paused or suppressed; ``dry_run`` counts them first."""
    sought = Sought(
        status=data.status, provider=data.provider, category=data.category, rule=data.rule,
        prefix=_lower(data.prefix), domain=_lower(data.domain), since=_moment("since", data.since),
        until=_moment("until", data.until),
    )  # fmt: skip
    if sought == Sought():
        raise ProblemError(400, "say who is meant: status, provider, category, rule, prefix, domain, since, until")
    reason, now = " ".join(data.reason.split()), installation.clock()
    if not reason:
        raise ProblemError(400, "reason: say why; it is kept and told")
    done: Releases = await installation.answering(
        installation.store.release_all, sought, actor=request.user.actor, reason=reason, policy=installation.policy,
        now=now, dry_run=data.dry_run,
    )  # fmt: skip
    if not data.dry_run and done.matched:
        meant = {name: value for name, value in msgspec.structs.asdict(sought).items() if value is not None}
        meant.pop("prefix", None)
        await access.record(request.user, "recipient.release-all", "recipients", matched=done.matched, **meant)
    return Released(
        dry_run=data.dry_run, matched=done.matched, released=done.released, by_status=done.by_status,
        by_category=done.by_category, by_provider=done.by_provider, items=[_shown(each, now) for each in done.samples],
    )  # fmt: skip


def _shown(each: Listed, now: float) -> RecipientShown:
    standing = each.standing.at(now)
    return RecipientShown(
        address=each.address, hash=each.hash, provider=each.provider, status=standing.status,
        since=rfc3339(standing.since), until=rfc3339(standing.until), category=standing.category, rule=standing.rule,
        marks=list(each.marks),
    )  # fmt: skip


def _lower(text: str | None) -> str | None:
    return None if not text else text.strip().lower()


def _moment(name: str, text: str | float | None) -> float | None:
    try:
        return None if text is None else asked(str(text))
    except RecordError as error:
        raise ProblemError(400, f"{name}: {error}") from None
