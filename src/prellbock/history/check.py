"""May this recipient be mailed now? The answer from standings, the kind of mail and who asks."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from prellbock.history.judge import BY_HAND, RANK, Standing, holds_for
from prellbock.history.model import MARKETING, Policy

Intent = Literal["requested"]
"""``requested``: the recipient has just asked for this mail (password reset ordered a second ago)."""

_HOUR = 3600.0


class Answer(msgspec.Struct, frozen=True):
    """The answer for one address. ``lease`` > 0: the mail is a probe, to be leased for so many seconds."""

    may_mail: bool
    status: str
    until: float | None
    reason: str
    lease: float = 0.0
    of_domain: bool = False
    """The domain's history decided, so the lease is the domain's."""


def answer(
    standing: Standing,
    marks: Sequence[Standing],
    domain: Standing,
    *,
    policy: Policy,
    now: float,
    stream: str | None = None,
    intent: Intent | None = None,
) -> Answer:
    """Judges one address at ``now`` (Unix seconds) for a stream; no stream means marketing."""
    personal, of_domain = standing.at(now), domain.at(now)
    strictest = of_domain if RANK[of_domain.status] > RANK[personal.status] else personal
    whose = "domain: " if strictest is of_domain and of_domain is not personal else ""
    reason = f"{whose}{_reason(strictest)}"
    if strictest.status == "suppressed":
        if intent == "requested" and not whose:
            lease = policy.requested_hours * _HOUR
            return Answer(True, "suppressed", None, f"{reason}; just requested: let through as a probe", lease)
        return Answer(False, "suppressed", None, reason)
    for mark in marks:
        if holds_for(mark, stream, policy) and not (intent == "requested" and stream is None):
            return Answer(False, mark.status, None, f"{mark.rule} about {mark.scope}")
    critical = policy.is_critical(stream) or intent == "requested"
    if strictest.status == "paused":
        if critical:
            return Answer(True, "paused", strictest.until, f"{reason}; critical mail is let through")
        return Answer(False, "paused", strictest.until, reason)
    if strictest.status == "watched":
        probe = strictest.rule is not None and strictest.rule.endswith("/probe") and not critical
        return Answer(True, "watched", None, reason, policy.probe_hours * _HOUR if probe else 0.0, bool(whose))
    return Answer(True, "deliverable", None, "nothing is held against it")


def deciding(standing: Standing, marks: Sequence[Standing], domain: Standing, *, now: float) -> Standing:
    """Which of the three decides about marketing mail at ``now``: what `answer` goes by where nothing more is asked."""
    personal, of_domain = standing.at(now), domain.at(now)
    strictest = of_domain if RANK[of_domain.status] > RANK[personal.status] else personal
    if strictest.status == "suppressed":
        return strictest
    return next((mark for mark in marks if mark.scope == MARKETING), strictest)


def waiting(granted_until: float, status: str) -> Answer:
    """The answer to whoever asks while somebody else's probe is under way."""
    return Answer(False, status, granted_until, "a probe is under way; its outcome decides")


def _reason(standing: Standing) -> str:
    if standing.status == "deliverable":
        return "nothing is held against it"
    if standing.rule == BY_HAND:
        return f"suppressed by {standing.source}, rule {standing.rule}"
    parts = [standing.category or "failures", f"rule {standing.rule}"]
    if standing.source:
        parts.append(f"source {standing.source}")
    return ", ".join(parts)
