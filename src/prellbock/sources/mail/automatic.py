"""Was this mail written by a machine that reports, or by a person, a mailing list, a newsletter?

A report comes from the null sender (RFC 5321 section 4.5.5) or from the address of a mail system. Whatever else a mail
quotes, it is not a report then: people forward and discuss bounces.
"""

import re

from prellbock.sources.mail.address_text import address_in
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.wording import DIGEST, REPORT_SUBJECT, any_of

_SYSTEM_LOCAL = re.compile(
    r"(?:mailer[-_.]?daemon|mail[-_.]?daemon|po+st[-_.]?master|mailmaster|maildelivery|mail[-_]?delivery|mdaemon"
    r"|bounces?"
    r"|no-?reply|do-?not-?reply|dsn|mailadmin|mail-admin|administrator|virusalert|.{0,30}-admin|.{0,30}-owner"
    r"|owner-.{0,60}|.{0,40}-bounces?|undeliverable|delivery|mmdf|smtp|uucp|system|mailmarshal|root|exim|news)"
    r"(?:\+.{0,60})?",
)
_SYSTEM_NAME = re.compile(
    r"mail(?:er)?[ -]?(?:delivery|deliver|daemon|administrator|server)|mail system|postmaster|system administrator"
    r"|delivery (?:system|subsystem)|microsoft outlook|content-filter",
    re.IGNORECASE,
)
_REPORT_SUBJECT = any_of(REPORT_SUBJECT)
_DIGEST = any_of(DIGEST)
_DAEMON = re.compile(r"mailer[-_. ]?daemon|mail delivery (?:sub)?system", re.IGNORECASE)
_POSTMASTER = re.compile(r"po+st[-_.]?master@")
_QUOTE = re.compile(r"^> ?\S[^\n]*\n(?:>[^\n]*\n)*> ?\S", re.MULTILINE)
_REPLY_SUBJECT = re.compile(r"\s*(?:re|aw|fwd?|wg|sv|vs|antw|rif|tr|res|ref)(?:\[\d+\])?\s*:", re.IGNORECASE)


def from_null_sender(notice: Notice) -> bool:
    """Is the envelope sender empty, or a mailer daemon?"""
    path = notice.mail.first("return-path").strip()
    if not notice.mail.has("return-path"):
        return notice.mail.first("from").strip() == "<>"
    return path == "<>" or "mailer-daemon" in path.lower()


def from_mail_system(notice: Notice) -> bool:
    """Does From name a mail system (mailer-daemon, postmaster, "Mail Delivery Subsystem")?"""
    value = notice.mail.first("from")
    local = notice.from_address.partition("@")[0]
    bare = value.strip().strip('"').lower()
    return (
        _SYSTEM_LOCAL.fullmatch(local) is not None
        or _SYSTEM_NAME.search(value[:300]) is not None
        or bare.startswith(("mailer-daemon", "<mailer-daemon", "postmaster", "<>"))
        or bare == ""
    )


def is_list_mail(notice: Notice) -> bool:
    """A post to a mailing list or a newsletter (RFC 2369, RFC 2919)."""
    mail = notice.mail
    return any(mail.has(name) for name in ("list-id", "list-post", "list-unsubscribe", "list-help", "x-mailing-list"))


def is_by_a_person(notice: Notice) -> bool:
    """A reply or a forward, or a mail that a mail program wrote for a person."""
    mail = notice.mail
    if from_null_sender(notice):
        return False
    if from_mail_system(notice):
        # Postmasters are people too: their replies quote, their mail programs leave a name.
        return (mail.has("user-agent") and not _DAEMON.search(mail.first("from")[:300])) or (
            has_reply_subject(notice) and _QUOTE.search(notice.text) is not None
        )
    return bool(
        has_reply_subject(notice)
        or mail.has("user-agent")
        or mail.has("in-reply-to")
        or mail.has("thread-index")
        or mail.has("x-originating-ip")
    )


def certainty(notice: Notice) -> int:
    """How sure is it that the text of this mail may be read as a report? 0 no, 1 if a dialect knows it, 2 certain."""
    if notice.mail.has("x-failed-recipients") or from_null_sender(notice):
        return 2
    if is_daemon(notice) and not (is_list_mail(notice) and notice.mail.has("return-path")):
        return 2
    if not from_mail_system(notice) or is_list_mail(notice) or _is_sent_by_a_person(notice):
        return 0
    if _DIGEST.search(notice.subject) is not None:
        return 0
    postmaster = _POSTMASTER.match(notice.from_address) is not None or _SYSTEM_NAME.search(notice.mail.first("from"))
    if has_report_subject(notice) or notice.original is not None:
        return 2 if postmaster else 1
    return 1 if postmaster else 0


def _is_sent_by_a_person(notice: Notice) -> bool:
    """Is it only a name that sounds like a mail system, while both From and the envelope name somebody's address?"""
    path = address_in(notice.mail.first("return-path"))
    return path is not None and not any(
        _SYSTEM_LOCAL.fullmatch(address.partition("@")[0]) for address in (path, notice.from_address)
    )


def is_daemon(notice: Notice) -> bool:
    """Does From say MAILER-DAEMON or Mail Delivery System? Nobody else writes under that name."""
    return _DAEMON.search(notice.mail.first("from")[:300]) is not None


def has_report_subject(notice: Notice) -> bool:
    """Does the subject speak of delivery, in one of the main languages?"""
    return _REPORT_SUBJECT.search(notice.subject) is not None


def has_reply_subject(notice: Notice) -> bool:
    """Does the subject begin with Re:, Fwd: or their like?"""
    return _REPLY_SUBJECT.match(notice.subject) is not None
