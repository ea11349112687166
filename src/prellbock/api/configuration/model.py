"""The schema: a struct a section, each key with its type, bounds, default and meaning.

`docs/reference/configuration.md` is made of it (`prellbock config reference`), and so are the messages about mistakes.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from prellbock.api.settings import Settings
from prellbock.doors.settings import KINDS, SECRET, AnyDoor
from prellbock.store.accounts import Role

Text = Annotated[str, Meta(min_length=1)]
Origin = Annotated[str, Meta(pattern=r"^https?://[^/?#\s]+/?$")]
Url = Annotated[str, Meta(pattern=r"^https?://[^?#\s]+$")]


class Serve(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the server listens."""

    host: Annotated[str, Meta(min_length=1, description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="0 takes any that is free.")] = 8025
    public_url: Annotated[
        Origin | None,
        Meta(
            description="How browsers reach the server, such as `https://bounces.example.com`; for links and for "
            "OpenID Connect. Without it, what the request says.",
        ),
    ] = None


class Log(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the server says on stderr. Addresses and secrets are never part of it."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="The least important that is told.")
    ] = "info"
    format: Annotated[
        Literal["console", "json"], Meta(description="`console` for people, `json` an object a line for collectors.")
    ] = "console"
    access: Annotated[bool, Meta(description="A line for each request: route, status, duration, who, request id.")] = (
        True
    )


class Oidc(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signing in with OpenID Connect; needs `pip install 'prellbock[oidc]'`. Off without `issuer`."""

    issuer: Annotated[
        Url | None,
        Meta(
            description="The provider, exactly as it names itself; `/.well-known/openid-configuration` is appended.",
        ),
    ] = None
    client_id: Annotated[Text | None, Meta(description="Our name at the provider.")] = None
    client_secret: Annotated[
        Text | None,
        Meta(description="Our secret at the provider; none for a public client.", extra=SECRET),
    ] = None
    client_secret_file: Annotated[
        Text | None, Meta(description="A file that holds `client_secret`, such as a mounted secret.")
    ] = None
    label: Annotated[str, Meta(min_length=1, description="What the button on the sign-in page says.")] = (
        "Single sign-on"
    )
    scopes: Annotated[list[str], Meta(description="What is asked for; `openid` is always part of it.")] = msgspec.field(
        default_factory=lambda: ["openid", "profile", "email"]
    )
    name_claim: Annotated[
        str,
        Meta(min_length=1, description="The claim that names a user. `email` counts only where it is verified."),
    ] = "preferred_username"
    roles_claim: Annotated[
        str,
        Meta(
            min_length=1,
            description="The claim with groups or roles, a list or a word; a path with dots, such as "
            "`realm_access.roles`.",
        ),
    ] = "groups"
    roles: Annotated[
        dict[str, Role],
        Meta(description="Which of its values is which role: viewer, editor, publisher, admin. The strongest holds."),
    ] = msgspec.field(default_factory=dict)
    default_role: Annotated[
        Role | None, Meta(description="The role of who has none of these values; without it they are turned away.")
    ] = None
    create_users: Annotated[
        bool,
        Meta(description="Whether a user is made at the first sign-in; else an admin makes it before, by name."),
    ] = True
    skew_seconds: Annotated[
        float, Meta(ge=0, le=600, description="By how much the provider's clock may differ from ours.")
    ] = 60.0
    timeout_seconds: Annotated[float, Meta(gt=0, description="How long the provider may take to answer.")] = 10.0


class Traces(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """OpenTelemetry traces over OTLP/HTTP; needs `pip install 'prellbock[traces]'`. Off without `endpoint`."""

    endpoint: Annotated[
        Url | None,
        Meta(description="Where spans go, such as `http://127.0.0.1:4318/v1/traces`."),
    ] = None
    headers: Annotated[
        dict[str, str], Meta(description="Headers sent along, such as the collector's key.", extra=SECRET)
    ] = msgspec.field(default_factory=dict)
    service_name: Annotated[str, Meta(min_length=1, description="The name of this installation.")] = "prellbock"
    ratio: Annotated[
        float, Meta(ge=0, le=1, description="The share of requests that is traced, unless the caller has decided.")
    ] = 1.0


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be chosen."""

    serve: Serve = msgspec.field(default_factory=Serve)
    limits: Settings = msgspec.field(default_factory=Settings)
    log: Log = msgspec.field(default_factory=Log)
    oidc: Oidc = msgspec.field(default_factory=Oidc)
    traces: Traces = msgspec.field(default_factory=Traces)
    doors: dict[str, AnyDoor] = msgspec.field(default_factory=dict)


DOORS = "doors"
"""The section whose tables are one door each."""


class Key(msgspec.Struct, frozen=True):
    """One key, as messages and the reference name it."""

    section: str
    name: str
    type: Any
    default: object
    description: str
    is_secret: bool

    @property
    def path(self) -> str:
        return f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """The variable of the environment that holds it."""
        return f"PRELLBOCK_{self.section}_{self.name}".upper().replace(".", "_").replace("-", "_")

    @property
    def is_required(self) -> bool:
        """Whether it has no default."""
        return self.default is msgspec.NODEFAULT


def keys() -> list[Key]:
    """All keys in the order of the schema, but those of doors."""
    return [
        _key(section.name, field) for section in msgspec.structs.fields(Configuration) if section.name != DOORS
        for field in msgspec.structs.fields(section.type)
    ]  # fmt: skip


def keys_of_door(kind: str, name: str = "NAME") -> list[Key] | None:
    """All keys of a door of this kind; None where there is no such kind."""
    found = next((each for each in KINDS if each.__struct_config__.tag == kind), None)
    return None if found is None else [_key(f"{DOORS}.{name}", field) for field in msgspec.structs.fields(found)]


def _key(section: str, field: msgspec.structs.FieldInfo) -> Key:
    default = field.default_factory() if callable(field.default_factory) else field.default
    meta = next(each for each in field.type.__metadata__ if isinstance(each, Meta))
    return Key(
        section, field.name, field.type, default, meta.description or "", (meta.extra or {}).get("secret", False)
    )
