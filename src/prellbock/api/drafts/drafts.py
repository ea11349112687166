"""``/v1/drafts``: begin, read, change and discard drafts of rules and policies."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.drafts.shown import DraftShown, IfMatch, draft_shown, revision_of, with_etag
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.drafting import drafts, policies, rules
from prellbock.history.policy import preset_text, presets
from prellbock.rules.record import read_record
from prellbock.store.revisions import Subject

MOST_TITLE = 200
MOST_TEXT = 1_000_000
"""Characters of a policy or a file of rules."""
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_TITLE)]


class Begun(msgspec.Struct, forbid_unknown_fields=True):
    """What a draft is to be of. ``preset``: a policy that it begins as, instead of the one in force."""

    subject: Subject
    title: Title
    preset: str | None = None


class Retitled(msgspec.Struct, forbid_unknown_fields=True):
    """A new title."""

    title: Title


class Text(msgspec.Struct, forbid_unknown_fields=True):
    """A policy as TOML."""

    content: Annotated[str, msgspec.Meta(max_length=MOST_TEXT)]


@get("/v1/drafts", opt={NEEDS: "read"})
async def list_drafts(installation: Here, subject: FromQuery[Subject | None] = None) -> list[DraftShown]:
    """All drafts, the latest change first."""
    store = installation.lookups
    return await installation.answering(lambda: [draft_shown(store, each) for each in store.drafts(subject)])


@post("/v1/drafts", opt={NEEDS: "edit"})
async def begin_draft(
    request: Request[Principal, Any, Any], installation: Here, access: Door, data: JSONBody[Begun]
) -> Response[DraftShown]:
    """Begins a draft from what is in force."""
    store, who, now = installation.store, request.user.actor, installation.clock()
    if data.preset is not None and (data.subject != "policy" or data.preset not in presets()):
        raise ProblemError(400, f"preset: of a policy one of {', '.join(presets())}")
    content = preset_text(data.preset) if data.preset is not None else None

    def made() -> DraftShown:
        if data.subject == "rules":
            return draft_shown(store, rules.begin(store, data.title, who, now))
        return draft_shown(store, policies.begin(store, data.title, who, now, content))

    shown = await installation.answering(made)
    await access.record(request.user, "draft.begin", shown.id, of=shown.subject, title=shown.title)
    return with_etag(shown, 201)


@get("/v1/drafts/{identity:str}", opt={NEEDS: "read"})
async def read_draft(installation: Here, identity: FromPath[str]) -> Response[DraftShown]:
    """One draft with everything it changes."""
    store = installation.lookups
    return with_etag(await installation.answering(lambda: draft_shown(store, drafts.draft_of(store, identity))))


@patch("/v1/drafts/{identity:str}", opt={NEEDS: "edit"})
async def retitle_draft(
    request: Request[Principal, Any, Any], installation: Here, access: Door, identity: FromPath[str],
    data: JSONBody[Retitled], if_match: IfMatch = None,
) -> Response[DraftShown]:  # fmt: skip
    """Gives a draft another title."""
    store, who, now, revision = installation.store, request.user.actor, installation.clock(), revision_of(if_match)

    def made() -> DraftShown:
        make = lambda draft: msgspec.structs.replace(draft, title=data.title)  # noqa: E731
        return draft_shown(store, drafts.change(store, identity, make, who, now, revision=revision))

    shown = await installation.answering(made)
    await access.record(request.user, "draft.title", identity, title=data.title)
    return with_etag(shown)


@delete("/v1/drafts/{identity:str}", opt={NEEDS: "edit"})
async def discard_draft(
    request: Request[Principal, Any, Any], installation: Here, access: Door, identity: FromPath[str],
    if_match: IfMatch = None,
) -> None:  # fmt: skip
    """Forgets a draft; nothing that is in force changes."""
    store, revision = installation.store, revision_of(if_match)

    def removed() -> str:
        draft = drafts.draft_of(store, identity)
        drafts.refuse_stale(draft, revision)
        store.remove_draft(identity)
        return draft.title

    title = await installation.answering(removed)
    await access.record(request.user, "draft.discard", identity, title=title)


@put("/v1/drafts/{identity:str}/rules/{name:str}", opt={NEEDS: "edit"})
async def put_rule(
    request: Request[Principal, Any, Any], installation: Here, access: Door, identity: FromPath[str],
    name: FromPath[str], data: JSONBody[dict[str, Any]], if_match: IfMatch = None,
) -> Response[DraftShown]:  # fmt: skip
    """Adds a rule to a draft or changes one. Another ``name`` in the body renames it."""
    store, who, now, revision = installation.store, request.user.actor, installation.clock(), revision_of(if_match)
    rule, mistakes = read_record({"name": name, **data})
    if rule is None:
        first = mistakes[0]
        raise ProblemError(422, f"{first.field}: {first.text}", problems=[msgspec.to_builtins(m) for m in mistakes])
    edits = {rule.name: rule} if rule.name == name else {name: None, rule.name: rule}
    shown = await installation.answering(
        lambda: draft_shown(store, rules.edit(store, identity, edits, who, now, revision=revision))
    )
    await access.record(request.user, "draft.rule", identity, rule=rule.name, before=name)
    return with_etag(shown)


@delete("/v1/drafts/{identity:str}/rules/{name:str}", opt={NEEDS: "edit"}, status_code=200)
async def delete_rule(
    request: Request[Principal, Any, Any], installation: Here, access: Door, identity: FromPath[str],
    name: FromPath[str], restore: FromQuery[bool] = False, if_match: IfMatch = None,
) -> Response[DraftShown]:  # fmt: skip
    """Leaves a rule out; with ``restore`` the draft's change of it is taken back instead."""
    store, who, now, revision = installation.store, request.user.actor, installation.clock(), revision_of(if_match)

    def made() -> DraftShown:
        draft = drafts.draft_of(store, identity, "rules")
        if not restore and rules.of_draft(store, draft).ruleset.named(name) is None:
            raise ProblemError(404, f"there is no rule {name[:80]!r} in this draft")
        forget, edits = ((name,), {}) if restore else ((), {name: None})
        return draft_shown(store, rules.edit(store, identity, edits, who, now, revision=revision, forget=forget))

    shown = await installation.answering(made)
    await access.record(request.user, "draft.restore" if restore else "draft.delete", identity, rule=name[:200])
    return with_etag(shown)


@put("/v1/drafts/{identity:str}/policy", opt={NEEDS: "edit"})
async def put_policy(
    request: Request[Principal, Any, Any], installation: Here, access: Door, identity: FromPath[str],
    data: JSONBody[Text], if_match: IfMatch = None,
) -> Response[DraftShown]:  # fmt: skip
    """Replaces the text of a policy's draft; mistakes in it are told, and kept all the same."""
    store, who, now, revision = installation.store, request.user.actor, installation.clock(), revision_of(if_match)
    shown = await installation.answering(
        lambda: draft_shown(store, policies.write(store, identity, data.content, who, now, revision=revision))
    )
    await access.record(request.user, "draft.policy", identity, mistakes=len(shown.problems))
    return with_etag(shown)
