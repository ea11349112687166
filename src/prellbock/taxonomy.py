"""What can have gone wrong with a message, whose fault that is, and what other systems call it.

The category names are fixed: they appear in every interface and in stored data.
"""

from typing import Literal

import msgspec

Fault = Literal["recipient", "domain", "sender", "message", "transport", "none"]
"""Whose fault a failure is. Only ``recipient`` and ``domain`` can ever withhold mail from somebody."""

FAULTS: tuple[Fault, ...] = ("recipient", "domain", "sender", "message", "transport", "none")


class Category(msgspec.Struct, frozen=True):
    """One cause of a failure (or of another answer) and what it means."""

    name: str
    fault: Fault
    meaning: str


_TABLE: tuple[tuple[str, Fault, str], ...] = (
    ("unknown_recipient", "recipient", "the mailbox does not exist"),
    ("inactive_recipient", "recipient", "the mailbox is disabled, suspended, dormant or closed"),
    ("recipient_moved", "recipient", "the recipient moved, with or without a new address"),
    ("mailbox_full", "recipient", "the mailbox is over quota"),
    ("recipient_refused", "recipient", "this recipient's own filter or permissions refuse this sender"),
    ("unknown_domain", "domain", "the recipient domain does not exist or has no MX or A record"),
    ("domain_refuses_mail", "domain", "null MX: the domain accepts no mail"),
    ("authentication_failed", "sender", "SPF, DKIM, DMARC or ARC failed"),
    ("reputation", "sender", "the sending IP address or domain is blocked, listed or has a bad reputation"),
    ("missing_ptr", "sender", "reverse DNS or HELO requirement not met"),
    ("sender_rejected", "sender", "the envelope sender is refused or does not exist"),
    ("relay_denied", "sender", "relaying is not permitted"),
    ("tls_required", "sender", "STARTTLS was demanded or failed"),
    ("rate_limited", "sender", "too many messages, connections or recipients: throttled"),
    ("spam_content", "message", "this message was judged spam, phishing or to hold a bad URL"),
    ("virus", "message", "malware was found"),
    ("policy", "message", "local policy, attachment type, administrative prohibition or security policy"),
    ("message_too_large", "message", "the message exceeds a size limit"),
    ("malformed_message", "message", "the message breaks the rules of RFC 5322 or MIME"),
    ("greylisted", "transport", "temporary refusal of a first attempt"),
    ("protocol_error", "transport", "SMTP syntax or sequence error"),
    ("network", "transport", "connection refused, lost or timed out; DNS server failure"),
    ("expired", "transport", "given up after retrying, and the inner cause is not known"),
    ("system_error", "transport", "the receiving system's own failure, a mail loop or a local delivery error"),
    ("system_full", "transport", "the receiving system's disk or resources are exhausted"),
    ("suppressed", "none", "the sending provider's own suppression list stopped the message"),
    ("complaint", "none", "the recipient reported the message through a feedback loop"),
    ("unsubscribe", "none", "the recipient asked to be unsubscribed"),
    ("auto_reply", "none", "vacation or out-of-office answer"),
    ("challenge_response", "none", "the answer asks the sender to prove something"),
    ("delivered", "none", "the message was accepted"),
    ("unclassified", "none", "the text says nothing that can be known"),
)

CATEGORIES: dict[str, Category] = {row[0]: Category(*row) for row in _TABLE}
"""Every category by name, in the order of the product's table."""

FAULT_OF: dict[str, Fault] = {category.name: category.fault for category in CATEGORIES.values()}

DEAD: frozenset[str] = frozenset(
    {"unknown_recipient", "inactive_recipient", "recipient_moved", "unknown_domain", "domain_refuses_mail"}
)
"""The categories that say there is nobody (any more) at that address."""

Scheme = Literal["sisimai", "powermta", "kumomta", "sparkpost", "ses", "sendgrid", "postmark"]
"""A vocabulary that a customer may already have in its own systems."""

SCHEMES: tuple[Scheme, ...] = ("sisimai", "powermta", "kumomta", "sparkpost", "ses", "sendgrid", "postmark")

# One row a category: the word of each scheme, in the order of SCHEMES. Sources of the vocabularies: the list of
# reasons in the reference notes (Sisimai), PowerMTA user guide ("bounce categories"), KumoMTA
# docs/reference/bounce_classes, SparkPost "Bounce Classification Codes" (= Boogietools numbers), Amazon SES
# "bounce object" (bounceType/bounceSubType), SendGrid "Bounce and Block Classifications", Postmark "Bounce API" types.
_CROSSWALK: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "unknown_recipient": (
        "userunknown", "bad-mailbox", "InvalidRecipient", "10", "Permanent/NoEmail", "Invalid Address", "HardBounce"),
    "inactive_recipient": (
        "suspend", "inactive-mailbox", "InactiveMailbox", "10", "Permanent/General", "Invalid Address", "HardBounce"),
    "recipient_moved": (
        "hasmoved", "bad-mailbox", "InvalidRecipient", "10", "Permanent/General", "Invalid Address", "AddressChange"),
    "mailbox_full": (
        "mailboxfull", "quota-issues", "QuotaIssues", "22", "Transient/MailboxFull", "Mailbox Unavailable",
        "SoftBounce"),
    "recipient_refused": (
        "filtered", "policy-related", "PolicyRelated", "50", "Transient/General", "Content", "Blocked"),
    "unknown_domain": (
        "hostunknown", "bad-domain", "BadDomain", "10", "Permanent/General", "Invalid Address", "DnsError"),
    "domain_refuses_mail": (
        "notaccept", "bad-domain", "BadDomain", "10", "Permanent/General", "Invalid Address", "DnsError"),
    "authentication_failed": (
        "authfailure", "policy-related", "AuthenticationFailed", "50", "Transient/General", "Technical", "DMARCPolicy"),
    "reputation": (
        "blocked", "policy-related", "SpamBlock", "51", "Transient/General", "Reputation", "Blocked"),
    "missing_ptr": (
        "requireptr", "bad-configuration", "BadConfiguration", "50", "Transient/General", "Technical", "Blocked"),
    "sender_rejected": (
        "rejected", "invalid-sender", "InvalidSender", "24", "Transient/General", "Technical", "Blocked"),
    "relay_denied": (
        "norelaying", "relaying-issues", "RelayDenied", "30", "Transient/General", "Technical", "Blocked"),
    "tls_required": (
        "failedstarttls", "policy-related", "PolicyRelated", "24", "Transient/General", "Technical", "Transient"),
    "rate_limited": (
        "speeding", "policy-related", "PolicyRelated", "23", "Transient/General", "Reputation", "Transient"),
    "spam_content": (
        "spamdetected", "spam-related", "SpamContent", "51", "Transient/ContentRejected", "Content",
        "SpamNotification"),
    "virus": (
        "virusdetected", "virus-related", "VirusRelated", "53", "Transient/AttachmentRejected", "Content",
        "VirusNotification"),
    "policy": (
        "policyviolation", "policy-related", "PolicyRelated", "54", "Transient/ContentRejected", "Content", "Blocked"),
    "message_too_large": (
        "mesgtoobig", "policy-related", "PolicyRelated", "23", "Transient/MessageTooLarge", "Technical", "SoftBounce"),
    "malformed_message": (
        "notcompliantrfc", "content-related", "ContentRelated", "54", "Transient/ContentRejected", "Content",
        "Blocked"),
    "greylisted": (
        "onhold", "policy-related", "Greylisted", "20", "Transient/General", "Technical", "Transient"),
    "protocol_error": (
        "syntaxerror", "protocol-errors", "ProtocolErrors", "24", "Transient/General", "Technical", "SoftBounce"),
    "network": (
        "networkerror", "bad-connection", "BadConnection", "20", "Transient/General", "Technical", "Transient"),
    "expired": (
        "expired", "message-expired", "MessageExpired", "24", "Transient/General", "Technical", "Undeliverable"),
    "system_error": (
        "mailererror", "routing-errors", "RoutingErrors", "21", "Transient/General", "Technical", "SoftBounce"),
    "system_full": (
        "systemfull", "quota-issues", "QuotaIssues", "21", "Transient/General", "Technical", "SoftBounce"),
    "suppressed": (
        "suppressed", "other", "SuppressionListed", "25", "Permanent/OnAccountSuppressionList", "Unclassified",
        "ManuallyDeactivated"),
    "complaint": (
        "feedback", "spam-related", "SpamContent", "51", "Complaint/abuse", "Unclassified", "SpamComplaint"),
    "unsubscribe": (
        "feedback", "other", "Uncategorized", "90", "Complaint/other", "Unclassified", "Unsubscribe"),
    "auto_reply": (
        "vacation", "other", "AutoReply", "60", "Transient/General", "Unclassified", "AutoResponder"),
    "challenge_response": (
        "undefined", "other", "ChallengeResponse", "60", "Transient/General", "Unclassified",
        "ChallengeVerification"),
    "delivered": (
        "delivered", "other", "Uncategorized", "1", "Delivery", "Unclassified", "Delivered"),
    "unclassified": (
        "undefined", "other", "Uncategorized", "1", "Undetermined/Undetermined", "Unclassified", "Unknown"),
}  # fmt: skip

CROSSWALK: dict[Scheme, dict[str, str]] = {
    scheme: {category: words[column] for category, words in _CROSSWALK.items()} for column, scheme in enumerate(SCHEMES)
}
"""Per scheme the word for each of our categories. Lossy towards schemes that know fewer causes."""


def translate(category: str, scheme: Scheme) -> str:
    """Says a category in the words of another system, e.g. ``mailbox_full`` in ``powermta`` is ``quota-issues``."""
    return CROSSWALK[scheme][category]
