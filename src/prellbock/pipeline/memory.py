"""What the pipeline asks for: a classifier, and what is remembered. Stores implement `Memory`."""

from collections.abc import Collection, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from prellbock.events import DeliveryEvent, Verdict
from prellbock.history.recipient import State

Delivery = tuple[float, int]
"""Time of a delivery and short key of its message (0: not known)."""

FailedMail = tuple[bytes, str, int]
"""A mail of a campaign to one recipient: hash of the recipient, campaign, key of the message."""

Keys = NDArray[np.int64]
"""Short keys of recipients, or keys of events."""


class Classifies(Protocol):
    """What the pipeline wants of a classifier: `prellbock.classify.classifier.Classifier` is one."""

    @property
    def version(self) -> str: ...

    def classify_many(self, events: Sequence[DeliveryEvent], /) -> list[Verdict]: ...


class Memory(Protocol):
    """What is remembered, to be asked once per question and batch."""

    def known_events(self, keys: Collection[int]) -> set[int]:
        """Which of these events (not deliveries) are stored already."""
        ...

    def known_deliveries(self, hours: Keys, keys: Keys) -> NDArray[np.bool_]:
        """Which of these deliveries, by event key and hour since 1970 of their time, were counted already."""
        ...

    def open_among(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of these recipients (short keys) have a history that a delivery could change."""
        ...

    def states(self, hashes: Collection[bytes]) -> dict[bytes, State]:
        """The stored states of recipients and domains; unknown ones are missing. The caller may change them."""
        ...

    def bounced(self, hashes: Collection[bytes]) -> dict[bytes, dict[int, float]]:
        """For each of these recipients the messages that bounced: short key → time of the latest report.

        As far as they are stored, and the fault was the recipient's or the domain's.
        """
        ...

    def failed_mails(self, hashes: Collection[bytes]) -> dict[FailedMail, float]:
        """The mails of campaigns to these recipients that failed, whatever the reason: time of the latest report."""
        ...

    def deliveries(self, since: dict[int, float]) -> dict[int, list[Delivery]]:
        """Per recipient (short key) the deliveries remembered that are not before the given time, in any order."""
        ...
