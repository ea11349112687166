"""Other rules come into force: the stored events get the verdicts that these give, and their recipients are judged.

What moves is written down first (`rejudging`), in the transaction that puts the rules into force. Then page by page the
events of some recipients move, with the roll-ups and the histories that rest on them; a process that is killed on the
way leaves the rest to the next one. When nothing is left, everybody concerned is announced.
"""

from collections.abc import Collection, Iterator
from operator import itemgetter

from prellbock.classify.classifier import Classifier
from prellbock.history.recipient import decode_state
from prellbock.identity import short
from prellbock.pipeline import Change, Judgement, judged
from prellbock.pipeline.judgements import key_of
from prellbock.store.judgements import Become, Judged, Known, Moves, Touched
from prellbock.store.moving import moves_of
from prellbock.store.sqlite.announce import PAGE, hold
from prellbock.store.sqlite.memory import chunks
from prellbock.store.sqlite.opened import Opened
from prellbock.store.sqlite.rebuilding import PART, rebuild_many
from prellbock.store.sqlite.tallies import mails_moving, tally_moved
from prellbock.store.sqlite.write import write_changes, write_judgements
from prellbock.taxonomy import FAULT_OF

_ROLLUPS = (("rollups", "hour", 3600), ("rollup_days", "day", 86400))
_ROLLUP = (
    "INSERT INTO {table} ({piece}, category, fault, provider, stream, rule, outcome, count)"
    " SELECT CAST(time / {seconds} AS INTEGER), category, fault, coalesce(provider, ''), coalesce(stream, ''),"
    " coalesce(rule, ''), outcome, {sign}count(*) FROM events WHERE row IN (SELECT row FROM moving)"
    " GROUP BY 1, 2, 3, 4, 5, 6, 7 ON CONFLICT DO UPDATE SET count = count + excluded.count"
)


class Rejudging(Opened):
    """See `prellbock.store.judgements.Judgements`."""

    def judgements(self) -> list[Judged]:
        """See `prellbock.store.judgements.Judgements.judgements`."""
        with self._reading():
            return self._judgements()

    def _judgements(self) -> list[Judged]:
        # Joined and sorted here: SQLite takes twice as long, above all for copying the same texts again and again.
        texts = dict(self._db.execute("SELECT key, text FROM templates").fetchall())
        rows = self._db.execute(
            "SELECT template, key, provider, smtp_code, status, stage, reporter, category, permanent, decided_by, rule,"
            " ruleset, count FROM verdicts WHERE count > 0"
        ).fetchall()
        rows.sort(key=itemgetter(0))
        return [
            Judged(
                key, texts[template], provider, code, status, stage, reporter, category,
                None if permanent is None else bool(permanent), by, rule, ruleset, count,
            )
            for template, key, provider, code, status, stage, reporter, category, permanent, by, rule, ruleset, count
            in rows
        ]  # fmt: skip

    def touched_by(self, keys: Collection[int]) -> list[int]:
        """See `prellbock.store.judgements.Judgements.touched_by`."""
        found: set[int] = set()
        with self._reading():
            for marks, part in chunks(keys):
                rows = self._db.execute(
                    f"SELECT DISTINCT number FROM events WHERE verdict IN ({marks}) AND number IS NOT NULL",  # noqa: S608
                    part,
                )
                found.update(number for (number,) in rows)
        return sorted(found)

    def rejudged(self, numbers: Collection[int], moves: Moves) -> Iterator[Touched]:
        """See `prellbock.store.judgements.Judgements.rejudged`."""
        policy = self._policy()
        for _, part in chunks(numbers, PART):
            with self._reading():
                found = list(rebuild_many(self._db, self._memory, part, moves))  # type: ignore[arg-type]
            for each in found:
                name = each.address or ""
                before, after = judged(each.known, name, policy), judged(each.state, name, policy)
                yield Touched(each.address, each.hash.hex(), each.provider, *before, *after)

    def remembered(self) -> list[int]:
        """See `prellbock.store.judgements.Judgements.remembered`."""
        with self._reading():
            return [number for (number,) in self._db.execute("SELECT number FROM states ORDER BY number")]

    def histories(self, numbers: Collection[int]) -> Iterator[Known]:
        """See `prellbock.store.judgements.Judgements.histories`."""
        for marks, part in chunks(numbers):
            with self._reading():
                rows = self._db.execute(
                    "SELECT hash, is_domain, address, state FROM states JOIN recipients USING (number)"  # noqa: S608
                    f" WHERE number IN ({marks})",
                    part,
                ).fetchall()
            for digest, is_domain, address, state in rows:
                yield Known(digest.hex(), address, bool(is_domain), decode_state(state))

    # --- putting rules into force

    def _begin_rejudging(self, before: Classifier, after: Classifier) -> None:
        """Inside the caller's transaction: writes down what moves."""
        judgements = self._judgements()
        moves = moves_of(judgements, before, after)
        for each in judgements:
            if (become := moves.get(each.key)) is not None:
                new = self._become(each, become)
                write_judgements(self._db, {(key := key_of(new)): (new, 0)}, after.version)
                self._db.execute("INSERT INTO rejudging VALUES (?, ?)", (each.key, key))
        self._db.execute(
            "UPDATE verdicts SET ruleset = ? WHERE ruleset != '' AND key NOT IN (SELECT old FROM rejudging)",
            (after.version,),
        )

    def _become(self, each: Judged, become: Become) -> Judgement:
        (template,) = self._db.execute("SELECT template FROM verdicts WHERE key = ?", (each.key,)).fetchone()
        return Judgement(
            template, each.provider, each.smtp_code, each.status, each.stage, each.reporter, become.category,
            each.permanent, become.decided_by, become.rule,
        )  # fmt: skip

    def _rejudge_page(self) -> bool:
        """Moves the events of some recipients, in a transaction; False when nothing is left."""
        with self._writing():
            if self._db.execute("SELECT 1 FROM rejudging LIMIT 1").fetchone() is None:
                return False
            self._db.execute("CREATE TEMP TABLE IF NOT EXISTS moving (row INTEGER PRIMARY KEY, new INTEGER NOT NULL)")
            self._db.execute("DELETE FROM moving")
            numbers = [
                number
                for (number,) in self._db.execute(
                    "SELECT DISTINCT number FROM rejudging JOIN events ON verdict = old WHERE number IS NOT NULL"
                    " LIMIT ?",
                    (PAGE,),
                )
            ]
            for marks, part in chunks(numbers):
                self._db.execute(
                    "INSERT INTO moving SELECT row, new FROM events JOIN rejudging ON verdict = old"  # noqa: S608
                    f" WHERE number IN ({marks})",
                    part,
                )
            if not numbers:
                # Reports that name nobody.
                self._db.execute("INSERT INTO moving SELECT row, new FROM events JOIN rejudging ON verdict = old")
            self._move()
            changes = []
            for each in rebuild_many(self._db, self._memory, numbers, {}):
                name = each.address or ""
                change = Change(each.hash, name, each.state, *judged(each.state, name, self._policy()))
                write_changes(self._kept, [change], {each.hash: each.number})
                changes.append((short(each.hash), change))
            hold(self._db, numbers)
            self._memory.note_open(changes)
            if not numbers:
                self._end_rejudging()
        return True

    def _move(self) -> None:
        """The events in ``moving`` get their new verdicts; judgements and roll-ups follow."""
        self._roll_up("-")
        bounced = mails_moving(self._db)
        self._db.execute(
            "UPDATE verdicts SET count = count - moved FROM (SELECT verdict, count(*) AS moved FROM events"
            " WHERE row IN (SELECT row FROM moving) GROUP BY verdict) WHERE key = verdict"
        )
        self._db.execute(
            "UPDATE events SET verdict = new, category = found.category, fault = found.fault,"
            " decided_by = found.decided_by, rule = found.rule FROM (SELECT moving.row AS at, new, category, fault,"
            " decided_by, rule FROM moving JOIN verdicts ON key = new JOIN faults USING (category)) AS found"
            " WHERE events.row = at"
        )
        self._db.execute(
            "UPDATE verdicts SET count = count + moved FROM (SELECT new, count(*) AS moved FROM moving GROUP BY new)"
            " WHERE key = new"
        )
        self._roll_up("")
        tally_moved(self._db, bounced)

    def _roll_up(self, sign: str) -> None:
        for table, piece, seconds in _ROLLUPS:
            self._db.execute(_ROLLUP.format(table=table, piece=piece, seconds=seconds, sign=sign))

    def _end_rejudging(self) -> None:
        """Templates count as what most of their events count as."""
        self._db.execute(
            "UPDATE templates SET category = (SELECT category FROM verdicts WHERE template = templates.key"
            " AND count > 0 ORDER BY count DESC, key LIMIT 1) WHERE key IN (SELECT template FROM verdicts"
            " JOIN rejudging ON verdicts.key = old)"
        )
        self._db.execute("DELETE FROM rejudging")
        for table in (*(table for table, _, _ in _ROLLUPS), "rollup_kinds"):
            self._db.execute(f"DELETE FROM {table} WHERE count = 0")  # noqa: S608 -- a name of ours

    def _rejudge_all(self) -> None:
        self._know_faults()
        while self._rejudge_page():
            pass

    def _know_faults(self) -> None:
        with self._lock:
            self._db.execute("CREATE TEMP TABLE IF NOT EXISTS faults (category TEXT PRIMARY KEY, fault TEXT NOT NULL)")
            self._db.executemany("INSERT OR IGNORE INTO faults VALUES (?, ?)", FAULT_OF.items())
