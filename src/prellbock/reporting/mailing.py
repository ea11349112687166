"""A month's report by mail: once a month for each stream, also after restarts and with two servers.

Whoever sends claims the month in the store first, for longer than an attempt takes. An attempt that fails, or whose
server dies, is made again after a pause; its Message-ID stays the same, so that a mailbox knows a second copy.
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage

import msgspec

from prellbock.addresses import AddressError, canonical
from prellbock.kinds import SettingError
from prellbock.reporting.collect import report_on
from prellbock.reporting.links import USUAL_DAYS, make_link
from prellbock.reporting.locale import Locale
from prellbock.reporting.month import Month, month_at, month_of
from prellbock.reporting.pdf import PdfError, pdf
from prellbock.reporting.report import Report
from prellbock.reporting.text import text
from prellbock.reporting.words import Language
from prellbock.sinks import mail
from prellbock.sinks.mail import Mailbox
from prellbock.store.contract import Store
from prellbock.store.reports import Mailing, Reports

HOUR = 6
"""Of the day (UTC) from which on a report is sent: the last events of the month have come in."""
CLAIM_SECONDS = 600.0
RETRY_SECONDS = (300.0, 1800.0, 7200.0, 21_600.0)
"""After attempts that failed; the last one again and again, until the next month is due."""
MOST_RECIPIENTS = 50
_DAY = 86_400.0

Send = Callable[[Mailbox, EmailMessage], str | None]


def checked(recipients: Sequence[str]) -> tuple[str, ...]:
    """Addresses to which mail can be sent. Raises `SettingError`."""
    if not 1 <= len(recipients) <= MOST_RECIPIENTS:
        raise SettingError(f"recipients: name one to {MOST_RECIPIENTS} addresses")
    try:
        return tuple(dict.fromkeys(canonical(each) for each in recipients))
    except AddressError as error:
        raise SettingError(f"recipients: {error}") from None


def put(
    reports: Reports, stream: str | None, recipients: Sequence[str], *, day: int, language: str, paused: bool,
    now: float, actor: str,
) -> Mailing:  # fmt: skip
    """Sets up, or changes, the mail of a stream; months that were due before are not made up for.

    Raises `SettingError`.
    """
    mailing = Mailing(
        stream=stream or None, recipients=checked(recipients), day=day, language=language, paused=paused, changed=now,
        creator=actor,
    )  # fmt: skip
    return reports.put_report_mail(mailing)


def known_mailing(reports: Reports, number: int) -> Mailing:
    """Raises `SettingError` where there is none of this number."""
    for each in reports.report_mails():
        if each.number == number:
            return each
    raise SettingError(f"there is no mail {number}; `prellbock report-mails list` names those there are")


def remove(reports: Reports, number: int) -> None:
    """Nobody gets this report by mail any more. Raises `SettingError`."""
    known_mailing(reports, number)
    reports.remove_report_mail(number)


def ask(reports: Reports, number: int, month: Month, now: float) -> Mailing:
    """A month's report shall be sent (again) within seconds. Raises `SettingError`."""
    known_mailing(reports, number)
    reports.ask_report(number, str(month), now)
    return known_mailing(reports, number)


def wanted_month(mailing: Mailing, now: float) -> Month | None:
    """The latest month that is due by its schedule; None where it was due before the mailing was set up so."""
    wait = (mailing.day - 1) * _DAY + HOUR * 3600
    month = month_at(now - wait).before
    return month if month.end + wait >= mailing.changed else None


def send_due(
    store: Store, reports: Reports, box: Mailbox | None, *, public_url: str | None, clock: Callable[[], float],
    send: Send = mail.send,
) -> Iterator[tuple[Mailing, str, str | None]]:  # fmt: skip
    """Sends what is due and was claimed; tells each mailing with its month and what was wrong."""
    now = clock()
    due = {(each.number, month): each for each, month in reports.due_reports(now) if not each.paused}
    for each in reports.report_mails():
        if not each.paused and (latest := wanted_month(each, now)) is not None:
            due.setdefault((each.number, str(latest)), each)
    for (number, month), mailing in due.items():
        if not reports.claim_report(number, month, now, now + CLAIM_SECONDS):
            continue
        error = _attempt(store, reports, box, mailing, month_of(month), public_url, clock(), send)
        failures = mailing.last.attempts if mailing.last is not None and mailing.last.month == month else 0
        pause = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
        reports.report_sent(number, month, clock(), error=error, retry=clock() + pause)
        yield mailing, month, error


def _attempt(
    store: Store, reports: Reports, box: Mailbox | None, mailing: Mailing, month: Month, public_url: str | None,
    now: float, send: Send,
) -> str | None:  # fmt: skip
    if box is None:
        return "no mail server is configured: add [mail] to guard.toml"
    language: Language = "de" if mailing.language == "de" else "en"
    report = report_on(store, month, mailing.stream, now)
    address, link = None, None
    if public_url is not None:
        link, path = make_link(
            reports, month, mailing.stream, language, days=USUAL_DAYS, now=now, creator="report by mail"
        )
        address = f"{public_url.rstrip('/')}{path}"
    to = msgspec.structs.replace(box, to=mailing.recipients)
    error = send(to, letter(to, mailing, report, language, now, address))
    if error is not None and link is not None:
        reports.revoke_report_link(link.number, now)
    return error


def letter(
    box: Mailbox, mailing: Mailing, report: Report, language: Language, now: float, address: str | None
) -> EmailMessage:
    """The mail: what it is about, the link, the report as text, and the PDF where Typst is installed."""
    locale = Locale(language)
    words = locale.words
    month, stream = locale.month(month_of(report.month)), report.stream or words.all_streams
    lines = [words.mail_text.format(month=month, stream=stream), ""]
    if address is not None:
        until = locale.moment(now + USUAL_DAYS * _DAY)
        lines += [words.mail_link.format(time=f"{until} UTC"), address, ""]
    lines.append(text(report, language))
    name = hashlib.sha256(f"{mailing.number} {report.month} {mailing.stream or ''}".encode()).hexdigest()[:24]
    subject = " ".join(words.mail_subject.format(month=month, stream=stream).split())[:200]
    made = mail.compose(box, f"report-{report.month}-{name}", subject, "\n".join(lines), now)
    with contextlib.suppress(PdfError):
        made.add_attachment(
            pdf(report, language), maintype="application", subtype="pdf", filename=f"{words.title} {report.month}.pdf"
        )
    return made
