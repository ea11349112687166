"""What the functions are told by their environment."""

from collections.abc import Mapping
from typing import Literal, cast

import msgspec


class SettingsError(Exception):
    """The environment is not what the stack should have made it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The environment of a function; see `docs/reference/functions.md`."""

    table: str
    bucket: str
    secret_arn: str
    addresses: Literal["plain", "hashed"] = "plain"
    histories: Literal["items", "objects"] = "items"
    operator_token_arn: str | None = None
    event_bus: str | None = None
    topic_arn: str | None = None
    envelope_queue_url: str | None = None
    feed_queue_url: str | None = None
    webhook_url: str | None = None
    webhook_secret_arn: str | None = None
    public_url: str | None = None

    @staticmethod
    def of(environment: Mapping[str, str]) -> "Settings":
        """Reads ``PRELLBOCK_TABLE`` and so on; what is empty counts as not set. Raises `SettingsError`."""
        said = {
            name: value
            for name in Settings.__struct_fields__
            if (value := environment.get(f"PRELLBOCK_{name.upper()}", "").strip())
        }
        for name in ("table", "bucket", "secret_arn"):
            if name not in said:
                raise SettingsError(
                    f"the environment variable PRELLBOCK_{name.upper()} is missing: deploy the stack again, or set it"
                )
        if said.get("addresses", "plain") not in ("plain", "hashed"):
            raise SettingsError(f"PRELLBOCK_ADDRESSES is {said['addresses']!r}: it must be plain or hashed")
        if said.get("histories", "items") not in ("items", "objects"):
            raise SettingsError(f"PRELLBOCK_HISTORIES is {said['histories']!r}: it must be items or objects")
        return msgspec.convert(cast("dict[str, object]", said), Settings)
