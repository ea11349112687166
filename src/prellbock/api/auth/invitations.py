"""``/v1/invitation``: what the GUI asks behind a one-time link; `prellbock.api.auth.setup` works without scripts."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import OPEN
from prellbock.api.auth.secrets import LONGEST_PASSWORD, SHORTEST_PASSWORD, hash_of, hash_password
from prellbock.api.auth.setup import NAME
from prellbock.api.problems import ProblemError

_OVER = "this link was used already, or is too old: ask an admin for another one"

Secret = Annotated[str, QueryParameter(max_length=200, description="The secret of the link.")]


class Invitation(msgspec.Struct, frozen=True):
    """Who was invited; ``user`` is null where the first admin chooses a name."""

    user: str | None
    role: str


class Accepted(msgspec.Struct, forbid_unknown_fields=True):
    """The secret of the link, and what its holder chose."""

    key: Annotated[str, msgspec.Meta(max_length=200)]
    name: Annotated[str, msgspec.Meta(max_length=64)]
    password: Annotated[str, msgspec.Meta(max_length=1024)]


@get("/v1/invitation", opt={OPEN: True})
async def invitation(access: Door, key: Secret) -> Invitation:
    """What a one-time link is for. 410: it was used, or is too old."""
    installation = access.installation
    found = await installation.answering(access.accounts.invited, hash_of(key), installation.clock())
    if found is None:
        raise ProblemError(410, _OVER)
    return Invitation(*found)


@post("/v1/invitation", opt={OPEN: True}, status_code=200)
async def accept_invitation(access: Door, data: JSONBody[Accepted]) -> Invitation:
    """Sets name and password, and uses the link up."""
    installation, accounts = access.installation, access.accounts
    name = data.name.strip()
    if not NAME.fullmatch(name):
        raise ProblemError(400, "name: letters, digits and . _ @ + - are allowed, up to 64 of them")
    if not SHORTEST_PASSWORD <= len(data.password) <= LONGEST_PASSWORD:
        raise ProblemError(400, f"password: it must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    found = await installation.answering(accounts.invited, hash_of(data.key), installation.clock())
    if found is None:
        raise ProblemError(410, _OVER)
    stored = await installation.answering(hash_password, data.password)
    user = await installation.answering(accounts.accept, hash_of(data.key), name, stored, installation.clock())
    if user is None:
        raise ProblemError(409, "name: this link is for another name, or there is somebody of this name already")
    now = installation.clock()
    await installation.answering(accounts.record, now, user.name, "user.password", user.name, {"role": user.role})
    return Invitation(user.name, user.role)
