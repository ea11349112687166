"""Who wrote the text: our own outgoing system, or a server on the recipient's side?"""

from prellbock.events import DeliveryEvent
from prellbock.rules.model import Reporter


def reporter_of(event: DeliveryEvent) -> Reporter | None:
    """``remote`` where an answering server is named or the reporting one bears the recipient's domain; ``own`` where
    the reporting server bears the sender's domain; None where that cannot be known."""
    if event.mx:
        return "remote"
    if not event.reporting_mta:
        return None
    host = event.reporting_mta.lower().rstrip(".")
    if _under(host, event.sender):
        return "own"
    return "remote" if _under(host, event.recipient) else None


def _under(host: str, address: str | None) -> bool:
    """Is the host below the last two labels of the address's domain? (``mx.b.example.com``, ``a@m.example.com``)"""
    if not address:
        return False
    domain = ".".join(address.rpartition("@")[2].lower().rsplit(".", 2)[-2:])
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))
