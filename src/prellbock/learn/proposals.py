"""What is proposed to the people of an installation, and what follows from what they say.

A proposal is computed anew from the stored templates and the rules in force; remembered is only what somebody said of
it. What was rejected is not proposed again, and neither is another wording of it that would decide the same families
in the same way. What was accepted stands as a rule in a draft, which somebody reviews and publishes.
"""

import re
from collections.abc import Mapping
from threading import Lock

from prellbock.classify.model import shipped_model
from prellbock.drafting import rules as drafts
from prellbock.drafting.drafts import draft_of
from prellbock.drafting.errors import DraftError
from prellbock.learn import corpus
from prellbock.learn.propose import Candidate, Seen, propose
from prellbock.rules.model import Rule
from prellbock.store.contract import Store
from prellbock.store.proposals import Opinion
from prellbock.store.templates import Queued, Wanted

TEMPLATES = 20_000
"""Templates of the store that are looked at, what nothing classifies first, then the most frequent."""

# Reasons are kept for ever: none names a person, so nothing is to be erased from them.
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'=|{}@]+@[\w.-]*\w")


class Proposing:
    """The candidates of one installation, computed again only when rules or templates have changed. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: tuple[str, int] | None = None
        self._found: list[Candidate] = []

    def candidates(self, store: Store) -> list[Candidate]:
        """Everything that could be proposed, judged already or not; the most useful first."""
        with self._lock:
            queued = _queued(store)
            classifier = drafts.classifier_of(drafts.in_force(store))
            known = (classifier.version, hash(tuple((each.key, each.count) for each in queued)))
            if known != self._of:
                seen = [_seen(each) for each in queued if each.work != "ignore"]
                self._found = propose(classifier, shipped_model(), seen, corpus.shipped())
                self._of = known
            return self._found

    def open(self, store: Store) -> list[Candidate]:
        """Those of which nobody has said anything."""
        opinions = store.proposal_opinions()
        done = {(each.category, family) for each in opinions.values() for family in each.families}
        return [
            each
            for each in self.candidates(store)
            if each.key not in opinions
            and not (each.families and all((each.rule.category, family) in done for family in each.families))
        ]

    def candidate(self, store: Store, key: str) -> Candidate:
        """Raises `DraftError` where there is none."""
        found = next((each for each in self.candidates(store) if each.key == key), None)
        if found is None:
            raise DraftError("missing", f"there is no proposal {key[:40]!r} any more; list them again")
        return found


def accept(
    store: Store, candidate: Candidate, actor: str, now: float, *, rule: Rule | None = None, draft: str | None = None
) -> Opinion:
    """Puts the rule, or another (``rule``), into a new draft or the one that is named. Raises `DraftError`."""
    _refuse_judged(store, candidate.key)
    chosen = rule or candidate.rule
    given = drafts.of_draft(store, draft_of(store, draft, "rules")) if draft else drafts.in_force(store)
    if given.ruleset.named(chosen.name) is not None:
        raise DraftError("conflict", f"there is a rule {chosen.name!r} already; give this one another name")
    identity = draft or drafts.begin(store, f"Proposal {candidate.key}", actor, now).id
    drafts.edit(store, identity, {chosen.name: chosen}, actor, now)
    opinion = Opinion(
        "accepted", actor, "", now, identity, category=candidate.rule.category, families=candidate.families, rule=chosen
    )
    store.judge_proposal(candidate.key, opinion)
    return opinion


def reject(store: Store, candidate: Candidate, reason: str, actor: str, now: float) -> Opinion:
    """Remembers that it is not wanted, and why. Raises `DraftError` where it was judged already."""
    _refuse_judged(store, candidate.key)
    opinion = Opinion(
        "rejected", actor, _ADDRESS.sub("{address}", " ".join(reason.split())), now, category=candidate.rule.category,
        families=candidate.families, rule=candidate.rule,
    )  # fmt: skip
    store.judge_proposal(candidate.key, opinion)
    return opinion


def undo(store: Store, key: str, actor: str, now: float) -> Opinion:
    """Takes back what was said; an accepted rule leaves its draft. Returns what was said. Raises `DraftError`."""
    opinion = store.proposal_opinions().get(key)
    if opinion is None:
        raise DraftError("missing", f"nobody has judged a proposal {key[:40]!r}")
    rule = opinion.rule
    if opinion.draft is not None and rule is not None:
        if drafts.in_force(store).ruleset.named(rule.name) is not None:
            raise DraftError("conflict", f"the rule {rule.name!r} is in force; take it out in a draft of the rules")
        if any(each.id == opinion.draft for each in store.drafts("rules")):
            drafts.edit(store, opinion.draft, {}, actor, now, forget=(rule.name,))
    store.judge_proposal(key, None)
    return opinion


def judged(opinions: Mapping[str, Opinion]) -> list[tuple[str, Opinion]]:
    """What people said, the latest first."""
    return sorted(opinions.items(), key=lambda each: (-each[1].time, each[0]))


def seen(store: Store) -> list[Seen]:
    """The stored templates that nobody wants ignored."""
    return [_seen(each) for each in _queued(store) if each.work != "ignore"]


def _queued(store: Store) -> list[Queued]:
    return [each for _, each in store.template_queue(Wanted(), after=None, most=TEMPLATES)]


def _seen(each: Queued) -> Seen:
    return Seen(each.text, each.count, provider=each.provider)


def _refuse_judged(store: Store, key: str) -> None:
    opinion = store.proposal_opinions().get(key)
    if opinion is not None:
        raise DraftError("conflict", f"{opinion.actor} has {opinion.state} this proposal already; take that back first")
