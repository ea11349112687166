"""Exports in SQLite: `prellbock.store.exports.Exports`."""

import json
from collections.abc import Generator
from typing import Any

import msgspec

from prellbock.store.exports import Export, Made, Mode, Options, Plan, Row, Run, What
from prellbock.store.sealing import Sealer
from prellbock.store.sqlite.opened import Opened

RUNS_KEPT = 1000
"""Of each export."""
_PAGE = 5000
_COLUMNS = (
    "export, name, what, format, mode, options, kind, settings, box IS NOT NULL, schedule, paused, due, asked, cursor,"
    " plan, failing, missed, success, failures, total, created, creator"
)
_RUN = "run, begun, ended, state, why, files, rows, bytes, after, until, manifest"
_INTERRUPTED = "the run was interrupted; the next one makes the same files"

_LISTED = "address, lower(hex(hash)), status, scope, since, until, category, rule, source"
_SUPPRESSIONS = " ".join((
    "SELECT decision,", _LISTED, "FROM withheld JOIN recipients USING (number)",
    "WHERE until IS NULL OR until > :at ORDER BY decision",
))  # fmt: skip
_CHANGES = " ".join((
    "SELECT seq,", _LISTED, "FROM ledger AS latest JOIN recipients USING (number)",
    "WHERE seq > :after AND seq <= :until AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.number = latest.number",
    "AND ledger.scope = latest.scope AND ledger.seq > latest.seq AND ledger.seq <= :until) ORDER BY seq",
))  # fmt: skip
_DECISIONS = (
    "SELECT seq, time, recorded, address, lower(hex(hash)), scope, before, status, since, until, category, rule,"
    " source, (SELECT group_concat(printf('%016x', value), ' ') FROM json_each(evidence)), policy,"
    " nullif(ruleset, ''), actor"
    " FROM ledger JOIN recipients USING (number) WHERE seq > :after AND seq <= :until ORDER BY seq"
)
RESPONSES = (
    "SELECT row, printf('%016x', events.key), time, address, lower(hex(hash)), outcome, events.category, fault,"
    " permanent, decided_by, rule, events.provider, stream, campaign, status, smtp_code,"
    " CASE WHEN template IS NOT NULL THEN printf('%016x', template) END, text, CASE WHEN :raw THEN response END"
    " FROM events LEFT JOIN recipients USING (number) LEFT JOIN templates ON templates.key = template"
)
"""Rows of `prellbock.store.exports.COLUMNS`; ``:raw`` says whether with the text as it came."""
_RESPONSES = f"{RESPONSES} WHERE row > :after AND row <= :until ORDER BY row"
_QUERIES: dict[tuple[What, Mode], str] = {
    ("suppressions", "full"): _SUPPRESSIONS, ("suppressions", "incremental"): _CHANGES,
    ("decisions", "full"): _DECISIONS, ("decisions", "incremental"): _DECISIONS,
    ("responses", "full"): _RESPONSES, ("responses", "incremental"): _RESPONSES,
}  # fmt: skip


class Exporting(Opened):
    """See `prellbock.store.exports.Exports`."""

    def exports(self) -> list[Export]:
        """See `prellbock.store.exports.Exports.exports`."""
        with self._reading():
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM exports ORDER BY name").fetchall()  # noqa: S608
            return [self._export(row) for row in rows]

    def export(self, name: str) -> Export | None:
        """See `prellbock.store.exports.Exports.export`."""
        with self._reading():
            return self._export_of(name)

    def _export_of(self, name: str) -> Export | None:
        row = self._db.execute(f"SELECT {_COLUMNS} FROM exports WHERE name = ?", (name,)).fetchone()  # noqa: S608
        return self._export(row) if row else None

    def _export(self, row: tuple[Any, ...]) -> Export:
        number, name, what, format_, mode, options, kind, settings, sealed, schedule, paused, due, asked, *rest = row
        cursor, plan, failing, missed, success, failures, total, created, creator = rest
        last = self._db.execute(
            f"SELECT {_RUN} FROM export_runs WHERE export = ? ORDER BY run DESC LIMIT 1",  # noqa: S608
            (number,),
        ).fetchone()
        return Export(
            name=name, what=what, format=format_, mode=mode, options=msgspec.json.decode(options, type=Options),
            kind=kind, settings=json.loads(settings), has_secret=bool(sealed), schedule=schedule, paused=bool(paused),
            due=due, asked=bool(asked), cursor=cursor, plan=msgspec.json.decode(plan, type=Plan) if plan else None,
            failing=failing, missed=missed, success=success, failures=failures, total=total, created=created,
            creator=creator, last=Run(*last) if last else None,
        )  # fmt: skip

    def put_export(self, export: Export, secret: bytes | None) -> bool:
        """See `prellbock.store.exports.Exports.put_export`."""
        with self._writing():
            done = self._db.execute(
                "INSERT OR IGNORE INTO exports (name, what, format, mode, options, kind, settings, box,"
                " schedule, paused, due, missed, cursor, created, creator) VALUES (?, ?, ?, ?,"
                " ?, ?, ?, ?, ?, ?, ?11, ?11, ?, ?, ?)",
                (export.name, export.what, export.format, export.mode, _text(export.options), export.kind,
                 json.dumps(dict(export.settings)), self._box(export.name, secret), export.schedule, export.paused,
                 export.due, export.cursor, export.created, export.creator),
            )  # fmt: skip
            return bool(done.rowcount)

    def change_export(self, export: Export, secret: bytes | None) -> bool:
        """See `prellbock.store.exports.Exports.change_export`."""
        with self._writing():
            done = self._db.execute(
                "UPDATE exports SET format = ?2, options = ?3, kind = ?4, settings = ?5, box = coalesce(?6, box),"
                " schedule = ?7, paused = ?8, due = ?9, missed = ?9, plan = NULL, failing = 0 WHERE name = ?1",
                (export.name, export.format, _text(export.options), export.kind, json.dumps(dict(export.settings)),
                 self._box(export.name, secret), export.schedule, export.paused, export.due),
            )  # fmt: skip
            return bool(done.rowcount)

    def _box(self, name: str, secret: bytes | None) -> bytes | None:
        return None if secret is None else Sealer(self.secret).seal(secret, f"export {name}")

    def export_secret(self, name: str) -> bytes | None:
        """See `prellbock.store.exports.Exports.export_secret`."""
        with self._reading():
            row = self._db.execute("SELECT box FROM exports WHERE name = ?", (name,)).fetchone()
        return None if row is None or row[0] is None else Sealer(self.secret).open(row[0], f"export {name}")

    def remove_export(self, name: str) -> bool:
        """See `prellbock.store.exports.Exports.remove_export`."""
        with self._writing():
            self._db.execute(
                "DELETE FROM export_runs WHERE export = (SELECT export FROM exports WHERE name = ?)", (name,)
            )
            return bool(self._db.execute("DELETE FROM exports WHERE name = ?", (name,)).rowcount)

    def ask_export(self, name: str) -> bool:
        """See `prellbock.store.exports.Exports.ask_export`."""
        with self._writing():
            return bool(self._db.execute("UPDATE exports SET asked = 1 WHERE name = ?", (name,)).rowcount)

    def due_exports(self, now: float) -> list[str]:
        """See `prellbock.store.exports.Exports.due_exports`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT name FROM exports WHERE asked OR (NOT paused AND due <= ?) ORDER BY due, name", (now,)
            ).fetchall()
        return [name for (name,) in rows]

    def begin_export(self, name: str, now: float, again: float) -> tuple[Export, Run] | None:
        """See `prellbock.store.exports.Exports.begin_export`."""
        with self._writing():
            row = self._db.execute("SELECT export, what, mode, cursor, plan FROM exports WHERE name = ?", (name,))
            if (found := row.fetchone()) is None:
                return None
            number, what, mode, cursor, text = found
            if text is None:
                plan = Plan(cursor if mode == "incremental" else 0, self._newest_exported(what), now)
            else:
                plan = msgspec.json.decode(text, type=Plan)
            self._db.execute(
                "UPDATE export_runs SET state = 'failed', ended = ?, why = ? WHERE export = ? AND state = 'running'",
                (now, _INTERRUPTED, number),
            )
            self._db.execute(
                "UPDATE exports SET plan = ?, asked = 0, due = CASE WHEN schedule IS NOT NULL THEN ? END"
                " WHERE export = ?",
                (_text(plan), again, number),
            )
            done = self._db.execute(
                "INSERT INTO export_runs (export, begun, state, after, until) VALUES (?, ?, 'running', ?, ?)",
                (number, now, plan.after, plan.until),
            )
            self._db.execute(
                "DELETE FROM export_runs WHERE export = ?1 AND run NOT IN"
                " (SELECT run FROM export_runs WHERE export = ?1 ORDER BY run DESC LIMIT ?2)",
                (number, RUNS_KEPT),
            )
            export = self._export_of(name)
            run = self._db.execute(f"SELECT {_RUN} FROM export_runs WHERE run = ?", (done.lastrowid,)).fetchone()  # noqa: S608
        return None if export is None else (export, Run(*run))

    def _newest_exported(self, what: What) -> int:
        column = "max(row) FROM events" if what == "responses" else "max(seq) FROM ledger"
        return int(self._db.execute(f"SELECT {column}").fetchone()[0] or 0)

    def finish_export(self, name: str, run: int, made: Made, now: float, due: float | None) -> None:
        """See `prellbock.store.exports.Exports.finish_export`."""
        with self._writing():
            self._db.execute(
                "UPDATE export_runs SET state = 'done', ended = ?, files = ?, rows = ?, bytes = ?, until = ?,"
                " manifest = ?, told = ? WHERE run = ?",
                (now, made.files, made.rows, made.bytes, made.until, made.manifest, made.told, run),
            )
            self._db.execute(
                "UPDATE exports SET cursor = ?, plan = NULL, failing = 0, success = ?, total = total + ?, due = ?4,"
                " missed = ?4 WHERE name = ?",
                (made.until, now, made.rows, due, name),
            )

    def fail_export(self, name: str, run: int, why: str, now: float, due: float | None) -> None:
        """See `prellbock.store.exports.Exports.fail_export`."""
        with self._writing():
            self._db.execute(
                "UPDATE export_runs SET state = 'failed', ended = ?, why = ? WHERE run = ?", (now, why, run)
            )
            self._db.execute(
                "UPDATE exports SET failing = failing + 1, failures = failures + 1, due = ? WHERE name = ?", (due, name)
            )

    def export_runs(self, name: str, most: int = 100) -> list[Run]:
        """See `prellbock.store.exports.Exports.export_runs`."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT {_RUN} FROM export_runs WHERE export = (SELECT export FROM exports WHERE name = ?)"  # noqa: S608
                " ORDER BY run DESC LIMIT ?",
                (name, most),
            ).fetchall()
        return [Run(*row) for row in rows]

    def export_manifest(self, name: str, run: int) -> str | None:
        """See `prellbock.store.exports.Exports.export_manifest`."""
        with self._reading():
            row = self._db.execute(
                "SELECT told FROM export_runs WHERE run = ? AND export = (SELECT export FROM exports WHERE name = ?)",
                (run, name),
            ).fetchone()
        return None if row is None else row[0]

    def exported(self, what: What, mode: Mode, plan: Plan, *, raw: bool = False) -> Generator[Row, None, None]:
        """See `prellbock.store.exports.Exports.exported`."""
        values = {"after": plan.after, "until": plan.until, "at": plan.at, "raw": raw}
        with self._reading():
            cursor = self._db.execute(_QUERIES[what, mode], values)
            while rows := cursor.fetchmany(_PAGE):
                yield from rows


def _text(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode()
