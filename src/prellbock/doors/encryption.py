"""How a mailbox is spoken to: with TLS whose certificate is checked, or in the clear on this machine."""

import ssl


def context(ca_file: str | None) -> ssl.SSLContext:
    """Checks certificate and host name; ``ca_file`` names who else than the system's authorities may sign."""
    return ssl.create_default_context(cafile=ca_file)
