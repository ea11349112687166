"""What does a code mean where the text says nothing? A weak witness: many servers use codes wrongly.

Sources: IANA "Simple Mail Transfer Protocol (SMTP) Enhanced Status Codes Registry"; RFC 3463 (the base), RFC 3886 and
RFC 4468 (additions), RFC 4954 (authentication), RFC 5248 (registry), RFC 6710 (priorities), RFC 7293 (address owner),
RFC 7372 (DKIM, SPF, reverse DNS), RFC 7504 (521 and 556), RFC 7505 (null MX), RFC 8616 (internationalised
authentication), RFC 5321 section 4.2 (reply codes). Codes that are used for everything (x.0.0, x.1.0, x.7.0, 550,
554, 450, 451) have no row: they stay unclassified.
"""

from typing import NamedTuple


class CodeMeaning(NamedTuple):
    """``confidence`` is 0 to 1, below that of any rule."""

    code: str
    category: str
    confidence: float


# Subject and detail of an enhanced code (RFC 3463): category, confidence.
_ENHANCED: dict[str, tuple[str, float]] = {
    "1.1": ("unknown_recipient", 0.8),
    "1.2": ("unknown_domain", 0.8),
    "1.3": ("unknown_recipient", 0.6),  # bad destination mailbox address syntax
    "1.6": ("recipient_moved", 0.8),
    "1.7": ("sender_rejected", 0.7),
    "1.8": ("sender_rejected", 0.8),
    "1.9": ("protocol_error", 0.5),  # RFC 3886: message relayed to a non-compliant mailer
    "1.10": ("domain_refuses_mail", 0.9),  # RFC 7505: recipient address has null MX
    "2.1": ("inactive_recipient", 0.7),
    "2.2": ("mailbox_full", 0.9),
    "2.3": ("message_too_large", 0.8),
    "2.4": ("system_error", 0.5),  # mailing list expansion problem
    "3.1": ("system_full", 0.8),
    "3.2": ("system_error", 0.6),
    "3.3": ("system_error", 0.5),
    "3.4": ("message_too_large", 0.9),
    "3.5": ("system_error", 0.6),
    "4.1": ("network", 0.8),
    "4.2": ("network", 0.8),
    "4.3": ("network", 0.7),
    "4.4": ("network", 0.6),  # unable to route; 5.4.4 is often a domain without a host, but as often a DNS fault
    "4.5": ("system_error", 0.6),  # mail system congestion
    "4.6": ("system_error", 0.8),  # routing loop
    "4.7": ("expired", 0.8),
    "5.0": ("protocol_error", 0.5),
    "5.1": ("protocol_error", 0.7),
    "5.2": ("protocol_error", 0.7),
    "5.3": ("rate_limited", 0.8),  # too many recipients
    "5.4": ("protocol_error", 0.6),
    "5.5": ("protocol_error", 0.6),
    "5.6": ("protocol_error", 0.6),  # RFC 4954: authentication exchange line is too long
    "6.1": ("malformed_message", 0.7),
    "6.2": ("malformed_message", 0.7),
    "6.3": ("malformed_message", 0.7),
    "6.4": ("malformed_message", 0.6),
    "6.5": ("malformed_message", 0.6),
    "6.6": ("malformed_message", 0.6),
    "6.7": ("malformed_message", 0.8),  # RFC 6531: non-ASCII addresses not permitted
    "6.8": ("malformed_message", 0.7),
    "6.9": ("malformed_message", 0.7),
    "6.10": ("malformed_message", 0.7),
    "7.1": ("policy", 0.4),  # "delivery not authorized": used for everything that a server refuses on purpose
    "7.2": ("recipient_refused", 0.5),  # mailing list expansion prohibited: closed list
    "7.3": ("policy", 0.5),
    "7.4": ("policy", 0.5),
    "7.5": ("policy", 0.5),
    "7.6": ("policy", 0.5),
    "7.7": ("policy", 0.5),
    "7.8": ("authentication_failed", 0.6),  # RFC 4954: credentials invalid
    "7.9": ("authentication_failed", 0.6),
    "7.10": ("tls_required", 0.8),  # RFC 5248: encryption needed
    "7.11": ("tls_required", 0.7),  # RFC 4954: encryption required for requested authentication mechanism
    "7.12": ("authentication_failed", 0.6),
    "7.13": ("inactive_recipient", 0.5),  # RFC 5248: user account disabled
    "7.14": ("policy", 0.5),
    "7.15": ("policy", 0.5),  # RFC 6710: priority level too low
    "7.16": ("message_too_large", 0.6),  # RFC 6710: too big for the specified priority
    "7.17": ("recipient_moved", 0.8),  # RFC 7293: mailbox owner has changed
    "7.18": ("recipient_moved", 0.7),  # RFC 7293: domain owner has changed
    "7.19": ("recipient_refused", 0.5),  # RFC 7293: RRVS test cannot be completed
    "7.20": ("authentication_failed", 0.9),  # RFC 7372: no passing DKIM signature
    "7.21": ("authentication_failed", 0.9),
    "7.22": ("authentication_failed", 0.9),
    "7.23": ("authentication_failed", 0.9),
    "7.24": ("authentication_failed", 0.8),
    "7.25": ("missing_ptr", 0.9),
    "7.26": ("authentication_failed", 0.9),
    "7.27": ("sender_rejected", 0.9),  # RFC 7505: sender address has null MX
    "7.28": ("rate_limited", 0.8),  # mail flood detected
    "7.29": ("authentication_failed", 0.9),  # RFC 8617: ARC validation failure
    "7.30": ("tls_required", 0.8),  # RFC 8689: REQUIRETLS support required
}

# The same detail with class 4, where it is not the same: a mailbox that takes nothing for now, a domain not found now.
_TEMPORARY: dict[str, tuple[str, float]] = {
    "1.2": ("network", 0.5),
    "2.1": ("system_error", 0.4),
}

# Reply codes (RFC 5321 section 4.2.3): category, confidence.
_REPLY: dict[int, tuple[str, float]] = {
    421: ("network", 0.3),  # service not available, closing the channel
    432: ("tls_required", 0.3),
    452: ("system_full", 0.4),  # insufficient system storage
    454: ("tls_required", 0.4),
    455: ("protocol_error", 0.4),
    500: ("protocol_error", 0.6),
    501: ("protocol_error", 0.5),
    502: ("protocol_error", 0.5),
    503: ("protocol_error", 0.6),
    504: ("protocol_error", 0.6),
    521: ("domain_refuses_mail", 0.7),  # RFC 7504
    523: ("message_too_large", 0.5),
    530: ("relay_denied", 0.4),  # RFC 4954: authentication required, the answer to a client that should not relay
    535: ("authentication_failed", 0.5),
    538: ("tls_required", 0.5),
    551: ("recipient_moved", 0.5),
    555: ("protocol_error", 0.6),
    556: ("domain_refuses_mail", 0.8),  # RFC 7504
}


def by_code(smtp_code: int | None, status: str | None) -> CodeMeaning | None:
    """What the codes of a reply mean by the book; None where they mean nothing certain."""
    if status is not None:
        reply_class, _, rest = status.partition(".")
        if reply_class == "4" and (row := _TEMPORARY.get(rest)):
            return CodeMeaning(status, *row)
        if reply_class in {"4", "5"} and (row := _ENHANCED.get(rest)):
            return CodeMeaning(status, *row)
        if not rest.endswith(".0") and rest != "0.0" and smtp_code not in {521, 556}:
            return None
    if smtp_code is not None and (row := _REPLY.get(smtp_code)):
        return CodeMeaning(str(smtp_code), *row)
    return None


def is_specific(status: str | None) -> bool:
    """Does the enhanced code say more than success or failure (x.0.0)?"""
    return status is not None and not status.endswith(".0.0")


def is_permanent(smtp_code: int | None, status: str | None) -> bool | None:
    """Was the reply 5xx, or 5.x.x where there is no reply code? None where neither is known."""
    if smtp_code is not None:
        return 500 <= smtp_code <= 599
    return status.startswith("5") if status else None
