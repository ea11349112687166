"""Reading mails: what does this mail report, about which recipients?

`read_mail` tries, in this order: feedback reports, delivery status notifications, notices in the dialects of mail
systems, and automatic answers. What none of them recognises reports nothing.
"""

from prellbock.events import DeliveryEvent
from prellbock.sources.mail.arf import read_feedback
from prellbock.sources.mail.automatic import certainty, is_by_a_person
from prellbock.sources.mail.autoreply import read_answer
from prellbock.sources.mail.dialects import read_notice
from prellbock.sources.mail.dialects.ses_json import read_ses_json
from prellbock.sources.mail.dsn import read_blocks, read_pasted
from prellbock.sources.mail.message import Message
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.report import reports, without_detail

__all__ = ["read_mail"]


def read_mail(raw: bytes) -> list[DeliveryEvent]:
    """One event per reported recipient, in the order of the report; an empty list where the mail reports nothing.

    Takes any bytes and never raises. ``outcome`` is always set, ``recipient`` only where the mail names one.
    """
    mail = Message(raw)
    notice = Notice(mail)
    if feedback := read_feedback(mail, notice):
        return feedback
    if is_by_a_person(notice) and mail.type != "multipart/report":
        return read_answer(mail, notice)
    blocks = read_blocks(mail)
    if blocks:
        return reports(mail, notice, blocks, read_notice(notice)[1])
    if told := read_ses_json(notice):
        return told
    if sure := certainty(notice):
        dialect, findings = read_notice(notice)
        if blocks := read_pasted(notice.full):
            return reports(mail, notice, blocks, findings)
        if findings and (sure == 2 or dialect != "generic"):
            return reports(mail, notice, [], findings)
        if mail.type == "multipart/report" and (findings := without_detail(notice)):
            return reports(mail, notice, [], findings)
    return read_answer(mail, notice)
