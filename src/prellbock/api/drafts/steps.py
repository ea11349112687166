"""From draft to version: lint, test, review, renew, publish."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.drafts.shown import (
    DraftShown,
    IfMatch,
    VersionShown,
    draft_shown,
    revision_of,
    version_shown,
    with_etag,
)
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.classify.lint import lint, try_examples
from prellbock.classify.lint_notes import notes
from prellbock.drafting import drafts, policies, rules
from prellbock.drafting.drafts import Opinion
from prellbock.history.lint import lint as lint_policy

MOST_REMARK = 2000


class FindingShown(msgspec.Struct, frozen=True, kw_only=True):
    """A weakness; of a ``note`` nobody is to blame."""

    rule: str | None
    kind: str
    text: str
    advice: str
    step: str | None = None
    note: bool = False
    changed: bool = False
    """The rule is one that the draft changes."""


class ExampleShown(msgspec.Struct, frozen=True):
    """An example judged by the draft."""

    rule: str
    text: str
    counter: bool
    passed: bool
    category: str
    decided_by: str
    winner: str | None


class Reviewed(msgspec.Struct, forbid_unknown_fields=True):
    """``ask`` for a review, ``approve`` or ``reject``."""

    opinion: Opinion
    remark: Annotated[str, msgspec.Meta(max_length=MOST_REMARK)] | None = None


@get("/v1/drafts/{identity:str}/lint", opt={NEEDS: "read"})
async def lint_draft(
    installation: Here, identity: FromPath[str], notes_too: FromQuery[bool] = False
) -> list[FindingShown]:
    """What is wrong with the rules or the policy that a draft makes; with ``notes_too`` also what could be better."""
    store = installation.lookups

    def found() -> list[FindingShown]:
        draft = drafts.draft_of(store, identity)
        if draft.subject == "policy":
            return [
                FindingShown(rule=each.rule, step=each.step, kind=each.kind, text=each.text, advice="",
                             note=each.kind == "uncounted")
                for each in lint_policy(policies.read(draft.content))
            ]  # fmt: skip
        classifier = rules.classifier_of(rules.of_draft(store, draft))
        own = {each.name for each in rules.changed_by(store, draft)}
        return [
            FindingShown(rule=each.rule, kind=each.kind, text=each.text, advice=each.advice, note=is_note,
                         changed=each.rule in own)
            for is_note, findings in ((False, lint(classifier)), (True, notes(classifier) if notes_too else []))
            for each in findings
        ]  # fmt: skip

    return await installation.answering(found)


@get("/v1/drafts/{identity:str}/test", opt={NEEDS: "read"})
async def try_draft(
    installation: Here, identity: FromPath[str], passed_too: FromQuery[bool] = False
) -> list[ExampleShown]:
    """The examples that are not decided as their rules say; with ``passed_too`` all of the rules that it changes."""
    store = installation.lookups

    def found() -> list[ExampleShown]:
        draft = drafts.draft_of(store, identity, "rules")
        own = {each.name for each in rules.changed_by(store, draft)} if passed_too else set[str]()
        return [
            ExampleShown(each.rule, each.example.text, each.counter, each.passed, each.category, each.decided_by,
                         each.winner)
            for each in try_examples(rules.classifier_of(rules.of_draft(store, draft)))
            if not each.passed or each.rule in own
        ]  # fmt: skip

    return await installation.answering(found)


@post("/v1/drafts/{identity:str}/review", opt={NEEDS: "edit"}, status_code=200)
async def review_draft(
    request: Request[Principal, Any, Any], installation: Here, access: Door, identity: FromPath[str],
    data: JSONBody[Reviewed], if_match: IfMatch = None,
) -> Response[DraftShown]:  # fmt: skip
    """Asks for a review (scope ``edit``), approves or rejects (scope ``publish``)."""
    if data.opinion != "ask" and "publish" not in request.user.scopes:
        raise ProblemError(403, "to approve or reject needs the scope publish: ask a publisher")
    store, who, now, revision = installation.store, request.user.actor, installation.clock(), revision_of(if_match)
    shown = await installation.answering(
        lambda: draft_shown(
            store, drafts.review(store, identity, data.opinion, who, now, remark=data.remark, revision=revision)
        )
    )
    await access.record(request.user, f"draft.{data.opinion}", identity, revision=shown.revision)
    return with_etag(shown)


@post("/v1/drafts/{identity:str}/renew", opt={NEEDS: "edit"}, status_code=200)
async def renew_draft(
    request: Request[Principal, Any, Any], installation: Here, access: Door, identity: FromPath[str],
    shipped: FromQuery[bool] = False, if_match: IfMatch = None,
) -> Response[DraftShown]:  # fmt: skip
    """Lets a draft begin from what is in force now; with ``shipped`` its rules rest on those of this Prellbock."""
    store, who, now, revision = installation.store, request.user.actor, installation.clock(), revision_of(if_match)

    def made() -> DraftShown:
        if drafts.draft_of(store, identity).subject == "policy":
            return draft_shown(store, policies.renew(store, identity, who, now, revision=revision))
        return draft_shown(store, rules.renew(store, identity, who, now, shipped=shipped, revision=revision))

    shown = await installation.answering(made)
    await access.record(request.user, "draft.renew", identity, parent=shown.parent, shipped=shipped)
    return with_etag(shown)


@post("/v1/drafts/{identity:str}/publish", opt={NEEDS: "publish"}, status_code=200)
async def publish_draft(
    request: Request[Principal, Any, Any], installation: Here, access: Door, identity: FromPath[str],
    if_match: IfMatch = None,
) -> VersionShown:  # fmt: skip
    """Puts a draft into force, at once, for everything that judges with this data folder."""
    store, who, now, revision = installation.store, request.user.actor, installation.clock(), revision_of(if_match)

    def made() -> VersionShown:
        draft = drafts.draft_of(store, identity)
        publish = rules.publish if draft.subject == "rules" else policies.publish
        number = publish(store, identity, who, now, revision=revision)
        found = store.version(draft.subject, number)
        assert found is not None
        return version_shown(found, number)

    shown = await installation.answering(made)
    action, number = f"{shown.subject}.publish", str(shown.number)
    await access.record(request.user, action, number, version=shown.version, draft=identity)
    return shown
