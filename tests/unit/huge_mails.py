"""Mails as large as one likes, each wrong in its own way; ``python huge_mails.py SHAPE SIZE`` reads one of them.

It prints how many events came out, and the peak of the resident memory in MiB. With ``calls`` before the shape it
prints how many functions, Python's own included, were called instead; that needs ``PRELLBOCK_PURE=1``, for compiled
code does not tell.
"""

import resource
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType

HEAD = (
    b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: b@shop.example\nSubject: Undelivered Mail\n"
    b"MIME-Version: 1.0\n"
)
REPORT = b'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n--B\n'
STATUS = REPORT + b"Content-Type: message/delivery-status\n"

REPEATED: dict[str, tuple[bytes, bytes]] = {
    "replies in a text": (b"\n", b"550 5.1.1 <a@b.example>: User unknown\n"),
    "empty lines": (b"\n", b"\n"),
    "carriage returns": (b"\r\r", b"a\r"),
    "header that goes on": (b"X: y\n", b" z\n"),
    "one endless header": (b"X: ", b"y"),
    "one endless line": (b"\n", b"550 "),
    "headers": (b"", b"X-A: b\n"),
    "parts": (b"Content-Type: multipart/mixed; boundary=B\n\n", b"--B\nContent-Type: text/plain\n\nhello\n"),
    "boundaries that are none": (REPORT, b"--B x\n"),
    "boundaries to be guessed": (b"Content-Type: multipart/mixed; boundary=none\n\n", b"--" + b" " * 200 + b"\n"),
    "base64": (STATUS + b"Content-Transfer-Encoding: base64\n\n", b"QUJDREVGRw==\n"),
    "quoted-printable": (STATUS + b"Content-Transfer-Encoding: quoted-printable\n\n", b"=41=\n"),
    "field that goes on": (STATUS + b"\nStatus: 5.1.1\n", b" a\n"),
    "one field again and again": (STATUS + b"\n", b"Diagnostic-Code: smtp; 550 a\n"),
    "recipients without a report": (STATUS + b"\n", b"Final-Recipient: a@b.example\n\n"),
    "html": (b"Content-Type: text/html\n\n", b"<p><b>550 &amp;</b>\n"),
    "lines of addresses": (b"\n", b"<a@b.example>: host mx said: 550 5.1.1 no\n"),
    "quoted mails": (b"\n", b"> Received: from a\n"),
}

LISTED: dict[str, tuple[bytes, bytes]] = {
    "qmail": (
        b"Hi. This is the qmail-send program at x.example.\nI'm afraid I wasn't able to deliver your message to the "
        b"following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n",
        b"<u%d@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n",
    ),
    "postfix": (
        b"This is the mail system at host mx.example.net.\n\nI'm sorry to have to inform you that your message could "
        b"not\nbe delivered to one or more recipients. It's attached below.\n\n",
        b"<u%d@example.org>: host mx.example.org[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO "
        b"command)\n\n",
    ),
    "exim": (
        b"This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        b"delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) "
        b"failed:\n\n",
        b"  u%d@example.org\n    host mx.example.org [192.0.2.1]\n    SMTP error from remote mail server after RCPT "
        b"TO:\n    550 5.1.1 User unknown\n",
    ),
    "any other": (b"Your message could not be delivered.\n\n", b"<u%d@example.org>: 550 5.1.1 User unknown\n"),
}
"""Notices without fields for machines: what stands above the list, and a row of it."""
COMPLAINT = (
    b"Content-Type: multipart/report; report-type=feedback-report; boundary=B\n\n--B\n"
    b"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x\nVersion: 1\n"
)


def mail(shape: str, size: int) -> bytes:
    """About so many bytes; of ``recipients``, ``nested`` and the lists so many recipients, levels, rows."""
    if shape == "recipients":
        return HEAD + STATUS + b"\nReporting-MTA: dns; mx.example.net\n\n" + b"".join(map(_recipient, range(size)))
    if shape in LISTED:
        begin, row = LISTED[shape]
        return HEAD + b"\n" + begin + b"".join(row % number for number in range(size))
    if shape == "complaints":
        return HEAD + COMPLAINT + b"".join(b"Original-Rcpt-To: u%d@example.org\n" % number for number in range(size))
    if shape == "status behind other parts":
        return HEAD + REPORT + b"\nhello\n--B\n" * size + STATUS.removeprefix(REPORT) + b"\n" + _recipient(0)
    if shape == "nested":
        levels = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(size))
        return HEAD + b"".join(levels) + b"Content-Type: text/plain\n\nhello\n"
    begin, piece = REPEATED[shape]
    return HEAD + begin + piece * (size // len(piece))


def _recipient(number: int) -> bytes:
    address = b"user%d@example%d.org" % (number, number % 977)
    return (
        b"Final-Recipient: rfc822; %s\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.example.org\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 <%s>: Recipient address rejected: User unknown in table\n"
        b"Last-Attempt-Date: Sat, 08 Feb 2025 11:22:21 +0000\n\n" % (address, address)
    )


def peak_mebibytes() -> int:
    """Peak of this process since it began; `resource` on Linux also counts the process it was forked from."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def calls(work: Callable[[], object]) -> int:
    """How many functions are called."""
    count = 0

    def on_event(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(on_event)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


if __name__ == "__main__":
    from prellbock.sources.mail import IS_COMPILED, read_mail

    if sys.argv[1] == "calls":
        assert not IS_COMPILED
        read_mail(mail(sys.argv[2], 10))
        print(*(calls(partial(read_mail, mail(sys.argv[2], int(size)))) for size in sys.argv[3:]))
    else:
        events = read_mail(mail(sys.argv[1], int(sys.argv[2])))
        print(len(events), peak_mebibytes())
