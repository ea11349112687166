"""``/v1/sign-on``: how single sign-on is configured here, and whether the provider can be reached as it is."""

from typing import Any

import msgspec
from litestar import Request, get, post

from prellbock.api.auth.access import Access, Principal
from prellbock.api.auth.cookies import origin_of
from prellbock.api.auth.door import Door
from prellbock.api.auth.oidc.person import ProviderError
from prellbock.api.auth.oidc.routes import CALLBACK
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.problems import ProblemError


class SignOn(msgspec.Struct, frozen=True, kw_only=True):
    """Section ``oidc`` of the configuration, without its secret."""

    configured: bool
    redirect: str
    """What the provider must allow as the redirect URI."""
    issuer: str | None = None
    client_id: str | None = None
    secret: bool = False
    """Whether there is one."""
    label: str | None = None
    scopes: list[str] = []
    name_claim: str | None = None
    roles_claim: str | None = None
    roles: dict[str, str] = {}
    """Which group is which role."""
    default_role: str | None = None
    """Of who is in none of them; null: they are turned away."""
    create_users: bool = False


class SignOnTested(msgspec.Struct, frozen=True):
    """Whether somebody could sign in there."""

    works: bool
    told: str
    """What was found, or what is wrong."""


@get("/v1/sign-on", opt={NEEDS: "admin"}, sync_to_thread=False)
def sign_on(request: Request[Principal, Any, Any], access: Door) -> SignOn:
    """How it is configured: the file or the environment of the server says so, and a restart takes changes up."""
    return _shown(request, access)


@post("/v1/sign-on/test", opt={NEEDS: "admin"}, status_code=200)
async def test_sign_on(request: Request[Principal, Any, Any], access: Door) -> SignOnTested:
    """Asks the provider for its description and its keys, as a sign-in would."""
    if access.provider is None:
        raise ProblemError(404, "OpenID Connect is not configured here: docs/how-to/sign-in-with-openid-connect.md")
    try:
        told = await access.provider.reach()
    except ProviderError as error:
        tested = SignOnTested(False, str(error))
    else:
        tested = SignOnTested(True, told)
    await access.record(request.user, "sign-on.test", "oidc", works=tested.works)
    return tested


def _shown(request: Request[Any, Any, Any], access: Access) -> SignOn:
    redirect = f"{origin_of(request, access)}{CALLBACK}"
    if access.provider is None:
        return SignOn(configured=False, redirect=redirect)
    chosen = access.provider.chosen
    return SignOn(
        configured=True, redirect=redirect, issuer=chosen.issuer, client_id=chosen.client_id,
        secret=chosen.client_secret is not None, label=chosen.label,
        scopes=[*dict.fromkeys(["openid", *chosen.scopes])],
        name_claim=chosen.name_claim, roles_claim=chosen.roles_claim,
        roles={name: str(role) for name, role in chosen.roles.items()},
        default_role=chosen.default_role, create_users=chosen.create_users,
    )  # fmt: skip
