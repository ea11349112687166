"""Bounce mails, as many different ones as a test wants, and a letter that reports nothing."""

LETTER = b"From: a@customer.example\r\nSubject: hello\r\n\r\nWhen will it come?\r\n"

_REPORT = """From: MAILER-DAEMON@mx.shop.example (Mail Delivery System)
To: bounces@news.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 5 Jan 2026 08:00:01 +0000
Message-ID: <report.{number}@mx.shop.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_{number}"

--=_{number}
Content-Type: text/plain; charset=us-ascii

<{recipient}>: host mx.customer.example[192.0.2.1] said: {reply} (in reply to RCPT TO command)

--=_{number}
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example
Arrival-Date: Mon, 5 Jan 2026 08:00:00 +0000

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.customer.example
Diagnostic-Code: smtp; {reply}

--=_{number}
Content-Type: text/rfc822-headers

From: Shop <news@shop.example>
To: {recipient}
Message-ID: <{number}.order@shop.example>
Subject: Your order

--=_{number}--
"""


def recipient(number: int) -> str:
    return f"u{number}@customer.example"


def report(number: int) -> bytes:
    """The bounce of message ``number.order@shop.example`` to `recipient`, whose mailbox does not exist."""
    name = recipient(number)
    reply = f"550 5.1.1 <{name}>: Recipient address rejected: User unknown in virtual mailbox table"
    return _REPORT.format(number=number, recipient=name, reply=reply).replace("\n", "\r\n").encode()
