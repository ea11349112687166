"""The part of the store that counts: totals, the hourly roll-ups, the templates."""

import time
from collections.abc import Iterator, Mapping, Sequence

from prellbock.store.figures import DIMENSIONS, Count, Decisions, Dimension, StreamTally, Tally, Template
from prellbock.store.sqlite.failed import failed_pieces, failed_streams
from prellbock.store.sqlite.opened import Opened

_HOUR, _DAY = 3600, 86_400
_DECIDED = {
    "suppressed": "status = 'suppressed' AND before != 'suppressed'",
    "revived": "status IN ('deliverable', 'watched') AND before IN ('paused', 'suppressed')",
}
"""What is counted of the ledger; each has an index of its own."""
_KINDS_OF_DECISIONS = (
    "SELECT CASE WHEN status IN ('suppressed', 'paused') THEN status WHEN kind = 'release' THEN 'released'"
    " ELSE 'revived' END, nullif(category, ''), count(*) AS n"
    " FROM ledger LEFT JOIN actions ON actions.key = ledger.action"
    " WHERE ledger.time >= ?1 AND ledger.time < ?2 AND ((status IN ('suppressed', 'paused') AND before != status)"
    " OR (status IN ('deliverable', 'watched') AND before IN ('paused', 'suppressed')))"
    " GROUP BY 1, 2 ORDER BY n DESC, 1, 2"
)
_ALL = {_HOUR: ("rollups WHERE 1", "hour"), _DAY: ("rollup_days WHERE 1", "day")}
_KINDS = {length: (f"rollup_kinds WHERE seconds = {length}", "piece") for length in (_HOUR, _DAY)}
"""By length of a piece in seconds: where its counts stand, and the column that says which piece it is."""
_NOT_IN_KINDS = {"provider", "rule"}


class CountedHere(Opened):
    """See `prellbock.store.figures.Figures`."""

    def totals(self) -> dict[str, int]:
        """How many events per outcome and how many withheld recipients per status are in the store."""
        with self._reading():
            totals = dict(self._db.execute("SELECT outcome, sum(count) FROM rollup_days GROUP BY outcome").fetchall())
            now = time.time()
            withheld = self._db.execute(
                "SELECT status, count(*) FROM withheld WHERE until IS NULL OR until > ? GROUP BY status", (now,)
            ).fetchall()
            (totals["batches"],) = self._db.execute("SELECT count(*) FROM batches").fetchone()
            (totals["cursor"],) = self._db.execute("SELECT coalesce(max(seq), 0) FROM ledger").fetchone()
        return {**{f"events_{k}" if k not in ("batches", "cursor") else k: int(v) for k, v in totals.items()},
                **{f"withheld_{status}": int(n) for status, n in withheld}}  # fmt: skip

    def by_category(self) -> list[tuple[str, str, str, int]]:
        """Counts of all failures as (category, fault, provider, count), largest first."""
        with self._reading():
            return self._db.execute(
                "SELECT category, fault, provider, sum(count) AS n FROM rollup_days WHERE outcome != 'delivered'"
                " GROUP BY category, fault, provider ORDER BY n DESC, category, provider"
            ).fetchall()

    def templates_seen(self) -> Iterator[tuple[str, str | None, str | None, int | None, int]]:
        """Every template with the provider and codes it came with: template, provider, status, reply code, count."""
        with self._reading():
            yield from self._db.execute(
                "SELECT t.text, e.provider, e.status, e.smtp_code, count(*) FROM events e"
                " JOIN templates t ON t.key = e.template GROUP BY t.text, e.provider, e.status, e.smtp_code"
            )

    def counts(
        self, *, since: float, until: float, by: Sequence[Dimension], seconds: int | None,
        where: Mapping[Dimension, str] | None = None,
    ) -> list[Count]:  # fmt: skip
        """See `prellbock.store.figures.Figures.counts`."""
        # Only names of our own table get into the statement.
        chosen = [name for name in DIMENSIONS if name in by]
        hours = max(1, seconds // _HOUR) if seconds else None
        columns = [f"hour / {hours:d} * {hours:d}" if hours else "NULL", *chosen]
        wanted: dict[str, str] = {name: value for name in DIMENSIONS if (value := (where or {}).get(name)) is not None}
        conditions = "".join(f" AND {name} = :{name}" for name in wanted)
        groups = ", ".join(str(number) for number in range(1, len(columns) + 1))
        first, last = int(since // _HOUR), int(-(-until // _HOUR))
        tables = _KINDS if _NOT_IN_KINDS.isdisjoint({*chosen, *wanted}) else _ALL
        parts = _parts(first, last, whole_days=hours is None or hours % 24 == 0)
        names = ", ".join({*chosen, *wanted} or {"outcome"})
        source = " UNION ALL ".join(
            f"SELECT {piece} * {length // _HOUR:d} AS hour, {names}, count FROM {table}"  # noqa: S608
            f" AND {piece} >= {begin:d} AND {piece} < {end:d}{conditions}"
            for length, begin, end in parts
            for table, piece in (tables[length],)
        )
        with self._reading():
            rows = self._db.execute(
                f"SELECT {', '.join(columns)}, sum(count) FROM ({source})"  # noqa: S608
                f" GROUP BY {groups} ORDER BY 1, {len(columns) + 1} DESC, {groups}",
                wanted,
            ).fetchall()
        return [
            Count(
                time=None if row[0] is None else row[0] * float(_HOUR),
                count=row[-1],
                **{name: value or None for name, value in zip(chosen, row[1:-1], strict=True)},
            )
            for row in rows
            if row[-1]
        ]

    def tallies(
        self, *, since: float, until: float, seconds: int, stream: str | None, provider: str | None
    ) -> list[Tally]:
        """See `prellbock.store.figures.Figures.tallies`."""
        found: dict[float, Tally] = {}
        with self._reading():
            failed = failed_pieces(self._db, (since, until), seconds, stream=stream, provider=provider)
            decided = {
                name: dict(self._db.execute(
                    "SELECT CAST(time AS INTEGER) / ?1 * ?1, count(*) FROM ledger"  # noqa: S608 -- a text of ours
                    f" WHERE {condition} AND time >= ?2 AND time < ?3 GROUP BY 1",
                    (seconds, since, until),
                ).fetchall())
                for name, condition in _DECIDED.items()
            }  # fmt: skip
        for piece in sorted({*failed, *decided["suppressed"], *decided["revived"]}):
            bounced, hard = failed.get(piece, (0, 0))
            suppressed, revived = (decided[name].get(piece, 0) for name in ("suppressed", "revived"))
            found[piece] = Tally(float(piece), bounced, hard, suppressed, revived)
        return [*found.values()]

    def stream_tallies(self, *, since: float, until: float, seconds: int, provider: str | None) -> list[StreamTally]:
        """See `prellbock.store.figures.Figures.stream_tallies`."""
        with self._reading():
            found = failed_streams(self._db, (since, until), seconds, provider=provider)
        told = [StreamTally(stream, *counts) for stream, counts in found.items()]
        return sorted(told, key=lambda each: (-each.bounced, each.stream or ""))

    def decided(self, *, since: float, until: float) -> list[Decisions]:
        """See `prellbock.store.figures.Figures.decided`."""
        with self._reading():
            rows = self._db.execute(_KINDS_OF_DECISIONS, (since, until)).fetchall()
        return [Decisions(*row) for row in rows]

    def newest_input(self) -> float | None:
        """See `prellbock.store.figures.Figures.newest_input`."""
        with self._reading():
            (newest,) = self._db.execute("SELECT max(recorded) FROM batches").fetchone()
        return None if newest is None else float(newest)

    def rule_hits(self) -> dict[str, tuple[int, float]]:
        """See `prellbock.store.figures.Figures.rule_hits`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT rule, sum(count), max(day) FROM rollup_days WHERE rule != '' AND count > 0 GROUP BY rule"
            ).fetchall()
            latest: dict[int, dict[str, int]] = {}
            for day in {day for _, _, day in rows}:
                hours = self._db.execute(
                    "SELECT rule, max(hour) FROM rollups WHERE hour >= ?1 * 24 AND hour < ?1 * 24 + 24 AND rule != ''"
                    " AND count > 0 GROUP BY rule",
                    (day,),
                )
                latest[day] = dict(hours.fetchall())
        return {rule: (count, latest[day][rule] * float(_HOUR)) for rule, count, day in rows}

    def rule_days(self, since: float) -> dict[str, dict[float, int]]:
        """See `prellbock.store.figures.Figures.rule_days`."""
        found: dict[str, dict[float, int]] = {}
        with self._reading():
            rows = self._db.execute(
                "SELECT rule, day, sum(count) FROM rollup_days WHERE day >= ? AND rule != '' GROUP BY rule, day",
                (int(since // _DAY),),
            ).fetchall()
        for rule, day, count in rows:
            if count:
                found.setdefault(rule, {})[day * float(_DAY)] = count
        return found

    def templates(self, *, category: str | None, provider: str | None, most: int) -> list[Template]:
        """See `prellbock.store.figures.Figures.templates`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT key, text, category, provider, count, first, last, sample FROM templates"
                " WHERE (?1 IS NULL OR category = ?1) AND (?2 IS NULL OR provider = ?2)"
                " ORDER BY count DESC, key LIMIT ?3",
                (category, provider, most),
            ).fetchall()
        return [Template(*row) for row in rows]


def _parts(first: int, last: int, *, whole_days: bool) -> list[tuple[int, int, int]]:
    """What to read for the hours from ``first`` to ``last`` (excluded): length of a piece in seconds, begin, end.

    Days that lie in them as a whole are read from the daily counts, which are many times fewer.
    """
    begin, end = -(-first // 24), last // 24
    if not whole_days or begin >= end:
        return [(_HOUR, first, last)]
    return [(_HOUR, first, begin * 24), (_DAY, begin, end), (_HOUR, end * 24, last)]
