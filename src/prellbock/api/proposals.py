"""``/v1/proposals``: rules that are missing, with what speaks for them; accept, edit, reject, take back."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.drafts.shown import DraftShown, draft_shown
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.drafting import drafts
from prellbock.history.outcomes import Kinds
from prellbock.learn import proposals
from prellbock.learn.candidate import Candidate, Kind
from prellbock.learn.why import Why
from prellbock.rules.model import Rule
from prellbock.store.contract import Store
from prellbock.store.proposals import Opinion
from prellbock.times import rfc3339

Status = Literal["open", "accepted", "rejected"]
Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="Proposals at most.")]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks for a rule, from stored responses and labelled texts."""

    support: int
    """Responses that it would newly decide."""
    templates: int
    precision: float
    """Estimated, 0 to 1."""
    labelled: int
    """Labelled texts that it finds, and how many of them it judges rightly."""
    labelled_right: int
    collisions: tuple[str, ...]
    """Labelled texts that it finds and that mean something else: counter-examples."""
    families: tuple[str, ...]
    before: dict[str, int]
    """Verdicts on what it would decide, as they are and as they would be: responses by category."""
    after: dict[str, int]
    labelled_right_before: int
    """How many of ``labelled`` are judged rightly as things are."""
    texts: tuple[str, ...]
    """Of a change: stored responses that would be judged otherwise."""
    why: str
    """In an English sentence; empty where the figures say everything."""
    reason: Why | None
    """The same as code and values, for other languages."""


class Edit(msgspec.Struct, frozen=True):
    """What becomes of a rule; null: it is no more."""

    name: str
    rule: dict[str, Any] | None


class ProposalShown(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, or a change of rules, that is proposed. ``evidence`` is null where nothing stored speaks for it."""

    key: str
    status: Status
    recommended: bool
    """Good enough to be accepted without being looked at."""
    rule: dict[str, Any] | None
    evidence: Evidence | None
    by: str | None
    time: str | None
    reason: str | None
    draft: str | None
    """Where an accepted rule went."""
    kind: Kind = "add"
    edits: list[Edit] = []
    """Of a change of rules: every rule that it changes. ``rule`` is the first of them, or the one that goes."""


class ProposalList(msgspec.Struct, frozen=True):
    """The most useful first; judged ones the latest first. ``total``: how many there are."""

    items: list[ProposalShown]
    total: int


class ProposalWanted(msgspec.Struct, forbid_unknown_fields=True):
    """How a proposal is accepted: into which draft (left out: a new one), and fields of the rule to be other ones."""

    draft: str | None = None
    rule: dict[str, Any] = {}


class ProposalAccepted(msgspec.Struct, frozen=True):
    """The proposal, and the draft with its rule."""

    proposal: ProposalShown
    draft: DraftShown


class Rejected(msgspec.Struct, forbid_unknown_fields=True):
    """Why it is not wanted."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


@get("/v1/proposals", opt={NEEDS: "read"})
async def list_proposals(
    installation: Here,
    status: FromQuery[Status] = "open",
    recommended: FromQuery[bool] = False,
    category: FromQuery[str | None] = None,
    kind: FromQuery[Kind | None] = None,
    limit: Limit = 100,
) -> ProposalList:
    """Rules for what no rule decides, and changes of rules (``kind``).

    With ``recommended`` only those good enough to be accepted unseen.
    """
    store, proposing = installation.lists, installation.proposing
    kinds = await installation.hindsight.kinds()

    def found() -> ProposalList:
        if status == "open":
            shown = [_shown(each.key, each, None) for each in proposing.open(store, kinds)]
        else:
            known = {each.key: each for each in proposing.candidates(store, kinds)}
            said = proposals.judged(store.proposal_opinions())
            shown = [_shown(key, known.get(key), opinion) for key, opinion in said if opinion.state == status]
        wanted = [
            each
            for each in shown
            if (each.recommended or not recommended)
            and (kind is None or each.kind == kind)
            and (category is None or (each.rule is not None and each.rule["category"] == category))
        ]
        return ProposalList(wanted[:limit], len(wanted))

    return await installation.answering(found)


@get("/v1/proposals/{key:str}", opt={NEEDS: "read"})
async def read_proposal(installation: Here, key: FromPath[str]) -> ProposalShown:
    """One proposal with its evidence, open or judged."""
    return await installation.answering(
        _read, installation, installation.lists, key, await installation.hindsight.kinds()
    )


@post("/v1/proposals/{key:str}/accept", opt={NEEDS: "edit"}, status_code=200)
async def accept_proposal(
    request: Request[Principal, Any, Any], installation: Here, access: Door, key: FromPath[str],
    data: JSONBody[ProposalWanted],
) -> Response[ProposalAccepted]:  # fmt: skip
    """Puts its rule, edited or not, into a draft, which somebody reviews and publishes."""
    store, who, now = installation.store, request.user.actor, installation.clock()
    kinds = await installation.hindsight.kinds()

    def done() -> ProposalAccepted:
        candidate = installation.proposing.candidate(store, key, kinds)
        rule = proposals.edited(candidate, data.rule)
        with installation.proposing.judging:
            opinion = proposals.accept(store, candidate, who, now, rule=rule, draft=data.draft)
        draft = drafts.draft_of(store, opinion.draft or "", "rules")
        return ProposalAccepted(_shown(key, candidate, opinion), draft_shown(store, draft))

    accepted = await installation.answering(done)
    await access.record(
        request.user, "proposal.accept", key, draft=accepted.draft.id, edited=", ".join(sorted(data.rule))
    )
    return Response(accepted, headers={"ETag": f'"{accepted.draft.revision}"'})


@post("/v1/proposals/{key:str}/reject", opt={NEEDS: "edit"}, status_code=200)
async def reject_proposal(
    request: Request[Principal, Any, Any], installation: Here, access: Door, key: FromPath[str],
    data: JSONBody[Rejected],
) -> ProposalShown:  # fmt: skip
    """Remembers that it is not wanted; it is not proposed again, nor in other words for the same templates."""
    store, who, now = installation.store, request.user.actor, installation.clock()
    kinds = await installation.hindsight.kinds()

    def done() -> ProposalShown:
        candidate = installation.proposing.candidate(store, key, kinds)
        with installation.proposing.judging:
            opinion = proposals.reject(store, candidate, data.reason, who, now)
        return _shown(key, candidate, opinion)

    shown = await installation.answering(done)
    await access.record(request.user, "proposal.reject", key)
    return shown


@post("/v1/proposals/{key:str}/undo", opt={NEEDS: "edit"}, status_code=200)
async def undo_proposal(
    request: Request[Principal, Any, Any], installation: Here, access: Door, key: FromPath[str]
) -> ProposalShown:
    """Takes back what was said of it: it is open again, and its rule leaves the draft."""
    store, who, now = installation.store, request.user.actor, installation.clock()
    kinds = await installation.hindsight.kinds()

    def done() -> tuple[ProposalShown, Opinion]:
        with installation.proposing.judging:
            before = proposals.undo(store, key, who, now)
        known = {each.key: each for each in installation.proposing.candidates(store, kinds)}
        return msgspec.structs.replace(_shown(key, known.get(key), None), rule=_record(before.rule)), before

    shown, before = await installation.answering(done)
    await access.record(request.user, "proposal.undo", key, before=before.state)
    return shown


def _read(installation: Here, store: Store, key: str, kinds: Kinds) -> ProposalShown:
    opinion = store.proposal_opinions().get(key)
    known = {each.key: each for each in installation.proposing.candidates(store, kinds)}
    if opinion is None and key not in known:
        raise ProblemError(404, f"there is no proposal {key[:40]!r}; GET /v1/proposals lists them")
    return _shown(key, known.get(key), opinion)


def _shown(key: str, candidate: Candidate | None, opinion: Opinion | None) -> ProposalShown:
    rule = opinion.rule if opinion is not None and opinion.rule is not None else candidate.rule if candidate else None
    return ProposalShown(
        key=key, status=opinion.state if opinion else "open", recommended=bool(candidate and candidate.recommended),
        rule=_record(rule), evidence=_evidence(candidate) if candidate else None,
        by=opinion.actor if opinion else None, time=rfc3339(opinion.time) if opinion else None,
        reason=(opinion.reason or None) if opinion else None, draft=opinion.draft if opinion else None,
        kind=(candidate.kind if candidate else msgspec.convert(opinion.kind, Kind) if opinion else "add"),
        edits=_changes((opinion.edits if opinion else None) or (candidate.edits if candidate else {})),
    )  # fmt: skip


def _changes(edits: Mapping[str, Rule | None]) -> list[Edit]:
    return [Edit(name, _record(rule)) for name, rule in edits.items()]


def _evidence(candidate: Candidate) -> Evidence:
    return Evidence(**{name: getattr(candidate, name) for name in Evidence.__struct_fields__})


def _record(rule: Rule | None) -> dict[str, Any] | None:
    found: dict[str, Any] | None = None if rule is None else msgspec.to_builtins(rule)
    return found
