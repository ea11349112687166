"""Drafts of rule sets: what they change, whether it holds, and publishing it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.classify.lint import Trial, try_examples
from prellbock.classify.model import shipped_model
from prellbock.drafting import drafts
from prellbock.drafting.errors import DraftError
from prellbock.rules.cached import default_cache_dir
from prellbock.rules.changes import (
    Changes,
    Content,
    Difference,
    changes_between,
    differences,
    effective,
    essential,
)
from prellbock.rules.model import Rule, RuleError, RuleSet
from prellbock.store.contract import Store
from prellbock.store.revisions import Draft, RevisionError, Version


@dataclass(frozen=True)
class Rules:
    """A rule set taken apart: the shipped rules that it rests on, its own changes to them, and what follows."""

    base: RuleSet
    changes: Changes
    ruleset: RuleSet
    content: Content


def decoded(content: str) -> Content:
    """What is stored of rules."""
    return msgspec.json.decode(content, type=Content)


def encoded(content: Content) -> str:
    return msgspec.json.encode(content).decode()


def of_content(store: Store, content: Content) -> Rules:
    """A rule set from what is stored of it."""
    base = store.base(content.base)
    return Rules(base, dict(content.changes), effective(base, content.changes), content)


def of_version(store: Store, number: int) -> Rules:
    """The rules of a version; 0 are the shipped ones. Raises `DraftError`."""
    if number == 0:
        return of_content(store, Content(""))
    found = store.version("rules", number)
    if found is None:
        raise DraftError("missing", f"there is no version {number} of the rules; GET /v1/versions/rules lists them")
    return of_content(store, decoded(found.content))


def in_force(store: Store) -> Rules:
    """The rules by which everything is judged now."""
    return of_version(store, store.in_force("rules"))


def of_draft(store: Store, draft: Draft) -> Rules:
    """The rules that hold if a draft is published: its changes over those of the version from which it began."""
    parent, own = of_version(store, draft.parent), decoded(draft.content)
    base = store.base(own.base)
    return of_content(store, Content(own.base, essential(base, {**parent.changes, **own.changes})))


def begin(store: Store, title: str, author: str, now: float) -> Draft:
    """A draft that changes nothing yet."""
    base = in_force(store).base.version
    return drafts.begin(store, "rules", title, encoded(Content(base)), author, now)


def edit(
    store: Store, identity: str, edits: Mapping[str, Rule | None], author: str, now: float, *,
    revision: int | None = None, forget: Iterable[str] = (),
) -> Draft:  # fmt: skip
    """Adds, changes and leaves out (None) rules of a draft; ``forget`` takes the draft's own changes of rules back.

    Raises `DraftError`.
    """
    drafts.draft_of(store, identity, "rules")

    def make(draft: Draft) -> Draft:
        own = decoded(draft.content)
        changes = {name: rule for name, rule in {**own.changes, **edits}.items() if name not in forget}
        parent = of_version(store, draft.parent)
        before = effective(store.base(own.base), parent.changes)
        return msgspec.structs.replace(draft, content=encoded(Content(own.base, essential(before, changes))))

    return drafts.change(store, identity, make, author, now, revision=revision)


def replace_all(
    store: Store, identity: str, wanted: Iterable[Rule], author: str, now: float, *, revision: int | None = None
) -> Draft:
    """Makes a draft mean exactly these rules. Raises `DraftError`."""
    draft = drafts.draft_of(store, identity, "rules")
    before = effective(store.base(decoded(draft.content).base), of_version(store, draft.parent).changes)
    return edit(store, identity, changes_between(before, wanted), author, now, revision=revision)


def renew(store: Store, identity: str, author: str, now: float, *, shipped: bool, revision: int | None) -> Draft:
    """Lets a draft begin from what is in force now; ``shipped``: and rest on the rules of this Prellbock."""

    def make(draft: Draft) -> Draft:
        number = store.in_force("rules")
        base = store.base("").version if shipped else of_version(store, number).base.version
        return msgspec.structs.replace(
            draft, parent=number, content=encoded(Content(base, decoded(draft.content).changes))
        )

    drafts.draft_of(store, identity, "rules")
    return drafts.change(store, identity, make, author, now, revision=revision)


def overlap(store: Store, draft: Draft) -> list[str]:
    """The rules that both the draft and others, who have published since it began, have changed."""
    number = store.in_force("rules")
    if number == draft.parent:
        return []
    since = differences(of_version(store, draft.parent).ruleset, of_version(store, number).ruleset)
    return sorted({each.name for each in since} & decoded(draft.content).changes.keys())


_MADE: dict[str, Classifier] = {}
_MOST_MADE = 4
"""Classifiers of drafts that are kept: lint, test and replay of the same draft follow on each other."""


def made_of(rules: Rules) -> Classifier:
    """Judges by these rules; only what they change is compiled. Raises `RuleError`."""
    version = rules.ruleset.version
    found = _MADE.get(version)
    if found is None:
        found = Classifier(rules.ruleset, default_cache_dir(), base=rules.base, model=shipped_model)
        while len(_MADE) >= _MOST_MADE:
            _MADE.pop(next(iter(_MADE)), None)
        _MADE[version] = found
    return found


def classifier_of(rules: Rules) -> Classifier:
    """Judges by these rules. Raises `DraftError` naming what cannot be compiled."""
    try:
        return made_of(rules)
    except RuleError as error:
        raise DraftError(
            "refused",
            f"the rules cannot be used: {error.problems[0]}",
            problems=[{"rule": each.rule, "field": each.field, "text": each.text} for each in error.problems],
        ) from None


def failing(classifier: Classifier) -> list[Trial]:
    """The examples that are not decided as their rules say."""
    return [trial for trial in try_examples(classifier) if not trial.passed]


def publish(store: Store, identity: str, publisher: str, now: float, *, revision: int | None = None) -> int:
    """Puts a draft into force; the number of the version that it has become. Raises `DraftError`."""
    draft = drafts.draft_of(store, identity, "rules")
    drafts.refuse_stale(draft, revision)
    drafts.refuse_unreviewed(store, draft)
    if names := overlap(store, draft):
        raise DraftError(
            "conflict",
            f"since this draft began, others have published changes of {', '.join(names[:5])}: renew the draft "
            "(POST /v1/drafts/{id}/renew), look at these rules, and publish it then",
            rules=names,
        )
    number = store.in_force("rules")
    own, now_in_force = decoded(draft.content), of_version(store, number)
    base = store.base(own.base)
    content = Content(own.base, essential(base, {**now_in_force.changes, **own.changes}))
    rules = of_content(store, content)
    if not differences(now_in_force.ruleset, rules.ruleset):
        raise DraftError("refused", "the draft changes nothing")
    if failed := failing(classifier_of(rules)):
        raise DraftError(
            "refused",
            f"{len(failed)} examples are not decided as their rules say, the first that of {failed[0].rule}: "
            f"{failed[0].example.text!r}; a rule set that fails its own examples cannot be published",
            examples=[msgspec.to_builtins(trial) for trial in failed[:100]],
        )
    version = Version(
        "rules", number, rules.ruleset.version, encoded(content), draft.title, draft.authors, draft.reviewer, publisher,
        now,
    )  # fmt: skip
    return _put(store, version, draft)


def restore(store: Store, number: int, publisher: str, now: float) -> int:
    """Puts an earlier version into force again, as a new version. Raises `DraftError`."""
    rules = of_version(store, number)
    content = rules.content if number else Content("")
    before = store.in_force("rules")
    version = Version(
        "rules", before, rules.ruleset.version, encoded(content), f"back to version {number}", (publisher,), None,
        publisher, now, number,
    )  # fmt: skip
    return _put(store, version, None)


def _put(store: Store, version: Version, draft: Draft | None) -> int:
    try:
        return store.publish(version, draft=draft.id if draft else None)
    except RevisionError:
        raise DraftError("conflict", "somebody else has published just now; look at the draft again") from None


def changed_by(store: Store, draft: Draft) -> list[Difference]:
    """What a draft changes of the version from which it began, newer shipped rules among it."""
    return differences(of_version(store, draft.parent).ruleset, of_draft(store, draft).ruleset)
