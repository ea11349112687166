"""Drafts and published versions of what decides: classification rules and history policies.

A part of the contract of every store. Versions are numbered from 1 for each subject and never changed; 0 is what is
shipped. Times are Unix seconds UTC.
"""

from typing import Literal, Protocol

import msgspec

from prellbock.rules.model import RuleSet

Subject = Literal["rules", "policy"]
State = Literal["open", "review", "approved", "rejected"]


class Version(msgspec.Struct, frozen=True):
    """Something that was published."""

    subject: Subject
    number: int
    version: str
    """Digits that change with the content: what the ledger names."""
    content: str
    """Rules: a `prellbock.rules.changes.Content` as JSON. Policy: TOML."""
    title: str
    authors: tuple[str, ...]
    reviewer: str | None
    publisher: str
    published: float
    restores: int | None = None
    """The number of the earlier version that this one brings back."""


class Draft(msgspec.Struct, frozen=True):
    """Something that is being written. Any change makes the ``revision`` greater by one and takes an approval back."""

    id: str
    subject: Subject
    title: str
    parent: int
    """The version from which it began."""
    content: str
    """As in `Version`; of rules the changes to the parent."""
    revision: int
    authors: tuple[str, ...]
    created: float
    changed: float
    state: State = "open"
    reviewer: str | None = None
    remark: str | None = None
    """What the reviewer said."""


class RevisionError(Exception):
    """The draft has been changed by somebody else meanwhile, or is gone; ``draft`` is how it is now."""

    def __init__(self, draft: Draft | None) -> None:
        super().__init__("the draft was changed meanwhile" if draft else "there is no such draft")
        self.draft = draft


class Revisions(Protocol):
    """Drafts and versions of one installation."""

    @property
    def four_eyes(self) -> bool:
        """Whether somebody who has not written a draft must approve it before it is published."""
        ...

    def require_four_eyes(self, required: bool) -> None:
        """Changes that."""
        ...

    def in_force(self, subject: Subject) -> int:
        """The number of the version in force; 0: what is shipped."""
        ...

    def versions(self, subject: Subject) -> list[Version]:
        """All versions, the newest first."""
        ...

    def version(self, subject: Subject, number: int) -> Version | None:
        """One version."""
        ...

    def drafts(self, subject: Subject | None = None) -> list[Draft]:
        """All drafts, the latest change first."""
        ...

    def draft(self, identity: str) -> Draft | None:
        """One draft."""
        ...

    def write_draft(self, draft: Draft) -> None:
        """Stores a new draft (revision 1), or the next revision of one. Raises `RevisionError`."""
        ...

    def remove_draft(self, identity: str) -> None:
        """Forgets a draft."""
        ...

    def base(self, version: str) -> RuleSet:
        """Shipped rules by their version: those of this Prellbock, or of an earlier one that a version rests on."""
        ...

    def rules_of(self, number: int) -> RuleSet:
        """The rules of a version. Raises `KeyError`."""
        ...

    def publish(self, version: Version, *, draft: str | None = None) -> int:
        """Puts a version into force, under the next number, which it returns; the draft it was made of is gone then.

        The ``number`` given is that of the version in force when it was made; another one raises `RevisionError`.
        """
        ...
