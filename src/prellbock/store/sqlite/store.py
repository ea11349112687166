"""The embedded store itself: transactions, look-ups, the suppression list, one recipient's story."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prellbock.addresses import domain_of
from prellbock.guard.holding import by_clock, more_to_come
from prellbock.history.actions import Action
from prellbock.history.judge import Standing, scoped, standing
from prellbock.history.policy import Policy
from prellbock.history.recipient import State, decode_state
from prellbock.identity import ENGAGED, short, shorts
from prellbock.pipeline import Classifies, Prepared, counts_of_each, joined, judge
from prellbock.store.contract import LedgerEntry, Part, StoredEvent, Story, Withheld
from prellbock.store.following import Reached
from prellbock.store.judgements import Known
from prellbock.store.revisions import Version
from prellbock.store.sqlite import history, outcomes
from prellbock.store.sqlite.alarms import Alarming
from prellbock.store.sqlite.announce import PAGE, announce, held, hold, hold_all
from prellbock.store.sqlite.apart import KeptApart
from prellbock.store.sqlite.destinations import Sending, mark_of_row
from prellbock.store.sqlite.exports import Exporting
from prellbock.store.sqlite.figures import CountedHere
from prellbock.store.sqlite.following import Following
from prellbock.store.sqlite.guarding import Guarding
from prellbock.store.sqlite.held import as_announced, sort_out
from prellbock.store.sqlite.hindsight import Hindsight
from prellbock.store.sqlite.incidents import shield
from prellbock.store.sqlite.memory import chunks
from prellbock.store.sqlite.opened import POLICY, read_policy
from prellbock.store.sqlite.people import People
from prellbock.store.sqlite.recipients import Listing
from prellbock.store.sqlite.rejudging import Rejudging
from prellbock.store.sqlite.reports import Reporting
from prellbock.store.sqlite.responses import SearchedHere
from prellbock.store.sqlite.retention import Retaining
from prellbock.store.sqlite.revisions import Revised
from prellbock.store.sqlite.sources import Configured
from prellbock.store.sqlite.syncs import Syncing
from prellbock.store.sqlite.templates import WorkedOn
from prellbock.store.sqlite.write import Versions, write_batch, write_decisions

DELIVERIES_KEPT_DAYS = 35
COUNTED_KEPT_SECONDS = 48 * 3600.0
ANSWERS_KEPT_SECONDS = 48 * 3600.0
BACKFILL_SECONDS = 3600.0
"""For so long after its latest batch a back-fill counts as being under way."""
_BACKFILL = "backfill_until"
"""Name of a setting."""
_PAGE = 5000
"""Lines of the suppression list that are read at once."""


class SqliteStore(
    People,
    Guarding,
    Alarming,
    Hindsight,
    CountedHere,
    Revised,
    WorkedOn,
    Listing,
    Rejudging,
    SearchedHere,
    Configured,
    Following,
    Sending,
    Exporting,
    Syncing,
    Reporting,
    KeptApart,
    Retaining,
):
    """`prellbock.store.contract.Store` in a data folder. Safe to share between threads; one call runs at a time."""

    # --- writing

    def ingest(
        self,
        batch: Prepared,
        *,
        digest: bytes,
        source: str,
        classifier: Classifies | None = None,
        policy: Policy | None = None,
        now: float,
        actor: str = "ingest",
        announce: bool = True,
        reached: Reached | None = None,
        settled: bool = True,
    ) -> dict[str, int]:
        """See `prellbock.store.contract.Store.ingest`."""
        with self._writing():
            if reached is not None:
                self._write_reached(reached, now)
            (counts,) = self._ingest(
                [Part(batch, digest, source)], classifier=classifier, policy=policy, now=now, actor=actor,
                announce=announce, settled=settled,
            )  # fmt: skip
        return counts

    def ingest_together(self, parts: Sequence[Part], *, now: float) -> list[dict[str, int]]:
        """See `prellbock.store.contract.Store.ingest_together`."""
        with self._writing():
            return self._ingest(parts, now=now, settled=False)

    def _ingest(
        self, parts: Sequence[Part], *, classifier: Classifies | None = None, policy: Policy | None = None, now: float,
        actor: str = "ingest", announce: bool = True, settled: bool,
    ) -> list[dict[str, int]]:  # fmt: skip
        """The counts of each; those that were recorded before, or stand among them twice, count as read again."""
        counts = {part.digest: _again(known) for part in parts if (known := self._counts_of(part.digest)) is not None}
        new = [*{part.digest: part for part in parts if part.digest not in counts}.values()]
        found = self._record(
            new, classifier=classifier, policy=policy, now=now, actor=actor, announce=announce, settled=settled
        ) if new else []  # fmt: skip
        first = {part.digest: own for part, own in zip(new, found, strict=True)}
        told: list[dict[str, int]] = []
        for part in parts:
            own = counts.get(part.digest) or first[part.digest]
            counts.setdefault(part.digest, _again(own))
            told.append(own)
        return told

    def _record(
        self, parts: Sequence[Part], *, classifier: Classifies | None, policy: Policy | None, now: float, actor: str,
        announce: bool, settled: bool,
    ) -> list[dict[str, int]]:  # fmt: skip
        """Judges batches that are new as one and writes all that follows; the counts of each."""
        policy = policy or self._policy()
        classifier = classifier or self._classifier_in_force()
        versions = Versions(policy.version, classifier.version, actor)
        batches = [part.batch for part in parts]
        result = judge(
            joined(batches), identity=self.identity, classifier=classifier, policy=policy, memory=self._memory,
            shield=shield(self._db),
        )  # fmt: skip
        counts = counts_of_each(batches, result)
        numbers = write_batch(
            self._db,
            self._kept,
            self._memory,
            result,
            parts,
            counts,
            now=now,
            plain=self._plain,
            ruleset=classifier.version,
        )
        newest = max(self._newest_bucket(), result.tally.newest if result.tally else 0)
        holding = by_clock(now) if settled else more_to_come(newest)
        deciding = {numbers[decision.entity] for decision in result.decisions}
        if not announce:
            hold(self._db, deciding)
            self._set(_BACKFILL, str(now + BACKFILL_SECONDS))
        waiting = held(self._db, deciding)
        decisions = [decision for decision in result.decisions if numbers[decision.entity] not in waiting]
        self._count_campaigns(result.campaigns, now)
        # Before anything is announced: the batch may hold an outage and who suffers from it.
        anew = self._watch(
            result.tally, policy, now, classifier.version, keep_days=DELIVERIES_KEPT_DAYS, announce=announce
        )
        decisions = [decision for decision in decisions if numbers[decision.entity] not in anew]
        decisions = sort_out(self._db, self._kept, decisions, result.changes, numbers, holding)
        write_decisions(self._db, self._kept, ((numbers[each.entity], each) for each in decisions), now, versions)
        self._release(holding, policy, now, classifier.version)
        return [dict(own) for own in counts]

    @property
    def policy(self) -> Policy:
        """See `prellbock.store.contract.Store.policy`."""
        with self._reading():
            return self._policy()

    @property
    def policy_text(self) -> str | None:
        """See `prellbock.store.contract.Store.policy_text`."""
        return self._setting(POLICY)

    def policy_of(self, version: str) -> str | None:
        """See `prellbock.store.contract.Store.policy_of`."""
        with self._reading():
            row = self._db.execute("SELECT content FROM policies WHERE version = ?", (version,)).fetchone()
        return str(row[0]) if row else None

    def use_policy(self, content: str, now: float, actor: str) -> dict[str, int]:
        """See `prellbock.store.contract.Store.use_policy`."""
        found = read_policy(content)
        number = self.in_force("policy")
        chosen = Version("policy", number, found.version, content, found.name, (actor,), None, actor, now)
        with self._writing():
            if self._setting(POLICY) != content:
                self._enter_version(chosen, None)
            self._use_policy(content, now)
        return self.announce(now, actor)

    def _use_policy(self, content: str, now: float) -> None:
        self._set(POLICY, content)
        version = read_policy(content).version
        self._db.execute("INSERT OR IGNORE INTO policies VALUES (?, ?, ?)", (version, content, now))
        hold_all(self._db)

    def publish(self, version: Version, *, draft: str | None = None) -> int:
        """See `prellbock.store.revisions.Revisions.publish`."""
        if version.subject == "policy":
            read_policy(version.content)
        self._rejudge_all()
        with self._writing():
            before = self._classifier_in_force()
            number = self._enter_version(version, draft)
            if version.subject == "policy":
                self._use_policy(version.content, version.published)
            else:
                self._begin_rejudging(before, self._classifier_in_force())
        self._rejudge_all()
        self.announce(version.published, version.publisher)
        return number

    def announce(self, now: float, actor: str = "ingest") -> dict[str, int]:
        """See `prellbock.store.contract.Store.announce`."""
        judged = decided = 0
        with self._writing():
            self._set(_BACKFILL, "0")
        while True:
            with self._writing():
                policy = self._policy()
                versions = Versions(policy.version, self._classifier_in_force().version, actor)
                recipients, decisions = announce(self._db, policy, now, versions)
            judged, decided = judged + recipients, decided + decisions
            if recipients < PAGE:
                return {"judged": judged, "decisions": decided}

    def batch_done(self, digest: bytes) -> dict[str, int] | None:
        """See `prellbock.store.contract.Store.batch_done`."""
        with self._reading():
            counts = self._counts_of(digest)
        return _again(counts) if counts is not None else None

    def _counts_of(self, digest: bytes) -> dict[str, int] | None:
        row = self._db.execute("SELECT counts FROM batches WHERE digest = ?", (digest,)).fetchone()
        return json.loads(row[0]) if row else None

    def lease(self, wanted: dict[bytes, float], now: float, holder: str, *, probes: bool = False) -> dict[bytes, float]:
        """See `prellbock.store.contract.Store.lease`."""
        keys = {digest: short(digest) for digest in wanted}
        held: dict[bytes, float] = {}
        with self._writing():
            taken: dict[int, tuple[float, str]] = {}
            for marks, part in chunks(keys.values()):
                rows = self._db.execute(f"SELECT key, until, holder FROM leases WHERE key IN ({marks})", part)  # noqa: S608
                taken.update((key, (until, by)) for key, until, by in rows)
            for digest, key in keys.items():
                until, by = taken.get(key, (0.0, ""))
                if until > now and not (holder and holder == by):
                    held[digest] = until
                elif until <= now:
                    taken[key] = (now + wanted[digest], holder)
                    self._db.execute("INSERT OR REPLACE INTO leases VALUES (?, ?, ?)", (key, *taken[key]))
                    if probes:
                        self._db.execute("INSERT OR IGNORE INTO probes VALUES (?, ?, ?)", (key, now, holder))
        return held

    def maintain(self, now: float) -> None:
        """See `prellbock.store.contract.Store.maintain`."""
        self._rejudge_all()
        if now >= float(self._setting(_BACKFILL) or 0.0):
            self.announce(now)
        self.settle(now)
        while self._forget_responses(now):
            pass
        with self._writing():
            self._memory.runs.thin(DELIVERIES_KEPT_DAYS)
            self._forget_raws(now - self._kept_seconds("raws"))
            self._forget_queued(now)
            self._forget_apart(now - self._kept_seconds("apart"))
            self._memory.runs.forget_counted(now - COUNTED_KEPT_SECONDS)
            self._forget_notices(now)
            self._forget_deliveries(now - self._kept_seconds("taken"), now - self._kept_seconds("dead"))
            self._forget_answers(now - ANSWERS_KEPT_SECONDS)

    # --- reading

    @property
    def deliveries_since(self) -> float:
        """See `prellbock.store.contract.Store.deliveries_since`."""
        with self._reading():
            return self._memory.runs.whole_since(DELIVERIES_KEPT_DAYS)

    def noted(self, hashes: bytes) -> NDArray[np.bool_]:
        """See `prellbock.store.contract.Store.noted`."""
        with self._reading():
            self._noted.refresh()
            return self._noted.among(shorts(hashes))

    def standings_of(
        self, subjects: Sequence[tuple[bytes, str | None]], policy: Policy, *, as_of: float | None = None
    ) -> list[tuple[Standing, list[Standing], Standing]]:
        """See `prellbock.store.contract.Store.standings_of`."""
        of_domain = {domain: self.identity.of_domain(domain) for _, domain in subjects if domain is not None}
        domains = {*of_domain.values()}
        hashes = {*domains, *(digest for digest, _ in subjects)}
        with self._reading():
            waiting: dict[bytes, Standing] = {}
            if as_of is None:
                states = self._memory.states(hashes)
                waiting = as_announced(self._db, hashes)
            else:
                numbers = self._numbers(hashes)
                states = {
                    digest: history.state_at(self._db, self._memory.runs, number, digest, as_of)
                    for digest, number in numbers.items()
                }
        judged = {
            digest: (waiting.get(digest) or standing(state, policy, domain=digest in domains), scoped(state, policy))
            for digest, state in states.items()
        }
        nothing: tuple[Standing, list[Standing]] = (Standing(), [])
        return [
            (*judged.get(digest, nothing), judged.get(of_domain.get(domain or "", b""), nothing)[0])
            for digest, domain in subjects
        ]

    def withheld(self, now: float, policy: Policy, *, since: int = 0, as_of: float | None = None) -> Iterator[Withheld]:
        """See `prellbock.store.contract.Store.withheld`."""
        if as_of is not None:
            with self._reading():
                found = list(history.withheld_at(self._db, self._memory.runs, policy, as_of))
            yield from found
            return
        yield from self._pages(
            "SELECT decision, address, hash, status, scope, since, until, category, rule, source FROM withheld"
            " JOIN recipients USING (number) WHERE decision > ? AND (until IS NULL OR until > ?)"
            " ORDER BY decision LIMIT ?",
            since,
            now,
        )

    def changes(self, since: int) -> Iterator[Withheld]:
        """See `prellbock.store.contract.Store.changes`."""
        yield from self._pages(
            "SELECT seq, address, hash, status, scope, since, until, category, rule, source FROM ledger AS latest"
            " JOIN recipients USING (number) WHERE seq > ? AND NOT EXISTS (SELECT 1 FROM ledger WHERE"
            " ledger.number = latest.number AND ledger.scope = latest.scope AND ledger.seq > latest.seq)"
            " ORDER BY seq LIMIT ?",
            since,
        )

    def _pages(self, statement: str, since: int, *values: object) -> Iterator[Withheld]:
        """Rows in the order of their first column, `_PAGE` at a time, so that neither memory nor writers are held."""
        while True:
            with self._reading():
                rows = self._db.execute(statement, (since, *values, _PAGE)).fetchall()
            yield from map(_withheld, rows)
            if len(rows) < _PAGE:
                return
            since = rows[-1][0]

    def states(self, *, as_of: float | None = None) -> Iterator[Known]:
        """See `prellbock.store.contract.Store.states`."""
        last = -1
        while True:
            with self._reading():
                rows = self._db.execute(
                    "SELECT number, hash, is_domain, address, state FROM states JOIN recipients USING (number)"
                    " WHERE number > ? ORDER BY number LIMIT ?",
                    (last, _PAGE),
                ).fetchall()
                runs = self._memory.runs
                found = [
                    decode_state(stored) if as_of is None else history.state_at(self._db, runs, number, digest, as_of)
                    for number, digest, _, _, stored in rows
                ]
            for (_, digest, is_domain, address, _), state in zip(rows, found, strict=True):
                yield Known(digest.hex(), address, bool(is_domain), state)
            if len(rows) < _PAGE:
                return
            last = rows[-1][0]

    def cursor(self) -> int:
        """See `prellbock.store.contract.Store.cursor`."""
        with self._reading():
            (newest,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM ledger").fetchone()
        return int(newest)

    def mark_of(self, seq: int) -> bytes | None:
        """See `prellbock.store.contract.Store.mark_of`."""
        with self._reading():
            row = self._db.execute(
                "SELECT number, recorded, scope, status FROM ledger WHERE seq = ?", (seq,)
            ).fetchone()
        return None if row is None else mark_of_row(self.secret, row)

    def story(self, address: str, policy: Policy, *, as_of: float | None = None, events: int = 50) -> Story:
        """See `prellbock.store.contract.Store.story`."""
        digest = self.identity.of_address(address)
        domain = self.standings_of([(digest, domain_of(address))], policy, as_of=as_of)[0][2]
        with self._reading():
            number = self._numbers([digest]).get(digest)
            state, found, waiting = State(), Standing(), None
            stored, ledger, done = list[StoredEvent](), list[LedgerEntry](), list[Action]()
            if number is not None:
                if as_of is not None:
                    state = history.state_at(self._db, self._memory.runs, number, digest, as_of)
                else:
                    state = self._memory.states([digest]).get(digest, state)
                found = history.with_evidence(self._kept, number, standing(state, policy))
                if as_of is None and (before := as_announced(self._db, [digest]).get(digest)) is not None:
                    found, waiting = before, found
                evidence = [*found.evidence, *(key for mark in scoped(state, policy) for key in mark.evidence)]
                stored = history.events(self._db, number, until=as_of, most=events, always=evidence)
                ledger = history.ledger(self._db, number, until=as_of)
                done = history.actions(self._db, number, until=as_of if as_of is not None else history.ALWAYS)
            known = State(failures=state.failures)
            void = {} if number is None else history.bounced(self._db, number, state, as_of or history.ALWAYS)
            signs = self._memory.runs.deliveries_of(short(digest), as_of)
            known.add_deliveries([sign for sign in signs if sign[1] != ENGAGED], void)
            probes = outcomes.probes(self._db, digest, as_of if as_of is not None else history.ALWAYS)
        last_engagement = max((time for time, message in signs if message == ENGAGED), default=None)
        last_delivery = max(known.last_delivery, 0.0 if state.last_delivery == last_engagement else state.last_delivery)
        return Story(
            address=address,
            state=state,
            standing=found,
            marks=scoped(state, policy),
            domain=domain,
            last_delivery=last_delivery or None,
            last_engagement=last_engagement,
            events=stored,
            ledger=ledger,
            actions=done,
            probes=probes,
            waiting=waiting,
        )

    # --- one recipient

    def _numbers(self, hashes: Sequence[bytes] | object) -> dict[bytes, int]:
        numbers: dict[bytes, int] = {}
        for marks, part in chunks(hashes):  # type: ignore[arg-type]
            numbers.update(
                self._db.execute(f"SELECT hash, number FROM recipients WHERE hash IN ({marks})", part)  # noqa: S608
            )
        return numbers


def _withheld(row: tuple[Any, ...]) -> Withheld:
    """From a row in the order of the struct, the ledger's sequence number first and the hash as octets."""
    seq, address, digest, status, scope, since, until, category, rule, source = row
    return Withheld(seq, address, digest.hex(), status, scope, since, until, category, rule, source, seq)


def _again(counts: dict[str, int]) -> dict[str, int]:
    """The counts of a batch that is read once more: everything in it is a duplicate."""
    return {"read": counts["read"], "new": 0, "duplicate": counts["read"]}
