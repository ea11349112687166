"""``/v1/alarms/limits``: from when something is an alarm, and who is told."""

from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from litestar import Request, get, put
from litestar.params import JSONBody

from prellbock.alarming.limits import LIMITS, LimitError, check, value_of
from prellbock.alarming.settings import Guarded
from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import ProblemError
from prellbock.guard.alarms import SUMMARY

_DEFAULT = Guarded()


class LimitShown(msgspec.Struct, frozen=True, kw_only=True):
    """A limit of an alarm."""

    name: str
    """Its place in guard.toml."""
    kind: str
    """The alarm it belongs to."""
    unit: str
    """``share`` (0 to 1), ``count``, ``times``, ``minutes`` or ``hours``."""
    value: float
    """What holds."""
    changed: bool
    """Whether it was changed here; else guard.toml or the default holds."""
    file: float
    """What guard.toml says, or the default."""
    default: float


class AlarmKind(msgspec.Struct, frozen=True):
    """A kind of alarm."""

    kind: str
    summary: str


class LimitsShown(msgspec.Struct, frozen=True, kw_only=True):
    """From when something is an alarm, and who is told."""

    items: list[LimitShown]
    kinds: list[AlarmKind]
    """Every kind, also those without a limit."""
    webhook: str | None
    """The host that alarms are posted to; None: no webhook is set in guard.toml."""
    mail: int
    """How many people get them by mail."""


class LimitsChanged(msgspec.Struct, forbid_unknown_fields=True):
    """New limits by name; null gives one back to guard.toml."""

    values: Annotated[dict[str, float | None], msgspec.Meta(min_length=1, max_length=100)]


@get("/v1/alarms/limits", opt={NEEDS: "read"})
async def alarm_limits(installation: Here) -> LimitsShown:
    """From when something is an alarm: what holds, what guard.toml says, what was changed here."""
    return _shown(installation, await installation.answering(installation.lists.limits_changed))


@put("/v1/alarms/limits", opt={NEEDS: "admin"})
async def change_alarm_limits(
    request: Request[Principal, Any, Any], installation: Here, access: Door, data: JSONBody[LimitsChanged]
) -> LimitsShown:
    """Changes some limits; they hold within seconds and before those of guard.toml."""
    for name, value in data.values.items():
        try:
            check(name, 0 if value is None else value)
        except LimitError as error:
            raise ProblemError(400, str(error)) from None
    await installation.answering(installation.store.change_limits, data.values)
    await access.record(request.user, "alarm.limits", "limits", values=data.values)
    return _shown(installation, await installation.answering(installation.store.limits_changed))


def _shown(installation: Installation, changed: dict[str, float]) -> LimitsShown:
    settings, channels = installation.guarded, installation.channels
    return LimitsShown(
        items=[
            LimitShown(
                name=limit.name, kind=limit.kind, unit=limit.unit,
                value=changed.get(limit.name, value_of(settings, limit.name)), changed=limit.name in changed,
                file=value_of(settings, limit.name), default=value_of(_DEFAULT, limit.name),
            )
            for limit in LIMITS
        ],
        kinds=[AlarmKind(kind, summary) for kind, summary in SUMMARY.items()],
        webhook=urlsplit(channels.url).hostname if channels.url else None,
        mail=len(channels.mailbox.to) if channels.mailbox else 0,
    )  # fmt: skip
