"""The work on templates in SQLite: `prellbock.store.templates.TemplateWork`."""

from collections.abc import Sequence

from prellbock.store.sqlite.memory import chunks
from prellbock.store.sqlite.opened import Opened
from prellbock.store.templates import Queued, TemplateDay, Wanted, Work

_DAY = 86400
_UNKNOWN = "category != 'unclassified'"
"""0 for what nothing classifies, so that it stands first."""


class WorkedOn(Opened):
    """See `prellbock.store.templates.TemplateWork`."""

    def template_queue(
        self, wanted: Wanted, *, after: tuple[int, int, int] | None, most: int
    ) -> list[tuple[tuple[int, int, int], Queued]]:
        """See `prellbock.store.templates.TemplateWork.template_queue`."""
        known, count, key = after or (-1, 0, 0)
        with self._reading():
            rows = self._db.execute(
                f"SELECT {_UNKNOWN}, key, text, category, provider, count, first, last, sample,"  # noqa: S608
                " coalesce(work, 'qualify'), actor, time, note FROM templates LEFT JOIN template_work USING (key)"
                " WHERE (?1 IS NULL OR coalesce(work, 'qualify') = ?1) AND (?2 IS NULL OR category = ?2)"
                " AND (?3 IS NULL OR provider = ?3) AND (?4 IS NULL OR instr(lower(text), lower(?4)))"
                " AND (?5 IS NULL OR key = ?5)"
                f" AND ({_UNKNOWN}, -count, key) > (?6, -?7, ?8)"
                f" ORDER BY {_UNKNOWN}, -count, key LIMIT ?9",
                (wanted.work, wanted.category, wanted.provider, wanted.search, wanted.key, known, count, key, most),
            ).fetchall()
        fields = Queued.__struct_fields__
        return [((row[0], row[5], row[1]), Queued(**dict(zip(fields, row[1:], strict=True)))) for row in rows]

    def template_days(self, keys: Sequence[int], since: float) -> list[TemplateDay]:
        """See `prellbock.store.templates.TemplateWork.template_days`."""
        found: list[TemplateDay] = []
        with self._reading():
            for marks, part in chunks(keys):
                rows = self._db.execute(
                    f"SELECT template, CAST(time / {_DAY} AS INTEGER) * {_DAY}.0, provider, count(*) FROM events"  # noqa: S608
                    f" WHERE template IN ({marks}) AND time >= ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
                    (*part, since),
                )
                found += [TemplateDay(*row) for row in rows]
        return found

    def template_samples(self, key: int, most: int) -> list[str]:
        """See `prellbock.store.templates.TemplateWork.template_samples`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT DISTINCT response FROM (SELECT response FROM events WHERE template = ? AND response IS NOT NULL"
                " ORDER BY row DESC LIMIT 200) LIMIT ?",
                (key, most),
            ).fetchall()
        return [row[0] for row in rows]

    def set_template_work(self, key: int, work: Work, actor: str, note: str, now: float) -> None:
        """See `prellbock.store.templates.TemplateWork.set_template_work`."""
        with self._writing():
            if self._db.execute("SELECT 1 FROM templates WHERE key = ?", (key,)).fetchone() is None:
                raise KeyError(key)
            row = (key, work, actor, now, note)
            self._db.execute("INSERT OR REPLACE INTO template_work VALUES (?, ?, ?, ?, ?)", row)
