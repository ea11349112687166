"""The ledger as people ask for it: which decisions are meant by a time, a provider, a rule, a category, a person?"""

import json
import sqlite3
from typing import Any, NamedTuple

from prellbock.store.contract import Chosen, Decided, LedgerEntry

_PROVIDER = (
    "(SELECT events.provider FROM json_each(ledger.evidence) JOIN events ON events.key = value"
    " WHERE events.provider IS NOT NULL ORDER BY events.time DESC LIMIT 1)"
)
_UNDONE = "(SELECT operation FROM undone WHERE undone.seq = ledger.seq AND redone IS NULL)"
_COLUMNS = " ".join((
    "SELECT address, hash,", _PROVIDER, ", ledger.seq, ledger.scope, ledger.time, ledger.recorded, before, status,",
    "since, until, ledger.category, ledger.rule, source, evidence, policy, ruleset, ledger.actor, actions.kind,",
    "actions.reason,", _UNDONE, ", ledger.number FROM ledger",
    "JOIN recipients ON recipients.number = ledger.number LEFT JOIN actions ON actions.key = ledger.action",
))  # fmt: skip


class Row(NamedTuple):
    """A decision, and the number of its recipient (or domain)."""

    decided: Decided
    number: int

    @property
    def entry(self) -> LedgerEntry:
        return self.decided.entry


def chosen_rows(
    db: sqlite3.Connection, chosen: Chosen, *, after: int = 0, most: int = -1, more: str = "1",
    operation: int | None = None, for_undo: bool = False,
) -> list[Row]:  # fmt: skip
    """The decisions meant, in the order of the ledger.

    ``more`` is a further condition, of constants and ``:operation`` alone.
    """
    conditions = []
    values = {name: getattr(chosen, name) for name in chosen.__struct_fields__}
    # A decision is as old as what it rests on, whatever else had come in when it was taken.
    time = "ifnull(ledger.since, ledger.time)" if for_undo else "ledger.time"
    time = "ledger.recorded" if chosen.recorded else time
    if chosen.since is not None:
        conditions.append(f"{time} >= :since")
    if chosen.until is not None:
        conditions.append(f"{time} <= :until")
    if chosen.category is not None:
        conditions.append("ledger.category = :category")
    if chosen.provider is not None:
        conditions.append(f"{_PROVIDER} = :provider")
    if chosen.rule is not None:
        conditions.append(
            "(ledger.rule IN (:rule, :rule || '/probe') OR EXISTS (SELECT 1 FROM json_each(ledger.evidence)"
            " JOIN events ON events.key = value WHERE events.rule = :rule))"
        )
    meant = " AND ".join(conditions) or "1"
    if for_undo:
        meant = f"({meant} OR {_rests_on(chosen)})"
    named = [f"ledger.{name} = :{name}" for name in ("status", "actor") if values[name] is not None]
    where = " AND ".join(["ledger.seq > :after", more, meant, *named])
    rows = db.execute(
        f"{_COLUMNS} WHERE {where} ORDER BY ledger.seq LIMIT :most",
        {**values, "after": after, "most": most, "operation": operation},
    )
    return [_row(row) for row in rows]


def _rests_on(chosen: Chosen) -> str:
    """The condition that a decision counts a failure that is meant, whatever else it counts.

    When events come in late or in lumps, the decisions that they would have led to on their day were never taken: the
    one that was taken instead rests on the same failures.
    """
    time = "ledger.recorded" if chosen.recorded else "events.time"
    conditions = {
        "since": f"{time} >= :since",
        "until": f"{time} <= :until",
        "category": "events.category = :category",
        "provider": "events.provider = :provider",
        "rule": "(events.rule = :rule OR ledger.rule IN (:rule, :rule || '/probe'))",
    }
    meant = [f" AND {condition}" for name, condition in conditions.items() if getattr(chosen, name) is not None]
    return (
        "EXISTS (SELECT 1 FROM json_each(ledger.evidence) JOIN events ON events.key = value"  # noqa: S608
        f" WHERE events.outcome IN ('bounced', 'deferred') AND events.category != 'suppressed'{''.join(meant)})"
    )


def _row(row: tuple[Any, ...]) -> Row:
    address, digest, provider, *fields, number = row
    entry = dict(zip(LedgerEntry.__struct_fields__, fields, strict=True))
    entry["evidence"] = json.loads(entry["evidence"])
    return Row(Decided(address, digest.hex(), provider, LedgerEntry(**entry)), number)
