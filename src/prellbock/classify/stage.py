"""What was being talked about? Before RCPT no recipient has been named, so nothing can be wrong with him."""

import re

from prellbock.events import DeliveryEvent, Stage
from prellbock.taxonomy import FAULT_OF

_SUBJECT = re.compile(r"\s*[245]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3} )?\s*<?([^\s<>@]+@[^\s<>:,;]+)>?")
"""The address that a reply begins with is what it is about: ``550 5.1.1 <u@example.com>: User unknown``."""
_NOT_YET: dict[str, frozenset[Stage]] = {
    "recipient": frozenset({"connect", "helo", "mail"}),
    # That a domain has no server shows when nobody can be reached.
    "domain": frozenset({"helo", "mail"}),
}


def stage_of(event: DeliveryEvent) -> Stage | None:
    """The stage that an answer belongs to: as given; but ``mail`` where it begins with the sender's address, even if it
    came later (a server that verifies senders when it hears of a recipient)."""
    if event.sender and event.response and event.stage in {None, "mail", "rcpt"}:
        subject = _SUBJECT.match(event.response)
        if subject is not None and subject[1].lower() == event.sender.lower() != (event.recipient or "").lower():
            return "mail"
    return event.stage


def can_be_meant(category: str, stage: Stage | None) -> bool:
    """Whether a server that had heard no more could mean this cause."""
    return stage is None or stage not in _NOT_YET.get(FAULT_OF[category], ())
