"""Which user is it who comes from the provider? Bound once to a subject, never by name to somebody who was there."""

from prellbock.api.auth.access import Access, Principal
from prellbock.api.auth.oidc.person import Person, RefusedError
from prellbock.api.auth.scopes import OF_ROLE
from prellbock.api.auth.setup import NAME
from prellbock.api.configuration.model import Oidc
from prellbock.store.accounts import Role, User


async def user_of(access: Access, chosen: Oidc, who: Person) -> User:
    """The user, made or changed as the configuration says. Raises `RefusedError`."""
    installation, accounts = access.installation, access.accounts
    issuer = str(chosen.issuer)
    user = await installation.answering(accounts.identified, issuer, who.subject)
    is_bound = user is not None
    if user is None:
        user = await _made_before(access, chosen, who)
    role = _role(chosen, who, user)
    if user is None:
        user = await installation.answering(accounts.put_user, who.name, role, installation.clock())
        await access.record(_provider(user), "user.create", user.name, role=role)
    if user.disabled:
        raise RefusedError("this user is disabled")
    if not is_bound:
        if not await installation.answering(accounts.identify, issuer, who.subject, user.name, installation.clock()):
            raise RefusedError(_TAKEN)
        await access.record(_provider(user), "user.identify", user.name, issuer=issuer)
    if user.role != role:
        user = await installation.answering(accounts.put_user, user.name, role, installation.clock())
        await access.record(_provider(user), "user.change", user.name, role=role)
    return user


_TAKEN = "there is a user of your name who signs in in another way"


async def _made_before(access: Access, chosen: Oidc, who: Person) -> User | None:
    """The user whom an admin has made for this person; None where one is to be made now."""
    if not NAME.fullmatch(who.name):
        raise RefusedError("the name that the provider gives is none that a user can have")
    user = await access.installation.answering(access.accounts.user, who.name)
    if user is None and not chosen.create_users:
        raise RefusedError("an admin has to make a user with your name first")
    if user is not None and user.can_sign_in:
        # A name is easily chosen at a provider; a password or another subject proves that it is somebody else's.
        raise RefusedError(_TAKEN)
    return user


def _role(chosen: Oidc, who: Person, user: User | None) -> Role:
    """What the provider says counts, at each sign-in; without a table the role is an admin's to change."""
    if chosen.roles:
        role = who.role or chosen.default_role
    else:
        role = user.role if user else chosen.default_role
    if role is None:
        raise RefusedError("none of the groups that may use Prellbock is yours")
    return role


def _provider(user: User) -> Principal:
    """In whose name the audit log says it."""
    return Principal(f"{user.name} (OpenID Connect)", "user", OF_ROLE[user.role], user.role)
