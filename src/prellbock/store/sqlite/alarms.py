"""The part of the store that keeps alarms, stops and notices, and the facts that alarms are made of."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from prellbock.guard.alarms import SUMMARY, Alarm, Finding, step
from prellbock.guard.breaker import Breaker, Key, Sent, tripped
from prellbock.history.outcomes import Count, Kinds
from prellbock.store.alarms import Blocked, Notice, Rate, Stop
from prellbock.store.sqlite import revival
from prellbock.store.sqlite.opened import Opened
from prellbock.taxonomy import CATEGORIES
from prellbock.times import rfc3339

CAMPAIGNS_KEPT_DAYS = 35
NOTICES_KEPT_DAYS = 35
_DAY = 86400
_LIMITS = "alarm_limits"
"""Name of a setting: JSON of the limits that people changed."""
_STOP = "stop, campaign, domain, reason, messages, failed, raised, lifted, lifted_by, lifted_reason"
_ALARM = 'alarm, kind, subject, since, until, value, worst, "limit", details'


class Alarming(Opened):
    """See `prellbock.store.alarms.Alarms`."""

    def _count_campaigns(self, counts: Mapping[Key, Sent], newest: float) -> None:
        """Adds the counts of a batch."""
        self._db.executemany(
            "INSERT INTO campaign_counts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " delivered = delivered + excluded.delivered, failed = failed + excluded.failed,"
            " hard = hard + excluded.hard, last = max(last, excluded.last)",
            [
                (campaign, domain, sent.delivered, sent.failed, sent.hard, newest)
                for (campaign, domain), sent in counts.items()
            ],
        )

    def _forget_notices(self, now: float) -> None:
        self._db.execute("DELETE FROM campaign_counts WHERE last < ?", (now - CAMPAIGNS_KEPT_DAYS * _DAY,))
        self._db.execute(
            "DELETE FROM notices WHERE created < ? AND (delivered IS NOT NULL OR given_up IS NOT NULL)",
            (now - NOTICES_KEPT_DAYS * _DAY,),
        )

    def limits_changed(self) -> dict[str, float]:
        """See `prellbock.store.alarms.Alarms.limits_changed`."""
        found = self._setting(_LIMITS)
        return {} if found is None else msgspec.json.decode(found, type=dict[str, float])

    def change_limits(self, values: Mapping[str, float | None]) -> None:
        """See `prellbock.store.alarms.Alarms.change_limits`."""
        with self._writing():
            changed = {**self.limits_changed(), **values}
            kept = {name: value for name, value in changed.items() if value is not None}
            self._set(_LIMITS, msgspec.json.encode(kept).decode())

    def check_campaigns(self, breaker: Breaker, now: float) -> list[Stop]:
        """See `prellbock.store.alarms.Alarms.check_campaigns`."""
        least = min(breaker.messages, breaker.hard_messages)
        statement = (
            "SELECT campaign, domain, delivered, failed, hard FROM campaign_counts WHERE delivered + failed >= ?"
            " AND failed >= ? * (delivered + failed)"
        )
        with self._reading():
            rows = self._db.execute(statement, (least, min(breaker.share, breaker.hard_share))).fetchall()
        found = [
            each
            for campaign, domain, *counts in rows
            if (each := tripped(campaign, domain, Sent(*counts), breaker)) is not None
        ]
        if not found:
            return []
        with self._writing():
            new = [
                row
                for each in found
                for row in self._db.execute(
                    "INSERT INTO stops (campaign, domain, reason, messages, failed, raised) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 -- constants
                    f" ON CONFLICT DO NOTHING RETURNING {_STOP}",
                    (each.campaign, each.domain, each.reason, each.messages, each.failed, now),
                ).fetchall()
            ]
        return [Stop(*row) for row in new]

    def stops(self, *, standing: bool = True, most: int = 1000) -> list[Stop]:
        """See `prellbock.store.alarms.Alarms.stops`."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT {_STOP} FROM stops WHERE lifted IS NULL OR NOT ? ORDER BY stop DESC LIMIT ?",  # noqa: S608
                (standing, most),
            ).fetchall()
        return [Stop(*row) for row in rows]

    def lift(self, number: int, *, actor: str, reason: str, now: float) -> Stop | None:
        """See `prellbock.store.alarms.Alarms.lift`."""
        with self._writing():
            self._db.execute(
                "UPDATE stops SET lifted = ?, lifted_by = ?, lifted_reason = ? WHERE stop = ? AND lifted IS NULL",
                (now, actor, reason, number),
            )
            row = self._db.execute(f"SELECT {_STOP} FROM stops WHERE stop = ?", (number,)).fetchone()  # noqa: S608
        return None if row is None else Stop(*row)

    # --- alarms

    def alarms(self, *, standing: bool = False, most: int = 1000) -> list[Alarm]:
        """See `prellbock.store.alarms.Alarms.alarms`."""
        with self._reading():
            return self._alarms(standing=standing, most=most)

    def _alarms(self, *, standing: bool, most: int) -> list[Alarm]:
        rows = self._db.execute(
            f"SELECT {_ALARM} FROM alarms WHERE until IS NULL OR NOT ? ORDER BY alarm DESC LIMIT ?",  # noqa: S608
            (standing, most),
        ).fetchall()
        return [_alarm(row) for row in rows]

    def note_alarms(
        self, found: Sequence[Finding], now: float, channels: Sequence[str]
    ) -> tuple[list[Alarm], list[Alarm]]:
        """See `prellbock.store.alarms.Alarms.note_alarms`."""
        with self._writing():
            what = step(found, self._alarms(standing=True, most=1_000_000))
            begun = []
            for each in what.raised:
                row = self._db.execute(
                    'INSERT INTO alarms (kind, subject, since, value, worst, "limit", details)'  # noqa: S608 -- constants
                    f" VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING {_ALARM}",
                    (each.kind, each.subject, now, each.value, each.value, each.limit, json.dumps(each.details)),
                ).fetchone()
                begun.append(_alarm(row))
            for alarm, each in what.going_on:
                self._db.execute(
                    'UPDATE alarms SET value = ?, worst = max(worst, ?), "limit" = ?, details = ? WHERE alarm = ?',
                    (each.value, each.value, each.limit, json.dumps(each.details), alarm.number),
                )
            over = [msgspec.structs.replace(alarm, until=now) for alarm in what.over]
            self._db.executemany("UPDATE alarms SET until = ? WHERE alarm = ?", [(now, alarm.number) for alarm in over])
            for name, alarms in (("alarm.raised", begun), ("alarm.recovered", over)):
                for alarm in alarms:
                    self._tell(name, alarm, now, channels)
        return begun, over

    def _tell(self, name: str, alarm: Alarm, now: float, channels: Sequence[str]) -> None:
        payload = json.dumps({
            "type": name,
            "timestamp": rfc3339(now),
            "data": {
                "alarm": alarm.number, "kind": alarm.kind, "summary": SUMMARY[alarm.kind], "subject": alarm.subject,
                "since": rfc3339(alarm.since), "until": rfc3339(alarm.until), "value": alarm.value,
                "worst": alarm.worst, "limit": alarm.limit, "details": alarm.details,
            },
        })  # fmt: skip
        self._db.executemany(
            "INSERT INTO notices (id, channel, payload, created, due) VALUES (?, ?, ?, ?, ?)",
            [(f"msg_{name.replace('.', '_')}_{alarm.number}", channel, payload, now, now) for channel in channels],
        )

    def due(self, now: float, *, most: int = 100) -> list[Notice]:
        """See `prellbock.store.alarms.Alarms.due`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT notice, id, channel, payload, created, attempts FROM notices"
                " WHERE delivered IS NULL AND given_up IS NULL AND due <= ? ORDER BY notice LIMIT ?",
                (now, most),
            ).fetchall()
        return [Notice(*row) for row in rows]

    def sent(self, number: int, now: float, *, error: str | None, retry: float | None) -> None:
        """See `prellbock.store.alarms.Alarms.sent`."""
        with self._writing():
            self._db.execute(
                "UPDATE notices SET attempts = attempts + 1, error = ?2, delivered = CASE WHEN ?2 IS NULL THEN ?3 END,"
                " given_up = CASE WHEN ?2 IS NOT NULL AND ?4 IS NULL THEN ?3 END, due = coalesce(?4, due)"
                " WHERE notice = ?1",
                (number, error, now, retry),
            )

    # --- facts

    def rates(self, since_day: int) -> list[Rate]:
        """See `prellbock.store.alarms.Alarms.rates`."""
        with self._reading():
            arrived = self._db.execute(
                "SELECT hour / 24, stream, provider, sum(count) FROM rollups WHERE hour >= ? AND outcome = 'delivered'"
                " GROUP BY 1, 2, 3",
                (since_day * 24,),
            ).fetchall()
            failed = self._db.execute(
                "SELECT CAST(time / 86400 AS INTEGER), coalesce(stream, ''), coalesce(provider, ''),"
                " count(DISTINCT message), count(DISTINCT CASE WHEN permanent = 1 AND fault IN ('recipient', 'domain')"
                " THEN message END) FROM events WHERE category IN (SELECT value FROM json_each(?)) AND time >= ?"
                " AND outcome = 'bounced' AND number IS NOT NULL AND incident IS NULL GROUP BY 1, 2, 3",
                (json.dumps(sorted(CATEGORIES)), since_day * _DAY),
            ).fetchall()
        delivered = {(day, stream, provider): count for day, stream, provider, count in arrived}
        failures = {(day, stream, provider): counts for day, stream, provider, *counts in failed}
        return [
            Rate(*key, delivered.get(key, 0), *failures.get(key, (0, 0))) for key in sorted({*delivered, *failures})
        ]

    def blocked(self, since: float, *, most: int = 2000) -> list[Blocked]:
        """See `prellbock.store.alarms.Alarms.blocked`."""
        with self._reading():
            rows = self._db.execute(
                "SELECT category, provider, response, time FROM events INDEXED BY events_sender WHERE"
                " category IN ('reputation', 'authentication_failed', 'missing_ptr') AND time >= ?"
                " ORDER BY time DESC LIMIT ?",
                (since, most),
            ).fetchall()
        return [Blocked(*row) for row in rows]

    def feedback(self, since: float) -> dict[str, int]:
        """See `prellbock.store.alarms.Alarms.feedback`."""
        with self._reading():
            return dict(
                self._db.execute(
                    "SELECT feedback_type, count(*) FROM events WHERE outcome = 'feedback' AND time >= ?"
                    " AND feedback_type IN ('auth-failure', 'virus') GROUP BY 1",
                    (since,),
                ).fetchall()
            )

    def bringing(self, since: float) -> list[tuple[str, int, float]]:
        """See `prellbock.store.alarms.Alarms.bringing`."""
        with self._reading():
            return self._db.execute(
                "SELECT source, count(DISTINCT CAST(recorded / 86400 AS INTEGER)), max(recorded) FROM batches"
                " WHERE recorded >= ? GROUP BY source ORDER BY source",
                (since,),
            ).fetchall()

    def revivals_between(self, begin: float, end: float) -> Kinds:
        """See `prellbock.store.alarms.Alarms.revivals_between`."""
        policy = self._policy()
        with self._reading():
            later = revival.of_all(self._db, self._memory.runs, policy, end)
            before = revival.of_all(self._db, self._memory.runs, policy, begin)
        return {
            key: Count(
                count.recipients - before.get(key, Count()).recipients,
                count.cases - before.get(key, Count()).cases,
                count.alive - before.get(key, Count()).alive,
            )
            for key, count in later.items()
        }


def _alarm(row: tuple[Any, ...]) -> Alarm:
    number, kind, subject, since, until, value, worst, limit, details = row
    return Alarm(
        number=number, kind=kind, subject=subject, since=since, until=until, value=value, worst=worst, limit=limit,
        details=json.loads(details),
    )  # fmt: skip
