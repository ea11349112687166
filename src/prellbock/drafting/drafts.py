"""Drafts of both kinds: begun, changed by anybody who may, reviewed by somebody else."""

import secrets
from collections.abc import Callable
from typing import Literal

import msgspec

from prellbock.drafting.errors import DraftError
from prellbock.store.contract import Store
from prellbock.store.revisions import Draft, RevisionError, State, Subject

Opinion = Literal["ask", "approve", "reject"]
_ATTEMPTS = 20
"""How often a change is tried again that others were in the way of."""


def begin(store: Store, subject: Subject, title: str, content: str, author: str, now: float) -> Draft:
    """A new draft that begins from the version in force."""
    parent = store.in_force(subject)
    draft = Draft(f"d{secrets.token_hex(5)}", subject, title, parent, content, 1, (author,), now, now)
    store.write_draft(draft)
    return draft


def draft_of(store: Store, identity: str, subject: Subject | None = None) -> Draft:
    """The draft of that id. Raises `DraftError`."""
    draft = store.draft(identity)
    if draft is None or (subject is not None and draft.subject != subject):
        kind = f" of {subject}" if subject else ""
        raise DraftError("missing", f"there is no draft{kind} {identity[:40]!r}; GET /v1/drafts lists them")
    return draft


def change(
    store: Store,
    identity: str,
    make: Callable[[Draft], Draft],
    author: str,
    now: float,
    *,
    revision: int | None = None,
) -> Draft:
    """Writes what ``make`` makes of a draft. What was approved must be approved again.

    ``revision``: only if the draft is still that one. Raises `DraftError`.
    """
    for _ in range(_ATTEMPTS):
        draft = draft_of(store, identity)
        refuse_stale(draft, revision)
        authors = draft.authors if author in draft.authors else (*draft.authors, author)
        changed = msgspec.structs.replace(
            make(draft), revision=draft.revision + 1, authors=authors, changed=now, state="open", reviewer=None,
            remark=None,
        )  # fmt: skip
        try:
            store.write_draft(changed)
        except RevisionError:
            continue
        return changed
    raise DraftError("conflict", "others are changing this draft all the time; try again")


def refuse_stale(draft: Draft, revision: int | None) -> None:
    """Raises `DraftError` where the draft is no longer at that revision."""
    if revision is not None and draft.revision != revision:
        raise DraftError(
            "stale",
            f"the draft is at revision {draft.revision} and no longer at {revision}: others have changed it; read it "
            "again, and repeat your change if it is still wanted",
            revision=draft.revision,
            authors=list(draft.authors),
        )


def review(
    store: Store, identity: str, opinion: Opinion, who: str, now: float, *, remark: str | None, revision: int | None
) -> Draft:
    """Asks for a review, approves or rejects. Who has written in a draft cannot approve it. Raises `DraftError`."""
    draft = draft_of(store, identity)
    refuse_stale(draft, revision)
    if opinion == "approve" and who in draft.authors:
        raise DraftError(
            "refused", f"{who} has written in this draft: somebody else must approve it", authors=list(draft.authors)
        )
    states: dict[Opinion, State] = {"ask": "review", "approve": "approved", "reject": "rejected"}
    reviewed = msgspec.structs.replace(
        draft, revision=draft.revision + 1, state=states[opinion], reviewer=None if opinion == "ask" else who,
        remark=remark, changed=now,
    )  # fmt: skip
    try:
        store.write_draft(reviewed)
    except RevisionError:
        raise DraftError("conflict", "the draft was changed just now; look at it again") from None
    return reviewed


def refuse_unreviewed(store: Store, draft: Draft) -> None:
    """Raises `DraftError` where a second person must approve and has not."""
    if store.four_eyes and draft.state != "approved":
        raise DraftError(
            "refused",
            "a second person must approve this draft before it is published (it is "
            f"{'rejected' if draft.state == 'rejected' else 'not approved'}): "
            "POST /v1/drafts/{id}/review",
            state=draft.state,
            authors=list(draft.authors),
        )
