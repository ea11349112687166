"""Did the recipient's side answer by itself? Vacation notes, challenges and requests to be unsubscribed.

RFC 3834 (Auto-Submitted), the headers that came before it, and subjects in the main languages. A person's reply and a
newsletter are neither.
"""

import re

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.mail.address_text import address_in
from prellbock.sources.mail.automatic import from_mail_system, from_null_sender, has_reply_subject, is_list_mail
from prellbock.sources.mail.dates import time_of_mail
from prellbock.sources.mail.given_up import given_up
from prellbock.sources.mail.message import Message
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.replies import one_line
from prellbock.sources.mail.report import message_id
from prellbock.sources.mail.return_path import unwrapped
from prellbock.sources.mail.wording import (
    AUTOMATIC_ANSWER,
    AWAY,
    CHALLENGE,
    PLEASE,
    UNSUBSCRIBE,
    UNSUBSCRIBE_TAIL,
    any_of,
)

MAX_RESPONSE_CHARS = 1000

_REPLY = r"^\s*(?:(?:re|aw|antw|sv|fwd?|r)\s*:\s*)?"
_AUTOMATIC = any_of(AUTOMATIC_ANSWER, before=r"^\s*")
_AWAY = any_of(AWAY, before=_REPLY)
_CHALLENGE = any_of(CHALLENGE)
_IN_ENGLISH = {False: "this e-mail address is no longer in use", True: "the e-mail address has changed"}
"""What the rules know, by whether mail is read elsewhere."""
_UNSUBSCRIBE_SUBJECT = any_of(UNSUBSCRIBE, before=rf"{_REPLY}{PLEASE}", after=UNSUBSCRIBE_TAIL)
_UNSUBSCRIBE_LOCAL = re.compile(
    r"(?:.{0,80}[._+-])?(?:list-)?(?:unsubscribe|unsub|optout|opt-out|abmelden)(?:[._+=-].{0,250})?", re.I
)
_RESPONDER_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-response-from", "x-mail-autoreply")


def read_answer(mail: Message, notice: Notice) -> list[DeliveryEvent]:
    """One event of the person the mail comes from, or nothing."""
    if is_list_mail(notice) and not mail.has("auto-submitted"):
        return []
    recipient = notice.from_address or None
    if recipient is None:
        return []
    outcome = _outcome(mail, notice)
    if outcome is None:
        return []
    refers = message_id(mail.first("in-reply-to")) or message_id(mail.first("references").rpartition("<")[2])
    if refers is None and notice.original is not None:
        refers = message_id(notice.original.first("message-id"))
    response = one_line(f"{notice.subject}\n{notice.text}")[:MAX_RESPONSE_CHARS]
    if outcome == "auto_reply" and (gone := given_up(notice)):
        # A machine answers where nobody reads any more: that is no absence. The English words are for one rule to know.
        outcome, response = "bounced", f"{gone.told} [{_IN_ENGLISH[gone.moved]}]"
    return [
        DeliveryEvent(
            time=time_of_mail(mail),
            recipient=recipient,
            outcome=outcome,
            response=response or None,
            sender=unwrapped(address_in(mail.first("to"))),
            message_id=refers,
        )
    ]


def has_answering_subject(notice: Notice) -> bool:
    """Does the subject say that a machine answers, in one of the main languages?"""
    if _AUTOMATIC.search(notice.subject):
        return not _is_written_afresh(notice)
    return _AWAY.search(notice.subject) is not None and (from_null_sender(notice) or _is_automatic(notice.mail))


def _is_written_afresh(notice: Notice) -> bool:
    """Did a mail program write it, as an answer to nothing? Then a person announces an absence."""
    mail = notice.mail
    refers = mail.has("in-reply-to") or mail.has("references")
    return mail.has("user-agent") and not refers and not _is_automatic(mail) and not from_null_sender(notice)


def _outcome(mail: Message, notice: Notice) -> Outcome | None:
    if _is_unsubscribe(mail, notice):
        return "unsubscribe"
    if from_mail_system(notice) and not has_answering_subject(notice):
        return None
    submitted = mail.first("auto-submitted").partition(";")[0].split("(")[0].strip().lower()
    answered = _is_answer(mail, notice, submitted)
    vacation = has_answering_subject(notice)
    if (_CHALLENGE.search(notice.subject) and not submitted.startswith("auto-generated")) or (
        (answered or from_null_sender(notice)) and not vacation and _CHALLENGE.search(notice.text[:3000])
    ):
        return "challenge_response"
    return "auto_reply" if answered or vacation else None


def _is_answer(mail: Message, notice: Notice, submitted: str) -> bool:
    """Automatic, and an answer to something (RFC 3834 section 2), not a notification of its own accord."""
    if submitted in {"auto-replied", "auto-response", "vacation", "auto_reply"}:
        return True
    if any(_says_yes(mail.first(name)) for name in _RESPONDER_HEADERS if mail.has(name)):
        return True
    precedence = mail.first("precedence").strip().lower()
    if precedence in {"auto_reply", "auto-reply"}:
        return True
    if mail.first("x-precedence").strip().lower() in {"auto_reply", "auto-reply"}:
        return True
    refers = mail.has("in-reply-to") or mail.has("references")
    if _is_automatic(mail) and refers and from_null_sender(notice):
        return True
    return submitted.startswith("auto-") and refers and not has_reply_subject(notice)


def _is_automatic(mail: Message) -> bool:
    """Does a header say that no person wrote the mail?"""
    submitted = mail.first("auto-submitted").strip().lower()
    precedence = mail.first("precedence").strip().lower()
    return submitted not in {"", "no"} or precedence in {"junk", "auto_reply"} or mail.has("x-auto-response-suppress")


def _says_yes(value: str) -> bool:
    return value.strip().lower() not in {"no", "false", "0"}


def _is_unsubscribe(mail: Message, notice: Notice) -> bool:
    """A request by mail: sent to an unsubscribe address (RFC 2369), or with nothing but that word as its subject."""
    if from_mail_system(notice):
        return False
    to = address_in(mail.first("to")) or address_in(mail.first("delivered-to")) or ""
    subject = notice.subject.strip()
    if _UNSUBSCRIBE_LOCAL.fullmatch(to.partition("@")[0]):
        return not is_list_mail(notice)
    return _UNSUBSCRIBE_SUBJECT.search(subject) is not None and len(subject) <= 60
