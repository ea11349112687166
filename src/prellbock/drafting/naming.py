"""What is meant by a name: ``in-force``, ``shipped``, the number of a version, the id of a draft, a preset."""

from difflib import unified_diff

from prellbock.drafting import drafts, policies, rules
from prellbock.drafting.errors import DraftError
from prellbock.history.policy import preset_text, presets
from prellbock.store.contract import Store


def rules_named(store: Store, name: str) -> rules.Rules:
    """The rules meant. Raises `DraftError`."""
    if name == "in-force":
        return rules.in_force(store)
    if (number := _number(name)) is not None:
        return rules.of_version(store, number)
    return rules.of_draft(store, drafts.draft_of(store, name, "rules"))


def policy_named(store: Store, name: str) -> str:
    """The text of the policy meant. Raises `DraftError`."""
    if name == "in-force":
        return policies.text_of_version(store, store.in_force("policy"))
    if (number := _number(name)) is not None:
        return policies.text_of_version(store, number)
    if name in presets():
        return preset_text(name)
    return drafts.draft_of(store, name, "policy").content


def _number(name: str) -> int | None:
    if name == "shipped":
        return 0
    if not (name.isascii() and name.isdigit()):
        return None
    if len(name) > 9:
        raise DraftError("missing", f"there is no version {name[:40]}")
    return int(name)


def text_difference(store: Store, old: str, new: str) -> str:
    """A unified difference of two policies."""
    one, other = (policy_named(store, name).splitlines(keepends=True) for name in (old, new))
    return "".join(unified_diff(one, other, old, new))
