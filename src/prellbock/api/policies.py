"""``/v1/policies``: the presets of history rules and the policy in force, what they are worth, and one tried."""

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.drafting import naming, policies
from prellbock.history.diagram import of_policy
from prellbock.history.lint import Finding, lint
from prellbock.history.model import HistoryRule, Policy
from prellbock.history.policy import preset, presets
from prellbock.history.policy_toml import read_text
from prellbock.history.worth import TARGETS, Worth, worth
from prellbock.rules.model import RuleError

MOST_TEXT = 1_000_000
"""Characters."""


class PolicyBrief(msgspec.Struct, frozen=True):
    """A preset, or the policy in force."""

    name: str
    version: str
    description: str
    source: str
    in_force: bool
    preset: bool


class PolicyShown(msgspec.Struct, frozen=True, kw_only=True):
    """A policy in full. ``mistakes``: what cannot be read in it; then all but ``content`` is missing."""

    content: str
    name: str | None = None
    version: str | None = None
    description: str | None = None
    source: str | None = None
    rules: tuple[HistoryRule, ...] = ()
    marketing_streams: tuple[str, ...] = ()
    critical_streams: tuple[str, ...] = ()
    probe_hours: float | None = None
    requested_hours: float | None = None
    diagram: str | None = None
    """Mermaid."""
    findings: list[Finding] = []
    mistakes: list[dict[str, Any]] = []


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """A policy as TOML."""

    content: Annotated[str, msgspec.Meta(max_length=MOST_TEXT)]


class WorthShown(msgspec.Struct, frozen=True):
    """What the presets are worth in a simulated world whose truth is known, the targets, and what world it was."""

    recipients: int
    days: int
    events: int
    targets: dict[str, float]
    policies: tuple[Worth, ...]


@get("/v1/policies", opt={NEEDS: "read"})
async def list_policies(installation: Here) -> list[PolicyBrief]:
    """The presets, and the policy in force where it is another."""
    in_force = await installation.answering(lambda: installation.policy)
    named = [(preset(name), True) for name in presets()]
    if in_force.version not in {each.version for each, _ in named}:
        named.append((in_force, False))
    return [
        PolicyBrief(each.name, each.version, each.description, each.source, each.version == in_force.version, is_preset)
        for each, is_preset in named
    ]


@get("/v1/policies/worth", opt={NEEDS: "read"})
async def policies_worth() -> WorthShown:
    """The figures of the presets: table and plot of `prellbock bench decisions`."""
    found = worth()
    return WorthShown(found.recipients, found.days, found.events, TARGETS, found.policies)


@post("/v1/policies/try", opt={NEEDS: "read"}, status_code=200)
async def try_policy(installation: Here, data: JSONBody[Written]) -> PolicyShown:
    """Reads a policy while it is being written: mistakes with their line, findings, its diagram. Nothing is stored."""
    return await installation.answering(_shown, data.content)


@get("/v1/policies/{name:str}", opt={NEEDS: "read"})
async def read_policy(installation: Here, name: FromPath[str]) -> PolicyShown:
    """A policy by name: a preset, ``in-force``, ``shipped``, the number of a version, the id of a draft."""
    return await installation.answering(lambda: _shown(naming.policy_named(installation.lookups, name)))


def _shown(content: str) -> PolicyShown:
    try:
        found: Policy = read_text("policy.toml", content)
    except RuleError as error:
        return PolicyShown(content=content, mistakes=policies.problems(error))
    return PolicyShown(
        content=content,
        version=found.version,
        diagram=of_policy(found),
        findings=lint(found),
        **{field: getattr(found, field) for field in Policy.__struct_fields__},
    )
