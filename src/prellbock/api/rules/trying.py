"""``POST /v1/rules/try``: a rule while it is being written: mistakes, matches in stored templates, examples."""

from typing import Annotated, Any

import msgspec
from litestar import post
from litestar.params import JSONBody

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.drafting import naming
from prellbock.drafting.trying import Tried, try_rule
from prellbock.rules.record import read_record

MOST_TEMPLATES = 50_000
"""Stored templates that are looked at, the most frequent first."""


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """A rule as it is being written, and among which rules it is to be tried."""

    rule: dict[str, Any]
    of: str = "in-force"
    """``in-force``, ``shipped``, the number of a version, or the id of a draft."""
    limit: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 50
    """Stored templates shown at most."""


@post("/v1/rules/try", opt={NEEDS: "read"}, status_code=200)
async def try_one(installation: Here, data: JSONBody[Written]) -> Tried:
    """What is wrong with a rule, what it finds in stored templates, and what its examples say. Nothing is stored.

    A single pattern is tried as ``{"match": [PATTERN]}``: a name and category that are missing are made up.
    """
    store = installation.lists
    record = {"name": "being-written", "category": "unclassified", **data.rule}

    def tried() -> Tried:
        rule, mistakes = read_record(record)
        if rule is None:
            return Tried(mistakes, [], [], 0, 0)
        stored = store.templates(category=None, provider=None, most=MOST_TEMPLATES)
        return try_rule(rule, naming.rules_named(store, data.of), stored, most=data.limit)

    return await installation.answering(tried)
