"""Drafts of history policies: a TOML text, which may be half-written while it is a draft."""

import msgspec

from prellbock.drafting import drafts
from prellbock.drafting.errors import DraftError
from prellbock.history.policy import Policy, preset_text
from prellbock.history.policy_toml import read_text
from prellbock.rules.model import RuleError
from prellbock.store.contract import Store
from prellbock.store.revisions import Draft, RevisionError, Version


def text_of_version(store: Store, number: int) -> str:
    """The TOML of a version; 0 is the shipped default. Raises `DraftError`."""
    if number == 0:
        return preset_text("default")
    found = store.version("policy", number)
    if found is None:
        raise DraftError("missing", f"there is no version {number} of the policy; GET /v1/versions/policy lists them")
    return found.content


def begin(store: Store, title: str, author: str, now: float, content: str | None = None) -> Draft:
    """A draft that begins as the policy in force, or as the text given (a preset, say)."""
    content = content or text_of_version(store, store.in_force("policy"))
    return drafts.begin(store, "policy", title, content, author, now)


def write(store: Store, identity: str, content: str, author: str, now: float, *, revision: int | None = None) -> Draft:
    """Replaces the text of a draft; mistakes in it are no reason to lose what was written. Raises `DraftError`."""
    drafts.draft_of(store, identity, "policy")
    return drafts.change(
        store, identity, lambda draft: msgspec.structs.replace(draft, content=content), author, now, revision=revision
    )


def read(content: str) -> Policy:
    """The policy that a text describes. Raises `DraftError` with everything that is wrong."""
    try:
        return read_text("policy.toml", content)
    except RuleError as error:
        what = f"the policy cannot be used: {error.problems[0]}"
        raise DraftError("refused", what, problems=problems(error)) from None


def problems(error: RuleError) -> list[dict[str, object]]:
    """What is wrong, each with its line (from 1), rule and field."""
    return [
        {"line": each.place.line, "rule": each.rule, "field": each.field, "text": each.text} for each in error.problems
    ]


def publish(store: Store, identity: str, publisher: str, now: float, *, revision: int | None = None) -> int:
    """Puts a draft into force and judges everybody by it; the number of its version. Raises `DraftError`."""
    draft = drafts.draft_of(store, identity, "policy")
    drafts.refuse_stale(draft, revision)
    drafts.refuse_unreviewed(store, draft)
    found = read(draft.content)
    number = store.in_force("policy")
    if number != draft.parent:
        raise DraftError(
            "conflict",
            f"since this draft began from version {draft.parent}, version {number} was published: compare the two "
            "(GET /v1/versions/policy/diff), and renew the draft (POST /v1/drafts/{id}/renew) once it is as it must be",
            parent=draft.parent,
            in_force=number,
        )
    if draft.content == text_of_version(store, number):
        raise DraftError("refused", "the draft changes nothing")
    version = Version(
        "policy", number, found.version, draft.content, draft.title, draft.authors, draft.reviewer, publisher, now
    )
    return _put(store, version, draft)


def renew(store: Store, identity: str, author: str, now: float, *, revision: int | None) -> Draft:
    """Lets a draft stand for a change of what is in force now; its text stays."""
    drafts.draft_of(store, identity, "policy")
    number = store.in_force("policy")
    return drafts.change(
        store, identity, lambda draft: msgspec.structs.replace(draft, parent=number), author, now, revision=revision
    )


def restore(store: Store, number: int, publisher: str, now: float) -> int:
    """Puts an earlier version into force again, as a new version. Raises `DraftError`."""
    content = text_of_version(store, number)
    version = Version(
        "policy", store.in_force("policy"), read(content).version, content, f"back to version {number}", (publisher,),
        None, publisher, now, number,
    )  # fmt: skip
    return _put(store, version, None)


def _put(store: Store, version: Version, draft: Draft | None) -> int:
    try:
        return store.publish(version, draft=draft.id if draft else None)
    except RevisionError:
        raise DraftError("conflict", "somebody else has published just now; look at the draft again") from None
