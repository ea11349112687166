"""The limits of the server. Sizes are octets, times are seconds."""

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How much one request may ask for, and how much runs at once."""

    most_body: int = 1 << 30
    """One body of events, as it comes and as it is unpacked."""
    most_check_body: int = 64 << 20
    most_addresses: int = 100_000
    """Addresses of one check."""
    most_bad_lines: int = 100
    """Bad lines that are named in an answer; the count is exact."""
    ingests: int = 32
    """Bodies that are read at the same time, slow clients among them; further ones wait, unread."""
    silent_seconds: float = 60.0
    """A client that sends nothing for so long in the middle of a body is given up."""
    stop_seconds: int = 30
    """How long requests may take to end once the server was told to stop."""
    maintain_seconds: float = 3600.0
    """How often the store's housekeeping runs."""
    requests_per_second: float = 500.0
    """Of one user or token in the long run."""
    requests_at_once: float = 2000.0
    sign_in_failures: int = 10
    """Wrong passwords for one name, and from one address, within `sign_in_seconds`."""
    sign_in_seconds: float = 900.0
    session_idle_seconds: float = 8 * 3600.0
    session_seconds: float = 7 * 86400.0
