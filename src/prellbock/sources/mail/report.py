"""From the fields of a DSN block and the finding of a dialect to one delivery event.

Which reply and which code count where there are several, `authority` decides.
"""

import re
from collections.abc import Callable, Sequence

from prellbock.events import Action, DeliveryEvent, Outcome, Stage
from prellbock.sources.mail.address_text import addresses_in, typed_address
from prellbock.sources.mail.authority import better_status, chosen, is_expiry
from prellbock.sources.mail.automatic import has_report_subject
from prellbock.sources.mail.dates import time_of, time_of_mail
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import is_delay
from prellbock.sources.mail.dialects.nullmailer import SIGN
from prellbock.sources.mail.dialects.opensmtpd import EXPIRED
from prellbock.sources.mail.dsn import Block
from prellbock.sources.mail.forwarding import name_mailed
from prellbock.sources.mail.message import Message
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.replies import Reply, accepted, innermost, is_vague
from prellbock.sources.mail.return_path import unwrapped, verp_recipient
from prellbock.sources.mail.stages import stage_in

OUTCOME_OF_ACTION: dict[Action, Outcome] = {
    "failed": "bounced",
    "delayed": "deferred",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
}

_FINAL_SIGNS = (SIGN.lower(), EXPIRED)
_NAMED_CHARS = 20_000
_HAS_LETTER = re.compile(r"[^\W\d_]")
_IN_ANGLES = re.compile(r"<([^<>\s@]{1,64}@[^<>\s@]{1,255})>")


class Original:
    """What is known of the message that a report is about."""

    def __init__(self, mail: Message, notice: Notice) -> None:
        inner = notice.original
        self.message_id = message_id(inner.first("message-id")) if inner is not None else None
        self.sender = unwrapped(typed_address(inner.first("return-path")) if inner is not None else None)
        self.date = time_of_mail(mail)
        self.addressee = _addressee(mail)
        self._notice = notice
        self._is_verp = "=" in (self.addressee or "")

    def mailed(self, recipient: str | None) -> str | None:
        """The address that the return path says was mailed, if the report names it and it is not the recipient."""
        if not self._is_verp:
            return None
        named = self._notice.original_recipients
        if recipient is None:
            return verp_recipient(self.addressee, [*named, *addresses_in(self._notice.text[:_NAMED_CHARS])])
        found = verp_recipient(self.addressee, [*named, recipient])
        return found if found != recipient else None


def message_id(value: str) -> str | None:
    """A Message-ID without its angle brackets and comments."""
    text = value.strip()
    begin, end = text.find("<"), text.find(">")
    if 0 <= begin < end:
        text = text[begin + 1 : end]
    text = text.split()[0] if text.split() else ""
    return text[:998] or None


def reports(
    mail: Message, notice: Notice, blocks: Sequence[Block], findings: Callable[[], Sequence[Finding]]
) -> list[DeliveryEvent]:
    """One event per recipient block, completed by what the notice says; without blocks one per finding.

    The notice is read (``findings``) only where a block leaves a question open.
    """
    original = Original(mail, notice)
    if not blocks:
        told = _distinct([_event(None, None, finding, notice, original) for finding in findings()])
        name_mailed(told, notice)
        return told
    events = _plain(blocks, notice, original) or _completed(blocks, findings(), notice, original)
    _take_back_refusals_of_others(events)
    name_mailed(events, notice)
    return events


def _take_back_refusals_of_others(events: list[DeliveryEvent]) -> None:
    """``550 <a@x> unknown`` says nothing of b@x: nullmailer gives up a message when one recipient is refused, and
    tells every recipient the same words."""
    everybody = {event.recipient for event in events}
    for event in events if len(everybody) > 1 else ():
        if event.outcome != "bounced" or event.response is None or "<" not in event.response:
            continue
        named = everybody.intersection(_IN_ANGLES.findall(event.response.lower()))
        if named and event.recipient not in named:
            event.response = event.status = event.smtp_code = event.stage = None


def _plain(blocks: Sequence[Block], notice: Notice, original: Original) -> list[DeliveryEvent]:
    """The events of blocks none of which leaves a question open; else nothing."""
    events: list[DeliveryEvent] = []
    for block in blocks:
        event = _of_fields(block, notice, original, len(blocks) == 1)
        if event is None:
            return []
        events.append(event)
    return events


def _completed(
    blocks: Sequence[Block], findings: Sequence[Finding], notice: Notice, original: Original
) -> list[DeliveryEvent]:
    sole = findings[0] if findings else None
    if len(findings) != 1 or (len(blocks) != 1 and findings[0].recipient is not None):
        sole = None
    places: dict[str | None, int] = {}
    for place, finding in enumerate(findings):
        if finding.recipient is not None:
            places.setdefault(finding.recipient, place)
    nameless = _of_the_nameless(blocks, findings)
    events = []
    for block in blocks:
        recipient = block.recipient
        known = [places[name] for name in (recipient, block.original) if name in places]
        otherwise = sole or (nameless if recipient is None else None)
        events.append(_event(block, recipient, findings[min(known)] if known else otherwise, notice, original))
    return events


def _of_the_nameless(blocks: Sequence[Block], findings: Sequence[Finding]) -> Finding | None:
    """The finding about the one block that names no address (a pipe, a file): the one that no other block is about."""
    if sum(block.recipient is None for block in blocks) != 1:
        return None
    named = {name for block in blocks for name in (block.recipient, block.original)}
    left = [finding for finding in findings if finding.recipient not in named]
    return left[0] if len(left) == 1 else None


def _of_fields(block: Block, notice: Notice, original: Original, alone: bool) -> DeliveryEvent | None:
    """The event of a block that leaves no question open; ``alone``: the notice is about this recipient only."""
    recipient, action, mx, diagnostic = block.recipient, block.action, block.name("remote-mta"), block.diagnostic
    if recipient is None or action is None or mx is None or not diagnostic:
        return None
    if action == "delayed" and _may_be_final(notice):
        return None
    if OUTCOME_OF_ACTION[action] == "delivered":
        reply: Reply | None = accepted(diagnostic)
    else:
        reply = innermost(diagnostic)
        if reply is not None and (reply.code is None or is_expiry(reply) or reply.text[3:4] == "-"):
            return None
    if reply is None:
        return None
    status = reply.status
    if is_vague(status):
        status = better_status(status, reply, diagnostic, block, None)
        if is_vague(status):
            return None
    stage = stage_in(diagnostic)
    if stage is None and notice.may_tell_stage:
        stage = stage_in(notice.raw)
        if (stage is not None and not alone) or (">>>" in notice.raw and "ourier" in notice.raw):
            # Courier shows the whole session: its dialect tells which command was answered.
            return None
    return _built(block, recipient, action, reply, status, stage, mx, original)


def _may_be_final(notice: Notice) -> bool:
    """Could a dialect tell that the message is no longer tried, though the fields say ``delayed``?"""
    text = notice.raw.lower()
    return any(sign in text for sign in _FINAL_SIGNS)


def _event(
    block: Block | None, recipient: str | None, finding: Finding | None, notice: Notice, original: Original
) -> DeliveryEvent:
    """``recipient`` is the one of the block."""
    diagnostic = block.diagnostic if block is not None else ""
    if diagnostic and _HAS_LETTER.search(diagnostic) is None and innermost(diagnostic) is None:
        # Sendmail's ``X-Unix; 77`` is the exit code of a program.
        diagnostic = ""
    told = finding.text if finding is not None else ""
    action: Action | None = block.action if block is not None else None
    if action is None:
        action = finding.action if finding is not None else "failed"
    elif action == "delayed" and finding is not None and finding.final:
        action = "failed"
    if OUTCOME_OF_ACTION[action] == "delivered":
        reply, around = accepted(diagnostic or told), diagnostic
    else:
        reply, around = chosen(diagnostic, told)
    status = reply.status
    if is_vague(status):
        status = better_status(status, reply, diagnostic, block, finding)
    if recipient is None:
        recipient = finding.recipient if finding is not None else None
        recipient = recipient or notice.sole_recipient or original.mailed(None)
    mx = block.name("remote-mta") if block is not None else None
    stage = stage_in(around) or stage_in(told) or (finding.stage if finding is not None else None)
    mx = mx or (finding.mx if finding is not None else None)
    return _built(block, recipient, action, reply, status, stage, mx, original)


def _built(
    block: Block | None,
    recipient: str | None,
    action: Action,
    reply: Reply,
    status: str | None,
    stage: Stage | None,
    mx: str | None,
    original: Original,
) -> DeliveryEvent:
    event = DeliveryEvent(
        time=original.date,
        recipient=recipient,
        outcome=OUTCOME_OF_ACTION[action],
        response=reply.text or None,
        status=status,
        smtp_code=reply.code,
        stage=stage,
        mx=mx,
        sender=original.sender or original.addressee,
        message_id=original.message_id,
        action=action,
    )
    if block is not None:
        # A VERP return path tells whom the message was sent to, whoever refused it behind a forwarder.
        event.original_recipient = block.original or original.mailed(recipient)
        event.sender = _postfix_sender(block) or event.sender
        event.reporting_mta = block.name("reporting-mta")
        event.time = (
            time_of(block.fields.get("last-attempt-date", ""))
            or event.time
            or time_of(block.message.get("arrival-date", ""))
        )
    return event


def without_detail(notice: Notice) -> list[Finding]:
    """A report on delivery that gives no recipient block and no cause, but can only be about one recipient."""
    if notice.sole_recipient is None or not has_report_subject(notice):
        return []
    return [Finding(recipient=notice.sole_recipient, text="", action="delayed" if is_delay(notice) else "failed")]


def _postfix_sender(block: Block | None) -> str | None:
    """``X-Postfix-Sender`` and its like (``X-Yandex-Sender``): the envelope sender."""
    if block is None:
        return None
    for name, value in block.message.items():
        if name.startswith("x-") and name.endswith("-sender"):
            return unwrapped(typed_address(value))
    return None


def _addressee(mail: Message) -> str | None:
    """Whom the report was sent to: the envelope sender of the original (RFC 5321 section 6.1), unless a postmaster."""
    found = addresses_in(mail.first("to"))
    if len(found) != 1 or found[0].startswith(("postmaster@", "root@", "mailer-daemon@", "abuse@")):
        return None
    return unwrapped(found[0])


def _distinct(events: list[DeliveryEvent]) -> list[DeliveryEvent]:
    """A report that lists a recipient twice with the same outcome tells of it once: the more telling one stays."""
    kept: dict[tuple[str | None, str | None], DeliveryEvent] = {}
    for event in events:
        key = (event.recipient, event.outcome)
        known = kept.get(key)
        if known is None or (known.smtp_code is None and event.smtp_code is not None):
            kept[key] = event
    return list(kept.values())
