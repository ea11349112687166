"""The part of the store that counts: totals, the hourly roll-ups, the templates."""

import time
from collections.abc import Iterator, Mapping, Sequence

from prellbock.store.figures import DIMENSIONS, Count, Dimension, Tally, Template
from prellbock.store.sqlite.opened import Opened

_HOUR = 3600


class CountedHere(Opened):
    """See `prellbock.store.figures.Figures`."""

    def totals(self) -> dict[str, int]:
        """How many events per outcome and how many withheld recipients per status are in the store."""
        with self._reading():
            totals = dict(self._db.execute("SELECT outcome, sum(count) FROM rollups GROUP BY outcome").fetchall())
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
                "SELECT category, fault, provider, sum(count) AS n FROM rollups WHERE outcome != 'delivered'"
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
        wanted = {name: value for name in DIMENSIONS if (value := (where or {}).get(name)) is not None}
        conditions = "".join(f" AND {name} = ?" for name in wanted)
        groups = ", ".join(str(number) for number in range(1, len(columns) + 1))
        with self._reading():
            rows = self._db.execute(
                f"SELECT {', '.join(columns)}, sum(count) FROM rollups WHERE hour >= ? AND hour < ?{conditions}"  # noqa: S608
                f" GROUP BY {groups} ORDER BY 1, {len(columns) + 1} DESC, {groups}",
                (int(since // _HOUR), int(-(-until // _HOUR)), *wanted.values()),
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
            failed = self._db.execute(
                "SELECT CAST(time AS INTEGER) / ?1 * ?1 AS piece, count(DISTINCT message), count(DISTINCT CASE WHEN"
                " permanent = 1 AND fault IN ('recipient', 'domain') THEN message END) FROM events INDEXED BY"
                " events_bounced WHERE outcome = 'bounced' AND time >= ?2 AND time < ?3"
                " AND (?4 IS NULL OR stream = ?4) AND (?5 IS NULL OR provider = ?5) GROUP BY piece",
                (seconds, since, until, stream, provider),
            ).fetchall()
            decided = self._db.execute(
                "SELECT CAST(time AS INTEGER) / ?1 * ?1 AS piece,"
                " sum(status = 'suppressed' AND before != 'suppressed'),"
                " sum(status IN ('deliverable', 'watched') AND before IN ('paused', 'suppressed'))"
                " FROM ledger WHERE time >= ?2 AND time < ?3 GROUP BY piece",
                (seconds, since, until),
            ).fetchall()
        for piece, bounced, hard in failed:
            found[piece] = Tally(float(piece), bounced, hard)
        for piece, suppressed, revived in decided:
            known = found.get(piece, Tally(float(piece)))
            found[piece] = Tally(known.time, known.bounced, known.hard, suppressed, revived)
        return [found[piece] for piece in sorted(found)]

    def newest_input(self) -> float | None:
        """See `prellbock.store.figures.Figures.newest_input`."""
        with self._reading():
            (newest,) = self._db.execute("SELECT max(recorded) FROM batches").fetchone()
        return None if newest is None else float(newest)

    def rule_hits(self) -> dict[str, tuple[int, float]]:
        """See `prellbock.store.figures.Figures.rule_hits`."""
        with self._reading():
            rows = self._db.execute("SELECT rule, sum(count), max(hour) FROM rollups WHERE rule != '' GROUP BY rule")
            return {rule: (count, hour * float(_HOUR)) for rule, count, hour in rows if count}

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
