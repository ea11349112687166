"""What happens to one message? Its attempts, the answers, the retries, and what comes after a delivery.

The whole story is told when the message is sent, since the fate of every recipient is known in advance.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from prellbock.events import Outcome
from prellbock.simulate.dice import Dice, mix, shares
from prellbock.simulate.providers import DEAD_DOMAIN, EXPIRED, HOSTS, UNREACHABLE, WEIGHT_OF_CATEGORY, Host
from prellbock.simulate.replies import Reply
from prellbock.simulate.world import DAY, State, World

RETRY_SECONDS = (300, 900, 3_600, 14_400, 43_200)
"""Pauses after the first, second ... attempt; after the last pause the message has expired."""

ATTEMPTS = len(RETRY_SECONDS)

FEEDBACK_PROVIDERS = frozenset({"microsoft", "yahoo"})
"""Providers with a feedback loop for single messages."""


INCIDENTS = ("reputation", "rate_limited", "system_error", "reputation", "spam_content", "network")
"""What a bad spell at one provider is about; the weights are in the repetitions."""


class Step(NamedTuple):
    """One event of a message: milliseconds since the start, and what was said."""

    time: int
    outcome: Outcome
    reply: Reply | None
    """None: accepted, or an outcome without a reply."""
    attempt: int
    bits: int
    inner: Reply | None = None
    """The last answer before the message expired."""


class _Repertoire:
    """What the servers of one host can say, sorted by occasion."""

    def __init__(self, host: Host) -> None:
        self.by_category: dict[str, tuple[Reply, ...]] = {}
        for reply in host.replies:
            self.by_category[reply.category] = (*self.by_category.get(reply.category, ()), reply)
        # What may be said to living recipients: never that they are not there.
        innocent = [r for r in (*host.replies, *UNREACHABLE) if r.category in WEIGHT_OF_CATEGORY]
        self.soft = [r for r in innocent if not r.permanent]
        self.hard = [r for r in innocent if r.permanent]
        self.soft_shares = self._shares(self.soft)
        self.hard_shares = self._shares(self.hard)

    @staticmethod
    def _shares(replies: list[Reply]) -> list[float]:
        count = {r.category: sum(1 for other in replies if other.category == r.category) for r in replies}
        return [float(bound) for bound in shares([WEIGHT_OF_CATEGORY[r.category] / count[r.category] for r in replies])]


def _pick(replies: Sequence[Reply], bits: int) -> Reply:
    # Servers repeat themselves: the first text of a kind is the commonest.
    return replies[0] if bits % 10 < 6 else replies[bits // 10 % len(replies)]


class Storyteller:
    """Tells the story of every message that is not simply accepted."""

    def __init__(self, world: World, hard: float) -> None:
        """``hard`` is the share of the troubled messages to living recipients that are refused for good."""
        self._world = world
        self._hard = hard
        self._says = [_Repertoire(host) for host in HOSTS]
        self._whim = Dice(world.seed, "whim of domains")
        self.incident = self._incidents()

    def _incidents(self) -> npt.NDArray[np.int8]:
        """By host and hour: 0 for a quiet hour, else 1 + the number of the prevailing cause in `INCIDENTS`.

        The last quarter stays quiet, so that the share delivered can still come out.
        """
        dice, days = Dice(self._world.seed, "incidents"), self._world.scenario.days
        plan = np.zeros((len(HOSTS), days * 24), dtype=np.int8)
        for host in range(len(HOSTS)):
            for day in range(0, days, 10):
                bits = dice.at(host * 10_000 + day)
                begin = day * 24 + bits % 240
                length = 2 + (bits >> 20) % 12
                plan[host, begin : begin + length] = 1 + (bits >> 40) % len(INCIDENTS)
        plan[:, days * 18 :] = 0
        return plan

    def _answer(self, recipient: int, second: float, bits: int) -> Reply | None:
        """What the server says for this recipient whoever the sender is; None if it would accept."""
        world = self._world
        domain = int(world.domain[recipient])
        says = self._says[int(world.host_of_domain[domain])].by_category
        if world.outage_at(HOSTS[int(world.host_of_domain[domain])].provider, second):
            return says["unknown_recipient"][0]
        state = world.state_at(recipient, second)
        if state == State.DEAD:
            if world.domain_dies[domain] <= second:
                return DEAD_DOMAIN[self._whim.at(domain) % len(DEAD_DOMAIN)]
            disabled = "inactive_recipient" in says and self._whim.at(recipient) % 4 == 0
            if disabled and second < int(world.since[recipient]) + 14 * DAY:
                return _pick(says["inactive_recipient"], bits)
            return _pick(says["unknown_recipient"], bits)
        if state == State.MOVED:
            return _pick(says.get("recipient_moved") or says["unknown_recipient"], bits)
        if state == State.FULL:
            # One mailbox, one way of being full: its server does not change its mind between two attempts.
            return _pick(says["mailbox_full"], self._whim.at(recipient))
        if world.domain_down[domain] <= second < world.domain_up[domain]:
            return UNREACHABLE[self._whim.at(domain) % 3]
        return None

    def tell(self, recipient: int, time: int, bits: int, troubled: bool, marketing: bool) -> list[Step]:
        """The events of a message that is first tried at ``time`` (milliseconds since the start), in order of time.

        ``troubled``: something of the sender's, the message's or the network's making is in its way.
        """
        host = int(self._world.host_of_domain[self._world.domain[recipient]])
        says = self._says[host]
        hard, soft, patience, comes_back = None, None, 0, False
        if troubled:
            hour = min(time // 3_600_000, self.incident.shape[1] - 1)
            cause = INCIDENTS[self.incident[host, hour] - 1] if self.incident[host, hour] else None
            if (bits >> 11) * 2.0**-53 < self._hard:
                hard = self._choose(says.hard, says.hard_shares, mix(bits ^ 1), cause)
            elif bits % 100 < 72 or cause:
                soft = self._choose(says.soft, says.soft_shares, mix(bits ^ 2), cause)
                patience = (
                    1 if soft.category == "greylisted" else (1, 1, 1, 2, 2, 3, 4, 1, 2, ATTEMPTS)[bits // 100 % 10]
                )
            else:
                comes_back = True
        steps: list[Step] = []
        for attempt in range(1, ATTEMPTS + 1):
            draw = mix(bits + attempt)
            reply = self._answer(recipient, time / 1000, draw)
            if reply is None and attempt <= patience:
                reply = soft
            if reply is None and hard:
                reply = hard
            if reply is None and comes_back:
                return [*steps, *self._accepted(host, time, attempt, bits, marketing)]
            if reply is None:
                return [*steps, Step(time, "delivered", None, attempt, draw)]
            if reply.permanent:
                return [*steps, *self._refused(reply, time, attempt, draw)]
            steps.append(Step(time, "deferred", reply, attempt, draw))
            pause = RETRY_SECONDS[attempt - 1] * 1000
            time += pause + draw % (pause // 4)
        # Given up: the sending server writes the report, without another attempt.
        return [*steps, Step(time, "bounced", _pick(EXPIRED, bits), ATTEMPTS, draw, steps[-1].reply)]

    def _choose(self, replies: list[Reply], bounds: list[float], bits: int, cause: str | None) -> Reply:
        if cause and bits % 8 and (fitting := [r for r in replies if r.category == cause]):
            return _pick(fitting, bits >> 8)
        return replies[min(bisect_right(bounds, (bits >> 11) * 2.0**-53), len(replies) - 1)]

    def _refused(self, reply: Reply, time: int, attempt: int, bits: int) -> list[Step]:
        """Refused in the session, or accepted and reported later where the reply belongs to no SMTP command."""
        if reply.stage is not None or reply.smtp_code is None or not self._world.asynchronous:
            return [Step(time, "bounced", reply, attempt, bits)]
        return [
            Step(time, "delivered", None, attempt, bits),
            Step(time + _later(bits), "bounced", reply, attempt, mix(bits)),
        ]

    def _accepted(self, host: int, time: int, attempt: int, bits: int, marketing: bool) -> list[Step]:
        """Delivered, and then something comes back."""
        delivered = Step(time, "delivered", None, attempt, bits)
        later, draw = time + _later(mix(bits ^ 3)), bits >> 32 & 0xFFFF
        if marketing and draw % 3 == 0:
            loop = HOSTS[host].provider in FEEDBACK_PROVIDERS
            return [delivered, Step(later, "complaint" if loop else "unsubscribe", None, attempt, bits)]
        if draw % 3 == 1:
            return [delivered, Step(time + 1_000 + bits % 240_000, "auto_reply", None, attempt, bits)]
        says = self._says[host]
        reply = self._choose(says.hard, says.hard_shares, mix(bits ^ 4), None)
        return [delivered, Step(later, "bounced", reply, attempt, mix(bits ^ 5))]


def _later(bits: int) -> int:
    """Milliseconds until a report comes: mostly minutes, often hours, sometimes days."""
    kind, rest = bits % 20, bits >> 8
    if kind < 13:
        return 5_000 + rest % 3_000_000
    if kind < 19:
        return 3_600_000 + rest % 36_000_000
    return 86_400_000 + rest % 345_600_000
