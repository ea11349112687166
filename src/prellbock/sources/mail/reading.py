"""Reading mails: what does this mail report, about which recipients?

`read_mail` tries, in this order: feedback reports, delivery status notifications, notices in the dialects of mail
systems, and automatic answers. What none of them recognises reports nothing.
"""

from collections.abc import Sequence

from prellbock.events import DeliveryEvent
from prellbock.sources.mail.arf import read_feedback
from prellbock.sources.mail.automatic import certainty, is_by_a_person
from prellbock.sources.mail.autoreply import has_answering_subject, read_answer
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.order import read_notice
from prellbock.sources.mail.dialects.ses_json import read_ses_json
from prellbock.sources.mail.dsn import MAX_RECIPIENTS, read_blocks, read_pasted
from prellbock.sources.mail.message import Message
from prellbock.sources.mail.notice import MAX_LIST_CHARS, Notice
from prellbock.sources.mail.ownership import Owner
from prellbock.sources.mail.report import reports, without_detail

_OTHER_REPORTS = frozenset({"disposition-notification", "tlsrpt", "dmarc"})
"""Read receipts (RFC 8098) and aggregate reports tell nothing of the delivery to a recipient."""


def read_mail(raw: bytes, owner: Owner | None = None, lost: list[str] | None = None) -> list[DeliveryEvent]:
    """One event per reported recipient, in the order of the report; an empty list where the mail reports nothing.

    Takes any bytes and never raises. ``outcome`` is always set, ``recipient`` only where the mail names one. ``owner``
    knows our return paths. ``lost`` is given a sentence for everything that was left out of a mail beyond all measure.
    """
    mail = Message(raw)
    notice = Notice(mail)
    events = _reported(mail, notice)
    if owner is not None and events:
        owner.apply(mail, notice, events)
    if lost is not None:
        lost.extend(mail.lost)
    return events


def _reported(mail: Message, notice: Notice) -> list[DeliveryEvent]:
    if feedback := read_feedback(mail, notice):
        return feedback
    is_report = mail.type == "multipart/report"
    if is_report and mail.parameters.get("report-type", "").lower() in _OTHER_REPORTS:
        return []
    if not is_report and is_by_a_person(notice):
        return read_answer(mail, notice)
    blocks = read_blocks(mail)
    if blocks and (is_report or certainty(notice)):
        return reports(mail, notice, blocks, lambda: read_notice(notice)[1])
    sure = certainty(notice)
    if has_answering_subject(notice):
        return read_answer(mail, notice)
    if told := read_ses_json(notice):
        return told
    if sure:
        dialect, findings = read_notice(notice)
        if blocks := read_pasted(notice.full, notice.lowered):
            return reports(mail, notice, blocks, lambda: findings)
        if findings and (sure == 2 or dialect != "generic"):
            return _listed(mail, notice, findings)
        if is_report and (sole := without_detail(notice)):
            return reports(mail, notice, [], lambda: sole)
    return read_answer(mail, notice)


def _listed(mail: Message, notice: Notice, findings: Sequence[Finding]) -> list[DeliveryEvent]:
    """The reports of a notice without fields for machines; of a long list, those behind its beginning too."""
    if notice.goes_on:
        notice = Notice(mail, MAX_LIST_CHARS)
        findings = read_notice(notice)[1] or findings
        if notice.goes_on or len(findings) > MAX_RECIPIENTS:
            mail.lose(
                f"the list of recipients has more than {MAX_LIST_CHARS} characters or {MAX_RECIPIENTS} addresses;"
                " those behind are left out"
            )
    return reports(mail, notice, [], lambda: findings[:MAX_RECIPIENTS])
