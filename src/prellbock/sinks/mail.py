"""Alarms by e-mail: plain text over SMTP, with STARTTLS unless it is turned off."""

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import msgspec

TIMEOUT_SECONDS = 30.0


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """How mail gets out."""

    host: str
    port: int
    starttls: bool
    user: str | None
    password: str | None
    sender: str
    to: tuple[str, ...]


def compose(box: Mailbox, message: str, subject: str, text: str, now: float) -> EmailMessage:
    """A mail about something; the same ``message`` gives the same Message-ID however often it is sent."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = box.sender, ", ".join(box.to), subject
    mail["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    domain = box.sender.rpartition("@")[2].rstrip("> ")
    mail["Message-ID"] = f"<{message}@{domain}>" if message else make_msgid(domain=domain)
    # RFC 3834: nobody answers by machine.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    return mail


def send(box: Mailbox, mail: EmailMessage) -> str | None:
    """One attempt; None where the server took it, else what was wrong, without any address."""
    try:
        with smtplib.SMTP(box.host, box.port, timeout=TIMEOUT_SECONDS) as server:
            if box.starttls:
                server.starttls(context=ssl.create_default_context())
            if box.user is not None:
                server.login(box.user, box.password or "")
            refused = server.send_message(mail)
    except smtplib.SMTPResponseException as error:
        return f"the mail server answered {error.smtp_code}"
    except smtplib.SMTPRecipientsRefused:
        return "the mail server refuses all recipients"
    except (OSError, smtplib.SMTPException) as error:
        return f"{type(error).__name__}: the mail server cannot be used"
    return f"the mail server refuses {len(refused)} of {len(box.to)} recipients" if refused else None
