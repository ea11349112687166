"""What every store does. The contract tests (`tests/contract`) run against each implementation."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.classify.classifier import Classifier
from prellbock.history.actions import Action, Kind
from prellbock.history.judge import Standing
from prellbock.history.outcomes import Bounce, Count, Kinds, Sign
from prellbock.history.policy import Policy
from prellbock.history.recipient import State
from prellbock.identity import Identity
from prellbock.pipeline import Classifies, Prepared
from prellbock.store.alarms import Alarms
from prellbock.store.apart import SetsApart
from prellbock.store.figures import Figures
from prellbock.store.following import Follows, Reached
from prellbock.store.incidents import Guards
from prellbock.store.judgements import Judgements, Known
from prellbock.store.people import Recipients
from prellbock.store.proposals import Opinion
from prellbock.store.responses import Searched
from prellbock.store.retention import Retains
from prellbock.store.revisions import Revisions
from prellbock.store.sources import Sources
from prellbock.store.templates import TemplateWork


class Part(msgspec.Struct, frozen=True):
    """One of several batches that are judged as one."""

    batch: Prepared
    digest: bytes
    """Identifies it: what is recorded as done is not processed again."""
    source: str


class Withheld(msgspec.Struct, frozen=True):
    """One line of the suppression list. Times are Unix seconds UTC; ``decision`` is a sequence number of the ledger."""

    seq: int
    address: str | None
    """Canonical address or ``@domain``; None in hashed mode."""
    hash: str
    """Keyed hash of the address, hexadecimal."""
    status: str
    scope: str
    since: float | None
    until: float | None
    category: str | None
    rule: str | None
    source: str | None
    decision: int | None


class LedgerEntry(msgspec.Struct, frozen=True):
    """One change of a status, as it was recorded."""

    seq: int
    scope: str
    time: float
    recorded: float
    before: str
    status: str
    since: float | None
    until: float | None
    category: str | None
    rule: str | None
    source: str | None
    evidence: list[int]
    policy: str
    ruleset: str
    """Version of the classification rules; empty where no event was judged."""
    actor: str
    action: str | None
    """suppress, release, undo or redo, where a person decided."""
    reason: str | None
    """Why, where a person decided."""
    undone: int | None
    """The operation that has undone this decision."""


class Decided(msgspec.Struct, frozen=True):
    """A decision of the ledger with whom it is about."""

    address: str | None
    hash: str
    provider: str | None
    """Who answered in the newest event of its evidence."""
    entry: LedgerEntry


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """Which decisions of the ledger are meant; None leaves a field open. Times are Unix seconds UTC, both included."""

    since: float | None = None
    until: float | None = None
    recorded: bool = False
    """The times are those of recording, not those of the events that led to the decision."""
    provider: str | None = None
    rule: str | None = None
    """Name of the history rule, or of a classification rule that decided about an event of its evidence."""
    category: str | None = None
    status: str | None = None
    actor: str | None = None


class Acted(msgspec.Struct, frozen=True):
    """What an action did to one recipient."""

    address: str | None
    hash: str
    before: Standing
    after: Standing
    decisions: int = 0
    """Of undo and redo: how many decisions of this recipient were meant."""


class Erased(msgspec.Struct, frozen=True):
    """What erasing a person has removed."""

    address: str
    found: bool
    """Whether anything was stored about the address."""
    kept: list[str]
    """What stays as a bare hash: ``status:scope``."""
    removed: dict[str, int]
    """Kind of what was removed or cleared → how many."""
    traces: list[str] = msgspec.field(default_factory=list)
    """Files of the store in which the address (or, if nothing is kept, its hash) still stands; normally none."""


class StoredEvent(msgspec.Struct, frozen=True):
    """An event that is not a delivery, as it was stored."""

    key: int
    time: float
    message: int
    outcome: str
    category: str
    fault: str
    permanent: bool | None
    decided_by: str
    rule: str | None
    template: str | None
    provider: str | None
    stream: str | None
    campaign: str | None
    status: str | None
    smtp_code: int | None
    feedback_type: str | None
    response: str | None
    source: str | None
    incident: str | None = None
    """The name of the incident, judged an outage, because of which the event does not count."""


class Story(msgspec.Struct):
    """Everything that is known of one recipient."""

    address: str
    state: State
    standing: Standing
    marks: list[Standing]
    domain: Standing
    last_delivery: float | None
    last_engagement: float | None
    """The latest open or click."""
    events: list[StoredEvent]
    """Newest first, at most as many as asked for."""
    ledger: list[LedgerEntry]
    actions: list[Action] = msgspec.field(default_factory=list)
    """What people did, notes included, oldest first."""
    probes: list[tuple[float, str]] = msgspec.field(default_factory=list)
    """When a probe was granted, and to whom (may be empty)."""
    waiting: Standing | None = None
    """What follows once the ten minutes of the latest failure are judged; until then ``standing`` is what holds."""


class Store(
    Figures, Guards, Alarms, Revisions, TemplateWork, Recipients, Judgements, Searched, Sources, Follows, SetsApart,
    Retains, Protocol,
):  # fmt: skip
    """The memory of one installation."""

    @property
    def identity(self) -> Identity:
        """Makes the keys of this installation."""
        ...

    def ingest(
        self,
        batch: Prepared,
        *,
        digest: bytes,
        source: str,
        classifier: Classifies | None = None,
        policy: Policy | None = None,
        now: float,
        announce: bool = True,
        reached: Reached | None = None,
        settled: bool = True,
    ) -> dict[str, int]:
        """Judges a batch and records everything that follows, in one transaction.

        ``digest`` identifies the batch: one that is recorded as done is not processed again. Without ``policy`` and
        ``classifier`` those in force judge. Without ``announce`` the ledger, the feed and the list of suppressions
        learn nothing before `announce` is called (or `maintain`, an hour after the last such batch). ``reached`` is
        where the reader of the batch stands after it. Returns the counts. A decision that rests on a failure of the
        last minutes waits until the outage shield has judged these; unless ``settled`` more of this input follows at
        once, and then its events alone tell how late it is.
        """
        ...

    def ingest_together(self, parts: Sequence[Part], *, now: float) -> list[dict[str, int]]:
        """Judges batches as one, in one transaction: what they lead to is what they would one after the other.

        The counts of each. The same may be among them twice. More input is to follow (not ``settled``).
        """
        ...

    @property
    def classifier(self) -> Classifier:
        """Judges by the rules in force."""
        ...

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        ...

    @property
    def policy_text(self) -> str | None:
        """The file of the policy in force; None where none was ever chosen."""
        ...

    def policy_of(self, version: str) -> str | None:
        """The file of a policy that was put into force once, by its version (as ledger entries have it)."""
        ...

    def use_policy(self, content: str, now: float, actor: str) -> dict[str, int]:
        """Puts a policy (TOML) into force, judges everybody by it and announces what changes.

        Returns ``judged`` (recipients and domains) and ``decisions``. Raises `RuleError`.
        """
        ...

    def announce(self, now: float, actor: str = "ingest") -> dict[str, int]:
        """Announces what was judged without announcing; returns ``judged`` and ``decisions``."""
        ...

    def states(self, *, as_of: float | None = None) -> Iterator[Known]:
        """Everybody of whom something is remembered, in no order."""
        ...

    def batch_done(self, digest: bytes) -> dict[str, int] | None:
        """The counts of a batch that is recorded as done, else None."""
        ...

    def noted(self, hashes: bytes) -> NDArray[np.bool_]:
        """Of whom among these (hashes of 16 octets, one after the other) something may be remembered.

        Of the others nothing is: their standings are those of a recipient without history.
        """
        ...

    def standings_of(
        self, subjects: Sequence[tuple[bytes, str | None]], policy: Policy, *, as_of: float | None = None
    ) -> list[tuple[Standing, list[Standing], Standing]]:
        """For each hash (and domain, where it is known): its standing, its complaints and unsubscribes, its domain's
        standing."""
        ...

    def lease(self, wanted: dict[bytes, float], now: float, holder: str, *, probes: bool = False) -> dict[bytes, float]:
        """Takes probes: hash of a recipient or domain → seconds.

        Returns those that somebody else holds, with the end of that lease; the rest is leased to ``holder``. An empty
        holder is never the same as another. ``probes``: they follow a pause, and are remembered.
        """
        ...

    def withheld(self, now: float, policy: Policy, *, since: int = 0, as_of: float | None = None) -> Iterator[Withheld]:
        """Everything that withholds mail at ``now``, by sequence number; ``since``: only what changed after it."""
        ...

    def changes(self, since: int) -> Iterator[Withheld]:
        """What became of every recipient and scope whose status changed after a sequence number, the latest only.

        Recipients that may be mailed again come with status ``deliverable`` or ``watched``.
        """
        ...

    def cursor(self) -> int:
        """The newest sequence number of the ledger; 0 if there is none."""
        ...

    def mark_of(self, seq: int) -> bytes | None:
        """8 octets that tell this entry of the ledger from any other that could have its number; None if there is none.

        After an older back-up was restored, the same numbers are given again to other entries.
        """
        ...

    def story(self, address: str, policy: Policy, *, as_of: float | None = None, events: int = 50) -> Story:
        """The history of a canonical address (empty if nothing is known)."""
        ...

    def act(
        self, addresses: Sequence[str], *, kind: Kind, scope: str, actor: str, reason: str, policy: Policy, now: float,
        once: bytes = b"",
    ) -> list[Acted]:  # fmt: skip
        """Suppresses, releases or notes canonical addresses, in one transaction; what it did, in order.

        ``once``: a random name of this call; made again within 48 hours, it changes nothing and gives the same answer.
        """
        ...

    def decisions(self, chosen: Chosen, *, after: int = 0) -> Iterator[Decided]:
        """The decisions meant, in the order of the ledger; ``after``: only those with a greater sequence number."""
        ...

    def undo(
        self, chosen: Chosen, *, actor: str, reason: str, policy: Policy, now: float, dry_run: bool = False,
        once: bytes = b"",
    ) -> tuple[int | None, list[Acted]]:  # fmt: skip
        """Undoes the decisions meant that withhold mail and are not undone yet, in one transaction.

        Domains are left alone; complaints, unsubscribes and what people suppressed only where a rule or category is
        named. Returns the number of the operation (None where there was nothing to do) and what it did. ``dry_run``
        changes nothing; ``once`` as in `act`.
        """
        ...

    def redo(
        self, chosen: Chosen, *, actor: str, reason: str, policy: Policy, now: float, dry_run: bool = False,
        operation: int | None = None, once: bytes = b"",
    ) -> tuple[int | None, list[Acted]]:  # fmt: skip
        """Takes undoing back, of the decisions meant or of one operation; as `undo`."""
        ...

    def erase(
        self, address: str, *, forget: bool, actor: str, reason: str, policy: Policy, now: float, dry_run: bool = False
    ) -> Erased:
        """Removes everything that says who a canonical address is, and proves it by looking through what is stored.

        Events and ledger stay, but point at nobody. A complaint, an unsubscribe or a suppression that holds stays as a
        bare hash, unless ``forget``. ``dry_run`` changes nothing.
        """
        ...

    def bounce_histories(self) -> list[tuple[list[Bounce], list[Sign]]]:
        """Of everybody who ever bounced (incidents left out): bounces by time, and signs of life since the first."""
        ...

    def proposal_opinions(self) -> dict[str, Opinion]:
        """What people said of proposed rules, by the key of the proposal."""
        ...

    def judge_proposal(self, key: str, opinion: Opinion | None) -> Opinion | None:
        """Remembers what somebody said of a proposed rule; None takes back what was said.

        The first opinion stays: what another process has said of it meanwhile is returned, and nothing changes.
        """
        ...

    def verdict_outcomes(self) -> Kinds:
        """What became of everybody who was called dead, by rule, category and provider."""
        ...

    def revivals(self, policy: Policy, now: float) -> tuple[Kinds, int]:
        """What became of pauses that have ended, by category and provider; and how many probes were granted.

        The pauses are those that the policy makes of the stored events, in the order of time: the same however the
        events came in.
        """
        ...

    def revival(self, category: str, policy: Policy, now: float) -> Count:
        """What became of the latest pauses for a category that have ended; of some thousand recipients at most."""
        ...

    def maintain(self, now: float) -> None:
        """What must be done now and then: thin the memory of deliveries, forget what is only kept for hours."""
        ...

    @property
    def deliveries_since(self) -> float:
        """From this time on (Unix seconds) every delivery is remembered; before it the last ones of each recipient."""
        ...

    def close(self) -> None: ...
