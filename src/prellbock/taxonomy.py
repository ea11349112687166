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

# The words of each scheme, in the order of SCHEMES. Where a scheme has no word for a cause, its next wider one stands.
# Vocabularies: Sisimai's reasons as its manual lists them; PowerMTA's bounce categories (its user guide, and the sample
# configuration with <bounce-category-patterns>); KumoMTA's enum PreDefinedBounceClass (docs.kumomta.com/rustapi);
# https://support.sparkpost.com/docs/deliverability/bounce-classification-codes (the numbers of Boogietools);
# https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types (bounceType/bounceSubType);
# https://www.twilio.com/docs/sendgrid/api-reference/bounces-api/retrieve-bounces-by-specific-classification;
# https://postmarkapp.com/developer/api/bounce-api#bounce-types.
_WORDS = """
unknown_recipient|userunknown|bad-mailbox|InvalidRecipient|10|Permanent/NoEmail|Invalid Address|HardBounce
inactive_recipient|suspend|inactive-mailbox|InactiveMailbox|10|Permanent/General|Invalid Address|HardBounce
recipient_moved|hasmoved|bad-mailbox|InvalidRecipient|10|Permanent/General|Invalid Address|AddressChange
mailbox_full|mailboxfull|quota-issues|QuotaIssues|22|Transient/MailboxFull|Mailbox Unavailable|SoftBounce
recipient_refused|filtered|policy-related|PolicyRelated|50|Transient/General|Content|Blocked
unknown_domain|hostunknown|bad-domain|BadDomain|10|Permanent/General|Invalid Address|DnsError
domain_refuses_mail|notaccept|bad-domain|BadDomain|10|Permanent/General|Invalid Address|DnsError
authentication_failed|authfailure|policy-related|AuthenticationFailed|50|Transient/General|Technical Failure|DMARCPolicy
reputation|badreputation|spam-related|SpamBlock|51|Transient/General|Reputation|Blocked
missing_ptr|requireptr|bad-configuration|BadConfiguration|50|Transient/General|Technical Failure|Blocked
sender_rejected|rejected|invalid-sender|InvalidSender|50|Transient/General|Technical Failure|Blocked
relay_denied|norelaying|relaying-issues|RelayDenied|54|Transient/General|Technical Failure|Blocked
tls_required|failedstarttls|policy-related|PolicyRelated|50|Transient/General|Technical Failure|Blocked
rate_limited|speeding|policy-related|TransientFailure|70|Transient/General|Frequency or Volume Too High|Transient
spam_content|spamdetected|spam-related|SpamContent|52|Transient/ContentRejected|Content|SpamNotification
virus|virusdetected|virus-related|VirusRelated|53|Transient/AttachmentRejected|Content|VirusNotification
policy|policyviolation|policy-related|PolicyRelated|50|Transient/ContentRejected|Content|Blocked
message_too_large|mesgtoobig|content-related|ContentRelated|23|Transient/MessageTooLarge|Technical Failure|SoftBounce
malformed_message|notcompliantrfc|content-related|ContentRelated|40|Transient/ContentRejected|Content|Blocked
greylisted|onhold|policy-related|TransientFailure|70|Transient/General|Technical Failure|Transient
protocol_error|syntaxerror|protocol-errors|ProtocolErrors|40|Transient/General|Technical Failure|SoftBounce
network|networkerror|bad-connection|BadConnection|20|Transient/General|Technical Failure|Transient
expired|expired|message-expired|MessageExpired|24|Transient/General|Technical Failure|SoftBounce
system_error|systemerror|routing-errors|RoutingErrors|20|Transient/General|Technical Failure|SoftBounce
system_full|systemfull|quota-issues|QuotaIssues|20|Transient/General|Technical Failure|SoftBounce
suppressed|suppressed|other|PolicyRelated|25|Permanent/OnAccountSuppressionList|Unclassified|ManuallyDeactivated
complaint|feedback|spam-related|SpamRelated|51|Complaint/abuse|Unclassified|SpamComplaint
unsubscribe|feedback|other|Unsubscribe|90|Complaint/other|Unclassified|Unsubscribe
auto_reply|vacation|other|AutoReply|60|Transient/General|Unclassified|AutoResponder
challenge_response|undefined|other|ChallengeResponse|100|Transient/General|Unclassified|ChallengeVerification
delivered|delivered|success|Uncategorized|1|Delivery|Unclassified|Delivery
unclassified|undefined|other|Uncategorized|1|Undetermined/Undetermined|Unclassified|Unknown
"""
_CROSSWALK = {row[0]: row[1:] for row in (line.split("|") for line in _WORDS.split("\n") if line)}

CROSSWALK: dict[Scheme, dict[str, str]] = {
    scheme: {category: words[column] for category, words in _CROSSWALK.items()} for column, scheme in enumerate(SCHEMES)
}
"""Per scheme the word for each of our categories. Lossy towards schemes that know fewer causes."""


def translate(category: str, scheme: Scheme) -> str:
    """Says a category in the words of another system, e.g. ``mailbox_full`` in ``powermta`` is ``quota-issues``."""
    return CROSSWALK[scheme][category]
