"""What do the people of an installation, and what became of its recipients, teach? Labelled texts out of a store.

- Templates that somebody has looked at and said *keep* to have the category that they have.
- Rules of one's own, accepted proposals among them, have examples; so do the shipped rules that were changed.
- Outcomes are weak labels (they weigh as little as a phrase): where almost nobody of those whom a rule, code or model
  called dead ever lived, the templates that it decided are rightly called so.

A rejected proposal says what a text is not, which no label can hold; it is remembered as an opinion instead.
"""

from collections.abc import Iterator

from prellbock.drafting import rules as drafts
from prellbock.history.outcomes import OFFENDING, Kinds
from prellbock.learn.corpus import Labelled
from prellbock.learn.pool import TEMPLATES
from prellbock.providers import MX_SUFFIXES
from prellbock.rules.model import Rule
from prellbock.store.contract import Store
from prellbock.store.templates import Wanted
from prellbock.taxonomy import DEAD

LEAST_CASES = 30
"""Recipients called dead and mailed again, below which outcomes confirm nothing."""


def labels_of(store: Store, outcomes: Kinds | None = None) -> list[Labelled]:
    """Every text once, what people say before what outcomes say. ``outcomes`` as `Store.verdict_outcomes`."""
    found: dict[tuple[str, str | None], Labelled] = {}
    confirmed = store.verdict_outcomes() if outcomes is None else outcomes
    for row in (*_kept(store), *_of_rules(store), *_confirmed(store, confirmed)):
        found.setdefault((row.template, row.mx), row)
    return list(found.values())


def _kept(store: Store) -> Iterator[Labelled]:
    for _, each in store.template_queue(Wanted(work="keep"), after=None, most=TEMPLATES):
        yield Labelled(text=each.text, category=each.category, group="kept", mx=_mx(each.provider))


def _of_rules(store: Store) -> Iterator[Labelled]:
    own = drafts.in_force(store).changes
    waiting = [each.rule for each in store.proposal_opinions().values() if each.state == "accepted" and each.rule]
    rules: dict[str, Rule] = {rule.name: rule for rule in waiting if own.get(rule.name, rule) is not None}
    rules |= {name: rule for name, rule in own.items() if rule is not None}
    for rule in rules.values():
        for example in rule.examples:
            yield Labelled(
                text=example.text, category=rule.category, group=rule.name, smtp_code=example.smtp_code,
                mx=example.mx or _mx(rule.provider[0] if rule.provider else None), status=example.status,
                stage=example.stage,
            )  # fmt: skip


def _confirmed(store: Store, outcomes: Kinds) -> Iterator[Labelled]:
    sure = {
        name for (by, name), count in outcomes.items()
        if by == "rule" and count.cases >= LEAST_CASES and count.interval[1] <= OFFENDING * 2
    }  # fmt: skip
    for each in store.judgements():
        by = each.rule if each.decided_by == "rule" else f"{each.decided_by}:{each.rule}"
        if each.category in DEAD and by in sure and each.text:
            yield Labelled(
                text=each.text, category=each.category, origin="outcome", group="outcomes", mx=_mx(each.provider),
                smtp_code=each.smtp_code, status=each.status, stage=each.stage,
            )  # fmt: skip


def _mx(provider: str | None) -> str | None:
    suffixes = MX_SUFFIXES.get(provider, ()) if provider else ()
    return f"mx.{suffixes[0]}" if suffixes else None
