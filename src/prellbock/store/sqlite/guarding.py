"""The part of the store that knows outages: what a batch does to incidents, what people say, what is told of them."""

from collections.abc import Collection

import numpy as np

from prellbock.guard.buckets import HOUR, SECONDS, Tally, time_of
from prellbock.guard.holding import Holding, by_clock
from prellbock.guard.incidents import LEAD, Verdict, noticed_in
from prellbock.guard.incidents import judged as verdict_of
from prellbock.history.policy import Policy
from prellbock.identity import short
from prellbock.pipeline import judged
from prellbock.store.incidents import Held, Incident, Judged, NothingSaidError, Point
from prellbock.store.sqlite.buckets import look, series, write_tally
from prellbock.store.sqlite.held import judge_anew, release
from prellbock.store.sqlite.incidents import Row, judgements_of, reckon, rows, unended
from prellbock.store.sqlite.kept import Series
from prellbock.store.sqlite.opened import Opened
from prellbock.store.sqlite.rebuilding import Counting, rebuild_many
from prellbock.store.sqlite.write import Versions

_NEWEST = "newest_bucket"
"""Name of a setting: the latest bucket in which anything happened."""
_AROUND = 3 * HOUR
"""Buckets before and after an incident that its curve shows."""


class Guarding(Opened):
    """See `prellbock.store.incidents.Guards`."""

    def _newest_bucket(self) -> int:
        row = self._db.execute("SELECT value FROM settings WHERE name = ?", (_NEWEST,)).fetchone()
        return int(row[0]) if row else 0

    def _watch(self, tally: Tally | None, policy: Policy, now: float, ruleset: str, *, keep_days: int,
               announce: bool) -> Collection[int]:  # fmt: skip
        """Counts a batch that was written, and does what follows for incidents; returns who was judged anew."""
        if tally is None:
            return ()
        write_tally(self._db, tally)
        before = self._newest_bucket()
        newest = max(before, tally.newest)
        if newest > before:
            self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (_NEWEST, str(newest)))
        changed = look(self._db, self._kept, self._memory.runs, tally.oldest, keep_days) | unended(self._db)
        if changed:
            self._know_all()
            touched = reckon(self._db, changed, tally.oldest, newest, now)
            self._judge_anew(touched, policy, now, ruleset, announce=announce)
            return touched
        return ()

    def _know_all(self) -> None:
        """For stores that have only some of the recipients at hand: an incident concerns any of them."""

    def _judge_anew(self, touched: dict[int, str], policy: Policy, now: float, ruleset: str, *, announce: bool,
                    actor: str | None = None) -> None:  # fmt: skip
        by_name: dict[str, list[int]] = {}
        for number, name in touched.items():
            by_name.setdefault(name, []).append(number)
        for name, numbers in sorted(by_name.items()):
            versions = Versions(policy.version, ruleset, actor or f"shield {name}")
            judge_anew(self._db, self._memory, numbers, policy, now, versions, announce=announce)

    def _release(self, holding: Holding, policy: Policy, now: float, ruleset: str = "") -> int:
        return release(self._db, holding, policy, now, Versions(policy.version, ruleset, "ingest"))

    def settle(self, now: float) -> int:
        """See `prellbock.store.incidents.Guards.settle`."""
        with self._lock:
            if self._db.execute("SELECT 1 FROM held LIMIT 1").fetchone() is None:
                return 0
        with self._writing():
            return self._release(by_clock(now), self._policy(), now)

    # --- people

    def judge_incident(self, name: str, verdict: Verdict, *, actor: str, reason: str, now: float) -> Incident | None:
        """See `prellbock.store.incidents.Guards.judge_incident`."""
        with self._writing():
            row = self._row(name)
            if row is None:
                return None
            each = row.window
            latest = self._db.execute(
                f'SELECT "begin", "end", verdict FROM judgements WHERE undone IS NULL AND {_TOUCHING}'  # noqa: S608
                " ORDER BY judgement DESC LIMIT 1",
                _touching(row),
            ).fetchone()
            if latest != (each.begin, each.end, verdict):
                self._db.execute(
                    'INSERT INTO judgements (provider, category, "begin", "end", verdict, recorded, actor, reason)'
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (each.provider, each.category, each.begin, each.end, verdict, now, actor, reason),
                )
                self._reckon(row, actor, now)
        return self.incident(name)

    def undo_judgement(self, name: str, *, actor: str, reason: str, now: float) -> Incident | None:
        """See `prellbock.store.incidents.Guards.undo_judgement`."""
        with self._writing():
            row = self._row(name)
            if row is None:
                return None
            latest = self._db.execute(
                f"SELECT max(judgement) FROM judgements WHERE undone IS NULL AND {_TOUCHING}",  # noqa: S608
                _touching(row),
            ).fetchone()[0]
            if latest is None:
                raise NothingSaidError(f"nobody has judged {name}: what holds for it follows from the counts")
            self._db.execute(
                "UPDATE judgements SET undone = ?, undone_by = ?, undone_reason = ? WHERE judgement = ?",
                (now, actor, reason, latest),
            )
            self._reckon(row, actor, now)
        return self.incident(name)

    def _reckon(self, row: Row, actor: str, now: float) -> None:
        each = row.window
        touched = reckon(self._db, [Series(each.provider, each.category)], each.begin, self._newest_bucket(), now)
        self._judge_anew(touched, self._policy(), now, "", announce=True, actor=actor)

    # --- reading

    def _row(self, name: str) -> Row | None:
        found = rows(self._db, "name = ?", (name,))
        return found[0] if found else None

    def incidents(self, *, most: int = 1000) -> list[Incident]:
        """See `prellbock.store.incidents.Guards.incidents`."""
        with self._reading():
            found = rows(self._db)[-most:]
            return [self._told(row) for row in reversed(found)]

    def incident(self, name: str) -> Incident | None:
        """See `prellbock.store.incidents.Guards.incident`."""
        with self._reading():
            row = self._row(name)
            return None if row is None else self._told(row, with_curve=True)

    def held(self, name: str, *, after: int, most: int) -> list[Held]:
        """See `prellbock.store.incidents.Guards.held`."""
        policy = self._policy()
        with self._reading():
            row = self._row(name)
            if row is None:
                return []
            failed = {
                number: (count, latest)
                for number, count, latest in self._db.execute(
                    "SELECT number, count(*), max(time) FROM events JOIN recipients USING (number)"  # noqa: S608
                    f" WHERE {_IN_WINDOW} AND number > ? AND is_domain = 0 GROUP BY number ORDER BY number LIMIT ?",
                    (*_window_of(row), after, most),
                )
            }
            otherwise = (
                Counting("(incident IS NULL OR incident = ?)", (row.number,))
                if row.holds == "outage"
                else Counting(f"incident IS NULL AND NOT ({_IN_WINDOW})", _window_of(row))
            )
            found = list(rebuild_many(self._db, self._memory, list(failed), {}, otherwise))
        return [
            Held(each.number, each.address, each.hash.hex(), *failed[each.number],
                 *(judged(state, each.address or "", policy)[0] for state in (each.known, each.state)))
            for each in sorted(found, key=lambda each: each.number)
        ]  # fmt: skip

    def _told(self, row: Row, *, with_curve: bool = False) -> Incident:
        each = row.window
        buckets = list(series(self._db, each.provider, each.category, each.begin, each.end))
        numbers = self._inside(row)
        said = self._db.execute(
            "SELECT verdict, recorded, actor, reason, undone, undone_by, undone_reason FROM judgements"  # noqa: S608
            f" WHERE {_TOUCHING} ORDER BY judgement",
            _touching(row),
        ).fetchall()
        (recorded,) = self._db.execute("SELECT noticed FROM incidents WHERE incident = ?", (row.number,)).fetchone()
        (decisions,) = self._db.execute(
            "SELECT count(*) FROM ledger WHERE actor = ?", (f"shield {each.name}",)
        ).fetchone()
        return Incident(
            name=each.name,
            provider=each.provider or None,
            category=each.category,
            begin=time_of(each.begin),
            end=None if each.end is None else time_of(each.end),
            noticed=time_of((noticed_in(buckets) or each.begin + LEAD) + 1),
            recorded=recorded,
            verdict=row.holds,
            by_hand=verdict_of(each, judgements_of(self._db, each.provider, each.category))[1],
            delivered=sum(b.delivered for b in buckets),
            failed=sum(b.failed for b in buckets),
            alive=sum(b.alive or 0 for b in buckets),
            recipients=len(numbers),
            revived=self._revived(row, numbers),
            decisions=decisions,
            judgements=tuple(Judged(*columns) for columns in said),
            curve=self._curve(row) if with_curve else (),
        )

    def _inside(self, row: Row) -> list[bytes]:
        """The hashes of those whose failures lie in the window."""
        found = self._db.execute(
            f"SELECT hash FROM recipients WHERE number IN (SELECT number FROM events WHERE {_IN_WINDOW})",  # noqa: S608
            _window_of(row),
        )
        return [digest for (digest,) in found]

    def _revived(self, row: Row, hashes: Collection[bytes]) -> int:
        since = int(time_of(row.window.end if row.window.end is not None else row.window.begin) * 1000)
        keys = np.array([short(digest) for digest in hashes], dtype=np.int64)
        return len(self._memory.runs.deliveries(keys, np.full(len(keys), since, dtype=np.int64))) if len(keys) else 0

    def _curve(self, row: Row) -> tuple[Point, ...]:
        each = row.window
        end = None if each.end is None else each.end + _AROUND
        found = series(self._db, each.provider, each.category, each.begin - _AROUND, end)
        return tuple(Point(b.number * float(SECONDS), b.delivered, b.failed, b.alive, b.surge) for b in found)


_IN_WINDOW = (
    "outcome = 'bounced' AND number IS NOT NULL AND category = ? AND time >= ? AND time < ?"
    " AND coalesce(provider, '') = ?"
)
"""Of events, with the values of `_window_of`."""


def _window_of(row: Row) -> tuple[str, float, float, str]:
    each = row.window
    return each.category, time_of(each.begin), 1e15 if each.end is None else time_of(each.end), each.provider


_TOUCHING = 'provider = ?1 AND category = ?2 AND ("end" IS NULL OR "end" > ?3) AND "begin" < coalesce(?4, 1 << 60)'


def _touching(row: Row) -> tuple[object, ...]:
    each = row.window
    return each.provider, each.category, each.begin, each.end
