"""Drafts and versions as they are told."""

from typing import Annotated, Any

import msgspec
from litestar import Response
from litestar.params import HeaderParameter

from prellbock.api.problems import ProblemError, problem
from prellbock.drafting import policies, rules
from prellbock.drafting.errors import DraftError, Why
from prellbock.history.policy_toml import read_text
from prellbock.rules.changes import Difference
from prellbock.rules.model import Rule, RuleError
from prellbock.store.contract import Store
from prellbock.store.revisions import Draft, Version
from prellbock.times import rfc3339

IfMatch = Annotated[
    str | None,
    HeaderParameter(name="If-Match", max_length=100, description="The `ETag` of the draft as you know it."),
]

_STATUS: dict[Why, int] = {"missing": 404, "stale": 412, "conflict": 409, "refused": 422}


class Changed(msgspec.Struct, frozen=True):
    """A rule that a draft or version has otherwise than another; ``change`` is added, changed or removed."""

    name: str
    change: str
    fields: tuple[str, ...]
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class DraftShown(msgspec.Struct, frozen=True, kw_only=True):
    """A draft. ``revision`` is also its `ETag`."""

    id: str
    subject: str
    title: str
    revision: int
    state: str
    authors: list[str]
    reviewer: str | None
    remark: str | None
    created: str | None
    changed: str | None
    parent: int
    """The version from which it began."""
    in_force: int
    conflicts: list[str]
    """Rules that others have published a change of since; of a policy its name, where another is in force now."""
    newer_base: bool
    """The installed Prellbock ships newer rules than those it rests on."""
    changes: list[Changed]
    """Of rules, against the version from which it began."""
    content: str | None
    """Of a policy: TOML."""
    problems: list[dict[str, Any]]
    """Of a policy: what cannot be read in it."""


class VersionShown(msgspec.Struct, frozen=True, kw_only=True):
    """A published version; 0 is what is shipped."""

    subject: str
    number: int
    version: str
    in_force: bool
    title: str
    authors: list[str]
    reviewer: str | None
    publisher: str | None
    published: str | None
    restores: int | None


def revision_of(text: str | None) -> int | None:
    """The revision that an ``If-Match`` wants; None for any. Raises `ProblemError`."""
    if text is None or text.strip() == "*":
        return None
    try:
        return int(text.strip().removeprefix("W/").strip('"'))
    except ValueError:
        raise ProblemError(400, "If-Match: give the ETag of the draft as you got it") from None


def draft_shown(store: Store, draft: Draft) -> DraftShown:
    """Everything about a draft."""
    in_force = store.in_force(draft.subject)
    changes: list[Changed] = []
    conflicts: list[str] = []
    newer, content, problems = False, None, list[dict[str, Any]]()
    if draft.subject == "rules":
        changes = [changed(each) for each in rules.changed_by(store, draft)]
        conflicts = rules.overlap(store, draft)
        newer = rules.decoded(draft.content).base not in ("", store.base("").version)
    else:
        content = draft.content
        conflicts = ["policy"] if in_force != draft.parent else []
        try:
            read_text("policy.toml", content)
        except RuleError as error:
            problems = policies.problems(error)
    return DraftShown(
        id=draft.id, subject=draft.subject, title=draft.title, revision=draft.revision, state=draft.state,
        authors=list(draft.authors), reviewer=draft.reviewer, remark=draft.remark, created=rfc3339(draft.created),
        changed=rfc3339(draft.changed), parent=draft.parent, in_force=in_force, conflicts=conflicts, newer_base=newer,
        changes=changes, content=content, problems=problems,
    )  # fmt: skip


def with_etag(shown: DraftShown, status: int = 200) -> Response[DraftShown]:
    """The answer with a draft."""
    return Response(shown, status_code=status, headers={"ETag": f'"{shown.revision}"'})


def version_shown(version: Version, in_force: int) -> VersionShown:
    """A version without its content."""
    return VersionShown(
        subject=version.subject, number=version.number, version=version.version, in_force=version.number == in_force,
        title=version.title, authors=list(version.authors), reviewer=version.reviewer,
        publisher=version.publisher or None, published=rfc3339(version.published), restores=version.restores,
    )  # fmt: skip


def changed(difference: Difference) -> Changed:
    """One difference as JSON."""
    return Changed(difference.name, difference.change, difference.fields, _rule(difference.old), _rule(difference.new))


def _rule(rule: Rule | None) -> dict[str, Any] | None:
    found: dict[str, Any] | None = None if rule is None else msgspec.to_builtins(rule)
    return found


def on_draft(request: object, error: DraftError) -> Response[bytes]:
    """What was wrong with what was to be done to a draft."""
    return problem(_STATUS[error.why], error.detail, None, **error.more)
