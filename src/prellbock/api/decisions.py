"""``/v1/decisions``: the ledger; undoing and redoing a set of its decisions."""

from itertools import islice
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromQuery, JSONBody, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import ProblemError
from prellbock.api.repeats import once
from prellbock.sources.record import RecordError, asked
from prellbock.store.contract import Chosen
from prellbock.telling import acted_record, decision_record, operation_record

_MOST_TOLD = 1000
"""Recipients that the answer to an undoing names; the counts are exact."""
Limit = Annotated[int, QueryParameter(ge=1, le=10_000, description="Decisions at most.")]
After = Annotated[int, QueryParameter(ge=0, le=2**63 - 1, description="The `next` of the page before.")]


class Meant(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which decisions are meant, and why they are undone or redone. Times are RFC 3339, dates or Unix seconds."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    dry_run: bool = False
    """Only say what would happen."""
    operation: str | None = None
    """Of redoing: the one that is taken back, instead of all else."""
    since: str | float | None = None
    until: str | float | None = None
    recorded: bool = False
    provider: str | None = None
    rule: str | None = None
    category: str | None = None
    status: str | None = None


@get("/v1/decisions", opt={NEEDS: "read"})
async def decisions(
    installation: Here,
    since: FromQuery[str | None] = None,
    until: FromQuery[str | None] = None,
    recorded: FromQuery[bool] = False,
    provider: FromQuery[str | None] = None,
    rule: FromQuery[str | None] = None,
    category: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
    by: FromQuery[str | None] = None,
    after: After = 0,
    limit: Limit = 1000,
) -> dict[str, object]:
    """Decisions, oldest first, as ``prellbock decisions list`` prints them: who, what, on which evidence."""
    chosen = Chosen(
        since=_moment("since", since), until=_moment("until", until), recorded=recorded, provider=provider, rule=rule,
        category=category, status=status, actor=by,
    )  # fmt: skip

    def page() -> list[dict[str, object]]:
        found = installation.lists.decisions(chosen, after=after)
        return [decision_record(each) for each in islice(found, limit + 1)]

    items = await installation.answering(page)
    return {"items": items[:limit], "next": items[limit - 1]["seq"] if len(items) > limit else None}


@post("/v1/decisions/undo", opt={NEEDS: "edit"}, status_code=200)
async def undo_decisions(
    request: Request[Principal, Any, Any], installation: Here, access: Door, data: JSONBody[Meant]
) -> dict[str, object]:
    """Undoes decisions that withhold mail: what they rest on counts no more, and the recipients are judged anew."""
    if data.operation is not None:
        raise ProblemError(400, "operation: only redoing takes one")
    return await _changed("undo", request, installation, access, data)


@post("/v1/decisions/redo", opt={NEEDS: "edit"}, status_code=200)
async def redo_decisions(
    request: Request[Principal, Any, Any], installation: Here, access: Door, data: JSONBody[Meant]
) -> dict[str, object]:
    """Takes undoing back, of one ``operation`` or of the decisions meant."""
    return await _changed("redo", request, installation, access, data)


async def _changed(
    what: str, request: Request[Principal, Any, Any], installation: Installation, access: Door, meant: Meant
) -> dict[str, object]:
    chosen = Chosen(
        since=_moment("since", meant.since), until=_moment("until", meant.until), recorded=meant.recorded,
        provider=meant.provider, rule=meant.rule, category=meant.category, status=meant.status,
    )  # fmt: skip
    if meant.operation is None and chosen in (Chosen(), Chosen(recorded=True)):
        raise ProblemError(400, "say which decisions are meant: since, provider, rule, category ...")
    who: dict[str, Any] = {
        "actor": request.user.actor, "reason": " ".join(meant.reason.split()), "policy": installation.policy,
        "now": installation.clock(), "dry_run": meant.dry_run, "once": once(request),
    }  # fmt: skip
    if what == "redo":
        who["operation"] = _operation(meant.operation)
    change = installation.store.undo if what == "undo" else installation.store.redo
    operation, done = await installation.answering(change, chosen, **who)
    now = installation.clock()
    counts = operation_record(operation, done, now, dry_run=meant.dry_run)
    if not meant.dry_run and done:
        subject = str(counts["operation"])
        await access.record(request.user, f"decisions.{what}", subject, recipients=len(done))
    told = [acted_record(acted, f"{what.replace('do', 'done')}", now) for acted in done[:_MOST_TOLD]]
    return {**counts, "items": told}


def _operation(text: str | None) -> int | None:
    try:
        return None if text is None else int(text, 16)
    except ValueError:
        raise ProblemError(400, "operation: this is not the number of an operation, which undoing tells") from None


def _moment(name: str, text: str | float | None) -> float | None:
    try:
        return None if text is None else asked(str(text))
    except RecordError as error:
        raise ProblemError(400, f"{name}: {error}") from None
