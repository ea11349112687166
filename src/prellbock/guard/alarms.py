"""What is an alarm? Something that is wrong now, told once when it begins and once when it is over.

What is wrong is found anew each time it is looked for; alarms are what remains of that: the same thing is one alarm as
long as it is found. No alarm names a recipient.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

Kind = Literal["hard_bounces", "sender_blocked", "authentication", "feedback", "unclassified", "silence", "revival",
               "incident", "stop", "door", "apart", "export", "sync",
               "destination", "drift", "report"]  # fmt: skip
SUMMARY: dict[Kind, str] = {
    "hard_bounces": "More mail bounces hard than agreed",
    "sender_blocked": "A blocklist or the reputation of the sender stops mail",
    "authentication": "Mail fails SPF, DKIM or DMARC",
    "feedback": "Reports of failed authentication or of viruses come in",
    "unclassified": "Much of what servers answer is not understood",
    "silence": "A source that used to bring events is silent",
    "revival": "Fewer of the paused come back than before",
    "incident": "A provider refuses people who are known to be alive",
    "stop": "A campaign should stop",
    "door": "A mailbox, listener, queue or bucket cannot be read",
    "destination": "A destination takes no decisions, or falls behind",
    "apart": "Something came in by a door and cannot be used",
    "export": "Files could not be written, or are late",
    "sync": "A suppression list could not be kept alike, or is late",
    "report": "A month's report could not be mailed",
    "drift": "Servers answer otherwise than before, or verdicts agree less",
}
"""Every kind, and what it tells."""
RECOVERED = 0.9
"""An alarm is over when its value has fallen below this share of the limit, so that it does not flutter."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong now."""

    kind: Kind
    subject: str
    """What it is about; the same subject is the same alarm. Never a recipient."""
    value: float
    limit: float
    details: dict[str, str | int | float] = {}
    """Facts for people and machines: the affected address or domain of ours, the list, counts."""


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm; ``until`` is None while it stands. Times are Unix seconds UTC."""

    number: int
    kind: Kind
    subject: str
    since: float
    until: float | None
    value: float
    worst: float
    limit: float
    details: dict[str, str | int | float]


class Step(msgspec.Struct, frozen=True):
    """What is to be written: new ones, those that go on (with what is found now), and those that are over."""

    raised: list[Finding]
    going_on: list[tuple[Alarm, Finding]]
    over: list[Alarm]


def is_wrong(value: float, limit: float, *, stands: bool) -> bool:
    """Whether a value calls for an alarm; one that stands is only over well below the limit."""
    return value > limit or (stands and value > limit * RECOVERED)


def step(found: Iterable[Finding], standing: Sequence[Alarm]) -> Step:
    """Compares what is wrong now with the alarms that stand."""
    now = {(each.kind, each.subject): each for each in found}
    known = {(each.kind, each.subject): each for each in standing}
    return Step(
        [finding for key, finding in now.items() if key not in known],
        [(alarm, now[key]) for key, alarm in known.items() if key in now],
        [alarm for key, alarm in known.items() if key not in now],
    )
