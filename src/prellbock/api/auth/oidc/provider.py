"""The provider, as we ask it: where its pages are, its keys, tokens for a code."""

import time
from collections.abc import Callable
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from httpx2 import HTTPError
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from prellbock.api.auth.oidc.claims import UnknownKeyError, is_complete, person, verified
from prellbock.api.auth.oidc.pending import Pending
from prellbock.api.auth.oidc.person import Person, ProviderError, RefusedError
from prellbock.api.configuration.model import Oidc
from prellbock.api.configuration.together import is_safe

_KEPT_SECONDS = 3600.0
"""How long pages and keys are believed; keys that a provider has withdrawn hold no longer than that."""
_AGAIN_SECONDS = 5.0
"""A token with an unknown key lets the keys be fetched anew at most so often."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Provider:
    """One provider. All methods raise `ProviderError`."""

    def __init__(self, chosen: Oidc, clock: Callable[[], float]) -> None:
        self.chosen, self._clock = chosen, clock
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def begin(self, pending: Pending) -> str:
        """Where the browser has to go."""
        metadata = await self._discovered()
        async with self._client(metadata, pending.redirect_uri) as client:
            url, _ = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=pending.state,
                nonce=pending.nonce,
                code_verifier=pending.verifier,
            )
        return str(url)

    async def finish(self, pending: Pending, code: str, issuer: str | None) -> Person:
        """Who has come back with a code. Raises `RefusedError` as well.

        ``issuer`` is what the answer says of where it comes from (RFC 9207).
        """
        metadata = await self._discovered()
        is_said = metadata.get("authorization_response_iss_parameter_supported") is True
        if issuer != self.chosen.issuer and (is_said or issuer is not None):
            raise RefusedError("the answer comes from another provider than the one that was asked")
        async with self._client(metadata, pending.redirect_uri) as client:
            try:
                tokens = await client.fetch_token(metadata["token_endpoint"], code=code, code_verifier=pending.verifier)
            except AuthlibBaseError as error:
                raise RefusedError(f"the provider does not take the code: {error.error}") from None
            except (HTTPError, ValueError) as error:
                raise _unreachable(error) from None
            claims = await self._verified(str(tokens.get("id_token", "")), pending.nonce)
            if not is_complete(claims, self.chosen) and (endpoint := metadata.get("userinfo_endpoint")):
                more = await self._json(client, endpoint)
                if more.get("sub") != claims["sub"]:
                    raise RefusedError("the provider tells of somebody else than who has signed in")
                claims = {**more, **claims}
        return person(claims, self.chosen)

    async def end(self, home: str) -> str | None:
        """Where the browser has to go to sign out there, too; None where the provider has no such page."""
        metadata = await self._discovered()
        endpoint = metadata.get("end_session_endpoint")
        if not isinstance(endpoint, str):
            return None
        async with self._client(metadata, home) as client:
            request = client.build_request(
                "GET", endpoint, params={"client_id": self.chosen.client_id, "post_logout_redirect_uri": home}
            )
        return str(request.url)

    async def reach(self) -> str:
        """Asks for its description and its keys, nothing remembered; what was found, in a sentence."""
        self._metadata = self._keys = None
        metadata = await self._discovered()
        keys = await self._known_keys(0.0)
        where = metadata["authorization_endpoint"]
        return f"{metadata['issuer']} answers, with {len(keys.keys)} keys; sign-ins go to {where}"

    async def _verified(self, token: str, nonce: str) -> dict[str, object]:
        try:
            return verified(token, await self._known_keys(_KEPT_SECONDS), self.chosen, nonce, self._clock)
        except UnknownKeyError:
            # The provider may have changed its keys since they were fetched.
            return verified(token, await self._known_keys(_AGAIN_SECONDS), self.chosen, nonce, self._clock)

    async def _known_keys(self, seconds: float) -> KeySet:
        now = time.monotonic()
        if self._keys is None or now - self._keys[0] > seconds:
            metadata = await self._discovered()
            async with self._client(metadata, None) as client:
                found = await self._json(client, metadata["jwks_uri"], with_token=False)
            try:
                keys = [key for key in found["keys"] if key.get("kty") != "oct" and key.get("use", "sig") == "sig"]
                self._keys = now, KeySet.import_key_set({"keys": keys})
            except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
                raise ProviderError(f"the keys of the provider cannot be read ({type(error).__name__})") from None
        return self._keys[1]

    async def _discovered(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0, section 4."""
        now = time.monotonic()
        if self._metadata is None or now - self._metadata[0] > _KEPT_SECONDS:
            issuer = str(self.chosen.issuer)
            async with self._client({}, None) as client:
                url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
                found = await self._json(client, url, with_token=False)
            if found.get("issuer") != issuer:
                raise ProviderError("the provider calls itself otherwise than oidc.issuer: write it exactly as it does")
            for name in _ENDPOINTS:
                if not isinstance(found.get(name), str) or not is_safe(found[name]):
                    raise ProviderError(f"the provider names no safe {name}")
            self._metadata = now, found
        return self._metadata[1]

    def _client(self, metadata: dict[str, Any], redirect_uri: str | None) -> Any:
        chosen = self.chosen
        known = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        method = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        return AsyncOAuth2Client(
            chosen.client_id,
            chosen.client_secret,
            token_endpoint_auth_method=method if chosen.client_secret else "none",
            scope=" ".join(dict.fromkeys(["openid", *chosen.scopes])),
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=chosen.timeout_seconds,
        )

    async def _json(self, client: Any, url: str, *, with_token: bool = True) -> dict[str, Any]:
        try:
            answer = await client.request("GET", url, withhold_token=not with_token)
            answer.raise_for_status()
            found = answer.json()
        except (HTTPError, AuthlibBaseError, ValueError) as error:
            raise _unreachable(error) from None
        if not isinstance(found, dict):
            raise ProviderError("the provider answers with something else than an object")
        return found


def _unreachable(error: Exception) -> ProviderError:
    return ProviderError(f"the provider does not answer as it should ({type(error).__name__}); try again later")
