"""What is proposed to the people of an installation, and what follows from what they say.

A proposal is a new rule (`propose`) or a change of rules (`revising`). It is computed anew from what is stored and the
rules in force; remembered is only what somebody said of it. What was rejected is not proposed again, and neither is
another wording of it that would decide the same families in the same way, nor the same kind of change to the same
rules. What was accepted stands in a draft, which somebody reviews and publishes.
"""

import re
from collections.abc import Mapping, Sequence
from threading import Lock
from time import monotonic

import msgspec

from prellbock.classify.model import shipped_model
from prellbock.drafting import rules as drafts
from prellbock.drafting.drafts import draft_of
from prellbock.drafting.errors import DraftError
from prellbock.history.outcomes import Count, Kinds
from prellbock.learn import corpus
from prellbock.learn.candidate import Candidate
from prellbock.learn.decisions import labels_of
from prellbock.learn.evidence import LeftOver
from prellbock.learn.pool import TEMPLATES, Seen
from prellbock.learn.propose import propose
from prellbock.learn.revising.grounds import DAY, Grounds, History
from prellbock.learn.revising.weighed import revisions
from prellbock.rules.model import Rule
from prellbock.rules.record import read_record
from prellbock.store.contract import Store
from prellbock.store.proposals import Opinion
from prellbock.store.templates import Queued, Wanted

_HOLDS = 20.0

# Reasons are kept for ever: none names a person, so nothing is to be erased from them.
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'=|{}@]+@[\w.-]*\w")


class Proposing:
    """The candidates of one installation, computed again only when rules or templates have changed. Thread-safe.

    While responses come in, templates change all the time: then what was found holds for twenty times as long as it
    took to find. What somebody says of rules or templates counts at once.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.judging = Lock()
        """Held by whoever looks whether somebody has judged a proposal and then judges it."""
        self._labelled: LeftOver | None = None
        self._rules: tuple[str, int, int] | None = None
        self._templates = 0
        self._holds_until = 0.0
        self._found: list[Candidate] = []

    def candidates(self, store: Store, outcomes: Kinds | None = None) -> list[Candidate]:
        """Everything that could be proposed, judged already or not: corrections, new rules, other changes of rules.

        ``outcomes`` as `Store.verdict_outcomes` gives them, which may take long; None asks for them.
        """
        with self._lock:
            queued = _queued(store)
            classifier = drafts.classifier_of(drafts.in_force(store))
            kinds = store.verdict_outcomes() if outcomes is None else outcomes
            offending = {name: count for (by, name), count in kinds.items() if by == "rule" and count.offends}
            works = hash(tuple(sorted((each.key, each.work) for each in queued if each.time is not None)))
            rules = (classifier.version, works, hash(tuple(sorted(offending))))
            templates = hash(tuple((each.key, each.count) for each in queued))
            begun = monotonic()
            if rules != self._rules or (templates != self._templates and begun >= self._holds_until):
                # That a text says nothing is said of it, where somebody keeps it without a category.
                silent = {each.key for each in queued if each.work == "keep" and each.category == "unclassified"}
                seen = [_seen(each) for each in queued if each.work != "ignore" and each.key not in silent]
                labelled = corpus.shipped()
                own = labels_of(store, kinds)
                if self._labelled is None or self._labelled.classifier.version != classifier.version:
                    self._labelled = LeftOver(classifier, labelled)
                history = _history(store, queued, offending)
                changes = revisions(Grounds(classifier, shipped_model(), history, [*labelled, *own]))
                fresh = propose(shipped_model(), seen, self._labelled.beside(own) if own else self._labelled)
                urgent = [each for each in changes if each.kind == "correct"]
                self._found = [*urgent, *fresh, *(each for each in changes if each.kind != "correct")]
                self._rules, self._templates = rules, templates
                self._holds_until = begun + _HOLDS * (monotonic() - begun)
            return self._found

    def open(self, store: Store, outcomes: Kinds | None = None) -> list[Candidate]:
        """Those of which nobody has said anything."""
        opinions = store.proposal_opinions()
        done = {(each.category, family) for each in opinions.values() for family in each.families}
        return [
            each
            for each in self.candidates(store, outcomes)
            if each.key not in opinions
            and not (each.families and all((each.rule.category, family) in done for family in each.families))
        ]

    def candidate(self, store: Store, key: str, outcomes: Kinds | None = None) -> Candidate:
        """As it was shown last, while the rules are the same. Raises `DraftError` where there is none."""
        with self._lock:
            same = self._rules is not None and self._rules[0] == drafts.in_force(store).ruleset.version
            shown = self._found if same else []
        found = next((each for each in shown if each.key == key), None)
        found = found or next((each for each in self.candidates(store, outcomes) if each.key == key), None)
        if found is None:
            raise DraftError("missing", f"there is no proposal {key[:40]!r} any more; list them again")
        return found


def accept(
    store: Store, candidate: Candidate, actor: str, now: float, *, rule: Rule | None = None, draft: str | None = None
) -> Opinion:
    """Puts what is proposed, or another rule (``rule``), into a new draft or the one that is named.

    Raises `DraftError`.
    """
    _refuse(store.proposal_opinions().get(candidate.key))
    chosen = rule or candidate.rule
    in_force = drafts.in_force(store)
    given = drafts.of_draft(store, draft_of(store, draft, "rules")) if draft else in_force
    edits = _edits(candidate, chosen)
    for name in edits:
        if candidate.kind == "add" and given.ruleset.named(name) is not None:
            raise DraftError("conflict", f"there is a rule {name!r} already; give this one another name")
        if given.ruleset.named(name) != in_force.ruleset.named(name):
            raise DraftError("conflict", f"the draft changes the rule {name!r} already; take another draft")
    identity = draft or drafts.begin(store, f"Proposal {candidate.key}", actor, now).id
    drafts.edit(store, identity, edits, actor, now)
    opinion = Opinion(
        "accepted", actor, "", now, identity, category=candidate.rule.category, families=candidate.families,
        rule=chosen, edits=edits if candidate.edits else {}, kind=candidate.kind,
    )  # fmt: skip
    if (before := store.judge_proposal(candidate.key, opinion)) is not None:
        # Somebody in another process was faster. In a draft that both have named stands what he wants.
        if draft is None:
            store.remove_draft(identity)
        else:
            theirs = _accepted(before) if before.draft == draft else {}
            drafts.edit(store, draft, theirs, actor, now, forget=edits.keys() - theirs.keys())
        _refuse(before)
    return opinion


def edited(candidate: Candidate, fields: Mapping[str, object]) -> Rule:
    """The proposed rule with other fields. Raises `DraftError` (``problems``) where these make no rule."""
    record = msgspec.json.decode(msgspec.json.encode(candidate.rule), type=dict[str, object])
    known = {name: value for name, value in record.items() if value not in (None, [], {})}
    rule, mistakes = read_record({**known, **fields})
    if rule is None:
        first = mistakes[0]
        problems = [msgspec.to_builtins(mistake) for mistake in mistakes]
        raise DraftError("refused", f"{first.field}: {first.text}", problems=problems)
    return rule


def _edits(candidate: Candidate, chosen: Rule) -> dict[str, Rule | None]:
    """What is done to the rules where the first of them shall be ``chosen``. Raises `DraftError`."""
    if candidate.kind == "add":
        return {chosen.name: chosen}
    if chosen.name != candidate.rule.name:
        raise DraftError("refused", f"the rule {candidate.rule.name!r} keeps its name where it is changed")
    if candidate.kind == "retire" and chosen != candidate.rule:
        raise DraftError("refused", "a rule that goes cannot be edited; reject this, and edit it in a draft")
    return {
        name: chosen if name == chosen.name and rule is not None else rule for name, rule in candidate.edits.items()
    }


def reject(store: Store, candidate: Candidate, reason: str, actor: str, now: float) -> Opinion:
    """Remembers that it is not wanted, and why. Raises `DraftError` where it was judged already."""
    opinion = Opinion(
        "rejected", actor, _ADDRESS.sub("{address}", " ".join(reason.split())), now, category=candidate.rule.category,
        families=candidate.families, rule=candidate.rule, edits=candidate.edits, kind=candidate.kind,
    )  # fmt: skip
    _refuse(store.judge_proposal(candidate.key, opinion))
    return opinion


def undo(store: Store, key: str, actor: str, now: float) -> Opinion:
    """Takes back what was said; an accepted rule leaves its draft. Returns what was said. Raises `DraftError`."""
    opinion = store.proposal_opinions().get(key)
    if opinion is None:
        raise DraftError("missing", f"nobody has judged a proposal {key[:40]!r}")
    rule = opinion.rule
    if opinion.draft is not None and rule is not None:
        edits = _accepted(opinion)
        in_force = drafts.in_force(store).ruleset
        if opinion.edits and all(in_force.named(name) == other for name, other in edits.items()):
            raise DraftError(
                "conflict", f"the change of {rule.name!r} is in force; take it back in a draft of the rules"
            )
        if not opinion.edits and in_force.named(rule.name) is not None:
            raise DraftError("conflict", f"the rule {rule.name!r} is in force; take it out in a draft of the rules")
        if any(each.id == opinion.draft for each in store.drafts("rules")):
            drafts.edit(store, opinion.draft, {}, actor, now, forget=tuple(edits))
    store.judge_proposal(key, None)
    return opinion


def _accepted(opinion: Opinion) -> dict[str, Rule | None]:
    """What acceptance did to the rules."""
    return opinion.edits or ({opinion.rule.name: opinion.rule} if opinion.rule is not None else {})


def judged(opinions: Mapping[str, Opinion]) -> list[tuple[str, Opinion]]:
    """What people said, the latest first."""
    return sorted(opinions.items(), key=lambda each: (-each[1].time, each[0]))


def seen(store: Store) -> list[Seen]:
    """The stored templates of which nobody has said anything."""
    return [_seen(each) for each in _queued(store) if each.work == "qualify"]


def _queued(store: Store) -> list[Queued]:
    return [each for _, each in store.template_queue(Wanted(), after=None, most=TEMPLATES)]


def _history(store: Store, queued: Sequence[Queued], offending: Mapping[str, Count]) -> History:
    first = min((each.first for each in queued), default=0.0)
    newest = max((each.last for each in queued), default=0.0)
    return History(store.judgements(), store.rule_hits(), (newest - first) / DAY, newest, offending)


def _seen(each: Queued) -> Seen:
    return Seen(each.text, each.count, provider=each.provider)


def _refuse(opinion: Opinion | None) -> None:
    if opinion is not None:
        raise DraftError("conflict", f"{opinion.actor} has {opinion.state} this proposal already; take that back first")
