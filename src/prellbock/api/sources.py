"""``/v1/sources``: which providers may send webhooks to `prellbock.api.webhooks`. Secrets are shown once."""

from typing import Any

import msgspec
from litestar import Request, delete, get, post, put
from litestar.params import FromPath, JSONBody

from prellbock import webhook_sources
from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.period import DAY
from prellbock.api.problems import ProblemError
from prellbock.sources.webhooks.order import PROVIDERS
from prellbock.sources.webhooks.provider import OPTIONS
from prellbock.store.sources import Brought, Source
from prellbock.store.sqlite.sources import name_of_batches
from prellbock.times import rfc3339

_MOST_RAW = 100
_HOUR = 3600.0


class NewSource(msgspec.Struct, forbid_unknown_fields=True):
    """A source that shall be set up."""

    provider: str
    name: str
    secret: str | None = None
    """The key that the provider shows; left out where we make it."""
    options: dict[str, str] = {}


class ChangedSource(msgspec.Struct, forbid_unknown_fields=True):
    """All options of a source; those that are not named are gone."""

    options: dict[str, str]
    await_confirmation: bool = False
    """A subscription may be confirmed within the next 24 hours."""


class NewSecret(msgspec.Struct, forbid_unknown_fields=True):
    """A secret that shall hold from now on."""

    secret: str | None = None
    hold_hours: float = 24.0
    """How long the one before it still holds."""


class ShownSource(msgspec.Struct, frozen=True):
    """A source; its secret only in the answer that makes it."""

    name: str
    provider: str
    path: str
    options: dict[str, str]
    created: str | None
    by: str
    awaits_confirmation_until: str | None
    seen: str | None
    secrets: list[dict[str, str | None]]
    secret: str | None = None
    events: int = 0
    """What it brought in the latest 24 hours."""
    bad: int = 0
    """What could not be read in that time, and was set apart."""


class ShownProvider(msgspec.Struct, frozen=True):
    """A provider that is known."""

    provider: str
    title: str
    secret: str
    made_by: str
    options: dict[str, str]
    needs: list[str]
    page: str


@get("/v1/sources/providers", opt={NEEDS: "admin"}, sync_to_thread=False)
def list_providers() -> list[ShownProvider]:
    """What can be set up: what the secret of each provider is, and which options it has."""
    return [
        ShownProvider(
            each.name, each.title, each.secret, each.made_by, {**each.options, **OPTIONS}, list(each.needs), each.page
        )
        for each in PROVIDERS.values()
    ]


@get("/v1/sources", opt={NEEDS: "admin"})
async def list_sources(installation: Here) -> list[ShownSource]:
    """All sources by name, with what each brought in the latest 24 hours."""
    sources = await installation.answering(installation.lookups.sources)
    brought = await installation.answering(installation.lookups.brought, installation.clock() - DAY)
    nothing = Brought(0, 0)
    return [
        msgspec.structs.replace(_shown(each), events=found.events, bad=found.bad)
        for each, found in ((each, brought.get(each.name, nothing)) for each in sources)
    ]


@post("/v1/sources", opt={NEEDS: "admin"})
async def add_source(
    request: Request[Principal, Any, Any], data: JSONBody[NewSource], access: Door, installation: Here
) -> ShownSource:
    """Lets a provider send webhooks. ``secret`` is shown only now, where it was made here."""
    source, made = await installation.answering(
        webhook_sources.add, installation.store, data.provider, data.name, data.secret, data.options,
        installation.clock(), request.user.actor,
    )  # fmt: skip
    await access.record(request.user, "source.create", source.name, provider=source.provider)
    return _shown(source, made)


@put("/v1/sources/{name:str}", opt={NEEDS: "admin"})
async def change_source(
    request: Request[Principal, Any, Any],
    name: FromPath[str],
    data: JSONBody[ChangedSource],
    access: Door,
    installation: Here,
) -> ShownSource:
    """Sets the options of a source."""
    await _known(installation, name)
    source = await installation.answering(
        webhook_sources.change,
        installation.store,
        name,
        data.options,
        installation.clock(),
        confirm=data.await_confirmation,
    )
    await access.record(request.user, "source.change", name)
    return _shown(source)


@post("/v1/sources/{name:str}/secrets", opt={NEEDS: "admin"})
async def add_secret(
    request: Request[Principal, Any, Any],
    name: FromPath[str],
    data: JSONBody[NewSecret],
    access: Door,
    installation: Here,
) -> ShownSource:
    """A new secret; the one before it holds for ``hold_hours`` more."""
    await _known(installation, name)
    made = await installation.answering(
        webhook_sources.renew, installation.store, name, data.secret, installation.clock(), data.hold_hours * _HOUR
    )
    await access.record(request.user, "source.secret", name)
    return _shown(await _known(installation, name), made)


@delete("/v1/sources/{name:str}", opt={NEEDS: "admin"}, status_code=204)
async def remove_source(
    request: Request[Principal, Any, Any], name: FromPath[str], access: Door, installation: Here
) -> None:
    """Takes a source and its secrets away; what it has brought stays."""
    await _known(installation, name)
    await installation.answering(webhook_sources.remove, installation.store, name)
    await access.record(request.user, "source.remove", name)


@get("/v1/sources/{name:str}/raw", opt={NEEDS: "admin"})
async def raw_of_source(name: FromPath[str], installation: Here) -> list[dict[str, str | None]]:
    """The newest objects of a source as they came: of failures, complaints and the like, for 30 days."""
    source = await _known(installation, name)
    batches = name_of_batches(source.provider, name)
    found = await installation.answering(installation.lookups.raws, batches, _MOST_RAW)
    return [{"time": rfc3339(each.time), "raw": each.raw} for each in found]


async def _known(installation: Here, name: str) -> Source:
    source = await installation.answering(installation.lookups.source, name)
    if source is None:
        raise ProblemError(404, "there is no source of this name; GET /v1/sources lists them")
    return source


def _shown(source: Source, secret: str | None = None) -> ShownSource:
    return ShownSource(
        source.name,
        source.provider,
        webhook_sources.path_of(source),
        dict(source.options),
        rfc3339(source.created),
        source.creator,
        rfc3339(source.awaits),
        rfc3339(source.seen),
        [{"created": rfc3339(each.created), "until": rfc3339(each.until)} for each in source.secrets],
        secret,
    )
