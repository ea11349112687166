"""What may be done, and by whom. Every route names the scope that it needs; a user's role is a set of scopes.

A token has scopes of its own choosing, so that a system that only asks can only ask.
"""

from typing import Literal, get_args

from prellbock.store.accounts import Role

Scope = Literal["check", "feed", "ingest", "read", "edit", "publish", "admin"]

SCOPES: dict[Scope, str] = {
    "check": "ask whether addresses may be mailed",
    "feed": "read suppressions, the change feed, the snapshot and the key of the hashes",
    "ingest": "bring in events and mails",
    "read": "see recipients, decisions, templates, rules, statistics and metrics",
    "edit": "suppress, release, note and undo; write drafts of rules and policies",
    "publish": "approve, publish and bring back rules and policies",
    "admin": "manage users and tokens, erase people, read the audit log",
}
"""Every scope, and what it allows."""

_VIEWER: frozenset[Scope] = frozenset({"read"})
_EDITOR: frozenset[Scope] = _VIEWER | {"check", "feed", "ingest", "edit"}
_PUBLISHER: frozenset[Scope] = _EDITOR | {"publish"}
OF_ROLE: dict[Role, frozenset[Scope]] = {
    "viewer": _VIEWER,
    "editor": _EDITOR,
    "publisher": _PUBLISHER,
    "admin": _PUBLISHER | {"admin"},
}
"""What each role may do."""

ROLES: tuple[Role, ...] = get_args(Role)
"""All roles, the weakest first."""

NEEDS = "needs"
"""The key in a route's ``opt`` under which its scope stands; a route without one needs ``admin``."""
OPEN = "open"
"""Set in a route's ``opt``: it may be asked by anybody."""
EVERYBODY = "everybody"
"""Set in a route's ``opt``: whoever is known may ask, whatever the scopes."""
