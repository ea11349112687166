"""Which system wrote this list? Told by the names of its fields; where two look the same, by the name of the file."""

from collections.abc import Callable, Sequence

import msgspec

from prellbock.sources.record import RecordError
from prellbock.sources.suppression_lists import (
    brevo,
    listmonk,
    mailchimp,
    mailgun,
    postmark,
    sendgrid,
    ses,
    sparkpost,
)
from prellbock.sources.suppression_lists.entry import Entry, Fields
from prellbock.sources.suppression_lists.generic import ADDRESS
from prellbock.sources.suppression_lists.rows import key

Read = Callable[[Fields], Entry | None]
GENERIC = "generic"


class Format(msgspec.Struct, frozen=True):
    """One kind of list: who writes it, and what a row of it means."""

    system: str
    entry: Read
    hint: str = ""
    """What the name of a file says of this kind."""


FORMATS: dict[str, Format] = {
    "ses": Format(ses.SOURCE, ses.entry),
    "sendgrid-bounces": Format("SendGrid bounces", sendgrid.bounce, "bounce"),
    "sendgrid-blocks": Format("SendGrid blocks", sendgrid.block, "block"),
    "sendgrid-invalid": Format("SendGrid invalid e-mails", sendgrid.invalid, "invalid"),
    "sendgrid-spam": Format("SendGrid spam reports", sendgrid.spam, "spam"),
    "sendgrid-unsubscribes": Format("SendGrid unsubscribes", sendgrid.unsubscribe, "unsub"),
    "mailgun-bounces": Format("Mailgun bounces", mailgun.bounce, "bounce"),
    "mailgun-complaints": Format("Mailgun complaints", mailgun.complaint, "complain"),
    "mailgun-unsubscribes": Format("Mailgun unsubscribes", mailgun.unsubscribe, "unsub"),
    "postmark": Format(postmark.SOURCE, postmark.entry),
    "brevo": Format(brevo.SOURCE, brevo.entry),
    "listmonk-bounces": Format("listmonk bounces", listmonk.bounce, "bounce"),
    "listmonk-subscribers": Format("listmonk subscribers", listmonk.subscriber, "subscriber"),
    "mailchimp-cleaned": Format("Mailchimp cleaned", mailchimp.cleaned, "clean"),
    "mailchimp-unsubscribed": Format("Mailchimp unsubscribed", mailchimp.unsubscribed, "unsub"),
    "sparkpost": Format(sparkpost.SOURCE, sparkpost.entry),
}
"""Every kind of list of another system by the name that ``--format`` takes."""

# Fields that a kind always has, more telling ones first. Names are as `rows.key` makes them.
_SIGNS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = tuple(
    (frozenset(fields.split()), tuple(names.split()))
    for fields, names in (
        ("suppressionreason", "postmark"),
        ("emailaddress lastupdatetime", "ses"),
        ("recipient type source", "sparkpost"),
        ("recipient nontransactional", "sparkpost"),
        ("cleantime", "mailchimp-cleaned"),
        ("unsubtime", "mailchimp-unsubscribed"),
        ("email blockedat", "brevo"),
        *((f"email {flag}", "brevo") for flag in brevo.FLAGS),
        ("email subscriberuuid type", "listmonk-bounces"),
        ("email type source meta", "listmonk-bounces"),
        ("uuid email status", "listmonk-subscribers"),
        ("address code error", "mailgun-bounces"),
        ("address tags", "mailgun-unsubscribes"),
        ("address tag", "mailgun-unsubscribes"),
        ("email groupid", "sendgrid-unsubscribes"),
        ("email groupname", "sendgrid-unsubscribes"),
        ("email reason status created", "sendgrid-bounces sendgrid-blocks"),
        ("email ip created", "sendgrid-spam"),
        ("email reason created", "sendgrid-invalid"),
    )
)
_WHOLE: dict[frozenset[str], tuple[str, ...]] = {
    frozenset(("emailaddress", "reason")): ("ses",),
    frozenset(("email", "created")): ("sendgrid-unsubscribes", GENERIC),
    frozenset(("address", "createdat")): ("mailgun-complaints", GENERIC),
}
"""Kinds whose fields are nothing but these."""


def recognise(names: Sequence[str], file: str) -> str:
    """The kind of a list with these fields in a file of this name. Raises `RecordError` where that is not certain."""
    found = frozenset(map(key, names))
    kinds = _WHOLE.get(found) or next((kinds for fields, kinds in _SIGNS if fields <= found), None)
    if kinds is None:
        if names and not found & {*ADDRESS}:
            raise RecordError(
                f"no field with an address among {', '.join(names)[:200]}: name it address or email in the first line, "
                f"or say what wrote the list with --format {' | '.join([GENERIC, *FORMATS])}"
            )
        return GENERIC
    if len(kinds) > 1:
        kinds = tuple(kind for kind in kinds if kind in FORMATS and FORMATS[kind].hint in file.lower()) or kinds
    if len(kinds) > 1:
        raise RecordError(
            f"lists of {' and '.join(kinds)} look the same ({', '.join(names)[:200]}): say which it is, "
            f"with --format {' or --format '.join(kinds)}"
        )
    return kinds[0]
