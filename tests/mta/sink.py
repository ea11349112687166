"""An SMTP server that refuses in many ways and keeps the bounces it is sent. Loopback only.

Run as ``sink.py FOLDER SYSTEM``. A message to ``unknown@...`` is answered as ``REFUSALS`` says; a message from the null
sender to ``CASE@shop.example`` is a bounce, kept as ``FOLDER/SYSTEM-CASE.eml``.
"""

import asyncio
import sys
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "192.0.2.1"
"""An address of the loopback device (Courier connects to no 127.0.0.1)."""
PORT = 2525
GREETING_PORT = 2526
SILENT_PORT = 2527
"""Nobody listens on 2599."""

REFUSALS = {
    "unknown": "550 5.1.1 <{rcpt}>: Recipient address rejected: User unknown in virtual mailbox table",
    "bare": "550 no such user here",
    "full": "552 5.2.2 The mailbox of <{rcpt}> is over its quota",
    "later": "452 4.2.2 Mailbox full, try again later",
    "blocked": "550 5.7.1 Service unavailable; client [192.0.2.25] blocked using bl.example",
    "lines": "550-5.1.1 The account that you tried to reach does not exist.\r\n"
    "550-5.1.1 Please check the address for typing errors.\r\n"
    "550 5.1.1 See https://mx.customer.example/help?NoSuchUser",
    "disabled": "554 5.2.1 <{rcpt}>: mailbox disabled, not accepting messages",
    "jürgen": "550 5.1.1 <{rcpt}>: unbekannter Empfänger",
}
"""Answers to RCPT TO, by local part."""

REFUSED_CONTENT = {
    "content": "554 5.7.1 Message rejected as spam by content scanning",
    "large": "552 5.3.4 Message size exceeds fixed maximum message size",
    "laterdata": "451 4.7.1 Please try again in 300 seconds: greylisted",
}
"""Answers to the end of the data, by local part."""


class Sink:
    """Answers each command as its argument asks."""

    def __init__(self, folder: Path, system: str) -> None:
        self._folder, self._system = folder, system

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == "sender@shop.example":
            return "550 5.1.8 <sender@shop.example>: Sender address rejected: Domain not found"
        envelope.mail_from = address
        # The null sender arrives as "<>".
        session.is_bounce = address in {"", "<>"}  # type: ignore[attr-defined]
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = REFUSALS.get(address.partition("@")[0].lower()) if not session.is_bounce else None  # type: ignore[attr-defined]
        if refusal is not None:
            return refusal.format(rcpt=address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if session.is_bounce:  # type: ignore[attr-defined]
            for address in envelope.rcpt_tos:
                self._keep(address.partition("@")[0].lower(), envelope.original_content or b"")
            return "250 2.0.0 OK: kept"
        for address in envelope.rcpt_tos:
            if refusal := REFUSED_CONTENT.get(address.partition("@")[0].lower()):
                return refusal
        return "250 2.0.0 OK: queued as 4bXyZ1"

    def _keep(self, case: str, raw: bytes) -> None:
        number, path = 1, self._folder / f"{self._system}-{case}.eml"
        while path.exists():
            number += 1
            path = self._folder / f"{self._system}-{case}-{number}.eml"
        path.write_bytes(b"Return-Path: <>\r\n" + raw)


class SinkController(Controller):
    """Speaks SMTPUTF8 (RFC 6531) and DSN (RFC 3461)."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mx.customer.example", enable_SMTPUTF8=True, ident="ESMTP")


async def _refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"554 5.7.1 mx.customer.example: your IP address 192.0.2.25 has a poor reputation\r\n")
    await writer.drain()
    writer.close()


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _serve(folder: Path, system: str) -> None:
    controller = SinkController(Sink(folder, system), hostname=HOST, port=PORT)
    controller.start()
    await asyncio.start_server(_refuse, "0.0.0.0", GREETING_PORT)
    await asyncio.start_server(_hang_up, "0.0.0.0", SILENT_PORT)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2]))
