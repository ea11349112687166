"""When did an outage begin and end? Buckets that surge, joined to windows; and what is held of a window.

The windows are a function of the buckets alone, whatever order these were filled in.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from prellbock.guard.buckets import DAY, bucket_of, time_of
from prellbock.guard.surge import LEAST_ALIVE, RUN

Verdict = Literal["outage", "real"]
"""``outage``: the failures of the window say nothing about recipients. ``real``: they count like any others."""

LEAD = 1
"""Buckets before the first surge that belong to the window: the outage may have begun in the middle of one."""
RECOVERED_BUCKETS, RECOVERED_MAILS = 3, 10
"""An outage is over after so many buckets with deliveries and no surge, with so many deliveries together ..."""
RECOVERED_SHARE = 0.1
"""... of whose mails at most this share failed for good."""
SILENCE = DAY
"""After so many buckets without a surge it is over although nothing was delivered: nobody mails there."""
LONGEST = 3 * DAY
"""What surges for longer is no outage: these mailboxes are gone."""


class Bucket(msgspec.Struct, frozen=True):
    """One bucket of a series. ``alive`` is None where nobody asked who was alive, since too little failed."""

    number: int
    delivered: int = 0
    failed: int = 0
    alive: int | None = None
    surge: bool = False


class Window(msgspec.Struct, frozen=True):
    """An incident: buckets from ``begin`` to ``end`` (excluded; None: it is going on)."""

    provider: str
    category: str
    begin: int
    end: int | None
    verdict: Verdict
    """By the buckets alone; a person may know better (`Judgement`)."""

    @property
    def name(self) -> str:
        """What people call it, such as ``google.unknown_recipient.20201214T2210Z``."""
        begun = datetime.fromtimestamp(time_of(self.begin), UTC)
        return f"{self.provider or 'others'}.{self.category}.{begun:%Y%m%dT%H%MZ}"


class Judgement(msgspec.Struct, frozen=True):
    """What a person says about the incidents of a series that touch these buckets. Later ones win."""

    provider: str
    category: str
    begin: int
    end: int | None
    verdict: Verdict


def window(provider: str, category: str, first: int, buckets: Iterable[Bucket], newest: int) -> Window:
    """The incident that begins with the surge in bucket ``first``.

    ``buckets`` are those of the series from there on, in order, empty ones left out; ``newest`` is the latest bucket
    in which anything at all happened.
    """
    last, calm = first, list[Bucket]()
    end: int | None = None
    for bucket in buckets:
        if bucket.number - last > SILENCE:
            break
        if bucket.surge:
            last, calm = bucket.number, []
        elif bucket.delivered:
            calm.append(bucket)
            if _is_recovered(calm):
                # The first of them may hold the end of the outage.
                end = calm[0].number + 1
                break
    if end is None and newest - last > SILENCE:
        end = last + 2
    verdict: Verdict = "real" if last - first > LONGEST else "outage"
    return Window(provider, category, first - LEAD, end, verdict)


def _is_recovered(calm: Sequence[Bucket]) -> bool:
    delivered, failed = sum(b.delivered for b in calm), sum(b.failed if b.alive is None else b.alive for b in calm)
    return (
        len(calm) >= RECOVERED_BUCKETS
        and delivered >= RECOVERED_MAILS
        and failed <= RECOVERED_SHARE * (failed + delivered)
    )


def noticed_in(buckets: Iterable[Bucket]) -> int | None:
    """The first bucket after which it was clear that they surge: as soon as enough of the living had failed."""
    seen: list[Bucket] = []
    for bucket in buckets:
        if bucket.surge:
            seen = [*(each for each in seen if each.number > bucket.number - RUN), bucket]
            if sum(each.alive or 0 for each in seen) >= LEAST_ALIVE:
                return bucket.number
    return None


def judged(found: Window, judgements: Iterable[Judgement]) -> tuple[Verdict, bool]:
    """What holds for an incident, and whether a person said it. ``judgements``: oldest first, none taken back."""
    said: Verdict | None = None
    for each in judgements:
        if (each.provider, each.category) == (found.provider, found.category) and _overlap(found, each):
            said = each.verdict
    return (said, True) if said is not None else (found.verdict, False)


def _overlap(found: Window, said: Judgement) -> bool:
    return (said.end is None or found.begin < said.end) and (found.end is None or said.begin < found.end)


class Shield:
    """The windows whose failures do not count, to ask about many events. Windows have a number."""

    def __init__(self, windows: Iterable[tuple[int, Window]]) -> None:
        self._of: dict[tuple[str, str], list[tuple[int, int | None, int]]] = {}
        for number, each in windows:
            self._of.setdefault((each.provider, each.category), []).append((each.begin, each.end, number))

    def __bool__(self) -> bool:
        return bool(self._of)

    def covering(self, time: float, provider: str | None, category: str) -> int | None:
        """The number of the window that a failure lies in, if any."""
        bucket = bucket_of(time)
        for begin, end, number in self._of.get((provider or "", category), ()):
            if begin <= bucket and (end is None or bucket < end):
                return number
        return None


NO_SHIELD = Shield(())
