"""Who is on the list, where do they live, and what becomes of them? The truth that the traffic only hints at.

Everything about a million recipients is a few arrays (about 15 bytes each); names are computed when needed.
Times are whole seconds since the start of the world.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from prellbock.simulate.dice import F64, I64, Dice, shares
from prellbock.simulate.outages import OptionError, Outage
from prellbock.simulate.people import company_domain, local_part
from prellbock.simulate.providers import HOSTS

DAY = 86_400
OPEN = 2**40
"""The end of a state that lasts for ever, in seconds."""

START = datetime(2026, 1, 5, tzinfo=UTC)


class State(IntEnum):
    """What is true of a recipient at a time."""

    ALIVE = 0
    DEAD = 1
    FULL = 2
    MOVED = 3


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What to simulate. Raises `OptionError` for values that make no sense.

    ``delivered`` is the share of the events that report a delivery, 0 to 1; ``recipients`` of None is a tenth of the
    responses, at least 100; ``start`` has a zone; outages are in seconds since the start.
    """

    responses: int
    delivered: float = 0.95
    seed: int = 1
    days: int = 30
    recipients: int | None = None
    start: datetime = START
    outages: tuple[Outage, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.responses < 0:
            raise OptionError("the number of responses cannot be negative")
        if not 0 <= self.delivered <= 1:
            raise OptionError(f"the share of delivered is a number from 0 to 1, such as 0.95, not {self.delivered:g}")
        if not 1 <= self.days <= 3650:
            raise OptionError("the world lasts 1 to 3650 days")
        if self.recipients is not None and not 1 <= self.recipients <= 50_000_000:
            raise OptionError("the list has 1 to 50 million recipients")
        if self.start.tzinfo is None:
            raise OptionError("the start needs a time zone")

    @property
    def size(self) -> int:
        """The number of recipients."""
        return self.recipients if self.recipients is not None else max(100, self.responses // 10)


class World:
    """The list and its fate, drawn from a scenario. Reading it changes nothing."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.size = scenario.size
        self.end = scenario.days * DAY
        self.start_second = int(scenario.start.timestamp())
        self.asynchronous = scenario.delivered > 0
        """Whether servers accept first and bounce later; not in a world in which nothing is delivered."""
        self._settle()
        self._fate_of_domains()
        self._fate_of_recipients()

    def _settle(self) -> None:
        """Gives every recipient a domain, and every domain a way of running its mail."""
        companies = [number for number, host in enumerate(HOSTS) if not host.domains]
        total = sum(HOSTS[number].weight for number in companies)
        wanted = min(max(self.size // 40, 8), 20_000)
        self.domains: list[str] = []
        self.mx: list[tuple[str, ...]] = []
        hosts: list[int] = []
        first: list[int] = []
        count: list[int] = []
        invented = 0
        for number, host in enumerate(HOSTS):
            first.append(len(self.domains))
            names = list(host.domains)
            if not names:
                here = max(1, round(wanted * host.weight / total))
                names = [company_domain(invented + offset) for offset in range(here)]
                invented += here
            count.append(len(names))
            for name in names:
                self.domains.append(name)
                self.mx.append(tuple(mx.format(domain=name, dashed=name.replace(".", "-")) for mx in host.mx))
                hosts.append(number)
        self.host_of_domain: npt.NDArray[np.int64] = np.array(hosts, dtype=np.int64)
        everyone = np.arange(self.size, dtype=np.int64)
        living = np.searchsorted(
            shares([host.weight for host in HOSTS]), Dice(self.seed, "host").units(everyone), "right"
        )
        place = Dice(self.seed, "domain").units(everyone)
        # Some companies have many customers of ours, most have few: the square of a uniform number.
        company = np.isin(living, companies)
        place = np.where(company, place * place, place)
        within = np.floor(place * np.array(count)[living]).astype(np.int64)
        self.domain: npt.NDArray[np.int32] = (np.array(first)[living] + within).astype(np.int32)

    def _fate_of_domains(self) -> None:
        """Some company domains die, the servers of some cannot be reached for a while."""
        trouble = 1 - self.scenario.delivered
        count = len(self.domains)
        numbers = np.arange(count, dtype=np.int64)
        chance = Dice(self.seed, "fate of domains").units(numbers)
        when = Dice(self.seed, "when of domains").units(numbers)
        company = ~np.array([bool(HOSTS[host].domains) for host in self.host_of_domain])
        # Not the big ones: a single death must not use up all that may fail.
        company &= np.bincount(self.domain, minlength=count) <= max(1.0, 0.1 * trouble * self.size)
        dying = company & (chance < min(0.2, 0.3 * trouble))
        down = company & ~dying & (chance > 1 - min(0.3, 0.6 * trouble))
        self.domain_dies = np.where(dying, np.floor(when * self.end), OPEN).astype(np.int64)
        begin = np.floor(when * self.end * 0.9).astype(np.int64)
        longest = min(3 * DAY, self.end // 8)
        length = np.floor((0.05 + Dice(self.seed, "length of domains").units(numbers)) * longest).astype(np.int64)
        self.domain_down = np.where(down, begin, OPEN).astype(np.int64)
        self.domain_up = np.where(down, begin + length, OPEN).astype(np.int64)

    def _fate_of_recipients(self) -> None:
        """At most one turn of fate for each: a state from a time, until another time or for ever."""
        everyone = np.arange(self.size, dtype=np.int64)
        chance = Dice(self.seed, "fate").units(everyone)
        begin_unit = Dice(self.seed, "begin").units(everyone)
        until_unit = Dice(self.seed, "until").units(everyone)
        # Two fifths of what is not delivered is the recipients' doing, as far as can be said in advance.
        budget = 0.4 * (1 - self.scenario.delivered)
        dead, full, moved = 0.85 * budget, 0.12 * budget, 0.5 * budget
        self.domain_dead = self.domain_dies[self.domain]
        company = ~np.array([bool(host.domains) for host in HOSTS])[self.host_of_domain[self.domain]]
        accepts_all = np.array([host.accepts_all for host in HOSTS])[self.host_of_domain[self.domain]]
        state = np.select(
            [self.domain_dead < OPEN, chance < dead, chance < dead + full, company & (chance > 1 - moved)],
            [State.DEAD, State.DEAD, State.FULL, State.MOVED],
            State.ALIVE,
        ).astype(np.int8)
        # Three fifths of the dead were dead before the first message; an old list begins like that.
        begin = np.where(begin_unit < 0.6, 0.0, (begin_unit - 0.6) / 0.4 * self.end)
        begin = np.where(state == State.FULL, begin_unit * self.end * 0.8, begin)
        begin = np.where(state == State.MOVED, begin_unit * self.end, begin)
        since = np.where(self.domain_dead < OPEN, self.domain_dead, np.floor(begin).astype(np.int64))
        # Some of the dead return, most of the full do; nobody returns where the server accepts everyone.
        returns = (state == State.DEAD) & (self.domain_dead == OPEN) & ~accepts_all & (until_unit < 0.04)
        returns |= (state == State.FULL) & (until_unit < 0.7) & self.asynchronous
        length = np.floor((0.05 + until_unit * 0.6) * self.end).astype(np.int64)
        self.state: npt.NDArray[np.int8] = state
        self.since: I64 = np.where(state == State.ALIVE, OPEN, since).astype(np.int64)
        self.until: I64 = np.where(returns, since + length, OPEN).astype(np.int64)
        self._sorted_since = np.sort(self.since[state != State.ALIVE], kind="stable")
        self._sorted_until = np.sort(self.until[state != State.ALIVE], kind="stable")

    @property
    def seed(self) -> int:
        return self.scenario.seed

    def address(self, recipient: int) -> str:
        """The address of a recipient (0 to `size` - 1)."""
        return f"{local_part(recipient)}@{self.domains[self.domain[recipient]]}"

    def state_at(self, recipient: int, second: float) -> State:
        """What is true of a recipient at a time."""
        if int(self.since[recipient]) <= second < int(self.until[recipient]):
            return State(int(self.state[recipient]))
        return State.ALIVE

    def accepts_all(self, recipient: int) -> bool:
        """Whether the recipient's server takes mail for anybody and bounces later."""
        return HOSTS[int(self.host_of_domain[self.domain[recipient]])].accepts_all

    def outage_at(self, provider: str, second: float) -> bool:
        """Whether a provider calls everybody unknown at a time."""
        return any(o.provider == provider and o.begin <= second < o.end for o in self.scenario.outages)

    def afflicted(self, recipients: I64, seconds: F64) -> npt.NDArray[np.bool_]:
        """Which of the messages to these recipients at these times will not simply be accepted."""
        domain = self.domain[recipients]
        found = (self.since[recipients] <= seconds) & (seconds < self.until[recipients])
        found |= (self.domain_down[domain] <= seconds) & (seconds < self.domain_up[domain])
        for outage in self.scenario.outages:
            theirs = np.array([host.provider == outage.provider for host in HOSTS])[self.host_of_domain[domain]]
            found |= theirs & (outage.begin <= seconds) & (seconds < outage.end)
        return found

    def share_not_alive(self, second: float) -> float:
        """The share of the list that is dead, full or moved at a time."""
        begun = int(np.searchsorted(self._sorted_since, second, "right"))
        ended = int(np.searchsorted(self._sorted_until, second, "right"))
        return (begun - ended) / self.size
