"""Delivery events from mails: what `prellbock.sources.mail` reads, as batches for the store."""

import hashlib
from collections.abc import Iterable, Iterator

from prellbock.events import DeliveryEvent
from prellbock.sources import batch, files
from prellbock.sources.mail import Owner, read_mail
from prellbock.sources.record import RecordError, finish, instant

MAILS = 500
"""Mails of one batch."""


def read(paths: Iterable[str], now: float, owner: Owner | None = None) -> Iterator[batch.Batch]:
    """The reports of all mails in the paths (files, folders, mbox, Maildir, ``-``), in batches."""
    return of(files.mails(paths), now, owner)


def of(mails: Iterable[files.Mail | files.Bad], now: float, owner: Owner | None = None) -> Iterator[batch.Batch]:
    """The reports of mails, in batches. Forged reports are counted and otherwise left out."""
    held = batch.Batch("", [], [], b"")
    digests: list[bytes] = []
    for found in mails:
        held.source = held.source or found.source
        if isinstance(found, files.Bad):
            held.bad.append(batch.Bad(found.source, found.why))
            continue
        digest = hashlib.blake2b(found.raw, digest_size=16).digest()
        held.octets += len(found.raw)
        lost: list[str] = []
        told = read_mail(found.raw, owner, lost)
        held.bad += [batch.Bad(found.source, what) for what in lost]
        events = [event for event in told if event.genuine is not False]
        held.not_a_report += not events
        held.forged += bool(told) and not events
        if events or not told:
            # Forged ones are not part of the digest: with the right key they may yet count.
            digests.append(digest)
        for number, event in enumerate(events, 1):
            _name(event, digest, number, now if found.kept is None else min(found.kept, now))
            try:
                finish(event, now, unnamed=True)
            except RecordError as error:
                held.bad.append(batch.Bad(found.source, str(error)))
            else:
                held.events.append(event)
        if len(digests) >= MAILS or held.octets >= batch.BATCH_OCTETS:
            held.digest = batch.digest_of(b"mail", *digests)
            yield held
            held, digests = batch.Batch("", [], [], b""), []
    if held.events or held.bad or held.not_a_report:
        held.digest = batch.digest_of(b"mail", *digests)
        yield held


def _name(event: DeliveryEvent, digest: bytes, number: int, kept: float) -> None:
    """The same mail gives the same event ids. A mail without a usable date counts as of when it was ``kept``.

    The history is that of the address that was mailed, which a forwarder's report names as Original-Recipient.
    """
    event.recipient = event.original_recipient or event.recipient
    event.id = f"mail:{digest.hex()}:{number}"
    event.time = instant(event.time if event.time is not None and event.time > 0 else kept)
