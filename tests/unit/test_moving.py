"""What moves under other rules is found by trying the changed ones alone: it must be what asking everybody finds."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from prellbock.classify.classifier import Classifier, Key
from prellbock.classify.model import shipped_model
from prellbock.rules.model import Rule, RuleSet
from prellbock.store.judgements import Become, Judged
from prellbock.store.moving import moves_of

WORDS = ("unknown", "full", "blocked", "spam", "closed")
TEXTS = tuple(f"550 {one} {other}" for one in WORDS for other in ("mailbox", "5.1.1 user", *WORDS))
RULES = st.builds(
    Rule,
    name=st.sampled_from("abcdef"),
    category=st.sampled_from(("policy", "spam_content", "mailbox_full", "unknown_recipient")),
    match=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(tuple),
    unless=st.lists(st.sampled_from(WORDS), max_size=1).map(tuple),
    provider=st.sampled_from(((), ("gmx",))),
    code=st.sampled_from(((), ("550",), ("5.1.x",))),
    priority=st.sampled_from((0, 0, 0, 50)),
)
SETS = st.lists(RULES, max_size=5, unique_by=lambda rule: rule.name).map(lambda rules: RuleSet(tuple(rules)))
KEYS = st.tuples(
    st.sampled_from(TEXTS), st.sampled_from((None, "gmx")), st.sampled_from((None, 550, 451)),
    st.sampled_from((None, "5.2.2")), st.none(), st.none(),
)  # fmt: skip


@dataclass
class Stored:
    key: Key
    by: int
    """0: not known; 1: the rules before; 2: yet others."""


def classifier(rules: RuleSet) -> Classifier:
    return Classifier(rules, model=shipped_model)


@settings(max_examples=250, deadline=None)
@given(SETS, SETS, SETS, st.data())
def test_the_changed_rules_tell_what_moves(
    before: RuleSet, other: RuleSet, after: RuleSet, data: st.DataObject
) -> None:
    if data.draw(st.booleans(), label="a change of few rules"):
        kept = [rule for rule in before.rules if data.draw(st.booleans())]
        names = {rule.name for rule in kept}
        after = RuleSet((*kept, *(rule for rule in after.rules if rule.name not in names)))
    stored = data.draw(st.lists(st.builds(Stored, KEYS, st.integers(0, 2)), max_size=30))
    old, new, third = classifier(before), classifier(after), classifier(other)
    judgements = []
    for number, each in enumerate(stored):
        made = (third, old, third)[each.by].verdicts_of([each.key])[0]
        judgements.append(
            Judged(
                number,
                *each.key,
                made.category,
                made.permanent,
                made.decided_by,
                made.rule,
                ("", old.version, third.version)[each.by],
                1,
            )
        )
    assert moves_of(judgements, old, new) == asked(judgements, old, new)


def asked(judgements: list[Judged], before: Classifier, after: Classifier) -> dict[int, Become]:
    moves = {}
    for each in judgements:
        key = each.basis
        old, new = (
            Become(verdict.category, verdict.decided_by, verdict.rule)
            for verdict in (*before.verdicts_of([key]), *after.verdicts_of([key]))
        )
        is_known = each.ruleset not in ("", before.version)
        if new != Become(each.category, each.decided_by, each.rule) and (is_known or new != old):
            moves[each.key] = new
    return moves
