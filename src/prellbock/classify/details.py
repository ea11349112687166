"""What else does a reply tell? Wait time, blocklist, the address or domain it is about, the page that explains it."""

import re

import msgspec

from prellbock.addresses import domain_of
from prellbock.classify import blocklists
from prellbock.classify.affected import affected_domain, affected_ip
from prellbock.classify.provider_pages import PAGES
from prellbock.classify.typing_errors import did_you_mean, has_no_ending
from prellbock.classify.wait_times import retry_after
from prellbock.events import DeliveryEvent, Verdict

_LONGEST = 4000
"""Characters of a text that are looked at; longer ones quote whole mails."""

_URL = re.compile(r"(?i:https?)://[^\s<>\"'\[\](){}|\\^`\u0080-\uffff]{4,500}")
"""Only the scheme in any case: with the flag, a class that excludes what is beyond ASCII excludes k, i, s too."""
_LISTED = frozenset({"reputation", "spam_content", "system_error", "policy"})


class Details(msgspec.Struct, frozen=True):
    """Facts beside the verdict; None where the reply does not tell."""

    retry_after: int | None = None
    """Seconds that the server asks to wait."""
    blocklist: str | None = None
    """The blocklist that is named: its zone, else its domain."""
    affected_ip: str | None = None
    affected_domain: str | None = None
    page: str | None = None
    """The page the reply names, else the look-up page of the blocklist, else the provider's page for senders."""
    did_you_mean: str | None = None
    """For `unknown_domain`, and for endings that do not exist: the mailbox domain that was probably meant."""


DETAILS: tuple[str, ...] = Details.__struct_fields__


def details_of(event: DeliveryEvent, verdict: Verdict) -> Details:
    """Reads the text of one event once more. About 20 microseconds; nothing of it is remembered."""
    text = (event.response or "")[:_LONGEST]
    blocklist = blocklists.blocklist_of(text) if verdict.category in _LISTED else None
    domain = affected_domain(text, verdict.category, verdict.fault, event.recipient, event.sender)
    mistyped = domain_of(event.recipient).lower() if event.recipient else domain
    doubted = mistyped is not None and (verdict.category == "unknown_domain" or has_no_ending(mistyped))
    return Details(
        retry_after=retry_after(text),
        blocklist=blocklist,
        affected_ip=affected_ip(text),
        affected_domain=domain,
        page=_page(text, blocklist, verdict.provider),
        did_you_mean=did_you_mean(mistyped) if mistyped and doubted else None,
    )


def _page(text: str, blocklist: str | None, provider: str | None) -> str | None:
    if named := _URL.search(text):
        return named[0].rstrip(".,;:!?")
    if blocklist and (page := blocklists.page_of(blocklist)):
        return page
    return PAGES.get(provider) if provider else None
