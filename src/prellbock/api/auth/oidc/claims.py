"""What a provider says of somebody: is it really said, to us, now, in answer to our question; and what follows?"""

from collections.abc import Callable, Mapping

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from prellbock.api.auth.oidc.person import Person, RefusedError
from prellbock.api.auth.scopes import ROLES
from prellbock.api.configuration.model import Oidc

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Signatures that are accepted: with a key that the provider alone has. Neither ``none`` nor ``HS256`` is one."""
_LONGEST = 65_536
"""Octets of an ID token."""


class UnknownKeyError(RefusedError):
    """The token is signed with a key that the provider did not name when it was asked last."""


def verified(token: str, keys: KeySet, chosen: Oidc, nonce: str, clock: Callable[[], float]) -> dict[str, object]:
    """The claims of an ID token (OpenID Connect Core 1.0, section 3.1.3.7). Raises `RefusedError`."""
    try:
        if len(token) > _LONGEST:
            raise RefusedError("the ID token is too long")
        header = jws.extract_compact(token.encode()).headers()
        if header.get("alg") not in ALGORITHMS:
            raise RefusedError("the ID token is not signed in a way that is accepted")
        if header.get("kid") is not None and header["kid"] not in {key.kid for key in keys.keys}:
            raise UnknownKeyError("the ID token is signed with a key that the provider does not name")
        claims = jwt.decode(token, keys, algorithms=[*ALGORITHMS]).claims
        jwt.JWTClaimsRegistry(
            now=lambda: int(clock()),
            leeway=int(chosen.skew_seconds),
            iss={"essential": True, "value": str(chosen.issuer)},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            aud={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except RefusedError:
        raise
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise RefusedError(f"the ID token is refused: {_kind(error)}") from None
    audience = [claims["aud"]] if isinstance(claims["aud"], str) else claims["aud"]
    if chosen.client_id not in audience:
        raise RefusedError("the ID token is for another application")
    if (len(audience) > 1 or "azp" in claims) and claims.get("azp") != chosen.client_id:
        raise RefusedError("the ID token was given to another application")
    if not 0 < len(claims["sub"]) <= 255:
        raise RefusedError("the ID token names nobody")
    return claims


def _kind(error: Exception) -> str:
    """What is wrong, without the claims themselves."""
    claim = getattr(error, "claim", None)
    name = getattr(error, "error", None) or type(error).__name__
    return f"{name} ({claim})" if claim else str(name)


def is_complete(claims: Mapping[str, object], chosen: Oidc) -> bool:
    """Whether everything that is needed is said, so that the provider need not be asked once more."""
    wanted = [chosen.name_claim, *([chosen.roles_claim] if chosen.roles else [])]
    return all(_at(claims, path) is not None for path in wanted)


def person(claims: Mapping[str, object], chosen: Oidc) -> Person:
    """Who this is, by the claims that are configured. Raises `RefusedError`."""
    name = _at(claims, chosen.name_claim)
    if not isinstance(name, str) or not name:
        raise RefusedError(f"the provider does not say {chosen.name_claim}; choose another oidc.name_claim, or scope")
    if chosen.name_claim == "email" and claims.get("email_verified") is not True:
        raise RefusedError("the provider has not verified this e-mail address")
    said = _at(claims, chosen.roles_claim)
    values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    roles = [chosen.roles[value] for value in values if isinstance(value, str) and value in chosen.roles]
    return Person(str(claims["sub"]), name, max(roles, key=ROLES.index, default=None))


def _at(claims: Mapping[str, object], path: str) -> object:
    """The claim of this name, else what stands at the end of a path with dots."""
    if path in claims:
        return claims[path]
    found: object = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
