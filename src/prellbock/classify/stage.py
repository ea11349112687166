"""What was being talked about? Before RCPT no recipient has been named, so nothing can be wrong with him."""

import re

from prellbock.events import DeliveryEvent, Stage
from prellbock.taxonomy import FAULT_OF

_SUBJECT = re.compile(r"\s*[245]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3} )?\s*<?([^\s<>@]+@[^\s<>:,;]+)>?")
"""The address that a reply begins with is what it is about: ``550 5.1.1 <u@example.com>: User unknown``."""
_ONLY_QUOTED = re.compile(r"(?:from|by|sender|von|de|da|od|van|:|=)[\s<('\"]*$")
"""Before an address that is named only to say whose mail it was."""
_NOT_YET: dict[str, frozenset[Stage]] = {
    "recipient": frozenset({"connect", "helo", "mail"}),
    # That a domain has no server shows when nobody can be reached.
    "domain": frozenset({"helo", "mail"}),
}


def stage_of(event: DeliveryEvent) -> Stage | None:
    """The stage that an answer belongs to: as given; but ``mail`` where it is about the sender's address, even if it
    came later (a server that verifies senders when it hears of a recipient)."""
    if event.sender and event.response and event.stage in {None, "mail", "rcpt"}:
        sender, recipient = event.sender.lower(), (event.recipient or "").lower()
        response = event.response.lower()
        at = response.find(sender)
        if at >= 0 and sender != recipient and _is_about(response, at, sender, recipient):
            return "mail"
    return event.stage


def _is_about(response: str, at: int, sender: str, recipient: str) -> bool:
    """Does it begin with the sender's address, or name him as it would name a recipient, and no one else?"""
    subject = _SUBJECT.match(response)
    if subject is not None:
        return subject[1] == sender
    if response.count("@") > 1 or _ONLY_QUOTED.search(response[max(0, at - 20) : at]):
        return False
    name = recipient.partition("@")[0]
    return not name or not re.search(rf"(?<![\w.@-]){re.escape(name)}(?![\w.@-])", response)


def can_be_meant(category: str, stage: Stage | None) -> bool:
    """Whether a server that had heard no more could mean this cause."""
    return stage is None or stage not in _NOT_YET.get(FAULT_OF[category], ())
