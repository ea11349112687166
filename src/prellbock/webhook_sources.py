"""Setting up the sources that send webhooks: what the command line and the API do alike."""

import secrets
from collections.abc import Mapping

from prellbock.kinds import SettingError
from prellbock.naming import missing, taken, wrong_name
from prellbock.sources.webhooks.call import RefusedError
from prellbock.sources.webhooks.order import PROVIDERS
from prellbock.sources.webhooks.provider import OPTIONS, Provider
from prellbock.store.contract import Store
from prellbock.store.sources import HELD_SECONDS, Source, wrong_hold

SHORTEST_SECRET = 16
"""Characters of a secret that somebody has thought out."""
AWAIT_SECONDS = 86_400.0
"""For so long a subscription may be confirmed once that was asked for."""


def path_of(source: Source) -> str:
    """Where the provider has to send to, under the address of the server."""
    return f"/v1/webhooks/{source.provider}/{source.name}"


def add(
    store: Store, provider: str, name: str, secret: str | None, options: Mapping[str, str], now: float, actor: str
) -> tuple[Source, str | None]:
    """A new source, and the secret that was made for it, to be shown this once. Raises `SettingError`."""
    known = PROVIDERS.get(provider)
    if known is None:
        raise SettingError(f"provider {provider[:40]!r} is not known: choose one of {', '.join(PROVIDERS)}")
    if wrong := wrong_name(name, "newsletter"):
        raise SettingError(wrong)
    _check_options(known, options)
    made, kept = _secret(known, secret)
    awaits = now + AWAIT_SECONDS if known.name == "ses" else None
    source = Source(name=name, provider=provider, options=options, created=now, creator=actor, awaits=awaits)
    if not store.put_source(source, kept):
        raise SettingError(taken("source", name))
    return source, made


def change(store: Store, name: str, options: Mapping[str, str], now: float, *, confirm: bool = False) -> Source:
    """Sets the options of a source anew; with ``confirm`` a subscription is awaited again. Raises `SettingError`."""
    source = _known(store, name)
    _check_options(PROVIDERS[source.provider], options)
    store.change_source(name, options, now + AWAIT_SECONDS if confirm else source.awaits)
    return _known(store, name)


def renew(store: Store, name: str, secret: str | None, now: float, held: float = HELD_SECONDS) -> str | None:
    """A new secret; those before it hold for ``held`` seconds more. Returns what was made. Raises `SettingError`."""
    source = _known(store, name)
    if wrong := wrong_hold(held):
        raise SettingError(wrong)
    made, kept = _secret(PROVIDERS[source.provider], secret)
    if kept is None:
        raise SettingError(f"sources of {source.provider} have no secret")
    store.add_secret(name, kept, now, now + held)
    return made


def remove(store: Store, name: str) -> None:
    """Takes a source away. Raises `SettingError`."""
    if not store.remove_source(name):
        raise SettingError(missing("source", name))


def _known(store: Store, name: str) -> Source:
    if (source := store.source(name)) is None:
        raise SettingError(missing("source", name))
    return source


def _check_options(provider: Provider, options: Mapping[str, str]) -> None:
    known = {**OPTIONS, **provider.options}
    for name in options:
        if name not in known:
            raise SettingError(f"option {name[:40]!r} is not known to {provider.name}: it knows {', '.join(known)}")
    for name in provider.needs:
        if not options.get(name):
            raise SettingError(f"option {name} is missing: {provider.options[name]}")


def _secret(provider: Provider, given: str | None) -> tuple[str | None, bytes | None]:
    """What to show (where we have made it) and what to keep."""
    if provider.made_by == "nobody":
        if given:
            raise SettingError(f"sources of {provider.name} have no secret: {provider.secret}")
        return None, None
    if given:
        given = given.strip()
        if provider.made_by == "us" and len(given) < SHORTEST_SECRET:
            raise SettingError(f"a secret has at least {SHORTEST_SECRET} characters; leave it out to have one made")
        try:
            provider.check_secret(given)
        except RefusedError as error:
            raise SettingError(str(error)) from None
        return None, given.encode()
    if provider.made_by == "them":
        raise SettingError(f"the secret is missing: {provider.secret}")
    made = secrets.token_urlsafe(32)
    return made, made.encode()
