"""``/v1/users``: who may sign in. Nobody chooses another's password: new users get a one-time link."""

from typing import Any, Literal

import msgspec
from litestar import Request, get, patch, post
from litestar.params import FromPath, JSONBody

from prellbock.api.auth.access import Access, Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.auth.secrets import fresh, hash_of
from prellbock.api.auth.setup import NAME, SETUP
from prellbock.api.problems import ProblemError
from prellbock.store.accounts import Role, User
from prellbock.times import rfc3339

LINK_SECONDS = 3 * 86400.0


class NewUser(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who shall be able to sign in."""

    name: str
    role: Role


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """What shall be different; what is left out stays."""

    role: Role | None = None
    disabled: bool | None = None
    link: Literal[True] | None = None
    """Also make a link with which a new password is chosen."""


class Shown(msgspec.Struct, frozen=True):
    """A user, and the link where one was made just now."""

    name: str
    role: Role
    disabled: bool
    has_password: bool
    created: str | None
    link: str | None = None
    """Path of a page where the user chooses a password, once, within three days. Shown only now."""


@get("/v1/users", opt={NEEDS: "admin"})
async def list_users(access: Door) -> list[Shown]:
    """All users by name."""
    return [_shown(user) for user in await access.installation.answering(access.accounts.users)]


@post("/v1/users", opt={NEEDS: "admin"})
async def add_user(request: Request[Principal, Any, Any], data: JSONBody[NewUser], access: Door) -> Shown:
    """Makes a user and a one-time link, to be handed to them."""
    installation, accounts = access.installation, access.accounts
    if not NAME.fullmatch(data.name):
        raise ProblemError(400, "name: 1 to 64 letters, digits and . _ @ + - are wanted, a letter or digit first")
    if await installation.answering(accounts.user, data.name):
        raise ProblemError(409, "there is a user of this name already: change it with PATCH, or choose another name")
    user = await installation.answering(accounts.put_user, data.name, data.role, installation.clock())
    await access.record(request.user, "user.create", user.name, role=user.role)
    return _shown(user, await _link(access, user))


@patch("/v1/users/{name:str}", opt={NEEDS: "admin"})
async def change_user(
    request: Request[Principal, Any, Any], name: FromPath[str], data: JSONBody[Change], access: Door
) -> Shown:
    """Changes the role, disables (which ends all sessions) or enables, or makes a link for a new password."""
    installation, accounts = access.installation, access.accounts
    users = {user.name: user for user in await installation.answering(accounts.users)}
    if (user := users.get(name)) is None:
        raise ProblemError(404, "there is no user of this name; GET /v1/users lists them")
    role = data.role or user.role
    disabled = user.disabled if data.disabled is None else data.disabled
    others = any(each.role == "admin" and not each.disabled for each in users.values() if each.name != name)
    if user.role == "admin" and not user.disabled and (role != "admin" or disabled) and not others:
        raise ProblemError(409, "this is the last admin: make another one first")
    changed = await installation.answering(accounts.put_user, name, role, installation.clock(), disabled=disabled)
    link = await _link(access, changed) if data.link else None
    await access.record(request.user, "user.change", name, role=role, disabled=disabled, link=bool(link))
    return _shown(changed, link)


async def _link(access: Access, user: User) -> str:
    secret = fresh()
    expires = access.installation.clock() + LINK_SECONDS
    await access.installation.answering(access.accounts.invite, hash_of(secret), user.name, user.role, expires)
    return f"{SETUP}?key={secret}"


def _shown(user: User, link: str | None = None) -> Shown:
    return Shown(user.name, user.role, user.disabled, user.has_password, rfc3339(user.created), link)
