"""What would a draft change of what is stored? The verdicts that move, and the recipients whose status would."""

import secrets
from typing import Literal

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.classify.replay import Change
from prellbock.classify.replay import replay as replay_events
from prellbock.drafting import policies, rules
from prellbock.events import DeliveryEvent
from prellbock.history.replay import Replay
from prellbock.providers import MX_SUFFIXES
from prellbock.store.contract import Store
from prellbock.store.revisions import Draft, Subject
from prellbock.taxonomy import FAULT_OF
from prellbock.times import rfc3339

MOST_SAMPLES = 5
"""Samples of one flow."""


class MovedTemplate(msgspec.Struct, frozen=True):
    """A template whose verdict moves."""

    template: str
    provider: str | None
    count: int
    old_rule: str | None
    new_rule: str | None


class Flow(msgspec.Struct, frozen=True):
    """So many stored events would count as ``new`` and not as ``old`` (categories); the largest templates of it."""

    old: str
    new: str
    old_fault: str
    new_fault: str
    count: int
    templates: int
    samples: list[MovedTemplate]


class VerdictMoves(msgspec.Struct, frozen=True):
    """Exact figures. ``moved`` events change their category; ``rule_only``: just the rule that decides."""

    judged: int
    moved: int
    rule_only: int
    flows: list[Flow]
    by_provider: dict[str, int]
    """Provider (empty: not known) to events moved."""


class MovedRecipient(msgspec.Struct, frozen=True):
    """A recipient whose status changes."""

    address: str | None
    hash: str
    before: str
    after: str
    until: str | None
    rule: str | None


class StatusFlow(msgspec.Struct, frozen=True):
    """So many recipients would have another status; from ``low`` to ``high`` with 95 % certainty where it is a
    sample."""

    before: str
    after: str
    count: int
    low: int
    high: int
    samples: list[MovedRecipient]


class StatusMoves(msgspec.Struct, frozen=True):
    """Of ``touched`` recipients ``looked_at`` were judged anew; where that is all of them the figures are exact."""

    touched: int
    looked_at: int
    exact: bool
    flows: list[StatusFlow]
    by_provider: dict[str, int]


class Replayed(msgspec.Struct, frozen=True):
    """What a draft would change. ``seconds`` is the time that the answer took."""

    id: str
    draft: str
    revision: int
    subject: Subject
    state: Literal["running", "done", "failed"]
    verdicts: VerdictMoves | None
    statuses: StatusMoves | None
    seconds: float = 0.0


def replay(store: Store, draft: Draft, now: float) -> Replayed:
    """Judges the stored history by what is in force and by the draft."""
    identity = f"r{secrets.token_hex(6)}"
    if draft.subject == "policy":
        moves = _of_policy(store, draft, now)
        return Replayed(identity, draft.id, draft.revision, "policy", "done", None, moves)
    verdicts = _of_rules(store, rules.classifier_of(rules.of_draft(store, draft)))
    return Replayed(identity, draft.id, draft.revision, "rules", "done", verdicts, None)


def _of_policy(store: Store, draft: Draft, now: float) -> StatusMoves:
    new = policies.read(draft.content)
    found = Replay(store.states(), store.policy, new, now)
    samples: dict[tuple[str, str], list[MovedRecipient]] = {}
    for each in found:
        kept = samples.setdefault((each.before.status, each.after.status), [])
        if len(kept) < MOST_SAMPLES:
            kept.append(
                MovedRecipient(each.address, each.hash, each.before.status, each.after.status,
                               rfc3339(each.after.until), each.after.rule)
            )  # fmt: skip
    flows = [
        StatusFlow(before, after, count, count, count, samples[before, after])
        for (before, after), count in found.changes.most_common()
    ]
    return StatusMoves(found.judged, found.judged, True, flows, {})


def _of_rules(store: Store, new: Classifier) -> VerdictMoves:
    events = []
    for template, provider, status, smtp_code, count in store.templates_seen():
        mx = f"mx.{MX_SUFFIXES[provider][0]}" if provider in MX_SUFFIXES else None
        events += [DeliveryEvent(response=template, mx=mx, status=status, smtp_code=smtp_code)] * count
    found = replay_events(store.classifier, new, events)
    moved: dict[tuple[str, str], list[Change]] = {}
    for change in found.changes:
        moved.setdefault((change.old_category, change.new_category), []).append(change)
    flows = [
        Flow(old, new_category, FAULT_OF[old], FAULT_OF[new_category], sum(c.count for c in changes), len(changes),
             [MovedTemplate(c.template, None, c.count, c.old_rule, c.new_rule) for c in changes[:MOST_SAMPLES]])
        for (old, new_category), changes in moved.items()
        if old != new_category
    ]  # fmt: skip
    flows.sort(key=lambda flow: -flow.count)
    total = sum(change.count for change in found.changes)
    return VerdictMoves(found.responses, found.changed, total - found.changed, flows, {})


class Replays:
    """The replays of the last hour, by id."""

    def __init__(self) -> None:
        self._kept: dict[str, Replayed] = {}

    def keep(self, replayed: Replayed) -> Replayed:
        """Remembers one; of very many the oldest are forgotten."""
        self._kept[replayed.id] = replayed
        while len(self._kept) > 100:
            del self._kept[next(iter(self._kept))]
        return replayed

    def get(self, identity: str) -> Replayed | None:
        """One that is remembered."""
        return self._kept.get(identity)
