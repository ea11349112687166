"""How long things are kept in SQLite: `prellbock.store.retention.Retains`."""

from collections.abc import Mapping
from itertools import takewhile

import msgspec

from prellbock.store.retention import DAY, KEPT, Holds
from prellbock.store.sqlite.opened import Opened

_CHOSEN, _CLEARED = "retention", "responses_cleared"
"""Names of settings: the days by kind, and the row up to which responses have lost their words."""
_AT_ONCE = 50_000
"""Rows of one transaction."""

_HOLDS = {
    "recipients": "SELECT count(*), NULL FROM recipients",
    "ledger": "SELECT max(seq), (SELECT recorded FROM ledger ORDER BY seq LIMIT 1) FROM ledger",
    "failures": "SELECT max(row), (SELECT time FROM events ORDER BY time LIMIT 1) FROM events",
    "templates": "SELECT count(*), min(first) FROM templates",
    "raws": "SELECT count(*), min(recorded) FROM raws",
    "apart": "SELECT count(*), min(recorded) FROM apart",
    "queued": "SELECT count(*), min(recorded) FROM queued",
    "taken": "SELECT count(*), min(last) FROM outgoing WHERE state = 'taken'",
    "dead": "SELECT count(*), min(last) FROM outgoing WHERE state = 'dead'",
    "campaigns": "SELECT count(*), min(last) FROM campaign_counts",
    "notices": "SELECT count(*), min(created) FROM notices",
    "audit": "SELECT count(*), min(time) FROM audit",
}


class Retaining(Opened):
    """See `prellbock.store.retention.Retains`."""

    @property
    def keeps_addresses(self) -> bool:
        """See `prellbock.store.retention.Retains.keeps_addresses`."""
        return self._plain

    def retention(self) -> dict[str, float]:
        """See `prellbock.store.retention.Retains.retention`."""
        found = self._setting(_CHOSEN)
        return {} if found is None else msgspec.json.decode(found, type=dict[str, float])

    def change_retention(self, values: Mapping[str, float | None]) -> None:
        """See `prellbock.store.retention.Retains.change_retention`."""
        with self._writing():
            changed = {**self.retention(), **values}
            kept = {name: days for name, days in changed.items() if days is not None}
            self._set(_CHOSEN, msgspec.json.encode(kept).decode())

    def holds(self) -> dict[str, Holds]:
        """See `prellbock.store.retention.Retains.holds`."""
        with self._reading():
            found = {name: self._db.execute(query).fetchone() for name, query in _HOLDS.items()}
        return {name: Holds(count or 0, oldest) for name, (count, oldest) in found.items()}

    def _kept_seconds(self, name: str) -> float:
        """For how long a kind with a default is kept."""
        days = self.retention().get(name, KEPT[name].days)
        assert days is not None
        return days * DAY

    def _forget_responses(self, now: float) -> bool:
        """Takes the words out of some old responses, by when they came in; whether there may be more."""
        if (days := self.retention().get("responses")) is None:
            return False
        before = now - days * DAY
        with self._writing():
            begin = int(self._setting(_CLEARED) or 0)
            rows = self._db.execute(
                "SELECT row, recorded FROM events JOIN batches USING (batch) WHERE row > ? ORDER BY row LIMIT ?",
                (begin, _AT_ONCE),
            ).fetchall()
            old = [row for row, _ in takewhile(lambda each: each[1] < before, rows)]
            if not old:
                return False
            span = (begin, old[-1])
            self._db.execute(
                "UPDATE templates SET sample = NULL WHERE sample IS NOT NULL AND last < ? AND key IN"
                " (SELECT template FROM events WHERE row > ? AND row <= ?)",
                (before, *span),
            )
            self._db.execute("UPDATE events SET response = NULL WHERE row > ? AND row <= ?", span)
            self._set(_CLEARED, str(old[-1]))
        return len(old) == _AT_ONCE
