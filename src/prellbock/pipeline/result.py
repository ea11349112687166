"""Everything that follows from a batch, as plain values for a store to write."""

from collections import Counter

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.events import DecidedBy, DeliveryEvent, Stage, Verdict
from prellbock.guard.breaker import Key as CampaignKey
from prellbock.guard.breaker import Sent
from prellbock.guard.buckets import Tally
from prellbock.history.judge import Standing
from prellbock.history.recipient import State
from prellbock.pipeline.memory import Keys
from prellbock.rules.model import Reporter

HOUR = 3600
DAY = 86400
Place = tuple[str, int]
"""A domain and a UTC day (days since 1970)."""


class Reported(msgspec.Struct, frozen=True):
    """An event that is not a delivery, with everything that was concluded from it alone."""

    key: int
    message: int
    entity: bytes | None
    """Hash of the recipient; None where the report names none."""
    event: DeliveryEvent
    verdict: Verdict
    template: int | None
    origin: int = 0
    """Sender and stream (`identity.of_origin`)."""
    judgement: int | None = None
    """Key of the `Judgement`; None where rules had nothing to say."""
    incident: int | None = None
    """The incident because of which it says nothing about its recipient."""


class Deliveries(msgspec.Struct):
    """New deliveries of a batch, as columns. Domains stand among the recipients, without an event key of their own."""

    hours: Keys
    events: Keys
    days: NDArray[np.int32]
    recipients: Keys
    times: NDArray[np.float64]
    messages: NDArray[np.uint32]
    """Short keys of the messages; 0 where not known."""
    kinds: Keys
    """Of what kind each is (`Prepared.kinds`); domains and openings have none and are left out."""
    campaigns: Keys
    """Of which campaign (`Prepared.campaigns`; -1: none); empty where no delivery of the batch has one."""
    places: Keys
    """Where each stands among the deliveries that came; domains and openings have no place and are left out."""


class Change(msgspec.Struct):
    """The state of a recipient or domain after the batch."""

    entity: bytes
    name: str
    """Canonical address, or ``@domain``."""
    state: State
    standing: Standing
    marks: list[Standing]


class Decision(msgspec.Struct, frozen=True):
    """A change of a recipient's status, dated by the newest event of that recipient."""

    entity: bytes
    name: str
    time: float
    before: Standing
    after: Standing
    action: int | None = None
    """Key of the action of a person that made it; None where events did."""


class RollupKey(msgspec.Struct, frozen=True, array_like=True):
    """One cell of the hourly counts."""

    hour: int
    category: str
    fault: str
    provider: str
    stream: str
    rule: str
    outcome: str


class TemplateCount(msgspec.Struct):
    """How often a template occurred in a batch, and when."""

    text: str
    count: int
    first: float
    last: float
    category: str
    provider: str | None
    sample: str
    recipient: str
    """Whom the sample was about: in hashed mode the store takes the name out of the text."""


class Judgement(msgspec.Struct, frozen=True, array_like=True):
    """A template in its context, and what was made of it: all that a change of rules must be tried on."""

    template: int
    provider: str | None
    smtp_code: int | None
    status: str | None
    stage: Stage | None
    reporter: Reporter | None
    category: str
    permanent: bool | None
    decided_by: DecidedBy
    rule: str | None


class Result(msgspec.Struct):
    """Everything that follows from a batch."""

    counts: Counter[str]
    reported: list[Reported]
    deliveries: Deliveries
    changes: list[Change]
    decisions: list[Decision]
    rollups: Counter[RollupKey]
    templates: dict[int, TemplateCount]
    judgements: dict[int, tuple[Judgement, int]]
    """By key, with how many events of the batch were judged so."""
    tally: Tally | None
    """What the outage shield counts."""
    campaigns: dict[CampaignKey, Sent]
    """What the breaker of campaigns counts."""
