"""Drafts and versions in SQLite: `prellbock.store.revisions.Revisions`."""

import json
import sqlite3
import zlib
from typing import Any

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.classify.model import shipped_model
from prellbock.rules.cached import default_cache_dir
from prellbock.rules.changes import Content, effective
from prellbock.rules.model import RuleSet
from prellbock.rules.toml import read_default
from prellbock.store.errors import StoreError
from prellbock.store.revisions import Draft, RevisionError, Subject, Version
from prellbock.store.sqlite.opened import Opened

_VERSION = "subject, number, version, content, title, authors, reviewer, publisher, published, restores"
_DRAFT = "id, subject, title, parent, content, revision, authors, created, changed, state, reviewer, remark"
_FOUR_EYES = "four_eyes"
IN_FORCE: dict[Subject, str] = {"rules": "rules_in_force", "policy": "policy_in_force"}
"""Names of settings."""


class Revised(Opened):
    """See `prellbock.store.revisions.Revisions`."""

    _judging: tuple[int, Classifier] | None = None
    """The number of the rules in force, as last seen, and what judges by them."""

    @property
    def classifier(self) -> Classifier:
        """See `prellbock.store.contract.Store.classifier`."""
        with self._reading():
            return self._classifier_in_force()

    def _classifier_in_force(self) -> Classifier:
        row = self._db.execute("SELECT value FROM settings WHERE name = ?", (IN_FORCE["rules"],)).fetchone()
        number = int(row[0]) if row else 0
        if self._judging is None or self._judging[0] != number:
            self._judging = number, self._classifier_of(number)
        return self._judging[1]

    def _classifier_of(self, number: int) -> Classifier:
        found = self._version("rules", number) if number else None
        if found is None:
            return Classifier(shipped_rules(), default_cache_dir(), model=shipped_model)
        content = msgspec.json.decode(found.content, type=Content)
        base = self._base(content.base)
        return Classifier(effective(base, content.changes), default_cache_dir(), base=base, model=shipped_model)

    @property
    def four_eyes(self) -> bool:
        """See `prellbock.store.revisions.Revisions.four_eyes`."""
        return self._setting(_FOUR_EYES) == "1"

    def require_four_eyes(self, required: bool) -> None:
        """See `prellbock.store.revisions.Revisions.require_four_eyes`."""
        with self._writing():
            self._set(_FOUR_EYES, "1" if required else "0")

    def in_force(self, subject: Subject) -> int:
        """See `prellbock.store.revisions.Revisions.in_force`."""
        return int(self._setting(IN_FORCE[subject]) or 0)

    def versions(self, subject: Subject) -> list[Version]:
        """See `prellbock.store.revisions.Revisions.versions`."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT {_VERSION} FROM versions WHERE subject = ? ORDER BY number DESC",  # noqa: S608
                (subject,),
            ).fetchall()
        return [_version(row) for row in rows]

    def version(self, subject: Subject, number: int) -> Version | None:
        """See `prellbock.store.revisions.Revisions.version`."""
        with self._reading():
            return self._version(subject, number)

    def _version(self, subject: Subject, number: int) -> Version | None:
        row = self._db.execute(
            f"SELECT {_VERSION} FROM versions WHERE subject = ? AND number = ?",  # noqa: S608
            (subject, number),
        ).fetchone()
        return _version(row) if row else None

    def drafts(self, subject: Subject | None = None) -> list[Draft]:
        """See `prellbock.store.revisions.Revisions.drafts`."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT {_DRAFT} FROM drafts WHERE ?1 IS NULL OR subject = ?1 ORDER BY changed DESC, id",  # noqa: S608
                (subject,),
            ).fetchall()
        return [_draft(row) for row in rows]

    def draft(self, identity: str) -> Draft | None:
        """See `prellbock.store.revisions.Revisions.draft`."""
        with self._reading():
            return self._draft(identity)

    def _draft(self, identity: str) -> Draft | None:
        row = self._db.execute(f"SELECT {_DRAFT} FROM drafts WHERE id = ?", (identity,)).fetchone()  # noqa: S608
        return _draft(row) if row else None

    def write_draft(self, draft: Draft) -> None:
        """See `prellbock.store.revisions.Revisions.write_draft`."""
        with self._writing():
            known = self._draft(draft.id)
            if (known.revision if known else 0) != draft.revision - 1:
                raise RevisionError(known)
            if draft.subject == "rules":
                self._keep_base(msgspec.json.decode(draft.content, type=Content).base)
            self._db.execute(
                f"INSERT OR REPLACE INTO drafts ({_DRAFT}) VALUES ({', '.join('?' * 12)})",  # noqa: S608
                (draft.id, draft.subject, draft.title, draft.parent, draft.content, draft.revision,
                 json.dumps(draft.authors), draft.created, draft.changed, draft.state, draft.reviewer, draft.remark),
            )  # fmt: skip

    def remove_draft(self, identity: str) -> None:
        """See `prellbock.store.revisions.Revisions.remove_draft`."""
        with self._writing():
            self._db.execute("DELETE FROM drafts WHERE id = ?", (identity,))

    # --- rules

    def base(self, version: str) -> RuleSet:
        """See `prellbock.store.revisions.Revisions.base`."""
        with self._reading():
            return self._base(version)

    def _base(self, version: str) -> RuleSet:
        shipped = shipped_rules()
        if version in ("", shipped.version):
            return shipped
        row = self._db.execute("SELECT content FROM rule_bases WHERE version = ?", (version,)).fetchone()
        if row is None:
            raise StoreError(f"the store does not hold the shipped rules {version} on which its rules rest: restore it")
        return msgspec.msgpack.decode(zlib.decompress(row[0]), type=RuleSet)

    def _keep_base(self, version: str) -> None:
        if version and self._db.execute("SELECT 1 FROM rule_bases WHERE version = ?", (version,)).fetchone() is None:
            packed = zlib.compress(msgspec.msgpack.encode(self._base(version)), 6)
            self._db.execute("INSERT INTO rule_bases VALUES (?, ?)", (version, packed))

    def rules_of(self, number: int) -> RuleSet:
        """See `prellbock.store.revisions.Revisions.rules_of`."""
        with self._reading():
            return self._rules_of(number)

    def _rules_of(self, number: int) -> RuleSet:
        if number == 0:
            return shipped_rules()
        if (found := self._version("rules", number)) is None:
            raise KeyError(number)
        content = msgspec.json.decode(found.content, type=Content)
        return effective(self._base(content.base), content.changes)

    # --- publishing

    def _enter_version(self, version: Version, draft: str | None) -> int:
        """Inside the caller's transaction: a new version, and in force."""
        subject = version.subject
        row = self._db.execute("SELECT value FROM settings WHERE name = ?", (IN_FORCE[subject],)).fetchone()
        if int(row[0] if row else 0) != version.number:
            raise RevisionError(self._draft(draft) if draft else None)
        if draft is not None and self._db.execute("DELETE FROM drafts WHERE id = ?", (draft,)).rowcount == 0:
            raise RevisionError(None)
        (number,) = self._db.execute(
            "SELECT coalesce(max(number), 0) + 1 FROM versions WHERE subject = ?", (subject,)
        ).fetchone()
        if subject == "rules":
            self._keep_base(msgspec.json.decode(version.content, type=Content).base)
        self._db.execute(
            f"INSERT INTO versions ({_VERSION}) VALUES ({', '.join('?' * 10)})",  # noqa: S608
            (subject, number, version.version, version.content, version.title, json.dumps(version.authors),
             version.reviewer, version.publisher, version.published, version.restores),
        )  # fmt: skip
        self._set(IN_FORCE[subject], str(number))
        return int(number)


_SHIPPED: list[RuleSet] = []


def shipped_rules() -> RuleSet:
    """The rules of this Prellbock, read once."""
    if not _SHIPPED:
        _SHIPPED.append(read_default(default_cache_dir()))
    return _SHIPPED[0]


def _version(row: tuple[Any, ...]) -> Version:
    fields = dict(zip(Version.__struct_fields__, row, strict=True))
    return msgspec.convert({**fields, "authors": json.loads(fields["authors"])}, Version)


def _draft(row: tuple[Any, ...] | sqlite3.Row) -> Draft:
    fields = dict(zip(Draft.__struct_fields__, row, strict=True))
    return msgspec.convert({**fields, "authors": json.loads(fields["authors"])}, Draft)
