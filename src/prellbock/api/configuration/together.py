"""What must fit together: mistakes that no single key shows."""

import ipaddress
from collections.abc import Iterator
from importlib.util import find_spec
from urllib.parse import urlsplit

from prellbock.api.configuration.model import DOORS, Oidc, Traces
from prellbock.doors.order import PACKAGES
from prellbock.doors.settings import AnyDoor, Imap, Kafka, Listener, Pop3, Rabbitmq, kind_of
from prellbock.sources.registry import FORMATS


def of_oidc(oidc: Oidc) -> Iterator[str]:
    """What is wrong with signing in by OpenID Connect."""
    if oidc.issuer is None:
        if oidc.client_id or oidc.client_secret or oidc.client_secret_file or oidc.roles:
            yield "oidc.issuer is missing: name the provider, or take the other keys of [oidc] away"
        return
    if oidc.client_id is None:
        yield "oidc.client_id is missing: it is the name under which the provider knows this installation"
    if not is_safe(oidc.issuer):
        yield "oidc.issuer must begin with https:// unless the provider runs on this machine"
    if not oidc.roles and oidc.default_role is None:
        yield "oidc.roles and oidc.default_role are both missing: nobody could sign in; give one of them"
    if find_spec("authlib") is None or find_spec("joserfc") is None:
        yield "oidc.issuer needs two more packages: pip install 'prellbock[oidc]'"


def of_traces(traces: Traces) -> Iterator[str]:
    """What is wrong with the traces."""
    if traces.endpoint is None:
        return
    if not is_safe(traces.endpoint) and traces.headers:
        yield "traces.headers would travel unencrypted: traces.endpoint must begin with https://"
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        yield "traces.endpoint needs more packages: pip install 'prellbock[traces]'"


def of_door(name: str, door: AnyDoor) -> Iterator[str]:
    """What is wrong with a door."""
    path, kind = f"{DOORS}.{name}", kind_of(door)
    module, extra = PACKAGES.get(kind, ("", ""))
    if module and find_spec(module) is None:
        yield f"{path}: kind {kind} needs one more package: pip install 'prellbock[{extra}]'"
    if isinstance(door, Imap | Pop3):
        if door.security == "none" and not is_loopback(door.host):
            yield f"{path}.security: the password would travel unencrypted; none is for this machine alone"
        if door.password is None:
            yield f"{path}.password is missing: give it, or {path}.password_file"
    if (form := getattr(door, "format", "auto")) not in FORMATS:
        yield f"{path}.format: {form[:40]!r} is not known: write one of {', '.join(FORMATS)}"
    if isinstance(door, Rabbitmq) and not door.tls and not is_loopback(door.host):
        yield f"{path}.tls: the password would travel unencrypted; false is for this machine alone"
    if isinstance(door, Kafka) and not door.tls and door.user is not None:
        yield f"{path}.tls: the password would travel unencrypted; false is for this machine alone, without a user"
    if isinstance(door, Listener) and (door.certificate is None) != (door.key is None):
        yield f"{path}.certificate and {path}.key belong together: give both"


def is_safe(url: str) -> bool:
    """Whether what is sent there is read by nobody on the way: encrypted, or on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
