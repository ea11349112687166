"""The limits of the server. Sizes are octets, times are seconds."""

from typing import Annotated

import msgspec
from msgspec import Meta


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much one request may ask for, and how much runs at once: section ``limits`` of the configuration."""

    most_body: Annotated[
        int, Meta(ge=1, description="Octets of one body of events or mails, as it comes and as it is unpacked.")
    ] = 1 << 30
    most_check_body: Annotated[int, Meta(ge=1, description="Octets of the body of a check.")] = 64 << 20
    most_addresses: Annotated[int, Meta(ge=1, description="Addresses of one check.")] = 100_000
    most_bad_lines: Annotated[
        int, Meta(ge=0, description="Bad lines that are named in an answer; the count is exact.")
    ] = 100
    ingests: Annotated[
        int,
        Meta(
            ge=1,
            description="Bodies that are read at the same time, slow clients among them; further ones wait, unread.",
        ),
    ] = 32
    head_seconds: Annotated[
        float, Meta(gt=0, description="A client whose request line and headers take longer is given up.")
    ] = 30.0
    silent_seconds: Annotated[
        float, Meta(gt=0, description="A client that sends nothing for so long in the middle of a body is given up.")
    ] = 60.0
    slowest: Annotated[
        float,
        Meta(
            ge=0,
            description="Octets a second that a client must send of a body in the long run, beyond `silent_seconds`.",
        ),
    ] = 100.0
    stop_seconds: Annotated[
        int, Meta(ge=1, description="How long requests may take to end once the server was told to stop.")
    ] = 30
    maintain_seconds: Annotated[float, Meta(gt=0, description="How often the store's housekeeping runs.")] = 3600.0
    snapshot_seconds: Annotated[
        float, Meta(gt=0, description="How long a snapshot stands at least before it is made anew.")
    ] = 5.0
    requests_per_second: Annotated[float, Meta(gt=0, description="Requests of one user or token, in the long run.")] = (
        500.0
    )
    requests_at_once: Annotated[float, Meta(ge=1, description="Requests of one user or token at once.")] = 2000.0
    sign_in_failures: Annotated[
        int, Meta(ge=1, description="Wrong passwords for one name, and from one address, within `sign_in_seconds`.")
    ] = 10
    sign_in_seconds: Annotated[float, Meta(gt=0, description="See `sign_in_failures`.")] = 900.0
    session_idle_seconds: Annotated[float, Meta(gt=0, description="A session unused for so long has ended.")] = (
        8 * 3600.0
    )
    session_seconds: Annotated[float, Meta(gt=0, description="A session is never older.")] = 7 * 86400.0
